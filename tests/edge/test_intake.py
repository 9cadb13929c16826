"""Readings become facts: what is recorded, what rings, and that nothing swallows an alarm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_drivers.driver import (
    AlarmReading,
    LinkReading,
    PositionFix,
    Reason,
    Sighting,
    StateReading,
    TriggerReading,
    TriggerState,
)
from anju_drivers.errors import NotRecorded
from anju_edge.clock import SimulatedClock
from anju_edge.journal.entries import PersonalChange
from anju_edge.journal.journal import JournalSettings, PendingEvent, SideStatement
from anju_edge.supervision.silence_watch import SilenceWatch
from anju_protos.incidents import incident_key
from anju_protos.v1.control_pb2 import Incident, OpenIncidents
from anju_protos.v1.event_pb2 import (
    ACKED,
    ACTIVITY,
    ALARM_RAISED,
    DEVICE_STATE,
    INCIDENT_STEP,
    P1,
    P2,
    P4,
    PRESENCE,
    RECEIPT,
    RESOLVED,
    RINGING,
    TELEMETRY,
    TEST,
    TRIGGER,
    UNSET,
    Actor,
    Alarm,
    DeviceState,
    Event,
    IncidentStep,
    Presence,
    Receipt,
)
from support.box_parts import BAND, OTHER_BAND, OTHER_RECEIVER, RECEIVER, box_parts


def sos(device: str = BAND, press: bytes = b"1", *reasons: Reason, test: bool = False) -> AlarmReading:
    return AlarmReading(
        device, frozenset(reasons or {Reason.SOS}), press, 2.0, counter=1, receiver=RECEIVER, rssi_dbm=-60,
        battery_pct=55, test=test,
    )  # fmt: skip


def alarm(event: Event) -> Alarm:
    return Alarm.FromString(event.payload)


async def test_an_alarm_carries_what_people_need(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.clock.poll()
        box.intake.take(Sighting(BAND, RECEIVER, -60))
        box.clock.advance(12_000)
        await box.intake.take(
            AlarmReading(BAND, frozenset({Reason.SOS, Reason.LOW_BATTERY}), b"1", 2.0, counter=9, battery_pct=7)
        )
        (event,) = await box.of_kind(ALARM_RAISED)
        told = alarm(event)
        assert (event.device, told.priority, told.resident, told.rule) == (BAND, P1, "r-0001", "sos")
        assert [told.reasons[0], told.reasons[1]] == [1, 4]
        assert (told.last_place.zone, told.last_place.age_ms, told.battery_pct, told.counter) == ("b3-u2", 12_000, 7, 9)
        assert told.anchor.boot == box.clock.boot
        assert box.alerts.rings == 1


@pytest.mark.parametrize("went_back", [False, True])
async def test_the_hub_is_told_that_a_press_counter_went_back(tmp_path: Path, went_back: bool) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(replace(sos(), counter_went_back=went_back))
        (event,) = await box.of_kind(ALARM_RAISED)
        assert alarm(event).counter_went_back is went_back
        assert box.alerts.rings == 1


async def test_it_rings_in_the_call_and_before_the_journal_is_asked(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        order: list[str] = []
        ring, append = box.alerts.trigger, box.journal.append

        def ring_noted(priority: int, *, test: bool) -> None:
            order.append("ring")
            ring(priority, test=test)

        def append_noted(
            lane: int, data: bytes, side_statement: SideStatement | PersonalChange | None = None
        ) -> PendingEvent:
            order.append("journal")
            return append(lane, data, side_statement)

        box.alerts.trigger = ring_noted  # type: ignore[method-assign]  # watching the order
        box.journal.append = append_noted  # type: ignore[method-assign]  # as above
        box.intake.take(sos())
        assert order[0] == "ring"
        assert order[-1] == "journal"


async def test_a_burst_is_one_alarm_one_ring_and_a_count(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for _ in range(40):
            box.intake.take(sos())
            box.clock.advance(100)
        box.clock.advance(3_000)
        box.intake.tick()
        assert len(await box.of_kind(ALARM_RAISED)) == 1
        assert box.alerts.rings == 1
        steps = [IncidentStep.FromString(event.payload) for event in await box.of_kind(INCIDENT_STEP)]
        assert [step.state for step in steps][:1] == [RINGING]
        assert max(step.repeats for step in steps) == 39
        assert box.incidents.open()[0].incident.repeats == 39


async def test_a_copy_of_a_press_is_confirmed_only_when_the_press_is_on_disk(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.journal.faulted("the disk is away")
        with pytest.raises(NotRecorded):
            await box.intake.take(sos())
        with pytest.raises(NotRecorded):
            await box.intake.take(sos())  # a band that got no reply sends the same again
        box.journal.recovered()
        await box.intake.take(sos())
        assert len(await box.of_kind(ALARM_RAISED)) == 1


async def test_a_new_press_joins_the_open_incident_and_counts(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos(press=b"1"))
        await box.intake.take(sos(press=b"2"))
        presses = await box.of_kind(ALARM_RAISED)
        assert len(presses) == 2
        (local,) = box.incidents.open()
        assert local.incident.repeats == 1
        assert not alarm(presses[0]).HasField("joins")
        assert alarm(presses[1]).joins == local.incident.id
        joined = IncidentStep.FromString((await box.of_kind(INCIDENT_STEP))[-1].payload)
        assert joined.repeat_of_press.seq == 3  # alarm, ringing step, alarm
        assert box.incidents.get(incident_key(joined.repeat_of_press)) is local


async def test_a_press_long_after_the_acknowledgement_rings_again(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(press=b"1"))
        (local,) = box.incidents.open()
        box.incidents.acknowledge(local.key, Actor(role=Actor.RESPONDER, id="m-01"))
        box.clock.advance(10_000)
        box.intake.take(sos(press=b"2"))
        assert (local.incident.state, local.is_ringing) == (ACKED, False)
        box.clock.advance(60_000)
        box.intake.take(sos(press=b"3"))
        assert (local.incident.round, local.incident.state, local.is_ringing) == (1, RINGING, True)


async def test_another_reason_rings_again_at_once(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(press=b"1"))
        (local,) = box.incidents.open()
        box.incidents.acknowledge(local.key, Actor(role=Actor.RESPONDER, id="m-01"))
        box.intake.take(sos(BAND, b"1", Reason.SOS, Reason.FALL))
        assert local.is_ringing


async def test_an_alarm_after_resolved_opens_a_new_incident_linked_to_the_old(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(press=b"1"))
        (first,) = box.incidents.open()
        box.incidents.resolve(first.key, Actor(role=Actor.RESPONDER, id="m-01"), "false_alarm", contacted=True)
        assert first.incident.closed_on_site
        box.intake.take(sos(press=b"2"))
        (second,) = box.incidents.open()
        assert second.incident.linked_to == first.incident.id


async def test_an_unadopted_device_is_heard_and_its_sos_is_recorded_always_and_rung_seldom(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for number in range(60):
            box.intake.take(sos(f"ble:stranger-{number}"))
        told = [alarm(event) for event in await box.of_kind(ALARM_RAISED)]
        assert len(told) == 60
        assert {(one.priority, one.unknown_device, one.resident) for one in told} == {(P2, True, "")}
        assert box.alerts.rings == 6
        assert box.intake.capped_rings == 54
        (shared,) = box.incidents.open()
        assert (shared.is_ringing, shared.incident.repeats) == (True, 59)
        assert len(box.devices.unadopted) <= 50
        assert not box.devices.get("ble:stranger-59", 0).adopted


async def test_a_stranger_is_not_followed(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(Sighting("ble:somebodys-phone", RECEIVER, -50))
        assert await box.of_kind(PRESENCE) == []


async def test_low_battery_alone_is_a_p4_in_the_alarm_lane_without_a_sound(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        recorded = box.intake.take(sos(BAND, b"1", Reason.LOW_BATTERY))
        await recorded
        (event,) = await box.of_kind(ALARM_RAISED)
        assert alarm(event).priority == P4
        assert box.alerts.rings == 0
        assert box.journal.waiting()[1] == 1


async def test_an_sos_does_not_join_an_old_low_battery(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(BAND, b"1", Reason.LOW_BATTERY))
        box.clock.advance(3 * 86_400_000)
        box.intake.take(sos(BAND, b"2"))
        urgent, battery = box.incidents.open()
        assert (urgent.incident.priority, battery.incident.priority) == (P1, P4)
        assert urgent.incident.found.elapsed_ms == 3 * 86_400_000
        box.intake.take(sos(BAND, b"3", Reason.LOW_BATTERY))
        assert len(box.incidents.open()) == 2


async def test_a_drivers_word_about_a_link_is_no_word_of_the_device(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(LinkReading(RECEIVER, False, "absent"))
        assert box.devices.adopted[RECEIVER].heard_ms is None
        assert box.devices.adopted[RECEIVER].trouble == "absent"


async def test_test_marks_travel_and_do_not_hide_a_real_press(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(test=True))
        box.intake.take(sos())
        assert [event.mark for event in await box.of_kind(ALARM_RAISED)] == [TEST, 0]
        assert len(box.incidents.open()) == 2


@pytest.mark.parametrize(("kind", "lane"), [("fall", ACTIVITY), ("tamper", ACTIVITY), ("motion", TELEMETRY)])
async def test_lanes_of_triggers(tmp_path: Path, kind: str, lane: int) -> None:
    async with box_parts(tmp_path) as box:
        before = box.journal.waiting()[lane]
        box.intake.take(TriggerReading("hikvision:cam-1", kind, TriggerState.PULSE))
        assert box.journal.waiting()[lane] == before + 1
        assert len(await box.of_kind(TRIGGER)) == 1


async def test_a_lost_receiver_makes_its_bands_unknown(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(Sighting(BAND, RECEIVER, -60))
        box.intake.take(LinkReading(RECEIVER, False, "unplugged"))
        changes = [Presence.FromString(event.payload).change for event in await box.of_kind(PRESENCE)]
        assert changes == [Presence.ARRIVED, Presence.UNKNOWN]
        (state,) = await box.of_kind(DEVICE_STATE)
        assert not DeviceState.FromString(state.payload).link_up


async def test_a_silent_device_is_an_event_once_and_its_return_another(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        watch = SilenceWatch(box.devices, box.intake, box.clock, box.incidents, "box-1")
        watch.use(box.rosters.current)
        box.intake.heard(RECEIVER)
        box.intake.take(Sighting(BAND, OTHER_RECEIVER, -60))
        for _ in range(70):
            box.clock.advance(1000)
            box.intake.take(Sighting(BAND, OTHER_RECEIVER, -60))
            watch.tick()
        box.intake.heard(RECEIVER)
        watch.tick()
        states = [event for event in await box.of_kind(DEVICE_STATE) if event.device == RECEIVER]
        assert [DeviceState.FromString(event.payload).link_up for event in states] == [False, True]


async def test_the_hubs_acknowledgement_silences_and_is_not_journaled_as_a_step(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        await box.intake.take(sos())
        (local,) = box.incidents.open()
        theirs = Incident()
        theirs.CopyFrom(local.incident)
        theirs.state = ACKED
        theirs.owners.append(Actor(role=Actor.OPERATOR, id="op-1"))
        steps = len(await box.of_kind(INCIDENT_STEP))
        box.incidents.merge(OpenIncidents(incidents=[theirs], version=1))
        assert not local.is_ringing
        assert local.incident.owners[0].id == "op-1"
        assert len(await box.of_kind(INCIDENT_STEP)) == steps
        (receipt,) = await box.of_kind(RECEIPT)
        assert Receipt.FromString(receipt.payload) == Receipt(of=local.key, state="silenced")


async def test_what_the_hub_no_longer_lists_is_closed_after_a_moment(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos())
        (local,) = box.incidents.open()
        box.incidents.merge(OpenIncidents(version=1))
        box.clock.advance(60_000)
        box.incidents.tick()
        assert box.incidents.open() == [local], "the hub never had it: it goes on ringing"
        box.incidents.merge(OpenIncidents(incidents=[local.incident], version=2))
        box.incidents.merge(OpenIncidents(version=3))
        box.clock.advance(4_999)
        box.incidents.tick()
        assert box.incidents.open() == [local]
        box.clock.advance(1)
        box.incidents.tick()
        assert box.incidents.open() == []


async def test_an_unacknowledged_incident_rings_again_after_a_restart_and_an_acknowledged_one_does_not(
    tmp_path: Path,
) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos(BAND))
        box.intake.take(sos(OTHER_BAND))
        acked = box.incidents.joined_by(OTHER_BAND, 0, urgent=True)
        assert acked is not None
        box.incidents.acknowledge(acked.key, Actor(role=Actor.RESPONDER, id="m-01"))
        keys = {local.key for local in box.incidents.open()}
    async with box_parts(tmp_path, SimulatedClock(boot=8, manual=True), roster="") as box:
        assert {local.key for local in box.incidents.open()} == keys
        assert {local.incident.device: local.is_ringing for local in box.incidents.open()} == {
            BAND: True,
            OTHER_BAND: False,
        }
        for local in box.incidents.open():
            box.incidents.resolve(local.key, Actor(role=Actor.RESPONDER, id="m-01"), "helped")
    async with box_parts(tmp_path, SimulatedClock(boot=9, manual=True), roster="") as box:
        assert box.incidents.open() == []


async def test_the_clock_at_1970_changes_nothing_for_an_alarm(tmp_path: Path) -> None:
    clock = SimulatedClock(boot=7, synced=False, manual=True)
    clock.set_wall(0)
    async with box_parts(tmp_path, clock) as box:
        await box.intake.take(sos())
        (event,) = await box.of_kind(ALARM_RAISED)
        assert event.stamp.quality == UNSET
        assert alarm(event).resident == "r-0001"
        assert box.alerts.rings == 1


WILD = st.builds(
    AlarmReading,
    device=st.sampled_from([BAND, OTHER_BAND, "ble:stranger", "x:y"]),
    reasons=st.frozensets(st.sampled_from(list(Reason)), max_size=3),
    press=st.binary(max_size=2),
    burst_window_s=st.sampled_from([0.0, 2.0]),
    counter=st.none() | st.integers(-5, 2**70),
    receiver=st.sampled_from(["", RECEIVER, "ble:unknown"]),
    rssi_dbm=st.none() | st.integers(-(2**40), 2**40),
    battery_pct=st.none() | st.integers(-(2**40), 2**40),
    position=st.none() | st.builds(PositionFix, st.just(BAND), st.floats(), st.floats(), st.booleans()),
    device_time_ms=st.none() | st.integers(-(2**70), 2**70),
    test=st.booleans(),
    counter_went_back=st.booleans(),
)


@given(st.lists(st.tuples(WILD, st.integers(0, 5000)), max_size=25))
@settings(max_examples=25, deadline=None)
def test_no_alarm_is_swallowed_whatever_a_driver_says(readings: list[tuple[AlarmReading, int]]) -> None:
    """Alarm events and counted repeats together are the readings; each adopted device's SOS rang or was ringing."""

    async def scenario() -> None:
        with TemporaryDirectory() as folder:
            async with box_parts(Path(folder), settings=JournalSettings(ballast_bytes=0)) as box:
                for reading, wait_ms in readings:
                    box.clock.advance(wait_ms)
                    rings = box.alerts.rings
                    events = box.recorder.by_kind[ALARM_RAISED]
                    box.intake.take(reading)
                    adopted_sos = reading.device in (BAND, OTHER_BAND) and Reason.SOS in reading.reasons
                    if adopted_sos and box.recorder.by_kind[ALARM_RAISED] > events:
                        assert box.alerts.rings == rings + 1
                box.intake.drain()
                presses = len(await box.of_kind(ALARM_RAISED))
                steps = [IncidentStep.FromString(event.payload) for event in await box.of_kind(INCIDENT_STEP)]
                counts: dict[str, int] = {}
                for step in steps:
                    key = incident_key(step.incident)
                    counts[key] = max(counts.get(key, 0), step.repeats)
                incidents = len(box.incidents.open())
                assert incidents + sum(counts.values()) == len(readings)
                assert presses <= len(readings)

    import asyncio

    asyncio.run(scenario())


async def test_every_state_reading_is_kept(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(StateReading(BAND, battery_pct=40, temperature_c=-3.5, contact_open=False))
        (event,) = await box.of_kind(DEVICE_STATE)
        state = DeviceState.FromString(event.payload)
        assert (state.battery_pct, state.temperature_c100, state.contact_open) == (40, -350, False)
        assert not state.HasField("moving")


async def test_resolving_counts_in_the_fold(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        box.intake.take(sos())
        (local,) = box.incidents.open()
        await_me = box.incidents.resolve(local.key, Actor(role=Actor.STAFF, id="s-1"), "helped", contacted=True)
        assert await_me is not None
        await await_me
        assert local.incident.state == RESOLVED
        outcome = box.incidents.acknowledge(local.key, Actor(role=Actor.STAFF, id="s-1"))
        assert outcome.outcome == "closed"


async def test_the_last_press_of_each_device_is_known_to_be_asked_for(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for device in (BAND, "ble:c0ffee000001"):
            box.intake.take(sos(device))
            box.clock.advance(5_000)
        known, now_ms = dict(box.devices), box.clock.elapsed_ms()
        assert [now_ms - (known[device].pressed_ms or 0) for device in (BAND, "ble:c0ffee000001")] == [10_000, 5_000]
        assert known[RECEIVER].pressed_ms is None
