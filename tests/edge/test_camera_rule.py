"""What a camera saw, as people expect it: a fall is an incident, a doorbell is no siren, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_drivers.driver import TriggerReading, TriggerState
from anju_protos.v1.event_pb2 import ALARM_RAISED, P2, P3, TRIGGER, Actor
from anju_protos.v1.event_pb2 import Reason as Said
from support.box_parts import ROSTER, box_parts

CAMERA = "hikvision:cam-1"
WITH_CAMERA = ROSTER + f'\n[[devices]]\nkey = "{CAMERA}"\nkind = "camera"\nzone = "b4-u1"\n'


def saw(kind: str, state: TriggerState = TriggerState.ACTIVE, *, device: str = CAMERA, **more: bool) -> TriggerReading:
    return TriggerReading(device, kind, state, channel=1, **more)  # type: ignore[arg-type]  # flags by name


@pytest.mark.parametrize(
    ("kind", "priority", "rings"),
    [("fall", P2, 1), ("call_button", P3, 0), ("tamper", None, 0), ("alarm_input", None, 0), ("motion", None, 0)],
)
async def test_which_triggers_become_incidents(tmp_path: Path, kind: str, priority: int | None, rings: int) -> None:
    async with box_parts(tmp_path, roster=WITH_CAMERA) as box:
        await box.intake.take(saw(kind))
        assert [local.incident.priority for local in box.incidents.open()] == ([priority] if priority else [])
        assert box.alerts.rings == rings
        assert len(await box.of_kind(TRIGGER)) == 1, "the trigger itself stays a fact of its own"
        for local in box.incidents.open():
            assert local.incident.last_place.zone == "b4-u1"


async def test_an_end_cancels_nothing_and_repeats_are_one_alarm(tmp_path: Path) -> None:
    async with box_parts(tmp_path, roster=WITH_CAMERA) as box:
        for _ in range(60):
            box.intake.take(saw("fall", TriggerState.PULSE))
            box.clock.advance(1_000)
        box.intake.take(saw("fall", TriggerState.INACTIVE))
        box.intake.drain()
        (local,) = box.incidents.open()
        assert local.is_ringing
        assert local.incident.repeats == 59
        assert len(await box.of_kind(ALARM_RAISED)) == 1
        assert len(await box.of_kind(TRIGGER)) == 61


async def test_a_fall_that_the_camera_had_stored_rings_nobody(tmp_path: Path) -> None:
    async with box_parts(tmp_path, roster=WITH_CAMERA) as box:
        box.intake.take(saw("fall", late=True))
        (local,) = box.incidents.open()
        assert (local.incident.priority, box.alerts.rings, local.is_ringing) == (P3, 0, False)


async def test_what_held_before_we_looked_is_no_new_fall(tmp_path: Path) -> None:
    async with box_parts(tmp_path, roster=WITH_CAMERA) as box:
        box.intake.take(saw("fall", initial=True))
        box.intake.take(saw("fall", ongoing=True))
        assert box.incidents.open() == []


async def test_cameras_nobody_adopted_ring_under_the_cap_of_strangers(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for number in range(20):
            box.intake.take(saw("fall", device=f"http_push:stranger-{number}"))
        assert box.alerts.rings == 6
        assert {(one.incident.priority, one.incident.unknown_device) for one in box.incidents.open()} == {(P2, True)}


async def test_a_call_at_the_door_does_not_ring_an_acknowledged_fall_again(tmp_path: Path) -> None:
    """It counts on what is open and does not ring an acknowledged one again."""
    async with box_parts(tmp_path, roster=WITH_CAMERA) as box:
        box.intake.take(saw("fall"))
        (local,) = box.incidents.open()
        box.incidents.acknowledge(local.key, Actor(role=Actor.RESPONDER, id="m-01"))
        box.clock.advance(120_000)
        box.intake.take(saw("call_button"))
        assert not local.is_ringing
        assert Said.CALL_BUTTON in box.incidents.open()[0].incident.reasons
