"""Hikvision cameras that push, and the guards of the listener on the LAN."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import LinkReading, StateReading, TriggerReading, TriggerState
from anju_drivers.errors import LinkLost
from anju_drivers.hikvision import SPEC
from anju_drivers.hikvision.push import PushListenerDriver
from anju_drivers.hikvision.simulator import PushCameraSimulator, document, part
from anju_drivers.links.lan import PushLimits, listen_for_push

SECRET = "s" * 24
DEVICE = "hikvision:02005e100001"


@contextlib.asynccontextmanager
async def listening(**camera: object) -> AsyncIterator[tuple[PushListenerDriver, PushCameraSimulator, RecordingIntake]]:
    options = {"mode": "push", "bind": "127.0.0.1", "port": 0, "cameras": {"Gate": {"secret": SECRET} | camera}}
    driver = SPEC.create("cameras", options)
    assert isinstance(driver, PushListenerDriver)
    intake = RecordingIntake()
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        yield driver, PushCameraSimulator(f"http://127.0.0.1:{driver.port}/push/{SECRET}"), intake
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def triggers(intake: RecordingIntake) -> list[tuple[str, str, int]]:
    return [(one.device, one.kind, one.channel) for one in intake.readings if isinstance(one, TriggerReading)]


async def test_bare_and_multipart_bodies_with_pictures() -> None:
    async with listening(types={"falldetection": "fall"}) as (_, camera, intake):
        assert await camera.motion(channel=2) == 200
        picture = part(b"\xff\xd8" + bytes(100_000), "image/jpeg")
        body = part(document("linedetection")) + picture + b"--boundary--\r\n"
        assert await camera.post(body, "multipart/form-data; boundary=boundary") == 200
        assert await camera.fall() == 200
        assert triggers(intake) == [(DEVICE, "motion", 2), (DEVICE, "line_crossing", 1), (DEVICE, "fall", 1)]


async def test_late_ones_are_marked() -> None:
    async with listening() as (_, camera, intake):
        await camera.post(document("VMD", inside="<isDataRetransmission>true</isDataRetransmission>"))
        (reading,) = [one for one in intake.readings if isinstance(one, TriggerReading)]
        assert reading.late
        assert reading.state is TriggerState.ACTIVE


async def test_a_camera_without_a_mac_is_known_by_its_path() -> None:
    async with listening() as (_, camera, intake):
        await camera.post(document("VMD", mac="0000:0000:0000"))
        assert triggers(intake) == [("hikvision:gate", "motion", 1)]


async def test_a_cut_or_unreadable_body_is_counted() -> None:
    async with listening() as (_, camera, intake):
        assert await camera.post(document("VMD")[:200]) == 200
        assert await camera.post(b"\x00\x01\x02") == 200
        assert await camera.motion() == 200
        assert sum(intake.errors.values()) >= 1
        assert triggers(intake) == [(DEVICE, "motion", 1)]


async def test_wrong_secret_wrong_source_wrong_method_and_too_large() -> None:
    async with listening(sources=["192.0.2.7"]) as (driver, camera, intake):
        assert await camera.motion() == 404
        assert driver.refused == 1
        assert triggers(intake) == []
    async with listening(sources=["127.0.0.1"]) as (driver, camera, intake):
        forger = PushCameraSimulator(camera.link[:-1] + "t")
        assert await forger.motion() == 404
        assert await camera.post(bytes(5_000_000)) in (413, 0)  # 0: hung up on while still sending
        assert await camera.motion() == 200
        reply = await ask(driver, f"GET /push/{SECRET} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert reply.startswith(b"HTTP/1.1 405")
        assert len(reply) < 400
        assert triggers(intake) == [(DEVICE, "motion", 1)]


async def ask(driver: PushListenerDriver, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", driver.port)
    writer.write(request)
    reply = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return reply


async def test_the_port_is_free_when_it_stops_and_a_taken_one_is_said() -> None:
    async with listening() as (driver, _, _):
        with pytest.raises(LinkLost):
            async with listen_for_push(Nobody(), "127.0.0.1", driver.port or 0):
                pass
    async with listen_for_push(Nobody(), "127.0.0.1", driver.port or 0):
        pass


class Nobody:
    """Lets no one in."""

    def begin(self, path: str, peer: str, content_type: str) -> None:
        return None


async def test_slow_and_many_connections_do_not_keep_a_camera_out() -> None:
    limits = PushLimits(header_s=0.3, connections=4, per_peer=4)
    async with listen_for_push(Nobody(), "127.0.0.1", 0, limits) as listener:
        start_s = time.monotonic()
        slow = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(4)]
        for _, writer in slow:
            writer.write(b"POST /push/x HTTP/1.1\r\nHost: ")
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"POST /push/x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 2)).startswith(b"HTTP/1.1 404")
        writer.close()
        assert listener.shed == 1
        for reader, writer in slow:  # the oldest gave way; the others are hung up on when their headers take too long
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(), 2) == b""
            writer.close()
        assert time.monotonic() - start_s < 2
        assert listener.shed == 4


async def test_when_all_places_are_busy_a_newcomer_is_told() -> None:
    async with listen_for_push(Anybody(), "127.0.0.1", 0, PushLimits(connections=2)) as listener:
        busy = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(2)]
        for reader, writer in busy:
            writer.write(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
            assert (await asyncio.wait_for(reader.readline(), 2)).startswith(b"HTTP/1.1 100")
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        assert (await asyncio.wait_for(reader.read(), 2)).startswith(b"HTTP/1.1 503")
        for _, one in [*busy, (reader, writer)]:
            one.close()


async def test_a_slow_body_ends() -> None:
    limits = PushLimits(body_s=0.2)
    async with listen_for_push(Anybody(), "127.0.0.1", 0, limits) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab")
        assert (await asyncio.wait_for(reader.read(), 3)).startswith(b"HTTP/1.1 408")
        writer.close()


class Anybody:
    """Lets everyone in and forgets what they say; raises on the word `bug`."""

    def begin(self, path: str, peer: str, content_type: str) -> Anybody:
        return self

    def feed(self, data: bytes) -> None:
        if data == b"bug":
            raise ZeroDivisionError

    def end(self) -> None:
        return None


async def test_rates_are_limited_per_peer() -> None:
    limits = PushLimits(requests_per_s=0.5)  # a burst of one; the next may come after two seconds
    async with listen_for_push(Anybody(), "127.0.0.1", 0, limits) as listener:
        camera = PushCameraSimulator(f"http://127.0.0.1:{listener.port}/")
        statuses = await asyncio.gather(*(camera.post(b"x") for _ in range(6)))
        assert 200 in statuses
        assert 429 in statuses


async def test_a_bug_in_a_taker_reaches_the_driver() -> None:
    async with listen_for_push(Anybody(), "127.0.0.1", 0) as listener:
        assert await PushCameraSimulator(f"http://127.0.0.1:{listener.port}/").post(b"bug") == 500
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(listener.failed(), 2)


@pytest.mark.parametrize("age", [timedelta(hours=72), timedelta(hours=5)])
async def test_what_a_camera_kept_for_hours_is_late_once_its_clock_is_known(age: timedelta) -> None:
    """Case events-of-three-days-ago-ring-now."""
    when = (datetime.now(UTC) - age).isoformat(timespec="seconds")
    async with listening(types={"falldetection": "fall"}) as (_, camera, intake):
        await camera.post(document("falldetection", "inactive"))
        await camera.post(document("falldetection", when=when))
        await camera.post(document("falldetection"))  # one of now rings
        found = [one for one in intake.readings if isinstance(one, TriggerReading) and one.state is TriggerState.ACTIVE]
        assert [one.late for one in found] == [True, False]
        assert not any(isinstance(one, StateReading) for one in intake.readings)  # its clock is not called wrong


async def test_an_old_time_of_a_camera_whose_clock_nobody_knows_rings() -> None:
    when = (datetime.now(UTC) - timedelta(hours=5)).isoformat(timespec="seconds")
    async with listening(types={"falldetection": "fall"}) as (_, camera, intake):
        await camera.post(document("falldetection", when=when))
        (found,) = [one for one in intake.readings if isinstance(one, TriggerReading)]
        assert not found.late
