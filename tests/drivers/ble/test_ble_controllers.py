"""Receivers are known by their controllers: adapters that change places are noticed, and every place stays right."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_drivers.ble import SPEC, commands
from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import AlarmReading, LinkReading, Sighting
from anju_drivers.errors import DriverConfigError

UPPER, LOWER = "ble:receiver-1", "ble:receiver-2"
UPPER_CHIP, LOWER_CHIP = "c0aa00000001", "c0aa00000002"
UPPER_BAND, LOWER_BAND = "ac233fc001aa", "ac233fc001bb"


class Site:
    """Two identical receivers, each with a band nearby, at two ports whose links can be swapped."""

    def __init__(self, folder: Path, *, zephyr: bool = False) -> None:
        self.intake = RecordingIntake()
        self.upper = BleSimulator([Band(UPPER_BAND, period_s=0.05)], receiver=UPPER, controller=UPPER_CHIP)
        self.lower = BleSimulator([Band(LOWER_BAND, period_s=0.05)], receiver=LOWER, controller=LOWER_CHIP)
        self.upper.is_zephyr = self.lower.is_zephyr = zephyr
        self.ports = {"receiver-1": folder / "port-1", "receiver-2": folder / "port-2"}
        self.point(self.upper, self.lower)

    def point(self, first: BleSimulator, second: BleSimulator) -> None:
        for port, simulator in zip(self.ports.values(), (first, second), strict=True):
            port.unlink(missing_ok=True)
            port.symlink_to(simulator.link)

    @contextlib.asynccontextmanager
    async def drivers(self, **options: dict[str, object]) -> AsyncIterator[None]:
        tasks = []
        for name, port in self.ports.items():
            table = self.upper.driver_options() | {"port": str(port), "receiver": f"ble:{name}"}
            driver = SPEC.create(name, table | options.get(name.replace("-", "_"), {}))
            tasks.append(asyncio.create_task(driver.run(self.intake)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def swap(self) -> None:
        self.upper.unplug()
        self.lower.unplug()
        self.point(self.lower, self.upper)
        self.upper.replug()
        self.lower.replug()

    def heard(self, band: str, after: int = 0) -> set[str]:
        """Where a band was heard, sightings and alarms."""
        found = [one for one in self.intake.readings[after:] if isinstance(one, Sighting | AlarmReading)]
        return {one.receiver for one in found if one.device == f"ble:{band}"}

    async def until_heard(self, band: str, receiver: str, after: int = 0) -> None:
        while receiver not in self.heard(band, after):
            seen = len(self.intake.readings)
            await self.intake.until(Sighting, AlarmReading, after=seen)


@contextlib.asynccontextmanager
async def site(folder: Path, *, zephyr: bool = False) -> AsyncIterator[Site]:
    made = Site(folder, zephyr=zephyr)
    async with asyncio.timeout(20), running(made.upper), running(made.lower):
        yield made


@pytest.mark.parametrize("zephyr", [False, True])
async def test_swapped_adapters_are_noticed_and_places_stay_right(tmp_path: Path, zephyr: bool) -> None:
    async with site(tmp_path, zephyr=zephyr) as here, here.drivers():
        await here.until_heard(UPPER_BAND, UPPER)
        await here.until_heard(LOWER_BAND, LOWER)
        before = len(here.intake.readings)
        await here.swap()
        await here.intake.until(LinkReading(UPPER, True, "scanning at the port of ble:receiver-2"), after=before)
        await here.intake.until(LinkReading(LOWER, True, "scanning at the port of ble:receiver-1"), after=before)
        here.upper.press_sos(UPPER_BAND)
        alarm = await here.intake.until(AlarmReading, after=before)
        assert isinstance(alarm, AlarmReading)
        assert (alarm.device, alarm.receiver) == (f"ble:{UPPER_BAND}", UPPER)
        await here.until_heard(LOWER_BAND, LOWER, before)
        assert here.heard(UPPER_BAND) == {UPPER}
        assert here.heard(LOWER_BAND) == {LOWER}
        states = [(one.device, one.up) for one in here.intake.readings[before:] if isinstance(one, LinkReading)]
        assert sorted(states) == [(UPPER, False), (UPPER, True), (LOWER, False), (LOWER, True)]


async def test_a_swap_before_the_start_is_seen_by_the_configured_controllers(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.point(here.lower, here.upper)
        names: dict[str, dict[str, object]] = {
            "receiver_1": {"controller": "C0:AA:00:00:00:01"},
            "receiver_2": {"controller": LOWER_CHIP},
        }
        async with here.drivers(**names):
            await here.until_heard(UPPER_BAND, UPPER)
            await here.until_heard(LOWER_BAND, LOWER)
            assert here.heard(UPPER_BAND) == {UPPER}
            assert here.heard(LOWER_BAND) == {LOWER}


async def test_a_replaced_controller_is_said_and_hears_for_its_port(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(tmp_path) as here, here.drivers(receiver_1={"controller": "c0aa000000ff"}):
        await here.until_heard(UPPER_BAND, UPPER)
        assert "controller c0aa00000001 is plugged in, the configuration names c0aa000000ff" in caplog.text


async def test_controllers_without_an_address_are_known_by_their_port(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.upper.controller = here.lower.controller = b""
        async with here.drivers():
            await here.until_heard(UPPER_BAND, UPPER)
            await here.until_heard(LOWER_BAND, LOWER)


@pytest.mark.parametrize(
    ("opcode", "parameters", "address"),
    [
        (commands.READ_BD_ADDR, "000100000000aa", "aa0000000001"),
        (commands.READ_BD_ADDR, "000100000000", None),
        (commands.READ_BD_ADDR, "00" + "00" * 6, None),
        (commands.READ_BD_ADDR, "00" + "ff" * 6, None),
        (commands.READ_BD_ADDR, "0c" + "01" * 6, None),
        (commands.ZEPHYR_READ_STATIC_ADDRESSES, "0001" + "0100000000c0" + "00" * 16, "c00000000001"),
        (commands.ZEPHYR_READ_STATIC_ADDRESSES, "0000", None),
        (commands.ZEPHYR_READ_STATIC_ADDRESSES, "01", None),
        (commands.RESET, "00010203040506", None),
    ],
)
def test_identity(opcode: int, parameters: str, address: str | None) -> None:
    found = commands.identity(opcode, bytes.fromhex(parameters))
    assert (found.hex() if found else None) == address


def test_a_bad_controller_is_named() -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("receiver-1", {"port": "/dev/x", "controller": "c0aa"})
    assert error.value.key == "controller"
