"""What all bands that dial in share: who is answered, when, and who is only heard. Over real connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest
import uvloop

from anju_drivers.bands.server import BandServer
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import (
    AlarmReading,
    DriverSpec,
    Intake,
    LinkReading,
    PositionFix,
    Reading,
    Reason,
    StateReading,
)
from anju_drivers.errors import DriverConfigError, LinkLost
from anju_drivers.eview_ev07b import SPEC as EVIEW
from anju_drivers.eview_ev07b.simulator import PendantVoice
from anju_drivers.gt06 import SPEC as GT06
from anju_drivers.gt06.simulator import TrackerVoice
from anju_drivers.jt808 import SPEC as JT808
from anju_drivers.jt808.simulator import TerminalVoice
from anju_drivers.setracker import SPEC as SETRACKER
from anju_drivers.setracker.simulator import WatchVoice
from anju_drivers.testing.band import BandSimulator
from anju_drivers.thinkrace_iw import SPEC as THINKRACE
from anju_drivers.thinkrace_iw.simulator import IwVoice
from support.band_rig import Dialled, HeldIntake, alarms, bytes_of, dialled, served, until, vectors


@dataclass(frozen=True)
class Family:
    spec: DriverSpec
    voice: Any  # a band's class; all take `device` and speak `BandVoice`
    other: str  # an id that is not the simulator's own

    def __str__(self) -> str:
        return self.spec.name


FAMILIES = [
    Family(SETRACKER, WatchVoice, "1000000002"),
    Family(THINKRACE, IwVoice, "350000000000002"),
    Family(JT808, TerminalVoice, "010000000002"),
    Family(EVIEW, PendantVoice, "350000000000002"),
    Family(GT06, TrackerVoice, "350000000000002"),
]
each_family = pytest.mark.parametrize("family", FAMILIES, ids=str)


async def log_in(band: Dialled, voice: Any, intake: RecordingIntake, family: Family) -> None:
    await band.send(voice.login())
    await intake.until(LinkReading(f"{family}:{voice.device}", True, "from 127.0.0.1"))


@each_family
async def test_an_sos_is_answered_after_the_commit_and_heartbeats_do_not_wait(family: Family) -> None:
    intake, voice = HeldIntake(), family.voice()
    async with served(family.spec, intake) as (driver, _), dialled(driver.port) as band:
        await log_in(band, voice, intake, family)
        await band.send(voice.press(low_battery=True))
        await intake.until(AlarmReading)
        await band.send(voice.heartbeat())
        heard = await band.hear(1)  # the login's and the heartbeat's answers come
        assert heard
        sos = alarms(intake)[0]
        assert sos.device == f"{family}:{voice.device}"
        assert Reason.SOS in sos.reasons
        assert sos.device_time_ms is not None
        assert len(intake.waiting) == 1
        intake.commit()
        await band.send(voice.heartbeat())
        assert driver.unanswered == 0


@each_family
async def test_without_the_disk_the_band_hears_nothing_and_sends_again(family: Family) -> None:
    intake, voice = HeldIntake(), family.voice()
    async with served(family.spec, intake) as (driver, _), dialled(driver.port) as band:
        await log_in(band, voice, intake, family)
        press = voice.press()
        await band.send(press)
        await intake.until(AlarmReading)
        intake.refuse()
        await band.send(press)
        await intake.until(AlarmReading, after=len(intake.readings))
        first, second = alarms(intake)
        assert (first.device, first.press) == (second.device, second.press)
        assert driver.unanswered == 1


@each_family
async def test_an_unknown_band_is_heard_and_its_sos_raised_but_it_is_not_answered(family: Family) -> None:
    known, unknown = family.voice(), family.voice(family.other)
    async with served(family.spec, devices=[known.device]) as (driver, intake), dialled(driver.port) as band:
        await band.send(unknown.login() + unknown.position(31.2, 121.4) + unknown.press())
        sos = await intake.until(AlarmReading)
        assert sos.device == f"{family}:{family.other}"
        assert intake.frames[f"{family}:{family.other}"] >= 1
        assert not [one for one in intake.readings if isinstance(one, PositionFix | StateReading)]
        async with dialled(driver.port) as other:
            await log_in(other, known, intake, family)
        band.writer.write_eof()
        assert await band.until_closed() == b""


@each_family
async def test_the_known_device_is_found_with_and_without_leading_zeros(family: Family) -> None:
    voice = family.voice()
    async with served(family.spec, devices=["000" + voice.device.lstrip("0")]) as (driver, intake):
        async with dialled(driver.port) as band:
            await log_in(band, voice, intake, family)


@each_family
async def test_a_new_connection_of_a_band_takes_over_from_the_dead_one(family: Family) -> None:
    voice = family.voice()
    async with served(family.spec) as (driver, intake), dialled(driver.port) as dead, dialled(driver.port) as fresh:
        await log_in(dead, voice, intake, family)
        await fresh.send(voice.login() + voice.heartbeat())
        await dead.until_closed()
        before = len(intake.readings)
        await fresh.send(voice.press())
        await intake.until(AlarmReading, after=before)
        links = [one for one in intake.readings if isinstance(one, LinkReading) and one.device.endswith(voice.device)]
        assert [one.up for one in links] == [True], "a reconnect is no news"


@each_family
async def test_a_stored_sos_keeps_its_own_time(family: Family) -> None:
    voice = family.voice()
    async with served(family.spec) as (driver, intake), dialled(driver.port) as band:
        await band.send(voice.login() + voice.press(stored_s=7200) + voice.press())
        first = await intake.until(AlarmReading)
        await intake.until(AlarmReading, after=intake.readings.index(first) + 1)
        stored, live = alarms(intake)
        assert stored.device_time_ms is not None
        assert live.device_time_ms is not None
        assert abs(live.device_time_ms - stored.device_time_ms - 7_200_000) <= 2000
        assert stored.press != live.press


@each_family
async def test_no_fix_moves_nobody(family: Family) -> None:
    voice = family.voice()
    async with served(family.spec) as (driver, intake), dialled(driver.port) as band:
        await band.send(voice.login() + voice.position(0.0, 0.0) + voice.position(31.2, 121.4, fix=False))
        await band.send(voice.position(31.25, 121.5) + voice.press())
        await intake.until(AlarmReading)
        fixes = [one for one in intake.readings if isinstance(one, PositionFix)]
        assert [one.fix_valid for one in fixes][:3] == [False, False, True]
        assert fixes[2].latitude_deg == pytest.approx(31.25, abs=1e-4)
        assert fixes[2].longitude_deg == pytest.approx(121.5, abs=1e-4)
        position = alarms(intake)[0].position
        assert position is None or not position.fix_valid


@each_family
async def test_noise_before_and_between_is_counted_and_costs_nothing_else(family: Family) -> None:
    voice = family.voice()
    async with served(family.spec) as (driver, intake), dialled(driver.port) as band:
        await band.send(b"GET / HTTP/1.1\r\n\r\n[x]#\x7e\x01\x7e\xab\x00xx\x05\x01" + voice.login())
        await log_in(band, voice, intake, family)
        await band.send(b"\x00\xff[nonsense]#\x7e\xab\xcd\x7exx\x02\x01" + voice.press())
        await intake.until(AlarmReading)
        assert sum(intake.errors.values()) >= 1


@each_family
async def test_400_half_open_or_dribbling_connections_do_not_keep_a_band_out(family: Family) -> None:
    async with served(family.spec) as (driver, intake):
        simulator = BandSimulator(family.voice(), driver.port or 0)
        async with running(simulator):
            async with asyncio.timeout(5):
                await simulator.connected.wait()
            await simulator.heartbeat()
            await intake.until(LinkReading(f"{family}:{simulator.voice.device}", True, "from 127.0.0.1"))
            await simulator.half_open(200)
            dribble = family.voice(family.other).press()
            async with asyncio.TaskGroup() as dribbling:
                tasks = [dribbling.create_task(simulator.dribble(dribble[:-1], 5.0)) for _ in range(200)]
                await simulator.press()
                sos = await intake.until(AlarmReading)
                assert sos.device == f"{family}:{simulator.voice.device}"
                async with dialled(driver.port) as late:  # and one that comes now finds a place too
                    other = family.voice(family.other)
                    await late.send(other.login() + other.press())
                    await until(lambda: alarms(intake)[-1].device == f"{family}:{family.other}")
                for task in tasks:
                    task.cancel()
            assert driver.listener is not None
            assert driver.listener.connections <= 256


@each_family
async def test_the_simulator_shows_all_it_can(family: Family) -> None:
    simulator = family.spec.simulate({}) if family.spec.simulate else None
    assert isinstance(simulator, BandSimulator)
    async with running(simulator):
        intake = RecordingIntake()
        task = asyncio.create_task(family.spec.create("door", simulator.driver_options()).run(intake))
        try:
            await simulator.position(31.2, 121.4)
            await intake.until(PositionFix)
            await simulator.press(fall=True, low_battery=True)
            await intake.until(AlarmReading)
            assert Reason.FALL in alarms(intake)[0].reasons or family.spec is JT808
            simulator.unplug()
            assert await simulator.demonstrate() == "the band is out of coverage"
            simulator.replug()
            before = len(intake.readings)
            await simulator.demonstrate()
            await intake.until(AlarmReading, after=before)
        finally:
            task.cancel()
            await asyncio.wait([task])


@each_family
def test_bad_options_name_the_key(family: Family) -> None:
    good = {"bind": "127.0.0.1"}
    for wrong, key in (
        ({}, "bind"),
        ({"bind": "0.0.0.0"}, "bind"),
        (good | {"port": 70000}, "port"),
        (good | {"devices": "some"}, "devices"),
        (good | {"devices": []}, "devices"),
        (good | {"idle_s": 1}, "idle_s"),
        (good | {"prot": 1}, "prot"),
    ):
        with pytest.raises(DriverConfigError) as error:
            family.spec.create("door", wrong)
        assert error.value.key == key


async def test_a_taken_port_is_link_lost() -> None:
    async with served(SETRACKER) as (driver, _):
        again = SETRACKER.create("door", {"bind": "127.0.0.1", "port": driver.port})
        with pytest.raises(LinkLost, match="in use"):
            await again.run(RecordingIntake())


async def test_anothers_id_on_a_bands_connection_is_heard_and_not_believed() -> None:
    mine, other = WatchVoice("1000000001"), WatchVoice("1000000002")
    async with served(SETRACKER) as (driver, intake), dialled(driver.port) as band:
        await band.ask(mine.heartbeat(), b"[3G*1000000001*0002*LK]")
        await band.send(other.position(31.2, 121.4) + other.press())
        sos = await intake.until(AlarmReading)
        assert sos.device == "setracker:1000000002"
        assert not [one for one in intake.readings if isinstance(one, PositionFix)]
        await band.ask(mine.heartbeat(), b"[3G*1000000001*0002*LK]")


async def test_a_silent_band_is_lost_once_and_comes_back() -> None:
    async with served(SETRACKER, idle_s=60) as (driver, intake), dialled(driver.port) as band:
        device = "setracker:1000000001"
        await band.ask(WatchVoice().heartbeat(), b"[3G*1000000001*0002*LK]")
        band.abort()
        await until(lambda: driver.listener is not None and not driver.listener.connections)
        now_s = asyncio.get_running_loop().time()
        driver._look_for_lost(intake, now_s + 59)
        assert not [one for one in intake.readings if isinstance(one, LinkReading) and not one.up]
        driver._look_for_lost(intake, now_s + 61)
        driver._look_for_lost(intake, now_s + 120)
        lost = [one for one in intake.readings if isinstance(one, LinkReading) and not one.up]
        assert lost == [LinkReading(device, False, "not heard, no connection")]
        before = len(intake.readings)
        async with dialled(driver.port) as again:
            await again.send(WatchVoice().heartbeat())
            await intake.until(LinkReading(device, True, "from 127.0.0.1"), after=before)


class BrokenIntake(RecordingIntake):
    """A disk whose error is not the one that was agreed."""

    def take(self, reading: Reading) -> Any:
        done = super().take(reading)
        if not isinstance(reading, AlarmReading):
            return done
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.set_exception(ZeroDivisionError())
        return future


async def test_a_bug_behind_a_reply_reaches_the_supervisor() -> None:
    intake: Intake = BrokenIntake()
    driver = SETRACKER.create("door", {"bind": "127.0.0.1", "port": 0})
    assert isinstance(driver, BandServer)
    task = asyncio.create_task(driver.run(intake))
    await until(lambda: driver.port is not None)
    async with dialled(driver.port) as band:
        await band.send(WatchVoice().press())
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(5):
                await task


REPLIES = [
    pytest.param(family, item, id=f"{family}-{item['name']}")
    for family in FAMILIES
    for file in family.spec.vector_files
    for item in vectors(file)
    if bytes_of(item, "reply")
]


@pytest.mark.parametrize(("family", "item"), REPLIES)
async def test_replies_byte_for_byte(family: Family, item: dict[str, Any]) -> None:
    async with served(family.spec) as (driver, _), dialled(driver.port) as band:
        if family.spec in (THINKRACE, GT06) and item["kind"] != "login":
            voice = family.voice()
            login_reply = {THINKRACE.name: 24, GT06.name: 10}[family.spec.name]  # IWBP00,<14 digits>,0# and the ack
            await band.send(voice.login())
            await band.hear(login_reply)
        await band.ask(bytes_of(item), bytes_of(item, "reply"))
        band.writer.write_eof()
        assert await band.until_closed() == b"", "nothing else is said"


@each_family
@pytest.mark.parametrize(
    "scenario",
    [
        test_an_sos_is_answered_after_the_commit_and_heartbeats_do_not_wait,
        test_a_new_connection_of_a_band_takes_over_from_the_dead_one,
        test_400_half_open_or_dribbling_connections_do_not_keep_a_band_out,
    ],
    ids=["sos", "takes over", "400"],
)
def test_the_same_on_the_boxs_own_loop(family: Family, scenario: Callable[[Family], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario(family))
