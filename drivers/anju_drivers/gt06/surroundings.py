"""GT06 messages without a position: cells and Wi-Fi in range, and the statuses of pendants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anju_drivers.bands.session import moment
from anju_drivers.gt06.layout import FENCE, Layout
from anju_drivers.gt06.report import GPS_BYTES, NARROW, TIME_BYTES, Cell, Gps, Status, read_gps, read_time
from anju_drivers.gt06.topin import cell_bytes

STATUS_4G = 0x36
PLACE_LONG, ALARM_LONG = 0x32, 0x33  # in the long form
LONG_REPORTS = frozenset({PLACE_LONG, ALARM_LONG})
_CELLS = 7  # in a list of cells, the serving one first
_STATUS_BYTES = 5  # status, level, signal, alarm, language
_WANWAY_BYTES, _WANWAY_COUNT = 44, 10
_NEIGHBOUR_BYTES = 6  # area, cell, signal
_BATTERY_MODULE = b"\x00\x6a"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Cells and Wi-Fi in range, without a position. `alarm` None: the message holds none."""

    time: datetime | None
    cells: tuple[Cell, ...]
    wifi: tuple[tuple[str, int], ...]
    alarm: int | None = None


def read_surroundings(layout: Layout, content: bytes) -> Surroundings | None:
    """Time, country and network, cells with their signal, timing advance, and perhaps Wi-Fi and an alarm.

    A9 says how many cells follow, the others hold seven. Cells of zeros are places left empty. Wanway's S20 has the
    timing advance before the country, and the count of cells behind the network.
    """
    if len(content) == _WANWAY_BYTES and layout.is_list and not layout.has_wifi and layout.sizes == NARROW:
        content = content[:TIME_BYTES] + content[TIME_BYTES + 1 : _WANWAY_COUNT] + content[_WANWAY_COUNT + 1 :]
        content = content.ljust(TIME_BYTES + 3 + 6 * _CELLS + 1, b"\0")
    has_count = layout.is_alarm
    mcc = int.from_bytes(content[TIME_BYTES : TIME_BYTES + 2], "big")
    at = TIME_BYTES + (4 if mcc & 0x8000 else 3)
    mnc = int.from_bytes(content[TIME_BYTES + 2 : at], "big")
    count = _CELLS
    if has_count and len(content) > at + 1:  # a flag for 4G, then the count
        count, at = content[at + 1], at + 2
    area, number = layout.sizes
    step = area + number + 1
    end = at + count * step + 1
    if len(content) < end:
        return None
    rows = (content[one : one + step] for one in range(at, end - 1, step))
    cells = [
        Cell(mcc & 0x7FFF, mnc, int.from_bytes(row[:area], "big"), int.from_bytes(row[area:-1], "big"))
        for row in rows
        if any(row[:-1])
    ]
    wifi: tuple[tuple[str, int], ...] = ()
    if layout.has_wifi and len(content) > end:
        wifi, end = _wifi(content[end + 1 :], content[end]), end + 1 + 7 * content[end]
    if has_count and len(content) <= end:
        return None
    return Surroundings(read_time(content), tuple(cells), wifi, content[end] if has_count else None)


def read_wifi_list(content: bytes, count: int) -> Surroundings | None:
    """Lists without a checksum: BCD time, `count` access points, then cells of two or four bytes for area and cell."""
    end = TIME_BYTES + 7 * count
    if len(content) < end + 4:
        return None
    cell_count, mcc, mnc = content[end], int.from_bytes(content[end + 1 : end + 3], "big"), content[end + 3]
    size = cell_bytes(content, count)
    half = size // 2
    rows = (content[at : at + 2 * half] for at in range(end + 4, min(end + 4 + size * cell_count, len(content)), size))
    cells = [
        Cell(mcc, mnc, int.from_bytes(row[:half], "big"), int.from_bytes(row[half:], "big"))
        for row in dict.fromkeys(rows)
        if len(row) == 2 * half
    ]
    digits = content[:TIME_BYTES].hex()
    time = (
        moment(2000 + int(digits[:2]), *(int(digits[at : at + 2]) for at in range(2, 12, 2)))
        if digits.isdecimal()
        else None
    )
    return Surroundings(time, tuple(cells), _wifi(content[TIME_BYTES:], count))


def _bcd_time(digits: str) -> datetime | None:
    if not digits.isdecimal():
        return None
    year, month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(0, 12, 2))
    return moment(2000 + year, month, day, hour, minute, second)


def _wifi(content: bytes, count: int) -> tuple[tuple[str, int], ...]:
    """MAC and signal as sent, without a sign."""
    rows = (content[at : at + 7] for at in range(0, min(7 * count, len(content) - 6), 7))
    return tuple((row[:6].hex(":"), row[6]) for row in rows)


@dataclass(frozen=True, slots=True)
class LongReport:
    """A place report in the long form, type 32, or an alarm, type 33: what the radio hears is in it beside the GPS."""

    time: datetime | None
    gps: Gps | None
    cells: tuple[Cell, ...]
    wifi: tuple[tuple[str, int], ...]
    status: int


def read_long_report(content: bytes) -> LongReport | None:
    """Time, then parts with their length before them: GPS, cell, more cells, Wi-Fi; status; a last part.

    None for what does not end where they say, such as an alarm of another model in the long form.
    """
    gps, at = _part(content, TIME_BYTES)
    serving, at = _part(content, at)
    others, at = _part(content, at)
    wifi, at = _part(content, at)
    if len(content) <= at or _part(content, at + 1)[1] != len(content) or len(gps) not in (0, GPS_BYTES - TIME_BYTES):
        return None
    cells: list[Cell] = []
    if len(serving) >= _NEIGHBOUR_BYTES + 3:
        mcc, mnc = int.from_bytes(serving[:2], "big"), serving[2]
        rows = (row[one : one + _NEIGHBOUR_BYTES] for row in (serving[3:], others) for one in range(0, len(row), 6))
        cells = [Cell(mcc, mnc, int.from_bytes(row[:2], "big"), int.from_bytes(row[2:5], "big")) for row in rows]
    return LongReport(
        read_time(content),
        read_gps(content[:TIME_BYTES] + gps) if gps else None,
        tuple(dict.fromkeys(cell for cell in cells if cell.lac or cell.cid)),
        _wifi(wifi, len(wifi) // 7),
        content[at],
    )


def _part(content: bytes, at: int) -> tuple[bytes, int]:
    """A part whose length stands before it, and where it ends."""
    end = at + 1 + content[at] if at < len(content) else len(content) + 1
    return content[at + 1 : end], end


@dataclass(frozen=True, slots=True)
class PendantStatus:
    """A status of type A3 or 36: what the dialect says beside its status byte. None: nothing."""

    status: Status
    alarm: int = 0
    battery_pct: int | None = None
    steps: int | None = None
    moving: bool | None = None


def read_pendant_status(kind: int, content: bytes) -> PendantStatus | None:
    """A3 of SEEWORLD's pendants, in 19 bytes or 7, and 36 of Jimi's 4G models; None for other contents of these types.

    A3: status, 2 of it more, level, signal, supply V, language, sound, light, steps u32, battery %, charging, moving.
    36: status, level, signal, alarm, language, then modules of id u16, length u8, value (006A: battery %).
    """
    if kind == FENCE and len(content) in (7, 19):
        status = Status(content[0], content[3], content[4])
        if len(content) == 7:
            return PendantStatus(status)
        steps = int.from_bytes(content[9:13], "big")
        return PendantStatus(status, 0, content[13] if content[13] <= 100 else None, steps, content[15] == 1)
    if kind == STATUS_4G and _STATUS_BYTES <= len(content) < 40:
        battery_pct, at = None, _STATUS_BYTES
        while at + 3 <= len(content):
            end = at + 3 + content[at + 2]
            if content[at : at + 2] == _BATTERY_MODULE and end == at + 4 and end <= len(content):
                battery_pct = content[at + 3]
            at = end
        return PendantStatus(Status(content[0], content[1], content[2]), content[3], battery_pct)
    return None
