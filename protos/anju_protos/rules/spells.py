"""How long something has been so: the state of every rule that watches a device, and what the box says to it.

A rule's state of a device is one `Spell`. It begins when the condition does, rings once it has lasted long enough, and
ends with `Clear` if it had rung. The state is small and plain, so that the box can keep it over a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from anju_protos.rules.actions import Action, Clear, raise_and_ring
from anju_protos.rules.hours import Moment
from anju_protos.v1.control_pb2 import Device
from anju_protos.v1.event_pb2 import (
    Alarm,
    CheckIn,
    DeviceState,
    Position,
    Presence,
    Priority,
    Trigger,
    Vital,
)

Message: TypeAlias = Presence | Position | DeviceState | Vital | Trigger | Alarm | CheckIn


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of the device: its payload, and how old it was when it came (0 where nobody can say)."""

    message: Message
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """The device gave a sign of life that is no event: a frame that says nothing else."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on."""


Happening: TypeAlias = Seen | Heard | Tick


@dataclass(frozen=True, slots=True)
class Spell:
    """Since when it is so, running time in ms, None: it is not; and whether this spell has rung."""

    since_ms: int | None = None
    is_raised: bool = False


NONE = Spell()
Decided: TypeAlias = tuple[Spell, tuple[Action, ...]]


class WatchRule(Protocol):
    """A rule that watches devices. Values are read and in range; `reason` is what it raises."""

    @property
    def id(self) -> str: ...

    @property
    def reason(self) -> int: ...

    def watches(self, device: Device) -> bool:
        """Whether it is about this device."""
        ...

    def start(self, now: Moment) -> Spell:
        """Returns its state of a device of which nothing is known yet."""
        ...

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        """Returns the new state and what to do."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """What every rule of this sort raises, and under which name."""

    rule: str
    reason: int
    priority: Priority.ValueType

    def begins(self, spell: Spell, now_ms: int) -> Spell:
        """It is so: since now, unless it was so before."""
        return spell if spell.since_ms is not None else Spell(now_ms, spell.is_raised)

    def lasts(self, spell: Spell, after_ms: int, now_ms: int) -> Decided:
        """Rings, once, what has been so for `after_ms`."""
        if spell.since_ms is None or spell.is_raised or now_ms - spell.since_ms < after_ms:
            return spell, ()
        return Spell(spell.since_ms, is_raised=True), raise_and_ring(self.priority, frozenset({self.reason}), self.rule)

    def ends(self, spell: Spell, why: str, since_ms: int | None = None) -> Decided:
        """It is not so any more; `since_ms`: the next spell is counted from there at once."""
        return Spell(since_ms), ((Clear(self.rule, self.reason, why),) if spell.is_raised else ())
