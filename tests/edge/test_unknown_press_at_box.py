"""Presses that nobody would notice: which receiver knows no SOS, and which band sent what no rule knows."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from anju_drivers.driver import AlarmReading, Reason, UnknownPress
from anju_edge.cli.all_verbs import app
from anju_edge.config import DriverConfig
from anju_protos.v1.event_pb2 import DEVICE_STATE, DeviceState
from support.box_parts import BAND, ROSTER, box_parts
from support.running_box import box_config, running_box, until, with_drivers


async def test_a_band_that_was_pressed_to_no_avail_is_a_trouble_until_it_is_understood(tmp_path: Path) -> None:
    config = with_drivers(box_config(tmp_path), DriverConfig("ble", "receiver-1", {"port": "/dev/none"}))
    async with running_box(config) as box:
        await until(lambda: "EDGE-SOS-001:receiver-1" in box.health.troubles())
        box.intake.take(UnknownPress("ble:000000000001", "name stranger"))
        assert not [code for code in box.health.troubles() if code.startswith("EDGE-SOS-002")]
        for _ in range(2):
            box.intake.take(UnknownPress(BAND, "name B10\n SOS"))
        assert f"EDGE-SOS-002:{BAND}" in box.health.troubles()
        assert box.incidents.open() == []
        box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0))
        assert f"EDGE-SOS-002:{BAND}" not in box.health.troubles()


async def test_it_is_recorded_once(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for _ in range(3):
            await box.intake.take(UnknownPress(BAND, "name B10\n SOS"))
        (event,) = await box.of_kind(DEVICE_STATE)
        told = DeviceState.FromString(event.payload)
        assert (event.device, told.detail) == (BAND, "like a press, no rule knows it: name B10\\x0a SOS")


def test_check_config_warns_of_a_receiver_without_sos(tmp_path: Path) -> None:
    (tmp_path / "community.toml").write_text(ROSTER, encoding="utf-8")
    path = tmp_path / "edge.toml"
    text = (
        '[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "data"\nroster = "community.toml"\n'
        '[[drivers]]\ndriver = "ble"\nname = "receiver-1"\nport = "/dev/none"\n'
    )
    path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["check-config", "--config", str(path)])
    assert done.exit_code == 0
    assert "receiver-1: 没有配置 SOS 标识" in done.output
    assert "presses of bands that call by another identity do nothing" in done.output
    path.write_text(text + "sos = []\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check-config", "--config", str(path)])
    assert (done.exit_code, "SOS" in done.output) == (0, False)
