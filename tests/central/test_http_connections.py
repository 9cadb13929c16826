"""Connections that keep the hub waiting, by real sockets: each ends, and none of them costs another its answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from anju_central.api.app import make_app
from anju_central.process.http_connections import MAX_CONNECTIONS, BoundedHttp
from anju_central.process.http_listener import Web, listen, web_server
from support.hubs import Hub, running

HALF = {
    "nothing": b"",
    "half a line": b"GET /heal",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
    "half a body": b"POST /api/incidents/x/step HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{",
    "half a second one": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /heal",
    "a body that nobody asked for": b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n{",
}


@asynccontextmanager
async def served(hub: Hub) -> AsyncIterator[tuple[int, Web]]:
    """Serves a hub's application on a free port as `hub.run` does; gives port and server."""
    parts = hub.parts
    web = web_server(
        make_app(parts.console, parts.store, parts.projector, "test", None, parts.desk, parts.accounts, parts.people)
    )
    listener = listen("127.0.0.1:0")
    serving = asyncio.create_task(web.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1], web
    finally:
        hub.parts.console.changes.close()
        web.should_exit = True
        await serving


def cookie_of(hub: Hub) -> bytes:
    return "; ".join(f"{name}={value}" for name, value in hub.http.cookies.items()).encode()


async def health_of(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n")[0]


async def to_its_end(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        while await reader.read(65_536):
            pass


@pytest.mark.parametrize("name", HALF)
async def test_a_request_that_does_not_come_whole_loses_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(BoundedHttp, "request_within_s", 0.3)
    async with running(tmp_path) as hub, served(hub) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HALF[name])
        async with asyncio.timeout(20):
            await to_its_end(reader)
        writer.close()
        assert await health_of(port) == b"HTTP/1.1 200 OK"


async def test_a_request_that_comes_by_drops_has_no_longer_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedHttp, "request_within_s", 0.3)
    async with running(tmp_path) as hub, served(hub) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                writer.write(b"GET /healthz HTTP/1.1\r\n")
                while not writer.is_closing():
                    writer.write(b"X: y\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.02)  # what is tested: bytes that come slowly

        dripping = asyncio.create_task(drip())
        async with asyncio.timeout(20):
            await to_its_end(reader)
        dripping.cancel()
        writer.close()


async def test_a_page_that_follows_along_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttp, "request_within_s", 0.2)
    async with running(tmp_path) as hub, served(hub) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n" % cookie_of(hub))
        async with asyncio.timeout(30):
            await reader.readuntil(b"event: hello")
            await reader.readuntil(b"event: beat")  # 4 s later
        writer.close()


async def test_a_client_that_does_not_read_loses_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedHttp, "read_within_s", 0.3)
    async with running(tmp_path) as hub, served(hub) as (port, web):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_024)
        writer.write(b"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n" % cookie_of(hub))
        await reader.readuntil(b"event: hello")
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a read transport, which it is
        [connection] = web.server_state.connections
        async with asyncio.timeout(30):
            while not connection.transport.is_closing():
                hub.parts.console.changes.publish("reload", '"' + "x" * 100_000 + '"')
                await asyncio.sleep(0)
        writer.close()


async def test_hundreds_of_slow_connections_cost_nobody_an_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, served(hub) as (port, web):
        slow: list[asyncio.StreamWriter] = []
        try:
            for number in range(MAX_CONNECTIONS + 100):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(list(HALF.values())[number % 4])
                slow.append(writer)
                if number % 100 == 0:
                    assert await health_of(port) == b"HTTP/1.1 200 OK"
            for _ in range(5):
                assert await health_of(port) == b"HTTP/1.1 200 OK"
            assert len(web.server_state.connections) <= MAX_CONNECTIONS
        finally:
            for writer in slow:
                writer.close()


def half_a_file(hub: Hub, *, logged_in: bool) -> bytes:
    """A file of two bytes, of which one comes."""
    head = b"POST /api/imports/files HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Anju: 1\r\nX-File-Name: a.csv\r\n"
    head += b"Content-Length: 2\r\n"
    return head + (b"Cookie: " + cookie_of(hub) + b"\r\n" if logged_in else b"") + b"\r\na"


def _is_file_due(connection: object) -> bool:
    return isinstance(connection, BoundedHttp) and connection._is_file_due


async def until_a_file_is_due(web: Web) -> None:
    """Waits until a connection has been given a file's time."""
    async with asyncio.timeout(20):
        while not any(map(_is_file_due, web.server_state.connections)):  # noqa: ASYNC110 - the server has no event
            await asyncio.sleep(0)


async def test_a_file_has_its_own_time_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttp, "request_within_s", 0.5)
    async with running(tmp_path) as hub, served(hub) as (port, web):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(half_a_file(hub, logged_in=True))
        await until_a_file_is_due(web)
        [due] = [one._request_due for one in web.server_state.connections if isinstance(one, BoundedHttp)]
        assert due is not None
        assert due.when() - asyncio.get_running_loop().time() > BoundedHttp.request_within_s
        writer.write(b"b")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()


@pytest.mark.parametrize("logged_in", [True, False])
async def test_a_file_that_does_not_come_whole_loses_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_in: bool
) -> None:
    monkeypatch.setattr(BoundedHttp, "request_within_s", 0.5)
    if logged_in:
        monkeypatch.setattr(BoundedHttp, "file_within_s", 0.5)
    async with running(tmp_path) as hub, served(hub) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(half_a_file(hub, logged_in=logged_in))
        async with asyncio.timeout(20):
            await to_its_end(reader)
        writer.close()
        assert hub.parts.people.imports.shelf.all() == []
