"""One projection's SQLite file: its state and its cursors, moved in one transaction.

What is folded can be folded again, so the file runs with synchronous NORMAL: a power cut may take the last moments
from state and cursor together, never one without the other. A file of another store (another epoch) or a damaged one
is thrown away and folded anew.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from anju_base.sql_queries import load_queries
from anju_central.projections.attendance import Attendance
from anju_central.projections.boxes import Boxes
from anju_central.projections.device_health import DeviceHealth
from anju_central.projections.incidents import Incidents
from anju_central.projections.last_place import LastPlace
from anju_central.projections.projection import Change, Projection
from anju_central.store.database import DatabaseTooNew, connect, is_of_the_file, migrate
from anju_central.store.log_reader import LogName, LogReader, LogRecord, TelemetryBatch, TelemetrySummary, summarize

log = logging.getLogger(__name__)

SQL: Final = load_queries("anju_central.projections.queries", "projection_file")
FOLDER: Final = "projections"
SCHEMAS: Final = files("anju_central.projections") / "schema"  # a folder for each projection
CHUNK_ROWS: Final = 500
CHUNK_BATCHES: Final = 64  # of a backlog: the more at once, the fewer writes of one device
CHECKPOINT_EVERY: Final = 200  # transactions


def all_projections() -> list[Projection]:
    """Returns the hub's projections, incidents first: people wait for them."""
    return [Incidents(), Attendance(), Boxes(), DeviceHealth(), LastPlace()]


def projection_path(data_dir: Path, name: str) -> Path:
    """Returns where a projection lives."""
    return data_dir / FOLDER / f"{name}.sqlite"


def read_positions(db: sqlite3.Connection) -> dict[LogName, int]:
    """Returns how far each log is folded in an open projection."""
    return dict(db.execute(SQL.positions).fetchall())


def discard(path: Path) -> None:
    """Removes a database with its companions."""
    for tail in ("", "-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


class ProjectionFile:
    """A projection open for folding, in one thread. `generation` rises when the file was replaced."""

    def __init__(self, path: Path, projection: Projection, epoch: bytes) -> None:
        self.path = path
        self.projection = projection
        self._epoch = epoch
        self._since_checkpoint = 0
        self.generation = 0
        self.is_damaged = False  # set by whoever read that, in any thread
        self.positions: dict[LogName, int] = {}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return self._attach()
        except (sqlite3.DatabaseError, DatabaseTooNew) as error:
            log.warning("projection %s cannot be used and is folded anew: %s", self.projection.name, error)
            discard(self.path)
            return self._attach()

    def _attach(self) -> sqlite3.Connection:
        db = connect(self.path, "normal")
        try:
            migrate(db, self.path, SCHEMAS / self.projection.name)
            row = db.execute(SQL.origin).fetchone()
            if row is not None and row[0] != self._epoch:
                db.close()
                log.info("projection %s is of another store and is folded anew", self.projection.name)
                discard(self.path)
                return self._attach()
            if row is None:
                db.execute(SQL.set_origin, (self._epoch,))
            positions = read_positions(db)
        except (sqlite3.DatabaseError, DatabaseTooNew):
            db.close()
            raise
        self.positions = {name: positions.get(name, 0) for name in self.projection.logs}
        return db

    def fold(
        self,
        name: LogName,
        items: Sequence[LogRecord] | Sequence[TelemetryBatch],
        to: int,
        summaries: Sequence[TelemetrySummary] | None = None,
    ) -> list[Change]:
        """Folds those `items` of a log that follow its cursor, and moves it to `to`. Raises sqlite3.Error.

        `summaries` may hold what `summarize` makes of all of `items`, so that several projections share it.
        """
        changes: list[Change] = []
        try:
            self._db.execute("begin immediate")
            changes += self._apply(name, items, summaries)
            self._db.execute(SQL.set_position, (name, to))
            self._db.execute("commit")
        except BaseException:
            self._roll_back()
            raise
        self.positions[name] = to
        self._since_checkpoint += 1
        if self._since_checkpoint >= CHECKPOINT_EVERY:
            self.checkpoint()
        return changes

    def _apply(
        self,
        name: LogName,
        items: Sequence[LogRecord] | Sequence[TelemetryBatch],
        summaries: Sequence[TelemetrySummary] | None,
    ) -> list[Change]:
        after = self.positions[name]
        changes: list[Change] = []
        rows = [item for item in items if isinstance(item, LogRecord) and item.pos > after and not item.is_copy]
        batches = [item for item in items if isinstance(item, TelemetryBatch) and item.pos > after]
        if rows and name != "telemetry":
            changes += self.projection.fold_rows(self._db, name, rows)
        if batches:
            if summaries is None or len(batches) != len(items):
                summaries = summarize(batches)
            changes += self.projection.fold_telemetry(self._db, summaries)
        return changes

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # nothing was begun, or it is rolled back already
            self._db.execute("rollback")

    def error_of(self, name: LogName, item: LogRecord | TelemetryBatch) -> Exception | None:
        """Returns what folding an item raises, None when it can be folded; changes nothing. Raises file's faults."""
        try:
            self._db.execute("begin immediate")
            self._apply(name, [item], None)  # type: ignore[arg-type]  # a sequence of one kind, whichever it is
        except Exception as error:
            if is_of_the_file(error):
                raise
            return error
        finally:
            self._roll_back()
        return None

    def checkpoint(self) -> None:
        """Moves the WAL into the file."""
        self._since_checkpoint = 0
        self._db.execute("pragma wal_checkpoint(passive)").fetchone()

    @property
    def db(self) -> sqlite3.Connection:
        """The connection; for the thread that folds."""
        return self._db

    def adopt_rebuilt(self) -> bool:
        """Takes a finished rebuild (`<name>.next.sqlite`) in place of this file. Returns False when there is none."""
        fresh = self.path.with_suffix(".next.sqlite")
        if not fresh.exists():
            return False
        self._db.close()
        for tail in ("-wal", "-shm"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        fresh.replace(self.path)
        self._db = self._open()
        self.generation += 1
        log.info("projection %s was rebuilt and is in use", self.projection.name)
        return True

    def reset(self) -> None:
        """Throws a damaged file away and begins anew. Raises OSError, sqlite3.Error: it is to be called again."""
        self.is_damaged = True
        with suppress(sqlite3.Error):
            self._db.close()
        discard(self.path)
        self._db = self._open()
        self.is_damaged = False
        self.generation += 1

    def close(self) -> None:
        """Checkpoints and closes."""
        with suppress(sqlite3.Error):
            self.checkpoint()
        self._db.close()


def rebuild(data_dir: Path, store: Path, projection: Projection, progress: Callable[[LogName, int, int], None]) -> None:
    """Folds a projection from the beginning into `<name>.next.sqlite`, beside a running hub, which then takes it over.

    `progress(log, position, head)` is called after each step. What comes in meanwhile is folded too; what comes after
    the end the hub folds when it takes the file.
    """
    path = projection_path(data_dir, projection.name)
    building = path.with_suffix(".building.sqlite")
    discard(building)
    reader = LogReader(store)
    file = ProjectionFile(building, projection, reader.epoch())
    try:
        for name in projection.logs:
            while (pos := file.positions[name]) < (head := reader.head(name)):
                items: Sequence[LogRecord] | Sequence[TelemetryBatch]
                if name == "telemetry":
                    items = reader.batches(pos, CHUNK_BATCHES)
                else:
                    items = reader.rows(name, pos, CHUNK_ROWS)
                file.fold(name, items, items[-1].pos if items else head)
                progress(name, file.positions[name], head)
            progress(name, file.positions[name], head)
        file.db.execute("pragma wal_checkpoint(truncate)").fetchone()
        file.db.execute("pragma journal_mode = delete").fetchone()
    finally:
        file.close()
        reader.close()
    with building.open("rb") as written:
        os.fsync(written.fileno())
    building.replace(path.with_suffix(".next.sqlite"))
