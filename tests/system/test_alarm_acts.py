"""An alarm acts at home whatever is broken, and afterwards the hub has it exactly once."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from anju_drivers.ble.simulator import Band, BleSimulator
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.clock import SimulatedClock
from anju_edge.config import DriverConfig, EdgeConfig
from anju_edge.gateway import Running
from anju_edge.simulation.communities import toml_value
from support.box_parts import BAND, OTHER_BAND
from support.faults import flip_bits, preloaded, zero_pages
from support.net_faults import faulty_line
from support.processes import THIRD_PARTY, rig_device
from support.running_box import box_config, on_the_air, relay_shows, running_box, until, with_drivers
from support.sync_rig import stored
from support.whole import LIMIT_S, Operator, alarms_at, at_hub, eventually, free_port, hub_config, running_hub, show

ADDRESS, OTHER_ADDRESS = BAND.removeprefix("ble:"), OTHER_BAND.removeprefix("ble:")
YEAR_MS = 365 * 86_400_000


@dataclass
class Home:
    """A community whose box is not yet running: its receiver is on the air, its siren plugged in."""

    air: BleSimulator
    relay: RelaySimulator
    config: EdgeConfig
    hub_port: int

    async def press_and_hear(self, address: str = ADDRESS) -> None:
        """Somebody presses; returns when the siren's byte is at the relay (or sounds already, for somebody else)."""
        async with asyncio.timeout(LIMIT_S):
            await self.air.until_scanning()
        sounding = self.relay.on.get(1, False)
        rings = sum(switch.on for switch in self.relay.switches)
        pressed = time.monotonic_ns()
        self.air.press_sos(address)
        if not sounding:
            await relay_shows(self.relay, lambda board: sum(switch.on for switch in board.switches) > rings, LIMIT_S)
            show(f"press -> siren byte {(self.relay.switches[-1].at_ns - pressed) / 1e6:.0f} ms")
        await until(lambda: self.relay.on.get(1, False))
        self.air.release_sos(address)  # a box that starts while it is on the air would rightly hear it as new


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    with RelaySimulator() as relay:
        bands = [Band(ADDRESS, period_s=0.2, sos_s=0.5), Band(OTHER_ADDRESS, period_s=0.2, sos_s=0.5)]
        async with on_the_air(BleSimulator(bands)) as air:
            port = free_port()
            config = at_hub(box_config(tmp_path, relay=relay, receiver=air), port)
            yield Home(air, relay, config, port)


@asynccontextmanager
async def hub_for(home: Home) -> AsyncIterator[Operator]:
    folder = home.config.box.roster.parent / "hub"
    config = hub_config(folder, home.config.box.roster, grpc_address=f"127.0.0.1:{home.hub_port}")
    async with running_hub(config) as operator:
        yield operator


def assert_once(home: Home, *devices: str) -> None:
    """Each device's alarm is at the hub once, and no number of any stream is missing or double."""
    folder = home.config.box.roster.parent / "hub"
    stored(folder).check_cover()
    for device in devices:
        assert len(alarms_at(folder, device)) == 1, device


async def everything_sent(box: Running) -> None:
    await box.journal.flush()
    await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)


async def test_without_a_hub(home: Home) -> None:
    async with running_box(home.config) as box:
        await home.press_and_hear()
        async with hub_for(home) as operator:
            await operator.incident(device=BAND)
            await everything_sent(box)
    assert_once(home, BAND)


@pytest.mark.parametrize("how", ["cut", "stalled"])
async def test_with_the_line_to_the_hub_gone(home: Home, how: str) -> None:
    async with hub_for(home) as operator, faulty_line(home.hub_port) as line:
        async with running_box(at_hub(home.config, line.port)) as box:
            await operator.online()
            if how == "cut":
                line.refuse = True
                line.cut_all()
            else:
                line.stall()
            await home.press_and_hear()
            assert not operator.incidents
            line.refuse = False
            line.flow()
            await operator.incident(device=BAND)
            await everything_sent(box)
    assert_once(home, BAND)


@pytest.mark.parametrize("wall", ["1970", "+10 years", "-10 years"])
async def test_with_a_wrong_clock_that_the_hub_corrects_afterwards(home: Home, wall: str) -> None:
    now_ms = time.time_ns() // 1_000_000
    clock = SimulatedClock(boot=77, synced=False)
    clock.set_wall({"1970": 0, "+10 years": now_ms + 10 * YEAR_MS, "-10 years": now_ms - 10 * YEAR_MS}[wall])
    async with running_box(home.config, clock) as box:
        await home.press_and_hear()
        async with hub_for(home) as operator:
            await everything_sent(box)
            shown = await operator.incident(
                lambda one: not one["clocks"]["found_about"] and one["state"] == "RINGING", device=BAND
            )
            found = datetime.fromisoformat(shown["clocks"]["found"])
            assert abs((found - datetime.now(UTC)).total_seconds()) < LIMIT_S
            row = await operator.box()
            assert abs(row["clock"]["skew_ms"]) > YEAR_MS
            await eventually(lambda: _synced_or_told(operator))
    (event,) = alarms_at(home.config.box.roster.parent / "hub", BAND)
    assert abs(event.stamp.wall_ms - now_ms) > 9 * YEAR_MS, "the raw time is kept as it was"
    assert_once(home, BAND)


async def _synced_or_told(operator: Operator) -> bool:
    """The box says either that its date is unknown or how wrong it is, never that all is well."""
    return (await operator.box())["clock"]["quality"] in ("UNSET", "HELD")


async def test_with_a_clock_that_jumps_while_running(home: Home) -> None:
    clock = SimulatedClock(boot=78, synced=True)
    async with hub_for(home) as operator, running_box(home.config, clock) as box:
        await operator.online()
        for jump_ms in (10 * YEAR_MS, -20 * YEAR_MS):
            clock.wall_offset_ms += jump_ms
            clock.synced = False
            await home.press_and_hear(ADDRESS if jump_ms > 0 else OTHER_ADDRESS)
            device = BAND if jump_ms > 0 else OTHER_BAND
            shown = await operator.incident(device=device)
            found = datetime.fromisoformat(shown["clocks"]["found"])
            assert abs((found - datetime.now(UTC)).total_seconds()) < LIMIT_S
            await operator.acknowledge(shown)
            await relay_shows(home.relay, lambda board: board.on == {1: False})
        await everything_sent(box)
    assert_once(home, BAND, OTHER_BAND)


@pytest.mark.parametrize("damage", ["bits", "pages", "overwritten"])
async def test_with_a_journal_that_is_corrupt_at_the_start(home: Home, damage: str) -> None:
    async with running_box(home.config) as box:
        await home.press_and_hear()
        for _ in range(5):
            await box.kiosk_service.ask_staff("kiosk-1", "other")
        await box.journal.flush()
    file = home.config.box.data / "journal.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    luck = random.Random(5)
    if damage == "bits":
        flip_bits(file, 30, luck)
    elif damage == "pages":
        zero_pages(file, 2, luck, first_page=2)
    else:
        file.write_bytes(luck.randbytes(file.stat().st_size))
    started = time.monotonic()
    async with running_box(home.config) as box:
        show(f"start with a damaged journal ({damage}): {time.monotonic() - started:.2f} s")
        await until(lambda: box.health.devices.adopted[OTHER_BAND].heard_ms is not None, LIMIT_S)
        await home.press_and_hear(OTHER_ADDRESS)
        async with hub_for(home) as operator:
            await operator.incident(device=OTHER_BAND)
            await everything_sent(box)
            if box.journal.salvaged is not None:
                await eventually(lambda: _says_salvaged(operator))
    assert_once(home, OTHER_BAND)
    assert len(alarms_at(home.config.box.roster.parent / "hub", BAND)) <= 1


async def _says_salvaged(operator: Operator) -> bool:
    row = await operator.box()
    return "EDGE-JNL-002" in row["troubles"] and any("salvage" in note for note in row["notes"])


async def test_with_the_receiver_unplugged_and_back(home: Home) -> None:
    async with hub_for(home) as operator, running_box(home.config) as box:
        await home.air.until_scanning()
        home.air.unplug()
        await operator.until(lambda: _trouble(operator, "ble:receiver-1"))
        replugged = time.monotonic()
        home.air.replug()
        await home.press_and_hear()
        show(f"receiver back -> its first alarm at the siren {time.monotonic() - replugged:.2f} s")
        await operator.incident(device=BAND)
        await everything_sent(box)
    assert_once(home, BAND)


def _trouble(operator: Operator, device: str) -> dict[str, object] | None:
    box = operator.boxes.get("box-1")
    return (
        next((line for line in box["devices"] if line["device"] == device and line["trouble"]), None) if box else None
    )


@pytest.fixture
def third_party(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody else's driver is installed."""
    monkeypatch.syspath_prepend(THIRD_PARTY)
    yield
    sys.modules.pop("anju_rig_device", None)


@pytest.mark.usefixtures("third_party")
async def test_with_another_driver_crashing(home: Home) -> None:
    async with rig_device() as (device, port), hub_for(home) as operator:
        config = with_drivers(home.config, DriverConfig("rig", "bands", {"port": port}))
        async with running_box(config) as box:
            await until(lambda: device.connected)
            device.say("crash")
            await home.press_and_hear()
            await operator.incident(device=BAND)
            await until(lambda: device.connections >= 2)
            number = device.press("rig:pendant-1")
            await operator.incident(device="rig:pendant-1")
            await until(lambda: number in device.kept)
            assert "EDGE-DRV-002:bands" in box.health.troubles()
            await everything_sent(box)
    assert_once(home, BAND, "rig:pendant-1")


# ---- the disk: a box in a process of its own, whose writes can be made to fail ---------------------------------------

FAULTS = ("S", "W", "R", "limit")
NAMES = {"S": "EIO at sync", "W": "ENOSPC at write", "R": "read-only", "limit": "file size limit"}


def write_edge(folder: Path, air: BleSimulator, relay: RelaySimulator, hub: int, kiosk: int, status: int) -> Path:
    """Writes the configuration of a box with four bands at one receiver; returns its path."""
    roster = ['community = "ningdu"', "revision = 1", 'name_zh = "柠都社区"', 'time_zone = "Asia/Shanghai"',
              'token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"']  # fmt: skip
    for key in (*(band.key for band in air.bands.values()), air.receiver):
        roster += ["[[devices]]", f'key = "{key}"', f'kind = "{"receiver" if key == air.receiver else "band"}"']
    (folder / "community.toml").write_text("\n".join(roster), encoding="utf-8")
    lines = [
        "[box]", 'id = "box-1"', 'community = "ningdu"', 'data = "box"', 'roster = "community.toml"',
        "[hub]", f'address = "127.0.0.1:{hub}"',
        "[http]", f'kiosk_listen = "127.0.0.1:{kiosk}"', f'status_listen = "127.0.0.1:{status}"',
        "[siren]", f'port = "{relay.port}"',
        "[journal]", "linger_s = 0.05", "ballast_bytes = 0", "retry_first_s = 0.05", "retry_max_s = 0.1",
        "[sync]", "reconnect_min_s = 0.05", "reconnect_max_s = 0.2", "status_period_s = 0.3",
        "[supervision]", "synthetic_alarm_s = 0", "driver_retry_min_s = 0.05",
        "[[kiosks]]", 'name = "kiosk-1"',
        "[[drivers]]", 'driver = "ble"', 'name = "receiver-1"',
        *(f"{key} = {toml_value(value)}" for key, value in air.driver_options().items()),
    ]  # fmt: skip
    path = folder / "edge.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass
class Broken:
    """A running box whose disk can be broken, and everything around it."""

    home: Home
    process: asyncio.subprocess.Process
    operator: Operator
    fault_file: Path
    status: str
    session: aiohttp.ClientSession

    def break_disk(self, fault: str) -> None:
        if fault == "limit":
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        else:
            self.fault_file.write_text(fault)

    def mend_disk(self) -> None:
        self.fault_file.unlink(missing_ok=True)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    async def recording(self) -> bool:
        async with self.session.get(self.status) as response:
            return bool((await response.json())["journal"]["recording"])

    async def drained(self) -> bool:
        async with self.session.get(self.status) as response:
            journal = (await response.json())["journal"]
        return bool(journal["recording"]) and not journal["waiting"]["ALARM"]  # sightings wait for company meanwhile


@pytest.fixture
async def broken(tmp_path: Path) -> AsyncIterator[Broken]:
    bands = [Band(f"ac233fc001{number:02x}", period_s=0.2, sos_s=0.5) for number in range(len(FAULTS))]
    hub, kiosk, status = free_port(), free_port(), free_port()
    fault_file = tmp_path / "fault"
    with RelaySimulator() as relay:
        async with on_the_air(BleSimulator(bands)) as air:
            edge = write_edge(tmp_path, air, relay, hub, kiosk, status)
            central = hub_config(tmp_path / "hub", tmp_path / "community.toml", grpc_address=f"127.0.0.1:{hub}")
            with (tmp_path / "edge.log").open("wb") as log:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "anju_edge", "run", "--config", str(edge)),
                    stdout=log,
                    stderr=log,
                    env=preloaded(tmp_path / "box", FAULT_FILE=str(fault_file)),
                )
            try:
                async with running_hub(central) as operator, aiohttp.ClientSession() as session:
                    await operator.online(limit_s=60)
                    home = Home(air, relay, at_hub(box_config(tmp_path), hub), hub)
                    yield Broken(home, process, operator, fault_file, f"http://127.0.0.1:{status}/healthz", session)
            finally:
                process.send_signal(signal.SIGTERM)
                await process.wait()


async def test_while_the_disk_is_broken_its_alarms_reach_the_hub_too(broken: Broken) -> None:
    devices = [band.key for band in broken.home.air.bands.values()]
    for fault, device in zip(FAULTS, devices, strict=True):
        broken.break_disk(fault)
        await broken.home.press_and_hear(device.removeprefix("ble:"))
        shown = await broken.operator.incident(device=device)
        assert not await broken.recording(), f"{NAMES[fault]}: the disk should still be broken"
        assert (await broken.operator.acknowledge(shown))[0] == 200
        await relay_shows(broken.home.relay, lambda board: board.on == {1: False})
        broken.mend_disk()
        await eventually(broken.recording)
    await eventually(broken.drained)
    incidents = await broken.operator.all_incidents()
    assert sorted(one["device"] for one in incidents if one["reasons"] == ["SOS"]) == sorted(devices)
    assert not any(one["repeats"] for one in incidents if one["reasons"] == ["SOS"]), "a copy counted as a press"
    assert any("BOX_CANNOT_RECORD" in one["reasons"] and one["priority"] == "P2" for one in incidents)
    assert_once(broken.home, *devices)
