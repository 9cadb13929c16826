"""Which GT06 message holds what, and how its alarm is found.

One table says for each type what its content holds (`LAYOUTS`). Forty dialects reuse types with other content; what
does not have the shape described here is not read. Sources: GT06 protocol 1.8.1; Concox JM-VL03 protocol 1.1.2; traccar
Gt06ProtocolDecoder (behaviour).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.gt06.report import (
    CELL_BYTES,
    GPS_BYTES,
    NARROW,
    TIME_BYTES,
    WIDE,
    Cell,
    Gps,
    Status,
    read_cell,
    read_gps,
    read_status,
)

FENCE, WIFI_4G, CELLS_OR_PLACE = 0xA3, 0xA2, 0x24  # types that two dialects fill in different ways
_STATUS_TAIL = 5  # status, level, signal, alarm, language


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands in a content, in this order: GPS, or a time; the cell; for an alarm its last `tail` bytes.

    `sizes` are the bytes of area and cell. `is_list`: seven cells and no alarm, then Wi-Fi where `has_wifi`.
    `has_length`: a byte before the cell says how long it is. `has_cell_kind`: one says whether the cell is wide (4G).
    `has_power`: the status is followed by a voltage of two bytes, and preceded by a byte about the network.
    """

    has_gps: bool = True
    has_cell: bool = True
    sizes: tuple[int, int] = NARROW
    has_wide_network: bool = False
    has_length: bool = False
    tail: int = 0
    has_cell_kind: bool = False
    has_power: bool = False
    is_list: bool = False
    has_wifi: bool = False

    @property
    def is_alarm(self) -> bool:
        return self.tail > 0


_CELL_LIST = Layout(has_gps=False, is_list=True)
LAYOUTS: Mapping[int, Layout] = {
    0x10: Layout(has_cell=False),
    0x11: Layout(sizes=(2, 4), has_wide_network=True),
    0x12: Layout(),
    0x22: Layout(),
    0x2D: Layout(),
    0x31: Layout(),
    0x37: Layout(),
    0xA0: Layout(sizes=WIDE),
    0x16: Layout(has_length=True, tail=_STATUS_TAIL),
    0x26: Layout(has_length=True, tail=_STATUS_TAIL),
    0x27: Layout(has_length=True, tail=_STATUS_TAIL + 1),  # the number of the fence
    0xA4: Layout(has_length=True, tail=_STATUS_TAIL + 1, sizes=WIDE),
    0x32: Layout(has_length=True, has_wide_network=True, tail=_STATUS_TAIL),  # and perhaps a height
    0x39: Layout(has_cell_kind=True, tail=_STATUS_TAIL),
    0x19: Layout(has_gps=False, has_length=True, tail=_STATUS_TAIL),
    0xA5: Layout(has_gps=False, sizes=WIDE, tail=_STATUS_TAIL),
    0xA9: Layout(has_gps=False, sizes=WIDE, is_list=True, has_wifi=True, tail=2),  # alarm, language
    0x18: _CELL_LIST,
    0x24: _CELL_LIST,
    0x28: _CELL_LIST,
    0x2E: _CELL_LIST,
    0x2C: Layout(has_gps=False, is_list=True, has_wifi=True),
    0xA1: Layout(has_gps=False, is_list=True, sizes=WIDE),
    WIFI_4G: Layout(has_gps=False, is_list=True, has_wifi=True, sizes=WIDE),
    FENCE: Layout(has_length=True, tail=_STATUS_TAIL, sizes=WIDE),
}
_WIDE_POSITION = Layout(sizes=WIDE)
_ALARM_WITH_POWER = Layout(sizes=WIDE, has_power=True, tail=_STATUS_TAIL)
_PLACE_WITH_POWER = (41,)  # SR411's place, which seven cells are longer than
_LIST_BYTES = 100  # a list of seven wide cells is longer


def layout_of(kind: int, content: bytes) -> Layout | None:
    """How a content is laid out, None where nobody knows. Three types are told apart by their length."""
    if kind == CELLS_OR_PLACE and len(content) in _PLACE_WITH_POWER:
        return LAYOUTS[0x12]
    if kind == WIFI_4G and len(content) < _LIST_BYTES:
        return _ALARM_WITH_POWER
    if kind == FENCE and len(content) > GPS_BYTES:
        layout, length = LAYOUTS[FENCE], content[GPS_BYTES]
        is_alarm = len(content) - GPS_BYTES - 1 - length in (layout.tail, layout.tail - 1)
        return layout if is_alarm else _WIDE_POSITION
    return LAYOUTS.get(kind)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm message; `gps` None for one that knows its cell only."""

    gps: Gps | None
    cell: Cell | None
    status: Status
    code: int


def _is_country(code: bytes) -> bool:
    """Whether two bytes are a mobile country code, with or without the bit for a wide network code."""
    return 200 <= int.from_bytes(code, "big") & 0x7FFF <= 999


def read_alarm(layout: Layout, content: bytes) -> Alarm | None:
    """GPS, perhaps the length of the cell part, cell, status, level, signal, alarm, language.

    The cell part is sized by the bytes that are left: a length may or may not count itself, and a cell has 3 or 4
    bytes. A long part with length 0 is another dialect's list of cells: its alarm stands at the end.
    """
    gps: Gps | None = None
    if layout.has_gps:
        gps = read_gps(content)
        if gps is None:
            return None
        content = content[GPS_BYTES:]
    if not content:
        return None
    if not layout.has_length:
        cell, size = _cell_of_kind(content) if layout.has_cell_kind else read_cell(content, layout.sizes)
        if cell is None:
            return None
        tail = content[size:]
        return _alarm(gps, cell, tail[1:2] + tail[4:] if layout.has_power else tail)
    if layout.has_gps and len(content) == CELL_BYTES + _STATUS_TAIL and _is_country(content[:2]):
        # no length at all: the status is followed by a voltage, and the last byte is no alarm by this table
        cell, size = read_cell(content)
        return _alarm(gps, cell, bytes([content[size], 0xFF, content[size + 3], 0]))
    length, rest = content[0], content[1:]
    if not layout.has_gps and length not in (8, 9):  # some leave the length away, some begin with the time
        has_time = not _is_country(content[:2]) and _is_country(content[TIME_BYTES : TIME_BYTES + 2])
        length, rest = 8, content[TIME_BYTES:] if has_time else content
    if length == 0 and len(rest) > CELL_BYTES + _STATUS_TAIL:
        return _alarm(gps, None, rest[-_STATUS_TAIL:])
    size = _cell_part(layout, length, rest)
    left = size - (4 if rest[:1] >= b"\x80" or layout.has_wide_network else 3)
    sizes = (2, left - 2) if left in (5, 6) else layout.sizes
    cell, _ = read_cell(rest[:size], sizes, is_wide=layout.has_wide_network)
    return None if cell is None else _alarm(gps, cell, rest[size:])


def _cell_part(layout: Layout, length: int, rest: bytes) -> int:
    """Bytes of the cell part. `length` with or without itself, whichever leaves an alarm's bytes; else a usual cell."""
    usual = read_cell(rest, layout.sizes, is_wide=layout.has_wide_network)[1]
    if layout.has_wide_network and length >= CELL_BYTES:
        return length
    for tail in (layout.tail, _STATUS_TAIL - 1):
        for size in (length, length - 1):
            if size >= CELL_BYTES and len(rest) - size == tail:
                return size
    more = 0 if layout.sizes == WIDE else max(0, length - 9)
    return usual + (more if more <= len(rest) - usual - 4 else 0)


def _cell_of_kind(content: bytes) -> tuple[Cell | None, int]:
    """Kind, cell, signal: kinds from 3 on are wide, and their signal has two bytes."""
    is_wide = content[0] >= 3
    cell, size = read_cell(content[1:], WIDE if is_wide else NARROW)
    return cell, size + 1 + (2 if is_wide else 1)


def _alarm(gps: Gps | None, cell: Cell | None, tail: bytes) -> Alarm | None:
    status = read_status(tail)
    return None if status is None or len(tail) < 4 else Alarm(gps, cell, status, tail[3])
