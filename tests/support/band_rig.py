"""Parts for tests of bands that dial in: a running driver, a client, an intake whose disk the test holds."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from anju_drivers.bands.server import BandServer
from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import AlarmReading, DriverSpec, LinkReading, Reading
from anju_drivers.errors import NotRecorded
from support.paths import VECTORS

WAIT_S = 5.0


def vectors(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return found


def bytes_of(item: dict[str, Any], key: str = "input") -> bytes:
    """`input` or `reply` of a vector item; empty where it has none."""
    if f"{key}_hex" in item:
        return bytes.fromhex(item[f"{key}_hex"])
    return str(item.get(f"{key}_text", "")).encode()


async def until(condition: Callable[[], object]) -> None:
    """Until `condition` holds, looked at on every turn of the loop. Raises `TimeoutError`."""
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110  # there is no event for most of what a test waits for
            await asyncio.sleep(0)


class HeldIntake(RecordingIntake):
    """An intake whose alarms reach the disk when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[asyncio.Future[None]] = []

    def take(self, reading: Reading) -> Awaitable[None]:
        done = super().take(reading)
        if not isinstance(reading, AlarmReading):
            return done
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        return future

    def commit(self) -> None:
        for future in self.waiting:
            future.set_result(None)
        self.waiting.clear()

    def refuse(self) -> None:
        for future in self.waiting:
            future.set_exception(NotRecorded())
        self.waiting.clear()


class Dialled:
    """A connection to the driver, as a band has it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self, size: int) -> bytes:
        async with asyncio.timeout(WAIT_S):
            return await self.reader.readexactly(size)

    async def ask(self, data: bytes, reply: bytes) -> None:
        """Sends and expects exactly this reply."""
        await self.send(data)
        got = await self.hear(len(reply))
        assert got == reply, f"{got!r} for {data[:80]!r}"

    async def until_closed(self) -> bytes:
        """Waits for the driver to end the connection; returns what it still said."""
        async with asyncio.timeout(WAIT_S):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""
            finally:
                self.abort()

    def abort(self) -> None:
        self.writer.transport.abort()


@contextlib.asynccontextmanager
async def dialled(port: int | None) -> AsyncIterator[Dialled]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection = Dialled(reader, writer)
    try:
        yield connection
    finally:
        connection.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def served(
    spec: DriverSpec, intake: RecordingIntake | None = None, **options: object
) -> AsyncIterator[tuple[BandServer, RecordingIntake]]:
    """A driver that listens on a free port of 127.0.0.1, and its intake."""
    intake = intake or RecordingIntake()
    driver = spec.create("Door", {"bind": "127.0.0.1", "port": 0} | options)
    assert isinstance(driver, BandServer)
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        yield driver, intake
        assert not task.done(), f"the driver ended: {task}"
    finally:
        task.cancel()
        await asyncio.wait([task])


def alarms(intake: RecordingIntake) -> list[AlarmReading]:
    return [one for one in intake.readings if isinstance(one, AlarmReading)]
