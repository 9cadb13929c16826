"""Topin's sister protocol: `7878 length type content 0D0A` without serial and checksum, told by its login.

Its length cannot be relied on: of lists it is the number of access points, of other messages it is up to three bytes
short or one too long. So a message ends at the `0D0A` that stands nearest, or where a list's own counts say. Sources:
ZhongXun Topin Locator Communication Protocol; traccar TopinProtocolDecoder, loctrkd zx303proto (behaviour).
"""

from __future__ import annotations

from anju_drivers.bands.session import alarm, has_fix, iso_z, moment, press_of, readings_of, utc_ms
from anju_drivers.driver import Explained, PositionFix, Reason, StateReading

LOGIN, HEARTBEAT, STATUS, TIME, SOS = 0x01, 0x08, 0x13, 0x30, 0x99
PLACES = frozenset({0x10, 0x11})  # by GPS; 11 was stored
LISTS = frozenset({0x17, 0x18, 0x19, 0x1A, 0x1B, 0x69})  # access points and cells; 17 and 19 were stored
HEAD_BYTES, END = 4, b"\r\n"
_LOGIN_BYTES, _TIME_BYTES, _GPS_BYTES = 15, 6, 18
_SHORT, _LONG = 2, 8  # bytes between the declared length and the whole message
_LIST_END = 4  # count of cells, country, network
_CELLS = (5, 9)  # bytes of a cell, in 2G and in 4G, its signal last
_LOW_BATTERY = 0x10  # of the byte behind a list, or behind a place's height
_DECIMAL_PLACES = frozenset({HEARTBEAT, 0x09})  # a heartbeat that holds the place; 09 was stored
_DECIMAL_BYTES = 24
_NOTICES = {
    HEARTBEAT: "heartbeat",
    0x14: "goes to sleep",
    0x15: "was reset",
    0x57: "asks for its settings",
    0x80: "has no place to tell",
    0x81: "charged",
    0x82: "charger connected",
    0x83: "charger disconnected",
    0x92: "vibration alarm is on",
    0x93: "vibration alarm is off",
    0x94: "vibration",
}


def is_login(buffer: bytes | bytearray, at: int) -> bool:
    """Whether a login of this protocol stands there; the other one's is three bytes longer."""
    digits = buffer[at + HEAD_BYTES : at + HEAD_BYTES + 8].hex()
    is_id = len(digits) == 16 and digits.isdecimal()
    return is_id and buffer[at + 3] == LOGIN and buffer[at + _LOGIN_BYTES - 2 : at + _LOGIN_BYTES] == END


def size_of(buffer: bytes | bytearray, at: int) -> int:
    """Bytes of the message that stands there; 0: more are needed, -1: it is none."""
    have = len(buffer) - at
    if have < HEAD_BYTES:
        return 0
    declared, kind = buffer[at + 2], buffer[at + 3]
    if kind in LISTS:
        sizes = list(_list_sizes(buffer, at, declared))
    else:
        sizes = list(range(max(HEAD_BYTES + 2, declared + _SHORT), declared + _LONG))
    for size in sizes:
        if have >= size and buffer[at + size - 2 : at + size] == END:
            behind = buffer[at + size : at + size + 2]
            if b"xx".startswith(behind) or size == sizes[-1]:
                return size
    return -1 if sizes and have >= sizes[-1] else 0


def _list_sizes(buffer: bytes | bytearray, at: int, count: int) -> range | list[int]:
    cells_at = at + HEAD_BYTES + _TIME_BYTES + 7 * count
    if len(buffer) <= cells_at:
        return []
    plain = cells_at - at + _LIST_END + len(END)
    return sorted({plain + size * buffer[cells_at] + flags for size in _CELLS for flags in (0, 1)})


def cell_bytes(content: bytes, count: int) -> int:
    """Bytes of each cell of a list with `count` access points."""
    cells_at = _TIME_BYTES + 7 * count
    narrow, wide = _CELLS
    return wide if len(content) - cells_at - _LIST_END >= wide * content[cells_at] > 0 else narrow


def is_battery_low(kind: int, content: bytes, count: int) -> bool:
    """Whether the byte of alarms, the last where there is one, says so."""
    if kind in LISTS:
        cells_at = _TIME_BYTES + 7 * count
        flags_at = cells_at + _LIST_END + cell_bytes(content, count) * content[cells_at]
    else:
        flags_at = _GPS_BYTES + 2  # the height
    return kind in LISTS | PLACES and len(content) == flags_at + 1 and bool(content[-1] & _LOW_BATTERY)


def explain_other(kind: int, content: bytes, device: str, fields: dict[str, object]) -> Explained | None:
    """A message without a place; None for one that nobody knows."""
    if kind == SOS:
        return Explained("alarm: sos", fields, (alarm(device, [Reason.SOS], press_of(b"topin")),))
    if kind == STATUS and content:
        battery_pct = content[0] if content[0] <= 100 else None
        return Explained(
            "status", fields | {"battery_pct": battery_pct}, (StateReading(device, battery_pct=battery_pct),)
        )
    if kind == TIME:
        return Explained("asks for the time", fields)
    if kind in _DECIMAL_PLACES and len(content) >= _DECIMAL_BYTES:
        return _explain_decimal(kind, content, device, fields)
    notice = _NOTICES.get(kind)
    if notice is None:
        return None
    state = StateReading(device, moving=True) if kind == 0x94 else None
    return Explained(notice, fields, readings_of(None, state))


def _explain_decimal(kind: int, content: bytes, device: str, fields: dict[str, object]) -> Explained:
    """Time, latitude and longitude in degrees, both once more, speed, half of the course."""
    time_ms = utc_ms(moment(2000 + content[0], *content[1:_TIME_BYTES]), 0)
    latitude, longitude = _degrees(content[6:10]), _degrees(content[10:14])
    position = PositionFix(
        device,
        latitude,
        longitude,
        has_fix(kind == HEARTBEAT, latitude, longitude),
        speed_m_s=content[22] / 3.6,
        course_deg=content[23] * 2 % 360,
        device_time_ms=time_ms,
    )
    fields |= {"time_utc": iso_z(time_ms), "lat": latitude, "lon": longitude}
    return Explained("position" if position.fix_valid else "report without a fix", fields, (position,))


def _degrees(raw: bytes) -> float:
    """Whole degrees in a byte, a digit that is not 0 for south or west, millionths in the rest."""
    degrees = raw[0] + (int.from_bytes(raw[1:], "big") & 0xFFFFF) / 1_000_000
    return -degrees if raw[1] & 0xF0 else degrees
