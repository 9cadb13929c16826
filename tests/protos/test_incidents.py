"""The incident fold: the same result for any order of the same steps, and nothing erased."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.incidents import (
    add_step,
    forget_counts,
    incident_key,
    is_open,
    may_step,
    needs_hub_close,
    open_incident,
    parse_incident_key,
    presses,
)
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM_RAISED,
    FALL,
    LOW_BATTERY,
    NEW,
    P1,
    P2,
    PRESENCE,
    RESOLVED,
    RESPONDING,
    RINGING,
    SOS,
    Actor,
    Alarm,
    Event,
    EventRef,
    IncidentState,
    IncidentStep,
    Stamp,
)

REF = EventRef(stream=bytes(range(16)), seq=5)


def opened(priority: int = P1) -> Incident:
    alarm = Alarm(reasons=[SOS, LOW_BATTERY], priority=priority, battery_pct=9)  # type: ignore[arg-type]  # enums are ints
    event = Event(kind=ALARM_RAISED, device="ble:aa", payload=alarm.SerializeToString())
    return open_incident("ningdu", "box-1", REF, event)


def step(number: int, state: int, round_: int = 0, actor: str = "op-1", **more: object) -> IncidentStep:
    return IncidentStep(
        incident=REF,
        state=state,  # type: ignore[arg-type]  # enums are ints
        round=round_,
        actor=Actor(role=Actor.OPERATOR, id=actor),
        at=Stamp(wall_ms=1_000 + number),
        ref=EventRef(stream=b"s" * 16, seq=number),
        **more,  # type: ignore[arg-type]  # test shorthand
    )


def fold(incident: Incident, steps: Iterable[IncidentStep]) -> Incident:
    """Folds all of `steps` in."""
    for step in steps:
        add_step(incident, step)
    return incident


STEPS = [
    step(1, RINGING),
    step(2, ACKED, actor="op-1"),
    step(3, ACKED, actor="op-2"),
    step(4, RESPONDING),
    step(5, RINGING, round_=1, repeats=3, reasons=[FALL]),
    step(6, ACKED, round_=1, actor="op-3"),
    step(7, RESOLVED, round_=1, closed_on_site=True, cause="fell"),
    step(8, RESOLVED, round_=1, cause="fall_helped", contacted=True),
]


@given(order=st.permutations(STEPS), doubled=st.lists(st.sampled_from(STEPS)))
def test_any_order_and_any_duplicates_give_the_same_incident(
    order: list[IncidentStep], doubled: list[IncidentStep]
) -> None:
    want, got = fold(opened(), STEPS), fold(opened(), [*order, *doubled, *order])
    del want.steps[:], got.steps[:]
    assert got == want
    assert [owner.id for owner in got.owners] == ["op-1", "op-2", "op-3"]
    assert (got.round, got.state, got.repeats) == (1, RESOLVED, 3)
    assert list(got.reasons) == [SOS, FALL, LOW_BATTERY]
    assert (got.cause, got.contacted, got.closed_on_site) == ("fall_helped", True, False)


@given(order=st.permutations([*STEPS, *(step(n, NEW, n % 3, repeats=n, reasons=[FALL]) for n in range(20, 26))]))
def test_counts_that_are_dropped_leave_the_same_incident(order: list[IncidentStep]) -> None:
    want, got = fold(opened(), order), opened()
    for one in order:
        add_step(got, one)
        forget_counts(got)
    assert len([one for one in got.steps if one.state == NEW]) == 1
    del want.steps[:], got.steps[:]
    assert got == want
    assert got.repeats == 25


def test_no_progress_rings_again_and_keeps_the_owner_listed() -> None:
    incident = fold(opened(), [step(1, ACKED), step(2, RINGING, round_=1)])
    assert (incident.state, incident.round) == (RINGING, 1)
    assert [owner.id for owner in incident.owners] == ["op-1"]


def test_closed_on_site_still_asks_the_hub_for_a_p1_only() -> None:
    for priority, asks in ((P1, True), (P2, False)):
        incident = fold(opened(priority), [step(1, RESOLVED, closed_on_site=True)])
        assert not is_open(incident)
        assert needs_hub_close(incident) is asks
    closed = fold(opened(), [step(1, RESOLVED, closed_on_site=True), step(2, RESOLVED, cause="c", contacted=True)])
    assert not needs_hub_close(closed)


def test_an_opening_keeps_all_reasons_and_only_alarms_open() -> None:
    incident = opened()
    assert list(incident.reasons) == [SOS, LOW_BATTERY]
    assert (incident.state, incident.battery_pct) == (NEW, 9)
    with pytest.raises(ValueError, match="only an alarm"):
        open_incident("c", "b", REF, Event(kind=PRESENCE))


def test_a_known_step_changes_nothing() -> None:
    incident = opened()
    assert add_step(incident, STEPS[0])
    before = incident.SerializeToString(deterministic=True)
    assert not add_step(incident, STEPS[0])
    assert incident.SerializeToString(deterministic=True) == before


def test_allowed_steps() -> None:
    assert may_step(NEW, ACKED)
    assert may_step(ACKED, RESPONDING)
    assert not may_step(RESOLVED, ACKED)
    assert not may_step(IncidentState.REVIEWED, NEW)
    assert may_step(35, RESOLVED), "between ACKED and RESPONDING, of a later version"
    assert not may_step(99, RESOLVED)
    assert may_step(IncidentState.INCIDENT_STATE_UNSPECIFIED, ACKED)


def test_ids_as_text() -> None:
    assert parse_incident_key(incident_key(REF)) == REF
    for junk in ("", "x-1", "00-1", bytes(16).hex(), bytes(16).hex() + "-x"):
        with pytest.raises(ValueError, match=r"incident id|non-hexadecimal"):
            parse_incident_key(junk)


def test_reached_is_reached_whatever_others_say_and_what_was_done_adds_up_in_any_order() -> None:
    on_site = step(1, RESOLVED, contact=IncidentStep.NOT_REACHED, done=["visited"], closed_on_site=True)
    at_hub = step(2, RESOLVED, contact=IncidentStep.REACHED, contacted=True, done=["phoned", "visited"])
    for order in ((on_site, at_hub), (at_hub, on_site)):
        incident = opened()
        for one in order:
            add_step(incident, one)
        assert (incident.contact, incident.contacted) == (IncidentStep.REACHED, True)
        assert list(incident.done) == ["visited", "phoned"]
    incident = opened()
    add_step(incident, on_site)
    assert incident.contact == IncidentStep.NOT_REACHED


def test_copies_on_the_air_are_no_presses() -> None:
    incident = opened()
    add_step(incident, step(1, NEW, repeats=57, copies=57))
    assert presses(incident) == 1
    add_step(incident, step(2, NEW, repeats=58, copies=57))
    assert presses(incident) == 2
