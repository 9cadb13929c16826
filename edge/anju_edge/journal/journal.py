"""The journal: every fact of this box, numbered, on disk before it is confirmed, kept until the hub has it.

`append` gives an event its number at once and never waits; awaiting what it returns ends when the event is on disk.
The file, its thread and its faults are `writer.py`'s; this is the side in the event loop. The loop alone hands
out numbers, the thread alone writes them. See docs/adr/0001 and 0002.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from anju_drivers.errors import NotRecorded
from anju_edge.journal.card import BootKey, Card, KeyMissing, WrappedKey
from anju_edge.journal.entries import (
    Entry,
    NewStream,
    PendingEvent,
    PersonalChange,
    Rehoming,
    Side,
    SideStatement,
    SideStatementFailed,
)
from anju_edge.journal.jobs import Job
from anju_edge.journal.memory_stream import MemoryStream
from anju_edge.journal.pending_queue import PendingQueue
from anju_edge.journal.reader import JournalReader
from anju_edge.journal.rehome import with_origin
from anju_edge.journal.repair import begin_encryption, end_rehoming
from anju_edge.journal.settings import JournalSettings
from anju_edge.journal.store import Store
from anju_edge.journal.streams import LANES, SalvageReport, StreamInfo
from anju_edge.journal.transaction import CommitResult, keep_as_now
from anju_edge.journal.writer import TICK_S, Writer
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY
from anju_protos.v1.uplink_pb2 import Batch

__all__ = [
    "Journal",
    "JournalSettings",
    "NotRecorded",
    "PendingEvent",
    "SalvageReport",
    "SideStatement",
    "SideStatementFailed",
    "StreamInfo",
    "WriterEnded",
]

_log = logging.getLogger(__name__)

T = TypeVar("T")
FILE_NAME = "journal.sqlite"
MAX_EVENT_BYTES = 256 * 1024
_REHOME_ROWS = 500
_CLOSE_S = 10.0


class WriterEnded(Exception):
    """The thread that owns the journal's file ended unasked: a fault of this software. The process must end."""


class _Live:
    """A lane's live stream: where the next event goes."""

    __slots__ = ("ident", "next_seq")

    def __init__(self, ident: bytes, next_seq: int) -> None:
        self.ident = ident
        self.next_seq = next_seq


class Journal:
    """One box's journal. Made by `open`, used from one event loop, ended by `close` (or `async with`)."""

    def __init__(self, folder: Path, settings: JournalSettings, tick_s: float, card: Card) -> None:
        self.folder = folder
        self.settings = settings
        self.fault: str | None = None
        self.on_fault: Callable[[str | None], None] | None = None
        self.on_salvage: Callable[[SalvageReport], None] | None = None
        self.salvaged: SalvageReport | None = None
        self._card = card
        self._loop = asyncio.get_running_loop()
        self._pending = PendingQueue(settings.held_urgent, settings.held_telemetry)
        self._writer = Writer(folder / FILE_NAME, settings, self._pending, self, self._loop, tick_s, card)
        self._infos: dict[bytes, StreamInfo] = {}
        self._live: dict[int, _Live] = {}
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._flush_requested = False
        self._linger: asyncio.TimerHandle | None = None
        self._changes = 0
        self._changed: asyncio.Future[None] = self._loop.create_future()
        self._rehoming: asyncio.Task[None] | None = None
        self._memory_stream: MemoryStream | None = None
        self._forking = asyncio.Lock()
        self._closed = False
        self._writer_ended: asyncio.Future[WriterEnded] = self._loop.create_future()

    @classmethod
    async def open(
        cls,
        folder: Path,
        settings: JournalSettings | None = None,
        *,
        tick_s: float = TICK_S,
        card: Card | None = None,
    ) -> Journal:
        """Opens the journal in `folder`, creating or salvaging it (then `salvaged` says what was kept).

        `tick_s`: how often the writer looks at file and room when it is idle; for what measures days in minutes.
        `card`: the keys that encrypt what is written; without one it is written plain.
        A disk that does not answer does not stop it: `fault` is set and events are held in memory. Raises
        `SchemaTooNew` and `SettingRefused`, which a person must put right, and `WriterEnded`.
        """
        journal = cls(folder, settings or JournalSettings(), tick_s, card or Card())
        journal._writer.start()
        try:
            await journal._ready
            with contextlib.suppress(NotRecorded):  # the disk is away: they are opened in memory
                for live in list(journal._live.values()):
                    await journal._until_durable(live.ident)
        except BaseException:
            await journal.close()
            raise
        return journal

    async def __aenter__(self) -> Journal:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # Recording -------------------------------------------------------------------------------------------------

    def append(self, lane: int, data: bytes, side_statement: Side | None = None) -> PendingEvent:
        """Gives the event its number and queues it; what the caller does next in this tick comes before the disk.

        `side_statement`: one SQL statement on the box's own side tables, run in the event's transaction, or what is
        kept of people, durable before the event is; dropped with the event where memory is full. Raises ValueError for
        a lane that does not exist or more than 256 KiB.
        """
        live = self._live.get(lane)
        if live is None:
            raise ValueError(f"no such lane: {lane}")
        if len(data) > MAX_EVENT_BYTES:
            raise ValueError(f"an event of {len(data)} bytes; at most {MAX_EVENT_BYTES}")
        seq = live.next_seq
        live.next_seq = seq + 1
        entry = PendingEvent(live.ident, seq, lane, data, side_statement)
        pending = self._pending
        queue = pending.queue(lane)
        if len(queue) < pending.bounds[lane]:
            queue.append(entry)
        elif not pending.put_when_full(entry):
            entry.dropped = True
            entry.refuse("the box cannot record and its memory is full")
        if self.fault is not None:
            entry.refuse(self.fault)
            if self._memory_stream is not None and lane == ALARM and queue and queue[-1] is entry:
                self._show(entry)
        elif lane != TELEMETRY or len(queue) >= self.settings.group_rows:
            if not self._flush_requested:
                self._flush_requested = True
                self._loop.call_soon(self._request_flush)
        elif self._linger is None:
            self._linger = self._loop.call_later(self.settings.linger_s, self._request_flush)
        return entry

    def _show(self, entry: PendingEvent) -> None:
        if self._memory_stream is not None and self._memory_stream.add(entry):
            self._loop.call_soon(self._notify)  # after what the caller does next in this tick

    def _request_flush(self) -> None:
        self._flush_requested = False
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
        self._writer.due = True
        self._writer.wake()

    async def flush(self) -> None:
        """Writes all that was appended and waits until it is durable. Raises `NotRecorded`."""
        waiting = self._pending.unconfirmed()
        self._request_flush()
        for entry in waiting:
            await entry

    async def settled(self) -> None:
        """Waits until the writer has nothing left to trim, evict or check. Raises `NotRecorded` when it closes."""
        self._check_open()
        await self._writer.submit_last(Job(self._loop, lambda _: None)).result()

    # What the uplink needs -------------------------------------------------------------------------------------

    def streams(self) -> list[StreamInfo]:
        """Returns the streams, oldest first, as far as they are durable.

        While the disk does not take alarms, one more holds copies of them in memory (see `memory_stream.py`).
        """
        infos = list(self._infos.values())
        if self._memory_stream is not None:
            infos.append(self._memory_stream.info())
        return infos

    async def read(self, stream: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None:
        """Returns durable events and skips that follow `after`; None when nothing is there (or cannot be read now).

        At least one event even if it is larger than `max_bytes`. `first_seq` is above after + 1 where older rows are
        trimmed. `hash_end` is empty where damage broke the chain.
        """
        if self._memory_stream is not None and stream == self._memory_stream.ident:
            return self._memory_stream.read(after, max_events, max_bytes)
        try:
            return await self._ask(lambda store: store.read(stream, after, max_events, max_bytes))
        except NotRecorded:
            return None

    async def hash_at(self, stream: bytes, seq: int) -> bytes | None:
        """Returns the running hash at `seq`; None = cannot be told: trimmed, inside a skip, past damage or the end.

        b"" = not yet: it is of an earlier start, whose key is not here.
        """
        if self._memory_stream is not None and stream == self._memory_stream.ident:
            return self._memory_stream.hash_at(seq)
        try:
            return await self._ask(lambda store: store.hash_at(stream, seq))
        except NotRecorded:
            return None

    async def acked(self, stream: bytes, seq: int) -> None:
        """Takes the hub's cursor; lower ones than known are passed over. Trims later, in the writer's quiet moments."""
        if self._memory_stream is not None and stream == self._memory_stream.ident:
            self._memory_stream.acked(seq)
            return

        def take(store: JournalReader) -> None:
            moved = store.ack(stream, seq)
            if moved is not None:  # told from the thread, so that no later word of it (trimmed, removed) is overwritten
                news = partial(self._take_infos, [moved.info()], [], notify=False)
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    self._loop.call_soon_threadsafe(news)

        with contextlib.suppress(NotRecorded):
            await self._ask(take)

    def pin(self, stream: bytes, first: int, last: int) -> None:
        """Protects first..last from eviction while they are in flight; replaces the stream's earlier pin."""
        self._writer.pins[stream] = (first, last)

    def unpin(self, stream: bytes) -> None:
        """Ends a stream's pin."""
        self._writer.pins.pop(stream, None)

    def waiting(self) -> dict[int, int]:
        """Returns, by lane, how many events the hub has not confirmed, those in memory included."""
        counts: dict[int, int] = self._pending.waiting()
        for info in self._infos.values():
            counts[info.lane] += info.waiting
        return counts

    async def changed(self, seen: int) -> int:
        """Returns the count of changes (rows durable, streams opened) once it is above `seen`; -1 returns at once."""
        while self._changes <= seen:
            await asyncio.shield(self._changed)
        return self._changes

    async def query(self, sql: str, args: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Reads the side tables. Raises ValueError unless it is a SELECT, `NotRecorded` when the disk is away."""
        return await self._ask(lambda store: store.query(sql, args))

    async def query_personal(self, sql: str, args: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """As `query`, of what is kept of people: from the emergency file too, where there is one."""
        return await self._ask(lambda store: [*store.query(sql, args), *store.emergency.query(sql, args)])

    async def kept(self, name: str) -> bytes | None:
        """Returns a value by its name, decrypted where it is encrypted, None where there is none.

        Raises `KeyMissing` where its key is of an earlier start, `NotRecorded` when the disk is away.
        """
        return await self._ask(lambda file: file.kept(name))

    async def keep_as_now(self, name: str, change: Callable[[bytes], PersonalChange]) -> None:
        """Keeps a value again as this start keeps it, encrypted or plain, where it stands there otherwise.

        `change` makes of the value what is to be kept; called in the writer's thread. Raises `KeyMissing`,
        `NotRecorded`.
        """
        await self._ask_store(lambda store: keep_as_now(store, name, change))

    async def kept_for_emergency(self, name: str) -> bytes | None:
        """Returns what the emergency file keeps by that name. Raises `NotRecorded`."""
        return await self._ask(lambda file: file.kept_for_emergency(name))

    async def _ask(self, work: Callable[[JournalReader], T]) -> T:
        self._check_open()
        return await self._writer.submit(Job(self._loop, work)).result()

    def _check_open(self) -> None:
        if self._closed:
            raise NotRecorded("the journal is closed")
        if self._writer_ended.done():
            raise NotRecorded(str(self._writer_ended.result()))

    async def _ask_store(self, work: Callable[[Store], T]) -> T:
        def on_store(file: JournalReader) -> T:
            if not isinstance(file, Store):
                raise NotRecorded("the disk cannot be written")
            return work(file)

        return await self._ask(on_store)

    # Streams ---------------------------------------------------------------------------------------------------

    async def seal(self, lane: int, note: str) -> bytes:
        """Seals the lane's live stream and opens a new one; returns the new one's id when that is durable.

        Raises `NotRecorded` while the disk does not take it: then nothing has changed.
        """
        if self.fault is not None:
            raise NotRecorded(self.fault)
        ident = self._open_stream(lane, note)
        await self._until_durable(ident)
        return ident

    async def fork(self, common: Mapping[bytes, int]) -> None:
        """Opens new streams in all lanes; rows of the named streams after their last common seq move there.

        The moved events carry their first identity; their old numbers become a REHOMED skip. Ends when all is durable.
        A fork cut short by a crash goes on at the next open, and one that meets rows of an earlier start when their
        key comes. Raises `NotRecorded`.
        """
        async with self._forking:
            if self.fault is not None:
                raise NotRecorded(self.fault)
            lane_of = {info.stream: info.lane for info in self._infos.values()}
            idents = [
                self._open_stream(lane, "fork", {s: seq for s, seq in common.items() if lane_of.get(s) == lane})
                for lane in LANES
            ]
            for ident in idents:
                await self._until_durable(ident)
            with contextlib.suppress(KeyMissing):
                await self._finish_rehoming()

    def _open_stream(self, lane: int, note: str, rehome: Mapping[bytes, int] | None = None) -> bytes:
        """Makes a new live stream for a lane at once; that it is new is written in order with the lane's events."""
        ident = os.urandom(16)
        self._pending.queue(lane).append(NewStream(ident, lane, note, rehome or {}))
        self._live[lane] = _Live(ident, 1)
        self._request_flush()
        return ident

    async def _until_durable(self, ident: bytes) -> None:
        while ident not in self._infos:
            if self.fault is not None:
                raise NotRecorded(self.fault)
            await asyncio.shield(self._changed)

    async def _finish_rehoming(self) -> None:
        """Moves the rows of forked streams into their lane's live stream, a slice a transaction."""
        pending = await self._ask(
            lambda store: [(s.id, s.lane) for s in store.streams.values() if s.rehome_after is not None]
        )
        for old, lane in pending:
            while (found := await self._ask_store(partial(_rows_to_move, old=old))) is not None:
                if self._closed:
                    raise NotRecorded("the journal is closed")  # the thread took its last turn: nobody writes it
                first, events = found
                live = self._live[lane]
                rows = []
                for seq, data in enumerate(events, first):
                    rows.append(PendingEvent(live.ident, live.next_seq, lane, with_origin(data, old, seq), None))
                    live.next_seq += 1
                self._pending.queue(lane).append(Rehoming(old, lane, first, first + len(events) - 1, tuple(rows)))
                self._request_flush()
                await rows[-1]
        if pending:
            self._notify()  # the skips that say where the rows went can be sent now

    # The encrypted card ----------------------------------------------------------------------------------------

    async def locked_keys(self) -> list[WrappedKey]:
        """Returns the wrapped keys of earlier starts that are not here: what they encrypted cannot be read yet.

        Raises `NotRecorded` while the file cannot be read.
        """
        return await self._ask(lambda file: file.locked_keys())

    async def locked_up_to(self) -> dict[bytes, int]:
        """Returns, by live stream, the last seq that cannot be read for want of a key. Raises `NotRecorded`."""
        return await self._ask(lambda file: file.locked_up_to())

    async def add_keys(self, keys: Mapping[bytes, bytes]) -> None:
        """Takes keys that the hub unwrapped, by their names; what they encrypted is read from here on.

        Raises `NotRecorded` while the file cannot be read.
        """
        if not await self._ask(lambda file: file.card.add(keys)):
            return
        self._notify()
        if self._rehoming is None or self._rehoming.done():
            self._start_rehoming()

    async def encrypt(self, own: BootKey) -> None:
        """Encrypts what is written from here on, unless it is already. Raises `NotRecorded`."""
        await self._ask_store(lambda store: begin_encryption(store, own))

    @property
    def is_encrypted(self) -> bool:
        """Whether what is written now is encrypted."""
        return self._card.own is not None

    @property
    def emergency_trouble(self) -> str:
        """Why the emergency file is not written now, empty where it is or where there is none."""
        return self._writer.emergency_trouble

    # State -----------------------------------------------------------------------------------------------------

    @property
    def recording(self) -> bool:
        """Whether what is appended now reaches the disk."""
        return self.fault is None

    async def watch(self) -> None:
        """Waits for ever. Raises `WriterEnded` when the writer's thread ended unasked: the process must end, too."""
        raise await asyncio.shield(self._writer_ended)

    def heartbeat_age_s(self) -> float:
        """Returns the seconds since the writer's thread last showed that it lives: once a second when idle."""
        return time.monotonic() - self._writer.heartbeat_at_s

    @property
    def commit_latency_s(self) -> float:
        """How long the last group took to reach the disk."""
        return self._writer.commit_s

    @property
    def merged(self) -> int:
        """Alarms that became a count on another one while memory was full."""
        return self._pending.merged

    @property
    def dropped(self) -> int:
        """Events lost because the disk did not take them and memory was full."""
        return self._pending.dropped

    async def close(self) -> None:
        """Writes what waits, saves the cursors, closes the file. Waits at most ten seconds for a disk that hangs."""
        if self._closed:
            return
        self._closed = True
        if self._linger is not None:
            self._linger.cancel()
        if self._rehoming is not None:
            self._rehoming.cancel()
            await asyncio.gather(self._rehoming, return_exceptions=True)
        self._writer.stop()
        if not await self._loop.run_in_executor(None, self._writer.join, _CLOSE_S):
            _log.error("journal: the disk does not answer, giving up on it")
        rehomed = [row for rehoming in self._pending.rehomings() for row in rehoming.rows]
        for entry in (*self._pending.unconfirmed(), *rehomed):
            entry.refuse("the journal is closed")

    # The writer's side, called in the loop ---------------------------------------------------------------------

    def durable(
        self, entries: list[Entry], commit: CommitResult | None, changed: list[StreamInfo], removed: list[bytes]
    ) -> None:
        """Entries that are on disk now, and what changed in the streams."""
        if commit is not None:
            for entry, error in commit.side_failures:
                _log.error("journal: side statement of %s/%d failed: %s", entry.stream.hex(), entry.seq, error)
                entry.side_failed(error)
        for item in entries:
            if isinstance(item, PendingEvent):
                if item.state.__class__ is not SideStatementFailed:
                    item.settle()
            elif isinstance(item, Rehoming):
                for row in item.rows:
                    row.settle()
        self._pending.confirm(entries)
        self._take_infos(changed, removed, notify=bool(entries))

    def _take_infos(self, changed: list[StreamInfo], removed: list[bytes], *, notify: bool) -> None:
        for info in changed:
            self._infos[info.stream] = info
        for ident in removed:
            self._infos.pop(ident, None)
        if notify:
            self._notify()

    def _notify(self) -> None:
        self._changes += 1
        waiters, self._changed = self._changed, self._loop.create_future()
        waiters.set_result(None)

    def opened(self, streams: list[StreamInfo]) -> None:
        """The file is open, for the first time or again, or was repaired: these are its streams."""
        self._infos = {info.stream: info for info in streams}
        first_time = not self._ready.done()
        for lane in LANES:
            live = self._live.get(lane)
            there = next((info for info in streams if info.lane == lane and not info.sealed), None)
            if live is None and there is not None:
                self._live[lane] = _Live(there.stream, there.last + 1)
            elif live is None:
                self._open_stream(lane, "salvage" if self.salvaged is not None else "install")
            elif (info := self._infos.get(live.ident)) is not None and info.sealed:
                self._open_stream(lane, "salvage")  # damage sealed it
        self._take_infos([], [], notify=True)
        if first_time:
            self._ready.set_result(None)
        if self._rehoming is None:
            self._start_rehoming()

    def _start_rehoming(self) -> None:
        if not self._closed:
            self._rehoming = self._loop.create_task(self._resume_rehoming(), name="journal rehoming")

    async def _resume_rehoming(self) -> None:
        async with self._forking:
            with contextlib.suppress(NotRecorded, KeyMissing):  # at the next open, or when the keys come
                await self._finish_rehoming()

    def faulted(self, fault: str) -> None:
        """The disk does not take writes. Whoever waits is told; the events stay queued."""
        self.fault = fault
        self._memory_stream = MemoryStream()
        for entry in self._pending.unconfirmed():
            entry.refuse(fault)
            if entry.lane == ALARM:
                self._memory_stream.add(entry)
        if not self._ready.done():  # the disk was away from the start: record in memory, in streams of their own
            for lane in LANES:
                if lane not in self._live:
                    self._open_stream(lane, "install")
            self._ready.set_result(None)
        self._take_infos([], [], notify=True)
        if self.on_fault is not None:
            self.on_fault(fault)

    def recovered(self) -> None:
        """The disk takes writes again."""
        self.fault = None
        self._memory_stream = None
        for entry in self._pending.unconfirmed():
            entry.reconsider()
        self._request_flush()
        self._notify()
        if self.on_fault is not None:
            self.on_fault(None)

    def refused(self, error: Exception) -> None:
        """The file must not be used by this version."""
        if not self._ready.done():
            self._ready.set_exception(error)

    def writer_ended(self, error: BaseException) -> None:
        """Nobody writes any more. Whoever waits is told; `watch` ends the process."""
        ended = WriterEnded(f"the journal's writer ended: {error!r}")
        ended.__cause__ = error
        self._writer_ended.set_result(ended)
        self._writer.jobs.fail_all(str(ended))
        if not self._ready.done():
            self._ready.set_exception(ended)
        if not self._closed:
            self.faulted(str(ended))

    # `salvaged` is the report; the writer sets it through this
    def note_salvage(self, report: SalvageReport) -> None:
        """A damaged file was replaced by what could be saved of it."""
        self.salvaged = report
        if self.on_salvage is not None:
            self.on_salvage(report)


def _rows_to_move(store: Store, old: bytes) -> tuple[int, list[bytes]] | None:
    """Returns (first seq, events) of the next slice to move; when none is left, ends the move and returns None."""
    stream = store.streams.get(old)
    if stream is None or stream.rehome_after is None:
        return None
    found = store.first_row(stream, stream.rehome_after)
    if found is None:
        end_rehoming(store, stream)
        return None
    last = min(found + _REHOME_ROWS - 1, stream.last)
    ahead = store.skips(stream, found, last)
    if ahead:
        last = ahead[0][0] - 1
    if (border := store.row_end(stream, last) or 0) >= found:
        last = border  # rows go as wholes
    return found, store.rows(stream, found, last)
