"""Who rings when: a ladder before anything rings, with how many phones it reaches and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from anju_protos.ladder.steps import PHONES, Ladder, Sender, Stop, Target, sender_of


class Fault(StrEnum):
    """What is wrong. A code that stays the same for years; `text` of the `LadderFault` says it in English."""

    NOBODY = "nobody"  # no step reaches a person
    NO_PHONE = "no-phone"  # a target, or a group, without a phone
    NO_CHANNEL = "no-channel"  # neither box nor hub has one to phones


@dataclass(frozen=True, slots=True)
class LadderFault:
    """`step` from 1, 0 = the whole. `target` '' = none; `groups`: those without a phone, by their labels."""

    fault: Fault
    step: int = 0
    target: str = ""
    groups: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        if self.fault is Fault.NOBODY:
            return f"names nobody: at least one of {', '.join(PHONES)} must be told"
        if self.fault is Fault.NO_CHANNEL:
            return f"step {self.step}: {self.target}: neither box nor hub has a channel to phones"
        where = f" in {', '.join(self.groups)}" if self.groups else ""
        return f"step {self.step}: {self.target}: no phone is known{where}"


@dataclass(frozen=True, slots=True)
class GroupPhones:
    """How many phones a responder group has. `leader`: of those its leader's."""

    label: str
    phones: int
    leader: int


@dataclass(frozen=True, slots=True)
class People:
    """How many phones there are of whom; never whose. `box_sends`, `hub_sends` None: nobody knows yet."""

    groups: tuple[GroupPhones, ...] = ()
    phones: Mapping[str, int] | None = None  # of grid_worker, operator, second_operator, supervisor
    box_sends: bool | None = None
    hub_sends: bool | None = None

    def phones_of(self, target: Target) -> int:
        """Returns how many phones a target has, of groups all together."""
        if target is Target.GROUP:
            return sum(group.phones for group in self.groups)
        if target is Target.LEADER:
            return sum(group.leader for group in self.groups)
        return (self.phones or {}).get(target, 0)

    def without(self, target: Target) -> tuple[str, ...]:
        """Returns the groups that nobody can be told of."""
        if target is Target.GROUP:
            return tuple(group.label for group in self.groups if not group.phones)
        if target is Target.LEADER:
            return tuple(group.label for group in self.groups if not group.leader)
        return ()


@dataclass(frozen=True, slots=True)
class ReachedTarget:
    """`with_hub` and `without_hub`: who sends, '' = nobody. `phones` None: it is reached without one.

    Not `is_certain`: whether the sender has a channel to phones is not known yet.
    """

    target: Target
    with_hub: str
    without_hub: str
    phones: int | None
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class RungStep:
    """A step as it would run."""

    wait_ms: int
    stop: Stop
    targets: tuple[ReachedTarget, ...]


@dataclass(frozen=True, slots=True)
class WhoRings:
    """The steps, and what is wrong: with any fault the ladder is not saved."""

    steps: tuple[RungStep, ...]
    faults: tuple[LadderFault, ...]


def who_rings_when(ladder: Ladder, people: People) -> WhoRings:
    """Returns what would ring when, in the order of the steps."""
    steps = tuple(
        RungStep(step.wait_ms, step.stop, tuple(_reached(target, people) for target in step.targets))
        for step in ladder.steps
    )
    return WhoRings(steps, tuple(_faults(ladder, people)))


def _reached(target: Target, people: People) -> ReachedTarget:
    match sender_of(target):
        case Sender.BOX:
            return ReachedTarget(target, Sender.BOX, Sender.BOX, None)
        case Sender.HUB:
            return ReachedTarget(target, Sender.HUB, "", None)
    box = "" if people.box_sends is False else Sender.BOX
    hub = box if people.hub_sends is False else Sender.HUB
    is_certain = people.hub_sends is True or people.box_sends is not None
    return ReachedTarget(target, hub, box, people.phones_of(target), is_certain)


def _faults(ladder: Ladder, people: People) -> Iterator[LadderFault]:
    phoned = [(one.step + 1, one.target) for one in ladder.tellings() if one.target in PHONES]
    if not phoned:
        yield LadderFault(Fault.NOBODY)
    for step, target in phoned:
        groups = people.without(target)
        if not people.phones_of(target) or groups:
            yield LadderFault(Fault.NO_PHONE, step, target, groups)
        if people.box_sends is False and people.hub_sends is False:
            yield LadderFault(Fault.NO_CHANNEL, step, target)
