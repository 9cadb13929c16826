"""What the box has heard of each device: last word, counters, battery; adopted ones and a bounded number of others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from anju_edge.intake.unknown_codes import UnknownCodes


class HeardDevice:
    """One device's traffic. Plain slots: the sighting path writes here a thousand times a second."""

    __slots__ = (
        "adopted",
        "battery_pct",
        "errors",
        "frames",
        "heard_ms",
        "pressed_ms",
        "rssi_dbm",
        "silent",
        "trouble",
        "trouble_ms",
        "unknown_codes",
        "unknown_press",
        "watched_ms",
    )

    def __init__(self, adopted: bool, now_ms: int) -> None:
        self.adopted = adopted
        self.heard_ms: int | None = None  # running time
        self.pressed_ms: int | None = None  # of its last press
        self.watched_ms = now_ms  # silence counts from here until it is first heard
        self.frames = 0
        self.errors = 0
        self.battery_pct: int | None = None
        self.rssi_dbm: int | None = None
        self.silent = False
        self.unknown_codes: UnknownCodes | None = None  # None: it never sent any
        self.unknown_press = ""  # a signal like a press that no rule knows
        self.trouble = ""  # why it cannot be reached
        self.trouble_ms = 0  # since when

    def take_unknown_codes(self, detail: str, now_ms: int) -> None:
        """Notes codes that no table knows, from the detail of a state; `now_ms` is running time."""
        if self.unknown_codes is None:
            self.unknown_codes = UnknownCodes()
        self.unknown_codes.take(detail, now_ms)

    def unknown_code(self, now_ms: int) -> str:
        """Returns what it sent in the last day of running time that no table knows, empty for nothing."""
        return self.unknown_codes.text(now_ms) if self.unknown_codes is not None else ""


class DeviceTable:
    """Devices by key. Of those nobody adopted it keeps the `unadopted_max` heard last."""

    def __init__(self, unadopted_max: int) -> None:
        self._limit = unadopted_max
        self.adopted: dict[str, HeardDevice] = {}
        self.unadopted: OrderedDict[str, HeardDevice] = OrderedDict()

    def adopt(self, keys: set[str], now_ms: int) -> set[str]:
        """Takes over a roster's devices; returns those that are no longer in it."""
        gone = set(self.adopted) - keys
        for key in gone:
            del self.adopted[key]
        for key in keys - set(self.adopted):
            heard = self.unadopted.pop(key, None) or HeardDevice(True, now_ms)
            heard.adopted, heard.watched_ms = True, now_ms
            self.adopted[key] = heard
        return gone

    def get(self, key: str, now_ms: int) -> HeardDevice:
        """Returns the device's entry, made if it was never heard."""
        heard = self.adopted.get(key)
        if heard is not None:
            return heard
        heard = self.unadopted.get(key)
        if heard is None:
            heard = self.unadopted[key] = HeardDevice(False, now_ms)
            if len(self.unadopted) > self._limit:
                self.unadopted.popitem(last=False)
        else:
            self.unadopted.move_to_end(key)
        return heard

    def __iter__(self) -> Iterator[tuple[str, HeardDevice]]:
        yield from self.adopted.items()
        yield from self.unadopted.items()
