"""The box's connections to its hub: alarm, bulk and control, reconnecting for ever. Decisions are made elsewhere.

What Hello and Welcome mean and what is remembered: `session.py`. A welcomed session: `fact_session.py`. When again:
`pacing.py`. This file owns the channels and their tasks.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar, cast

import grpc

from anju_drivers.errors import NotRecorded
from anju_edge.clock import Clock
from anju_edge.journal.streams import StreamInfo
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.control_channel import CardPort, ControlSession, IncidentPort, OnCommand, RosterPort, no_commands
from anju_edge.sync.fact_session import FactCall, FactSession, JournalPort, SessionOver
from anju_edge.sync.first_completed import first_completed
from anju_edge.sync.pacing import Backoff, Pacer
from anju_edge.sync.secure_channel import HubLines, Line, NoLine
from anju_edge.sync.send_window import SendWindow
from anju_edge.sync.session import (
    Forked,
    Refused,
    Resume,
    SyncSession,
    judge,
    points_to_check,
    with_newest_last,
)
from anju_edge.sync.settings import SyncSettings
from anju_edge.sync.state import ChannelState, UplinkState
from anju_protos.line_check import keepalive_options
from anju_protos.v1.control_pb2 import BoxStatus
from anju_protos.v1.control_pb2_grpc import ControlStub
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY, Anchor
from anju_protos.v1.uplink_pb2 import BoxFrame, Hello, HubFrame, Welcome
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub, BulkUplinkStub

_log = logging.getLogger(__name__)
T = TypeVar("T")
Up = TypeVar("Up")
Down = TypeVar("Down")

EAGER_S: Final = 1.0  # an alarm may cut the wait for the next attempt short, but not more often than this
SOON_AT_MOST: Final = 5  # attempts in a row without a wait
MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024


class Uplink:
    """Sends what the journal holds and brings down the hub's state. Run it once; it ends only when cancelled.

    `lines` makes connections. `status` is asked about every 10 s and at `status_changed()`; `incidents` takes the
    community's open incidents as they change at the hub; `on_anchor` gets each measurement of the hub's time,
    `on_command` what the hub tells the box to do, `card` the keys of earlier starts, `roster` the community's.
    """

    def __init__(
        self,
        box: BoxIdentity,
        lines: HubLines,
        journal: JournalPort,
        clock: Clock,
        status: Callable[[], BoxStatus],
        incidents: IncidentPort,
        on_anchor: Callable[[Anchor], None],
        settings: SyncSettings,
        rng: random.Random | None = None,
        on_command: OnCommand = no_commands,
        card: CardPort | None = None,
        roster: RosterPort | None = None,
    ) -> None:
        self._roster = roster
        self._on_command = on_command
        self._card = card
        self._box = box
        self._lines = lines
        lines.options = channel_options(settings.keepalive_s)
        self._journal = journal
        self._clock = clock
        self._status = status
        self._incidents = incidents
        self._on_anchor = on_anchor
        self._settings = settings
        self._rng = rng or random.Random()
        self.state = UplinkState(has_hub=bool(lines.address))
        self._session = SyncSession(box, settings)
        self._control_epoch = b""
        self._forking = asyncio.Lock()
        self._status_due = asyncio.Event()

    def status_changed(self) -> None:
        """Sends the box's status soon."""
        self._status_due.set()

    async def run(self) -> None:
        """Keeps the three channels up, from the moment on when it is known where the hub is."""
        try:
            await self._run()
        finally:
            await self._lines.close()

    async def _run(self) -> None:
        settings = self._settings
        async with asyncio.TaskGroup() as channels:
            channels.create_task(self._lines.run(), name="uplink certificates")
            if not self.state.has_hub:
                await self._lines.addressed()
                _log.info("this box has a hub now, at %s", self._lines.address)
                self.state.meets_hub()
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
            self.state.own_fault = self._lines.fault()
            try:
                await session(state)
            except SessionOver as over:
                state.error, soon = over.reason, over.soon
            except NoLine as error:
                state.error = str(error)
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

    def own_channel(self) -> grpc.aio.Channel:
        """Returns one more channel to the hub, on a connection of its own; the caller closes it. Raises NoLine."""
        return self._lines.own_channel()

    async def _alarm(self, state: ChannelState) -> None:
        async with self._lines.line("alarm", own_connection=True) as line:
            call: FactCall = _open(AlarmUplinkStub(line.channel).Stream)
            await self._within(call.wait_for_connection(), "connect")
            await self._facts(state, call, None, line)

    async def _bulk(self, state: ChannelState) -> None:
        async with self._lines.line("bulk", own_connection=False) as line:
            call: FactCall = _open(BulkUplinkStub(line.channel).Stream)
            await self._within(call.wait_for_connection(), "connect")
            if self._session.should_seal(self._journal.streams(), self.state.offline_s):
                _log.info("contact again: the telemetry that waits is set behind what is live")
                await self._journal.seal(TELEMETRY, "seal")
            await self._facts(state, call, Pacer(), line)

    async def _control(self, state: ChannelState) -> None:
        async with self._lines.line("control", own_connection=False) as line:
            call = _open(ControlStub(line.channel).Stream)
            await self._within(call.wait_for_connection(), "connect")
            session = ControlSession(
                call,
                self._clock,
                self._status,
                self._incidents,
                self._on_anchor,
                self._settings,
                self._status_due,
                self._on_command,
                self._card,
                self._roster,
            )
            welcome = await self._within(session.greet(self._hello()), "welcome")
            self._check_refusal(state, welcome)
            if self._control_epoch not in (b"", welcome.hub_epoch):
                self.state.hub_changes += 1
                self._incidents.restored()
            self._control_epoch = welcome.hub_epoch
            self._up(state, "control")
            await first_completed(session.run(), self._move(line, "control", own_connection=False))

    async def _move(self, line: Line, name: str, *, own_connection: bool) -> None:
        """Ends a session when a line with a newer certificate stands beside its own; the next goes there at once."""
        await self._lines.prepare(line, name, own_connection=own_connection)
        self.state.moves += 1
        raise SessionOver("there is a new certificate", soon=True)

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
        return self._session.hello(streams, self._clock.stamp(), [anchor] if anchor is not None else [])

    def _check_refusal(self, state: ChannelState, welcome: Welcome) -> None:
        verdict = judge((), welcome, {})
        refusal = f"{verdict.code}: {verdict.message}" if isinstance(verdict, Refused) else ""
        if refusal and refusal != state.refusal:
            _log.warning("the hub refuses this box: %s", refusal)
        state.refusal = refusal
        if refusal:
            raise SessionOver(refusal)

    # ---- facts

    async def _facts(self, state: ChannelState, call: FactCall, pacer: Pacer | None, line: Line) -> None:
        async with self._forking:  # no Hello while streams are being renumbered
            streams = self._journal.streams()
        alarm = pacer is None
        streams = self._session.named(streams, alarm=alarm)
        resume = await self._greet(state, call, streams)
        ours = self._session.sent_here(streams, alarm=alarm)
        window = SendWindow(
            ours,
            resume.cursors,
            pacer,
            batch_events=self._settings.batch_events,
            zstd=resume.zstd and self._settings.zstd != "off",
            always_zstd=self._settings.zstd == "on",
        )
        locked = {stream: resume.cursors[stream] for stream in resume.locked}
        session = FactSession(self._journal, self._session, self.state, state, call, window, ours, pacer, locked)
        name = "alarm" if alarm else "bulk"
        self._up(state, name)
        for info in ours:
            held = info.first <= info.last
            if info.stream in resume.locked:
                continue
            if (cursor := resume.cursors[info.stream]) > info.acked or (info.sealed and held and cursor >= info.last):
                await self._journal.acked(info.stream, cursor)
        try:
            await first_completed(session.run(), self._move(line, name, own_connection=alarm))
        finally:
            for info in ours:
                self._journal.unpin(info.stream)

    async def _greet(self, state: ChannelState, call: FactCall, streams: Sequence[StreamInfo]) -> Resume:
        await call.write(BoxFrame(hello=self._hello(streams)))
        frame = await self._within(call.read(), "welcome")
        if not isinstance(frame, HubFrame) or not frame.HasField("welcome"):
            raise SessionOver("the hub closed before its welcome")
        welcome = frame.welcome
        self._check_refusal(state, welcome)
        streams = with_newest_last(streams, self._journal.streams())
        points = points_to_check(streams, welcome)
        hashes = {point: await self._journal.hash_at(*point) for point in points}
        verdict = self._session.judge(streams, welcome, hashes)
        if isinstance(verdict, Forked):
            await self._fork(verdict)
        if not isinstance(verdict, Resume):
            raise SessionOver("streams renumbered", soon=True)
        if verdict.restored and state is self.state.bulk:
            self.state.hub_restores += 1
            self.state.note("hub restored: sending again what it no longer has")
            _log.warning("the hub was restored from a backup: sending again what it no longer has")
            self._incidents.restored()
        return verdict

    async def _fork(self, verdict: Forked) -> None:
        """Renumbers, once: the other channel may have found the same."""
        async with self._forking:
            if self._session.is_forked_already(verdict, self._journal.streams()):
                return
            _log.warning("this disk and the hub went different ways: opening new streams, rows after %s move there",
                        {stream.hex(): verdict.common[stream] for stream in verdict.streams})  # fmt: skip
            self.state.forks += 1
            self.state.note("forked")
            if verdict.gone:
                self.state.lost_at_hub += 1
                self.state.note("the hub lost facts that it had confirmed")
                _log.error("the hub has other facts where it had confirmed ours, up to %s: it was put back, and "
                           "what was let go here since is lost there",
                           {stream.hex(): seq for stream, seq in verdict.gone.items()})  # fmt: skip
            await self._journal.fork(verdict.common)
            self._session.forked(verdict)


def channel_options(keepalive_s: float) -> list[tuple[str, int]]:
    """Returns what all channels have in common, as gRPC names it."""
    return [
        *keepalive_options(keepalive_s),
        ("grpc.initial_reconnect_backoff_ms", 100),  # how often to try is ours to say
        ("grpc.min_reconnect_backoff_ms", 2_000),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.enable_retries", 0),
    ]


def _open(rpc: grpc.aio.StreamStreamMultiCallable[Up, Down]) -> grpc.aio.StreamStreamCall[Up, Down]:
    """Starts a call that is written to with `write`; the stubs know only calls that are given an iterator."""
    return cast("Callable[[], grpc.aio.StreamStreamCall[Up, Down]]", rpc)()
