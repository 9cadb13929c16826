"""The position report of JT/T 808: message 0200, and the records of 0704.

Body: alarm u32, status u32, lat and lon u32 in 1e-6 degrees (the sign is in the status), altitude i16 m, speed u16 in
0.1 km/h, course u16, time BCD6 in GMT+8, then items of id, length, value (see `items.py`). Source: JT/T 808-2013,
tables 17, 18, 24, 27; traccar Jt808ProtocolDecoder (behaviour).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju_drivers.bands.session import moment
from anju_drivers.driver import Reason

HEAD_BYTES = 28
SOS_BIT, FENCE_BIT = 0, 20
# Bits that concern a person or the terminal on a person. All others are about driving and vehicle parts; they stay
# visible as hex, and a site gives them a meaning with the option `alarm_bits`.
ALARM_BITS: Mapping[int, Reason] = {
    SOS_BIT: Reason.SOS,
    7: Reason.LOW_BATTERY,
    8: Reason.POWER_CUT,
    17: Reason.TAMPER,
    FENCE_BIT: Reason.GEOFENCE_OUT,
    21: Reason.GEOFENCE_OUT,  # into or out of a route
    23: Reason.GEOFENCE_OUT,  # off the route
    26: Reason.TAMPER,  # stolen
    28: Reason.TAMPER,  # moved without leave
    29: Reason.GENERAL,  # collision
    30: Reason.GENERAL,  # rolled over
}
# Bits that the standard gives to driving and to parts of a vehicle: visible, and no news.
QUIET_BITS = frozenset({*range(1, 7), *range(9, 15), 18, 19, 22, 24, 25, 27, 31})
_AREA, _ODOMETER, _SIGNAL, _SATELLITES = "12", "01", "30", "31"
_NO_ITEMS_BYTES = 20


@dataclass(frozen=True, slots=True)
class Location:
    """`time` is in GMT+8, None where the BCD is no date. `items`: id in hex -> value in hex, the last of each id."""

    alarm_bits: int
    status_bits: int
    latitude: float
    longitude: float
    altitude_m: int
    speed_kmh: float
    course_deg: int
    time: datetime | None
    items: Mapping[str, str]
    is_truncated: bool

    @property
    def fix_valid(self) -> bool:
        return bool(self.status_bits >> 1 & 1)

    @property
    def acc_on(self) -> bool:
        return bool(self.status_bits & 1)

    @property
    def sos(self) -> bool:
        return bool(self.alarm_bits >> SOS_BIT & 1)

    def reasons(self, own: Mapping[int, Reason | None]) -> tuple[Reason, ...]:
        """All alarm bits with a meaning, the site's `own` first. A fence is "in" only where an item says so."""
        table: dict[int, Reason | None] = {**ALARM_BITS, **own}
        found = [table.get(bit) for bit in range(32) if self.alarm_bits >> bit & 1]
        if FENCE_BIT not in own and self.items.get(_AREA, "")[10:12] == "00":
            found = [Reason.GEOFENCE_IN if one is Reason.GEOFENCE_OUT else one for one in found]
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def unknown_bits(self, own: Mapping[int, Reason | None]) -> list[int]:
        """Alarm bits that neither the standard nor the site gives a meaning."""
        known = {*ALARM_BITS, *QUIET_BITS, *own}
        return [bit for bit in range(32) if self.alarm_bits >> bit & 1 and bit not in known]

    def number(self, item: str) -> int | None:
        value = self.items.get(item, "")
        return int(value, 16) if value and len(value) <= 8 else None

    @property
    def odometer_m(self) -> int | None:
        value = self.number(_ODOMETER)
        return None if value is None else value * 100

    @property
    def gsm_signal(self) -> int | None:
        return self.number(_SIGNAL)

    @property
    def satellites(self) -> int | None:
        return self.number(_SATELLITES)


def read_location(body: bytes) -> Location | None:
    """A report, or None for a body that is too short."""
    if len(body) < HEAD_BYTES:
        return None
    alarm_bits, status_bits, latitude, longitude = (int.from_bytes(body[at : at + 4], "big") for at in (0, 4, 8, 12))
    items, is_truncated = _items(body[HEAD_BYTES:])
    return Location(
        alarm_bits=alarm_bits,
        status_bits=status_bits,
        latitude=(-1 if status_bits >> 2 & 1 else 1) * latitude / 1e6,
        longitude=(-1 if status_bits >> 3 & 1 else 1) * longitude / 1e6,
        altitude_m=int.from_bytes(body[16:18], "big", signed=True),
        speed_kmh=int.from_bytes(body[18:20], "big") / 10,
        course_deg=int.from_bytes(body[20:22], "big"),
        time=_time(body[22:28]),
        items=items,
        is_truncated=is_truncated,
    )


def _items(data: bytes) -> tuple[dict[str, str], bool]:
    """Items up to the first that does not fit. A tail of exactly 20 bytes that is no items is a vendor's own."""
    found: dict[str, str] = {}
    at = 0
    while at + 2 <= len(data):
        end = at + 2 + data[at + 1]
        if end > len(data):
            return ({}, False) if len(data) == _NO_ITEMS_BYTES else (found, True)
        found[f"{data[at]:02x}"] = data[at + 2 : end].hex()
        at = end
    return found, at < len(data)


def read_batch(body: bytes) -> tuple[int, int, list[Location]] | None:
    """0704: the stated count, the type (1 = stored while out of coverage), and the records that fit."""
    if len(body) < 3:
        return None
    return int.from_bytes(body[:2], "big"), body[2], _records(body[3:], 2)


def read_short_batch(body: bytes) -> list[Location]:
    """0210 of some vendors: records alone, each behind a length of one byte."""
    return _records(body, 1)


def _records(body: bytes, length_bytes: int) -> list[Location]:
    found = []
    at = 0
    while at + length_bytes <= len(body):
        start = at + length_bytes
        at = start + int.from_bytes(body[at:start], "big")
        location = read_location(body[start:at])
        if location is not None:
            found.append(location)
    return found


def _time(bcd: bytes) -> datetime | None:
    digits = bcd.hex()
    if not re.fullmatch(r"\d{12}", digits, re.ASCII):
        return None
    year, month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(0, 12, 2))
    return moment(2000 + year, month, day, hour, minute, second)
