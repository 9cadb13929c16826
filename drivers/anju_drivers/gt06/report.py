"""What GT06 messages hold: login, GPS, cell and status, each by itself; `layout.py` says which message has which.

Sources: GT06 protocol 1.8.1; Concox JM-VL03 protocol 1.1.2; traccar Gt06ProtocolDecoder (behaviour).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anju_drivers.bands.session import has_fix, moment

LOGIN, STATUS, HEARTBEAT, TIME = 0x01, 0x13, 0x23, 0x8A
COMMAND_ANSWERS = frozenset({0x21, 0x80, 0x81, 0x82})  # what the box asked is not answered again
LOCAL_TIME = frozenset({0x10, 0x12, 0x16, 0x19})  # in the zone of the login; all others are UTC
GPS_BYTES, TIME_BYTES, CELL_BYTES = 18, 6, 8
NARROW, WIDE = (2, 3), (4, 8)  # bytes of area and cell
_FOREIGN_STATUS_BYTES = 16


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
    flags = int.from_bytes(content[16:18], "big")
    latitude, longitude = (int.from_bytes(content[at : at + 4], "big") / 1_800_000 for at in (7, 11))
    return Gps(
        time=read_time(content),
        satellites=content[6] & 0x0F,
        latitude=latitude if flags >> 10 & 1 else -latitude,
        longitude=-longitude if flags >> 11 & 1 else longitude,
        speed_kmh=content[15],
        course_deg=flags & 0x3FF,
        fix_valid=bool(flags >> 12 & 1),
    )


def read_sure_gps(content: bytes) -> Gps | None:
    """GPS with a fix at the start of a content of which nothing is known: its own length, 12, must say so too."""
    gps = read_gps(content)
    is_sure = gps is not None and content[6] >> 4 == GPS_BYTES - TIME_BYTES and is_time(content)
    return gps if is_sure and gps and has_fix(gps.fix_valid, gps.latitude, gps.longitude) else None


def read_cell(content: bytes, sizes: tuple[int, int] = NARROW, *, is_wide: bool = False) -> tuple[Cell | None, int]:
    """The serving cell at the start of `content`, and how many bytes it takes.

    `sizes` are the bytes of area and cell. A network code has two bytes where the top bit of the country says so, or
    `is_wide`.
    """
    mcc = int.from_bytes(content[:2], "big")
    mnc_end = 4 if mcc & 0x8000 or is_wide else 3
    lac_end = mnc_end + sizes[0]
    size = lac_end + sizes[1]
    if len(content) < size:
        return None, 0
    mnc = int.from_bytes(content[2:mnc_end], "big")
    lac, cid = int.from_bytes(content[mnc_end:lac_end], "big"), int.from_bytes(content[lac_end:size], "big")
    return Cell(mcc & 0x7FFF, mnc, lac, cid), size


def read_status(content: bytes) -> Status | None:
    return Status(content[0], content[1], content[2]) if len(content) >= 3 else None


def is_status(content: bytes) -> bool:
    """Whether a status message begins with the status: all do, but the 16 bytes of one dialect."""
    return len(content) >= 3 and len(content) != _FOREIGN_STATUS_BYTES


def is_time(content: bytes) -> bool:
    """Whether six bytes are a date and a time of this century."""
    return len(content) >= TIME_BYTES and content[0] < 100 and read_time(content) is not None


def read_time(content: bytes) -> datetime | None:
    if len(content) < TIME_BYTES:
        return None
    year, month, day, hour, minute, second = content[:TIME_BYTES]
    return moment(2000 + year, month, day, hour, minute, second)
