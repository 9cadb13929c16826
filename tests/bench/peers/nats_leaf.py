"""NATS as edge and hub: a leaf node with JetStream, whose streams the hub's streams have as their source.

Two streams at each end, `BULK` and `URGENT`, so that an alarm has a lane of its own. Files: `edge.conf`, `hub.conf`.
Source: docs.nats.io, "JetStream on Leaf Nodes" and "Source and Mirror Streams".
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ExternalStream, StreamConfig, StreamSource

from bench.backlog import events as backlog_events
from bench.community import free_address
from bench.peers.work import IDLE_S, Drain, Live, Progress, Say, follow_drain, send_live
from bench.programs import Program

SERVER = Path(sys.executable).with_name("nats-server")
IN_FLIGHT = 2_000  # events that the edge has not acknowledged
LINK_S = 60.0
BULK, URGENT = "BULK", "URGENT"
EDGE_API = "$JS.edge.API"


class _Server(Program):
    """`nats-server -c <config>`."""

    def __init__(self, folder: Path, name: str, address: str, leaf: str, *, always: bool) -> None:
        self.address = address
        sync = "sync_interval: always" if always else ""
        config = folder / f"{name}.conf"
        config.write_text(
            f'server_name: {name}\nlisten: "{address}"\n'
            f'jetstream {{ store_dir: "{folder / name}", domain: {name}, {sync} }}\n'
            f"leafnodes {{ {leaf} }}\n"
        )
        super().__init__(name, (str(SERVER), "-c", str(config)), folder / f"{name}.log", "Server is ready")


class _Linked:
    """Clients of both servers: what goes in at the edge and what comes out at the hub."""

    def __init__(self, edge: Client) -> None:
        self._edge = edge
        self._hub: Client | None = None
        self._payload = next(backlog_events(1))
        self._inbox = edge.new_inbox()
        self.acked = 0
        self.refused = ""
        self.seen_ns: dict[int, int] = {}

    async def open(self) -> None:
        """Makes the edge's streams."""
        await self._edge.subscribe(self._inbox, cb=self._on_ack)
        for stream, subject in ((BULK, "bulk.>"), (URGENT, "urgent.>")):
            await self._edge.jetstream().add_stream(StreamConfig(name=stream, subjects=[subject]))

    async def _on_ack(self, message: Msg) -> None:
        self.acked += 1
        if b'"error"' in message.data:
            self.refused = message.data.decode()

    async def store(self, events: int, progress: Progress) -> None:
        """Gives a backlog to the edge, an event a message; waits until all are acknowledged there."""
        before = self.acked
        for number, data in enumerate(backlog_events(events), 1):
            await self._edge.publish("bulk.box-0", data, reply=self._inbox)
            while number - (self.acked - before) > (IN_FLIGHT if number < events else 0):
                await asyncio.sleep(0.001)
                progress.at(number)
            if self.refused:
                raise RuntimeError(self.refused)

    async def meet(self, hub: Client) -> None:
        """Waits for the link; then the hub's streams take from the edge's, and a consumer follows the urgent one."""
        self._hub = hub
        async with asyncio.timeout(LINK_S):
            while True:
                try:
                    await hub.request(f"{EDGE_API}.INFO", timeout=1)
                    break
                except (NoRespondersError, NatsTimeout):
                    await asyncio.sleep(0.05)
        hub_streams = hub.jetstream()
        for stream in (URGENT, BULK):
            source = StreamSource(name=stream, external=ExternalStream(api=EDGE_API))
            await hub_streams.add_stream(StreamConfig(name=stream, sources=[source]))
        await hub_streams.subscribe("urgent.>", stream=URGENT, ordered_consumer=True, cb=self._on_urgent)

    async def _on_urgent(self, message: Msg) -> None:
        self.seen_ns.setdefault(int(message.subject.rpartition(".")[2]), time.monotonic_ns())

    async def press(self, alarm: int) -> None:
        """An urgent event."""
        await self._edge.publish(f"urgent.{alarm}", self._payload, reply=self._inbox)

    async def at_hub(self) -> int:
        """Messages in the hub's bulk stream."""
        if self._hub is None:
            return 0
        info = await self._hub.jetstream().stream_info(BULK)
        return int(info.state.messages)


class NatsLeaf:
    """`always`: JetStream syncs each message before it acknowledges; else every two minutes."""

    def __init__(self, *, always: bool) -> None:
        self._always = always
        self.name = f"NATS leaf + JetStream, {'sync always' if always else 'default sync'}"
        self.durable = "yes" if always else "no (fsync every 2 min)"
        self.backlog = 100_000 if always else 500_000

    def _servers(self, folder: Path) -> tuple[_Server, _Server]:
        leaf = free_address()
        remote = f'remotes: [ {{ url: "nats-leaf://{leaf}" }} ], reconnect: 1'
        edge = _Server(folder, "edge", free_address(), remote, always=self._always)
        hub = _Server(folder, "hub", free_address(), f'listen: "{leaf}"', always=self._always)
        return edge, hub

    async def live(self, folder: Path, say: Say) -> Live:
        """Idle memory, then live events."""
        edge, hub = self._servers(folder)
        with hub, edge:
            async with _client(edge) as at_edge, _client(hub) as at_hub:
                pair = _Linked(at_edge)
                await pair.open()
                await pair.meet(at_hub)
                await asyncio.sleep(IDLE_S)
                idle_mb = edge.memory_mb()
                say("live")
                return Live(idle_mb, await send_live(pair))

    async def drain(self, folder: Path, events: int, say: Say) -> Drain:
        """Work W."""
        edge, hub = self._servers(folder)
        with edge:
            async with _client(edge) as at_edge:
                pair = _Linked(at_edge)
                await pair.open()
                await pair.store(events, Progress("making the backlog", events, say))
                say("draining")
                with hub:
                    edge_s, hub_s = edge.cpu_s(), hub.cpu_s()
                    async with _client(hub) as at_hub:
                        await pair.meet(at_hub)
                        rate, alarms_ms = await follow_drain(pair, events, Progress("draining", events, say))
                    edge_us, hub_us = ((used / events * 1e6) for used in (edge.cpu_s() - edge_s, hub.cpu_s() - hub_s))
        return Drain(events, rate, alarms_ms, edge_us, hub_us)


@asynccontextmanager
async def _client(server: _Server) -> AsyncIterator[Client]:
    client = await nats.connect(f"nats://{server.address}", allow_reconnect=False)
    try:
        yield client
    finally:
        await client.close()
