"""A TCP proxy on loopback that misbehaves on command: delays, stalls, cuts, half-closes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

CHUNK = 65_536
Direction = Literal["up", "down"]


@dataclass(eq=False)
class Link:
    """One proxied connection."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    bytes_up: int = 0
    bytes_down: int = 0
    stranded: bool = False
    closed: asyncio.Event = field(default_factory=asyncio.Event)  # cut
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # no longer among the line's links

    def cut(self) -> None:
        """Resets both ends."""
        for writer in (self.client, self.server):
            writer.transport.abort()
        self.closed.set()

    def half_close(self, direction: Direction) -> None:
        """Ends one direction (up = towards the server); the other stays open."""
        writer = self.server if direction == "up" else self.client
        with suppress(OSError):
            writer.write_eof()


@dataclass
class FaultyLine:
    """Knobs of a running proxy; all may be changed at any time.

    `refuse`: new connections are reset. `delay_s`: each chunk comes so much later, in order. `stalled` directions
    carry nothing while set. `cut_up_after`, `cut_down_after`: connections are cut when that many bytes went that way.
    `on_down`, when set, sees each chunk from the server before it is passed on; it returns False to cut instead.
    """

    port: int = 0
    refuse: bool = False
    delay_s: float = 0.0
    cut_up_after: int | None = None
    cut_down_after: int | None = None
    on_down: Callable[[Link, bytes], bool] | None = None
    links: set[Link] = field(default_factory=set)
    accepted: int = 0
    _flowing: dict[Direction, asyncio.Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._flowing = {"up": asyncio.Event(), "down": asyncio.Event()}
        self.flow()

    def stall(self, *directions: Direction) -> None:
        """Stops the flow, both ways by default; connections stay open."""
        for direction in directions or ("up", "down"):
            self._flowing[direction].clear()

    def flow(self) -> None:
        """Ends all stalls."""
        for event in self._flowing.values():
            event.set()

    def strand(self) -> None:
        """From now on the open connections swallow everything, as behind a router that forgot them; new ones work."""
        for link in self.links:
            link.stranded = True

    def cut_all(self) -> None:
        """Resets every connection."""
        for link in list(self.links):
            link.cut()

    async def carry(self, link: Link, reader: asyncio.StreamReader, direction: Direction) -> None:
        """Carries one direction of a connection until its end or a cut."""
        writer = link.server if direction == "up" else link.client
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def read() -> None:
            with suppress(ConnectionError):
                while data := await reader.read(CHUNK):
                    chunks.put_nowait((loop.time() + self.delay_s, data))
            chunks.put_nowait((loop.time(), b""))

        reading = asyncio.create_task(read())
        try:
            while True:
                due, data = await chunks.get()
                if (wait_s := due - loop.time()) > 0:
                    await asyncio.sleep(wait_s)
                await self._flowing[direction].wait()
                if link.stranded:
                    await link.closed.wait()
                    return
                if not data:
                    break
                if direction == "down" and self.on_down is not None and not self.on_down(link, data):
                    link.cut()
                    return
                data = self._counted(link, direction, data)
                writer.write(data)
                await writer.drain()
                limit = self.cut_up_after if direction == "up" else self.cut_down_after
                if limit is not None and (link.bytes_up if direction == "up" else link.bytes_down) >= limit:
                    link.cut()
                    return
            with suppress(OSError):
                writer.write_eof()
        except ConnectionError:
            link.cut()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _counted(self, link: Link, direction: Direction, data: bytes) -> bytes:
        limit, so_far = (
            (self.cut_up_after, link.bytes_up) if direction == "up" else (self.cut_down_after, link.bytes_down)
        )
        if limit is not None:
            data = data[: max(0, limit - so_far)]
        if direction == "up":
            link.bytes_up += len(data)
        else:
            link.bytes_down += len(data)
        return data


@asynccontextmanager
async def faulty_line(to_port: int) -> AsyncIterator[FaultyLine]:
    """Runs a proxy to 127.0.0.1:`to_port` on a free loopback port, `line.port`."""
    line = FaultyLine()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line.accepted += 1
        if line.refuse:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", to_port)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, up_writer)
        line.links.add(link)
        try:
            await asyncio.gather(line.carry(link, reader, "up"), line.carry(link, up_reader, "down"))
        finally:
            link.cut()
            line.links.discard(link)
            link.gone.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        line.flow()
        server.close()
        line.cut_all()
        while line.links:
            await next(iter(line.links)).gone.wait()
