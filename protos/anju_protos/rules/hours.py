"""Hours of the day at the site, also over midnight; and what is taken to be true while the box does not know the time.

With the clock UNSET nobody can say which hour it is. Rules then take what is safer: quiet hours count as quiet, and
of two waits, one for the day and one for the night, the shorter one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
MINUTES_A_DAY: Final = 1440


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, as a rule sees it: running time in ms, and minutes since local midnight, None with the clock UNSET."""

    running_ms: int
    local_min: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """From one minute of the day (it belongs to them) to another (it does not)."""

    from_min: int
    to_min: int

    def hold(self, local_min: int) -> bool:
        """Whether a minute since midnight is one of them."""
        return (local_min - self.from_min) % MINUTES_A_DAY < (self.to_min - self.from_min) % MINUTES_A_DAY


def hours_fault(text: str) -> str:
    """Returns what is wrong with hours written as "22:00-06:00", '' for nothing."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return "must look like 22:00-06:00"
    return "" if (found[1], found[2]) != (found[3], found[4]) else "must begin and end at different times"


def read_hours(text: str) -> Hours:
    """Returns what `hours_fault` has nothing against. Raises ValueError."""
    found = _HOURS.fullmatch(text)
    if found is None or hours_fault(text):
        raise ValueError(hours_fault(text))
    return Hours(int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4]))


def is_quiet(quiet: Hours, now: Moment) -> bool:
    """Whether these quiet hours hold now. While nobody knows the time, they do."""
    return now.local_min is None or quiet.hold(now.local_min)


def wait_ms(day: Hours, day_s: int, night_s: int, now: Moment) -> int:
    """Returns how long to wait now, by day or night. While nobody knows the time, the shorter wait counts."""
    if now.local_min is None:
        return min(day_s, night_s) * 1000
    return (day_s if day.hold(now.local_min) else night_s) * 1000
