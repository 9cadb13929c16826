"""The hub's gRPC side for facts: reads batches, hands them to the store, answers each after its commit.

A session is one box on one channel. Its batches go to the store as they come, several at a time; acks leave in the
order of the batches. A box that reconnects takes over: its older session ends, whatever that one had in flight commits
or not, the cursors make both right. Alarms need no credit; bulk does (`credits.py`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import grpc

from anju_base.open_files import CONNECTIONS
from anju_central.access.clones import CloneWatch
from anju_central.ingest.credits import CreditLine, CreditPool
from anju_central.ingest.handshake import (
    STREAM_BYTES,
    ConnectionTracker,
    SessionRegistry,
    admit,
    welcome_for,
)
from anju_central.ingest.in_flight import InFlightBytes
from anju_central.store.event_store import EventStore, StoreUnavailable, Submission
from anju_protos.line_check import KEEPALIVE_S, keepalive_options
from anju_protos.v1.uplink_pb2 import Ack, Batch, BoxFrame, Credit, Hello, HubFrame, Refusal, StreamState, Welcome
from anju_protos.v1.uplink_pb2_grpc import (
    AlarmUplinkServicer,
    BulkUplinkServicer,
)

log = logging.getLogger(__name__)


MAX_MESSAGE_BYTES: Final = 1024 * 1024  # boxes send at most 512 KiB


SERVER_OPTIONS: Final = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),  # a second hub on the same port must fail, not share
    *keepalive_options(KEEPALIVE_S),
    ("grpc.http2.min_ping_interval_without_data_ms", 1_000),  # boxes may ask often whether the line is alive
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.max_allowed_incoming_connections", CONNECTIONS),
    ("grpc.server_handshake_timeout_ms", 20_000),  # a connection that says nothing; of a crowd, each waits its turn
    ("grpc.max_connection_idle_ms", 60_000),  # one without a session; a box has three as long as it is there
    ("grpc.enable_channelz", 0),  # nobody asks for its counts, which take 3 kB of each box
    # Of a TLS record, and so of a buffer that each connection keeps: 14 kB less of 16. The hub sends little but acks.
    ("grpc.tsi.max_frame_size", 2_048),
)


ALARM_BATCHES: Final = 16  # in flight of one alarm session before its next is read


BULK_IN_FLIGHT_BYTES: Final = 64 * 1024 * 1024  # of bulk, all boxes together, before reading pauses


ALARMS_IN_FLIGHT_BYTES: Final = 32 * 1024 * 1024  # of alarms: a room of their own, which only a standing store fills


_Context = grpc.aio.ServicerContext[BoxFrame, HubFrame]


class Ingest:
    """What alarm and bulk service share. `communities` has the community of each known box."""

    def __init__(
        self,
        store: EventStore,
        communities: Mapping[str, str],
        connections: ConnectionTracker,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        clones: CloneWatch | None = None,
    ) -> None:
        self.store = store
        self.clones = clones or CloneWatch()
        self.communities = communities
        self.now_ms = now_ms
        self.sessions = SessionRegistry(connections)
        self.credits = CreditPool()
        self.bulk_in_flight = InFlightBytes(BULK_IN_FLIGHT_BYTES)
        self.alarms_in_flight = InFlightBytes(ALARMS_IN_FLIGHT_BYTES)

    async def serve(self, channel: str, context: _Context) -> None:
        """Serves one stream from its Hello to its end."""
        hello = await self.sessions.hello(context)
        if hello is None:
            return
        community = admit(hello, self.communities)
        if isinstance(community, Refusal):
            await refuse_facts(context, community, self.store.epoch, self.now_ms())
            return
        welcome = await welcome_for(hello, community, self.store, self.now_ms())
        await context.write(HubFrame(welcome=welcome))
        if welcome.HasField("refusal"):
            log.warning("box %s: not served on %s: %s", hello.box, channel, welcome.refusal.message)
            return
        if channel == "alarm":  # one line of each start
            self.clones.came(hello.box, hello.now.boot, context.peer(), time.monotonic())
        session = _Session(self, hello, community, urgent=channel == "alarm", context=context)
        with self.sessions.claim(hello.box, session.community, channel, session.end):
            log.info("box %s: %s channel up", hello.box, channel)
            try:
                await session.run()
            finally:
                log.info("box %s: %s channel ended", hello.box, channel)


async def refuse_facts(context: _Context, refusal: Refusal, epoch: bytes, now_ms: int) -> None:
    """Says why a box is not served, on the alarm or bulk service."""
    await context.write(HubFrame(welcome=Welcome(hub_epoch=epoch, hub_time_ms=now_ms, refusal=refusal)))


@dataclass(slots=True)
class _Session:
    """One welcomed stream. An idle one holds one task and no queue: thousands of boxes are idle most of the time."""

    ingest: Ingest
    hello: Hello
    community: str
    urgent: bool
    context: _Context
    _states: dict[bytes, StreamState] = field(init=False)
    _unanswered: list[asyncio.Future[Ack]] = field(default_factory=list)  # in the order of their batches
    _task: asyncio.Task[Any] | None = None  # while it reads. Any: handlers return nothing of interest
    _answering: asyncio.Task[None] | None = None  # while there is something to answer
    _room: asyncio.Future[None] | None = None  # an alarm session reads on when it is done
    _over: bool = False
    _line: CreditLine | None = None

    def __post_init__(self) -> None:
        self._states = {state.stream: state for state in self.hello.streams if len(state.stream) == STREAM_BYTES}

    def _is_over(self) -> bool:
        return self._over

    def end(self) -> None:
        """A newer session takes over."""
        self._over = True
        if self._task is not None:
            self._task.cancel()

    async def run(self) -> None:
        """Serves until the box leaves, a newer session takes over, or the store cannot commit."""
        pool = self.ingest.credits
        if not self.urgent:
            self._line, first = pool.join(time.monotonic())
            await self.context.write(HubFrame(credit=Credit(batches=first)))
        try:
            await self._read_on()
        finally:
            failure = await self._answered_all()
            if self._line is not None:
                pool.leave(self._line)
        if isinstance(failure, StoreUnavailable):
            await self.context.abort(grpc.StatusCode.UNAVAILABLE, f"the hub cannot record now: {failure}")
        if failure is not None:
            raise failure

    async def _read_on(self) -> None:
        """Reads in the task of the call itself, which is cancelled from here as well as by the gate and by gRPC."""
        if self._is_over():
            return
        task = self._task = asyncio.current_task()
        try:
            await self._read()
        except asyncio.CancelledError:
            if task is None or not self._is_over():
                raise
            task.uncancel()
        finally:
            self._task = None

    async def _answered_all(self) -> Exception | None:
        """Ends the answering. Returns why answers could not be given."""
        if self._answering is None:
            return None
        self._answering.cancel()
        [result] = await asyncio.gather(self._answering, return_exceptions=True)
        return result if isinstance(result, Exception) else None

    async def _read(self) -> None:
        ingest, line = self.ingest, self._line
        while isinstance(frame := await self.context.read(), BoxFrame):
            if not frame.HasField("batch"):
                continue  # a frame of a later version
            batch = frame.batch
            state = self._states.get(batch.stream)
            if state is None:
                await self.context.abort(grpc.StatusCode.FAILED_PRECONDITION, "a stream that Hello did not name")
            if line is not None and not ingest.credits.used(line, time.monotonic()):
                await self.context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "a batch without credit")
            await self._submit(batch, state)
            del frame, batch  # the next one may come in an hour

    async def _submit(self, batch: Batch, state: StreamState) -> None:
        size = batch.ByteSize()
        in_flight = self.ingest.alarms_in_flight if self.urgent else self.ingest.bulk_in_flight
        await in_flight.acquire(size)
        answer = self.ingest.store.submit(
            Submission(self.hello.box, self.community, state.lane, state.sealed, batch, self.urgent, state.origin_note)
        )

        def done(answer: asyncio.Future[Ack]) -> None:
            in_flight.release(size)
            if not answer.cancelled():
                answer.exception()  # seen, should nobody be left to ask

        answer.add_done_callback(done)
        if self.urgent and len(self._unanswered) >= ALARM_BATCHES:  # bulk is bounded by its credits
            self._room = asyncio.get_running_loop().create_future()
            await self._room
        self._unanswered.append(answer)
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer(), name="ingest answer")
            self._answering.add_done_callback(self._answered)

    def _answered(self, answering: asyncio.Task[None]) -> None:
        """Ends a session whose answers cannot be given."""
        if answering.cancelled() or answering.exception() is not None:
            self.end()

    async def _answer(self) -> None:
        """Answers what there is, and ends."""
        ingest, line = self.ingest, self._line
        while self._unanswered:
            # the store finishes what it has, whether or not the box is still there
            ack = await asyncio.shield(self._unanswered[0])
            del self._unanswered[0]
            if self._room is not None and not self._room.done():
                self._room.set_result(None)
            await self.context.write(HubFrame(ack=ack))
            if line is not None:
                credit = ingest.credits.answered(line, time.monotonic())
                if credit:
                    await self.context.write(HubFrame(credit=Credit(batches=credit)))


class AlarmService(AlarmUplinkServicer):
    """`AlarmUplink`: first to the store, no credits."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest

    async def Stream(self, request_iterator: AsyncIterator[BoxFrame], context: _Context) -> None:  # type: ignore[override]  # the stubs know only generators
        await self._ingest.serve("alarm", context)


class BulkService(BulkUplinkServicer):
    """`BulkUplink`: everything but live alarms, by credits."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest

    async def Stream(self, request_iterator: AsyncIterator[BoxFrame], context: _Context) -> None:  # type: ignore[override]  # the stubs know only generators
        await self._ingest.serve("bulk", context)
