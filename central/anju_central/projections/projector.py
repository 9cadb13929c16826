"""The threads that keep all projections up with the store: alarms first, then activity, then telemetry in bites.

Each reads the store's logs on a connection of its own, folds each projection in its own file and transaction, and
reports to the event loop what changed. Between two telemetry batches it looks whether an alarm came.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from anju_central.projections.projection import Change
from anju_central.projections.projection_file import (
    CHUNK_BATCHES,
    CHUNK_ROWS,
    ProjectionFile,
    all_projections,
    projection_path,
)
from anju_central.store.append import LogPositions
from anju_central.store.log_reader import (
    LOG_NAMES,
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


class Projector:
    """Made and used in the event loop; folds in two threads of its own.

    One has the projections that follow no telemetry (incidents, attendance): an alarm's step to the operators never
    waits for a backlog's fold. The other has the rest.
    """

    def __init__(self, data_dir: Path, store: Path, heads: LogPositions) -> None:
        self.publish: Callable[[list[Change]], None] = lambda _changes: None  # in the event loop
        self._loop = asyncio.get_running_loop()
        with closing(LogReader(store)) as reader:
            epoch = reader.epoch()
        self.files = {
            projection.name: ProjectionFile(projection_path(data_dir, projection.name), projection, epoch)
            for projection in all_projections()
        }
        for file in self.files.values():
            file.adopt_rebuilt()
        self.on_rebuilt: Callable[[str], None] = lambda _name: None  # in the event loop
        self.folded: dict[str, dict[LogName, int]] = {name: dict(file.positions) for name, file in self.files.items()}
        self._waiters: list[tuple[str, LogName, int, asyncio.Future[None]]] = []
        self.ended: asyncio.Future[None] = self._loop.create_future()  # the first thread that ends
        urgent = [file for file in self.files.values() if "telemetry" not in file.positions]
        rest = [file for file in self.files.values() if "telemetry" in file.positions]
        self._folders = [
            _Folder(name, files, store, heads, self) for name, files in (("projector", urgent), ("folder", rest))
        ]
        self._left = len(self._folders)

    def start(self) -> None:
        """Starts folding."""
        for folder in self._folders:
            folder.start()

    def wake(self) -> None:
        """Says that the store has something new. Callable from any thread."""
        for folder in self._folders:
            folder.wake()

    async def caught_up(self, name: str, wanted: LogName, pos: int) -> None:
        """Returns when projection `name` has folded log `wanted` up to `pos` and its changes were published."""
        if self.folded[name][wanted] >= pos:
            return
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append((name, wanted, pos, done))
        await done

    async def close(self) -> None:
        """Ends the threads at their next whole step and closes the files."""
        for folder in self._folders:
            folder.stop()
        for folder in self._folders:
            await asyncio.to_thread(folder.join)

    # -- called from the threads, run in the event loop

    def report_folded(self, name: str, wanted: LogName, pos: int, changes: list[Change]) -> None:
        """A projection folded a log up to `pos`."""
        self._loop.call_soon_threadsafe(self._folded, name, wanted, pos, changes)

    def report_rebuilt(self, name: str, positions: dict[LogName, int]) -> None:
        """A projection was rebuilt, or begins anew."""
        self._loop.call_soon_threadsafe(self._rebuilt, name, positions)

    def report_ended(self) -> None:
        """A thread ends."""
        self._loop.call_soon_threadsafe(self._thread_ended)

    def _folded(self, name: str, wanted: LogName, pos: int, changes: list[Change]) -> None:
        self.folded[name][wanted] = pos
        if changes:
            self.publish(changes)
        if self._waiters:
            left = []
            for waiter in self._waiters:
                if self.folded[waiter[0]][waiter[1]] < waiter[2]:
                    left.append(waiter)
                elif not waiter[3].done():
                    waiter[3].set_result(None)
            self._waiters = left

    def _rebuilt(self, name: str, positions: dict[LogName, int]) -> None:
        self.folded[name] = positions
        self.on_rebuilt(name)

    def _thread_ended(self) -> None:
        self._left -= 1
        if not self.ended.done():
            self.ended.set_result(None)
        if not self._left:
            for *_, done in self._waiters:
                if not done.done():
                    done.cancel()


class _Folder:
    """One thread that keeps some projections up, with a connection to the store of its own."""

    def __init__(
        self, name: str, files: Sequence[ProjectionFile], store: Path, heads: LogPositions, projector: Projector
    ) -> None:
        self._files = files
        self._heads = heads
        self._projector = projector
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
                self._adopt()
                while not self._stopping and self._fold_some():
                    pass
                with self._ready:
                    if not self._woken and not self._stopping:
                        self._ready.wait(self._pause_s())
                    self._woken = False
            self._close()
        finally:
            self._projector.report_ended()

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
            if file.adopt_rebuilt():
                self._projector.report_rebuilt(file.projection.name, dict(file.positions))

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
                changes = file.fold(name, items, to, summaries)
            except sqlite3.OperationalError as error:  # full, locked, unreachable: the state is as before, try again
                log.warning("projection %s cannot be written: %s", file.projection.name, error)
                with self._ready:
                    self._ready.wait(RETRY_S)
                return not self._stopping
            except sqlite3.DatabaseError as error:
                log.error("projection %s is damaged and is folded anew: %s", file.projection.name, error)
                file.reset()
                self._projector.report_rebuilt(file.projection.name, dict(file.positions))
                return True
            self._projector.report_folded(file.projection.name, name, to, changes)
        return True


def lag(heads: LogPositions, folded: dict[LogName, int]) -> dict[LogName, int]:
    """Returns how many log positions a projection has still to fold."""
    return {name: getattr(heads, name) - folded[name] for name in LOG_NAMES if name in folded}
