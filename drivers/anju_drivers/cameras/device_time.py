"""The camera's own clock reading, and how far it can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OLDEST_YEAR = 2015  # before this a camera's clock was never set
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s?(?:(Z)|([+-])(\d{1,2}):?(\d{2}))?",
    re.IGNORECASE,
)


class TimeTrust(StrEnum):
    DEVICE = "device"
    NAIVE = "naive"  # no zone given
    BAD = "bad"  # unreadable, impossible or an unset clock
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """`utc` only with trust `device`, `local` (ISO text without zone) only with `naive`."""

    trust: TimeTrust
    utc: datetime | None = None
    local: str | None = None

    @property
    def utc_ms(self) -> int | None:
        """Milliseconds since 1970."""
        return None if self.utc is None else (self.utc - _EPOCH) // timedelta(milliseconds=1)

    @property
    def utc_text(self) -> str | None:
        """ISO 8601 with Z; a fraction only where the camera gave one."""
        return None if self.utc is None else self.utc.isoformat().replace("+00:00", "Z")


def local_time(year: int, month: int, day: int, hour: int, minute: int, second: int) -> DeviceTime:
    """A time that the protocol gives without a zone. Never raises."""
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - there is no zone
    except (ValueError, OverflowError):
        return DeviceTime(TimeTrust.BAD)
    return DeviceTime(TimeTrust.NAIVE, local=local.isoformat()) if year >= OLDEST_YEAR else DeviceTime(TimeTrust.BAD)


def epoch_time(seconds: object, microseconds: int = 0) -> DeviceTime:
    """Seconds since 1970 as JSON gives them, with a fraction beside or inside. Never raises."""
    if isinstance(seconds, str):
        try:
            seconds = float(seconds)
        except ValueError:
            return DeviceTime(TimeTrust.BAD)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return DeviceTime(TimeTrust.NONE if seconds is None else TimeTrust.BAD)
    try:
        utc = _EPOCH + timedelta(seconds=seconds, microseconds=microseconds)
    except (OverflowError, ValueError):
        return DeviceTime(TimeTrust.BAD)
    return DeviceTime(TimeTrust.DEVICE, utc) if utc.year >= OLDEST_YEAR else DeviceTime(TimeTrust.BAD)


def minutes_ahead(device_times: Iterable[DeviceTime], received: object) -> int | None:
    """Seconds, to the minute, that the first device time with a zone is ahead of ISO text `received`; 0 is None."""
    came_ms = read_time(received).utc_ms if isinstance(received, str) else None
    device_ms = next((one.utc_ms for one in device_times if one.utc_ms is not None), None)
    if came_ms is None or device_ms is None:
        return None
    return 60 * round((device_ms - came_ms) / 60_000) or None


def read_time(text: str, oldest_year: int = OLDEST_YEAR) -> DeviceTime:
    """ISO 8601, and what cameras write for it: `-6:00`, `+0800`, no zone at all. Never raises.

    Seconds may be missing (ISO 8601 lets them, the vendor's ISAPI guide prints so) and the day may end with 24:00:00.
    """
    text = text.strip()
    if not text:
        return DeviceTime(TimeTrust.NONE)
    found = _TIME.fullmatch(text)
    if not found:
        return DeviceTime(TimeTrust.BAD)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    fraction, zulu, sign, zone_hours, zone_minutes = found.groups()[6:]
    try:
        is_end_of_day = (hour, minute, second) == (24, 0, 0)
        local = datetime(year, month, day, 0 if is_end_of_day else hour, minute, second)  # noqa: DTZ001 - zone: below
        local += timedelta(days=int(is_end_of_day))
        if year < oldest_year:
            return DeviceTime(TimeTrust.BAD)
        if not zulu and not sign:
            return DeviceTime(TimeTrust.NAIVE, local=local.isoformat())
        offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
        if offset > timedelta(hours=14) or int(zone_minutes or 0) > 59:
            return DeviceTime(TimeTrust.BAD)
        zone = timezone(-offset if sign == "-" else offset)
        microsecond = int((fraction or "0").ljust(6, "0")[:6])
        utc = local.replace(tzinfo=zone, microsecond=microsecond).astimezone(UTC)
    except (ValueError, OverflowError):
        return DeviceTime(TimeTrust.BAD)
    return DeviceTime(TimeTrust.DEVICE, utc)
