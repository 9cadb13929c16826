"""The box's incidents beside a hub that resolves, restarts and is restored, over restarts, and under a flood."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, Reason
from anju_edge.clock import SimulatedClock
from anju_edge.incidents.held_incidents import PRESSES_MAX
from anju_edge.journal.entries import PersonalChange
from anju_protos.incidents import add_step, presses
from anju_protos.rules.decide import BoxFault, DevicePress, JournalSalvaged, StaffBell
from anju_protos.v1.control_pb2 import Incident, IncidentChanges, OpenIncidents
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM,
    ALARM_RAISED,
    INCIDENT_STEP,
    NEW,
    P1,
    REAL,
    RESOLVED,
    RINGING,
    Actor,
    Alarm,
    EventRef,
    IncidentStep,
    LastPlace,
)
from anju_protos.v1.event_pb2 import Reason as Said
from support.box_parts import BAND, OTHER_BAND, Parts, box_parts
from support.card_rig import with_card

OPERATOR = Actor(role=Actor.OPERATOR, id="op-1", place="console")
SOS = Said.SOS
RESPONDER = Actor(role=Actor.RESPONDER, id="m-01")


@pytest.fixture(autouse=True, params=["plain", "encrypted"])
def card(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it holds on an encrypted card too."""
    with_card(request.param, monkeypatch)


def sos(device: str = BAND, press: bytes = b"1", counter: int | None = 1) -> AlarmReading:
    return AlarmReading(device, frozenset({Reason.SOS}), press, 2.0, counter=counter)


def at_hub(incident: Incident, state: int, *, round_: int = 0) -> Incident:
    """The hub's copy, moved on by an operator."""
    theirs = Incident()
    theirs.CopyFrom(incident)
    step = IncidentStep(round=round_, state=state, actor=OPERATOR)  # type: ignore[arg-type]  # its numbers
    step.ref.CopyFrom(EventRef(stream=b"h" * 16, seq=len(theirs.steps) + 1))
    theirs.steps.append(step)
    theirs.state, theirs.round = state, round_  # type: ignore[assignment]  # its numbers
    return theirs


async def confirmed(box: Parts) -> None:
    """The hub takes everything."""
    await box.journal.flush()
    for info in box.journal.streams():
        await box.journal.acked(info.stream, info.last)


async def test_what_the_hub_closed_while_the_box_was_off_does_not_ring_for_ever(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos())
        await confirmed(box)
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        assert [local.is_ringing for local in box.incidents.open()] == [True], "nobody has told the box yet"
        box.incidents.merge(OpenIncidents(version=1))
        box.clock.advance(6_000)
        box.incidents.tick()
        assert box.incidents.open() == []


async def test_what_the_hub_never_had_goes_on_ringing_after_a_restart(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos())
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        box.incidents.merge(OpenIncidents(version=1))
        box.clock.advance(600_000)
        box.incidents.tick()
        assert [local.is_ringing for local in box.incidents.open()] == [True]


async def test_an_old_disk_image_does_not_ring_for_what_is_long_over(tmp_path: Path) -> None:
    """The image was taken before the hub's ack; on contact the hub's cursor says that it has had the alarm."""
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos())
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        box.incidents.merge(OpenIncidents(version=1))
        await confirmed(box)
        for _ in range(20):
            box.incidents.tick()
            box.clock.advance(1_000)
        assert [local.is_ringing for local in box.incidents.open()] == [True], "the hub may be about to list it"
        for _ in range(20):
            box.incidents.tick()
            box.clock.advance(1_000)
        assert box.incidents.open() == []


@pytest.mark.parametrize("boot", [7, 8])
async def test_a_press_after_a_restart_rings_though_the_incident_was_answered_long_before(
    tmp_path: Path, boot: int
) -> None:
    """The restart is no answer: how long ago somebody answered is counted from the answer, or taken as long ago."""
    clock = SimulatedClock(boot=7, manual=True)
    async with box_parts(tmp_path, clock) as box:
        await box.intake.take(sos())
        box.incidents.acknowledge(box.incidents.open()[0].key, RESPONDER)
        await box.journal.flush()
    clock.advance(3_600_000)
    later = clock if boot == 7 else SimulatedClock(boot=boot, manual=True)
    async with box_parts(tmp_path, later) as box:
        later.advance(5_000)
        await box.intake.take(sos(press=b"2", counter=2))
        (local,) = box.incidents.open()
        assert local.is_ringing
        assert local.incident.round == 1


async def test_a_press_rings_though_a_box_on_a_new_disk_just_learned_that_it_was_answered(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        theirs = Incident(
            id=EventRef(stream=b"o" * 16, seq=1), community="ningdu", box="box-1", priority=P1, reasons=[SOS],
            device=BAND, state=RINGING,
        )  # fmt: skip
        box.incidents.merge(OpenIncidents(incidents=[at_hub(theirs, ACKED)], version=1))
        (local,) = box.incidents.open()
        assert not local.is_ringing
        await box.intake.take(sos())
        assert [one.is_ringing for one in box.incidents.open()] == [True]


async def test_a_press_right_after_the_answer_does_not_ring_again_because_the_box_was_started_anew(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(boot=7, manual=True)
    async with box_parts(tmp_path, clock) as box:
        await box.intake.take(sos())
        box.incidents.acknowledge(box.incidents.open()[0].key, RESPONDER)
        await box.journal.flush()
    clock.advance(5_000)
    async with box_parts(tmp_path, clock) as box:
        await box.intake.take(sos(press=b"2", counter=2))
        assert [local.is_ringing for local in box.incidents.open()] == [False]


@pytest.mark.parametrize(("later_ms", "rings"), [(5_000, False), (7_200_000, True)])
async def test_an_operators_answer_is_no_older_than_what_it_answers(tmp_path: Path, later_ms: int, rings: bool) -> None:
    """Its step bears no time of the box; copies still on the air after a quick restart must not ring anew."""
    clock = SimulatedClock(boot=7, manual=True)
    async with box_parts(tmp_path, clock) as box:
        await box.intake.take(sos())
        answered = Incident()
        answered.CopyFrom(box.incidents.open()[0].incident)
        add_step(answered, IncidentStep(state=ACKED, actor=OPERATOR))
        box.incidents.merge(OpenIncidents(incidents=[answered], version=1))
        await box.journal.flush()
    clock.advance(later_ms)
    async with box_parts(tmp_path, clock) as box:
        await box.intake.take(sos(press=b"2", counter=2))
        assert [local.is_ringing for local in box.incidents.open()] == [rings]


async def test_a_hub_restored_from_a_backup_silences_nothing_by_forgetting_it(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos())
        (local,) = box.incidents.open()
        box.incidents.merge(OpenIncidents(incidents=[local.incident], version=1))
        box.incidents.hub.restored()
        box.incidents.merge(OpenIncidents(version=1))
        box.clock.advance(60_000)
        box.incidents.tick()
        assert local.is_ringing
        box.incidents.merge(OpenIncidents(incidents=[local.incident], version=2))
        box.incidents.merge(OpenIncidents(version=3))
        box.clock.advance(6_000)
        box.incidents.tick()
        assert box.incidents.open() == [], "once it has the incident again, its word counts again"


async def test_a_press_that_crossed_the_operators_resolve_rings_as_an_incident_of_its_own(tmp_path: Path) -> None:
    """The hub resolves; in that moment the bearer presses again. The hub makes the press an incident of its own."""
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(press=b"1"))
        (first,) = box.incidents.open()
        pressed = box.intake.take(sos(press=b"2", counter=2))
        await pressed
        last = (await box.of_kind(INCIDENT_STEP))[-1]
        press = IncidentStep.FromString(last.payload).repeat_of_press
        resolved = at_hub(first.incident, RESOLVED)
        box.incidents.merge(OpenIncidents(incidents=[resolved], version=1))
        assert box.incidents.open() == []
        its_own = Incident(
            id=press, community="ningdu", box="box-1", priority=P1, reasons=[SOS], device=BAND, state=NEW
        )
        box.incidents.merge(OpenIncidents(incidents=[resolved, its_own], version=2))
        (local,) = box.incidents.open()
        assert local.is_ringing
        assert local.from_box
        box.incidents.merge(OpenIncidents(incidents=[resolved, at_hub(its_own, ACKED)], version=3))
        assert not local.is_ringing, "and the operator can silence it"


@pytest.mark.parametrize("closed_by", ["the hub", "a neighbour", "nobody's word"])
async def test_what_was_closed_does_not_ring_again_for_a_hub_that_lost_its_store(
    tmp_path: Path, closed_by: str
) -> None:
    """Such a hub folds what the box sends again, without what operators did. What only seemed closed rings again."""
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos())
        (local,) = box.incidents.open()
        before = Incident()
        before.CopyFrom(local.incident)
        box.incidents.merge(OpenIncidents(incidents=[local.incident], version=1))
        if closed_by == "the hub":
            box.incidents.merge(OpenIncidents(incidents=[at_hub(local.incident, RESOLVED)], version=2))
        elif closed_by == "a neighbour":
            box.incidents.resolve(local.key, RESPONDER, "helped_on_site", contacted=True)
        else:
            box.incidents.merge(OpenIncidents(version=2))
            box.clock.advance(6_000)
            box.incidents.tick()
        assert box.incidents.open() == []
        box.incidents.tick()
        box.intake.link(BAND, True, "the next event of the box")
        await box.journal.flush()
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        box.incidents.merge(OpenIncidents(incidents=[before], version=1))
        again = [local.is_ringing for local in box.incidents.open()]
        assert again == ([True] if closed_by == "nobody's word" else [])
        await box.intake.take(sos(press=b"2", counter=2))
        assert box.incidents.open()[0].is_ringing, "a new press is a new incident"


@pytest.mark.parametrize("frames", ["one", "the press first"])
async def test_a_press_of_the_time_offline_rings_on_when_the_hub_tells_that_it_had_resolved_what_it_joined(
    tmp_path: Path, frames: str
) -> None:
    """The hub resolved it while the box was away; the press is an incident of its own there, and told of beside it."""
    async with box_parts(tmp_path) as box:
        hub = box.incidents.hub
        box.intake.take(sos(press=b"1"))
        (first,) = box.incidents.open()
        await box.intake.take(sos(press=b"2", counter=2))
        press = IncidentStep.FromString((await box.of_kind(INCIDENT_STEP))[-1].payload).repeat_of_press
        its_own = Incident(
            id=press, community="ningdu", box="box-1", priority=P1, reasons=[SOS], device=BAND, state=NEW
        )
        resolved = at_hub(first.incident, RESOLVED)
        hub.follow()
        if frames == "one":
            hub.take(IncidentChanges(version=1, upserts=[its_own], closed=[resolved], whole_ends=True))
        else:
            hub.take(IncidentChanges(version=1, upserts=[its_own]))
            hub.take(IncidentChanges(base=1, version=2, closed=[resolved], whole_ends=True))
            assert hub.needs_whole, "what the press is there has to be told again"
            hub.follow()
            hub.take(IncidentChanges(version=3, upserts=[its_own], closed=[resolved], whole_ends=True))
        assert [(local.incident.id, local.is_ringing) for local in box.incidents.open()] == [(press, True)]
        hub.take(IncidentChanges(base=hub._version, version=9, upserts=[at_hub(its_own, ACKED)]))
        assert [local.is_ringing for local in box.incidents.open()] == [False]
        assert not hub.needs_whole


async def test_another_boxs_incident_is_shown_and_not_rung(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        theirs = Incident(id=EventRef(stream=b"o" * 16, seq=1), box="box-2", priority=P1, reasons=[SOS], state=RINGING)
        box.incidents.merge(OpenIncidents(incidents=[theirs], version=1))
        assert [local.from_box for local in box.incidents.open()] == [False]


async def test_open_incidents_read_late_do_not_undo_what_happened_meanwhile(tmp_path: Path) -> None:
    """The disk is away at the start and comes back; its rows are older than what this run knows."""
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos(BAND))
        await box.intake.take(sos(OTHER_BAND))
        await box.journal.flush()
        mine, other = box.incidents.open()
        row = await box.journal.query_personal("select bytes from open_incident order by seq")
        box.incidents.acknowledge(mine.key, RESPONDER)
        box.incidents.resolve(other.key, RESPONDER, "helped_on_site", contacted=True)
        query = box.journal.query

        async def as_it_was(sql: str, args: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
            return row if "open_incident" in sql else await query(sql, args)

        box.journal.query = as_it_was  # type: ignore[method-assign]  # the rows as they were before the steps
        await box.incidents.restore()
        assert [local.key for local in box.incidents.open()] == [mine.key]
        assert (mine.incident.state, mine.is_ringing) == (ACKED, False)
        assert box.incidents.get(mine.key) is mine


async def test_a_row_that_cannot_be_read_keeps_no_box_from_starting(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos())
        for statement in (
            ("update open_incident set bytes = ?", (b"\xff\xff",)),
            ("insert into open_incident values (?, ?, ?)", (b"x" * 16, 9, b"")),
        ):
            box.recorder.later(PersonalChange(statement, statement))
        for _ in range(3):
            box.intake.heard(BAND)
            box.intake.link(BAND, False, "x")
        await box.journal.flush()
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        assert box.incidents.open() == []


async def test_copies_that_come_after_the_close_are_counted_and_reopen_nothing(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos())
        (local,) = box.incidents.open()
        box.incidents.resolve(local.key, RESPONDER, "helped_on_site", contacted=True)
        for _ in range(5):
            box.clock.advance(1_000)
            box.intake.take(sos())
        box.intake.drain()
        steps = [IncidentStep.FromString(event.payload) for event in await box.of_kind(INCIDENT_STEP)]
        assert steps[-1].repeats == 5
        assert steps[-1].incident == local.incident.id
        assert steps[-1].state == NEW
        assert box.incidents.open() == []


@pytest.mark.parametrize(("counter", "rings_again"), [(None, True), (7, False)])
async def test_a_button_without_a_counter_that_still_presses_long_after_the_close_is_a_new_call(
    tmp_path: Path, counter: int | None, rings_again: bool
) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(counter=counter))
        (local,) = box.incidents.open()
        box.incidents.merge(OpenIncidents(incidents=[at_hub(local.incident, RESOLVED)], version=1))
        assert box.incidents.open() == []
        for _ in range(65):
            box.clock.advance(1_000)
            box.intake.take(sos(counter=counter))
        again = box.incidents.open()
        assert [one.is_ringing for one in again] == ([True] if rings_again else [])
        if rings_again:
            assert again[0].incident.linked_to == local.incident.id
            assert len(await box.of_kind(ALARM_RAISED)) == 2


async def test_a_stuck_button_costs_neither_memory_nor_time(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for number in range(PRESSES_MAX + 50):
            box.intake.take(sos(press=number.to_bytes(4, "big"), counter=number))
        (local,) = box.incidents.open()
        assert len(box.incidents._held._presses) == PRESSES_MAX
        assert len(local.incident.steps) <= 2
        theirs = at_hub(local.incident, ACKED)
        for number in range(500):
            step = theirs.steps.add(state=NEW, repeats=number)
            step.ref.CopyFrom(EventRef(stream=b"h" * 16, seq=1000 + number))
        theirs.repeats = 9_999
        box.incidents.merge(OpenIncidents(incidents=[theirs], version=1))
        assert len(local.incident.steps) <= 3, "the hub's list of counts is not carried along"
        assert local.incident.repeats == 9_999
        assert local.incident.state == ACKED


async def test_every_alarm_travels_in_the_lane_of_its_steps(tmp_path: Path) -> None:
    """A P3 opens an incident too: in another lane the hub's incidents would never see it, and its steps would wait."""
    async with box_parts(tmp_path) as box:
        before = box.journal.waiting()[ALARM]
        await box.intake.alarm("kiosk:kiosk-1", StaffBell("kiosk-1"), REAL).recorded
        assert box.journal.waiting()[ALARM] == before + 1


async def test_what_is_said_about_the_box_joins_nothing_else_and_shows_on_no_page(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        fault = box.intake.alarm("", BoxFault(), REAL)
        salvaged = box.intake.alarm("", JournalSalvaged(), REAL)
        assert salvaged.key != fault.key
        assert box.alerts.rings == 0
        local = box.incidents.get(fault.key)
        assert local is not None
        box.incidents.merge(OpenIncidents(incidents=[at_hub(local.incident, ACKED)], version=1))
        assert local.incident.state == ACKED
        assert box.kiosk_service.snapshot("kiosk-1").banner is None, "nobody comes to a lobby for a disk"


async def test_a_roster_without_the_device_takes_nothing_off_its_open_incident(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos())
        (local,) = box.incidents.open()
        bundle = type(box.rosters.current.bundle)()
        bundle.CopyFrom(box.rosters.current.bundle)
        bundle.revision = 2
        del bundle.bindings[:]
        kept = [device for device in bundle.devices if device.key != BAND]
        del bundle.devices[:]
        bundle.devices.extend(kept)
        assert box.rosters.apply(bundle)
        assert local.is_ringing
        box.intake.take(sos(press=b"2", counter=2))
        assert box.incidents.open() == [local], "its press counts on the incident"
        assert (local.incident.priority, local.incident.repeats) == (P1, 1)
        press = Alarm.FromString((await box.of_kind(ALARM_RAISED))[-1].payload)
        assert press.unknown_device
        assert press.joins == local.incident.id
        assert local.incident.last_place == LastPlace()
        box.incidents.acknowledge(local.key, RESPONDER)
        assert not local.is_ringing


async def test_copies_are_counted_apart_from_presses_also_after_a_close(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        press = DevicePress(BAND, frozenset({int(SOS)}), True)
        key = box.intake.alarm(BAND, press, REAL).key
        box.incidents.count(key, 57)
        local = box.incidents.get(key)
        assert local is not None
        assert (local.incident.repeats, local.incident.copies, presses(local.incident)) == (57, 57, 1)
        box.intake.alarm(BAND, press, REAL)
        assert presses(local.incident) == 2
        box.incidents.resolve(key, RESPONDER, "fall")
        box.incidents.count(key, 3)
        steps = [IncidentStep.FromString(event.payload) for event in await box.of_kind(INCIDENT_STEP)]
        assert (steps[-1].repeats, steps[-1].copies) == (61, 60)
