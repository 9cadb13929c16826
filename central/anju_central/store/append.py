"""What one transaction of the event store writes: batches cut at the cursor, skips, index, checkpoints, quarantine.

Runs in the writer's thread, inside its transaction. Rows are collected first and written as one executemany per table.
An `Appender` holds streams as they will be after the commit; when a transaction fails, it is thrown away with them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import attrgetter
from typing import Final

import zstandard

from anju_base.sql_queries import load_queries
from anju_central.store import receive_batch
from anju_central.store.event_store import LogPositions, Submission
from anju_central.store.hub_event import HubEvent, hub_stamp
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos import chain
from anju_protos.v1.event_pb2 import (
    ALARM,
    ALARM_RAISED,
    GENERAL,
    P2,
    P4,
    TELEMETRY,
    Alarm,
    Event,
    EventRef,
)
from anju_protos.v1.uplink_pb2 import Ack, Cursor, EventList, Skip

SQL: Final = load_queries("anju_central.store.queries", "append")


_WALL_MS: Final[Callable[[Event], int]] = attrgetter("stamp.wall_ms")


_DEVICE: Final[Callable[[Event], str]] = attrgetter("device")


CACHED_STREAMS: Final = 20_000


THIN_AT: Final = 1_024  # checkpoints of one stream


THIN_KEEP: Final = 256  # the newest stay all; of the older every second goes, each time


NOTE_CHARS: Final = 32  # of why a stream was born; boxes say one of five words


QUARANTINE_NOTE_MS: Final = 3_600_000  # one P4 an hour and box for quarantined content


QUARANTINE_RULE: Final = "quarantine"


UNREADABLE_RULE: Final = "unreadable_alarm"


@dataclass(slots=True)
class StreamRow:
    """A stream's row and cursor, as the writer holds it."""

    id: int
    stream: bytes
    box: str
    community: str
    lane: int
    sealed: bool
    is_foreign: bool
    seq: int = 0
    hash: bytes = b""
    events: int = 0
    skipped: int = 0
    lost: int = 0
    quarantined: int = 0
    forked_ms: int | None = None
    hash_checkpoints: int = 0  # how many are kept


@dataclass(slots=True)
class PendingRows:
    """The rows of one transaction, by table."""

    alarm: list[tuple[object, ...]] = field(default_factory=list)
    activity: list[tuple[object, ...]] = field(default_factory=list)
    telemetry: list[tuple[object, ...]] = field(default_factory=list)
    seq_index: list[tuple[object, ...]] = field(default_factory=list)  # of table `run`
    hash_checkpoints: list[tuple[object, ...]] = field(default_factory=list)
    skips: list[tuple[object, ...]] = field(default_factory=list)
    quarantine: list[tuple[object, ...]] = field(default_factory=list)
    streams: dict[int, StreamRow] = field(default_factory=dict)  # whose cursor or counts moved
    events: int = 0
    bytes: int = 0


class Appender:
    """Appends to one connection. Not thread-safe: only the writer's thread calls it."""

    def __init__(
        self,
        db: sqlite3.Connection,
        epoch: bytes,
        now_ms: Callable[[], int],
        packer: zstandard.ZstdCompressor | None,
        withheld: WithheldPlaces,
    ) -> None:
        self._db = db
        self._withheld = withheld
        self._epoch = epoch
        self._now_ms = now_ms
        self._packer = packer
        self._streams: dict[tuple[str, bytes], StreamRow] = {}
        self._noted_ms: dict[str, int] = {}

    # -- streams

    def stream(self, owner: str, stream: bytes) -> StreamRow | None:
        """Returns a stream's row, or None for one that never came. `owner` is the community, "" for the hub."""
        held = self._streams.get((owner, stream))
        if held is None:
            row = self._db.execute(SQL.stream, (owner, stream)).fetchone()
            if row is None:
                return None
            held = StreamRow(*row)
            self._streams[owner, stream] = held
        return held

    def _new_stream(
        self, owner: str, stream: bytes, box: str, community: str, lane: int, *, sealed: bool = False, note: str = ""
    ) -> StreamRow:
        is_foreign = self._db.execute(SQL.is_owned, (stream,)).fetchone() is not None
        (number,) = self._db.execute(
            SQL.add_stream,
            (owner, stream, box, community, lane, sealed, not owner, is_foreign, note, self._now_ms()),
        ).fetchone()
        row = StreamRow(number, stream, box, community, lane, sealed, is_foreign)
        self._streams[owner, stream] = row
        return row

    def _hub_stream(self, box: str, community: str) -> StreamRow:
        """The stream that holds the hub's own facts about a box. A restored hub begins new ones: its epoch is in it."""
        name = sha256(b"anju hub" + self._epoch + community.encode() + b"/" + box.encode()).digest()[:16]
        return self.stream("", name) or self._new_stream("", name, box, community, ALARM)

    # -- one item each

    def append_submission(
        self, submission: Submission, pending: PendingRows, heads: LogPositions, aside: receive_batch.Aside = ""
    ) -> Ack:
        """Collects what is new of a batch and moves the cursor. Returns the ack to send after the commit."""
        now_ms = self._now_ms()
        owner, batch = submission.community, submission.batch
        row = self.stream(owner, batch.stream) or self._new_stream(
            owner,
            batch.stream,
            submission.box,
            submission.community,
            submission.lane,
            sealed=submission.sealed,
            note=submission.note[:NOTE_CHARS],
        )
        cursor = Cursor(stream=batch.stream, seq=row.seq, hash=row.hash)
        outcome = receive_batch.receive(cursor, batch, aside="foreign" if row.is_foreign else aside)
        if outcome.forked:
            row.forked_ms = now_ms
            pending.streams[row.id] = row
        if not outcome.rewind and outcome.cursor.seq > row.seq:
            outcome = self._withheld.without(submission.community, outcome)
            self._append(row, outcome, submission.sealed, pending, heads, now_ms)
        return outcome.ack(now_ms)

    def append_hub_event(self, event: HubEvent, pending: PendingRows, heads: LogPositions) -> EventRef:
        """Collects one fact of the hub's own. Returns its identity."""
        row = self._hub_stream(event.box, event.community)
        seq = row.seq + 1
        row.hash = chain.link(row.hash or chain.genesis(row.stream), event.data)
        heads.alarm += 1
        pending.alarm.append((heads.alarm, row.id, seq, self._now_ms(), 0, event.data))
        pending.seq_index.append((row.id, seq, seq, heads.alarm, 0))
        pending.hash_checkpoints.append((row.id, seq, row.hash))
        row.seq = seq
        row.events += 1
        pending.streams[row.id] = row
        pending.events += 1
        pending.bytes += len(event.data)
        return EventRef(stream=row.stream, seq=seq)

    def _append(
        self,
        row: StreamRow,
        outcome: receive_batch.Outcome,
        sealed: bool,
        pending: PendingRows,
        heads: LogPositions,
        now_ms: int,
    ) -> None:
        copies = self._known_already(row, outcome, pending)
        if outcome.events:
            if row.lane == TELEMETRY:
                self._append_batch(row, outcome, copies, pending, heads, now_ms)
            else:
                self._append_rows(row, outcome, copies, pending, heads, now_ms)
        for skip in outcome.skips:
            pending.skips.append((row.id, skip.first, skip.last, skip.cause, skip.hash_after, now_ms))
            row.skipped += skip.last - skip.first + 1
            if skip.cause == Skip.LOST_AT_HUB:
                row.lost += skip.last - skip.first + 1
        if outcome.quarantined:
            for item in outcome.quarantined:
                pending.quarantine.append((row.id, item.first, item.last, item.reason, item.kind, now_ms, item.data))
                row.quarantined += item.last - item.first + 1
                pending.bytes += len(item.data)
            self._note_quarantine(row, outcome.quarantined, pending, heads, now_ms)
        row.seq = outcome.cursor.seq
        row.hash = outcome.cursor.hash
        row.sealed = sealed
        row.events += len(outcome.events)
        pending.streams[row.id] = row
        pending.events += len(outcome.events)
        pending.hash_checkpoints.append((row.id, row.seq, row.hash))
        row.hash_checkpoints += 1
        if row.hash_checkpoints >= THIN_AT:
            self._thin(row)

    def _append_rows(
        self,
        row: StreamRow,
        outcome: receive_batch.Outcome,
        copies: frozenset[int],
        pending: PendingRows,
        heads: LogPositions,
        now_ms: int,
    ) -> None:
        is_alarm = row.lane == ALARM
        rows = pending.alarm if is_alarm else pending.activity
        pos = heads.alarm if is_alarm else heads.activity
        first = pos + 1
        for seq, data in zip(outcome.seqs, outcome.events, strict=True):
            pos += 1
            rows.append((pos, row.id, seq, now_ms, int(seq in copies), data))
            pending.bytes += len(data) + 32
        for start, end, index in _stretches(outcome.seqs):
            pending.seq_index.append((row.id, end, start, first + index, 0))
        if is_alarm:
            heads.alarm = pos
        else:
            heads.activity = pos

    def _append_batch(
        self,
        row: StreamRow,
        outcome: receive_batch.Outcome,
        copies: frozenset[int],
        pending: PendingRows,
        heads: LogPositions,
        now_ms: int,
    ) -> None:
        heads.telemetry += 1
        times = list(map(_WALL_MS, outcome.parsed))
        devices = set(map(_DEVICE, outcome.parsed))
        data = EventList(events=outcome.events).SerializeToString()
        if self._packer is not None:
            data = self._packer.compress(data)
        copied = [index for index, seq in enumerate(outcome.seqs) if seq in copies] if copies else []
        pending.telemetry.append(
            (
                heads.telemetry,
                row.id,
                outcome.seqs[0],
                outcome.seqs[-1],
                now_ms,
                len(outcome.events),
                min(times),
                max(times),
                min(devices),
                max(devices),
                json.dumps(copied) if copied else "",
                int(self._packer is not None),
                data,
            )
        )
        pending.bytes += len(data)
        for start, end, index in _stretches(outcome.seqs):
            pending.seq_index.append((row.id, end, start, heads.telemetry, index))

    # -- facts that moved to another stream

    def _known_already(self, row: StreamRow, outcome: receive_batch.Outcome, pending: PendingRows) -> frozenset[int]:
        """Returns the numbers of events that are the same fact as one that is here already.

        Either side may come first: a copy after its original (a fork), or the original after its copy (a box whose disk
        did not take the alarm, a hub restored from a backup older than the fork).
        """
        known = self._copied_before(row, outcome)
        if outcome.rehomed and pending.events:
            self._write_rows(pending)  # so that what came with the same transaction is found too
        for moved in outcome.rehomed:
            seen = self._db.execute(
                SQL.is_moved,
                (row.community, moved.origin_stream, moved.origin_seq, moved.digest),
            ).fetchone()
            if seen or self._digest_at(row.community, moved.origin_stream, moved.origin_seq) == moved.digest:
                known.add(moved.seq)
            else:
                self._db.execute(
                    SQL.add_moved,
                    (row.community, moved.origin_stream, moved.origin_seq, moved.digest, row.id, moved.seq),
                )
        return frozenset(known)

    def _copied_before(self, row: StreamRow, outcome: receive_batch.Outcome) -> set[int]:
        """The numbers of events whose re-homed copy is here already."""
        if not outcome.seqs:
            return set()
        copies = self._db.execute(
            SQL.moved_between,
            (row.community, row.stream, outcome.seqs[0], outcome.seqs[-1]),
        ).fetchall()
        if not copies:
            return set()
        events = dict(zip(outcome.seqs, outcome.events, strict=True))
        return {seq for seq, digest in copies if seq in events and sha256(events[seq]).digest() == digest}

    def _digest_at(self, community: str, stream: bytes, seq: int) -> bytes | None:
        """The SHA-256 of the stored bytes of (stream, seq), None when they are not here."""
        origin = self.stream(community, stream)
        if origin is None or origin.is_foreign or seq > origin.seq:
            return None
        indexed = self._db.execute(SQL.find_seq, (origin.id, seq)).fetchone()
        if indexed is None or indexed[0] > seq:
            return None
        first, pos, index = indexed
        if origin.lane != TELEMETRY:
            sql = SQL.alarm_bytes if origin.lane == ALARM else SQL.activity_bytes
            stored = self._db.execute(sql, (pos + seq - first,)).fetchone()
            return sha256(stored[0]).digest() if stored else None
        stored = self._db.execute(SQL.telemetry_bytes, (pos,)).fetchone()
        if stored is None:
            return None
        events = EventList.FromString(unpack(*stored)).events
        return sha256(events[index + seq - first]).digest()

    # -- beside the logs

    def _note_quarantine(
        self,
        row: StreamRow,
        items: Sequence[receive_batch.Quarantined],
        pending: PendingRows,
        heads: LogPositions,
        now_ms: int,
    ) -> None:
        """Raises an alarm of the hub's own about quarantined content: a P4, at most once an hour for each box.

        What may have been somebody's alarm is a P2 each time: nobody can read it, so a person has to ask on site.
        """
        alarms = sum(item.last - item.first + 1 for item in items if row.lane == ALARM or item.kind == ALARM_RAISED)
        if alarms:
            alarm = Alarm(reasons=[GENERAL], priority=P2, rule=UNREADABLE_RULE, repeats=alarms - 1)
            self._append_alarm(row, alarm, pending, heads)
            return
        key = f"quarantine:{row.box}"
        last_ms = self._noted_ms.get(key)
        if last_ms is None:
            held = self._db.execute(SQL.noted_ms, (key,)).fetchone()
            last_ms = int(held[0]) if held else -QUARANTINE_NOTE_MS
        if abs(now_ms - last_ms) < QUARANTINE_NOTE_MS:  # abs: the hub's clock may have been set back
            self._noted_ms[key] = last_ms
            return
        self._noted_ms[key] = now_ms
        self._db.execute(SQL.set_noted_ms, (key, now_ms))
        self._append_alarm(row, Alarm(reasons=[GENERAL], priority=P4, rule=QUARANTINE_RULE), pending, heads)

    def _append_alarm(self, row: StreamRow, alarm: Alarm, pending: PendingRows, heads: LogPositions) -> None:
        """Collects an alarm of the hub's own about a box."""
        event = Event(
            kind=ALARM_RAISED,
            stamp=hub_stamp(self._now_ms()),
            device=f"box:{row.box}",
            payload=alarm.SerializeToString(),
        )
        self.append_hub_event(HubEvent(row.box, row.community, event.SerializeToString()), pending, heads)

    def _thin(self, row: StreamRow) -> None:
        self._db.execute(SQL.thin_hash_checkpoints, (row.id, THIN_KEEP))
        (row.hash_checkpoints,) = self._db.execute(SQL.count_hash_checkpoints, (row.id,)).fetchone()

    def write(self, pending: PendingRows) -> None:
        """Writes everything that was collected. Raises sqlite3.Error."""
        self._write_rows(pending)
        self._db.executemany(
            SQL.move_cursor,
            [
                (
                    row.seq,
                    row.hash,
                    row.sealed,
                    row.events,
                    row.skipped,
                    row.lost,
                    row.quarantined,
                    row.forked_ms,
                    row.id,
                )
                for row in pending.streams.values()
            ],
        )
        if len(self._streams) >= CACHED_STREAMS:  # not before: what is collected is in these alone until here
            self._streams.clear()

    def _write_rows(self, pending: PendingRows) -> None:
        """Writes the rows collected so far."""
        for sql, rows in (
            (SQL.append_alarm, pending.alarm),
            (SQL.append_activity, pending.activity),
            (SQL.append_telemetry, pending.telemetry),
            (SQL.add_to_seq_index, pending.seq_index),
            (SQL.add_hash_checkpoint, pending.hash_checkpoints),
            (SQL.add_skip, pending.skips),
            (SQL.add_quarantined, pending.quarantine),
        ):
            if rows:
                self._db.executemany(sql, rows)
                rows.clear()


def _stretches(seqs: Sequence[int]) -> Iterable[tuple[int, int, int]]:
    """Yields (first, last, index of first) of each unbroken stretch of ascending numbers."""
    if seqs[-1] - seqs[0] + 1 == len(seqs):
        yield seqs[0], seqs[-1], 0
        return
    start = 0
    for index in range(1, len(seqs) + 1):
        if index == len(seqs) or seqs[index] != seqs[index - 1] + 1:
            yield seqs[start], seqs[index - 1], start
            start = index


def unpack(packed: int, data: bytes) -> bytes:
    """Returns a stored batch's serialized EventList."""
    return zstandard.ZstdDecompressor().decompress(data) if packed else data
