"""Rules that watch devices, at the box: real intake, journal and incidents; a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anju_drivers.driver import (
    AlarmReading,
    PositionFix,
    Reason,
    Sighting,
    StateReading,
    TriggerReading,
    TriggerState,
    VitalReading,
)
from anju_edge.clock import SimulatedClock
from anju_edge.incidents.open_incidents import LocalIncident
from anju_edge.supervision.background import Background
from anju_edge.supervision.last_here import LastHere
from anju_edge.supervision.rule_watch import RuleWatch
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import ALARM_RAISED, INCIDENT_STEP, P1, P2, REAL, RESOLVED, Actor, Alarm, IncidentStep
from anju_protos.v1.event_pb2 import Reason as Said
from support.box_parts import BAND, OTHER_RECEIVER, RECEIVER, ROSTER, Parts, box_parts
from support.card_rig import files_of, with_card

MODEL = ROSTER.replace(f'key = "{BAND}"', f'key = "{BAND}"\nmodel = "minew-b10"')


def with_rule(kind: str, **values: str) -> str:
    said = "\n".join(f'{key} = "{value}"' for key, value in values.items())
    return f'{MODEL}\n[[rules]]\nid = "one"\nkind = "{kind}"\n[rules.values]\n{said}\n'


OFF = with_rule("off_wrist", after_s="60")
EXIT = with_rule("zone_exit", devices=BAND, zones="b3-u2")
SILENT = with_rule("not_heard", devices=BAND, day_s="600", night_s="600")


@dataclass
class Watched:
    box: Parts
    watch: RuleWatch
    background: Background

    def run(self, seconds: int, *heard: str) -> None:
        """Lets time pass, a tick a second, while these receivers hear the band; all others only themselves."""
        for _ in range(seconds):
            self.box.clock.advance(1_000)
            for receiver in (RECEIVER, OTHER_RECEIVER):
                self.box.intake.heard(receiver)
            for receiver in heard:
                self.box.intake.take(Sighting(BAND, receiver, -60))
            self.box.intake.tick()
            self.watch.tick()
        assert self.background.faults == {}

    def about(self, reason: int) -> list[LocalIncident]:
        return [one for one in self.box.incidents.open() if reason in one.incident.reasons]

    async def causes(self) -> list[str]:
        steps = [IncidentStep.FromString(event.payload) for event in await self.box.of_kind(INCIDENT_STEP)]
        return [step.cause or step.note_code for step in steps if step.state == RESOLVED or step.note_code]


@asynccontextmanager
async def watched(
    folder: Path, roster: str, boot: int = 7, clock: SimulatedClock | None = None
) -> AsyncIterator[Watched]:
    async with box_parts(folder, clock or SimulatedClock(boot=boot, manual=True), roster) as box:
        background = Background(box.clock)
        last_here = LastHere(box.recorder, box.presence)
        watch = RuleWatch(box.devices, box.intake, box.clock, box.incidents, background, last_here, "box-1")
        box.intake.on_event = watch.take
        box.rosters.on_change.append(watch.use)
        watch.use(box.rosters.current)
        await watch.restore()
        yield Watched(box, watch, background)


async def test_off_the_wrist_rings_and_worn_again_closes_it(tmp_path: Path) -> None:
    async with watched(tmp_path, OFF) as it:
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(59, RECEIVER)
        assert it.about(Said.REMOVED) == []
        it.run(2, RECEIVER)
        (local,) = it.about(Said.REMOVED)
        assert (local.incident.priority, local.is_ringing, local.incident.resident) == (P2, True, "r-0001")
        assert it.box.alerts.rings == 1
        it.run(300, RECEIVER)
        assert it.about(Said.REMOVED) == [local], "one spell, one incident"
        it.box.intake.take(VitalReading(BAND, heart_rate_bpm=71))
        assert it.about(Said.REMOVED) == []
        assert await it.causes() == ["worn_again"]
        (alarm,) = [Alarm.FromString(event.payload) for event in await it.box.of_kind(ALARM_RAISED)]
        assert (alarm.rule, alarm.last_place.zone) == ("off_wrist", "b3-u2")


async def test_what_is_a_p1_meanwhile_is_told_and_stays_open(tmp_path: Path) -> None:
    async with watched(tmp_path, OFF) as it:
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(61, RECEIVER)
        it.box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0, counter=1))
        (local,) = it.about(Said.SOS)
        assert (local.incident.priority, Said.REMOVED in local.incident.reasons) == (P1, True)
        it.box.intake.take(StateReading(BAND, worn=True))
        assert it.about(Said.SOS) == [local]
        assert local.is_ringing
        assert await it.causes() == ["worn_again"]


async def test_a_rule_of_p1_is_never_closed_by_the_box(tmp_path: Path) -> None:
    async with watched(tmp_path, with_rule("off_wrist", after_s="0", priority="P1")) as it:
        it.box.intake.take(StateReading(BAND, worn=False))
        (local,) = it.about(Said.REMOVED)
        it.box.intake.take(StateReading(BAND, worn=True))
        assert it.about(Said.REMOVED) == [local]
        it.box.intake.take(StateReading(BAND, worn=False))
        assert local.incident.repeats == 1, "off again, it counts again"


async def test_an_exit_is_noticed_within_twenty_seconds_and_the_return_closes_it(tmp_path: Path) -> None:
    async with watched(tmp_path, EXIT) as it:
        it.run(30, RECEIVER)
        it.run(18)
        assert it.about(Said.GEOFENCE_OUT) == []
        it.run(2)
        assert len(it.about(Said.GEOFENCE_OUT)) == 1
        it.run(30, RECEIVER)
        assert it.about(Said.GEOFENCE_OUT) == []
        it.run(30, OTHER_RECEIVER)
        assert len(it.about(Said.GEOFENCE_OUT)) == 1, "heard, but elsewhere"


async def test_a_receiver_that_died_makes_nobody_leave_until_it_is_back_and_vouches(tmp_path: Path) -> None:
    async with watched(tmp_path, EXIT) as it:
        it.run(30, RECEIVER)
        it.box.intake.link(RECEIVER, False, "unplugged")
        for _ in range(300):
            it.box.clock.advance(1_000)
            it.box.intake.heard(OTHER_RECEIVER)
            it.box.intake.tick()
            it.watch.tick()
        assert it.about(Said.GEOFENCE_OUT) == []
        it.box.intake.link(RECEIVER, True, "")
        it.run(18)
        assert it.about(Said.GEOFENCE_OUT) == []
        it.run(3)
        assert len(it.about(Said.GEOFENCE_OUT)) == 1, "who left meanwhile has departed"


async def test_not_heard_counts_from_the_last_word_and_not_while_the_box_stood_still(tmp_path: Path) -> None:
    async with watched(tmp_path, SILENT) as it:
        it.run(60, RECEIVER)
        it.run(300)
        it.box.clock.advance(7_200_000)
        it.run(280)
        assert it.about(Said.NOT_HEARD) == []
        it.run(22)
        (local,) = it.about(Said.NOT_HEARD)
        assert local.incident.priority == P2
        it.run(1, RECEIVER)
        assert it.about(Said.NOT_HEARD) == []
        assert await it.causes() == ["heard_again"]


async def test_a_band_that_was_never_heard_is_missed_all_the_same(tmp_path: Path) -> None:
    async with watched(tmp_path, SILENT) as it:
        it.run(599)
        assert it.about(Said.NOT_HEARD) == []
        it.run(2)
        assert len(it.about(Said.NOT_HEARD)) == 1


async def test_a_fence_judges_positions(tmp_path: Path) -> None:
    async with watched(tmp_path, with_rule("zone_exit", devices=BAND, circle="26.4712,116.0173 200")) as it:
        it.box.intake.take(PositionFix(BAND, 26.4712, 116.0173, fix_valid=True, accuracy_m=10))
        assert it.about(Said.GEOFENCE_OUT) == []
        it.box.intake.take(PositionFix(BAND, 26.4812, 116.0173, fix_valid=True, accuracy_m=2000))
        assert it.about(Said.GEOFENCE_OUT) == []
        it.box.intake.take(PositionFix(BAND, 26.4812, 116.0173, fix_valid=True, accuracy_m=10))
        assert len(it.about(Said.GEOFENCE_OUT)) == 1


async def test_a_low_battery_is_told_without_a_ring_and_a_full_one_closes_it(tmp_path: Path) -> None:
    async with watched(tmp_path, with_rule("battery_low")) as it:
        it.box.intake.take(StateReading(BAND, battery_pct=5))
        assert [one.is_ringing for one in it.about(Said.LOW_BATTERY)] == [False]
        it.box.intake.take(StateReading(BAND, battery_pct=90))
        assert it.about(Said.LOW_BATTERY) == []


@pytest.mark.parametrize(("hour", "alarms"), [(4, 1), (14, 0), (None, 1)])
async def test_quiet_hours_are_the_sites_and_without_a_date_all_are(
    tmp_path: Path, hour: int | None, alarms: int
) -> None:
    camera = '\n[[devices]]\nkey = "onvif:c"\nkind = "camera"\nzone = "b3-u2"\n'
    clock = SimulatedClock(boot=7, manual=True, synced=hour is not None)
    if hour is not None:
        clock.set_wall(round(datetime(2027, 5, 1, hour, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000))
    async with watched(tmp_path, with_rule("camera_quiet_hours") + camera, clock=clock) as it:
        it.box.intake.take(TriggerReading("onvif:c", "motion", TriggerState.ACTIVE))
        assert len(it.about(Said.QUIET_HOURS)) == alarms


async def test_after_a_restart_what_rang_does_not_ring_again_and_its_end_closes_it(tmp_path: Path) -> None:
    async with watched(tmp_path, OFF) as it:
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(61, RECEIVER)
        (local,) = it.about(Said.REMOVED)
        key = local.key
    async with watched(tmp_path, OFF, boot=8) as it:
        it.run(1, RECEIVER)
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(120, RECEIVER)
        assert [(one.key, one.incident.repeats) for one in it.about(Said.REMOVED)] == [(key, 0)]
        it.box.intake.take(StateReading(BAND, worn=True))
        assert it.about(Said.REMOVED) == []
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(61, RECEIVER)
        assert len(it.about(Said.REMOVED)) == 1, "a new spell is a new alarm"


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
async def test_who_leaves_while_the_box_is_restarted_has_departed_and_who_was_out_is_not_told_of_again(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_card(kind, monkeypatch)
    async with watched(tmp_path, EXIT) as it:
        it.run(30, RECEIVER)
    kept = f'{{"{BAND}": "{RECEIVER}"}}'.encode()
    files = files_of(tmp_path, emergency=False) | files_of(tmp_path, emergency=True)
    assert any(kept in data for data in files.values()) == (kind == "plain"), "where who is, no card says"
    async with watched(tmp_path, EXIT, boot=8) as it:
        it.run(18)
        assert it.about(Said.GEOFENCE_OUT) == []
        it.run(5)
        (local,) = it.about(Said.GEOFENCE_OUT)
        it.box.incidents.resolve(local.key, Actor(role=Actor.OPERATOR, id="op"), "other")
    async with watched(tmp_path, EXIT, boot=9) as it:
        it.run(120)
        assert it.about(Said.GEOFENCE_OUT) == []
        it.run(5, OTHER_RECEIVER)
        assert len(it.about(Said.GEOFENCE_OUT)) == 1, "heard elsewhere, it is out all the same"


async def test_who_is_still_there_after_a_restart_has_not_left(tmp_path: Path) -> None:
    async with watched(tmp_path, EXIT) as it:
        it.run(30, RECEIVER)
    async with watched(tmp_path, EXIT, boot=8) as it:
        it.run(60, RECEIVER)
        assert it.about(Said.GEOFENCE_OUT) == []


async def test_a_new_roster_keeps_the_spells_of_rules_that_stay(tmp_path: Path) -> None:
    async with watched(tmp_path, OFF) as it:
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(40, RECEIVER)
        bundle = RosterBundle()
        bundle.CopyFrom(it.box.rosters.current.bundle)
        bundle.revision += 1
        assert it.box.rosters.apply(bundle)
        it.run(21, RECEIVER)
        assert len(it.about(Said.REMOVED)) == 1
        del bundle.rules[:]
        bundle.revision += 1
        assert it.box.rosters.apply(bundle)
        it.box.intake.take(StateReading(BAND, worn=True))
        assert len(it.about(Said.REMOVED)) == 1, "without its rule nobody but a person closes it"


async def test_a_test_alarm_says_nothing_to_rules(tmp_path: Path) -> None:
    async with watched(tmp_path, OFF) as it:
        reading = AlarmReading(BAND, frozenset({Reason.REMOVED}), b"1", 2.0, counter=1, test=True)
        it.box.intake.take(reading)
        it.box.intake.take(StateReading(BAND, worn=False))
        it.run(61, RECEIVER)
        assert sum(one.incident.mark == REAL for one in it.about(Said.REMOVED)) == 1


async def test_a_rule_that_fails_holds_back_no_alarm(tmp_path: Path) -> None:
    async with watched(tmp_path, OFF) as it:
        it.watch._spells.clear()
        it.box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0, counter=1))
        assert len(it.about(Said.SOS)) == 1
        assert "rules" in it.background.faults
