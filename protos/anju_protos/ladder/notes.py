"""How far an incident's ladder is, out of its steps: each thing a side did for it is a step with a `LadderNote`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from anju_protos.ladder.steps import PHONES
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import RINGING, Actor, IncidentStep, LadderNote

Key = tuple[int, str, int]  # round, target, how-manieth telling of it in the ladder
SENDING_ACTS = (LadderNote.BEGUN, LadderNote.TOLD, LadderNote.FAILED)


class Fate(Enum):
    """What became of a telling, as one side sees it."""

    OPEN = auto()
    DONE = auto()
    FAILED_HERE = auto()
    FAILED_THERE = auto()  # the other side has given up on it
    BEGUN_HERE = auto()  # an earlier run of this side began it, and nobody knows how it ended
    BEGUN_THERE = auto()


@dataclass(frozen=True, slots=True)
class Record:
    """The ladder's steps of an incident. `take_overs` and `relieved` are numbers, 0 = none."""

    acts: dict[Key, frozenset[tuple[int, int]]]  # (act, side)
    take_overs: int
    relieved: int
    stood_down: frozenset[int]  # rounds

    def fate(self, key: Key, side: LadderNote.Side.ValueType) -> Fate:
        """Returns what became of a telling."""
        acts = self.acts.get(key, frozenset())
        if any(act == LadderNote.TOLD for act, _ in acts):
            return Fate.DONE
        if (LadderNote.FAILED, side) in acts:
            return Fate.FAILED_HERE
        if (LadderNote.BEGUN, side) in acts:
            return Fate.BEGUN_HERE
        if any(act == LadderNote.FAILED for act, _ in acts):
            return Fate.FAILED_THERE
        return Fate.BEGUN_THERE if acts else Fate.OPEN

    def phoned(self) -> tuple[str, ...]:
        """Returns the targets that somebody may have told by phone in any round, in the order of their words."""
        told = {
            target
            for (_, target, _), acts in self.acts.items()
            if any(act in (LadderNote.BEGUN, LadderNote.TOLD) for act, _ in acts)
        }
        return tuple(target for target in PHONES if target in told)


def read_record(incident: Incident) -> Record:
    """Returns how far the ladder is."""
    acts: dict[Key, set[tuple[int, int]]] = {}
    take_overs = relieved = 0
    stood_down = set()
    for step in notes_of(incident.steps):
        note = step.ladder
        if note.act in SENDING_ACTS:
            acts.setdefault((step.round, note.target, note.nth), set()).add((note.act, note.side))
        elif note.act == LadderNote.TAKES_OVER:
            take_overs = max(take_overs, note.nth)
        elif note.act == LadderNote.RELIEVED:
            relieved = max(relieved, note.nth)
        elif note.act == LadderNote.STOOD_DOWN:
            stood_down.add(step.round)
    return Record({key: frozenset(found) for key, found in acts.items()}, take_overs, relieved, frozenset(stood_down))


def notes_of(steps: Iterable[IncidentStep]) -> Iterator[IncidentStep]:
    """Yields the steps that say how far the ladder is."""
    return (step for step in steps if step.HasField("ladder"))


def ladder_step(incident: Incident, note: LadderNote, actor: Actor, round_: int | None = None) -> IncidentStep:
    """Returns the step that records a note; it moves no incident that rings, and none back that was answered."""
    step = IncidentStep(state=RINGING, actor=actor, channel=note.target, ladder=note)
    step.incident.CopyFrom(incident.id)
    step.round = incident.round if round_ is None else round_
    return step
