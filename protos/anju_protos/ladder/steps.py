"""The ladder as data, and as the text that stands in a roster.

Text: steps parted by ";", each of whole seconds after the alarm, then targets, then what stops it:
`0 siren kiosk lan console; 30 group; 60 second_operator; 180 supervisor review until going`. A step without `until`
is held by an acknowledgement. What boxes took before ("0 siren kiosk lan; 30 lan") reads the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anju_protos.v1.event_pb2 import P1, P2

MOST_STEPS: Final = 20
MOST_SECONDS: Final = 99_999
LADDER_PRIORITIES: Final[Mapping[str, int]] = {"P1": P1, "P2": P2}


class Target(StrEnum):
    """Whom or what a step reaches; the word that stands in the text and in events."""

    SIREN = "siren"
    KIOSK = "kiosk"
    LAN = "lan"
    CONSOLE = "console"
    GROUP = "group"  # the responder group of the wearer's household
    LEADER = "leader"  # of that group
    GRID_WORKER = "grid_worker"
    OPERATOR = "operator"  # the first on duty, by phone
    SECOND_OPERATOR = "second_operator"
    SUPERVISOR = "supervisor"
    REVIEW = "review"  # the case is looked into afterwards


class Sender(StrEnum):
    """Who sends to a target. HOLDER: whoever holds the incident, the hub where it took it over, else the box."""

    BOX = "box"
    HUB = "hub"
    HOLDER = "holder"


class Stop(StrEnum):
    """What stops a step that has not begun."""

    ACKED = "acked"
    GOING = "going"


LOCAL: Final = (Target.SIREN, Target.KIOSK, Target.LAN)
AT_HUB: Final = (Target.CONSOLE, Target.REVIEW)
PHONES: Final = tuple(target for target in Target if target not in LOCAL + AT_HUB)
_TARGETS: Final = frozenset(map(str, Target))
_STOPS: Final = frozenset(map(str, Stop))
_KNOWN: Final = ", ".join(Target)
_RIGHT: Final[Mapping[str, str]] = {
    "too-many": f"must be at most {MOST_STEPS} steps",
    "not-at-once": "must have the first at 0: an alarm sounds at once",
    "empty": 'is empty; must look like "30 group"',
    "seconds": f"word {{word}} must be whole seconds from 0 to {MOST_SECONDS}",
    "until": f"word {{word}} must be the last but one, as in until {' or until '.join(Stop)}",
    "no-target": f"names no target; known: {_KNOWN}",
    "unknown-target": f"word {{word}} is no target; known: {_KNOWN}",
}
OLD_BOX_FIRST: Final = "0 kiosk"  # what a screen shows does not depend on the ladder


class Wrong(StrEnum):
    """What is wrong with a text. A code that stays the same for years."""

    TOO_MANY = "too-many"
    NOT_AT_ONCE = "not-at-once"  # no step at 0
    EMPTY = "empty"
    SECONDS = "seconds"
    UNTIL = "until"
    NO_TARGET = "no-target"
    UNKNOWN_TARGET = "unknown-target"


class LadderError(ValueError):
    """A text that is no ladder. `step` and `word` count from 1, 0 = the whole; the text says what would be right.

    What was typed is in no message: somebody may have typed a name.
    """

    def __init__(self, wrong: Wrong, step: int = 0, word: int = 0) -> None:
        where = f"step {step}: " if step else ""
        super().__init__(where + _RIGHT[wrong].format(word=word))
        self.wrong, self.step, self.word = wrong, step, word


def sender_of(target: Target) -> Sender:
    """Returns who sends to a target."""
    if target in LOCAL:
        return Sender.BOX
    return Sender.HUB if target in AT_HUB else Sender.HOLDER


@dataclass(frozen=True, slots=True)
class LadderStep:
    """Targets that are reached `wait_ms` after the alarm began to ring, unless `stop` came before."""

    wait_ms: int
    targets: tuple[Target, ...]
    stop: Stop = Stop.ACKED

    def __str__(self) -> str:
        until = "" if self.stop is Stop.ACKED else f" until {self.stop}"
        return f"{self.wait_ms // 1000} {' '.join(self.targets)}{until}"


@dataclass(frozen=True, slots=True)
class Telling:
    """One target of one step. `nth`: the how-manieth step of the ladder that names this target, from 1."""

    step: int
    wait_ms: int
    target: Target
    nth: int
    stop: Stop


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in the order of their waits."""

    steps: tuple[LadderStep, ...]

    def tellings(self) -> Iterator[Telling]:
        """Yields each target of each step."""
        seen: dict[Target, int] = {}
        for at, step in enumerate(self.steps):
            for target in step.targets:
                seen[target] = seen.get(target, 0) + 1
                yield Telling(at, step.wait_ms, target, seen[target], step.stop)

    def level(self, ringing_ms: int) -> int:
        """Returns how many steps with local channels have begun after `ringing_ms` of ringing."""
        return sum(step.wait_ms <= ringing_ms for step in self._local())

    def sounding(self, ringing_ms: int) -> frozenset[str]:
        """Returns the local channels that are on: one that was named stays on."""
        return frozenset(
            str(target)
            for step in self._local()
            if step.wait_ms <= ringing_ms
            for target in step.targets
            if target in LOCAL
        )

    def names_lan(self, after_level: int, level: int) -> bool:
        """Whether a LAN endpoint is told between two levels."""
        return any(Target.LAN in step.targets for step in self._local()[after_level:level])

    def local_text(self) -> str:
        """Returns the local channels alone, as boxes take them that know no other targets."""
        parts = [
            f"{step.wait_ms // 1000} {' '.join(target for target in step.targets if target in LOCAL)}"
            for step in self._local()
        ]
        if not self._local() or self._local()[0].wait_ms:
            parts.insert(0, OLD_BOX_FIRST)
        return "; ".join(parts)

    def is_local(self) -> bool:
        """Whether it names local channels alone."""
        return all(target in LOCAL for step in self.steps for target in step.targets)

    def _local(self) -> list[LadderStep]:
        return [step for step in self.steps if any(target in LOCAL for target in step.targets)]

    def __str__(self) -> str:
        return "; ".join(map(str, self.steps))


def parse_ladder(text: str) -> Ladder:
    """Returns the ladder of a text. Raises `LadderError`, which names the step and what would be right."""
    parts = text.split(";")
    if len(parts) > MOST_STEPS:
        raise LadderError(Wrong.TOO_MANY)
    steps = sorted((_step(at, part) for at, part in enumerate(parts, 1)), key=lambda step: step.wait_ms)
    if steps[0].wait_ms:
        raise LadderError(Wrong.NOT_AT_ONCE)
    return Ladder(tuple(steps))


def _step(at: int, part: str) -> LadderStep:
    words = part.split()
    if not words:
        raise LadderError(Wrong.EMPTY, at)
    seconds, *names = words
    if not re.fullmatch(r"[0-9]{1,5}", seconds):
        raise LadderError(Wrong.SECONDS, at, 1)
    stop = Stop.ACKED
    if "until" in names:
        split = names.index("until")
        until = names[split + 1 :]
        names = names[:split]
        if len(until) != 1 or until[0] not in _STOPS:
            raise LadderError(Wrong.UNTIL, at, split + 2)
        stop = Stop(until[0])
    for place, name in enumerate(names, 2):
        if name not in _TARGETS:
            raise LadderError(Wrong.UNKNOWN_TARGET, at, place)
    if not names:
        raise LadderError(Wrong.NO_TARGET, at)
    return LadderStep(int(seconds) * 1000, tuple(dict.fromkeys(map(Target, names))), stop)


DEFAULT_LADDERS: Final[Mapping[int, Ladder]] = {
    P1: parse_ladder(
        "0 siren kiosk lan console; 30 lan group; 60 second_operator; 120 lan leader grid_worker; 180 supervisor review"
    ),
    P2: parse_ladder(
        "0 siren kiosk lan console; 180 lan group; 300 second_operator; 600 leader grid_worker; 900 supervisor"
    ),
}
