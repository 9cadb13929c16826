"""Saves what a damaged journal still gives.

The file is read through SQLite without writing, by range: where a read fails, the next readable key is found by
doubling steps and then bisection, so that a damaged page costs the rows on it and no others. What the tree cannot reach
(its inner pages are damaged too) is looked for in the pages themselves; a row counts only if its CRC, which covers its
key, is right. What is left out becomes SALVAGE skips; where a live stream ended is TAIL_UNKNOWN.

The new file is complete and synced before it takes the old one's place, so that a crash in between loses nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anju_edge.journal.checkpoints import PAGE_BYTES
from anju_edge.journal.entries import Gap
from anju_edge.journal.repair import break_at, copy_rows, open_checked, take_over, take_over_skip
from anju_edge.journal.salvage.page_carving import carve_rows
from anju_edge.journal.salvage.replacing import (
    damaged_path,
    drop_quarantined,
    fresh_path,
    remove,
    replace_by_fresh,
    sync,
)
from anju_edge.journal.salvage.salvage_rows import DamagedRows, Range, StoredRow, without
from anju_edge.journal.segments import Row, sound_row
from anju_edge.journal.sql import SALVAGE
from anju_edge.journal.store import Store, read_register
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import ROW_TABLE, SEQ_MASK, SalvageReport
from anju_edge.journal.transaction import write
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Skip

_log = logging.getLogger(__name__)

_GROUP = 1000


def salvage(
    path: Path, known: Mapping[bytes, Stream], *, telemetry: bool = True, tick: Callable[[], None] = lambda: None
) -> SalvageReport:
    """Replaces the journal at `path` by what can be saved of it; all its streams are sealed then.

    `known` is what a running process remembers of the streams; empty at a start. `telemetry` False leaves TELEMETRY
    rows out, for a disk without room for them; `tick` is called again and again, as a sign of life. The damaged file
    stays beside it as `journal-damaged.sqlite`, in place of an earlier one. Raises sqlite3.Error or OSError where the
    disk fails.
    """
    made = fresh_path(path)
    drop_quarantined(path)
    remove(made)
    with contextlib.closing(open_checked(made)) as fresh:
        fresh.checkpoint()
        _lend_first_page(path, made)
        # No WAL and no syncs while it is built: until it is complete it counts for nothing.
        fresh.connection.execute("PRAGMA journal_mode = OFF")
        fresh.connection.execute("PRAGMA synchronous = OFF")
        with contextlib.closing(_open_damaged(path)) as damaged:
            report = _copy(damaged, path, fresh, known, str(damaged_path(path)), telemetry, tick)
    sync(made)
    replace_by_fresh(path)
    return report


def _open_damaged(path: Path) -> sqlite3.Connection:
    if not path.exists():
        return sqlite3.connect(":memory:", isolation_level=None)  # as a file of zero bytes reads: no table
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=1.0)


def _lend_first_page(path: Path, made: Path) -> None:
    """Replaces a first page that SQLite cannot read by that of a new file: its tables have the same root pages.

    For that, a migration may add tables and indexes and drop none.
    """
    try:
        with contextlib.closing(_open_damaged(path)) as damaged:
            if damaged.execute(SALVAGE.has_stream_table).fetchone()[0]:
                return
    except sqlite3.DatabaseError:
        pass
    if not path.exists() or path.stat().st_size < PAGE_BYTES:
        return
    with made.open("rb") as fresh, path.open("r+b") as file:
        page = bytearray(fresh.read(PAGE_BYTES))
        page[28:32] = (path.stat().st_size // PAGE_BYTES).to_bytes(4, "big")  # pages in the file
        page[32:40] = bytes(8)  # no free list
        file.write(page)


@dataclass(slots=True)
class _Found:
    """What the damaged file (or memory) says of a stream."""

    stream: Stream
    live: bool
    known_last: int | None
    uncertain: bool = False  # only its id is known, not how far the hub had it


def _copy(
    damaged: sqlite3.Connection,
    path: Path,
    fresh: Store,
    known: Mapping[bytes, Stream],
    aside: str,
    telemetry: bool,
    tick: Callable[[], None],
) -> SalvageReport:
    found = _streams(damaged, path, known)
    skips = list(_skips(damaged))
    sources = [_Source(damaged, fresh.connection, item, skips) for item in found]
    tick()
    _carve(path, fresh, sorted(keys for source in sources for keys in source.unreached()), tick)
    kept = lost = 0
    tails_unknown = sum(item.live and item.known_last is None for item in found)
    for item, source in zip(found, sources, strict=True):
        if item.uncertain:
            _start_at_first(item.stream, source)
        if item.stream.lane == TELEMETRY and not telemetry:
            item.known_last = max(item.known_last or 0, source.highest())
            source.close()
        kept_now, lost_now = _rebuild(fresh, item, source, tick)
        kept, lost = kept + kept_now, lost + lost_now
    fresh.connection.execute(SALVAGE.drop_carved)
    _copy_side_tables(damaged, fresh)
    return SalvageReport(kept=kept, lost=lost, streams=len(found), tails_unknown=tails_unknown, quarantined=aside)


class _Source:
    """All there is of one stream: rows from the tree, rows from the pages, skips."""

    def __init__(
        self,
        damaged: sqlite3.Connection,
        fresh: sqlite3.Connection,
        item: _Found,
        skips: Sequence[tuple[int, int, int, bytes]],
    ) -> None:
        stream = item.stream
        self._rows: DamagedRows | None = DamagedRows(damaged, stream.lane, stream.low, stream.high)
        self._carved, self._low, self._high = fresh, stream.low, stream.high
        self._uncertain, self._base = item.uncertain, stream.base
        self.skips = {
            key & SEQ_MASK: (last, cause, hash_after)
            for key, last, cause, hash_after in skips
            if stream.low <= key <= stream.high and last > stream.base
        }

    def unreached(self) -> list[Range]:
        """Key ranges worth a look at the pages. Where a skip says that rows are gone, old copies must stay gone."""
        if self._rows is None:
            return []
        skipped = [(self._low + first, self._low + last) for first, (last, _, _) in sorted(self.skips.items())]
        ranges = [(self._low + 1, self._high)] if self._uncertain else self._rows.unreachable()
        return without(ranges, [(self._low, self._low + self._base), *skipped])

    def window(self, first: int, last: int) -> list[StoredRow]:
        """Returns the sound rows that end at first..last, in order."""
        rows, whole = ([], False) if self._rows is None else self._rows.window(self._low + first, self._low + last)
        if whole and len(rows) == last - first + 1:
            return rows
        carved = self._carved.execute(SALVAGE.list_carved, (self._low + first, self._low + last)).fetchall()
        merged = {row[0]: row for row in (*carved, *rows)}
        return [merged[key] for key in sorted(merged)]

    def next_seq(self, seq: int) -> int | None:
        """Returns the lowest seq from `seq` on that a sound row holds."""
        following = self._next_row(seq)
        return None if following is None else max(seq, following.first)

    def _next_row(self, seq: int) -> Row | None:
        """The first sound row that ends at `seq` or later."""
        while (key := self._next_key(seq)) is not None:
            seq = (key & SEQ_MASK) + 1
            if found := self.window(seq - 1, seq - 1):
                return sound_row(*found[0])
        return None

    def _next_key(self, seq: int) -> int | None:
        carved = self._carved.execute(SALVAGE.first_carved_key, (self._low + seq, self._high)).fetchone()[0]
        read = None if self._rows is None else self._rows.next_key(self._low + seq)
        return min((key for key in (carved, read) if key is not None), default=None)

    def has_rows_within(self, first: int, last: int) -> bool:
        """Whether a sound row holds nothing but numbers of first..last."""
        row = self._next_row(first)
        while row is not None and row.last <= last:
            if row.first >= first:
                return True
            row = self._next_row(row.last + 1)
        return False

    def highest(self) -> int:
        """Returns the highest seq there is; 0 when there is none."""
        at = 0
        while (following := self._next_row(at + 1)) is not None:
            rows = self.window(following.last, following.last + _GROUP - 1)
            at = max(following.last, *(row[0] & SEQ_MASK for row in rows))
        return at

    def close(self) -> None:
        """From now on there are no rows."""
        self._rows, self._high = None, self._low


def _start_at_first(stream: Stream, source: _Source) -> None:
    """A stream of which only the id is known begins at the first row there is."""
    first = source.next_seq(1)
    if first is not None:
        stream.base = stream.acked = first - 1
        stream.broken_at = first


def _streams(damaged: sqlite3.Connection, path: Path, known: Mapping[bytes, Stream]) -> list[_Found]:
    """Streams by number: from the file, where its row can be read, else from the register and from memory."""
    found: dict[bytes, _Found] = {}
    for number in _numbers(damaged):
        with contextlib.suppress(sqlite3.DatabaseError):
            row = damaged.execute(SALVAGE.get_stream, (number,)).fetchone()
            if row and isinstance(row[1], bytes) and len(row[1]) == 16 and row[2] in ROW_TABLE:
                number, ident, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at = row
                stream = Stream(number, ident, lane, True, note, base, base_hash, acked, acked_hash, broken_at, None)
                found[ident] = _Found(stream, not sealed, None)
    for number, ident, lane in [] if known else read_register(path):  # a running process knows them all
        if ident not in found:
            stream = Stream(number, ident, lane, True, "salvage", 0, b"", 0, b"", 1, None)
            found[ident] = _Found(stream, True, None, uncertain=True)
    for ident, stream in known.items():
        copy = replace(stream, sealed=True, rehome_after=None, known={}, head=None)
        found[ident] = _Found(copy, not stream.sealed, stream.last)
    return sorted(found.values(), key=lambda item: item.stream.number)


def _numbers(damaged: sqlite3.Connection) -> list[int]:
    """Stream numbers in the file, past what cannot be read."""
    numbers: list[int] = []
    at = 0
    misses = 0
    while misses < 1000:
        try:
            row = damaged.execute(SALVAGE.next_stream_number, (at,)).fetchone()
        except sqlite3.DatabaseError:
            at, misses = at + 1, misses + 1
            continue
        if row is None or row[0] is None:
            break
        at = int(row[0])
        numbers.append(at)
    return numbers


def _skips(damaged: sqlite3.Connection) -> Iterator[tuple[int, int, int, bytes]]:
    at = -1
    with contextlib.suppress(sqlite3.DatabaseError):
        for key, last, cause, hash_after in damaged.execute(SALVAGE.list_skips):
            if key > at and isinstance(last, int) and isinstance(hash_after, bytes) and last >= key & SEQ_MASK:
                at = key
                yield key, last, cause, hash_after


def _carve(path: Path, fresh: Store, wanted: Sequence[Range], tick: Callable[[], None]) -> None:
    """Gathers rows from the pages, on disk in the new file: memory must not grow with the damage."""
    connection = fresh.connection
    connection.execute(SALVAGE.create_carved)
    if not wanted:
        return
    sources = [source for source in (path, Path(f"{path}-wal")) if source.exists()]
    rows = (row for source in sources for row in carve_rows(source, wanted) if sound_row(*row))
    while group := list(itertools.islice(rows, _GROUP)):
        tick()
        with fresh.transaction():
            connection.executemany(SALVAGE.insert_carved, group)


def _rebuild(fresh: Store, item: _Found, source: _Source, tick: Callable[[], None]) -> tuple[int, int]:
    """Writes one stream into the new file. Returns (rows kept, numbers lost)."""
    stream, skips = item.stream, source.skips
    broken_at = stream.broken_at
    if stream.acked > stream.base and stream.acked_hash:
        stream.base, stream.base_hash = stream.acked, stream.acked_hash  # confirmed rows need no saving
    stream.last, stream.head = stream.base, stream.base_hash
    stream = replace(stream)
    take_over(fresh, stream)
    kept = lost = 0
    at = stream.base + 1
    starts = deque(sorted(first for first in skips if skips[first][0] >= at))
    least = max(stream.acked, item.known_last or 0)  # so far it went in any case
    while True:
        tick()
        if starts and starts[0] <= at:
            last, cause, hash_after = skips[starts.popleft()]
            if last >= at and not source.has_rows_within(at, last):  # else rows are here that it says are gone
                take_over_skip(fresh, stream, at, last, cause, hash_after)
                at = last + 1
            continue
        end = starts[0] - 1 if starts else SEQ_MASK
        if run := _consecutive(source.window(at, at + _GROUP - 1), at, end):
            copy_rows(fresh, stream, run, end)
            kept, at = kept + stream.last + 1 - at, stream.last + 1
            continue
        following = source.next_seq(at)
        ahead = [seq for seq in (following, *list(starts)[:1]) if seq is not None]
        if not ahead and at > least:
            break
        edge = min(ahead, default=least + 1)
        write(fresh, [Gap(stream.id, stream.lane, at, edge - 1, Skip.SALVAGE)])
        broken_at = at if broken_at is None else min(at, broken_at)
        lost, at = lost + edge - at, edge
    if item.live and item.known_last is None:
        write(fresh, [Gap(stream.id, stream.lane, at, at, Skip.TAIL_UNKNOWN)])
        broken_at = at if broken_at is None else broken_at
    if broken_at is not None:
        break_at(fresh, stream, broken_at)
    return kept, lost


def _consecutive(rows: Sequence[StoredRow], at: int, end: int) -> list[StoredRow]:
    """The rows, all sound, that hold the numbers from `at` on without a gap, up to `end`."""
    run: list[StoredRow] = []
    for stored in rows:
        row = sound_row(*stored)
        if row is None or row.first > at or at > end:
            break
        run.append(stored)
        at = row.last + 1
    return run


def _copy_side_tables(damaged: sqlite3.Connection, fresh: Store) -> None:
    """Copies what can be read of the box's own side tables; what cannot be is gone."""
    ours = {"stream", "skip", "mark", "schema_reader", *ROW_TABLE.values()}
    tables = fresh.connection.execute(SALVAGE.list_tables).fetchall()
    for (table,) in tables:
        if table in ours or table.startswith("sqlite_"):
            continue
        copied: list[tuple[object, ...]] = []
        try:
            copied.extend(damaged.execute(f'select * from "{table}"'))
        except sqlite3.DatabaseError as error:
            _log.warning("journal: side table %s is damaged (%s); %d rows saved", table, error, len(copied))
        _insert(fresh, table, copied)


def _insert(fresh: Store, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    connection = fresh.connection
    connection.execute("begin immediate")
    for row in rows:
        connection.execute(f'insert or ignore into "{table}" values ({",".join("?" * len(row))})', row)
    connection.execute("commit")
