"""Writes what waits to the file, one transaction at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from anju_edge.journal.card import KeyMissing
from anju_edge.journal.checkpoints import PAGE_BYTES
from anju_edge.journal.emergency.moving import JOURNALED
from anju_edge.journal.entries import (
    Entry,
    Gap,
    NewStream,
    PendingEvent,
    PersonalChange,
    Rehoming,
    Side,
    SideStatement,
    SideStatementFailed,
)
from anju_edge.journal.faults import fault_of
from anju_edge.journal.segments import encrypted_row, few_events_rows, segment_row
from anju_edge.journal.sql import KV, STORE
from anju_edge.journal.store import Store
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import HASH_CHECKPOINT_EVERY, row_crc
from anju_protos.chain import genesis, link_lost
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Skip


@dataclass(slots=True)
class CommitResult:
    """What a transaction did: streams that changed and side statements that were wrong."""

    changed: set[Stream] = field(default_factory=set)
    side_failures: list[tuple[PendingEvent, SideStatementFailed]] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0


def write(store: Store, entries: Iterable[Entry]) -> CommitResult:
    """Writes entries in one transaction. What is on disk already (its commit failed late) is passed over."""
    result = CommitResult()
    transaction = Transaction(store, result)
    with store.transaction():
        run: list[PendingEvent] = []
        for entry in entries:
            if isinstance(entry, PendingEvent):
                run.append(entry)
                continue
            if run:
                transaction.append(run)
                run = []
            if isinstance(entry, Gap):
                transaction.gap(entry)
            elif isinstance(entry, NewStream):
                transaction.new_stream(entry)
            elif isinstance(entry, Rehoming):
                transaction.rehome(entry)
        if run:
            transaction.append(run)
        transaction.finish()
    store.emergency.confirm()
    transaction.adopt()
    if transaction.new_streams:
        store.write_register()
    store.wal_pages += 2 + result.bytes // (PAGE_BYTES - 500)
    return result


def keep_as_now(store: Store, name: str, change: Callable[[bytes], PersonalChange]) -> None:
    """Keeps a value again where it does not stand as this start keeps it. Raises sqlite3.Error, `KeyMissing`."""
    value = None if store.is_kept_as_now(name) else store.kept(name)
    if value is None:
        return
    transaction = Transaction(store, CommitResult())
    with store.overwriting(), store.transaction():
        transaction.keep(change(value))
        transaction.finish()
    store.emergency.confirm()
    store.purge_due = True  # it may have stood there plain


class Transaction:
    """One transaction: entries are written into it. Nothing of the store changes until `adopt`."""

    def __init__(self, store: Store, result: CommitResult) -> None:
        self._store = store
        self._connection = store.connection
        self._result = result
        self._heads: dict[Stream, tuple[int, bytes]] = {}
        self.new_streams: list[tuple[Stream, NewStream, Stream | None]] = []
        self._skipped: set[Stream] = set()
        self._hash_checkpoints: list[tuple[int, bytes]] = []
        self._ended: list[Stream] = []
        self._for_emergency: list[SideStatement] = []
        self.next_number = store.next_number

    def append(self, rows: Sequence[PendingEvent]) -> None:
        """Writes rows, in order; consecutive ones of a stream go together."""
        at = 0
        while at < len(rows):
            at = self._append_run(rows, at)

    def _append_run(self, rows: Sequence[PendingEvent], at: int) -> int:
        """Writes the rows of one stream from `at` on; returns where the next stream's begin. The box's busiest loop."""
        ident = rows[at].stream
        stream = self._find(ident)
        last, head = self._head(stream)
        low = stream.low
        own = self._store.card.own
        packs = stream.lane == TELEMETRY or own is not None
        events: list[bytes] = []
        params: list[object] = []
        with_side_statement: list[PendingEvent] = []
        size = 0
        while at < len(rows):
            row = rows[at]
            if row.stream is not ident:
                break
            seq, data = row.seq, row.data
            if seq != last + 1:
                if seq > last:
                    break  # numbers are missing, see below
                at += 1
                continue  # durable already: the commit that failed had reached the disk
            if packs:
                events.append(data)
            else:
                key = low + seq
                params += (key, row_crc(key, data), data)
                head = sha256(head + data).digest()
                size += len(data)
                if not seq % HASH_CHECKPOINT_EVERY:
                    self._hash_checkpoints.append((key, head))
            last = seq
            if row.side_statement is not None:
                with_side_statement.append(row)
            at += 1
        if events and stream.lane == TELEMETRY:
            head = self._append_segments(stream, last - len(events), head, events)
        elif events and own is not None:
            params, head, size = few_events_rows(own, stream.number, stream.lane, last - len(events), head, events)
        if params:
            self._store.insert_rows(stream.lane, params)
            count = len(params) // 3
            self._result.rows += count
            self._result.bytes += size + 16 * count
        self._heads[stream] = (last, head)
        for row in with_side_statement:
            self._side_statement(row)
        if at < len(rows) and rows[at].stream is ident:
            self.gap(Gap(ident, stream.lane, last + 1, rows[at].seq - 1, Skip.SALVAGE))
        return at

    def _append_segments(self, stream: Stream, last: int, head: bytes, events: Sequence[bytes]) -> bytes:
        """Writes events that follow `last` as segments; returns the running hash at their end."""
        own = self._store.card.own
        params: list[object] = []
        at = 0
        for packed in self._store.packer.pack(events):
            for data in events[at : at + packed.count]:
                head = sha256(head + data).digest()
            at += packed.count
            if own is None:
                params += segment_row(stream.number, last + at, head, packed)
            else:
                params += encrypted_row(own, stream.number, last + at, head, packed)
            self._result.bytes += PAGE_BYTES
        self._store.insert_rows(stream.lane, params)
        self._result.rows += len(params) // 3
        return head

    def _side_statement(self, entry: PendingEvent) -> None:
        if entry.side_statement is None:
            return
        try:
            self.keep(entry.side_statement)
        except sqlite3.Error as error:
            if fault_of(error) is not None:
                raise
            sql = _sql_of(entry.side_statement)
            self._result.side_failures.append((entry, SideStatementFailed(sql, str(error))))

    def keep(self, side: Side) -> None:
        """Runs a side statement, or keeps what is kept of people as this start keeps it. Raises sqlite3.Error."""
        if not isinstance(side, PersonalChange):
            self._connection.execute(*side)
            return
        own = self._store.card.own
        if own is None:
            self._connection.execute(*side.plain)
            return
        self._for_emergency.append(side.emergency)
        if side.encrypted is not None:
            name, value = side.encrypted
            self._connection.execute(KV.put, (name, own.boxed_value(name, value)))

    def _find(self, ident: bytes) -> Stream:
        return self._store.streams.get(ident) or {new.id: new for new, _, _ in self.new_streams}[ident]

    def _head(self, stream: Stream) -> tuple[int, bytes]:
        """Last seq and running hash of a stream as of this transaction."""
        if stream in self._heads:
            return self._heads[stream]
        head = stream.head
        if head is None:
            with contextlib.suppress(KeyMissing):  # of a salvaged stream: what is lost breaks its chain in any case
                head = self._store.chain(stream, stream.last)
        return stream.last, head or b""

    def gap(self, entry: Gap) -> None:
        stream = self._find(entry.stream)
        last, head = self._head(stream)
        first = max(entry.first, last + 1)
        if entry.last < first:
            return
        head = link_lost(head, first, entry.last)
        self._store.put_skip(stream, first, entry.last, entry.cause, head)
        self._heads[stream] = (entry.last, head)
        self._skipped.add(stream)

    def new_stream(self, entry: NewStream) -> None:
        if entry.stream in self._store.streams:
            return
        number = self.next_number
        self.next_number += 1
        start = genesis(entry.stream)
        self._connection.execute(STORE.seal_live_stream, (entry.lane,))
        self._connection.execute(
            STORE.insert_stream,
            (number, entry.stream, entry.lane, entry.note, start, start),
        )
        for old, after in entry.rehome.items():
            stream = self._store.streams.get(old)
            if stream is not None:
                self._connection.execute(STORE.set_rehome_after, (max(after, stream.base), stream.number))
        sealed = next((new for new, _, _ in reversed(self.new_streams) if new.lane == entry.lane), None)
        opened = Stream(
            number, entry.stream, entry.lane, False, entry.note, 0, start, 0, start, None, None, last=0, head=start
        )
        self.new_streams.append((opened, entry, sealed or self._store.live(entry.lane)))

    def rehome(self, entry: Rehoming) -> None:
        old = self._store.streams[entry.old]
        hash_after = self._store.chain(old, entry.last)
        if hash_after is not None and self._store.rows(old, entry.first, entry.last):
            self._store.delete_rows(old, entry.first, entry.last)
            self._store.put_skip(old, entry.first, entry.last, Skip.REHOMED, hash_after)
            self._skipped.add(old)
        self.append(entry.rows)

    def finish(self) -> None:
        if self._hash_checkpoints:
            self._connection.executemany(STORE.put_hash_checkpoint, self._hash_checkpoints)
        if self._store.card.own is not None:
            heads = [(stream.number, last, head) for stream, (last, head) in self._heads.items()]
            emergency = self._store.emergency
            if self._for_emergency or emergency.has_waiting:
                number = emergency.write(self._for_emergency)
                if number is not None:
                    heads.append((JOURNALED, number, b""))
            self._connection.executemany(STORE.put_head, heads)

    def adopt(self) -> None:
        """After the commit: what the file says is now what the store knows."""
        store, changed = self._store, self._result.changed
        for new, entry, sealed in self.new_streams:
            store.streams[new.id] = new
            changed.add(new)
            if sealed is not None:
                sealed.sealed = True
                changed.add(sealed)
            for old, after in entry.rehome.items():
                if (stream := store.streams.get(old)) is not None:
                    stream.rehome_after = max(after, stream.base)
        store.next_number = self.next_number
        for stream, (last, head) in self._heads.items():
            stream.last = last
            stream.head = head
            changed.add(stream)
        for stream in self._skipped:
            store.count_skipped(stream)
            changed.add(stream)


def _sql_of(side: Side) -> str:
    return side.plain[0] if isinstance(side, PersonalChange) else side[0]
