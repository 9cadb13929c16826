"""One thread that keeps some projections up with the store: alarms first, then activity, then telemetry in bites.

It reads the store's logs on a connection of its own, folds each projection in its own file and transaction, and
reports what changed. Between two telemetry batches it looks whether an alarm came. No fact ends it: one that a
projection cannot fold is set aside.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from anju_central.projections.projection import Change
from anju_central.projections.projection_file import CHUNK_BATCHES, CHUNK_ROWS, ProjectionFile
from anju_central.projections.set_aside import SetAside, fold_apart
from anju_central.store.database import is_damage, is_of_the_file
from anju_central.store.event_store import LogPositions
from anju_central.store.log_reader import (
    LogName,
    LogReader,
    LogRecord,
    RowLog,
    TelemetryBatch,
    TelemetrySummary,
    summarize,
)

log = logging.getLogger(__name__)

POLL_S: Final = 1.0  # for a rebuilt file
RETRY_S: Final = 0.5
REST_S: Final = 0.25  # between two folds of telemetry: of a backlog each device is then written once for many batches


class Reports(Protocol):
    """Who learns what a folder did; called in the folder's thread."""

    def report_folded(self, name: str, wanted: LogName, pos: int, changes: list[Change]) -> None: ...
    def report_rebuilt(self, name: str, positions: dict[LogName, int]) -> None: ...
    def report_set_aside(self, fact: SetAside) -> None: ...
    def report_damage(self, reason: str) -> None: ...
    def report_ended(self) -> None: ...


class Folder:
    """One thread that keeps some projections up, with a connection to the store of its own."""

    def __init__(
        self, name: str, files: Sequence[ProjectionFile], store: Path, heads: LogPositions, reports: Reports
    ) -> None:
        self._files = files
        self._heads = heads
        self._reports = reports
        self._ready = threading.Condition()
        self._woken = True
        self._stopping = False
        self._rested_s = 0.0  # monotonic: when telemetry may be folded again
        self._reader = LogReader(store)
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        with self._ready:
            self._woken = True
            self._ready.notify()

    def stop(self) -> None:
        with self._ready:
            self._stopping = True
            self._ready.notify()

    def join(self) -> None:
        """Blocks until the thread ended; a thread that never began has only its files to close."""
        if self._thread.ident is None:
            self._close()
        else:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping:
                try:
                    self._fold_all()
                except sqlite3.DatabaseError as error:
                    if is_damage(error):  # of the store: a projection's own file is begun anew where it is folded
                        self._reports.report_damage(str(error))
                        return
                    self._retry(error)
                except OSError as error:
                    self._retry(error)
            self._close()
        finally:
            self._reports.report_ended()

    def _fold_all(self) -> None:
        """Folds what there is, then waits for more."""
        self._adopt()
        while not self._stopping and self._fold_some():
            pass
        with self._ready:
            if not self._woken and not self._stopping:
                self._ready.wait(self._pause_s())
            self._woken = False

    def _retry(self, error: Exception) -> None:
        """Full, locked, unreachable: what was folded stands, and it is tried again."""
        log.warning("projections cannot be folded now: %s", error)
        with self._ready:
            self._ready.wait(RETRY_S)

    def _pause_s(self) -> float:
        if self._behind("telemetry")[0]:
            return max(0.0, self._rested_s - time.monotonic())
        return POLL_S

    def _close(self) -> None:
        for file in self._files:
            file.close()
        self._reader.close()

    def _adopt(self) -> None:
        for file in self._files:
            if file.is_damaged:
                self._begin_anew(file)
            if file.adopt_rebuilt():
                self._reports.report_rebuilt(file.projection.name, dict(file.positions))

    def _fold_some(self) -> bool:
        """Folds one bite. Returns False when there is nothing to fold."""
        alarms = self._rows("alarm")
        activity = self._rows("activity")
        return alarms or activity or self._batches()

    def _behind(self, name: LogName) -> tuple[list[ProjectionFile], int]:
        """The files that follow a log and lag behind its head, and the lowest position among them."""
        head: int = getattr(self._heads, name)
        files = [file for file in self._files if file.positions.get(name, head) < head]
        return files, min((file.positions[name] for file in files), default=head)

    def _rows(self, name: RowLog) -> bool:
        files, after = self._behind(name)
        rows = self._reader.rows(name, after, CHUNK_ROWS) if files else []
        return bool(rows) and self._fold(files, name, rows, rows[-1].pos)

    def _batches(self) -> bool:
        files, after = self._behind("telemetry")
        if not files or (self._heads.telemetry - after < CHUNK_BATCHES and time.monotonic() < self._rested_s):
            return False
        batches: list[TelemetryBatch] = []
        while len(batches) < CHUNK_BATCHES:
            batch = self._reader.batches(after, 1)
            if not batch:
                break
            batches += batch
            after = batch[-1].pos
            if self._behind("alarm")[0]:
                break
        folded = bool(batches) and self._fold(files, "telemetry", batches, after, summarize(batches))
        self._rested_s = time.monotonic() + REST_S
        return folded

    def _fold(
        self,
        files: Sequence[ProjectionFile],
        name: LogName,
        items: Sequence[LogRecord] | Sequence[TelemetryBatch],
        to: int,
        summaries: Sequence[TelemetrySummary] | None = None,
    ) -> bool:
        for file in files:
            if file.positions[name] >= to:
                continue
            try:
                self._fold_one(file, name, items, to, summaries)
            except sqlite3.OperationalError as error:  # full, locked, unreachable: the state is as before, try again
                log.warning("projection %s cannot be written: %s", file.projection.name, error)
                with self._ready:
                    self._ready.wait(RETRY_S)
                return not self._stopping
            except sqlite3.DatabaseError as error:
                log.error("projection %s is damaged and is folded anew: %s", file.projection.name, error)
                self._begin_anew(file)
                return True
        return True

    def _fold_one(
        self,
        file: ProjectionFile,
        name: LogName,
        items: Sequence[LogRecord] | Sequence[TelemetryBatch],
        to: int,
        summaries: Sequence[TelemetrySummary] | None,
    ) -> None:
        """Folds for one projection, without the facts that it cannot fold. Raises sqlite3.Error for its file's faults.

        Any error of the fold itself comes from some fact: that one is found and left out, and all others count.
        """
        projection = file.projection.name
        try:
            changes = file.fold(name, items, to, summaries)
        except Exception as error:
            if is_of_the_file(error):
                raise
            log.debug("projection %s: one by one after %r", projection, error)
        else:
            self._reports.report_folded(projection, name, to, changes)
            return
        for bite in fold_apart(file, name, items):
            self._reports.report_folded(projection, name, bite.pos, bite.changes)
            for fact in bite.aside:
                log.error("%s", fact, exc_info=fact.error)
                self._reports.report_set_aside(fact)

    def _begin_anew(self, file: ProjectionFile) -> None:
        file.reset()
        self._reports.report_rebuilt(file.projection.name, dict(file.positions))
