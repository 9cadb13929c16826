"""Drivers fail alone and always start again, whatever they leave behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, Intake, LinkReading, Reason, Sighting, StateReading
from anju_drivers.errors import DeviceRefused, LinkLost
from anju_edge.supervision.drivers import DriverHealth, supervise
from support.box_parts import BAND, RECEIVER, Parts, box_parts
from support.running_box import box_config, running_box, until


class Scripted:
    """A driver whose attempts are given; the last one is repeated."""

    name = "scripted"

    def __init__(self, *attempts: Callable[[], Awaitable[None]]) -> None:
        self.attempts, self.runs = attempts, 0

    async def run(self, intake: Intake) -> None:
        attempt = self.attempts[min(self.runs, len(self.attempts) - 1)]
        self.runs += 1
        await attempt()


@asynccontextmanager
async def supervised(box: Parts, driver: Scripted) -> AsyncIterator[DriverHealth]:
    health = DriverHealth("scripted", "scripted")
    task = asyncio.create_task(supervise(driver, box.intake, health, box.clock, 0.001, 0.002))
    try:
        yield health
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled(), "a stop of the box stops it"


async def _lose_link() -> None:
    raise LinkLost("/dev/x", "unplugged")


async def _group_fails_while_it_is_waited_for() -> None:
    """As a driver with a reader and a keeper: in Python 3.11 this leaves the task with a pending cancel."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_lose_link())


async def _needs_a_timeout() -> None:
    async with asyncio.timeout(0.001):
        await asyncio.Event().wait()


async def _wait_for_ever() -> None:
    await asyncio.Event().wait()


async def _cancel_myself() -> None:
    raise asyncio.CancelledError


async def test_a_group_that_failed_does_not_end_the_driver_for_good(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        driver = Scripted(_group_fails_while_it_is_waited_for, _needs_a_timeout, _wait_for_ever)
        async with supervised(box, driver) as health:
            await until(lambda: driver.runs == 3 and health.running)
            assert health.restarts == 2


async def test_a_driver_that_cancels_itself_starts_again(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        driver = Scripted(_cancel_myself, _wait_for_ever)
        async with supervised(box, driver) as health:
            await until(lambda: driver.runs == 2 and health.running)
            assert health.error == "cancelled itself"


async def test_the_only_error_of_a_group_is_told_as_itself(tmp_path: Path) -> None:
    async def refused() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_refuse())

    async def _refuse() -> None:
        raise DeviceRefused("camera", "wrong password", "enter it again")

    async with box_parts(tmp_path) as box:
        driver = Scripted(refused, _wait_for_ever)
        async with supervised(box, driver) as health:
            await until(lambda: driver.runs == 2)
            assert health.error == "camera: wrong password; enter it again"
            assert health.bug == ""


@pytest.mark.parametrize("percent", [-1, 2**40])
async def test_no_figure_of_a_driver_takes_the_box_down_with_its_status(tmp_path: Path, percent: int) -> None:
    async with running_box(box_config(tmp_path)) as box:
        box.intake.take(StateReading(BAND, battery_pct=percent))
        box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", float("nan"), battery_pct=percent))
        box.intake.take(Sighting(BAND, RECEIVER, -(2**40)))
        (line,) = [line for line in box.health.status().devices if line.device == BAND]
        assert 0 <= line.battery_pct <= 100
        assert len(box.incidents.open()) == 1


async def test_strangers_with_ever_new_names_cost_no_memory(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for number in range(3_000):
            box.intake.heard(f"gt06:{number}")
            box.intake.take(LinkReading(f"gt06:{number}", False, "gone"))
        assert len(box.presence._alive_ms) <= 1_024
        assert len(box.presence._dead) <= 1_024
        assert len(box.devices.unadopted) <= 50
