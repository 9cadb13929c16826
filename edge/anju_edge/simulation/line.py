"""The line between a box and the hub, as something that can be cut: a TCP forwarder on the loopback interface.

Cutting drops every connection and refuses new ones, as a pulled cable or a dead modem would show to the programs at
both ends; restoring lets them connect again. No byte is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib


class Line:
    """Forwards `127.0.0.1:port` to the hub while it is up."""

    def __init__(self, hub_host: str, hub_port: int) -> None:
        self._hub = hub_host, hub_port
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.port = 0
        self.up = True

    async def open(self) -> None:
        """Starts listening; `port` is the box's end from then on and stays the same through cuts."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Drops every connection and refuses new ones until `restore`."""
        self.up = False
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def restore(self) -> None:
        """Lets the box reach the hub again."""
        self.up = True

    async def close(self) -> None:
        """Ends the line for good."""
        await self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if not self.up or task is None:
            writer.transport.abort()
            return
        self._running.add(task)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.CancelledError):  # a cut, or an end that went away: both ends see a dead connection
            writer.transport.abort()
        finally:
            self._running.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._hub)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, far_writer))
                both.create_task(_pump(far_reader, writer))
        except* OSError:  # one end went away; the other learns it below
            pass
        finally:
            for end in (far_writer, writer):
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()
