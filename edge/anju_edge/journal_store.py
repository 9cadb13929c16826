"""The journal's file: one SQLite connection, used by one thread. Everything here blocks; nothing here knows asyncio.

Invariant, for each stream: rows and skips together cover base + 1 .. last, each number once, and `head` is the running
hash at `last`. Every method that changes the file does so in one transaction and changes what it keeps in memory only
after the commit. Any `sqlite3.Error` that leaves a method means the connection must be closed, never tried again: after
a failed fsync the kernel marks pages clean that never reached the disk.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from importlib import resources
from pathlib import Path

from anju_edge.entries import Appended, Birth, Entry, Hole, Move, SideStatementFailed
from anju_edge.migrations import load_migrations, migrate
from anju_edge.streams import LANES, MARK_EVERY, ROW_TABLE, SEQ_MASK, StreamInfo, row_crc, row_key
from anju_protos.chain import genesis, link_lost
from anju_protos.v1.uplink_pb2 import Batch, Skip

log = logging.getLogger(__name__)

APPLICATION_ID = 0x416E6A75  # "Anju"
PAGE_BYTES = 4096
_SYNCHRONOUS = {"NORMAL": 1, "FULL": 2, "EXTRA": 3}
_ROWS_PER_STATEMENT = 50  # one step for many rows: the interpreter's lock changes hands once, not once a row
_INSERT = {
    (lane, rows): f"INSERT INTO {ROW_TABLE[lane]} VALUES " + ",".join(["(?,?,?)"] * rows)
    for lane in LANES
    for rows in (1, _ROWS_PER_STATEMENT)
}
_KNOWN_POINTS = 64
_CHECK_WHOLE_BYTES = 64 << 20  # a larger file is checked at its tail, and scrubbed while running


class Fault(Enum):
    """What a storage error means for us."""

    FULL = "disk full"
    IO = "disk error"
    READ_ONLY = "disk read-only"
    CORRUPT = "journal damaged"


_FAULT_OF_CODE = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_PERM: Fault.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Fault.CORRUPT,
    sqlite3.SQLITE_NOTADB: Fault.CORRUPT,
    sqlite3.SQLITE_IOERR: Fault.IO,
    sqlite3.SQLITE_CANTOPEN: Fault.IO,
    sqlite3.SQLITE_BUSY: Fault.IO,
    sqlite3.SQLITE_LOCKED: Fault.IO,
    sqlite3.SQLITE_NOMEM: Fault.IO,
    sqlite3.SQLITE_PROTOCOL: Fault.IO,
    sqlite3.SQLITE_NOLFS: Fault.IO,
}


def fault_of(error: sqlite3.Error) -> Fault | None:
    """Returns what went wrong with the storage, or None when the statement itself is wrong."""
    code = getattr(error, "sqlite_errorcode", None)  # absent on errors the sqlite3 module raises by itself
    return None if code is None else _FAULT_OF_CODE.get(code & 0xFF)


def storage_error(error: OSError) -> sqlite3.OperationalError:
    """Returns a file's error as SQLite would report it."""
    codes = {errno.ENOSPC: sqlite3.SQLITE_FULL, errno.EDQUOT: sqlite3.SQLITE_FULL, errno.EROFS: sqlite3.SQLITE_READONLY}
    translated = sqlite3.OperationalError(str(error))
    translated.sqlite_errorcode = codes.get(error.errno or 0, sqlite3.SQLITE_IOERR)
    return translated


class RowDamaged(Exception):
    """A row that should be there is missing or fails its CRC. The rest of the file is readable."""

    def __init__(self, stream: bytes, seq: int) -> None:
        super().__init__(f"stream {stream.hex()}, seq {seq}")
        self.stream, self.seq = stream, seq


class FileDamaged(sqlite3.DatabaseError):
    """The file's own structure is wrong, as SQLite's check says."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class SettingRefused(Exception):
    """SQLite did not take a setting that the promises rest on."""


@dataclass(slots=True, eq=False)
class Stream:
    """What the writer knows of a stream, as of the last commit."""

    number: int
    id: bytes
    lane: int
    sealed: bool
    note: str
    base: int
    base_hash: bytes
    acked: int
    acked_hash: bytes  # empty where the cursor stands inside a skip
    broken_at: int | None
    rehome_after: int | None
    last: int = 0
    head: bytes | None = None
    skipped: int = 0  # numbers beyond the cursor that skips cover
    read_to: int = 0  # the uplink has seen this far: skips up to here must not grow
    ack_unsaved: bool = False
    known: dict[int, bytes] = field(default_factory=dict)

    @property
    def low(self) -> int:
        return row_key(self.number, 0)

    @property
    def high(self) -> int:
        return row_key(self.number, SEQ_MASK)

    def info(self) -> StreamInfo:
        comparable = self.broken_at is None or self.acked < self.broken_at
        return StreamInfo(
            stream=self.id,
            lane=self.lane,
            first=self.base + 1,
            last=self.last,
            sealed=self.sealed,
            acked=self.acked,
            acked_hash=self.acked_hash if comparable else b"",
            note=self.note,
            waiting=max(0, self.last - max(self.acked, self.base) - self.skipped),
        )


@dataclass(slots=True)
class Written:
    """What a group did: streams that changed and side statements that were wrong."""

    changed: set[Stream] = field(default_factory=set)
    side_failures: list[tuple[Appended, SideStatementFailed]] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0


class Store:
    """One open journal file."""

    def __init__(self, connection: sqlite3.Connection, path: Path, writable: bool) -> None:
        self.connection, self.path, self.writable = connection, path, writable
        self.streams: dict[bytes, Stream] = {}
        self.mended = 0
        self._next_number = 1
        self._scrub_lane, self._scrub_key = 0, 0
        self._wal_pages = 0

    @classmethod
    def open(cls, path: Path, *, synchronous: str = "FULL", hard_limit_bytes: int = 0) -> Store:
        """Opens or creates the file, brings its schema up to date, loads the streams and checks their tails.

        Raises sqlite3.Error for storage faults, `SchemaTooNew` and `SettingRefused`.
        """
        connection = sqlite3.connect(path, isolation_level=None, timeout=1.0, cached_statements=256)
        try:
            _configure(connection, synchronous, hard_limit_bytes)
            migrate(connection, load_migrations(Path(str(resources.files("anju_edge") / "schema"))), str(path))
            if path.stat().st_size <= _CHECK_WHOLE_BYTES:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if verdict != "ok":
                    raise FileDamaged(verdict)
            store = cls(connection, path, writable=True)
            store._load()
        except BaseException:
            _close(connection)
            raise
        return store

    @classmethod
    def open_reading(cls, path: Path) -> Store:
        """Opens the file for reading only, while it cannot be written. Raises sqlite3.Error."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=1.0)
        try:
            store = cls(connection, path, writable=False)
            store._load()
        except BaseException:
            _close(connection)
            raise
        return store

    def close(self) -> None:
        """Closes the file; SQLite moves the WAL into it when this is the last connection. Never raises."""
        _close(self.connection)

    # Loading ---------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        rows = self.connection.execute(
            "SELECT number, id, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at, rehome_after"
            " FROM stream ORDER BY number"
        ).fetchall()
        for number, ident, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at, rehome_after in rows:
            stream = Stream(
                number, ident, lane, bool(sealed), note, base, base_hash, acked, acked_hash, broken_at, rehome_after
            )
            top_row = self._top(ROW_TABLE[lane], "key", stream)
            top_skip = self._top("skip", "last", stream)
            stream.last = max(base, acked, top_row, top_skip)
            self.streams[ident] = stream
            self._next_number = max(self._next_number, number + 1)
            self._count_skipped(stream)
            while not sealed and stream.head is None:
                try:
                    stream.head = self._chain(stream, stream.last)
                except RowDamaged as damage:
                    if not self.writable:
                        break
                    self.mend(ident, damage.seq)
                    if stream.sealed:
                        break

    def _top(self, table: str, column: str, stream: Stream) -> int:
        found = self.connection.execute(
            f"SELECT {column} FROM {table} WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1",
            (stream.low, stream.high),
        ).fetchone()
        return int(found[0]) & SEQ_MASK if found else 0

    def live(self, lane: int) -> Stream | None:
        """Returns the lane's live stream."""
        return next((stream for stream in self.streams.values() if stream.lane == lane and not stream.sealed), None)

    # Writing ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
            raise

    def write(self, entries: Iterable[Entry]) -> Written:
        """Writes a group in one transaction. What is on disk already (its commit failed late) is passed over."""
        result = Written()
        group = _Group(self, result)
        with self._transaction():
            run: list[Appended] = []
            for entry in entries:
                if isinstance(entry, Appended):
                    run.append(entry)
                    continue
                if run:
                    group.append(run)
                    run = []
                if isinstance(entry, Hole):
                    group.hole(entry)
                elif isinstance(entry, Birth):
                    group.birth(entry)
                elif isinstance(entry, Move):
                    group.move(entry)
            if run:
                group.append(run)
            group.finish()
        group.adopt()
        if group.births:
            self._write_register()
        self._wal_pages += 2 + result.bytes // (PAGE_BYTES - 500)
        return result

    def _write_register(self) -> None:
        """Notes beside the file which stream has which number, for a salvage that cannot read that from the file."""
        register = register_path(self.path)
        lines = "".join(f"{stream.number} {stream.id.hex()} {stream.lane}\n" for stream in self.streams.values())
        partial = register.with_suffix(".new")
        try:
            with partial.open("w", encoding="ascii") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(register)
        except OSError as error:
            log.warning("journal: %s not written: %s", register.name, error)

    def probe(self) -> None:
        """Commits something harmless: proves that the disk takes writes again."""
        with self._transaction():
            self.connection.execute("UPDATE schema_reader SET oldest_reader = oldest_reader")

    # Skips -----------------------------------------------------------------------------------------------------

    def put_skip(self, stream: Stream, first: int, last: int, cause: int, hash_after: bytes) -> None:
        """Writes a skip inside the caller's transaction, joined with neighbours of the same cause.

        A skip whose end the uplink may have sent does not grow: the hub's cursor may stand there.
        """
        start = first
        before = self.connection.execute(
            "SELECT key, last, cause FROM skip WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1",
            (stream.low, row_key(stream.number, first)),
        ).fetchone()
        if before and before[1] == first - 1 and before[2] == cause and before[1] > max(stream.acked, stream.read_to):
            start = before[0] & SEQ_MASK
        after = self.connection.execute(
            "SELECT last, cause, hash FROM skip WHERE key = ?", (row_key(stream.number, last + 1),)
        ).fetchone()
        if after and after[1] == cause:
            self.connection.execute("DELETE FROM skip WHERE key = ?", (row_key(stream.number, last + 1),))
            last, hash_after = after[0], after[2]
        self.connection.execute(
            "INSERT OR REPLACE INTO skip VALUES (?,?,?,?)", (row_key(stream.number, start), last, cause, hash_after)
        )

    def skips(self, stream: Stream, after: int, upto: int) -> list[tuple[int, int, int, bytes]]:
        """Returns (first, last, cause, hash at last) of the skips that reach into (after, upto], ascending."""
        covering = self._skip_at_or_before(stream, after + 1)
        low = row_key(stream.number, covering[0] if covering and covering[1] > after else after + 1)
        rows = self.connection.execute(
            "SELECT key, last, cause, hash FROM skip WHERE key BETWEEN ? AND ? ORDER BY key",
            (low, row_key(stream.number, upto)),
        )
        return [(key & SEQ_MASK, last, cause, hash_after) for key, last, cause, hash_after in rows]

    def _skip_at_or_before(self, stream: Stream, seq: int) -> tuple[int, int, int, bytes] | None:
        found = self.connection.execute(
            "SELECT key, last, cause, hash FROM skip WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1",
            (stream.low, row_key(stream.number, seq)),
        ).fetchone()
        return (found[0] & SEQ_MASK, found[1], found[2], found[3]) if found else None

    def _count_skipped(self, stream: Stream) -> None:
        start = max(stream.acked, stream.base)
        stream.skipped = sum(
            last - max(first, start + 1) + 1 for first, last, _, _ in self.skips(stream, start, stream.last)
        )

    # Reading ---------------------------------------------------------------------------------------------------

    def rows(self, stream: Stream, first: int, last: int) -> list[bytes]:
        """Returns the events first..last, all of them. Raises `RowDamaged` at the first that is missing or wrong."""
        found = self.connection.execute(
            f"SELECT key, crc, data FROM {ROW_TABLE[stream.lane]} WHERE key BETWEEN ? AND ? ORDER BY key",
            (row_key(stream.number, first), row_key(stream.number, last)),
        ).fetchall()
        expected = row_key(stream.number, first)
        data = []
        for key, crc, bytes_ in found:
            if key != expected or not isinstance(bytes_, bytes) or row_crc(key, bytes_) != crc:
                break
            data.append(bytes_)
            expected += 1
        if len(data) != last - first + 1:
            raise RowDamaged(stream.id, expected & SEQ_MASK)
        return data

    def read(self, ident: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None:
        """Returns what follows `after`: events and skips without a gap, with the running hash at the end.

        Starts later than after + 1 when the rows there are trimmed. None = nothing there. `hash_end` is empty where
        damage broke the chain. Raises `RowDamaged` when the very first row is.
        """
        stream = self.streams.get(ident)
        if stream is None:
            return None
        limit = stream.last if stream.rehome_after is None else min(stream.last, stream.rehome_after)
        position = max(after, stream.base)
        if position >= limit:
            return None
        running = self._chain(stream, position)
        skips = self.skips(stream, position, limit)
        batch = Batch(stream=ident, first_seq=position + 1)
        events: list[bytes] = []
        size, at = 0, 0
        while position < limit and len(events) + len(batch.skips) < max_events and size < max_bytes:
            if at < len(skips) and skips[at][0] <= position + 1:
                _, last, cause, hash_after = skips[at]
                batch.skips.append(Skip(first=position + 1, last=last, cause=_cause(cause), hash_after=hash_after))
                position, running, at = last, hash_after, at + 1
                continue
            upto = min(limit, skips[at][0] - 1 if at < len(skips) else limit)
            upto = min(upto, position + max_events - len(events) - len(batch.skips), position + 256)
            try:
                rows = self.rows(stream, position + 1, upto)
            except RowDamaged as damage:
                if position + 1 == batch.first_seq and damage.seq == batch.first_seq:
                    raise
                if damage.seq == position + 1:
                    break
                rows = self.rows(stream, position + 1, damage.seq - 1)
            for data in rows:
                if events and size + len(data) > max_bytes:
                    size = max_bytes
                    break
                size += len(data)
                events.append(data)
                position += 1
                if running is not None:
                    running = sha256(running + data).digest()
        batch.events.extend(events)
        if running is not None:
            _remember(stream, position, running)
            if stream.broken_at is None or position < stream.broken_at:
                batch.hash_end = running
        stream.read_to = max(stream.read_to, position)
        return batch

    def hash_at(self, ident: bytes, seq: int) -> bytes | None:
        """Returns the running hash at `seq`; None = cannot be told (trimmed, in a skip, beyond damage or the end)."""
        stream = self.streams.get(ident)
        if stream is None or (stream.broken_at is not None and seq >= stream.broken_at):
            return None
        return self._chain(stream, seq)

    def _chain(self, stream: Stream, seq: int) -> bytes | None:
        """The running hash at `seq` from the nearest known point before it. Raises `RowDamaged`."""
        if seq == 0:
            return genesis(stream.id)
        if seq < stream.base or seq > stream.last:
            return None
        if seq == stream.last and stream.head is not None:
            return stream.head
        if (known := stream.known.get(seq)) is not None:
            return known
        point, running = stream.base, stream.base_hash
        if point < stream.acked <= seq and stream.acked_hash:
            point, running = stream.acked, stream.acked_hash
        if (skip := self._skip_at_or_before(stream, seq)) is not None:
            if skip[1] > seq:
                return None
            if skip[1] >= point:
                point, running = skip[1], skip[3]
        mark = self.connection.execute(
            "SELECT key, hash FROM mark WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1",
            (row_key(stream.number, point), row_key(stream.number, seq)),
        ).fetchone()
        if mark is not None:
            point, running = mark[0] & SEQ_MASK, mark[1]
        while point < seq:
            upto = min(seq, point + 512)
            for data in self.rows(stream, point + 1, upto):
                running = sha256(running + data).digest()
            point = upto
        _remember(stream, seq, running)
        return running

    def query(self, sql: str, args: Sequence[object]) -> list[tuple[object, ...]]:
        """Reads the side tables. Raises ValueError for anything but a SELECT."""
        if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
            raise ValueError(f"not a read: {sql}")
        return self.connection.execute(sql, tuple(args)).fetchall()

    # Cursors and trimming --------------------------------------------------------------------------------------

    def ack(self, ident: bytes, seq: int) -> Stream | None:
        """Takes the hub's cursor, in memory; `save_acks` or the next trim saves it. Returns the stream if it moved."""
        stream = self.streams.get(ident)
        if stream is None or min(seq, stream.last) <= stream.acked:
            return None
        seq = min(seq, stream.last)
        try:
            running = self._chain(stream, seq)
        except RowDamaged:
            running = None  # confirmed rows need no bytes any more
        stream.acked, stream.acked_hash, stream.ack_unsaved = seq, running or b"", True
        self._count_skipped(stream)
        return stream

    def save_acks(self) -> bool:
        """Puts cursors on disk that only memory knows. Returns whether there were any."""
        unsaved = [stream for stream in self.streams.values() if stream.ack_unsaved]
        if unsaved:
            with self._transaction():
                for stream in unsaved:
                    self._save(stream, stream.base, stream.base_hash)
            for stream in unsaved:
                stream.ack_unsaved = False
            self._wal_pages += 2
        return bool(unsaved)

    def _save(self, stream: Stream, base: int, base_hash: bytes) -> None:
        self.connection.execute(
            "UPDATE stream SET base = ?, base_hash = ?, acked = ?, acked_hash = ? WHERE number = ?",
            (base, base_hash, stream.acked, stream.acked_hash, stream.number),
        )

    def trim(self, stream: Stream, target: int, slice_rows: int = 2048) -> bool:
        """Deletes up to `slice_rows` confirmed rows, oldest first, up to `target`. Returns whether the base moved."""
        target = min(target, stream.acked)
        upto = min(target, stream.base + slice_rows)
        if upto < target and upto - upto % MARK_EVERY > stream.base:
            upto -= upto % MARK_EVERY  # there the running hash is at hand
        skip = self._skip_at_or_before(stream, upto)
        if skip is not None and skip[1] > upto:  # the base cannot stand inside a skip, its hash is unknown there
            upto = skip[1] if skip[1] <= target else skip[0] - 1
        if upto <= stream.base:
            return False
        try:
            base_hash = self._chain(stream, upto)
        except RowDamaged:
            base_hash = None
        if base_hash is None:
            if not stream.acked_hash:
                return False
            upto, base_hash = stream.acked, stream.acked_hash
        table = ROW_TABLE[stream.lane]
        edge = row_key(stream.number, upto)
        with self._transaction():
            self._save(stream, upto, base_hash)
            self.connection.execute(f"DELETE FROM {table} WHERE key BETWEEN ? AND ?", (stream.low, edge))
            self.connection.execute(
                "DELETE FROM skip WHERE key BETWEEN ? AND ? AND last <= ?", (stream.low, edge, upto)
            )
            self.connection.execute("DELETE FROM mark WHERE key BETWEEN ? AND ?", (stream.low, edge))
        stream.base, stream.base_hash, stream.ack_unsaved = upto, base_hash, False
        for seq in [seq for seq in stream.known if seq < upto]:
            del stream.known[seq]
        self._wal_pages += 8
        return True

    def forget(self, stream: Stream) -> None:
        """Removes a sealed stream of which the hub has everything and nothing is held."""
        with self._transaction():
            self.connection.execute("DELETE FROM stream WHERE number = ?", (stream.number,))
            self.connection.execute("DELETE FROM mark WHERE key BETWEEN ? AND ?", (stream.low, stream.high))
            self.connection.execute("DELETE FROM skip WHERE key BETWEEN ? AND ?", (stream.low, stream.high))
        del self.streams[stream.id]

    def first_row(self, stream: Stream, after: int) -> int | None:
        """Returns the lowest seq above `after` that has a row."""
        found = self.connection.execute(
            f"SELECT min(key) FROM {ROW_TABLE[stream.lane]} WHERE key > ? AND key <= ?",
            (row_key(stream.number, after), stream.high),
        ).fetchone()[0]
        return None if found is None else int(found) & SEQ_MASK

    def sacrifice(self, stream: Stream, pinned: tuple[int, int] | None, cause: int, max_rows: int = 1000) -> int:
        """Turns the oldest unconfirmed rows of a stream into a skip. Returns how many; 0 = all pinned or none left."""
        after = stream.acked
        table = ROW_TABLE[stream.lane]
        while True:
            first = self.first_row(stream, after)
            if first is None:
                return 0
            if pinned is None or not pinned[0] <= first <= pinned[1]:
                break
            after = pinned[1]
        last = min(first + max_rows - 1, stream.last)
        if stream.rehome_after is not None and last > stream.rehome_after:
            return 0  # on its way to another stream
        if pinned is not None and first < pinned[0] <= last:
            last = pinned[0] - 1
        ahead = self.skips(stream, first, last)
        if ahead:
            last = ahead[0][0] - 1
        try:
            hash_after = self._chain(stream, last)
        except RowDamaged as damage:
            if damage.seq <= first:
                raise
            last = damage.seq - 1
            hash_after = self._chain(stream, last)
        if hash_after is None:
            raise RowDamaged(stream.id, first)
        with self._transaction():
            self.connection.execute(
                f"DELETE FROM {table} WHERE key BETWEEN ? AND ?",
                (row_key(stream.number, first), row_key(stream.number, last)),
            )
            self.put_skip(stream, first, last, cause, hash_after)
            if stream.ack_unsaved:
                self._save(stream, stream.base, stream.base_hash)
        stream.ack_unsaved = False
        self._count_skipped(stream)
        self._wal_pages += 8
        return last - first + 1

    def end_rehoming(self, stream: Stream) -> None:
        """Notes that nothing of this stream is left to move."""
        with self._transaction():
            self.connection.execute("UPDATE stream SET rehome_after = NULL WHERE number = ?", (stream.number,))
        stream.rehome_after = None

    # Damage ----------------------------------------------------------------------------------------------------

    def mend(self, ident: bytes, seq: int) -> int:
        """Puts a skip where rows are missing or wrong, and seals the stream if it is live. Returns numbers lost.

        From there the running hash is unknown: the stream's `broken_at`. Damage among confirmed rows only trims them.
        """
        stream = self.streams[ident]
        table = ROW_TABLE[stream.lane]
        if seq <= stream.acked and stream.acked_hash:
            self.trim(stream, stream.acked, slice_rows=SEQ_MASK)
            return 0
        following = self.first_row(stream, seq)
        last = following - 1 if following is not None else stream.last
        ahead = self.skips(stream, seq, last)
        if ahead:
            last = min(last, ahead[0][0] - 1)
        stream.head = None
        try:
            before = self._chain(stream, seq - 1)
        except RowDamaged as earlier:
            return self.mend(ident, earlier.seq) + self.mend(ident, seq)
        lost = link_lost(before or b"", seq, last)
        broken_at = seq if stream.broken_at is None else min(seq, stream.broken_at)
        with self._transaction():
            self.connection.execute(f"DELETE FROM {table} WHERE key = ?", (row_key(stream.number, seq),))
            self.connection.execute(
                "DELETE FROM mark WHERE key BETWEEN ? AND ?", (row_key(stream.number, seq), stream.high)
            )
            self.put_skip(stream, seq, last, Skip.SALVAGE, lost)
            self.connection.execute(
                "UPDATE stream SET sealed = 1, broken_at = ?, note = 'salvage' WHERE number = ?",
                (broken_at, stream.number),
            )
        stream.sealed, stream.broken_at, stream.note = True, broken_at, "salvage"
        stream.known.clear()
        self._count_skipped(stream)
        self.mended += last - seq + 1
        return last - seq + 1

    def scrub(self, max_rows: int) -> bool:
        """Checks the CRC of some rows, going on where it stopped. Returns True when it came round.

        Raises `RowDamaged`, or sqlite3.Error with CORRUPT where the tree itself is damaged.
        """
        lane = LANES[self._scrub_lane]
        found = self.connection.execute(
            f"SELECT key, crc, data FROM {ROW_TABLE[lane]} WHERE key > ? ORDER BY key LIMIT ?",
            (self._scrub_key, max_rows),
        ).fetchall()
        if not found:
            self._scrub_lane, self._scrub_key = (self._scrub_lane + 1) % len(LANES), 0
            return self._scrub_lane == 0
        for key, crc, data in found:
            self._scrub_key = key
            if not isinstance(data, bytes) or row_crc(key, data) != crc:
                for stream in self.streams.values():
                    if stream.low <= key <= stream.high and stream.lane == lane:
                        raise RowDamaged(stream.id, key & SEQ_MASK)
        return False

    def take_over(self, stream: Stream) -> None:
        """Enters a salvaged stream, sealed and still without rows."""
        with self._transaction():
            self.connection.execute(
                "INSERT INTO stream (number, id, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at)"
                " VALUES (?,?,?,1,?,?,?,?,?,?)",
                (
                    stream.number,
                    stream.id,
                    stream.lane,
                    stream.note,
                    stream.base,
                    stream.base_hash,
                    stream.acked,
                    stream.acked_hash,
                    stream.broken_at,
                ),
            )
        self.streams[stream.id] = stream
        self._next_number = max(self._next_number, stream.number + 1)

    def take_over_skip(self, stream: Stream, first: int, last: int, cause: int, hash_after: bytes) -> None:
        """Enters a skip that a salvaged stream had."""
        with self._transaction():
            self.put_skip(stream, first, last, cause, hash_after)
        stream.last, stream.head = last, hash_after
        self._count_skipped(stream)

    def break_at(self, stream: Stream, seq: int) -> None:
        """Notes that from `seq` on the running hash is no longer the one the hub may know."""
        with self._transaction():
            self.connection.execute("UPDATE stream SET broken_at = ? WHERE number = ?", (seq, stream.number))
        stream.broken_at = seq

    # Room ------------------------------------------------------------------------------------------------------

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])

    def used_bytes(self) -> int:
        """Returns the bytes of the file that hold something."""
        return (self._pragma("page_count") - self._pragma("freelist_count")) * PAGE_BYTES

    def spare_bytes(self) -> int:
        """Returns the bytes inside the file that are free to be written again."""
        return self._pragma("freelist_count") * PAGE_BYTES

    def give_back(self, pages: int) -> None:
        """Shortens the file by up to `pages` free pages."""
        self.connection.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()
        self._wal_pages += pages

    @property
    def wal_pages(self) -> int:
        """About how many pages were written to the WAL since the last checkpoint."""
        return self._wal_pages

    def checkpoint(self) -> None:
        """Moves the WAL into the file. The WAL keeps its size: growing it again would cost the flash twice."""
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._wal_pages = 0


class _Group:
    """One transaction's worth of entries. Nothing of the store changes until `adopt`."""

    def __init__(self, store: Store, result: Written) -> None:
        self._store, self._connection, self._result = store, store.connection, result
        self._heads: dict[Stream, tuple[int, bytes]] = {}
        self.births: list[tuple[Stream, Birth, Stream | None]] = []
        self._skipped: set[Stream] = set()
        self._marks: list[tuple[int, bytes]] = []
        self._ended: list[Stream] = []
        self._next_number = store._next_number

    def append(self, rows: Sequence[Appended]) -> None:
        """Writes rows, in order; consecutive ones of a stream go together."""
        at = 0
        while at < len(rows):
            at = self._append_run(rows, at)

    def _append_run(self, rows: Sequence[Appended], at: int) -> int:
        """Writes the rows of one stream from `at` on; returns where the next stream's begin. The box's busiest loop."""
        ident = rows[at].stream
        stream = self._find(ident)
        last, head = self._head(stream)
        low = stream.low
        params: list[object] = []
        also: list[Appended] = []
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
            key = low + seq
            params += (key, row_crc(key, data), data)
            head = sha256(head + data).digest()
            last = seq
            size += len(data)
            if not seq % MARK_EVERY:
                self._marks.append((key, head))
            if row.also is not None:
                also.append(row)
            at += 1
        if params:
            self._insert(stream.lane, params)
            count = len(params) // 3
            self._result.rows += count
            self._result.bytes += size + 16 * count
        self._heads[stream] = (last, head)
        for row in also:
            self._side_statement(row)
        if at < len(rows) and rows[at].stream is ident:
            self.hole(Hole(ident, stream.lane, last + 1, rows[at].seq - 1, Skip.SALVAGE))
        return at

    def _insert(self, lane: int, params: list[object]) -> None:
        many = _ROWS_PER_STATEMENT * 3
        whole = len(params) - len(params) % many
        for at in range(0, whole, many):
            self._connection.execute(_INSERT[lane, _ROWS_PER_STATEMENT], params[at : at + many])
        for at in range(whole, len(params), 3):
            self._connection.execute(_INSERT[lane, 1], params[at : at + 3])

    def _side_statement(self, entry: Appended) -> None:
        if entry.also is None:
            return
        sql, args = entry.also
        try:
            self._connection.execute(sql, args)
        except sqlite3.Error as error:
            if fault_of(error) is not None:
                raise
            self._result.side_failures.append((entry, SideStatementFailed(sql, str(error))))

    def _find(self, ident: bytes) -> Stream:
        return self._store.streams.get(ident) or {born.id: born for born, _, _ in self.births}[ident]

    def _head(self, stream: Stream) -> tuple[int, bytes]:
        """Last seq and running hash of a stream as of this group."""
        if stream in self._heads:
            return self._heads[stream]
        head = stream.head if stream.head is not None else self._store._chain(stream, stream.last)
        return stream.last, head or b""

    def hole(self, entry: Hole) -> None:
        stream = self._find(entry.stream)
        last, head = self._head(stream)
        first = max(entry.first, last + 1)
        if entry.last < first:
            return
        head = link_lost(head, first, entry.last)
        self._store.put_skip(stream, first, entry.last, entry.cause, head)
        self._heads[stream] = (entry.last, head)
        self._skipped.add(stream)

    def birth(self, entry: Birth) -> None:
        if entry.stream in self._store.streams:
            return
        number = self._next_number
        self._next_number += 1
        start = genesis(entry.stream)
        self._connection.execute("UPDATE stream SET sealed = 1 WHERE lane = ? AND sealed = 0", (entry.lane,))
        self._connection.execute(
            "INSERT INTO stream (number, id, lane, note, base_hash, acked_hash) VALUES (?,?,?,?,?,?)",
            (number, entry.stream, entry.lane, entry.note, start, start),
        )
        for old, after in entry.rehome.items():
            stream = self._store.streams.get(old)
            if stream is not None:
                self._connection.execute(
                    "UPDATE stream SET rehome_after = ? WHERE number = ?", (max(after, stream.base), stream.number)
                )
        sealed = next((born for born, _, _ in reversed(self.births) if born.lane == entry.lane), None)
        newborn = Stream(
            number, entry.stream, entry.lane, False, entry.note, 0, start, 0, start, None, None, last=0, head=start
        )
        self.births.append((newborn, entry, sealed or self._store.live(entry.lane)))

    def move(self, entry: Move) -> None:
        old = self._store.streams[entry.old]
        hash_after = self._store._chain(old, entry.last)
        if hash_after is not None and self._store.rows(old, entry.first, entry.last):
            self._connection.execute(
                f"DELETE FROM {ROW_TABLE[old.lane]} WHERE key BETWEEN ? AND ?",
                (row_key(old.number, entry.first), row_key(old.number, entry.last)),
            )
            self._store.put_skip(old, entry.first, entry.last, Skip.REHOMED, hash_after)
            self._skipped.add(old)
        self.append(entry.rows)

    def finish(self) -> None:
        if self._marks:
            self._connection.executemany("INSERT OR REPLACE INTO mark VALUES (?,?)", self._marks)

    def adopt(self) -> None:
        """After the commit: what the file says is now what the store knows."""
        store, changed = self._store, self._result.changed
        for born, entry, sealed in self.births:
            store.streams[born.id] = born
            changed.add(born)
            if sealed is not None:
                sealed.sealed = True
                changed.add(sealed)
            for old, after in entry.rehome.items():
                if (stream := store.streams.get(old)) is not None:
                    stream.rehome_after = max(after, stream.base)
        store._next_number = self._next_number
        for stream, (last, head) in self._heads.items():
            stream.last, stream.head = last, head
            changed.add(stream)
        for stream in self._skipped:
            store._count_skipped(stream)
            changed.add(stream)


def _configure(connection: sqlite3.Connection, synchronous: str, hard_limit_bytes: int) -> None:
    execute = connection.execute
    execute(f"PRAGMA page_size = {PAGE_BYTES}")
    execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts only before the first table
    owner = int(execute("PRAGMA application_id").fetchone()[0])
    if owner not in (0, APPLICATION_ID):
        raise SettingRefused(f"application_id is {owner:#x}: not a journal of ours")
    if execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise SettingRefused("journal_mode is not WAL")
    execute(f"PRAGMA synchronous = {synchronous}")
    if execute("PRAGMA synchronous").fetchone()[0] != _SYNCHRONOUS[synchronous]:
        raise SettingRefused(f"synchronous is not {synchronous}")
    execute("PRAGMA wal_autocheckpoint = 0")
    execute("PRAGMA secure_delete = FAST")
    execute("PRAGMA cache_size = -4000")
    execute("PRAGMA temp_store = MEMORY")
    if owner == 0:
        execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if hard_limit_bytes:
        execute(f"PRAGMA max_page_count = {hard_limit_bytes // PAGE_BYTES}")


def _close(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        connection.close()


def _remember(stream: Stream, seq: int, running: bytes) -> None:
    known = stream.known
    known[seq] = running
    if len(known) > _KNOWN_POINTS:
        del known[next(iter(known))]


def _cause(value: int) -> Skip.Cause.ValueType:
    return Skip.Cause.ValueType(value)


def register_path(path: Path) -> Path:
    """Returns where the numbers and ids of a journal's streams are noted."""
    return path.with_suffix(".streams")


def read_register(path: Path) -> list[tuple[int, bytes, int]]:
    """Returns (number, id, lane) of the streams noted beside the journal at `path`; [] where that cannot be read."""
    found = []
    try:
        for line in register_path(path).read_text(encoding="ascii").splitlines():
            number, ident, lane = line.split()
            found.append((int(number), bytes.fromhex(ident), int(lane)))
    except (OSError, ValueError):
        return []
    return [(number, ident, lane) for number, ident, lane in found if len(ident) == 16 and lane in ROW_TABLE]


def settle_wal(path: Path) -> None:
    """Writes the WAL's bytes over themselves and syncs them. Raises OSError.

    After a failed fsync the page cache may hold WAL frames that the disk never got, marked clean; SQLite would recover
    them and go on as if they were durable. Writing them again makes them dirty, so that the sync counts. Only with the
    connection closed.
    """
    wal = Path(f"{path}-wal")
    if not wal.exists():
        return
    descriptor = os.open(wal, os.O_RDWR)
    try:
        at = 0
        while chunk := os.pread(descriptor, 1 << 20, at):
            at += os.pwrite(descriptor, chunk, at)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def infos(streams: Mapping[bytes, Stream]) -> list[StreamInfo]:
    """Returns what Hello says of all streams, in order of birth."""
    return [stream.info() for stream in sorted(streams.values(), key=lambda stream: stream.number)]
