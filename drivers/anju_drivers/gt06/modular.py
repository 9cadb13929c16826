"""GT06 message 70: modules of id u16, length u16, value, as asset trackers of Concox send. No I/O.

Source: traccar Gt06ProtocolDecoder (behaviour).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from anju_drivers.driver import Reason
from anju_drivers.gt06.report import Cell, Gps

MODULAR = 0x70
_CELL, _PLACE, _EVENT = 0x11, 0x33, 0x34
_CELL_BYTES, _PLACE_BYTES, _EVENT_BYTES = 10, 18, 5
# What is not listed is told to staff as an unknown code.
EVENTS: Mapping[int, tuple[str, Reason | None]] = {
    0x00: ("none", None),
    0x10: ("door", None),
    0x12: ("removed", Reason.REMOVED),
    0x14: ("geofence_in", Reason.GEOFENCE_IN),
    0x15: ("geofence_out", Reason.GEOFENCE_OUT),
    0x16: ("temperature", None),
    0x1A: ("low_battery", Reason.LOW_BATTERY),
    0x1B: ("overspeed", None),
    0x1C: ("switched_on", None),
    0x1D: ("power_off", Reason.POWER_CUT),
    0x20: ("vibration", None),
    0x21: ("power_cut", Reason.POWER_CUT),
    0x23: ("tamper", Reason.TAMPER),
}


@dataclass(frozen=True, slots=True)
class Modular:
    """`events`: code and the bytes that tell one from the next."""

    gps: Gps | None = None
    cell: Cell | None = None
    events: tuple[tuple[int, bytes], ...] = ()


def read_modular(content: bytes) -> Modular | None:
    """None for what does not end where its modules do."""
    gps: Gps | None = None
    cell: Cell | None = None
    events: list[tuple[int, bytes]] = []
    at = 0
    for kind, value, end in _modules(content):
        at = end
        if kind == _PLACE and len(value) == _PLACE_BYTES:
            gps = _place(value)
        elif kind == _CELL and len(value) == _CELL_BYTES and any(value[6:9]):
            mcc, mnc, area = (int.from_bytes(value[one : one + 2], "big") for one in (0, 2, 4))
            cell = Cell(mcc, mnc, area, int.from_bytes(value[6:9], "big"))
        elif kind == _EVENT and len(value) >= _EVENT_BYTES:
            events.append((value[0], value[:_EVENT_BYTES]))
    return Modular(gps, cell, tuple(events)) if at == len(content) else None


def _modules(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    at = 0
    while at + 4 <= len(content):
        end = at + 4 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content):
            return
        yield int.from_bytes(content[at : at + 2], "big"), content[at + 4 : end], end
        at = end


def _place(value: bytes) -> Gps:
    """Seconds since 1970, satellites, height, latitude, longitude, speed, flags; zeros where there is no fix."""
    seconds, flags = int.from_bytes(value[:4], "big"), int.from_bytes(value[16:18], "big")
    latitude, longitude = (int.from_bytes(value[one : one + 4], "big") / 1_800_000 for one in (7, 11))
    return Gps(
        time=datetime.fromtimestamp(seconds, UTC) if seconds else None,
        satellites=value[4],
        latitude=latitude if flags >> 10 & 1 else -latitude,
        longitude=-longitude if flags >> 11 & 1 else longitude,
        speed_kmh=value[15],
        course_deg=flags & 0x3FF,
        fix_valid=bool(flags >> 12 & 1),
    )
