"""The journal's file, open for writing: one SQLite connection, used by one thread. Blocks; knows nothing of asyncio.

Every method that changes the file does so in one transaction and changes what it keeps in memory only after the commit.
Any `sqlite3.Error` that leaves a method means the connection must be closed, never tried again: after a failed fsync
the kernel marks pages clean that never reached the disk.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from anju_base.sqlite_schema import load_migrations, migrate
from anju_edge.journal.ballast import free_bytes
from anju_edge.journal.card import Card
from anju_edge.journal.checkpoints import (
    BOOKKEEPING_BYTES,
    PAGE_BYTES,
    checkpoint_fits,
    close_with_room,
    pragma,
    size_of,
)
from anju_edge.journal.emergency.emergency_file import EmergencyFile
from anju_edge.journal.faults import FileDamaged, SettingRefused, log_path
from anju_edge.journal.reader import JournalReader
from anju_edge.journal.segments import SegmentPacker
from anju_edge.journal.sql import ROWS, STORE
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import LANES, ROW_TABLE, row_key

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x416E6A75  # "Anju"
_SYNCHRONOUS = {"NORMAL": 1, "FULL": 2, "EXTRA": 3}
_ROWS_PER_STATEMENT = 50  # one step for many rows: the interpreter's lock changes hands once, not once a row
_INSERT_ONE = {lane: ROWS[lane].insert_row for lane in LANES}
_INSERT_MANY = {lane: ROWS[lane].insert_row + ", (?, ?, ?)" * (_ROWS_PER_STATEMENT - 1) for lane in LANES}
_CHECK_WHOLE_BYTES = 64 << 20  # a larger file is checked at its tail, and scrubbed while running


class Store(JournalReader):
    """One open journal file."""

    writable = True

    def __init__(
        self, connection: sqlite3.Connection, path: Path, card: Card, emergency: EmergencyFile | None = None
    ) -> None:
        self.repaired = 0
        self._overwrites = False
        self.purge_due = False  # what was overwritten stands in the file until the log is moved into it
        self.packer = SegmentPacker()
        self.wal_pages = 0  # about how many pages were written to the WAL since the last checkpoint
        super().__init__(connection, path, card, emergency)
        self.next_number = max((stream.number for stream in self.streams.values()), default=0) + 1
        self.scrub_lane, self.scrub_key = 0, 0

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        synchronous: str = "FULL",
        hard_limit_bytes: int = 0,
        card: Card | None = None,
        emergency: EmergencyFile | None = None,
    ) -> Store:
        """Opens or creates the file, brings its schema up to date, and loads the streams.

        What `card` has a key for is encrypted and read; without one, rows are written plain. `emergency`: of this
        process, where the file was open before.

        Raises sqlite3.Error for storage faults, `SchemaTooNew` and `SettingRefused`.
        """
        connection = sqlite3.connect(path, isolation_level=None, timeout=1.0, cached_statements=256)
        try:
            _configure(connection, synchronous, hard_limit_bytes)
            migrate(connection, load_migrations(resources.files("anju_edge.journal") / "schema"), str(path))
            if path.stat().st_size <= _CHECK_WHOLE_BYTES:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if verdict != "ok":
                    raise FileDamaged(verdict)
            store = cls(connection, path, card or Card(), emergency)
        except BaseException:
            close_with_room(connection, path)
            raise
        store.wal_pages = store.wal_bytes() // PAGE_BYTES  # what an earlier connection left there is to move too
        return store

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            self.connection.execute("begin immediate")
            yield
            self.connection.execute("commit")
        except BaseException:
            if self.connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("rollback")
            raise

    @contextlib.contextmanager
    def overwriting(self) -> Iterator[None]:
        """What is deleted meanwhile is overwritten in the file, also where that costs writes of its own."""
        before, self.overwrites = self.overwrites, True
        try:
            yield
        finally:
            self.overwrites = before

    @property
    def overwrites(self) -> bool:
        """Whether all that is deleted is overwritten; else only what stands on pages that are written anyway."""
        return self._overwrites

    @overwrites.setter
    def overwrites(self, overwrites: bool) -> None:
        self.connection.execute(f"PRAGMA secure_delete = {'ON' if overwrites else 'FAST'}").fetchall()
        self._overwrites = overwrites

    def starts_plain(self, stream: Stream) -> bool:
        """Whether a stream's first row is not encrypted: in each stream such rows stand before all that are."""
        first = self.row_over(stream, stream.base + 1)
        return first is not None and (first[1] is None or not first[1].key_id)

    def insert_rows(self, lane: int, params: list[object]) -> None:
        """Inserts rows, given flat (key, CRC, data, key, ...), inside the caller's transaction."""
        many = _ROWS_PER_STATEMENT * 3
        whole = len(params) - len(params) % many
        for at in range(0, whole, many):
            self.connection.execute(_INSERT_MANY[lane], params[at : at + many])
        for at in range(whole, len(params), 3):
            self.connection.execute(_INSERT_ONE[lane], params[at : at + 3])

    def delete_rows(self, stream: Stream, first: int, last: int) -> None:
        """Deletes, inside the caller's transaction, the rows that end at first..last.

        One that also holds events before `first` which are still there stays; a skip has to name the others.
        """
        before = first - 1
        held = before > stream.base and self.row_over(stream, before)
        if held and held[0] > before and (held[1] is None or held[1].first <= before):
            skip = self.skip_at_or_before(stream, before)
            if skip is None or skip[1] < before:
                first = held[0] + 1
        keys = (row_key(stream.number, first), row_key(stream.number, last))
        self.connection.execute(ROWS[stream.lane].delete_rows, keys)

    def write_register(self) -> None:
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
            _log.warning("journal: %s not written: %s", register.name, error)

    def probe(self) -> None:
        """Commits something harmless: proves that the disk takes writes again."""
        with self.transaction():
            self.connection.execute(STORE.probe)

    def put_skip(self, stream: Stream, first: int, last: int, cause: int, hash_after: bytes) -> None:
        """Writes a skip inside the caller's transaction, joined with neighbours of the same cause.

        A skip whose end the uplink may have sent does not grow: the hub's cursor may stand there.
        """
        start = first
        before = self.skip_at_or_before(stream, first)
        if before and before[1] == first - 1 and before[2] == cause and before[1] > max(stream.acked, stream.read_to):
            start = before[0]
        following_key = row_key(stream.number, last + 1)
        following = self.connection.execute(STORE.get_skip, (following_key,)).fetchone()
        if following and following[1] == cause:
            self.connection.execute(STORE.delete_skip, (following_key,))
            last = following[0]
            hash_after = following[2]
        self.connection.execute(STORE.put_skip, (row_key(stream.number, start), last, cause, hash_after))

    def save_acks(self) -> bool:
        """Puts cursors on disk that only memory knows. Returns whether there were any."""
        unsaved = [stream for stream in self.streams.values() if stream.ack_unsaved]
        if unsaved:
            with self.transaction():
                for stream in unsaved:
                    self.save_cursor(stream, stream.base, stream.base_hash)
            for stream in unsaved:
                stream.ack_unsaved = False
            self.wal_pages += 2
        return bool(unsaved)

    def save_cursor(self, stream: Stream, base: int, base_hash: bytes) -> None:
        self.connection.execute(
            STORE.save_cursor,
            (base, base_hash, stream.acked, stream.acked_hash, stream.number),
        )

    def used_bytes(self) -> int:
        """Returns the bytes of the file that hold something."""
        return (pragma(self.connection, "page_count") - pragma(self.connection, "freelist_count")) * PAGE_BYTES

    def spare_bytes(self) -> int:
        """Returns the bytes inside the file that are free to be written again."""
        return pragma(self.connection, "freelist_count") * PAGE_BYTES

    def wal_bytes(self) -> int:
        """Returns the size of the WAL's file, 0 where that cannot be told. Never raises."""
        return size_of(log_path(self.path))

    def shrink(self, free_bytes: int, *, least_bytes: int = BOOKKEEPING_BYTES) -> bool:
        """Gives a full disk the WAL's space and that of spare pages back, where that takes at most `free_bytes`.

        A WAL of up to `least_bytes` stays. Returns whether it is empty. For a disk so small that the WAL and what was
        confirmed long ago fill it by themselves, and for what is not to be found in either. Raises sqlite3.Error.
        """
        if not size_of(self.path):  # the file is gone or its disk fails: the next write says so
            return False
        if self.wal_bytes() > least_bytes and checkpoint_fits(self.connection, self.path, free_bytes):
            free_bytes += self._empty_wal()
        used_bytes = self.used_bytes()
        spare_bytes = self.spare_bytes()
        moved_bytes = min(used_bytes, spare_bytes)  # at most: through the WAL, from the file's end into spare pages
        growth_bytes = max(0, used_bytes - size_of(self.path))
        if spare_bytes and growth_bytes + moved_bytes + BOOKKEEPING_BYTES <= free_bytes:
            # not `execute`: before Python 3.12 it takes one step of what has no columns, which frees one page
            self.connection.executescript(f"PRAGMA incremental_vacuum({spare_bytes // PAGE_BYTES})")
            if checkpoint_fits(self.connection, self.path, free_bytes - moved_bytes):
                self._empty_wal()
        return self.wal_bytes() == 0

    def _empty_wal(self) -> int:
        """Moves the WAL into the file and gives its space back; returns how many bytes, less what the file grew."""
        before = self.wal_bytes() + size_of(self.path)
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.wal_pages = 0
        return before - self.wal_bytes() - size_of(self.path)

    def checkpoint(self) -> bool:
        """Moves the WAL into the file. The WAL keeps its size: growing it again would cost the flash twice.

        Returns whether it did: where the disk has no room for all of it, nothing is moved.
        """
        if not checkpoint_fits(self.connection, self.path, free_bytes(self.path.parent)):
            return False
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self.wal_pages = 0
        return True

    def close(self) -> None:
        """Closes the file; SQLite moves the WAL into it where the disk has room for all of it. Never raises."""
        self.emergency.close()
        close_with_room(self.connection, self.path)


def _configure(connection: sqlite3.Connection, synchronous: str, hard_limit_bytes: int) -> None:
    execute = connection.execute
    execute("PRAGMA wal_autocheckpoint = 0")  # before any write
    owner = int(execute("PRAGMA application_id").fetchone()[0])
    if owner not in (0, APPLICATION_ID):
        raise SettingRefused(f"application_id is {owner:#x}: not a journal of ours")
    if owner == 0:  # both count before the first table only
        execute(f"PRAGMA page_size = {PAGE_BYTES}")
        execute("PRAGMA auto_vacuum = INCREMENTAL")
    if execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise SettingRefused("journal_mode is not WAL")
    execute(f"PRAGMA synchronous = {synchronous}")
    if execute("PRAGMA synchronous").fetchone()[0] != _SYNCHRONOUS[synchronous]:
        raise SettingRefused(f"synchronous is not {synchronous}")
    execute("PRAGMA secure_delete = FAST")
    execute("PRAGMA cache_size = -4000")
    execute("PRAGMA temp_store = MEMORY")
    if owner == 0:
        execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if hard_limit_bytes:
        execute(f"PRAGMA max_page_count = {hard_limit_bytes // PAGE_BYTES}")


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
