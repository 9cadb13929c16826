"""Many boxes in one process: real TLS lines with a certificate each, as little behind them as the protocol allows.

    python -m bench.crowd HUB_ADDRESS AUTHORITY_FOLDER FIRST COUNT

Reads a word a line from its input and answers each with a JSON line: `connect` (all at once; seconds until the last was
welcomed on all three services, and how many calls had to come again: a box does so by itself), `rest SECONDS` (nothing
but what keeps lines alive), `work SECONDS` (each box sends a batch of five events every five seconds and its status
every ten; milliseconds to each ack), `drop` (all lines are closed).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import uvloop
from cryptography import x509

from anju_base.open_files import raise_open_files
from anju_central.access.authority import Authority, load_authority
from anju_central.access.certificates import new_key, pem
from anju_edge.sync.uplink import channel_options
from anju_protos import chain
from anju_protos.line_check import KEEPALIVE_S
from anju_protos.v1.control_pb2 import BoxStatus, ControlUp, FollowIncidents
from anju_protos.v1.control_pb2_grpc import ControlStub
from anju_protos.v1.event_pb2 import PRESENCE, TELEMETRY, Event, Presence, Stamp
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, Hello, StreamState
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub, BulkUplinkStub
from support.certificates import key_pem

BATCH_EVERY_S, STATUS_EVERY_S, EVENTS = 5.0, 10.0, 5  # of the bar; a quiet box lingers for 10 s
CONNECT_MS = 300_000  # of 3,000 boxes; who is not welcomed then never will be
AGAIN_S = 0.5, 2.0  # as a box waits, with jitter, after a call that ended before its Welcome


@dataclass
class Member:
    """One box: an alarm line and one for everything else, as the product has them."""

    number: int
    address: str
    credentials: grpc.ChannelCredentials
    stream: bytes
    last: int = 0
    hash: bytes = b""
    took_ms: list[float] = field(default_factory=list)
    again: int = 0
    _channels: list[grpc.aio.Channel] = field(default_factory=list)
    _calls: dict[str, Any] = field(default_factory=dict)  # Any: the stubs know only calls with an iterator

    def hello(self) -> Hello:
        state = StreamState(stream=self.stream, lane=TELEMETRY, first=1, last=self.last, acked=self.last)
        return Hello(
            protocol=1,
            software="crowd",
            box=f"box-{self.number}",
            community=f"bench-{self.number}",
            streams=[state],
            incident_changes=True,
        )

    async def connect(self, rng: random.Random) -> None:
        """Returns when the hub has welcomed all three."""
        for own in (1, 0):
            options = dict(channel_options(KEEPALIVE_S)) | {"grpc.use_local_subchannel_pool": own}
            options["grpc.min_reconnect_backoff_ms"] = CONNECT_MS  # nobody gives up: the last one counts
            made = grpc.aio.secure_channel(self.address, self.credentials, options=[*options.items()])
            self._channels.append(made)
        alarm, rest = self._channels
        stubs: dict[str, Any] = {"alarm": AlarmUplinkStub(alarm), "bulk": BulkUplinkStub(rest)}
        stubs["control"] = ControlStub(rest)
        for name, stub in stubs.items():
            while not await self._welcomed(name, stub):
                self.again += 1
                await asyncio.sleep(rng.uniform(*AGAIN_S))
        await self._calls["control"].write(ControlUp(follow=FollowIncidents()))

    async def _welcomed(self, name: str, stub: Any) -> bool:  # Any: as above
        """Begins a session. Returns False when the call ended first: the hub waits some seconds for a Hello."""
        call = self._calls[name] = stub.Stream()
        try:
            await call.write((ControlUp if name == "control" else BoxFrame)(hello=self.hello()))
            answer = await call.read()
        except grpc.aio.AioRpcError:
            return False
        if not answer:  # the end of the call
            return False
        assert not answer.welcome.HasField("refusal"), answer.welcome.refusal.message
        return True

    async def drop(self) -> None:
        self._calls.clear()
        for channel in self._channels:
            await channel.close(None)
        self._channels.clear()

    async def work(self, seconds: float, rng: random.Random) -> None:
        """Sends as a quiet box does; control's pushes are read and thrown away."""
        control = self._calls["control"]
        reading = asyncio.create_task(_read_away(control))
        end_s = time.monotonic() + seconds
        batch_s = time.monotonic() + rng.uniform(0, min(BATCH_EVERY_S, seconds))
        status_s = time.monotonic() + rng.uniform(0, STATUS_EVERY_S)
        while (now_s := time.monotonic()) < end_s:
            if now_s >= batch_s:
                batch_s += BATCH_EVERY_S
                await self._send()
            if now_s >= status_s:
                status_s += STATUS_EVERY_S
                await control.write(ControlUp(status=BoxStatus(software="crowd")))
            await asyncio.sleep(max(0.0, min(batch_s, status_s, end_s) - time.monotonic()))
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    async def _send(self) -> None:
        payload = Presence(zone="b1").SerializeToString()
        events = [
            Event(kind=PRESENCE, stamp=Stamp(boot=1, elapsed_ms=self.last + one), payload=payload).SerializeToString()
            for one in range(EVENTS)
        ]
        self.hash = chain.link_all(self.hash or chain.genesis(self.stream), events)
        call = self._calls["bulk"]
        batch = Batch(stream=self.stream, first_seq=self.last + 1, events=events, hash_end=self.hash)
        sent_ns = time.monotonic_ns()
        await call.write(BoxFrame(batch=batch))
        self.last += EVENTS
        while (await call.read()).ack.seq != self.last:
            pass
        self.took_ms.append((time.monotonic_ns() - sent_ns) / 1e6)


async def _read_away(call: Any) -> None:  # Any: as above
    while await call.read():
        pass


def member(number: int, address: str, authority: Authority, rng: random.Random) -> Member:
    key = new_key()
    now_ms = time.time_ns() // 1_000_000
    issued = authority.issue(key.public_key(), f"bench-{number}", f"box-{number}", now_ms)
    credentials = grpc.ssl_channel_credentials(
        authority.roots_pem, key_pem(key), pem(x509.load_der_x509_certificate(issued.der))
    )
    return Member(number, address, credentials, rng.randbytes(16))


async def crowd(address: str, folder: Path, first: int, count: int) -> None:
    rng = random.Random(first)
    authority = load_authority(folder)
    members = [member(number, address, authority, rng) for number in range(first, first + count)]
    say({"ready": count})
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        began_s = time.monotonic()
        if words[0] == "connect":
            for one in members:
                one.again = 0
            async with asyncio.timeout(CONNECT_MS / 1000):
                await asyncio.gather(*(one.connect(rng) for one in members))
        elif words[0] == "rest":
            await asyncio.sleep(float(words[1]))
        elif words[0] == "drop":
            await asyncio.gather(*(one.drop() for one in members))
        elif words[0] == "work":
            await asyncio.gather(*(one.work(float(words[1]), rng) for one in members))
        took_ms = [ms for one in members for ms in one.took_ms]
        again = sum(one.again for one in members)
        say({"seconds": time.monotonic() - began_s, "took_ms": took_ms, "again": again})


def say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    raise_open_files()
    address, folder, first, count = sys.argv[1:5]
    uvloop.run(crowd(address, Path(folder), int(first), int(count)))


if __name__ == "__main__":
    main()
