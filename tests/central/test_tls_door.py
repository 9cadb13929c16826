"""Handshakes that never end, by real sockets: their number is bounded, and who floods costs himself, not others."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from anju_central.process import tls_door
from anju_central.process.http_listener import listen
from anju_central.process.tls_door import Door
from support.certificates import Authority

OURS = Authority("ours")
HUB = OURS.hub()


class Greeter(asyncio.Protocol):
    """Says one word to whoever shook hands."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"hello")
        transport.close()


def server_context(folder: Path) -> ssl.SSLContext:
    file = folder / "hub.pem"
    file.write_bytes(HUB.key_pem + HUB.chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@asynccontextmanager
async def door(folder: Path) -> AsyncIterator[tuple[int, Door]]:
    context = server_context(folder)
    with listen("127.0.0.1:0") as listener:
        opened = Door(listener, Greeter, lambda: context, "test")
        try:
            yield listener.getsockname()[1], opened
        finally:
            await opened.close()


async def greeting(port: int) -> bytes:
    context = ssl.create_default_context(cadata=OURS.roots_pem.decode())
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    word = await reader.read()
    writer.close()
    return word


async def test_a_handshake_that_does_not_end_in_time_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_door, "HANDSHAKE_WITHIN_S", 0.2)
    async with door(tmp_path) as (port, _):
        for begun in (b"", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            async with asyncio.timeout(30):
                await reader.read()
            writer.close()
        assert await greeting(port) == b"hello"


async def test_one_address_that_floods_takes_nobodys_place_but_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_door, "MAX_UNSHAKEN", 8)
    async with door(tmp_path) as (port, opened):
        slow = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.3", 0))
        slow[1].write(b"\x16")  # an operator on a bad line
        flood = [await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0)) for _ in range(60)]
        ended = [asyncio.create_task(reader.read()) for reader, _ in flood]
        async with asyncio.timeout(30):
            await asyncio.gather(*ended[:50])
        assert await greeting(port) == b"hello"
        assert opened.unshaken <= 8
        assert not slow[0].at_eof()
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        for _, writer in (slow, *flood):
            writer.close()
