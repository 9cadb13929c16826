"""What the items behind a position report say, by id and length: battery, SOS, removal, Wi-Fi, cells.

The standard gives ids up to 31 a meaning and leaves the rest to vendors, who use the same ids in different ways; so an
item is read only at the length that its vendor gives it, and a site whose model means something else switches it off
(`items_off`). All items stay visible as hex. Source: JT/T 808-2019, table 27; for vendors' items traccar
Jt808ProtocolDecoder (behaviour) and the captures of its tests; for 53, 54 and 5D the G10LS protocol text (AIPorto/
GPS-Tracker-SDK) and tests of SmallChi/JT808, which name FB too; for EB's parts 00B9 and 00D8 the text of the pendant
BSJ-EG01.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from anju_drivers.driver import Reason

ALL_OFF = "all"
_WIFI_BYTES, _CELL_BYTES = 7, 13
_SHORT_CELL_BYTES, _LTE_CELL_BYTES = 8, 10
_CHARGING = 0xFF
_CELLS_FROM_MCC = 200  # EB that begins with a country is a list of cells
_MIN_PRINTABLE, _MAX_PRINTABLE = 0x20, 0x7E


@dataclass(slots=True)
class ItemReport:
    """What the items of one report say; None: nothing."""

    reasons: list[Reason] = field(default_factory=list)
    battery_pct: int | None = None
    battery_mv: int | None = None
    moving: bool | None = None
    wifi: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # codes that no table knows


def read_items(items: Mapping[str, str], off: frozenset[str] = frozenset()) -> ItemReport:
    """`items`: id in hex -> value in hex. `off`: ids (`e7`, `eb.0089`) that are not read, or `all`. Never raises."""
    report = ItemReport()
    if ALL_OFF in off:
        return report
    for item, digits in items.items():
        value = bytes.fromhex(digits)
        reader = _READERS.get((item, len(value))) or _READERS.get((item, 0))
        if reader is not None and item not in off:
            reader(report, value)
        if item == "eb" and item not in off:
            for kind, part in _parts(value):
                part_reader = _PARTS.get((kind, len(part))) or _PARTS.get((kind, 0))
                if part_reader is not None and f"eb.{kind:04x}" not in off:
                    part_reader(report, part)
    return report


def known_items() -> frozenset[str]:
    """What `items_off` may name."""
    return frozenset({ALL_OFF, "eb", *(item for item, _ in _READERS), *(f"eb.{kind:04x}" for kind, _ in _PARTS)})


_Reader = Callable[[ItemReport, bytes], None]
_MAC, _RSSI = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}"), re.compile(r"-?[0-9]{1,3}", re.ASCII)


def _percent_at(at: int, times: int = 1) -> _Reader:
    def read(report: ItemReport, value: bytes) -> None:
        percent = value[at] * times
        if percent <= 100:  # FF: on its charger
            report.battery_pct = percent

    return read


def _centivolts(report: ItemReport, value: bytes) -> None:
    report.battery_mv = int.from_bytes(value[:2], "big") * 10


def _reserve(report: ItemReport, value: bytes) -> None:
    """E3: reserved, percent, hundredths of a volt."""
    _percent_at(1)(report, value)
    _centivolts(report, value[2:])


def _moving(report: ItemReport, value: bytes) -> None:
    report.moving = value[0] == 1


def _alert_word(report: ItemReport, value: bytes) -> None:
    """E7: the first word; bit 0 vibration, bits 1 to 3 SOS."""
    if int.from_bytes(value[:2], "big") >> 1 & 7:
        report.reasons.append(Reason.SOS)


# E8 of Jimi's models: a type of two bytes. None: about driving or the terminal, no alarm for people.
_E8_TYPES: Mapping[int, Reason | None] = {
    0x0001: None,
    **dict.fromkeys((*range(0x0400, 0x0408), *range(0x0412, 0x0418), 0x040C), None),
    0x0408: Reason.GEOFENCE_IN,
    0x0409: Reason.GEOFENCE_OUT,
    0x0C01: Reason.SOS,
    0x0C02: Reason.LOW_BATTERY,
    0x0C03: None,
    0x0C04: None,
    0x0C05: None,
    0x0C0E: Reason.POWER_CUT,
    0x0C0F: Reason.LOW_BATTERY,
    0x0C10: Reason.POWER_CUT,
    0x0C12: Reason.TAMPER,
    **dict.fromkeys((0x2002, 0x2003, 0x2005), None),
}


def _typed_alert(report: ItemReport, value: bytes) -> None:
    if len(value) == 2 or (len(value) > 3 and int.from_bytes(value[:2], "big") in _E8_TYPES):  # 3: a lock's state
        kind = int.from_bytes(value[:2], "big")
        reason = _E8_TYPES.get(kind)
        if reason is not None:
            report.reasons.append(reason)
        elif kind not in _E8_TYPES:
            report.unknown.append(f"item e8 {kind:04x}")


def _wifi(report: ItemReport, value: bytes) -> None:
    for row in _rows(value, _WIFI_BYTES):
        report.wifi.append(f"{row[:6].hex(':')},{int.from_bytes(row[6:], 'big', signed=True)}")


def _cells(report: ItemReport, value: bytes) -> None:
    """F0: mcc u16, mnc u16, cell u32, area u32, signal u8, each."""
    for row in _rows(value, _CELL_BYTES):
        mcc, mnc, cid, lac = (int.from_bytes(row[at:end], "big") for at, end in ((0, 2), (2, 4), (4, 8), (8, 12)))
        report.cells.append(f"{mcc}-{mnc}-{lac}-{cid}")


def _counted_wifi(report: ItemReport, value: bytes) -> None:
    """54: how many, then each as in EC."""
    _wifi(report, _counted(value, _WIFI_BYTES))


def _counted_cells(size: int) -> _Reader:
    """53 (2G) and 5D (4G): how many, then mcc u16, mnc u8, area u16, cell u16 or u32, signal u8, each."""

    def read(report: ItemReport, value: bytes) -> None:
        for row in _rows(_counted(value, size), size):
            _one_cell(report, row[:-1])

    return read


def _counted(value: bytes, size: int) -> bytes:
    """The rows behind their number; nothing where that number is another."""
    return value[1:] if value and len(value) == 1 + value[0] * size else b""


def _one_cell(report: ItemReport, value: bytes) -> None:
    mcc, mnc = int.from_bytes(value[:2], "big"), value[2]
    report.cells.append(f"{mcc}-{mnc}-{int.from_bytes(value[3:5], 'big')}-{int.from_bytes(value[5:], 'big')}")


def _spelled_wifi(report: ItemReport, value: bytes) -> None:
    """00B9: how many, then `24:69:68:5d:2c:a5,-30` and so on, parted by commas."""
    words = value[1:].decode("ascii", "replace").strip("\0 ,").split(",")
    for mac, rssi in zip(words[::2], words[1::2], strict=False):
        if _MAC.fullmatch(mac) and _RSSI.fullmatch(rssi):
            report.wifi.append(f"{mac.lower()},{int(rssi)}")


def _rows(value: bytes, size: int) -> Iterator[bytes]:
    if len(value) % size == 0:
        yield from (value[at : at + size] for at in range(0, len(value), size))


def _pendant_battery(report: ItemReport, value: bytes) -> None:
    """F7: millivolts u32, charging state, percent."""
    report.battery_mv = int.from_bytes(value[:4], "big")
    if len(value) == 6:
        _percent_at(5)(report, value)


# (id, length) -> reader; length 0: any.
_READERS: Mapping[tuple[str, int], _Reader] = {
    ("06", 1): _percent_at(0),
    ("53", 0): _counted_cells(_SHORT_CELL_BYTES),
    ("54", 0): _counted_wifi,
    ("56", 2): _percent_at(0, 10),
    ("5d", 0): _counted_cells(_LTE_CELL_BYTES),
    ("69", 2): _centivolts,
    ("d4", 1): _percent_at(0),
    ("d5", 2): _centivolts,
    ("e1", 1): _percent_at(0),
    ("e9", 1): _percent_at(0),
    ("e3", 4): _reserve,
    ("e3", 6): _reserve,
    ("e4", 2): _percent_at(1),
    ("e5", 1): _moving,
    ("e7", 8): _alert_word,
    ("e8", 0): _typed_alert,
    ("ec", 0): _wifi,
    ("f4", 0): _wifi,
    ("f0", 0): _cells,
    ("f7", 4): _pendant_battery,
    ("f7", 5): _pendant_battery,
    ("f7", 6): _pendant_battery,
    ("fb", 4): _percent_at(0),
    ("fe", 1): _percent_at(0),
}


def _parts(value: bytes) -> Iterator[tuple[int, bytes]]:
    """EB: parts of length u16 (type and value), type u16, value; nothing where EB is a list of cells or a text."""
    if int.from_bytes(value[:2], "big") > _CELLS_FROM_MCC or all(
        _MIN_PRINTABLE <= one <= _MAX_PRINTABLE for one in value
    ):
        return
    at = 0
    while at + 4 <= len(value):
        end = at + 2 + int.from_bytes(value[at : at + 2], "big")
        if end < at + 4 or end > len(value):
            return
        yield int.from_bytes(value[at + 2 : at + 4], "big"), value[at + 4 : end]
        at = end


def _switches(report: ItemReport, value: bytes) -> None:
    """0089: bits that are clear while something is wrong; 0 the supply, 12 the terminal is worn or mounted."""
    bits = int.from_bytes(value, "big")
    if not bits & 1:
        report.reasons.append(Reason.POWER_CUT)
    if not bits >> 12 & 1:
        report.reasons.append(Reason.REMOVED)


def _motion(report: ItemReport, value: bytes) -> None:
    """00C5, bits 23 and 24: 0 moving, 1 still."""
    state = int.from_bytes(value, "big") >> 23 & 3
    report.moving = {0: True, 1: False}.get(state, report.moving)


def _battery_alarm(report: ItemReport, value: bytes) -> None:
    if value[0] in (3, 4):
        report.reasons.append(Reason.LOW_BATTERY)


def _millivolts(report: ItemReport, value: bytes) -> None:
    report.battery_mv = int.from_bytes(value, "big")


_PARTS: Mapping[tuple[int, int], _Reader] = {
    (0x002D, 2): _millivolts,
    (0x0089, 4): _switches,
    (0x00A8, 1): _percent_at(0),
    (0x00B9, 0): _spelled_wifi,
    (0x00C5, 4): _motion,
    (0x00C6, 1): _battery_alarm,
    (0x00D8, 9): _one_cell,
    (0x00E1, 1): _percent_at(0),
}
