"""Whom nobody knows, who says nothing, and who is turned away: all of it is shown, none of it is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from anju_central.config import BoxConfig as HubBox
from anju_drivers.ble.simulator import Band, BleSimulator
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.config import DriverConfig, SupervisionConfig
from anju_protos.incidents import STRANGERS_MAX
from anju_protos.rules.decide import DevicePress
from anju_protos.v1.event_pb2 import DRILL, P2, SOS, Alarm
from support.box_parts import BAND
from support.processes import THIRD_PARTY, rig_device
from support.running_box import ON, box_config, on_the_air, relay_shows, running_box, snapshot, until, with_drivers
from support.signed_in import let_in, signed_in
from support.whole import LIMIT_S, alarms_at, at_hub, eventually, grpc_port, hub_config, operator_at, running_hub

STRANGERS = 25


async def test_the_sos_of_devices_that_nobody_adopted_is_shown_as_p2_however_many_there_are(tmp_path: Path) -> None:
    """Those of one receiver share an incident that counts them (ADR 0010); each press is a fact of its own."""
    bands = [Band(f"ac233fffff{number:02x}", period_s=5.0) for number in range(STRANGERS)]
    with RelaySimulator() as relay:
        async with on_the_air(BleSimulator(bands)) as air:
            config = box_config(tmp_path, relay=relay, receiver=air)
            central = hub_config(tmp_path / "hub", config.box.roster)
            async with running_hub(central) as operator, running_box(at_hub(config, grpc_port(central))) as box:
                await air.until_scanning()
                for band in bands:
                    air.press_sos(band.address)
                shown = await operator.incident(lambda one: one["unknown_device"] and one["presses"] == STRANGERS)
                assert (shown["priority"], shown["state"]) == ("P2", "RINGING")
                assert {shown["device"], *shown["strangers"]} < {band.key for band in bands}
                assert (len(shown["strangers"]), shown["strangers_all"]) == (STRANGERS_MAX, False)
                assert [one["id"] for one in await operator.all_incidents() if one["unknown_device"]] == [shown["id"]]
                await relay_shows(relay, lambda board: ON in board.received)
                assert 0 < box.intake.capped_rings < STRANGERS, "the cap is on rings, never on alarms"
                lines = {row["device"]: row for row in (await snapshot(box))["devices"]}
                assert {lines[band.key]["note"] for band in bands} == {"heard, not adopted"}
                await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)
    for band in bands:
        (pressed,) = alarms_at(tmp_path / "hub", band.key)
        alarm = Alarm.FromString(pressed.payload)
        assert (alarm.priority, alarm.unknown_device) == (P2, True), "each press is a fact at the hub"


async def test_a_silent_box_is_a_p2_with_its_bearers_and_closes_when_it_is_back(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    central = hub_config(tmp_path / "hub", config.box.roster, silent_after_s=1)
    edge = at_hub(config, grpc_port(central))
    async with running_hub(central) as operator:
        async with running_box(edge):
            await operator.online()
        silent = await operator.incident(lambda one: one["reasons"] == ["BOX_SILENT"])
        assert (silent["priority"], silent["bearers"], silent["bearer_labels"]) == ("P2", 1, ["3-2-501 王*秀"])
        assert (await operator.box())["contact"] == "silent"
        async with running_box(edge):
            await operator.incident(lambda one: one["id"] == silent["id"] and one["state"] == "RESOLVED")
            await operator.online()
    reopened = [one for one in operator.incidents.values() if one["reasons"] == ["BOX_SILENT"]]
    assert len(reopened) == 1


@pytest.mark.parametrize(
    ("known", "code", "words"),
    [
        (HubBox("box-2", "ningdu"), "BOX_UNKNOWN", "has no box 'box-1'"),
        (HubBox("box-1", "xinghuo"), "COMMUNITY_MISMATCH", "correct one of them"),
    ],
)
async def test_a_hub_that_refuses_is_quoted_and_gets_everything_once_it_knows_the_box(
    tmp_path: Path, known: HubBox, code: str, words: str
) -> None:
    config = box_config(tmp_path)
    wrong = hub_config(tmp_path / "hub", None, boxes=(known,))
    right = replace(hub_config(tmp_path / "right", config.box.roster), grpc_address=wrong.grpc_address)
    async with running_box(at_hub(config, grpc_port(wrong))) as box:
        async with running_hub(wrong) as operator:
            await until(lambda: code in box.health.refusal, LIMIT_S)
            raised = await box.kiosk_service.help("kiosk-1", 1500)
            told = await snapshot(box)
            assert "EDGE-UPL-001" in told["troubles"]
            channels = [told["uplink"]["state"][name]["refusal"] for name in ("alarm", "bulk", "control")]
            assert any(words in refusal for refusal in channels)
            assert told["journal"]["waiting"]["ALARM"] >= 2
            assert not operator.incidents
            await box.kiosk_service.help("kiosk-1", 1500)
            assert code in box.health.refusal, "refused again, for the same reason"
        async with running_hub(right) as operator:
            shown = await operator.incident(lambda one: one["id"] == raised.incident)
            assert shown["state"] == "RINGING"
            await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)
            await eventually(lambda: _fine(operator))
            await until(lambda: not box.health.refusal, LIMIT_S)
    assert len(alarms_at(tmp_path / "right", "kiosk:kiosk-1")) == 2


async def _fine(operator: object) -> bool:
    assert hasattr(operator, "box")
    return "EDGE-UPL-001" not in (await operator.box())["troubles"]


@pytest.fixture
def third_party(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody else's driver is installed."""
    monkeypatch.syspath_prepend(THIRD_PARTY)
    yield
    sys.modules.pop("anju_rig_device", None)


@pytest.mark.usefixtures("third_party")
async def test_tests_and_drills_go_the_whole_way_and_stay_apart(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        async with rig_device() as (device, port):
            config = box_config(tmp_path, relay=relay)
            central = hub_config(tmp_path / "hub", config.box.roster)
            edge = with_drivers(at_hub(config, grpc_port(central)), DriverConfig("rig", "bands", {"port": port}))
            edge = replace(edge, supervision=SupervisionConfig(synthetic_alarm_s=0.2, driver_retry_min_s=0.05))
            async with running_hub(central) as operator, running_box(edge) as box:
                await relay_shows(relay, lambda board: board.on == {1: False})
                await until(lambda: device.connected)
                await operator.incident(lambda one: one["mark"] == "TEST" and one["rule"] == "self_test")
                device.say("test 1 rig:pendant-1")
                await operator.incident(device="rig:pendant-1")
                box.intake.alarm(BAND, DevicePress(BAND, frozenset({int(SOS)}), adopted=True), DRILL)
                await operator.incident(device=BAND)
                device.say("press 2 rig:pendant-2")
                await operator.incident(device="rig:pendant-2")
                marks = {one["device"]: one["mark"] for one in await operator.get("/api/incidents?state=all")}
                assert marks["rig:pendant-1"] == "TEST"
                assert marks[BAND] == "DRILL"
                real = await operator.get("/api/incidents?state=all&mark=real")
                assert [one["device"] for one in real] == ["rig:pendant-2"]
                drills = await operator.get("/api/incidents?state=all&mark=drill")
                assert [one["device"] for one in drills] == [BAND]
                banner = box.kiosk_service.snapshot("kiosk-1").banner
                assert banner is not None


async def test_a_box_that_never_came_is_never_not_silent(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    central = hub_config(tmp_path / "hub", config.box.roster, silent_after_s=1)
    async with running_hub(central) as operator:
        assert (await operator.box())["contact"] == "never"
        page = await signed_in(central.data_dir, "op-wang")
        await let_in(operator.base, page)
        async with operator_at(operator.base.removeprefix("http://"), page) as second:
            assert second.told[:1] in ([], ["hello"])
        assert not await operator.all_incidents()
