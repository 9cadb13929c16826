"""The box's HTTP listeners against requests that are half sent, many, malformed, or meant for another name."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import LinkReading
from anju_drivers.http_push.driver import PushDriver, PushSettings, SenderSettings
from anju_drivers.links.lan import PushLimits
from anju_edge.health.routes import status_app
from anju_edge.kiosk.http_door import listen, make_runner
from anju_edge.kiosk.security import ConnectionLimits
from anju_edge.kiosk.server import KioskServerSettings, make_app
from support.kiosk_backend import MemoryBox
from support.paired import DeskRig

HEADER_S = 0.2
LIMIT_S = 10.0
LIMITS = ConnectionLimits(total=12, per_address=8, header_s=HEADER_S, idle_s=1.0)
HOST = b"Host: 127.0.0.1\r\n"
ORIGIN = b"Origin: http://127.0.0.1\r\nContent-Type: application/json\r\n"
PUSH_IDLE_S = 1.0
SECRET = "gate-0123456789abcdef"


async def _ok(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


@contextlib.asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[int]:
    runner = make_runner(app, "test pages")
    await runner.setup()
    server = await listen(runner, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await runner.cleanup()


@contextlib.asynccontextmanager
async def _kiosk(folder: Path) -> AsyncIterator[int]:
    (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
    box = MemoryBox()
    rig = DeskRig(folder)
    settings = KioskServerSettings(connections=LIMITS)
    async with _served(make_app(box, folder, rig.desk, rig.own_screen, settings=settings)) as port:
        yield port


@contextlib.asynccontextmanager
async def _status(_: Path) -> AsyncIterator[int]:
    async with _served(status_app([web.get("/healthz", _ok)], limits=LIMITS)) as port:
        yield port


@contextlib.asynccontextmanager
async def _push(_: Path) -> AsyncIterator[int]:
    sender = SenderSettings("gate", SECRET, frozenset(), "", False, {}, TriggerTiming(), TriggerTiming())
    limits = PushLimits(header_s=HEADER_S, body_s=HEADER_S, idle_s=PUSH_IDLE_S, connections=12, settled=12, per_peer=12)
    driver = PushDriver("door", PushSettings("127.0.0.1", 0, (sender,), limits))
    intake = RecordingIntake()
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        assert driver.port is not None
        yield driver.port
        assert not task.done(), "the listener has ended"
    finally:
        task.cancel()
        await asyncio.wait([task])


Door = Callable[[Path], contextlib.AbstractAsyncContextManager[int]]
DOORS: dict[str, Door] = {"kiosk": _kiosk, "status": _status, "push": _push}
PATHS = {"kiosk": b"/kiosk/lobby-1/api/state", "status": b"/healthz", "push": b"/push/who"}
doors = pytest.mark.parametrize("door", sorted(DOORS))


async def said(port: int, data: bytes, *, more: bytes = b"") -> bytes:
    """What the listener answers until it closes, which it must do by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = b""
    try:
        async with asyncio.timeout(LIMIT_S):
            with contextlib.suppress(ConnectionError):
                if more:
                    answer = await reader.readuntil(b"\r\n\r\n")
                    writer.write(more)
                answer += await reader.read()
    finally:
        writer.close()
    return answer


def request(door: str, *lines: bytes, method: bytes = b"GET") -> bytes:
    return b"\r\n".join([method + b" " + PATHS[door] + b" HTTP/1.1", b"Host: 127.0.0.1", *lines])


@doors
async def test_half_a_head_is_closed(door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "LIMITS", replace(LIMITS, idle_s=600.0))  # it is not the silence that ends it
    monkeypatch.setitem(globals(), "PUSH_IDLE_S", 600.0)
    async with DOORS[door](tmp_path) as port:
        await said(port, b"")
        await said(port, b"G")
        await said(port, request(door, b"X-Slow: "))


@doors
async def test_half_a_second_head_on_a_kept_connection_is_closed(door: str, tmp_path: Path) -> None:
    async with DOORS[door](tmp_path) as port:
        await said(port, request(door, b"", b""), more=request(door, b"X-Slow: "))
        await said(port, request(door, b"", b"") + request(door, b"X-Slow: "))


@doors
async def test_half_a_body_is_closed(door: str, tmp_path: Path) -> None:
    lengths = b"Content-Length: 4000", b"Transfer-Encoding: chunked"
    async with DOORS[door](tmp_path) as port:
        for length in lengths:
            for method in (b"POST", b"GET"):
                half = request(door, length, ORIGIN.rstrip(), b"", b"fa0\r\n{", method=method)
                await said(port, half)


@doors
async def test_connections_are_bounded(door: str, tmp_path: Path) -> None:
    async with DOORS[door](tmp_path) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
        try:
            async with asyncio.timeout(LIMIT_S):
                done = await asyncio.gather(*(reader.read() for reader, _ in held), return_exceptions=True)
            assert len(done) == len(held)
        finally:
            for _, writer in held:
                writer.close()


MALFORMED = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS hello
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET\r\n\r\n",
    b"POST /push/x HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    b"POST /push/x HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /push/x HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Bad Name: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"A: x\r\n" * 500 + b"\r\n",
    b"GET /push/\xff\xfe\xed\xa0\x80 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"POST /push/\xed\xa0\x80%ff%00 HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n",
    b"GET /kiosk/lobby-1?launch=%ff%ed%a0%80 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    b"GET /kiosk/lobby-1?launch=\xed\xa0\x80 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    b"GET /kiosk/lobby-1/api/state HTTP/1.1\r\n" + HOST
    + "Cookie: anju-page-box-1-lobby-1=王\r\nConnection: close\r\n\r\n".encode(),
    b"POST /kiosk/lobby-1/api/help HTTP/1.1\r\n" + HOST
    + b"Origin: http://[\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: [\xff\r\nConnection: close\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: \xed\xa0\x80\r\nConnection: close\r\n\r\n",
    b"POST /kiosk/lobby-1/api/help HTTP/1.1\r\n" + HOST + ORIGIN
    + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n",
]  # fmt: skip


@doors
async def test_malformed_requests_leave_no_traceback_and_one_line(
    door: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with DOORS[door](tmp_path) as port:
        with caplog.at_level(logging.INFO):
            for _ in range(3):
                for data in MALFORMED:
                    answer = await said(port, data)
                    assert b" 500 " not in answer[:16], data[:60]
        traces = [record.getMessage() for record in caplog.records if record.exc_info]
        assert traces == []
        lines = [record.getMessage() for record in caplog.records if "malformed HTTP" in record.getMessage()]
        assert len(lines) == 1
        assert SECRET not in caplog.text
        assert (await said(port, request(door, b"Connection: close", b"", b""))).startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8471", 200), ("localhost", 200), ("[::1]:8471", 200), ("evil.example", 421), ("127.0.0.1.nip.io", 421),
     ("", 421), ("127.0.0.1@evil.example", 421)],
)  # fmt: skip
async def test_the_status_listener_answers_to_its_own_names_only(tmp_path: Path, host: str, status: int) -> None:
    async with _status(tmp_path) as port:
        answer = await said(port, f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        assert (b'"ok"' in answer) is (status == 200)
        assert b"X-Content-Type-Options: nosniff" in answer
