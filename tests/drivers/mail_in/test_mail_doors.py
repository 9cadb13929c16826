"""Who is hung up on and who is heard out at the mail port, on the loop that a box runs on."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
import uvloop

from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import LinkReading, TriggerReading
from anju_drivers.mail_in import SPEC, session
from anju_drivers.mail_in.driver import MailDriver
from anju_drivers.mail_in.session import MAX_PER_PEER
from anju_drivers.mail_in.simulator import MailSimulator, dahua_text, mail

LOOPS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


@pytest.fixture(params=sorted(LOOPS))
def play(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, None]], None]:
    """Plays a scene on the box's own loop, and on the one of the other tests."""

    def run(scene: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            runner.run(scene)

    return run


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[tuple[MailDriver, MailSimulator, RecordingIntake]]:
    camera = MailSimulator()
    driver = SPEC.create("mail", camera.driver_options())
    assert isinstance(driver, MailDriver)
    intake = RecordingIntake()
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        yield driver, camera, intake
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait([task])


async def dial(driver: MailDriver) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", driver.port)


def whole_mail(camera: MailSimulator) -> bytes:
    """All that a camera says, from its greeting to the dot behind its mail."""
    head = f"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{camera.recipient}>\r\nDATA\r\n"
    return head.encode() + mail(dahua_text("Motion Detection Start")) + b"\r\n.\r\n"


async def until_ended(reader: asyncio.StreamReader) -> bytes:
    """What the server still says until it ends the connection."""
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


def test_who_is_not_of_the_lan_is_hung_up_on(
    play: Callable[[Coroutine[Any, Any, None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        monkeypatch.setattr(session, "_is_lan", lambda peer: False)
        async with serving() as (driver, camera, intake):
            reader, writer = await dial(driver)
            writer.write(whole_mail(camera))
            assert b"250" not in await until_ended(reader)
            assert not [one for one in intake.readings if isinstance(one, TriggerReading)]
            writer.close()

    play(scene())


def test_connections_beyond_the_limit_are_hung_up_on(play: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    async def scene() -> None:
        async with serving() as (driver, camera, _):
            held = [await dial(driver) for _ in range(4 * MAX_PER_PEER)]
            ended = asyncio.gather(*(until_ended(reader) for reader, _ in held[:-MAX_PER_PEER]))
            async with asyncio.timeout(10):
                while not ended.done():
                    assert (await camera.motion()).startswith("250")
            for _, writer in held:
                writer.transport.abort()

    play(scene())


def test_a_mail_without_end_is_hung_up_on(
    play: Callable[[Coroutine[Any, Any, None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        monkeypatch.setattr(session, "MAX_SENT_BYTES", 200_000)
        async with serving() as (driver, camera, _):
            reader, writer = await dial(driver)
            writer.write(whole_mail(camera).removesuffix(b".\r\n"))
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    writer.write(b"x" * 76 * 100 + b"\r\n")
                    await writer.drain()
            await until_ended(reader)
            writer.transport.abort()
            assert (await camera.motion()).startswith("250")

    play(scene())


@pytest.mark.parametrize("how", ["half closed", "line by line, then closed"])
def test_a_camera_that_closes_right_behind_its_mail_has_sent_it(
    play: Callable[[Coroutine[Any, Any, None]], None], how: str
) -> None:
    async def scene() -> None:
        async with serving() as (driver, camera, intake):
            reader, writer = await dial(driver)
            says = whole_mail(camera)
            if how.startswith("line"):
                head, _, rest = says.partition(b"DATA\r\n")
                for line in [*head.splitlines(keepends=True), b"DATA\r\n"]:
                    writer.write(line)
                    await reader.readuntil(b"\n")
                await reader.readuntil(b"354 End data with <CR><LF>.<CR><LF>\r\n")
                says = rest
            writer.write(says)
            if how == "half closed":
                writer.write_eof()
                assert b"250 taken" in await until_ended(reader), "its answers come, and then the end"
            else:
                writer.close()
            await intake.until(TriggerReading)
            writer.close()

    play(scene())


def test_a_half_closed_line_is_ended_and_costs_nothing(play: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    async def scene() -> None:
        async with serving() as (driver, camera, _):
            for says in (
                b"",
                b"HELO",
                b"HELO x\r\n",
                whole_mail(camera)[:-40],
                b"AUTH LOGIN\r\nHELO x\r\nAUTH LOGIN\r\n",
            ):
                reader, writer = await dial(driver)
                writer.write(says)
                writer.write_eof()
                await until_ended(reader)
                writer.close()
            deaf = socket.create_connection(("127.0.0.1", driver.port or 0))  # never reads, and has said all
            deaf.sendall(b"HELO x\r\n" * 100)
            deaf.shutdown(socket.SHUT_WR)
            assert (await camera.motion()).startswith("250")
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            deaf.close()

    play(scene())
