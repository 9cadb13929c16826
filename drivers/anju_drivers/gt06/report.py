"""What GT06 messages hold: position, cell, status and alarm.

Supported: 01 login, 10 / 12 / 22 / A0 position, 13 and 23 status, 16 / 26 / 27 / A4 alarm with position, 19 alarm with
a cell only; A0 and A4 have the wide cells of 4G. Forty dialects reuse types with other content; what does not have the
shape described here is not read. Source: GT06 protocol 1.8.1; JM-VL03 protocol 1.1.2; traccar Gt06ProtocolDecoder
(behaviour).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju_drivers.bands.session import moment
from anju_drivers.driver import Reason

LOGIN, STATUS, HEARTBEAT, CELL_ALARM = 0x01, 0x13, 0x23, 0x19
POSITIONS = frozenset({0x10, 0x12, 0x22, 0xA0})
ALARMS = frozenset({0x16, 0x26, 0x27, 0xA4})
WIDE_CELL = frozenset({0xA0, 0xA4})
LOCAL_TIME = frozenset({0x10, 0x12, 0x16, 0x19})  # in the zone of the login; all others are UTC
GPS_BYTES = 18
_TIME_BYTES, _CELL_BYTES, _STATUS_BYTES = 6, 8, 5

# Bits 3-5 of the status byte.
TERMINAL_ALARMS: Mapping[int, tuple[str, Reason | None]] = {
    1: ("vibration", None),
    2: ("power_cut", Reason.POWER_CUT),
    3: ("low_battery", Reason.LOW_BATTERY),
    4: ("sos", Reason.SOS),
    6: ("geofence", Reason.GEOFENCE_OUT),
    7: ("removed", Reason.REMOVED),
}
# The alarm byte. None: about a vehicle or the tracker itself, and no alarm for people. What is not listed is taken for
# an alarm without a stated reason.
ALARM_CODES: Mapping[int, tuple[str, Reason | None]] = {
    0x01: ("sos", Reason.SOS),
    0x02: ("power_cut", Reason.POWER_CUT),
    0x03: ("vibration", None),
    0x04: ("geofence_in", Reason.GEOFENCE_IN),
    0x05: ("geofence_out", Reason.GEOFENCE_OUT),
    0x06: ("overspeed", None),
    0x09: ("vibration", None),
    0x0A: ("gps_lost", None),
    0x0B: ("gps_found", None),
    0x0C: ("tamper", Reason.TAMPER),
    0x0D: ("first_fix", None),
    0x0E: ("low_battery", Reason.LOW_BATTERY),
    0x0F: ("low_battery", Reason.LOW_BATTERY),
    0x10: ("sim_changed", None),
    0x11: ("power_off", Reason.POWER_CUT),
    0x12: ("flight_mode", None),
    0x13: ("tamper", Reason.TAMPER),
    0x14: ("door", None),
    0x15: ("low_battery", Reason.LOW_BATTERY),
    0x16: ("sound", None),
    0x17: ("false_base_station", None),
    0x18: ("removed", Reason.REMOVED),
    0x19: ("low_battery", Reason.LOW_BATTERY),
    0x20: ("sleep", None),
    0x23: ("fall", Reason.FALL),
    0x25: ("tamper", Reason.TAMPER),
    0x29: ("acceleration", None),
    0x2A: ("cornering", None),
    0x2B: ("cornering", None),
    0x2C: ("collision", Reason.GENERAL),
    0x30: ("braking", None),
    0x32: ("tamper", Reason.TAMPER),
    0xFE: ("acc_on", None),
    0xFF: ("acc_off", None),
}


@dataclass(frozen=True, slots=True)
class Login:
    imei: str
    tz_offset_min: int | None


@dataclass(frozen=True, slots=True)
class Gps:
    """`time` in the tracker's zone."""

    time: datetime | None
    satellites: int
    latitude: float
    longitude: float
    speed_kmh: int
    course_deg: int
    fix_valid: bool


@dataclass(frozen=True, slots=True)
class Cell:
    mcc: int
    mnc: int
    lac: int
    cid: int


@dataclass(frozen=True, slots=True)
class Status:
    status_byte: int
    voltage_level: int  # 0 empty to 6 full; some models give percent
    gsm_signal: int

    @property
    def acc(self) -> bool:
        return bool(self.status_byte >> 1 & 1)

    @property
    def charging(self) -> bool:
        return bool(self.status_byte >> 2 & 1)

    @property
    def relay_blocked(self) -> bool:
        return bool(self.status_byte >> 7 & 1)

    @property
    def alarm_bits(self) -> int:
        return self.status_byte >> 3 & 7


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm message; `gps` None for one that knows its cell only."""

    gps: Gps | None
    cell: Cell | None
    status: Status
    code: int


def read_login(content: bytes) -> Login | None:
    """IMEI as BCD in 8 bytes behind a 0; then perhaps model and zone: `hhmm` in bits 4-15, bit 3 = west."""
    digits = content[:8].hex()
    if len(digits) != 16 or not digits.isdecimal():
        return None
    offset_min: int | None = None
    if len(content) >= 12:
        word = int.from_bytes(content[10:12], "big")
        hours, minutes = divmod(word >> 4, 100)
        if hours <= 14 and minutes < 60:
            offset_min = (-1 if word & 8 else 1) * (hours * 60 + minutes)
    return Login(digits[1:], offset_min)


def read_gps(content: bytes) -> Gps | None:
    if len(content) < GPS_BYTES:
        return None
    year, month, day, hour, minute, second = content[:6]
    flags = int.from_bytes(content[16:18], "big")
    latitude, longitude = (int.from_bytes(content[at : at + 4], "big") / 1_800_000 for at in (7, 11))
    return Gps(
        time=moment(2000 + year, month, day, hour, minute, second),
        satellites=content[6] & 0x0F,
        latitude=latitude if flags >> 10 & 1 else -latitude,
        longitude=-longitude if flags >> 11 & 1 else longitude,
        speed_kmh=content[15],
        course_deg=flags & 0x3FF,
        fix_valid=bool(flags >> 12 & 1),
    )


def read_cell(content: bytes, *, is_wide: bool = False) -> tuple[Cell | None, int]:
    """The serving cell at the start of `content`, and how many bytes it takes: area 2, cell 3, or wide 4 and 8."""
    mcc = int.from_bytes(content[:2], "big")
    mnc_end = 4 if mcc & 0x8000 else 3
    lac_end = mnc_end + (4 if is_wide else 2)
    size = lac_end + (8 if is_wide else 3)
    if len(content) < size:
        return None, 0
    mnc = int.from_bytes(content[2:mnc_end], "big")
    lac, cid = int.from_bytes(content[mnc_end:lac_end], "big"), int.from_bytes(content[lac_end:size], "big")
    return Cell(mcc & 0x7FFF, mnc, lac, cid), size


def read_status(content: bytes) -> Status | None:
    return Status(content[0], content[1], content[2]) if len(content) >= 3 else None


def _is_country(code: bytes) -> bool:
    """Whether two bytes are a mobile country code, with or without the bit for a wide network code."""
    return 200 <= int.from_bytes(code, "big") & 0x7FFF <= 999


def read_alarm(kind: int, content: bytes) -> Alarm | None:
    """16, 26, 27, A4: GPS, length of the cell part, cell, status, alarm, language. 19: the same without GPS.

    The cell part has 8 bytes though its length may say 8 or 9; a longer one holds more cells, which are skipped. A long
    part with length 0 is another dialect's list of cells: status, alarm and language are its last five bytes.
    """
    gps: Gps | None = None
    if kind != CELL_ALARM:
        gps = read_gps(content)
        if gps is None:
            return None
        content = content[GPS_BYTES:]
    if not content:
        return None
    length, rest = content[0], content[1:]
    if kind == CELL_ALARM and length not in (8, 9):  # some leave the length away, some begin with the time
        has_time = not _is_country(content[:2]) and _is_country(content[_TIME_BYTES : _TIME_BYTES + 2])
        length, rest = 8, content[_TIME_BYTES:] if has_time else content
    is_wide = kind in WIDE_CELL
    if length == 0 and len(rest) > _CELL_BYTES + _STATUS_BYTES:
        status = read_status(rest[-_STATUS_BYTES:])
        return None if status is None else Alarm(gps, None, status, rest[-2])
    cell, size = read_cell(rest, is_wide=is_wide)
    if cell is None:
        return None
    more = 0 if is_wide else max(0, length - 9)
    size += more if more <= len(rest) - size - 4 else 0
    status = read_status(rest[size:])
    if status is None or len(rest) < size + 4:
        return None
    return Alarm(gps, cell, status, rest[size + 3])
