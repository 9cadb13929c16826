"""What is pushed to boxes: everything stays listed, what was told does not cost the line again."""

from __future__ import annotations

from anju_central.control.service import PUSH_GAP_MOST_S, PUSH_GAP_S, push_gap_s, shortened
from anju_protos.v1.control_pb2 import Incident, OpenIncidents
from anju_protos.v1.event_pb2 import ACKED, P1, RESOLVED, RINGING, SOS, Actor, EventRef, IncidentStep


def incident(seq: int, state: int) -> Incident:
    """An incident with some steps; one that is RESOLVED needs nobody any more."""
    made = Incident(
        id=EventRef(stream=b"s" * 16, seq=seq), community="c", box="b", priority=P1, reasons=[SOS], device=f"ble:{seq}",
        cause="false_alarm", contacted=True, owners=[Actor(role=Actor.OPERATOR, id="o")],
        steps=[IncidentStep(state=one, note_code="x" * 50) for one in (RINGING, ACKED)],
    )  # fmt: skip
    made.state = state  # type: ignore[assignment]  # states are its numbers
    return made


def test_a_closed_incident_is_told_whole_once_and_stays_listed() -> None:
    listed = OpenIncidents(version=1, incidents=[incident(1, RESOLVED), incident(2, RINGING)])
    first, told = shortened(listed, set())
    assert first == listed
    second, told = shortened(listed, told)
    assert [one.id.seq for one in second.incidents] == [1, 2]
    assert second.incidents[1] == listed.incidents[1]
    short = second.incidents[0]
    assert not short.steps
    assert (short.state, short.round, list(short.owners)) == (RESOLVED, 0, list(listed.incidents[0].owners))
    assert shortened(listed, told)[0] == second


def test_a_closed_incident_that_changed_is_told_whole_again() -> None:
    _, told = shortened(OpenIncidents(incidents=[incident(1, RESOLVED)]), set())
    changed = incident(1, RESOLVED)
    changed.round = 1
    assert shortened(OpenIncidents(incidents=[changed]), told)[0].incidents[0] == changed


def test_large_pushes_leave_room_on_the_line() -> None:
    assert push_gap_s(300, slow=True) == PUSH_GAP_S
    assert push_gap_s(4_000, slow=True) == 0.5
    assert push_gap_s(1_000_000, slow=True) == PUSH_GAP_MOST_S <= 1  # promise 1: an acknowledgement is there in 2 s


def test_on_a_fast_line_no_push_waits_for_its_size() -> None:
    assert push_gap_s(1_000_000, slow=False) == PUSH_GAP_S
