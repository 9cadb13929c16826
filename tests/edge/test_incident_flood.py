"""The box's incidents under a flood: hundreds of its own, thousands of strangers, sixteen thousand at the hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from anju_drivers.driver import AlarmReading, Reason
from anju_edge.clock import SimulatedClock
from anju_edge.incidents.held_incidents import OWN_MAX
from anju_edge.incidents.hub_merge import ADOPTED_MAX, SLICE
from anju_edge.incidents.local_incident import ringing
from anju_protos.incidents import STRANGERS_MAX, incident_key
from anju_protos.v1.control_pb2 import Incident, IncidentChanges, OpenIncidents
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM_RAISED,
    INCIDENT_STEP,
    NEW,
    P1,
    P2,
    REAL,
    RESOLVED,
    RINGING,
    SOS,
    Actor,
    Alarm,
    Event,
    EventRef,
    IncidentStep,
)
from support.box_parts import BAND, OTHER_BAND, OTHER_RECEIVER, RECEIVER, ROSTER, Parts, box_parts

BANDS = 560
OPERATOR = Actor(role=Actor.OPERATOR, id="op-1", place="console")
RESPONDER = Actor(role=Actor.RESPONDER, id="m-01")


def band(number: int) -> str:
    return f"ble:ac23{number:08x}"


def with_bands(number: int) -> str:
    """The roster with so many bands more."""
    return ROSTER + "".join(f'\n[[devices]]\nkey = "{band(n)}"\nkind = "band"\n' for n in range(number))


def press(device: str, number: int = 1, receiver: str = RECEIVER) -> AlarmReading:
    return AlarmReading(
        device,
        frozenset({Reason.SOS}),
        number.to_bytes(4, "big"),
        2.0,
        counter=number,
        receiver=receiver,
        rssi_dbm=-60,
    )


def counted(events: Sequence[Event], device: str) -> int:
    """How many presses of a device the hub will count: each opening alarm, and the highest count on each."""
    opened = [e for e in events if e.kind == ALARM_RAISED and e.device == device]
    first = sum(not Alarm.FromString(e.payload).HasField("joins") for e in opened)
    most: dict[bytes, int] = {}
    for event in events:
        if event.kind == INCIDENT_STEP and event.device == device:
            step = IncidentStep.FromString(event.payload)
            key = step.incident.SerializeToString(deterministic=True)
            most[key] = max(most.get(key, 0), step.repeats)
    return first + sum(most.values())


def copy_of(box: Parts, device: str) -> Incident:
    """The open incident of a device, as the hub lists it."""
    local = box.incidents.joined_by(device, REAL, urgent=True)
    assert local is not None
    copy = Incident()
    copy.CopyFrom(local.incident)
    return copy


async def test_every_confirmed_press_counts_while_the_hub_restarts_beside_a_thousand_open_incidents(
    tmp_path: Path,
) -> None:
    """A restarted hub lists what it has folded: older counts than the box's must not take their place."""
    async with box_parts(tmp_path, roster=with_bands(BANDS)) as box:
        pressed = band(BANDS - 1)
        listed = OpenIncidents(version=1)
        for number in range(BANDS):
            box.clock.advance(10)
            box.intake.take(press(band(number)))
            listed.incidents.append(copy_of(box, band(number)))
        for number in range(2, 26):
            box.clock.advance(500)
            box.intake.take(press(pressed, number))
            if number % 4 == 0:
                box.incidents.merge(listed)
        assert counted(await box.recorded(), pressed) == 25


def stranger(number: int) -> str:
    return f"ble:0000{number:08x}"


def of_hub(number: int, priority: int = P2, state: int = RINGING, box: str = "box-2", **more: object) -> Incident:
    """An incident that only the hub knows."""
    ref = EventRef(stream=b"h" * 16, seq=number)
    made = Incident(id=ref, community="ningdu", box=box, reasons=[SOS], device=f"ble:{number:x}", **more)  # type: ignore[arg-type]  # its own fields
    made.priority = priority  # type: ignore[assignment]  # its numbers
    made.state = state  # type: ignore[assignment]  # its numbers
    made.found.wall_ms = number
    return made


async def test_strangers_of_one_receiver_share_one_incident_and_every_press_counts(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for number in range(300):
            box.intake.take(press(stranger(number)))
        for number in range(40):
            box.intake.take(press(stranger(1_000 + number), receiver=OTHER_RECEIVER))
        shared = {local.incident.last_place.receiver: local.incident for local in box.incidents.open()}
        assert {receiver: one.repeats for receiver, one in shared.items()} == {RECEIVER: 299, OTHER_RECEIVER: 39}
        assert list(shared[RECEIVER].strangers) == [stranger(n) for n in range(300 - STRANGERS_MAX, 300)]
        raised = await box.of_kind(ALARM_RAISED)
        assert len({event.device for event in raised}) == 340, "the events name each of them"
        ((rows,),) = await box.journal.query("select count(*) from open_incident")
        assert rows == 2
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        box.intake.take(press(stranger(0), 2))
        assert sum(local.incident.repeats for local in box.incidents.open()) == 299 + 1 + 39, "nor over a restart"


async def test_copies_of_many_strangers_presses_make_one_step(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for copy in range(3):
            box.clock.advance(200 * copy)
            for number in range(200):
                box.intake.take(press(stranger(number)))
        (shared,) = box.incidents.open()
        before = len(await box.of_kind(INCIDENT_STEP))
        box.clock.advance(10_000)
        box.intake.tick()
        assert shared.incident.repeats == 199 + 2 * 200
        assert len(await box.of_kind(INCIDENT_STEP)) == before + 1


async def test_a_stranger_who_was_not_heard_before_rings_an_acknowledged_incident_again(tmp_path: Path) -> None:
    """Whoever went looks for one person. The next one is somebody else."""
    async with box_parts(tmp_path) as box:
        box.intake.take(press(stranger(1)))
        (shared,) = box.incidents.open()
        box.incidents.acknowledge(shared.key, RESPONDER)
        box.clock.advance(5_000)
        box.intake.take(press(stranger(1), 2))
        assert ringing(box.incidents.open()) == [], "the same device within a minute of the answer"
        box.intake.take(press(stranger(2)))
        assert ringing(box.incidents.open()) == [shared]
        assert (shared.incident.round, shared.incident.repeats) == (1, 2)


async def test_a_device_that_was_adopted_meanwhile_has_an_incident_of_its_own(tmp_path: Path) -> None:
    async with box_parts(tmp_path, roster="") as box:
        box.intake.take(press(BAND))
        box.intake.take(press(stranger(2)))
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True)) as box:
        box.intake.take(press(BAND, 2))
        own, shared = box.incidents.open()
        assert (own.incident.priority, own.incident.unknown_device, own.incident.repeats) == (P1, False, 0)
        assert (shared.incident.priority, shared.incident.unknown_device) == (P2, True)


async def test_sixteen_thousand_at_an_older_hub_are_taken_in_slices_and_bounded(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(press(BAND))
        (mine,) = box.incidents.open()
        answered = Incident()
        answered.CopyFrom(mine.incident)
        answered.state = ACKED
        answered.owners.add().CopyFrom(OPERATOR)
        many = [of_hub(number, box="box-1", state=NEW, unknown_device=True) for number in range(1, 16_001)]
        graver = [of_hub(20_000 + number, P1) for number in range(5)]
        slices = 0
        for _ in box.incidents.hub.fold_list(OpenIncidents(incidents=[answered, *many, *graver], version=1)):
            slices += 1
            assert not mine.is_ringing, "an answer does not wait for the rest of the list"
        assert slices >= 16_000 // SLICE
        assert len(box.incidents.open()) <= ADOPTED_MAX + 1
        assert {incident_key(one.id) for one in graver} <= {local.key for local in box.incidents.open()}
        assert box.incidents.hub.open_at_hub == 16_006


async def test_of_too_many_of_its_own_the_box_lets_go_what_was_answered_long_ago_and_counts_on(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.incidents.hub.take(IncidentChanges(version=1, whole_ends=True))
        box.intake.take(press(BAND))
        (mine,) = box.incidents.open()
        box.incidents.acknowledge(mine.key, RESPONDER)
        held = box.incidents._held
        box.clock.advance(10)
        for number in range(1, OWN_MAX + 2):
            incident = of_hub(number, box="box-1")
            held.add(type(mine)(incident, box.clock.elapsed_ms(), box.clock.elapsed_ms()))
        assert len(held) <= OWN_MAX
        assert box.incidents.get(mine.key) is None
        box.incidents.count(mine.key, 5)
        steps = [IncidentStep.FromString(event.payload) for event in await box.of_kind(INCIDENT_STEP)]
        assert (steps[-1].repeats, steps[-1].incident) == (5, mine.incident.id)
        stale = Incident()
        stale.CopyFrom(mine.incident)
        box.incidents.hub.take(IncidentChanges(base=1, version=2, upserts=[stale]))
        again = box.incidents.get(mine.key)
        assert again is not None
        assert again.incident.repeats == 5, "the hub's copy was older than the count here"


# ---- by changes


async def test_a_neighbour_is_told_how_many_more_are_open_at_the_hub(tmp_path: Path) -> None:
    async with box_parts(tmp_path, responders=("duty-1",)) as box:
        box.intake.take(press(BAND))
        (mine,) = box.incidents.open()
        hub = box.incidents.hub
        hub.follow()
        told = [mine.incident, *(of_hub(number) for number in range(1, ADOPTED_MAX))]
        hub.take(IncidentChanges(base=0, version=5, upserts=told, open=ADOPTED_MAX, whole_ends=True))
        assert box.kiosk_service.snapshot("duty-1").more_at_hub == 0, "all of them are here"
        hub.take(IncidentChanges(base=5, version=6, open=ADOPTED_MAX + 37))
        assert box.kiosk_service.snapshot("duty-1").more_at_hub == 37
        assert box.kiosk_service.snapshot("kiosk-1").more_at_hub == 0, "a lobby's screen lists nothing"
        box.intake.take(press(OTHER_BAND))
        own = next(local for local in box.incidents.open() if local.incident.device == OTHER_BAND)
        hub.take(IncidentChanges(base=6, version=7, upserts=[own.incident], open=ADOPTED_MAX + 38))
        assert box.kiosk_service.snapshot("duty-1").more_at_hub == 37, "what the box opened it is told of besides"
        hub.take(IncidentChanges(base=7, version=8, open=ADOPTED_MAX - 1))
        assert box.kiosk_service.snapshot("duty-1").more_at_hub == 0


async def test_changes_follow_each_other_and_a_gap_asks_for_the_whole(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        hub = box.incidents.hub
        hub.follow()
        hub.take(IncidentChanges(base=0, version=5, upserts=[of_hub(1)], open=2))
        hub.take(IncidentChanges(base=5, version=6, upserts=[of_hub(2)], open=2, whole_ends=True))
        assert len(box.incidents.open()) == hub.open_at_hub == 2
        hub.take(IncidentChanges(base=6, version=7, unlisted=[of_hub(1).id], closed=[of_hub(2, state=RESOLVED)]))
        assert box.incidents.open() == []
        hub.take(IncidentChanges(base=8, version=9, upserts=[of_hub(3)]))
        assert (hub.needs_whole, box.incidents.open()) == (True, []), "what does not follow is not taken"
        hub.follow()
        hub.take(IncidentChanges(base=9, version=10, upserts=[of_hub(4)]))
        assert (hub.needs_whole, box.incidents.open()) == (False, []), "that was under way before the hub heard of it"
        hub.take(IncidentChanges(base=0, version=11, upserts=[of_hub(3)], whole_ends=True))
        assert [local.incident.id.seq for local in box.incidents.open()] == [3]


async def test_what_the_whole_does_not_name_was_closed_but_only_if_the_box_asked_for_it(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        hub = box.incidents.hub
        box.intake.take(press(BAND))
        (mine,) = box.incidents.open()
        assert hub.follow().held == [mine.incident.id]
        hub.take(IncidentChanges(base=0, version=1, upserts=[mine.incident], whole_ends=True))
        hub.follow()
        box.intake.take(press(stranger(1)))
        later = next(local for local in box.incidents.open() if local is not mine)
        hub.take(IncidentChanges(base=0, version=2, whole_ends=True))
        box.clock.advance(6_000)
        box.incidents.tick()
        assert box.incidents.open() == [later], "the hub had not heard of the later one when it was asked"


async def test_the_hubs_answer_silences_by_a_change(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        hub = box.incidents.hub
        hub.follow()
        hub.take(IncidentChanges(base=0, version=1, whole_ends=True))
        box.intake.take(press(BAND))
        (mine,) = box.incidents.open()
        answered = Incident()
        answered.CopyFrom(mine.incident)
        answered.state = ACKED
        hub.take(IncidentChanges(base=1, version=2, upserts=[answered]))
        assert ringing(box.incidents.open()) == []
        answered.state = RESOLVED
        hub.take(IncidentChanges(base=2, version=3, closed=[answered]))
        assert box.incidents.open() == []


async def test_a_restored_hub_is_asked_for_the_whole_again(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        hub = box.incidents.hub
        box.intake.take(press(BAND))
        (mine,) = box.incidents.open()
        hub.follow()
        hub.take(IncidentChanges(base=0, version=1, upserts=[mine.incident], whole_ends=True))
        box.incidents.hub.restored()
        assert hub.needs_whole
        hub.follow()
        hub.take(IncidentChanges(base=0, version=2, whole_ends=True))
        box.clock.advance(60_000)
        box.incidents.tick()
        assert mine.is_ringing, "what a restored hub does not name it may not know"
