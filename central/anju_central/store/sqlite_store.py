"""The event store on SQLite: one file, one writer thread, readers beside it. See `event_store.py` for the duties."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from anju_base.sql_queries import load_queries
from anju_central.store.append import Appender
from anju_central.store.damage import STORE_FILE, StoreDamaged
from anju_central.store.database import SCHEMA, connect, is_damage, migrate
from anju_central.store.event_store import LogPositions, StoredStream, StoreUnavailable, Submission
from anju_central.store.hub_event import HubEvent
from anju_central.store.log_reader import read_epoch
from anju_central.store.withheld_places import WithheldPlaces
from anju_central.store.writer import Counters, StoreWriter
from anju_protos import chain
from anju_protos.v1.event_pb2 import EventRef
from anju_protos.v1.uplink_pb2 import Ack, Checkpoint, Cursor, StreamState

log = logging.getLogger(__name__)
SQL: Final = load_queries("anju_central.store.queries", "sqlite_store")
CHECK_WHOLE_BYTES: Final = 64 * 1024 * 1024  # 0.1 s


class SqliteEventStore:
    """The event store of one hub process. Made by `open`; all methods are called in the event loop."""

    def __init__(self, path: Path, writer: StoreWriter) -> None:
        self.path = path
        self._writer = writer

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        compress: bool = False,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        withheld: WithheldPlaces | None = None,
    ) -> SqliteEventStore:
        """Opens or makes the store in `folder` and starts its writer. `withheld` says whose places are not kept.

        Raises StoreDamaged, DatabaseTooNew, and sqlite3.OperationalError for a file that cannot be opened now.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / STORE_FILE
        try:
            _check(path)
            return cls(path, StoreWriter(path, compress=compress, now_ms=now_ms, withheld=withheld))
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                raise StoreDamaged(path, str(error)) from error
            raise

    @property
    def epoch(self) -> bytes:
        """16 random bytes of this database's life. A restore from backup makes a new one."""
        return self._writer.epoch

    @property
    def heads(self) -> LogPositions:
        """The newest committed position of each log; safe to read from any thread."""
        return self._writer.heads

    @property
    def counters(self) -> Counters:
        """What the writer did since the start."""
        return self._writer.counters

    @property
    def fault(self) -> str | None:
        """Why the store cannot record now, None when it can."""
        return self._writer.fault

    @property
    def damage(self) -> asyncio.Future[str]:
        """Resolves when the file turns out to be broken, with what SQLite said."""
        return self._writer.damage

    def waiting(self) -> tuple[int, int]:
        """Returns how many submissions wait: (urgent, bulk)."""
        return self._writer.waiting()

    def on_commit(self, notify: Callable[[], None]) -> None:
        """Calls `notify` after each commit, in the writer's thread: it must be short and thread-safe."""
        self._writer.on_commit = notify

    async def cursors(self, community: str, streams: Sequence[StreamState]) -> list[Cursor]:
        """Returns one cursor for each of `streams`, in order; seq 0 and no hash for a stream not seen before."""

        def question(append: Appender, _db: sqlite3.Connection) -> list[Cursor]:
            cursors: list[Cursor] = []
            for state in streams:
                row = append.stream(community, state.stream)
                if row is None:
                    cursors.append(Cursor(stream=state.stream))
                else:
                    cursors.append(Cursor(stream=row.stream, seq=row.seq, hash=row.hash))
            return cursors

        return await self._writer.ask(question)

    async def checkpoints(self, community: str, stream: bytes) -> list[Checkpoint]:
        """Returns the points whose running hash is still known, ascending by seq, the cursor being the last."""

        def question(append: Appender, db: sqlite3.Connection) -> list[Checkpoint]:
            row = append.stream(community, stream)
            if row is None:
                return []
            known = db.execute(SQL.hash_checkpoints, (row.id,))
            points = [Checkpoint(stream=stream, seq=seq, hash=running) for seq, running in known]
            if row.seq and (not points or points[-1].seq != row.seq):
                points.append(Checkpoint(stream=stream, seq=row.seq, hash=row.hash or chain.genesis(stream)))
            return points

        return await self._writer.ask(question)

    def submit(self, submission: Submission) -> asyncio.Future[Ack]:
        """Queues a batch for the writer. The ack resolves after the commit, or raises StoreUnavailable."""
        return self._writer.submit(submission)

    def append(self, event: HubEvent) -> asyncio.Future[EventRef]:
        """Queues a fact of the hub's own. Its identity resolves after the commit, or raises StoreUnavailable."""
        return self._writer.append(event)

    async def streams(self) -> list[StoredStream]:
        """Returns all streams, the hub's own too, oldest first. Raises StoreUnavailable when they cannot be read."""
        try:
            return await asyncio.to_thread(stored_streams, self.path)
        except sqlite3.Error as error:
            self._writer.note_damage(error)
            raise StoreUnavailable(str(error)) from error

    async def ping(self) -> None:
        """Returns when the writer answered. Raises StoreUnavailable when it is ending."""
        await self._writer.ask(lambda _append, _db: None)

    async def ended(self) -> None:
        """Returns when the writer's thread has ended, for whatever reason."""
        await asyncio.shield(self._writer.ended)

    async def close(self) -> None:
        """Commits what waits and closes."""
        await self._writer.close()


def _check(path: Path) -> None:
    """Reads a small store whole before anybody relies on it; a large one shows its damage where that is met."""
    if path.exists() and path.stat().st_size <= CHECK_WHOLE_BYTES:
        with closing(connect(path, "full")) as db:
            (found,) = db.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise StoreDamaged(path, found)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Opens a store for reading beside its writer."""
    with closing(connect(path, "full", read_only=True)) as db:
        yield db


def stored_streams(path: Path) -> list[StoredStream]:
    """Returns all streams of the store at `path`, oldest first."""
    with reading(path) as db:
        return [StoredStream(*row) for row in db.execute(SQL.streams)]


def backup(path: Path, target: Path) -> None:
    """Writes a consistent copy of the store at `path` to `target`, also while the hub runs. Raises sqlite3.Error."""
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    with reading(path) as db:
        db.execute(SQL.copy_to, (str(partial),))
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)


def _put_by(path: Path, kept: Path) -> None:
    """Renames a store, whole in one file; one that is damaged with what SQLite left beside it, for whoever salvages."""
    for tail in ("-wal", "-shm"):
        kept.with_name(kept.name + tail).unlink(missing_ok=True)
    try:
        with closing(connect(path, "full")) as db:
            db.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        log.warning("%s is damaged (%s) and is kept as it is", path, error)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            wal.replace(kept.with_name(kept.name + "-wal"))
    path.replace(kept)


def restore(source: Path, folder: Path) -> bytes:
    """Puts a backup in place as the store of `folder`, with a new epoch, and returns that. The hub must not run.

    The old store is kept as `store.sqlite.before-restore`; projections are rebuilt at the next start, because their
    epoch is another one. Raises sqlite3.Error for a file that is no backup.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / STORE_FILE
    fresh = path.with_name(path.name + ".restored")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as db:
        read_epoch(db)
        db.execute(SQL.copy_to, (str(fresh),))
    with closing(connect(fresh, "full")) as db:
        migrate(db, fresh, SCHEMA)
        db.execute(SQL.renew_epoch)
        epoch = read_epoch(db)
        db.execute("pragma wal_checkpoint(truncate)")
    if path.exists():
        _put_by(path, path.with_name(path.name + ".before-restore"))
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    fresh.replace(path)
    return epoch
