"""How a sent step is recorded: it moves no incident, is not dropped with counts, and an earlier version reads it."""

from __future__ import annotations

import pytest

from anju_protos.incidents import add_step, drop_counts, forget_counts
from anju_protos.ladder.notes import Fate, ladder_step, read_record
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, NEW, P1, RESPONDING, RINGING, Actor, EventRef, IncidentStep, LadderNote

BOX, HUB = LadderNote.BOX, LadderNote.HUB
AT_BOX = Actor(role=Actor.BOX)


def incident(*steps: IncidentStep) -> Incident:
    made = Incident(id=EventRef(stream=b"i" * 16, seq=1), priority=P1, state=NEW)
    for seq, step in enumerate(steps, 2):
        step.ref.CopyFrom(EventRef(stream=b"i" * 16, seq=seq))
        add_step(made, step)
    return made


def note(act: LadderNote.Act.ValueType, side: LadderNote.Side.ValueType = BOX, target: str = "group") -> IncidentStep:
    return ladder_step(incident(), LadderNote(act=act, side=side, target=target, nth=1), AT_BOX)


@pytest.mark.parametrize("state", [ACKED, RESPONDING])
def test_it_moves_no_incident_back_and_counts_never_drop_it(state: int) -> None:
    answered = incident(
        IncidentStep(state=RINGING),
        IncidentStep(state=state),  # type: ignore[arg-type]  # values by number
        note(LadderNote.TOLD),
        IncidentStep(state=NEW, repeats=1),
        IncidentStep(state=NEW, repeats=2),
    )
    assert answered.state == state
    forget_counts(answered)
    drop_counts(answered)
    assert read_record(answered).fate((0, "group", 1), HUB) is Fate.DONE


def test_an_earlier_version_reads_what_rang() -> None:
    step = note(LadderNote.TOLD)
    step.ClearField("ladder")
    assert (step.state, step.channel) == (RINGING, "group")


@pytest.mark.parametrize(
    ("acts", "at_box", "at_hub"),
    [
        ([], Fate.OPEN, Fate.OPEN),
        ([(LadderNote.BEGUN, BOX)], Fate.BEGUN_HERE, Fate.BEGUN_THERE),
        ([(LadderNote.BEGUN, BOX), (LadderNote.FAILED, BOX)], Fate.FAILED_HERE, Fate.FAILED_THERE),
        ([(LadderNote.BEGUN, BOX), (LadderNote.TOLD, BOX)], Fate.DONE, Fate.DONE),
        ([(LadderNote.FAILED, BOX), (LadderNote.TOLD, HUB)], Fate.DONE, Fate.DONE),
        ([(LadderNote.FAILED, BOX), (LadderNote.FAILED, HUB)], Fate.FAILED_HERE, Fate.FAILED_HERE),
    ],
)
def test_what_became_of_a_telling(
    acts: list[tuple[LadderNote.Act.ValueType, LadderNote.Side.ValueType]], at_box: Fate, at_hub: Fate
) -> None:
    record = read_record(incident(*(note(act, side) for act, side in acts)))
    assert (record.fate((0, "group", 1), BOX), record.fate((0, "group", 1), HUB)) == (at_box, at_hub)
    assert record.fate((1, "group", 1), BOX) is Fate.OPEN
    told = [] if not acts or all(act == LadderNote.FAILED for act, _ in acts) else ["group"]
    assert list(record.phoned()) == told


def test_the_newest_take_over_counts() -> None:
    steps = [note(LadderNote.TAKES_OVER, HUB, ""), note(LadderNote.RELIEVED, BOX, "")]
    steps[0].ladder.nth = 2
    record = read_record(incident(*steps))
    assert (record.take_overs, record.relieved) == (2, 1)
