"""The box's own work fails alone: logged, shown as a trouble, begun again; a press rings all the while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, CardReading, Reason
from anju_edge.clock import SimulatedClock
from anju_edge.config import SupervisionConfig, WebhookConfig
from anju_edge.gateway import Running
from anju_edge.health.health import BoxHealth
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.intake import BoxIntake
from anju_edge.kiosk.service import KioskService
from anju_edge.supervision.background import Background
from support.box_parts import BAND, CARD
from support.running_box import box_config, running_box, until


def broken(*_: object) -> None:
    raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")


def rings(box: Running, press: bytes) -> bool:
    before = box.health.alerts.rings
    box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), press, 0.1))
    return box.health.alerts.rings == before + 1


@pytest.mark.parametrize(
    ("owner", "method", "part"),
    [
        (BoxIntake, "tick", "presence"),
        (OpenIncidents, "tick", "incidents"),
        (KioskService, "tick", "kiosk"),
        (OpenIncidents, "restore", "restore"),
    ],
)
async def test_a_step_of_the_tick_that_fails_harms_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, method: str, part: str
) -> None:
    monkeypatch.setattr(owner, method, broken)
    monkeypatch.setattr("anju_edge.supervision.ticker.TICK_S", 0.01)
    monkeypatch.setattr("anju_edge.gateway.RESTORE_RETRY_S", 0.01)
    async with running_box(box_config(tmp_path)) as box:
        await until(lambda: f"EDGE-BOX-001:{part}" in box.health.troubles())
        assert rings(box, b"1")
        faults = box.health.background.faults
        await until(lambda: faults[part].count > 3)
        assert set(faults) == {part}
        assert faults[part].error == "UnicodeEncodeError in broken"
        (alarm,) = box.incidents.open()
        assert alarm.is_ringing


async def test_a_kept_task_that_fails_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoxHealth, "event", broken)
    monkeypatch.setattr("anju_edge.alerts.webhook.aiohttp.ClientSession", broken)
    config = replace(box_config(tmp_path), supervision=SupervisionConfig(health_event_s=0.01),
                     webhooks=(WebhookConfig("lamp", "http://127.0.0.1:9/"),))  # fmt: skip
    async with running_box(config) as box:
        await until(lambda: {"EDGE-BOX-001:health", "EDGE-BOX-001:lan:lamp"} <= set(box.health.troubles()))
        await until(lambda: box.health.background.faults["health"].count > 1)
        assert rings(box, b"1")


async def test_a_card_whose_check_in_fails_ends_no_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KioskService, "_check_in", broken)
    async with running_box(box_config(tmp_path)) as box:
        box.intake.take(CardReading("card_reader:kiosk-1", CARD))
        await until(lambda: "EDGE-BOX-001:card" in box.health.troubles())
        assert rings(box, b"1")


async def test_work_that_ends_by_itself_is_done_and_a_cancelled_one_is_no_stop() -> None:
    background, runs = Background(SimulatedClock(boot=1), 0.001, 0.002), 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise asyncio.CancelledError
        if runs == 2:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_fail())
        if runs == 3:
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()

    async def _fail() -> None:
        broken()

    async with asyncio.timeout(5):
        await background.keep("work", work)
    assert (runs, background.faults["work"].count) == (4, 3)


async def test_a_stop_cancels_what_is_kept() -> None:
    background = Background(SimulatedClock(boot=1))
    task = asyncio.create_task(background.keep("work", asyncio.Event().wait))  # type: ignore[arg-type]  # it never ends
    await asyncio.sleep(0)
    loose = background.create_task(asyncio.Event().wait(), name="loose")
    task.cancel()
    await asyncio.wait([task])
    await background.close()
    assert (task.cancelled(), loose.cancelled(), background.faults) == (True, True, {})


def test_the_log_does_not_fill_with_one_fault(caplog: pytest.LogCaptureFixture) -> None:
    background = Background(SimulatedClock(boot=1))
    step: Callable[[], object] = broken
    with caplog.at_level(logging.ERROR):
        for _ in range(1000):
            background.attempt("step", step)
    assert background.faults["step"].count == 1000
    assert len(caplog.records) == 10
    assert all(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(("before", "after"), [(None, 0o700), (0o755, 0o750), (0o777, 0o750), (0o700, 0o700)])
async def test_the_data_folder_is_for_the_box_alone(tmp_path: Path, before: int | None, after: int) -> None:
    config = box_config(tmp_path)
    if before is not None:
        config.box.data.mkdir()
        config.box.data.chmod(before)
    async with running_box(config):
        assert config.box.data.stat().st_mode & 0o7777 == after
