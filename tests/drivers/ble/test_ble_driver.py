"""The driver at a pseudo-terminal, with a simulated receiver at the far end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from anju_drivers.ble import SPEC
from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.driver import AlarmReading, Driver, LinkReading, Reading, Reason, Sighting, StateReading, VitalReading

R = TypeVar("R")


@dataclass(eq=False)
class Box:
    """An intake that keeps readings, and lets a test wait for one."""

    readings: list[Reading] = field(default_factory=list)
    frames: int = 0
    errors: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, reading: Reading) -> Awaitable[None]:
        self.readings.append(reading)
        self.changed.set()
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def heard(self, device: str, *, frames: int = 1, errors: int = 0) -> None:
        assert device.startswith("ble:receiver-")
        self.frames += frames
        self.errors += errors
        self.changed.set()

    async def first(self, kind: type[R], seen: int = 0, **fields: object) -> R:
        """The first reading after `seen` others that is of this kind and has these fields."""
        while True:
            for reading in self.readings[seen:]:
                if isinstance(reading, kind) and all(getattr(reading, key) == value for key, value in fields.items()):
                    return reading
            self.changed.clear()
            await self.changed.wait()

    async def until(self, wanted: Callable[[AlarmReading], bool]) -> AlarmReading:
        """The first alarm that is wanted."""
        while True:
            for reading in self.readings:
                if isinstance(reading, AlarmReading) and wanted(reading):
                    return reading
            self.changed.clear()
            await self.changed.wait()


@contextlib.asynccontextmanager
async def _site(*bands: Band, **options: object) -> AsyncIterator[tuple[BleSimulator, Box]]:
    simulator = BleSimulator(bands, jitter_db=0)
    box = Box()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(simulator.run())
        await simulator.ready.wait()
        driver: Driver = SPEC.create("receiver-1", simulator.driver_options() | options)
        running = tasks.create_task(driver.run(box))
        await simulator.until_scanning()
        try:
            yield simulator, box
        finally:
            running.cancel()
            await asyncio.wait([running])
            serving.cancel()


@pytest.mark.parametrize("model", ["minew-b10", "eddystone-band", "bthome-button", "holyiot"])
async def test_each_press_is_an_alarm_of_its_own(model: str) -> None:
    async with _site(Band("ac233fc001aa", model=model, period_s=0.05)) as (simulator, box):
        await box.first(LinkReading, up=True)
        await box.first(Sighting, device="ble:ac233fc001aa", rssi_dbm=-60)
        simulator.press_sos("ac233fc001aa")
        first = await box.first(AlarmReading)
        simulator.release_sos("ac233fc001aa")
        simulator.press_sos("ac233fc001aa")
        second = await box.until(lambda alarm: alarm.press != first.press)
        assert first.device == second.device == "ble:ac233fc001aa"
        assert first.reasons == second.reasons == {Reason.SOS}


async def test_a_walk_a_battery_and_a_heart_rate() -> None:
    watch = Band("c0ffee000001", model="miband", period_s=0.05, heart_rate_bpm=81, steps=1200)
    async with _site(Band("ac233fc001aa", period_s=0.02, battery_pct=77), watch) as (simulator, box):
        await box.first(StateReading, device="ble:ac233fc001aa", battery_pct=77)
        await box.first(VitalReading, device="ble:c0ffee000001", heart_rate_bpm=81)
        await box.first(StateReading, device="ble:c0ffee000001", steps=1200)
        simulator.walk("ac233fc001aa", -88)
        await box.first(Sighting, device="ble:ac233fc001aa", rssi_dbm=-88)


async def test_an_unplugged_receiver_is_told_and_comes_back_with_its_alarms() -> None:
    async with _site(Band("ac233fc001aa", period_s=0.05)) as (simulator, box):
        await box.first(LinkReading, up=True)
        seen = len(box.readings)
        simulator.unplug()
        lost = await box.first(LinkReading, seen, up=False)
        assert lost.device == "ble:receiver-1"
        seen = len(box.readings)
        simulator.replug()
        await simulator.until_scanning()
        await box.first(LinkReading, seen, up=True)
        simulator.press_sos("ac233fc001aa")
        await box.first(AlarmReading, seen)
    assert sum(isinstance(reading, LinkReading) for reading in box.readings) == 3


async def test_noise_on_the_line_costs_no_alarm() -> None:
    async with _site(Band("ac233fc001aa", period_s=5.0)) as (simulator, box):
        await box.first(LinkReading, up=True)
        simulator.noise(b"\x04\x3e\xf0\x02\x01\x00\x00" + bytes(6) + b"\xe4\x00\xff\x04")
        simulator.press_sos("ac233fc001aa")
        await box.first(AlarmReading)
        while not box.errors:
            box.changed.clear()
            await box.changed.wait()


async def test_a_controller_that_stops_scanning_is_started_again() -> None:
    async with _site(Band("ac233fc001aa", period_s=0.05), kick_s=0.5) as (simulator, box):
        await box.first(Sighting)
        simulator.stop_scanning()
        await simulator.until_scanning()
        await box.first(Sighting, len(box.readings))


async def test_a_receiver_that_does_not_answer_is_told_and_recovers() -> None:
    async with _site(Band("ac233fc001aa", period_s=0.05), silent_s=2, kick_s=60) as (simulator, box):
        await box.first(LinkReading, up=True)
        simulator.hang(True)
        down = await box.first(LinkReading, up=False)
        assert down.detail == "the receiver does not answer"
        seen = len(box.readings)
        simulator.hang(False)
        await box.first(LinkReading, seen, up=True)
        await box.first(Sighting, seen)


async def test_two_receivers_of_a_box_report_one_press() -> None:
    async with _site(Band("ac233fc001aa", model="holyiot", period_s=0.05)) as (near, box):
        far = BleSimulator([Band("ac233fc001aa", model="holyiot", period_s=0.05)], receiver="ble:receiver-2")
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(far.run())
            await far.ready.wait()
            running = tasks.create_task(SPEC.create("receiver-2", far.driver_options()).run(box))
            await far.until_scanning()
            near.press_sos("ac233fc001aa")
            far.press_sos("ac233fc001aa")
            one = await box.first(AlarmReading, receiver="ble:receiver-1")
            other = await box.first(AlarmReading, receiver="ble:receiver-2")
            assert one.press == other.press
            running.cancel()
            await asyncio.wait([running])
            serving.cancel()


async def test_a_hundred_bands_are_all_heard() -> None:
    # slow enough that a terminal's 4 KiB hold all that comes while a busy machine does something else for a second
    bands = [Band(f"ac233fc1{number:04x}", period_s=2.0) for number in range(100)]
    async with _site(*bands) as (_, box):
        for band in bands:
            await box.first(Sighting, device=band.key)
    assert box.errors == 0


async def test_the_simulator_shows_what_it_is_for() -> None:
    async with _site(Band("ac233fc001aa", period_s=0.05)) as (simulator, box):
        assert await simulator.demonstrate() == "SOS pressed on ble:ac233fc001aa"
        await box.first(AlarmReading)


def test_the_spec_makes_a_simulator_from_options() -> None:
    make: Any = SPEC.simulate
    simulator = make({"bands": 2, "model": "holyiot"})
    assert [band.model for band in simulator.bands.values()] == ["holyiot", "holyiot"]
    with pytest.raises(ValueError, match="model"):
        make({"model": "unheard-of"})
