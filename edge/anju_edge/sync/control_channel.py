"""The box's side of Control: hub time, open incidents and the roster come down, the box's status goes up.

Open incidents come as changes where the hub can send them so, else as whole lists: see `incidents/hub_merge.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Final, Protocol

import grpc

from anju_edge.clock import Clock
from anju_edge.date_check import LATEST_MS
from anju_edge.sync.first_completed import first_completed
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.control_pb2 import (
    BoxStatus,
    CardKeys,
    Command,
    CommandAnswer,
    ControlDown,
    ControlUp,
    FollowIncidents,
    IncidentChanges,
    LockedKeys,
    OpenIncidents,
    RosterBundle,
    RosterDelta,
    RosterHeld,
    RosterPart,
    TimeAnswer,
    TimeQuestion,
)
from anju_protos.v1.event_pb2 import Anchor
from anju_protos.v1.uplink_pb2 import Hello, Welcome

FIRST_QUESTIONS: Final = 4  # right after the start: the one with the shortest round trip counts
FIRST_PAUSE_S: Final = 1.0
STATUS_GAP_S: Final = 0.2  # many changes make one status
ROUND_TRIP_MAX_MS: Final = 600_000  # an answer this late tells nothing that the next one does not tell better
ANSWERS_AT_ONCE: Final = 16  # commands whose answer is awaited; more at a time are not taken
KEYS_WITHIN_S: Final = 3.0  # as long as an unconfirmed alarm waits before it is sent again
ROSTER_WAITS_S: Final = 1.0  # for the keys: what they open need not be sent again, and a change is there within 2 s
SECOND_LOOK_S: Final = 20.0  # while the date that the hub told waits to be measured again


class IncidentPort(Protocol):
    """Who takes the hub's open incidents; `incidents.hub_merge.HubMerge` says what the methods do."""

    needs_whole: bool

    def follow(self) -> FollowIncidents: ...
    def take(self, changes: IncidentChanges) -> None: ...
    def fold_list(self, listed: OpenIncidents) -> Iterator[None]: ...
    def restored(self) -> None: ...


OnCommand = Callable[[Command], Awaitable[CommandAnswer]]


async def no_commands(command: Command) -> CommandAnswer:
    """For a box that carries none out."""
    return CommandAnswer(command=command.id, refused="unknown_kind")


class CardPort(Protocol):
    """Who gets the keys of the encrypted journal back; `identity.card_lock.CardLock` says what the methods do."""

    async def locked(self) -> LockedKeys: ...
    async def take(self, answer: CardKeys) -> None: ...
    async def give_way(self) -> None: ...


class RosterPort(Protocol):
    """Who takes rosters of the hub; `roster.from_hub.HubRoster` says what the methods do."""

    async def begin(self) -> RosterHeld: ...
    async def take_part(self, part: RosterPart) -> RosterHeld | None: ...
    async def take_delta(self, delta: RosterDelta) -> RosterHeld: ...
    async def take_whole(self, bundle: RosterBundle) -> RosterHeld: ...


def anchor_from(answer: TimeAnswer, boot: int, now_elapsed_ms: int) -> Anchor | None:
    """Returns this boot's offset as an answer shows it: hub time belongs to the middle of the round trip.

    The error is half the round trip, rounded up, and one millisecond for the hub's own rounding. None for an answer
    to what was not asked in this boot, or with a number that is no date; the clock judges the rest.
    """
    if answer.sent_elapsed_ms > now_elapsed_ms or not 0 <= answer.hub_time_ms <= LATEST_MS:
        return None
    round_trip_ms = now_elapsed_ms - answer.sent_elapsed_ms
    if round_trip_ms > ROUND_TRIP_MAX_MS:
        return None
    middle_ms = answer.sent_elapsed_ms + round_trip_ms // 2
    return Anchor(
        boot=boot,
        offset_ms=answer.hub_time_ms - middle_ms,
        error_ms=(round_trip_ms + 1) // 2 + 1,
        at_elapsed_ms=now_elapsed_ms,
        source=Anchor.HUB,
    )


async def _take_roster(roster: RosterPort, frame: ControlDown) -> RosterHeld | None:
    """Gives what a frame says of the roster to who takes it; returns what to answer."""
    if frame.HasField("roster_delta"):
        return await roster.take_delta(frame.roster_delta)
    if frame.HasField("roster_part"):
        return await roster.take_part(frame.roster_part)
    if frame.HasField("roster"):
        return await roster.take_whole(frame.roster)
    return None


class ControlSession:
    """One Control stream from its Hello on. `status_due` is set by whoever knows that the status changed."""

    def __init__(
        self,
        call: grpc.aio.StreamStreamCall[ControlUp, ControlDown],
        clock: Clock,
        status: Callable[[], BoxStatus],
        incidents: IncidentPort,
        on_anchor: Callable[[Anchor], None],
        settings: SyncSettings,
        status_due: asyncio.Event,
        on_command: OnCommand = no_commands,
        card: CardPort | None = None,
        roster: RosterPort | None = None,
    ) -> None:
        self._card = card
        self._roster = roster
        self._has_answered = asyncio.Event()
        self._keys_are_in = asyncio.Event()
        self._call = call
        self._clock = clock
        self._status = status
        self._incidents = incidents
        self._on_anchor = on_anchor
        self._settings = settings
        self._status_due = status_due
        self._on_command = on_command
        self._answering: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()  # gRPC takes one write at a time
        self._by_changes = False

    async def greet(self, hello: Hello) -> Welcome:
        """Says Hello and returns the Welcome; an empty one when the hub closed before it."""
        await self._call.write(ControlUp(hello=hello))
        frame = await self._call.read()
        welcome = frame.welcome if isinstance(frame, ControlDown) else Welcome()
        self._by_changes = welcome.incident_changes
        return welcome

    async def run(self) -> None:
        """Serves until the hub ends the stream (returns) or the connection breaks (raises AioRpcError)."""
        if self._by_changes:
            await self._write(ControlUp(follow=self._incidents.follow()))
        try:
            await first_completed(
                self._receive(), self._report(), self._ask_time(), self._ask_keys(), self._tell_roster()
            )
        finally:
            for task in self._answering:
                task.cancel()
            await asyncio.gather(*self._answering, return_exceptions=True)

    async def _write(self, frame: ControlUp) -> None:
        async with self._writing:
            with suppress(asyncio.InvalidStateError):  # the call is over: the receiver ends the session
                await self._call.write(frame)

    async def _receive(self) -> None:
        while isinstance(frame := await self._call.read(), ControlDown):
            if frame.HasField("changes"):
                self._incidents.take(frame.changes)
                await self._ask_again()
            elif frame.HasField("incidents"):
                for _ in self._incidents.fold_list(frame.incidents):
                    await asyncio.sleep(0)
            elif frame.HasField("time"):
                anchor = anchor_from(frame.time, self._clock.boot, self._clock.elapsed_ms())
                if anchor is not None:
                    self._on_anchor(anchor)
            elif self._roster is not None and (held := await _take_roster(self._roster, frame)) is not None:
                await self._write(ControlUp(roster_held=held))
            elif frame.HasField("command"):
                self._answer_later(frame.command)
            elif frame.HasField("card_keys") and self._card is not None:
                self._has_answered.set()
                await self._card.take(frame.card_keys)
                self._keys_are_in.set()
            elif frame.HasField("shutdown"):
                return

    def _answer_later(self, command: Command) -> None:
        """A command may take its time; what else comes down does not wait for it."""
        if len(self._answering) < ANSWERS_AT_ONCE:
            task = asyncio.create_task(self._answer(command), name="command answer")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, command: Command) -> None:
        answer = await self._on_command(command)
        with suppress(grpc.aio.AioRpcError):  # the receiver says so
            await self._write(ControlUp(answer=answer))

    async def _ask_again(self) -> None:
        if self._by_changes and self._incidents.needs_whole:
            await self._write(ControlUp(follow=self._incidents.follow()))

    async def _ask_keys(self) -> None:
        """Asks for the keys of earlier starts; a hub that says nothing must not hold up what is new."""
        if self._card is not None:
            await self._write(ControlUp(locked=await self._card.locked()))
            with suppress(TimeoutError):
                async with asyncio.timeout(KEYS_WITHIN_S):
                    await self._has_answered.wait()
            if not self._has_answered.is_set():
                await self._card.give_way()
        await asyncio.Event().wait()

    async def _tell_roster(self) -> None:
        """Says what the box has, so that the hub sends what it lacks; soon, also to a hub that gives no keys."""
        if self._roster is not None:
            if self._card is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(ROSTER_WAITS_S):
                        await self._keys_are_in.wait()
            await self._write(ControlUp(roster_held=await self._roster.begin()))
        await asyncio.Event().wait()

    async def _report(self) -> None:
        while True:
            self._status_due.clear()
            await self._write(ControlUp(status=self._status()))
            await self._ask_again()
            await asyncio.sleep(min(STATUS_GAP_S, self._settings.status_period_s))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.status_period_s):
                    await self._status_due.wait()

    async def _ask_time(self) -> None:
        asked = 0
        while True:
            await self._write(ControlUp(time=TimeQuestion(sent_elapsed_ms=self._clock.elapsed_ms())))
            asked += 1
            pause_s = FIRST_PAUSE_S if asked < FIRST_QUESTIONS else self._settings.time_period_s
            if self._clock.wants_second_look():
                pause_s = min(pause_s, SECOND_LOOK_S)
            await asyncio.sleep(pause_s)
