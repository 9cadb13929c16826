"""A device that is not heard: an event always, an incident by the rule `device_silent`, closed by its return."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, LinkReading, Reason, Sighting
from anju_edge.clock import SimulatedClock
from anju_edge.incidents.open_incidents import LocalIncident
from anju_edge.rules.settings import RuleError, read_rules
from anju_edge.supervision.silence_watch import SilenceWatch
from anju_protos.v1.control_pb2 import RosterBundle, Rule
from anju_protos.v1.event_pb2 import INCIDENT_STEP, P1, P2, P4, RESOLVED, IncidentStep, Priority
from anju_protos.v1.event_pb2 import Reason as Said
from support.box_parts import BAND, OTHER_RECEIVER, RECEIVER, ROSTER, Parts, box_parts

FOR_BANDS = (
    ROSTER
    + f"""
[[rules]]
id = "silent"
kind = "device_silent"
[rules.values]
devices = "{BAND}"
after_s = "10"
"""
)
NO_BEARERS = ROSTER.split("[[bindings]]")[0]


@dataclass
class Watched:
    box: Parts
    watch: SilenceWatch

    def run(self, seconds: int, *heard: str) -> None:
        """Lets time pass, a tick a second, while these devices speak."""
        for _ in range(seconds):
            self.box.clock.advance(1_000)
            for device in heard:
                if device == BAND:
                    self.box.intake.take(Sighting(BAND, OTHER_RECEIVER, -60))
                else:
                    self.box.intake.heard(device)
            self.watch.tick()

    def about(self, device: str) -> list[LocalIncident]:
        return [local for local in self.box.incidents.open() if local.incident.device == device]


@asynccontextmanager
async def watched(folder: Path, roster: str = ROSTER, boot: int = 7) -> AsyncIterator[Watched]:
    async with box_parts(folder, SimulatedClock(boot=boot, manual=True), roster) as box:
        watch = SilenceWatch(box.devices, box.intake, box.clock, box.incidents, "box-1")
        watch.use(box.rosters.current)
        yield Watched(box, watch)


async def test_a_silent_receiver_is_a_p2_without_a_siren_and_closes_itself(tmp_path: Path) -> None:
    async with watched(tmp_path) as it:
        it.run(5, RECEIVER, BAND)
        it.run(60, BAND)
        assert it.about(RECEIVER) == [], "within its period and the rule's patience"
        it.run(40, BAND)
        (local,) = it.about(RECEIVER)
        assert (local.incident.priority, list(local.incident.reasons)) == (P2, [Said.DEVICE_SILENT])
        assert local.incident.last_place.zone == "b3-u2"
        assert not local.is_ringing
        assert it.box.alerts.rings == 0
        assert it.box.kiosk_service.snapshot("kiosk-1").banner is None
        it.run(300, BAND)
        assert it.about(RECEIVER) == [local], "one silence, one incident"
        it.run(1, RECEIVER, BAND)
        assert it.about(RECEIVER) == []
        last = IncidentStep.FromString((await it.box.of_kind(INCIDENT_STEP))[-1].payload)
        assert (last.state, last.cause, last.actor.id) == (RESOLVED, "device_back", "box-1")


async def test_an_unplugged_receiver_does_not_wait_for_its_period(tmp_path: Path) -> None:
    async with watched(tmp_path) as it:
        it.run(5, RECEIVER, OTHER_RECEIVER)
        it.box.intake.take(LinkReading(OTHER_RECEIVER, False, "unplugged"))  # this one has no period at all
        it.run(29, RECEIVER)
        assert it.about(OTHER_RECEIVER) == []
        it.run(2, RECEIVER)
        assert len(it.about(OTHER_RECEIVER)) == 1
        it.box.intake.take(LinkReading(OTHER_RECEIVER, True))
        it.run(1, RECEIVER, OTHER_RECEIVER)
        assert it.about(OTHER_RECEIVER) == []


async def test_bands_only_where_the_rule_names_them_and_not_for_their_receivers_fault(tmp_path: Path) -> None:
    async with watched(tmp_path) as it:
        it.run(5, RECEIVER, OTHER_RECEIVER, BAND)
        it.run(120, RECEIVER, OTHER_RECEIVER)
        assert it.about(BAND) == []
    async with watched(tmp_path / "named", FOR_BANDS) as it:
        it.run(5, RECEIVER, OTHER_RECEIVER, BAND)
        it.run(80, RECEIVER, OTHER_RECEIVER)
        assert len(it.about(BAND)) == 1
    async with watched(tmp_path / "hidden", FOR_BANDS) as it:
        it.run(5, RECEIVER, OTHER_RECEIVER, BAND)
        it.box.intake.take(LinkReading(OTHER_RECEIVER, False, "unplugged"))
        it.run(120, RECEIVER)
        assert it.about(BAND) == []
        assert len(it.about(OTHER_RECEIVER)) == 1


async def test_an_sos_does_not_join_the_silence_of_its_band(tmp_path: Path) -> None:
    async with watched(tmp_path, FOR_BANDS) as it:
        it.run(5, RECEIVER, OTHER_RECEIVER, BAND)
        it.run(80, RECEIVER, OTHER_RECEIVER)
        it.box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0, counter=1))
        urgent, silent = it.about(BAND)
        assert (urgent.incident.priority, urgent.is_ringing) == (P1, True)
        assert not silent.is_ringing
        it.run(1, RECEIVER, OTHER_RECEIVER)
        assert it.about(BAND) == [urgent], "the press was a sign of life"


async def test_a_box_that_stood_still_blames_no_device(tmp_path: Path) -> None:
    async with watched(tmp_path) as it:
        it.run(5, RECEIVER, BAND)
        it.box.clock.advance(3_600_000)
        it.watch.tick()
        assert not it.box.devices.adopted[RECEIVER].silent
        it.run(30, RECEIVER, BAND)
        assert it.box.incidents.open() == []


async def test_a_silence_over_a_restart_is_one_incident_and_closes_at_the_return(tmp_path: Path) -> None:
    async with watched(tmp_path) as it:
        it.run(5, RECEIVER, BAND)
        it.run(100, BAND)
        (local,) = it.about(RECEIVER)
        key = local.key
    async with watched(tmp_path, boot=8) as it:
        it.run(150, BAND)
        assert [one.key for one in it.about(RECEIVER)] == [key]
        it.run(1, RECEIVER, BAND)
        assert it.about(RECEIVER) == []


async def test_a_device_that_leaves_the_roster_leaves_no_silence_behind(tmp_path: Path) -> None:
    async with watched(tmp_path) as it:
        it.run(5, RECEIVER, BAND)
        it.run(100, BAND)
        bundle = RosterBundle()
        bundle.CopyFrom(it.box.rosters.current.bundle)
        kept = [device for device in bundle.devices if device.key != RECEIVER]
        del bundle.devices[:]
        bundle.devices.extend(kept)
        assert it.box.rosters.apply(bundle)
        it.watch.use(it.box.rosters.current)
        it.run(1, BAND)
        assert it.about(RECEIVER) == []


async def test_where_nobody_wears_a_band_a_receiver_is_a_technical_matter(tmp_path: Path) -> None:
    async with watched(tmp_path, NO_BEARERS) as it:
        it.run(5, RECEIVER)
        it.run(100)
        assert [local.incident.priority for local in it.about(RECEIVER)] == [P4]


async def test_it_can_be_switched_off(tmp_path: Path) -> None:
    roster = FOR_BANDS.replace(f'devices = "{BAND}"', 'kinds = ""')
    async with watched(tmp_path, roster) as it:
        it.run(5, RECEIVER, BAND)
        it.run(200, BAND)
        assert it.about(RECEIVER) == []
        assert it.box.devices.adopted[RECEIVER].silent, "it is still an event and a trouble"


@pytest.mark.parametrize(
    ("kind", "values", "key"),
    [
        ("device_silent", {"kinds": "receivers"}, "rules.x.kinds"),
        ("device_silent", {"after_s": "soon"}, "rules.x.after_s"),
        ("device_silent", {"priority": "P9"}, "rules.x.priority"),
        ("device_silent", {"wait": "1"}, "rules.x.wait"),
        ("camera", {"fall": "loud"}, "rules.x.fall"),
        ("camera", {"motion": "P1"}, "rules.x.motion"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(kind: str, values: dict[str, str], key: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_rules(RosterBundle(rules=[Rule(id="x", kind=kind, values=values)]))
    assert refused.value.key == key


def test_rules_of_silence_and_cameras_are_read() -> None:
    bundle = RosterBundle(
        rules=[
            Rule(id="a", kind="device_silent", values={"kinds": "receiver camera", "after_s": "0", "priority": "P3"}),
            Rule(id="b", kind="camera", values={"fall": "P1", "call_button": "off", "alarm_input": "P2"}),
        ]
    )
    rules = read_rules(bundle)
    assert (rules.silent_kinds, rules.silent_after_ms) == (frozenset({"receiver", "camera"}), 0)
    assert Priority.Name(rules.silent_priority) == "P3"
    assert rules.camera_priorities == {Said.FALL: P1, Said.GENERAL: P2}
