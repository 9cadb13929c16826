"""The box's connections to its hub: alarm, bulk and control, reconnecting for ever. Decisions are made elsewhere.

What goes next and what an ack means: `send_window.py`. What Hello and Welcome mean: `session.py`. How much and when
again: `pacing.py`. This file owns the channels and the tasks.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar, cast

import grpc

from anju_drivers.errors import NotRecorded
from anju_edge.clock import Clock
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.control_channel import ControlSession, IncidentPort
from anju_edge.sync.first_completed import first_completed
from anju_edge.sync.pacing import Backoff, Pacer
from anju_edge.sync.send_window import Acked, Rewound, SendWindow, Stuck
from anju_edge.sync.session import (
    Forked,
    Refused,
    Resume,
    StreamInfo,
    SyncSettings,
    fill_trimmed_gap,
    first_held,
    hello,
    is_done,
    judge,
    points_to_check,
    should_seal,
    with_newest_last,
)
from anju_protos.line_check import keepalive_options
from anju_protos.v1.control_pb2 import BoxStatus
from anju_protos.v1.control_pb2_grpc import ControlStub
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY, Anchor
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, Hello, HubFrame, Welcome
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub, BulkUplinkStub

__all__ = ["BoxIdentity", "ChannelState", "JournalPort", "SyncSettings", "Uplink", "UplinkState"]

_log = logging.getLogger(__name__)
T = TypeVar("T")
Up = TypeVar("Up")
Down = TypeVar("Down")

NOTES_KEPT: Final = 20
OFFLINE_SHOWN_S: Final = 5.0  # kiosk rule K13: the strip appears within 10 s; a blink of the line is nobody's business
FORKS_FOR_STUCK: Final = 3  # of one run: a hub that takes nothing must not make us renumber for ever
EAGER_S: Final = 1.0  # an alarm may cut the wait for the next attempt short, but not more often than this
SOON_AT_MOST: Final = 5  # attempts in a row without a wait
MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024

_Call = grpc.aio.StreamStreamCall[BoxFrame, HubFrame]


class JournalPort(Protocol):
    """What the uplink needs of the journal; `journal.Journal` says what the methods do."""

    def streams(self) -> Sequence[StreamInfo]: ...
    async def read(self, stream: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None: ...
    async def hash_at(self, stream: bytes, seq: int) -> bytes | None: ...
    async def acked(self, stream: bytes, seq: int) -> None: ...
    def pin(self, stream: bytes, first: int, last: int) -> None: ...
    def unpin(self, stream: bytes) -> None: ...
    async def seal(self, lane: int, note: str) -> bytes: ...
    async def fork(self, common: Mapping[bytes, int]) -> None: ...
    def waiting(self) -> dict[int, int]: ...
    async def changed(self, seen: int) -> int: ...


@dataclass(slots=True)
class ChannelState:
    """One channel as it is shown. `since_s` is monotonic: of the last change between connected and not."""

    connected: bool = False
    since_s: float = field(default_factory=time.monotonic)
    refusal: str = ""  # why the hub does not serve us, as it said
    error: str = ""  # why the last session ended
    sessions: int = 0
    rtt_ms: float | None = None

    def set(self, connected: bool) -> None:
        """Notes a change."""
        if connected != self.connected:
            self.connected, self.since_s = connected, time.monotonic()


@dataclass(slots=True)
class UplinkState:
    """The uplink as health and pages show it."""

    alarm: ChannelState = field(default_factory=ChannelState)
    bulk: ChannelState = field(default_factory=ChannelState)
    control: ChannelState = field(default_factory=ChannelState)
    last_ack_s: float | None = None  # monotonic
    quarantined: int = 0  # events that the hub could not understand
    rewinds: int = 0
    forks: int = 0
    hub_restores: int = 0
    hub_changes: int = 0  # times Control met a hub with another epoch than before
    resent_alarms: int = 0  # times the alarm channel was given up because an alarm was not confirmed in time
    notes: list[str] = field(default_factory=list)  # newest last: forks, restores, what a person should know

    @property
    def offline_s(self) -> float:
        """For how long there has been no channel for facts; 0 while there is one."""
        if self.alarm.connected or self.bulk.connected:
            return 0.0
        return time.monotonic() - max(self.alarm.since_s, self.bulk.since_s)

    def is_offline(self) -> bool:
        """Whether the hub is away for so long that pages show it (kiosk rule K13)."""
        return self.offline_s > OFFLINE_SHOWN_S

    @property
    def refusal(self) -> str:
        """Why the hub refuses us, empty if it does not."""
        return self.alarm.refusal or self.bulk.refusal or self.control.refusal

    def note(self, text: str) -> None:
        """Adds a note."""
        self.notes.append(text)
        del self.notes[:-NOTES_KEPT]


class SessionOver(Exception):
    """A session ended and the next attempt follows: at once (`soon`) or after the backoff."""

    def __init__(self, reason: str, *, soon: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.soon = reason, soon


class Uplink:
    """Sends what the journal holds and brings down the hub's state. Run it once; it ends only when cancelled.

    `hub` is "host:port". `status` is asked about every 10 s and at `status_changed()`; `incidents` takes the
    community's open incidents as they change at the hub; `on_anchor` gets each measurement of the hub's time.
    """

    def __init__(
        self,
        box: BoxIdentity,
        hub: str,
        journal: JournalPort,
        clock: Clock,
        status: Callable[[], BoxStatus],
        incidents: IncidentPort,
        on_anchor: Callable[[Anchor], None],
        settings: SyncSettings,
        rng: random.Random | None = None,
    ) -> None:
        self._box = box
        self._hub = hub
        self._journal = journal
        self._clock = clock
        self._status = status
        self._incidents = incidents
        self._on_anchor = on_anchor
        self._settings = settings
        self._rng = rng or random.Random()
        self.state = UplinkState()
        self._epoch = b""
        self._control_epoch = b""
        self._forking = asyncio.Lock()
        self._stuck: dict[bytes, int] = {}
        self._stuck_forks = 0
        self._left: set[bytes] = set()  # streams that a fork of this run left behind
        self._alarm_patience_s = settings.alarm_resend_s
        self._status_due = asyncio.Event()

    def status_changed(self) -> None:
        """Sends the box's status soon."""
        self._status_due.set()

    async def run(self) -> None:
        """Keeps the three channels up."""
        settings = self._settings
        async with asyncio.TaskGroup() as channels:
            for name, session, most_s in (
                ("alarm", self._alarm, settings.alarm_reconnect_max_s),
                ("bulk", self._bulk, settings.reconnect_max_s),
                ("control", self._control, settings.reconnect_max_s),
            ):
                channels.create_task(self._keep_up(name, session, most_s), name=f"uplink {name}")

    async def _keep_up(self, name: str, session: Callable[[ChannelState], Awaitable[None]], most_s: float) -> None:
        state: ChannelState = getattr(self.state, name)
        backoff = Backoff(self._settings.reconnect_min_s, most_s, self._rng)
        soon_in_a_row = 0
        while True:
            served = state.sessions
            soon = False
            try:
                await session(state)
            except SessionOver as over:
                state.error, soon = over.reason, over.soon
            except grpc.aio.AioRpcError as error:
                state.error = f"{error.code().name}: {error.details()}"
            except NotRecorded as error:
                state.error = f"journal: {error}"
            except asyncio.InvalidStateError:  # how gRPC says that a call was over before its first word
                state.error = "the call ended before Hello"
            if state.connected:
                _log.info("%s channel lost: %s", name, state.error)
            state.set(False)
            if state.sessions > served:
                backoff.succeeded()
            wait_s = backoff.next_delay_s()
            soon_in_a_row = soon_in_a_row + 1 if soon else 0
            if not soon or soon_in_a_row > SOON_AT_MOST:
                await self._pause(wait_s, eager=name == "alarm")

    async def _pause(self, wait_s: float, *, eager: bool) -> None:
        """Waits before the next attempt; a new alarm cuts it short."""
        alarms = self._journal.waiting().get(ALARM, 0)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await asyncio.sleep(EAGER_S if eager else wait_s)
                seen = -1
                while self._journal.waiting().get(ALARM, 0) <= alarms:
                    seen = await self._journal.changed(seen)

    # ---- channels

    def _channel(self, *, own_connection: bool) -> grpc.aio.Channel:
        options: list[tuple[str, int]] = [
            *keepalive_options(self._settings.keepalive_s),
            ("grpc.use_local_subchannel_pool", int(own_connection)),  # gRPC shares connections between channels
            ("grpc.initial_reconnect_backoff_ms", 100),  # how often to try is ours to say
            ("grpc.min_reconnect_backoff_ms", 2_000),
            ("grpc.max_reconnect_backoff_ms", 2_000),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.enable_retries", 0),
        ]
        return grpc.aio.insecure_channel(self._hub, options=options)

    async def _alarm(self, state: ChannelState) -> None:
        async with self._channel(own_connection=True) as channel:
            call: _Call = _open(AlarmUplinkStub(channel).Stream)
            await self._within(call.wait_for_connection(), "connect")
            await self._facts(state, call, None)

    async def _bulk(self, state: ChannelState) -> None:
        async with self._channel(own_connection=False) as channel:
            call: _Call = _open(BulkUplinkStub(channel).Stream)
            await self._within(call.wait_for_connection(), "connect")
            waiting = sum(info.last - info.acked for info in self._journal.streams() if _is_live_telemetry(info))
            if should_seal(waiting, self.state.offline_s, self._settings):
                _log.info("contact again: %d events of telemetry are set behind what is live", waiting)
                await self._journal.seal(TELEMETRY, "seal")
            await self._facts(state, call, Pacer())

    async def _control(self, state: ChannelState) -> None:
        async with self._channel(own_connection=False) as channel:
            call = _open(ControlStub(channel).Stream)
            await self._within(call.wait_for_connection(), "connect")
            session = ControlSession(
                call, self._clock, self._status, self._incidents, self._on_anchor, self._settings, self._status_due
            )
            welcome = await self._within(session.greet(self._hello()), "welcome")
            self._check_refusal(state, welcome)
            if self._control_epoch not in (b"", welcome.hub_epoch):
                self.state.hub_changes += 1
                self._incidents.restored()
            self._control_epoch = welcome.hub_epoch
            self._up(state, "control")
            await session.run()

    async def _within(self, step: Awaitable[T], what: str) -> T:
        try:
            async with asyncio.timeout(self._settings.welcome_timeout_s):
                return await step
        except TimeoutError:
            raise SessionOver(f"no answer: {what}") from None

    def _up(self, state: ChannelState, name: str) -> None:
        state.sessions += 1
        state.error = ""
        state.set(True)
        _log.info("%s channel up", name)

    def _hello(self, streams: Sequence[StreamInfo] = ()) -> Hello:
        anchor = self._clock.anchor()
        return hello(
            self._box,
            streams,
            self._clock.stamp(),
            [anchor] if anchor is not None else [],
            self._epoch,
            zstd=self._settings.zstd != "off",
        )

    def _check_refusal(self, state: ChannelState, welcome: Welcome) -> None:
        verdict = judge((), welcome, {})
        refusal = f"{verdict.code}: {verdict.message}" if isinstance(verdict, Refused) else ""
        if refusal and refusal != state.refusal:
            _log.warning("the hub refuses this box: %s", refusal)
        state.refusal = refusal
        if refusal:
            raise SessionOver(refusal)

    # ---- facts

    async def _facts(self, state: ChannelState, call: _Call, pacer: Pacer | None) -> None:
        async with self._forking:  # no Hello while streams are being renumbered
            streams = self._journal.streams()
        if pacer is None:  # what is done is the other channel's to say: an alarm waits behind this Hello
            streams = [info for info in streams if not is_done(info)]
        resume = await self._greet(state, call, streams)
        ours = [info for info in streams if (info.lane == ALARM and not info.sealed) == (pacer is None)]
        window = SendWindow(
            ours,
            resume.cursors,
            pacer,
            batch_events=self._settings.batch_events,
            zstd=resume.zstd and self._settings.zstd != "off",
            always_zstd=self._settings.zstd == "on",
        )
        session = _FactSession(self, state, call, window, ours, alarm=pacer is None, pacer=pacer)
        self._up(state, "alarm" if pacer is None else "bulk")
        for info in ours:
            held = info.first <= info.last
            if (cursor := resume.cursors[info.stream]) > info.acked or (info.sealed and held and cursor >= info.last):
                await self._journal.acked(info.stream, cursor)
        try:
            await session.run()
        finally:
            for info in ours:
                self._journal.unpin(info.stream)

    async def _greet(self, state: ChannelState, call: _Call, streams: Sequence[StreamInfo]) -> Resume:
        await call.write(BoxFrame(hello=self._hello(streams)))
        frame = await self._within(call.read(), "welcome")
        if not isinstance(frame, HubFrame) or not frame.HasField("welcome"):
            raise SessionOver("the hub closed before its welcome")
        welcome = frame.welcome
        self._check_refusal(state, welcome)
        streams = with_newest_last(streams, self._journal.streams())
        points = points_to_check(streams, welcome)
        hashes = {point: await self._journal.hash_at(*point) for point in points}
        verdict = judge(streams, welcome, hashes, known_epoch=self._epoch, stuck=self._stuck_now(), left=self._left)
        if isinstance(verdict, Forked):
            await self._fork(verdict)
        if not isinstance(verdict, Resume):
            raise SessionOver("streams renumbered", soon=True)
        if verdict.restored and state is self.state.bulk:
            self.state.hub_restores += 1
            self.state.note("hub restored: sending again what it no longer has")
            _log.warning("the hub was restored from a backup: sending again what it no longer has")
            self._incidents.restored()
        self._epoch = welcome.hub_epoch
        return verdict

    def _stuck_now(self) -> dict[bytes, int]:
        return self._stuck if self._stuck_forks < FORKS_FOR_STUCK else {}

    async def _fork(self, verdict: Forked) -> None:
        """Renumbers, once: the other channel may have found the same."""
        async with self._forking:
            live = {info.stream for info in self._journal.streams() if not info.sealed}
            if not live & set(verdict.common):
                return
            _log.warning("this disk and the hub went different ways: opening new streams, rows after %s move there",
                        {stream.hex(): verdict.common[stream] for stream in verdict.streams})  # fmt: skip
            self.state.forks += 1
            self.state.note("forked")
            self._stuck_forks += any(stream in self._stuck for stream in verdict.streams)
            self._stuck.clear()
            await self._journal.fork(verdict.common)
            self._left.update(verdict.common)

    def mark_stuck(self, stuck: Stuck) -> None:
        """Notes where the hub keeps sending us back to, for the comparison in the next Hello."""
        self._stuck[stuck.stream] = stuck.seq

    def clear_stuck(self, stream: bytes) -> None:
        """Notes progress on a stream."""
        self._stuck.pop(stream, None)


def _open(rpc: grpc.aio.StreamStreamMultiCallable[Up, Down]) -> grpc.aio.StreamStreamCall[Up, Down]:
    """Starts a call that is written to with `write`; the stubs know only calls that are given an iterator."""
    return cast("Callable[[], grpc.aio.StreamStreamCall[Up, Down]]", rpc)()


def _is_live_telemetry(info: StreamInfo) -> bool:
    return info.lane == TELEMETRY and not info.sealed


class _FactSession:
    """One welcomed session on the alarm or bulk channel: a sender, a receiver, a watcher of the journal."""

    def __init__(
        self,
        uplink: Uplink,
        state: ChannelState,
        call: _Call,
        window: SendWindow,
        streams: Sequence[StreamInfo],
        *,
        alarm: bool,
        pacer: Pacer | None,
    ) -> None:
        self._uplink = uplink
        self._state = state
        self._call = call
        self._window = window
        self._journal = uplink._journal
        self._settings = uplink._settings
        self._streams = {info.stream for info in streams}
        self._alarm = alarm
        self._pacer = pacer
        self._wake = asyncio.Event()
        self._acked: dict[bytes, int] = {}
        self._acked_due = asyncio.Event()

    async def run(self) -> None:
        """Ends by SessionOver or a gRPC error."""
        await first_completed(
            self._send(), self._receive(), self._watch(), self._forward_acks(), self._watch_timeouts()
        )

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        window = self._window
        journal = self._journal
        while True:
            read = window.next_read(loop.time())
            if read is None:
                self._wake.clear()
                await self._wake.wait()
                continue
            info = read.info
            batch = await journal.read(info.stream, read.after, read.max_events, read.max_bytes)
            first = batch.first_seq if batch is not None else first_held(info, journal.streams())
            if first > read.after + 1:
                hash_before = await journal.hash_at(info.stream, first - 1)
                batch = fill_trimmed_gap(info.stream, read.after, first, batch, hash_before)
            out = window.on_read(read, batch, loop.time())
            if out is not None:
                self._pin(info.stream)
                try:
                    await self._call.write(BoxFrame(batch=out))
                except asyncio.InvalidStateError:  # how gRPC says that the call is over
                    raise SessionOver("the call is over") from None

    def _pin(self, stream: bytes) -> None:
        span = self._window.in_flight(stream)
        if span is None:
            self._journal.unpin(stream)
        else:
            self._journal.pin(stream, *span)

    async def _receive(self) -> None:
        loop, state = asyncio.get_running_loop(), self._uplink.state
        while True:
            frame = await self._call.read()
            if not isinstance(frame, HubFrame):
                raise SessionOver("the hub closed the stream")
            if frame.HasField("credit"):
                self._window.credited(frame.credit.batches)
            elif frame.HasField("ack"):
                state.last_ack_s = loop.time()
                for output in self._window.acked(frame.ack, loop.time()):
                    self._take(output)
                if frame.ack.stream in self._streams:
                    self._pin(frame.ack.stream)
                if self._pacer is not None and self._pacer.last_rtt_s is not None:
                    self._state.rtt_ms = round(self._pacer.last_rtt_s * 1000, 1)
            self._wake.set()

    def _take(self, output: Acked | Rewound | Stuck) -> None:
        uplink = self._uplink
        if isinstance(output, Acked):
            uplink.state.quarantined += output.quarantined
            uplink.clear_stuck(output.stream)
            self._acked[output.stream] = output.seq
            self._acked_due.set()
            if self._alarm:
                uplink._alarm_patience_s = self._settings.alarm_resend_s
        elif isinstance(output, Rewound):
            uplink.state.rewinds += 1
            _log.info("the hub asks for stream %s again after %d", output.stream.hex(), output.seq)
        else:
            uplink.mark_stuck(output)
            _log.warning("the hub does not take stream %s after %d", output.stream.hex(), output.seq)
            raise SessionOver(f"stream {output.stream.hex()} is stuck at {output.seq}")

    async def _forward_acks(self) -> None:
        """Tells the journal, off the receiver's path: many acks make one call."""
        while True:
            await self._acked_due.wait()
            self._acked_due.clear()
            acked = self._acked
            self._acked = {}
            for stream, seq in acked.items():
                await self._journal.acked(stream, seq)

    async def _watch(self) -> None:
        seen = -1
        while True:
            seen = await self._journal.changed(seen)
            if any(self._is_ours(info) and info.stream not in self._streams for info in self._journal.streams()):
                raise SessionOver("there is a new stream", soon=True)
            self._window.changed()
            self._wake.set()

    def _is_ours(self, info: StreamInfo) -> bool:
        return (info.lane == ALARM and not info.sealed) == self._alarm

    async def _watch_timeouts(self) -> None:
        """Gives a connection up on which something waits too long for its ack; looks also after pacing's own clock."""
        loop, uplink = asyncio.get_running_loop(), self._uplink
        while True:
            patience_s = uplink._alarm_patience_s if self._alarm else self._settings.bulk_resend_s
            await asyncio.sleep(min(patience_s / 4, 0.5))
            self._wake.set()
            if self._window.oldest_s(loop.time()) > patience_s:
                if self._alarm:
                    uplink.state.resent_alarms += 1
                    uplink._alarm_patience_s = min(patience_s * 2, self._settings.bulk_resend_s)
                raise SessionOver(f"nothing confirmed for {patience_s:g} s", soon=self._alarm)
