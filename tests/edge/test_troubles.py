"""What used to be "OK": no receiver, no hub, a hub that refuses. A real box, looked at as a person does."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.cli import status
from anju_edge.cli.all_verbs import app
from anju_edge.clock import SimulatedClock
from anju_edge.config import DriverConfig
from anju_edge.gateway import Running
from anju_edge.health import health
from anju_edge.health.trouble_codes import Severity, severity_of
from anju_protos.rules.decide import DevicePress
from anju_protos.v1.event_pb2 import REAL, RINGING, SOS, UNSET, Anchor
from support.box_parts import BAND
from support.running_box import box_config, running_box, snapshot, until, with_drivers
from support.whole import at_hub

PRESS = DevicePress(BAND, frozenset({int(SOS)}), True)
NOVEMBER_MS = 1_795_449_600_000  # 2026-11-24


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def status_of(box: Running) -> tuple[int, str]:
    """The exit code and the words of `anju-edge status` for what the box says now."""
    told = await snapshot(box)
    shown = "\n".join(str(line) for line in status.snapshot_lines(told))
    return int(severity_of(told["troubles"])), shown


async def test_an_absent_receiver_is_no_ok(tmp_path: Path) -> None:
    gone = DriverConfig("ble", "receiver-1", {"port": str(tmp_path / "no-such-port")})
    async with running_box(with_drivers(box_config(tmp_path), gone)) as box:
        await until(lambda: any(code.startswith(("EDGE-DEV-002", "EDGE-DRV-001")) for code in box.health.troubles()))
        code, shown = await status_of(box)
        assert code == Severity.NOW
        assert "原因 cause: " in shown, "the cause stands there"
        assert "正常 OK" not in next(line for line in shown.splitlines() if line.startswith("状态"))
        told = box.health.status()
        assert set(told.causes) <= set(told.troubles)
        assert "No such file" in " ".join(told.causes.values()), "the hub's console says it, too"


async def test_a_hub_that_nobody_answers_at_is_no_ok(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "HUB_AWAY_S", 0.05)
    async with running_box(at_hub(box_config(tmp_path), free_port())) as box:
        await until(lambda: "EDGE-UPL-002" in box.health.troubles())
        code, shown = await status_of(box)
        assert code >= Severity.SOON
        assert "连不上 away" in shown


def test_the_commands_help_documents_its_exit_codes() -> None:
    shown = CliRunner().invoke(app, ["status", "--help"]).output
    assert "1 = soon, 2 = now or no answer" in " ".join(shown.split()).replace("│ ", "")


async def test_a_date_that_the_hub_told_is_a_known_date(tmp_path: Path) -> None:
    """The wall clock of a box without a clock chip stays in 1970; the hub's anchor tells the date all the same."""
    clock = SimulatedClock(9, synced=False, manual=True)
    clock.set_wall(0)
    async with running_box(box_config(tmp_path), clock) as box:
        assert "EDGE-CLK-001" in box.health.troubles()
        clock.advance(1_000)
        told = Anchor(boot=9, offset_ms=NOVEMBER_MS, error_ms=20, at_elapsed_ms=1_000, source=Anchor.HUB)
        assert clock.offer(told)
        assert clock.stamp().quality == UNSET, "nobody set the wall clock"
        assert "EDGE-CLK-001" not in box.health.troubles()
        assert "EDGE-CLK-001" not in box.health.status().troubles
        assert (await snapshot(box))["local_time"].startswith("2026-11-24T")
        _, shown = await status_of(box)
        assert "EDGE-CLK-001" not in shown


async def test_an_alarm_that_the_operators_do_not_see_is_a_trouble_sooner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ALARM_WAITS_S", 0.05)
    async with running_box(at_hub(box_config(tmp_path), free_port())) as box:
        await until(lambda: box.health.offline_s > 0.05)
        assert "EDGE-UPL-002" not in box.health.troubles()
        box.intake.alarm(BAND, PRESS, REAL)
        assert "EDGE-UPL-002" in box.health.troubles()


@pytest.mark.parametrize("has_siren", [False, True])
async def test_a_ringing_step_names_the_channels_that_the_box_has(tmp_path: Path, has_siren: bool) -> None:
    with RelaySimulator() as relay:
        config = box_config(tmp_path, relay=relay) if has_siren else box_config(tmp_path)
        async with running_box(config) as box:
            key = box.intake.alarm(BAND, PRESS, REAL).key
            local = box.incidents.get(key)
            assert local is not None
            [rang] = [step for step in local.incident.steps if step.state == RINGING]
    wanted = {"kiosk"} if config.kiosks else set()
    assert set(rang.channel.split()) == wanted | ({"siren"} if has_siren else set())
