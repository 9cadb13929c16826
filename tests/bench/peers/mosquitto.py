"""Debian's mosquitto as edge and hub: a bridge at QoS 1 in one direction, with its defaults but for queue lengths.

Its defaults keep 1,000 messages for who is away and drop the rest, so that no backlog would be there to drain.
A consumer at the hub has a session there, else the hub keeps nothing. Source: mosquitto.conf(5).
"""

from __future__ import annotations

import asyncio
import getpass
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.backlog import events as backlog_events
from bench.community import free_address
from bench.peers.mqtt import MqttClient
from bench.peers.work import IDLE_S, Drain, Live, Progress, Say, follow_drain, seen, send_live
from bench.programs import Program

SERVER = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
IN_FLIGHT = 2_000
LINK_S = 60.0
BULK, URGENT = "bulk/box-0", "urgent"


class _Broker(Program):
    """`mosquitto -c <config>`; its address stays over a restart."""

    def __init__(self, folder: Path, name: str, address: str, bridge: str = "") -> None:
        self.address = address
        host, _, port = address.rpartition(":")
        data = folder / name
        data.mkdir()
        config = folder / f"{name}.conf"
        config.write_text(
            f"listener {port} {host}\nallow_anonymous true\nuser {getpass.getuser()}\n"
            f"persistence true\npersistence_location {data}/\nmax_queued_messages 0\n{bridge}"
        )
        super().__init__(name, (SERVER, "-c", str(config)), folder / f"{name}.log", r"mosquitto version \S+ running")


class _Linked:
    """What goes in at the edge, and what a consumer of the hub has heard: one connection for each kind."""

    def __init__(self, edge: MqttClient, bulk: MqttClient, seen_ns: dict[int, int]) -> None:
        self._edge, self._bulk = edge, bulk
        self._payload = next(backlog_events(1))
        self.seen_ns = seen_ns

    async def press(self, alarm: int) -> None:
        """An urgent event."""
        self._edge.publish(f"{URGENT}/{alarm}", self._payload)

    async def at_hub(self) -> int:
        """Events that the consumer has acknowledged to the hub."""
        return self._bulk.heard


class MosquittoBridge:
    """Two brokers and the bridge between them."""

    name = "mosquitto bridge, QoS 1"
    durable = "no (saved every 30 min)"
    backlog = 500_000

    def _brokers(self, folder: Path) -> tuple[_Broker, _Broker]:
        at_hub = free_address()
        bridge = f"connection hub\naddress {at_hub}\ntopic # out 1\ncleansession false\nrestart_timeout 1\n"
        return _Broker(folder, "edge", free_address(), bridge), _Broker(folder, "hub", at_hub)

    async def live(self, folder: Path, say: Say) -> Live:
        """Idle memory, then live events."""
        edge, hub = self._brokers(folder)
        with hub, edge:
            async with _linked(edge, hub) as pair:
                await pair.press(-1)  # the bridge is up when an event gets through
                await seen(pair, (-1,), LINK_S)
                await asyncio.sleep(IDLE_S)
                idle_mb = edge.memory_mb()
                say("live")
                return Live(idle_mb, await send_live(pair))

    async def drain(self, folder: Path, events: int, say: Say) -> Drain:
        """Work W."""
        edge, hub = self._brokers(folder)
        with hub:  # it has met its consumers before it is away
            async with _consumers(hub, {}):
                pass
        with edge:
            await _store(edge, events, Progress("making the backlog", events, say))
            say("draining")
            with hub:
                edge_s, hub_s = edge.cpu_s(), hub.cpu_s()
                async with _linked(edge, hub) as pair:
                    rate, alarms_ms = await follow_drain(pair, events, Progress("draining", events, say))
                edge_us, hub_us = ((used / events * 1e6) for used in (edge.cpu_s() - edge_s, hub.cpu_s() - hub_s))
        return Drain(events, rate, alarms_ms, edge_us, hub_us)


async def _store(edge: _Broker, events: int, progress: Progress) -> None:
    """Gives a backlog to the edge, an event a message; waits until all are acknowledged there."""
    async with MqttClient.at(edge.address, "maker") as maker:
        for number, data in enumerate(backlog_events(events), 1):
            maker.publish(BULK, data)
            while maker.unacked > (IN_FLIGHT if number < events else 0):
                await asyncio.sleep(0.001)
                progress.at(number)


@asynccontextmanager
async def _consumers(hub: _Broker, seen_ns: dict[int, int]) -> AsyncIterator[MqttClient]:
    """Notes urgent events in `seen_ns`; gives the client that counts the bulk."""

    def saw(topic: str) -> None:
        seen_ns.setdefault(int(topic.rpartition("/")[2]), time.monotonic_ns())

    async with (
        MqttClient.at(hub.address, "bulk", clean=False) as bulk,
        MqttClient.at(hub.address, "urgent", clean=False, on_message=saw) as urgent,
    ):
        await bulk.subscribe(BULK)
        await urgent.subscribe(f"{URGENT}/+")
        yield bulk


@asynccontextmanager
async def _linked(edge: _Broker, hub: _Broker) -> AsyncIterator[_Linked]:
    seen_ns: dict[int, int] = {}
    async with _consumers(hub, seen_ns) as bulk, MqttClient.at(edge.address, "device") as device:
        yield _Linked(device, bulk, seen_ns)
