"""Sessions at the hub: who is let in, how credits are shared, who takes over, what is bounded."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import secrets
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_central.box_services import add_services
from anju_central.ingest.credits import CreditPool
from anju_central.ingest.handshake import NEWEST_CHECKPOINTS, refusal_of, thinned
from anju_central.ingest.in_flight import InFlightBytes
from anju_central.ingest.service import SERVER_OPTIONS, Ingest
from anju_central.store.event_store import EventStore, Submission
from anju_central.store.sqlite_store import SqliteEventStore
from anju_protos.v1.event_pb2 import PRESENCE, TELEMETRY, Event, Stamp
from anju_protos.v1.uplink_pb2 import Ack, Batch, BoxFrame, Checkpoint, Hello, HubFrame, Refusal, StreamState
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub, BulkUplinkStub
from support.simulator.memory_store import MemoryStore
from support.sync_rig import Contacts, Feed

STREAM = bytes(16)
KNOWN = {"box-1": "willow-court"}


def hello(**changes: object) -> Hello:
    greeting = Hello(
        protocol=1, box="box-1", community="willow-court", streams=[StreamState(stream=STREAM, lane=TELEMETRY)]
    )
    for name, value in changes.items():
        setattr(greeting, name, value)
    return greeting


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        (hello(), None),
        (hello(protocol=0), Refusal.PROTOCOL_UNKNOWN),  # older than the first
        (hello(protocol=2), Refusal.PROTOCOL_UNKNOWN),
        (hello(box="box-2"), Refusal.BOX_UNKNOWN),
        (hello(box="b" * 100_000), Refusal.BOX_UNKNOWN),
        (hello(community="c" * 100_000), Refusal.COMMUNITY_MISMATCH),
        (hello(community="elsewhere"), Refusal.COMMUNITY_MISMATCH),
        (Hello.FromString(hello().SerializeToString() + b"\xfa\x3e\x03new"), None),  # a field of a later version
    ],
)
def test_who_is_let_in(greeting: Hello, code: Refusal.Code.ValueType | None) -> None:
    refusal = refusal_of(greeting, KNOWN)
    assert (refusal.code if refusal is not None else None) == code
    assert refusal is None or 0 < len(refusal.message) < 250


def test_checkpoints_are_thinned_towards_the_past() -> None:
    points = [Checkpoint(stream=STREAM, seq=seq) for seq in range(1, 501)]
    kept = [point.seq for point in thinned(points, last=400)]
    assert kept[-NEWEST_CHECKPOINTS:] == list(range(400 - NEWEST_CHECKPOINTS + 1, 401))
    assert kept == sorted(kept)
    assert len(kept) < 30
    assert kept[0] < 200


# ---- credits


def test_a_lone_box_gets_a_window_and_many_share() -> None:
    pool = CreditPool(budget=96, window=8)
    line, first = pool.join(0.0)
    assert first == 8
    lines = [pool.join(0.0)[0] for _ in range(95)]
    assert pool.share(0.5) == 2
    for _ in range(10):
        for other in (line, *lines):
            if pool.used(other, 0.5):
                pool.answered(other, 0.5)
    assert pool.outstanding == 2 * 96
    for other in lines:
        pool.leave(other)
    assert pool.share(1.0) == 8
    assert pool.used(line, 1.0)
    assert pool.answered(line, 1.0) == 7


@given(seed=st.integers(0, 2**32), sessions=st.integers(1, 60))
def test_credits_never_run_dry_and_never_exceed_the_window(seed: int, sessions: int) -> None:
    rng = random.Random(seed)
    pool = CreditPool(budget=32, window=6)
    lines = [pool.join(0.0)[0] for _ in range(sessions)]
    now = 0.0
    for _ in range(300):
        now += rng.random() / 20
        line = rng.choice(lines)
        if line.given and rng.random() < 0.6:
            assert pool.used(line, now)
        elif line.held:
            pool.answered(line, now)
        else:
            assert line.given >= 1  # with nothing in hand a box may always send
        assert pool.outstanding <= sessions * 6


def test_boxes_that_drain_together_stay_together() -> None:
    pool = CreditPool(budget=24, window=8)
    lines = [pool.join(0.0)[0] for _ in range(24)]
    sent = [0] * len(lines)
    queue: list[int] = []
    for step in range(4_000):
        now = step / 1_000
        for index, line in enumerate(lines):
            while line.given:
                pool.used(line, now)
                queue.append(index)
        index = queue.pop(0)
        sent[index] += 1
        pool.answered(lines[index], now)
    assert max(sent) <= 1.2 * min(sent)


async def test_reading_waits_while_too_much_is_in_flight() -> None:
    in_flight = InFlightBytes(100)
    await in_flight.acquire(120)
    waiting = asyncio.ensure_future(in_flight.acquire(10))
    await asyncio.sleep(0)
    assert not waiting.done()
    in_flight.release(120)
    await waiting
    assert in_flight.bytes == 10


# ---- over gRPC


@asynccontextmanager
async def serving(store: EventStore) -> AsyncIterator[tuple[int, Ingest]]:
    server = grpc.aio.server(options=SERVER_OPTIONS)
    made = add_services(server, store, KNOWN, Contacts(), Feed())
    bound = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield bound, made
    await server.stop(0)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(MemoryStore()) as (bound, _):
        yield bound


async def session(channel: grpc.aio.Channel, greeting: Hello) -> grpc.aio.StreamStreamCall[BoxFrame, HubFrame]:
    call = BulkUplinkStub(channel).Stream()  # type: ignore[call-arg]  # the stubs know only calls with an iterator
    await call.write(BoxFrame(hello=greeting))
    return call


async def frame_of(call: grpc.aio.StreamStreamCall[BoxFrame, HubFrame]) -> HubFrame:
    frame = await call.read()
    assert isinstance(frame, HubFrame)
    return frame


def telemetry(first: int, count: int) -> BoxFrame:
    data = Event(kind=PRESENCE, stamp=Stamp(boot=1)).SerializeToString()
    return BoxFrame(batch=Batch(stream=STREAM, first_seq=first, events=[data] * count))


async def test_acks_come_in_order_and_credits_with_them(port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = await session(channel, hello())
        assert (await frame_of(call)).welcome.cursors[0].seq == 0
        credits = (await frame_of(call)).credit.batches
        assert credits > 1
        acks: list[int] = []
        for number in range(20):
            await call.write(telemetry(number * 3 + 1, 3))
            credits -= 1
            while len(acks) <= number or credits < 1:
                frame = await frame_of(call)
                if frame.HasField("ack"):
                    acks.append(frame.ack.seq)
                credits += frame.credit.batches
        assert acks == list(range(3, 61, 3))


class StandingStore(MemoryStore):
    """A store whose disk hangs: it takes submissions and never commits."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[asyncio.Future[Ack]] = []
        self.taken = asyncio.Semaphore(0)

    def submit(self, submission: Submission) -> asyncio.Future[Ack]:
        done: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.held.append(done)
        self.taken.release()
        return done


@pytest.mark.parametrize("channel_name", ["alarm", "bulk"])
async def test_what_a_hanging_store_holds_counts_after_its_session_is_over(channel_name: str) -> None:
    store = StandingStore()
    async with serving(store) as (port, made):
        in_flight = made.alarms_in_flight if channel_name == "alarm" else made.bulk_in_flight
        for sessions in range(1, 4):
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = AlarmUplinkStub(channel) if channel_name == "alarm" else BulkUplinkStub(channel)
                call = stub.Stream()  # type: ignore[call-arg]  # the stubs know only calls with an iterator
                await call.write(BoxFrame(hello=hello()))
                await frame_of(call)
                await call.write(telemetry(1, 100))
                await store.taken.acquire()
                call.cancel()
            assert in_flight.bytes == sessions * telemetry(1, 100).batch.ByteSize()
        for held in store.held:
            held.set_result(Ack())
        await asyncio.sleep(0)
        assert in_flight.bytes == 0


async def test_a_newer_session_takes_over(port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        older = await session(channel, hello())
        await frame_of(older)
        await frame_of(older)
        newer = await session(channel, hello())
        await frame_of(newer)
        assert not isinstance(await older.read(), HubFrame)
        await frame_of(newer)
        await newer.write(telemetry(1, 2))
        assert (await frame_of(newer)).ack.seq == 2


async def test_a_refused_box_is_told_why_and_the_stream_ends(port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = await session(channel, hello(protocol=0))
        refusal = (await frame_of(call)).welcome.refusal
        assert refusal.code == Refusal.PROTOCOL_UNKNOWN
        assert "update the box" in refusal.message
        assert not isinstance(await call.read(), HubFrame)


async def test_a_batch_without_credit_or_hello_ends_the_session(port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = await session(channel, hello())
        await frame_of(call)
        await frame_of(call)
        await call.write(BoxFrame(batch=Batch(stream=b"x" * 16, first_seq=1)))
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await call.read()
        assert ended.value.code() == grpc.StatusCode.FAILED_PRECONDITION


async def test_streams_that_a_hello_names_are_not_remembered_before_they_have_rows(tmp_path: Path) -> None:
    """Each session names two thousand new streams and goes; what the hub holds then must not rise with it."""
    store = SqliteEventStore.open(tmp_path)
    try:
        async with serving(store) as (bound, _), grpc.aio.insecure_channel(f"127.0.0.1:{bound}") as channel:

            async def name_streams() -> None:
                named = [StreamState(stream=secrets.token_bytes(16), origin_note="install" * 5) for _ in range(2_000)]
                call = await session(channel, Hello(protocol=1, box="box-1", community="willow-court", streams=named))
                assert len((await frame_of(call)).welcome.cursors) == 2_000
                call.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await call.read()

            await name_streams()
            tracemalloc.start()
            try:
                for _ in range(20):
                    await name_streams()
                gc.collect()
                held_bytes, _peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    finally:
        await store.close()
    assert held_bytes < 3_000_000, "one session's Hello may still be there, forty thousand streams are not"


async def test_why_a_stream_was_born_is_kept_with_its_first_batch(tmp_path: Path) -> None:
    store = SqliteEventStore.open(tmp_path)
    try:
        async with serving(store) as (bound, _), grpc.aio.insecure_channel(f"127.0.0.1:{bound}") as channel:
            named = [StreamState(stream=STREAM, lane=TELEMETRY, origin_note="salvage")]
            call = await session(channel, Hello(protocol=1, box="box-1", community="willow-court", streams=named))
            await frame_of(call)
            await frame_of(call)
            await call.write(telemetry(1, 2))
            while not (await frame_of(call)).HasField("ack"):
                pass
        assert [stream.note for stream in await store.streams()] == ["salvage"]
    finally:
        await store.close()
