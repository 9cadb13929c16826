"""What waits in memory to be written: an event, a gap in the numbers, a new stream, rows that move to one."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from anju_drivers.errors import NotRecorded

SideStatement: TypeAlias = tuple[str, tuple[object, ...]]  # SQL on a side table and its values


@dataclass(frozen=True, slots=True)
class PersonalChange:
    """What is kept of people beside an event: `plain` beside a journal that is not encrypted.

    Beside one that is, `emergency` goes into the emergency file, and `encrypted`, a name and a value, among the
    journal's values by name.
    """

    plain: SideStatement
    emergency: SideStatement
    encrypted: tuple[str, bytes] | None = None


Side: TypeAlias = SideStatement | PersonalChange


class SideStatementFailed(Exception):
    """The event is on disk, its side statement is not: the statement itself is wrong, so repeating cannot help."""

    def __init__(self, sql: str, cause: str) -> None:
        super().__init__(f"{cause}: {sql}")
        self.sql = sql
        self.cause = cause


class PendingEvent:
    """An event that was given its number. Awaiting it ends when it is durable.

    Raises `NotRecorded` when the disk cannot take it now; the event stays queued and is written when the disk returns,
    but whoever awaited has to treat it as unconfirmed. Never awaiting is fine.
    """

    __slots__ = ("data", "dropped", "lane", "seq", "shown", "side_statement", "state", "stream")

    def __init__(self, stream: bytes, seq: int, lane: int, data: bytes, side_statement: Side | None) -> None:
        self.stream = stream
        self.seq = seq
        self.lane = lane
        self.data = data
        self.side_statement = side_statement
        # None: nobody waits; futures: they do; True: durable; an error: what waiters get
        self.state: list[asyncio.Future[None]] | Exception | bool | None = None
        self.shown = False  # the hub may have a copy: the bytes must stay as they are
        self.dropped = False  # memory was full: it will never be on disk

    # Any: what a future's iterator yields is asyncio's own business
    def __await__(self) -> Generator[Any, None, None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        state = self.state
        if state is None:
            self.state = [future]
        elif isinstance(state, list):
            state.append(future)
        elif isinstance(state, Exception):
            future.set_exception(state)
        else:
            future.set_result(None)
        return future.__await__()

    @property
    def durable(self) -> bool:
        """Whether the event is known to be on disk."""
        return self.state is True or isinstance(self.state, SideStatementFailed)

    def settle(self) -> None:
        """Marks the event durable and lets its waiters go. In the loop."""
        state, self.state = self.state, True
        if isinstance(state, list):
            for future in state:
                if not future.done():  # else its waiter was cancelled
                    future.set_result(None)

    def refuse(self, reason: str) -> None:
        """Tells waiters, present and future, that the event is not recorded (yet). In the loop."""
        if not self.durable:
            self._fail(NotRecorded(reason))

    def reconsider(self) -> None:
        """Takes a refusal back for those who ask from now on: the event is queued and the disk works again."""
        if isinstance(self.state, NotRecorded):
            self.state = None

    def side_failed(self, error: SideStatementFailed) -> None:
        """Marks the event durable while its side statement failed. In the loop."""
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        state, self.state = self.state, error
        if isinstance(state, list):
            for future in state:
                if not future.done():
                    future.set_exception(error)


@dataclass(slots=True)
class Gap:
    """Numbers of one stream that were given out and will never be on disk: first to last, and why (Skip.Cause)."""

    stream: bytes
    lane: int
    first: int
    last: int
    cause: int


@dataclass(frozen=True, slots=True)
class NewStream:
    """A new live stream for a lane; the lane's live stream until now is sealed in the same transaction.

    `rehome` names streams whose rows after a seq are to move into the new stream (a fork).
    """

    stream: bytes
    lane: int
    note: str
    rehome: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rehoming:
    """Rows of an old stream that go on as freshly appended ones, in one transaction with them."""

    old: bytes
    lane: int
    first: int
    last: int
    rows: tuple[PendingEvent, ...]


Entry: TypeAlias = PendingEvent | Gap | NewStream | Rehoming
