"""A box of an earlier version, as its hub saw it: each stranger's press opened an incident of its own."""

from __future__ import annotations

import os
from typing import Any

import grpc

from anju_protos import chain
from anju_protos.v1.event_pb2 import ALARM, ALARM_RAISED, P2, SOS, SYNCED, Alarm, Event, Stamp
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, Hello, StreamState
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub

BATCH = 500


async def leave_open_incidents(address: str, box: str, community: str, number: int) -> None:
    """Leaves `number` open incidents of strangers at the hub that listens at `address`; returns when all are stored."""
    stream = os.urandom(16)
    last = chain.genesis(stream)
    named = StreamState(stream=stream, lane=ALARM, first=1, last=number)
    async with grpc.aio.insecure_channel(address) as channel:
        call: Any = AlarmUplinkStub(channel).Stream()  # type: ignore[call-arg]  # the stubs know only calls with an iterator. Any: so
        hello = Hello(protocol=1, box=box, community=community, software="earlier", streams=[named])
        await call.write(BoxFrame(hello=hello))
        await call.read()
        for first in range(1, number + 1, BATCH):
            events = [_stranger(one) for one in range(first, min(first + BATCH, number + 1))]
            last = chain.link_all(last, events)
            await call.write(BoxFrame(batch=Batch(stream=stream, first_seq=first, events=events, hash_end=last)))
            await call.read()
        call.cancel()


def _stranger(number: int) -> bytes:
    alarm = Alarm(reasons=[SOS], priority=P2, rule="sos", unknown_device=True)
    stamp = Stamp(boot=1, elapsed_ms=number, wall_ms=1_795_000_000_000 + number, quality=SYNCED, error_ms=20)
    event = Event(kind=ALARM_RAISED, stamp=stamp, device=f"ble:ffff{number:08x}", payload=alarm.SerializeToString())
    return event.SerializeToString()
