"""Kind `overdue`: checked in to an activity, and not out when it has been over for a while.

Somebody's spell begins when the session ends. With the clock UNSET nobody knows when that is: then it is taken to end
its own length after the check-in, and a check-in in the middle is told of late by less than the session's length.
Nothing at the box checks anybody out yet: the rule is decided here, and no roster may have it (`kinds.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from anju_protos.rules.hours import MINUTES_A_DAY, Moment
from anju_protos.rules.spells import Decided, Spell, Tick, Told
from anju_protos.v1.control_pb2 import Activity
from anju_protos.v1.event_pb2 import Priority, Reason


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Somebody came to the activity."""


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """They said good-bye, or the check-in was taken back (`annulled`)."""

    annulled: bool = False


Attendance: TypeAlias = CheckedIn | CheckedOut | Tick


@dataclass(frozen=True, slots=True)
class Overdue:
    """One spell for each resident and activity; a second check-in while one stands changes nothing."""

    id: str
    priority: Priority.ValueType
    after_ms: int
    reason: int = Reason.OVERDUE

    def decide(self, spell: Spell, activity: Activity, happening: Attendance, now: Moment) -> Decided:
        """Returns the new state and what to do."""
        told = Told("overdue", self.reason, self.priority)
        match happening:
            case CheckedIn():
                spell = told.begins(spell, now.running_ms + _until_end_ms(activity, now))
            case CheckedOut(annulled):
                return told.ends(spell, "annulled" if annulled else "checked_out")
        return told.lasts(spell, self.after_ms, now.running_ms)


def _until_end_ms(activity: Activity, now: Moment) -> int:
    length_min = (activity.ends_min - activity.starts_min) % MINUTES_A_DAY or MINUTES_A_DAY
    if now.local_min is None:
        return length_min * 60_000
    since_begin_min = (now.local_min - activity.starts_min) % MINUTES_A_DAY
    if since_begin_min >= MINUTES_A_DAY - activity.early_min:  # before the start
        since_begin_min -= MINUTES_A_DAY
    return max(0, length_min - since_begin_min) * 60_000
