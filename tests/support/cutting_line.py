"""A TCP relay that cuts the line after so many bytes of answers: what was asked is done, the answer lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anju_base.address import Address


@asynccontextmanager
async def cutting_line(to: Address, answers_bytes: int) -> AsyncIterator[Address]:
    """Listens on 127.0.0.1 and relays to `to`; cuts every connection when all answers together are that long."""
    left = answers_bytes
    tasks: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        far_reader, far_writer = await asyncio.open_connection(to.host, to.port)

        async def up() -> None:
            while data := await reader.read(65_536):
                far_writer.write(data)

        sending = asyncio.create_task(up())
        try:
            while data := await far_reader.read(65_536):
                if len(data) > left:
                    break
                left -= len(data)
                writer.write(data)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            for end in (writer, far_writer):
                end.transport.abort()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await relay(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield Address("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
