"""The hub's side of Control: time, the community's open incidents and roster, commands go down, the status comes up."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import grpc

from anju_central.access.caller_of_rpc import caller_of_rpc
from anju_central.access.card_keys import CardKeeper
from anju_central.access.proven_box import ProvenBox
from anju_central.control.commands import BoxCommands
from anju_central.control.rosters import BoxRoster, RosterPush
from anju_central.control.spells import Spells
from anju_central.ingest.handshake import SessionRegistry, admit, welcome_for
from anju_central.live.incident_window import IncidentWindow, in_short, needs_people
from anju_central.store.event_store import EventStore
from anju_protos.v1.control_pb2 import ControlDown, ControlUp, LockedKeys, OpenIncidents, TimeAnswer
from anju_protos.v1.control_pb2_grpc import ControlServicer
from anju_protos.v1.uplink_pb2 import Refusal, Welcome

log = logging.getLogger(__name__)

PUSH_GAP_S: Final = 0.1  # between two pushes of all that is open: a flood of changes makes ten a second
PUSH_GAP_MOST_S: Final = 1.0  # what an operator does is to be known at the box within 2 s, on any line
PUSH_BYTES_PER_S: Final = 8_000  # a quarter of a slow line: acks and credit come down beside it
FRAME_BYTES: Final = 32_000  # of changes at a time
FRAME_BYTES_SLOW: Final = 4_000
SLOW_RTT_MS: Final = 150  # of the box's own batches; a fast line has no reason to wait

_Context = grpc.aio.ServicerContext[ControlUp, ControlDown]


class IncidentFeed(Protocol):
    """The open incidents of a community, now and at each change; `LiveIncidents` says what the methods do."""

    def follow(self, community: str, box: str) -> AbstractContextManager[IncidentWindow]: ...
    async def whole(self) -> bool: ...

    def subscribe(self, community: str) -> AsyncIterator[OpenIncidents]:
        """Yields the state at once and after each change; several changes at a time may come as one."""
        ...


@dataclass(slots=True)
class _Line:
    """One box's control session. `is_slow` as the box last said; `window` of a box that follows by changes.

    `locked`: what it asked for of the keys of its card and did not get, None before it asked.
    """

    context: _Context
    community: str
    window: IncidentWindow | None
    roster: BoxRoster | None = None
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)  # gRPC takes one write at a time
    is_slow: bool = False
    proven: ProvenBox | None = None
    locked: LockedKeys | None = None
    task: asyncio.Task[Any] | None = None  # of the call, while it reads. Any: handlers return nothing of interest
    over: bool = False
    failure: Exception | None = None

    def is_over(self) -> bool:
        """Whether the hub has ended it."""
        return self.over

    def end(self) -> None:
        """A newer session takes over, or the hub ends."""
        self.over = True
        if self.task is not None:
            self.task.cancel()

    def failed(self, error: Exception) -> None:
        """What is told to the box cannot be told."""
        self.failure = error
        self.end()

    async def write(self, frame: ControlDown) -> None:
        """Sends a frame between others."""
        async with self.writing:
            await self.context.write(frame)


class ControlService(ControlServicer):
    """`Control`, for all boxes."""

    def __init__(
        self,
        sessions: SessionRegistry,
        store: EventStore,
        communities: Mapping[str, str],
        feed: IncidentFeed,
        now_ms: Callable[[], int],
        commands: BoxCommands | None = None,
        card: CardKeeper | None = None,
        rosters: RosterPush | None = None,
    ) -> None:
        self._rosters = rosters
        self._commands = commands if commands is not None else BoxCommands()
        self._card = card
        self._lines: dict[int, _Line] = {}
        self._telling: asyncio.Task[None] | None = None
        if card is not None:
            card.on_change = self._card_keys_changed
        self._sessions = sessions
        self._store = store
        self._communities = communities
        self._feed = feed
        self._now_ms = now_ms

    async def Stream(self, request_iterator: AsyncIterator[ControlUp], context: _Context) -> None:  # type: ignore[override]  # the stubs know only generators
        hello = await self._sessions.hello(context)
        if hello is None:
            return
        community = admit(hello, self._communities)
        if isinstance(community, Refusal):
            await refuse_control(context, community, self._store.epoch, self._now_ms())
            return
        welcome = await welcome_for(hello, community, self._store, self._now_ms())
        await context.write(ControlDown(welcome=welcome))
        if welcome.HasField("refusal"):
            return
        following = self._feed.follow(community, hello.box) if hello.incident_changes else nullcontext()
        with following as window:
            line = _Line(context, community, window)
            with self._sessions.claim(hello.box, community, "control", line.end):
                await self._serve(hello.box, line)

    async def _serve(self, box: str, line: _Line) -> None:
        """Reads in the call's own task; what goes down beside it has tasks of its own while there is something."""
        push = Spells("control push", functools.partial(self._push, line), line.failed)
        send = line.write
        self._lines[id(line)] = line
        self._commands.begin(box, send)
        if self._rosters is not None:
            send_roster = functools.partial(self._send, line)
            line.roster = self._rosters.line(box, line.community, send_roster, lambda: line.is_slow, line.failed)
        if line.window is None:
            push.wake()
        else:
            line.window.on_news = push.wake
        try:
            await self._read_on(box, line)
        finally:
            self._commands.end(box, send)
            del self._lines[id(line)]
            if line.roster is not None:
                await line.roster.end()
            await push.end()
        if line.failure is not None:
            raise line.failure

    async def _read_on(self, box: str, line: _Line) -> None:
        if line.is_over():
            return
        task = line.task = asyncio.current_task()
        try:
            await self._read(box, line)
        except asyncio.CancelledError:
            if task is None or not line.is_over():
                raise  # the gate's, or gRPC's: the box left
            task.uncancel()
        finally:
            line.task = None

    async def _read(self, box: str, line: _Line) -> None:
        while isinstance(frame := await line.context.read(), ControlUp):
            if frame.HasField("time"):
                async with line.writing:
                    answer = TimeAnswer(sent_elapsed_ms=frame.time.sent_elapsed_ms, hub_time_ms=self._now_ms())
                    await line.context.write(ControlDown(time=answer))
            elif frame.HasField("status"):
                line.is_slow = frame.status.gauges.get("rtt_ms", 0) >= SLOW_RTT_MS
                self._sessions.connections.status(box, frame.status)
            elif frame.HasField("answer"):
                self._commands.answered(box, frame.answer)
            elif frame.HasField("locked"):
                await self._give_keys(line, frame.locked)
            elif frame.HasField("roster_held") and line.roster is not None:
                line.roster.hear(frame.roster_held)
            elif frame.HasField("follow") and line.window is not None:
                line.window.restart(frame.follow.held)

    async def _give_keys(self, line: _Line, locked: LockedKeys) -> None:
        """Gives a box the keys of its earlier starts; says nothing on a line that proves nothing."""
        rpc = caller_of_rpc()
        if self._card is None or rpc is None:
            return
        line.proven = rpc.proven
        await self._answer_locked(self._card, line, locked)

    async def _answer_locked(self, card: CardKeeper, line: _Line, locked: LockedKeys) -> None:
        answer = card.answer(line.proven, locked)
        if answer is not None:
            refused = set(answer.refused)
            line.locked = LockedKeys(keys=[one for one in locked.keys if one.id in refused])
            await line.write(ControlDown(card_keys=answer))

    def _card_keys_changed(self) -> None:
        if self._card is not None:
            self._telling = asyncio.create_task(self._tell_card_keys(self._card), name="keys of boxes' cards")

    async def _tell_card_keys(self, card: CardKeeper) -> None:
        """Tells boxes that are here what to wrap to from now on, and gives what could not be opened before."""
        asked = [(line, line.locked) for line in self._lines.values() if line.locked is not None]
        answers = (self._answer_locked(card, line, locked) for line, locked in asked)
        for result in await asyncio.gather(*answers, return_exceptions=True):
            if isinstance(result, Exception):  # its line ended: it asks again on the next one
                log.debug("a box was not told of other card keys: %r", result)

    async def _push(self, line: _Line) -> None:
        """Tells a box what is new of its incidents."""
        window = line.window
        if window is None:
            await self._push_lists(line)
            line.end()
            return
        while await self._feed.whole():
            if not window.has_news:
                return
            changes = window.next_frame(FRAME_BYTES_SLOW if line.is_slow else FRAME_BYTES)
            if changes is not None:
                await self._send(line, ControlDown(changes=changes))
        line.end()

    async def _push_lists(self, line: _Line) -> None:
        """For boxes of the version before: all that is open, whole, at each change."""
        sent: set[bytes] = set()
        async for incidents in self._feed.subscribe(line.community):
            shown, sent = shortened(incidents, sent)
            await self._send(line, ControlDown(incidents=shown))

    async def _send(self, line: _Line, frame: ControlDown) -> None:
        async with line.writing:
            await line.context.write(frame)
        await asyncio.sleep(push_gap_s(frame.ByteSize(), slow=line.is_slow))


async def refuse_control(context: _Context, refusal: Refusal, epoch: bytes, now_ms: int) -> None:
    """Says why a box is not served."""
    await context.write(ControlDown(welcome=Welcome(hub_epoch=epoch, hub_time_ms=now_ms, refusal=refusal)))


def shortened(incidents: OpenIncidents, sent: Set[bytes]) -> tuple[OpenIncidents, set[bytes]]:
    """Returns the list as it is pushed, and the bytes of the closed ones in it, for the next push of this session.

    All stay listed: what is absent counts as closed at the box, whatever it rang since. Closed ones that were sent
    whole before (`sent`) carry only what they are and that they are closed.
    """
    shown = OpenIncidents(version=incidents.version)
    closed: set[bytes] = set()
    for incident in incidents.incidents:
        if needs_people(incident):
            shown.incidents.append(incident)
            continue
        data = incident.SerializeToString(deterministic=True)
        closed.add(data)
        shown.incidents.append(in_short(incident) if data in sent else incident)
    return shown, closed


def push_gap_s(size: int, *, slow: bool) -> float:
    """Returns how long to wait after a push of so many bytes before the next."""
    if not slow:
        return PUSH_GAP_S
    return min(max(PUSH_GAP_S, size / PUSH_BYTES_PER_S), PUSH_GAP_MOST_S)
