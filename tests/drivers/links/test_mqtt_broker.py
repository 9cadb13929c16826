"""Our MQTT clients at a real broker (mosquitto on loopback): two boxes at one broker, and more than a queue holds."""

from __future__ import annotations

import asyncio
import getpass
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from anju_drivers import frigate, lorawan
from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import DriverSpec, LinkReading

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
TOPIC = "application/1/device/0101010101010101/event/up"
BACKLOG = 3_000

pytestmark = pytest.mark.skipif(not Path(MOSQUITTO).exists(), reason="mosquitto is not installed")


class BoxesIntake(RecordingIntake):
    """The intake of one of several boxes."""

    def __init__(self, box: str) -> None:
        super().__init__()
        self.box = box


@asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[int]:
    """A broker that keeps everything for clients that are away, and sends it all at once; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser {getpass.getuser()}\n"
        "max_queued_messages 0\nmax_inflight_messages 0\n",
        encoding="ascii",
    )
    process = await asyncio.create_subprocess_exec(MOSQUITTO, "-c", str(config), stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(30):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield port
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def running(
    spec: DriverSpec, name: str, intake: RecordingIntake, options: Mapping[str, object]
) -> AsyncIterator[None]:
    task = asyncio.create_task(spec.create(name, options).run(intake))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def is_up(intake: RecordingIntake) -> None:
    link = await intake.until(LinkReading, timeout_s=30)
    assert isinstance(link, LinkReading)
    assert link.up


async def send(port: int, topic: str, payloads: list[bytes]) -> None:
    async with aiomqtt.Client("127.0.0.1", port, identifier="server", timeout=30) as server:
        for payload in payloads:
            await server.publish(topic, payload, qos=1)


def heard(intake: RecordingIntake) -> int:
    return sum(intake.frames.values()) + sum(intake.errors.values())


def chirpstack(port: int) -> dict[str, object]:
    return {"mode": "mqtt", "host": "127.0.0.1", "port": port}


@pytest.mark.parametrize(
    ("spec", "topic"), [(lorawan.SPEC, TOPIC), (frigate.SPEC, "frigate/events")], ids=["chirpstack", "frigate"]
)
async def test_two_boxes_with_drivers_of_one_name_both_hear_every_message(
    tmp_path: Path, spec: DriverSpec, topic: str
) -> None:
    first, second = BoxesIntake("ningdu-1"), BoxesIntake("ningdu-2")
    async with broker(tmp_path) as port:
        options = chirpstack(port) if spec is lorawan.SPEC else {"host": "127.0.0.1", "port": port}
        async with running(spec, "lora", first, options), running(spec, "lora", second, options):
            await is_up(first)
            await is_up(second)
            await send(port, topic, [b"not understood, and counted: %d" % number for number in range(40)])
            await first.until_heard(errors=40)
            await second.until_heard(errors=40)
            for intake in (first, second):
                assert [one.up for one in intake.readings if isinstance(one, LinkReading)] == [True], "thrown out"


async def test_nothing_is_lost_of_more_than_a_queue_holds(tmp_path: Path) -> None:
    """All that waited for an absent box comes at once, before the library has told that it is subscribed."""
    async with broker(tmp_path) as port:
        absent = BoxesIntake("ningdu-1")
        async with running(lorawan.SPEC, "lora", absent, chirpstack(port)):
            await is_up(absent)
        await send(port, TOPIC, [b"not understood, and counted: %d" % number for number in range(BACKLOG)])
        back = BoxesIntake("ningdu-1")
        async with running(lorawan.SPEC, "lora", back, chirpstack(port)):
            await back.until_heard(errors=BACKLOG, timeout_s=60)


async def test_what_taking_a_message_raises_ends_the_driver_and_not_the_messages_after_it(tmp_path: Path) -> None:
    class Failing(BoxesIntake):
        def heard(self, device: str, *, frames: int = 1, errors: int = 0) -> None:
            super().heard(device, frames=frames, errors=errors)
            if heard(self) == 1:
                raise RuntimeError("a bug of the box")

    async with broker(tmp_path) as port:
        intake = Failing("ningdu-1")
        task = asyncio.create_task(lorawan.SPEC.create("lora", chirpstack(port)).run(intake))
        await is_up(intake)
        await send(port, TOPIC, [b"x"] * 3)
        with pytest.raises(RuntimeError, match="a bug of the box"):
            await task
