"""Hikvision alarm streams over HTTP with digest: a simulated camera at the far end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import LinkReading, Reading, StateReading, TriggerReading, TriggerState
from anju_drivers.errors import DeviceRefused, DriverConfigError
from anju_drivers.hikvision import SPEC
from anju_drivers.hikvision.simulator import MAC, CameraSimulator, document, part
from anju_drivers.hikvision.stream import PATHS, StreamCamera
from anju_drivers.links.reconnect import LinkState, RetryPauses

DEVICE = "hikvision:02005e100001"
MOTION = TriggerReading(DEVICE, "motion", TriggerState.ACTIVE, channel=1, raw_type="VMD")


class Intake(RecordingIntake):
    """Readings without the device's own time, which differs in each run."""

    def take(self, reading: Reading) -> Awaitable[None]:
        return super().take(replace(reading, device_time_ms=None) if isinstance(reading, TriggerReading) else reading)


async def until(camera: CameraSimulator, condition: Callable[[], bool], limit_s: float = 3.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():
            camera.changed.clear()
            await camera.changed.wait()


async def gone(camera: CameraSimulator) -> None:
    await until(camera, lambda: not camera.streams and not camera.ready.is_set())


@contextlib.asynccontextmanager
async def reading(camera: CameraSimulator, **options: object) -> AsyncIterator[tuple[Intake, asyncio.Task[None]]]:
    """A driver that reads this camera, its stream open."""
    intake = Intake()
    driver = SPEC.create("Gate", camera.driver_options() | options)
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading(DEVICE, True))
        yield intake, task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_triggers_pictures_and_junk_over_digest(algorithm: str) -> None:
    camera = CameraSimulator(algorithm=algorithm)
    async with running(camera), reading(camera) as (intake, _):
        camera.picture()
        camera.motion()
        camera.motion()
        camera.send(b"--boundary\r\nContent-Type: application/xml\r\nContent-Length: 9\r\n\r\n<broken")
        camera.fall(channel=2)
        camera.event("facedetection")
        camera.motion(active=False)
        await intake.until(replace(MOTION, state=TriggerState.INACTIVE))
        triggers = [one for one in intake.readings if isinstance(one, TriggerReading)]
        assert triggers == [
            MOTION,
            TriggerReading(DEVICE, "fall", TriggerState.ACTIVE, channel=2, raw_type="falldetection"),
            replace(MOTION, state=TriggerState.INACTIVE),
        ]
        assert intake.errors[DEVICE] == 1
        assert camera.failed_logins == 0


async def test_bytes_one_by_one() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera) as (intake, _):
        for byte in part(document("PIR", channel=4)):
            camera.send(bytes([byte]))
        await intake.until(TriggerReading(DEVICE, "pir", TriggerState.ACTIVE, channel=4, raw_type="PIR"))


async def test_a_camera_that_returns_is_heard_within_3_s_and_its_absence_is_no_alarm() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera) as (intake, _):
        camera.unplug()
        await gone(camera)
        camera.replug()
        start_s = time.monotonic()
        await until(camera, lambda: camera.streams == 1)
        assert time.monotonic() - start_s < 3
        camera.call_button()
        await intake.until(TriggerReading(DEVICE, "call_button", TriggerState.PULSE, 1, raw_type="CallButtonPress"))
        assert not any(isinstance(one, LinkReading) and not one.up for one in intake.readings)


async def test_a_wrong_password_stops_before_the_camera_locks_the_user() -> None:
    camera = CameraSimulator(password="another")
    async with running(camera):
        driver = SPEC.create("gate", camera.driver_options() | {"retry_s": 0.1})
        for _ in range(3):  # the supervisor's restarts included
            with pytest.raises(DeviceRefused, match="wrong password"):
                await asyncio.wait_for(driver.run(RecordingIntake()), 5)
        assert camera.failed_logins == 2


async def test_a_stale_nonce_is_no_wrong_password() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera, retry_s=0.1) as (_, task):
        for _ in range(4):
            camera.forget_nonce()
            camera.unplug()
            await gone(camera)
            camera.replug()
            await until(camera, lambda: camera.streams == 1)
        assert not task.done()
        assert camera.failed_logins == 0


async def test_old_firmware_has_another_path() -> None:
    camera = CameraSimulator()
    camera.old_firmware = True
    async with running(camera), reading(camera, retry_s=0.1):
        assert camera.requests[0] == PATHS[0]
        assert camera.requests[-1] == PATHS[1]


async def test_a_silent_stream_is_opened_anew() -> None:
    camera = CameraSimulator()
    async with running(camera):
        driver = SPEC.create("gate", camera.driver_options() | {"retry_s": 0.1})
        assert isinstance(driver, StreamCamera)
        driver._settings = replace(driver._settings, silence_s=0.3)  # the option's least is 5 s
        intake = Intake()
        task = asyncio.create_task(driver.run(intake))
        await intake.until(LinkReading(DEVICE, True))
        camera.stall()
        before = len(camera.requests)
        await until(camera, lambda: len(camera.requests) >= before + 2, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_an_absent_camera_is_said_once_after_three_failures() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera, retry_s=0.1) as (intake, _):
        camera.unplug()
        down = await intake.until(LinkReading, after=len(intake.readings))
        assert isinstance(down, LinkReading)
        assert (down.device, down.up) == (DEVICE, False)
        camera.replug()
        await intake.until(LinkReading(DEVICE, True), after=intake.readings.index(down) + 1)
        assert [one.up for one in intake.readings if isinstance(one, LinkReading)] == [True, False, True]


async def test_video_loss_ends_with_the_heartbeat_of_its_channel() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera) as (intake, _):
        camera.video_loss(channel=1)
        camera.video_loss(channel=5)
        camera.heartbeat()  # channel 0: a camera with one channel means 1, a recorder says nothing of 5
        ended = TriggerReading(DEVICE, "video_loss", TriggerState.INACTIVE, channel=1, raw_type="videoloss")
        await intake.until(ended)
        ends = [one for one in intake.readings if isinstance(one, TriggerReading) and one.state == "inactive"]
        assert ends == [ended]


async def test_a_wrong_clock_is_said_once() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera) as (intake, _):
        ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
        camera.send(part(document("VMD", when=ahead)) * 3)
        await intake.until(StateReading)
        camera.send(part(document("VMD", "inactive")))
        await intake.until(StateReading(DEVICE, detail="clock_ok"))
        said = [one.detail for one in intake.readings if isinstance(one, StateReading)]
        assert len(said) == 2
        assert 3595 <= int(said[0].removeprefix("clock_offset_s=")) <= 3605


async def test_another_cameras_documents_are_refused_where_the_mac_is_set() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera, mac=MAC.upper()) as (intake, _):
        camera.send(part(document("VMD", mac="02:00:5e:10:00:99")))
        await intake.until_heard(errors=1)
        assert not any(isinstance(one, TriggerReading) for one in intake.readings)


async def test_a_storm_is_held_back_but_no_fall_is_lost() -> None:
    camera = CameraSimulator()
    async with running(camera), reading(camera) as (intake, _):
        for number in range(400):
            camera.motion(active=bool(number % 2))
        camera.fall(channel=3)
        fall = TriggerReading(DEVICE, "fall", TriggerState.ACTIVE, channel=3, raw_type="falldetection")
        await intake.until(fall)
        assert sum(isinstance(one, TriggerReading) for one in intake.readings) < 20


def test_when_a_camera_counts_as_lost() -> None:
    link = LinkState(RetryPauses(), 0.0)
    assert [link.ended(0.5) for _ in range(3)] == [5, 10, 15]
    assert link.lost(1.0)
    assert not link.lost(2.0)  # said once
    assert link.heard(3.0)
    for at in range(40):  # a recorder that closes every 40 s and speaks in between
        assert not link.heard(4.0 + at * 40)
        assert link.ended(0.5) == 1.0
        assert not link.lost(4.0 + at * 40)
    silent = LinkState(RetryPauses(), 0.0)
    assert not silent.lost(89.9)
    assert silent.lost(90.0)
    assert max(LinkState(RetryPauses(), 0.0).ended(1.0) for _ in range(20)) <= 72


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"url": "ftp://192.0.2.1", "user": "a", "password": "b"}, "url"),
        ({"url": "http://192.0.2.1/x", "user": "a", "password": "b"}, "url"),
        ({"url": "http://192.0.2.1", "password": "b"}, "user"),
        ({"url": "http://192.0.2.1", "user": "a"}, "password"),
        ({"url": "http://192.0.2.1", "user": "a", "password_file": "/nowhere"}, "password_file"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "types": {"x": "fell"}}, "types.x"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "mac": "12"}, "mac"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "device_type": "dvr"}, "device_type"),
        ({"mode": "pull"}, "mode"),
        ({"mode": "push", "bind": "0.0.0.0", "cameras": {"a": {"secret": "x" * 16}}}, "bind"),
        ({"mode": "push", "bind": "127.0.0.1", "cameras": {"a": {"secret": "short"}}}, "cameras.a.secret"),
        ({"mode": "push", "bind": "127.0.0.1", "cameras": {"a": {"secret": "x" * 16, "src": []}}}, "cameras.a.src"),
        ({"mode": "push", "bind": "127.0.0.1"}, "cameras"),
    ],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("gate", options)
    assert error.value.key == key
