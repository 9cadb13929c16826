"""A box on the line of a hub under test: it says hello and sends what happened, and waits for the acknowledgement."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import grpc

from anju_protos import chain
from anju_protos.v1 import uplink_pb2_grpc
from anju_protos.v1.event_pb2 import (
    ALARM,
    ALARM_RAISED,
    P1,
    SOS,
    SYNCED,
    Alarm,
    Event,
    Lane,
    LastPlace,
    Stamp,
)
from anju_protos.v1.uplink_pb2 import BoxFrame, Hello, HubFrame, StreamState
from support.events import Box

BOOT = 0x0102030405060708


class Uplink:
    """One channel of a box, as the hub sees it: Hello, then a batch and its acknowledgement at a time."""

    def __init__(self, channel: grpc.aio.Channel, lane: Lane.ValueType, name: str) -> None:
        self.box = Box(name, lane)
        self._frames: asyncio.Queue[BoxFrame] = asyncio.Queue()
        if lane == ALARM:
            call = uplink_pb2_grpc.AlarmUplinkStub(channel).Stream(self._sent())
        else:
            call = uplink_pb2_grpc.BulkUplinkStub(channel).Stream(self._sent())
        self._answers: AsyncIterator[HubFrame] = aiter(call)

    async def _sent(self) -> AsyncIterator[BoxFrame]:
        while True:
            yield await self._frames.get()

    async def hello(self) -> None:
        """Opens the session with one empty stream."""
        state = StreamState(
            stream=self.box.stream, lane=self.box.lane, first=1, last=0, acked_hash=chain.genesis(self.box.stream)
        )
        hello = Hello(protocol=1, software="0.1.0", box="box-1", community="ningdu", now=stamp(), streams=[state])
        self._frames.put_nowait(BoxFrame(hello=hello))
        welcome = (await anext(self._answers)).welcome
        assert not welcome.HasField("refusal"), welcome.refusal

    async def send(self, event: Event) -> None:
        """Sends one event and returns when the hub has committed it."""
        batch = self.box.batch([event])
        self._frames.put_nowait(BoxFrame(batch=batch))
        async for frame in self._answers:
            if frame.WhichOneof("frame") == "ack" and frame.ack.seq == self.box.seq:
                return


def stamp() -> Stamp:
    """Returns a stamp of now by a clock that is right."""
    return Stamp(boot=BOOT, elapsed_ms=60_000, wall_ms=time.time_ns() // 1_000_000, quality=SYNCED, error_ms=20)


def sos() -> Event:
    """Returns a P1 from the band of the roster's resident, last heard 12 s ago in zone b3-u2."""
    place = LastPlace(zone="b3-u2", receiver="ble:receiver-1", age_ms=12_000)
    alarm = Alarm(reasons=[SOS], priority=P1, rule="sos", resident="r-0001", last_place=place, battery_pct=64)
    return Event(kind=ALARM_RAISED, stamp=stamp(), device="ble:ac233fc001aa", payload=alarm.SerializeToString())
