"""Whoever wears a band and consents to no positions: the box records none, and an SOS says where all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, PositionFix, Reason, Sighting
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import (
    ALARM_RAISED,
    INCIDENT_STEP,
    P1,
    POSITION,
    PRESENCE,
    Actor,
    Alarm,
    Event,
    Position,
    Presence,
)
from support.box_parts import BAND, OTHER_BAND, OTHER_RECEIVER, RECEIVER, Parts, box_parts

MINUTE_MS = 60_000


def withhold(box: Parts, *, withheld: bool = True) -> None:
    """The hub says of the band's bearer that positions are not kept, or that they are."""
    bundle = RosterBundle()
    bundle.CopyFrom(box.rosters.current.bundle)
    bundle.revision += 1
    for device in bundle.devices:
        device.place_withheld = withheld and device.key == BAND
    assert box.rosters.apply(bundle)


def walks(box: Parts, device: str = BAND) -> None:
    """A day in the community: heard here, then there, then out of doors by satellites, then not at all."""
    for receiver in (RECEIVER, OTHER_RECEIVER):
        for _ in range(20):
            box.intake.take(Sighting(device, receiver, -50))
            box.clock.advance(1_000)
            box.intake.tick()
    box.intake.take(PositionFix(device, 29.3, 104.7, fix_valid=True))
    for _ in range(20):
        box.clock.advance(MINUTE_MS)
        box.intake.heard(OTHER_RECEIVER)
        box.intake.tick()


async def places_of(box: Parts, device: str = BAND) -> list[Event]:
    return [event for event in await box.recorded() if event.kind in (PRESENCE, POSITION) and event.device == device]


async def test_none_is_recorded_and_an_sos_rings_with_its_zone(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        walks(box)
        before = len(await places_of(box))
        assert before >= 4, "with a consent: arrived, moved, a fix, departed"
        withhold(box)
        walks(box)
        walks(box, OTHER_BAND)
        assert len(await places_of(box)) == before
        assert len(await places_of(box, OTHER_BAND)) == before, "the neighbour's are kept"

        box.intake.take(Sighting(BAND, RECEIVER, -50))
        box.clock.advance(5_000)
        await box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0, counter=1))
        (event,) = await box.of_kind(ALARM_RAISED)
        alarm = Alarm.FromString(event.payload)
        assert (alarm.priority, alarm.last_place.zone, alarm.resident) == (P1, "b3-u2", "r-0001")
        assert (box.alerts.rings, len(await box.of_kind(INCIDENT_STEP))) == (1, 1)
        withhold(box, withheld=False)
        walks(box)
        assert len(await places_of(box)) > before, "given again"


async def test_while_help_is_on_the_way_its_places_are_recorded(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        withhold(box)
        walks(box)
        assert await places_of(box) == []
        await box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0, counter=1))
        box.intake.take(PositionFix(BAND, 29.5, 104.7, fix_valid=True))
        box.intake.take(Sighting(BAND, OTHER_RECEIVER, -50))
        during = await places_of(box)
        assert [event.kind for event in during] == [POSITION, PRESENCE]
        assert Position.FromString(during[0].payload).latitude_e7 == 295_000_000
        assert Presence.FromString(during[1].payload).zone == "b4-u1"
        (incident,) = box.incidents.open()
        assert box.incidents.resolve(incident.key, Actor(role=Actor.RESPONDER, id="m-1"), "helped") is not None
        walks(box)
        assert await places_of(box) == during, "closed: nobody needs them any more"


@pytest.mark.parametrize(("reason", "test"), [(Reason.LOW_BATTERY, False), (Reason.SOS, True)])
async def test_a_low_battery_or_a_test_is_no_reason_to_follow_somebody(
    tmp_path: Path, reason: Reason, test: bool
) -> None:
    async with box_parts(tmp_path) as box:
        withhold(box)
        await box.intake.take(AlarmReading(BAND, frozenset({reason}), b"1", 2.0, counter=1, test=test))
        assert len(await box.of_kind(ALARM_RAISED)) == 1
        walks(box)
        assert await places_of(box) == []


async def test_a_restart_without_the_hub_forgets_nothing_of_it(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        withhold(box)
    async with box_parts(tmp_path, roster="") as box:
        walks(box)
        assert await places_of(box) == []
