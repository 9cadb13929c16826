"""The journal's writer: one thread, one connection, all writes, reads and checkpoints. See docs/adr/0001.

The thread takes turns until nothing is due, then sleeps until it is woken or a tick has passed. What a turn does hangs
on the state:

    OPEN       waiting alarms, then one job of the uplink (a read, a cursor), the other lanes, a slice of upkeep
    FAULTED    there is no file to write to: jobs get a reader, and at its time the file is opened again
    SALVAGING  work on the file that may take half a minute; it ends in FAULTED
    CLOSING    the last turn: what waits is written, the cursors are saved

A storage fault never leaves this thread as an exception: the connection is closed, the file is opened in place, at once
and then with growing pauses (`recovery.py`), and what was to be written stays queued.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeVar

from anju_base.sqlite_schema import SchemaTooNew
from anju_edge.journal.card import Card
from anju_edge.journal.entries import Entry, PendingEvent
from anju_edge.journal.faults import FileDamaged, RowDamaged, SettingRefused
from anju_edge.journal.jobs import Job, JobQueue
from anju_edge.journal.pending_queue import PendingQueue
from anju_edge.journal.reader import JournalReader
from anju_edge.journal.recovery import Recovery
from anju_edge.journal.repair import repair_row
from anju_edge.journal.settings import JournalSettings
from anju_edge.journal.store import Store
from anju_edge.journal.streams import SalvageReport, StreamInfo
from anju_edge.journal.transaction import CommitResult, write
from anju_edge.journal.upkeep import Upkeep

_log = logging.getLogger(__name__)

T = TypeVar("T")
TICK_S = 1.0


class State(Enum):
    """What the thread can do with the file."""

    OPEN = "open"
    FAULTED = "faulted"
    SALVAGING = "salvaging"
    CLOSING = "closing"


class WriterListener(Protocol):
    """Who hears of what the thread did; all of these are called in the loop."""

    def durable(
        self, entries: list[Entry], commit: CommitResult | None, changed: list[StreamInfo], removed: list[bytes]
    ) -> None: ...

    def faulted(self, fault: str) -> None: ...

    def recovered(self) -> None: ...

    def note_salvage(self, report: SalvageReport) -> None: ...

    def opened(self, streams: list[StreamInfo]) -> None: ...

    def refused(self, error: Exception) -> None: ...

    def writer_ended(self, error: BaseException) -> None: ...


class Writer:
    """Owns the thread and the file. The loop talks to it by `pending`, `due`, `pins`, jobs and `wake`."""

    def __init__(
        self,
        path: Path,
        settings: JournalSettings,
        pending: PendingQueue,
        listener: WriterListener,
        loop: asyncio.AbstractEventLoop,
        tick_s: float = TICK_S,
        card: Card | None = None,
    ) -> None:
        self.pending = pending
        self.jobs = JobQueue()
        self.due = False  # the lanes besides ALARM are to be written now
        self.state = State.FAULTED  # until the file is open
        self.heartbeat_at_s = time.monotonic()
        self.commit_s = 0.0  # how long the last group took
        self._group_rows = settings.group_rows
        self._tick_s = tick_s
        self._listener = listener
        self._loop = loop
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._woken = False
        self._stop_asked = False
        self._told_fault = False  # the loop knows that nothing is confirmed
        self._store: Store | None = None
        self._upkeep = Upkeep(path, settings, tick_s, self._publish)
        self._recovery = Recovery(
            path,
            settings,
            tick_s,
            card or Card(),
            on_salvaging=self._salvaging,
            on_salvaged=self._salvaged,
            show_life=self._show_life,
            give_way=self._upkeep.give_way,
        )
        self.pins = self._upkeep.pins
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    # Called in the loop ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the thread; it opens the file."""
        self._thread.start()

    def wake(self) -> None:
        """Makes the thread look; cheap when it has been woken already."""
        if not self._woken:
            self._woken = True
            self._wake.put(None)

    @property
    def emergency_trouble(self) -> str:
        """Why the emergency file is not written now."""
        return self._recovery.emergency.trouble

    def submit(self, job: Job[T]) -> Job[T]:
        """Takes a job, to be done in its turn."""
        self.jobs.put(job)
        self.wake()
        return job

    def submit_last(self, job: Job[None]) -> Job[None]:
        """Takes a job that is done when there is no upkeep left to do."""
        self._upkeep.all_is_due()
        self.jobs.put_last(job)
        self.wake()
        return job

    def stop(self) -> None:
        """Asks the thread to write what waits, save the cursors and close the file."""
        self._stop_asked = True
        self._woken = True
        self._wake.put(None)

    def join(self, timeout_s: float) -> bool:
        """Waits for the thread to end. Blocks: not in the loop."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # The thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        reason = "the journal is closed"
        try:
            more = True
            while more or self.state is not State.CLOSING:
                if not more:
                    self._sleep()
                more = self._take_turn()
        except BaseException as error:  # noqa: BLE001 - told to the loop, which ends the process
            _log.critical("journal: its writer ended, the process must end: %r", error, exc_info=error)
            self._post(self._listener.writer_ended, error)
            reason = repr(error)
        finally:
            self.jobs.fail_all(reason)
            with contextlib.suppress(Exception):
                self._close_files()

    def _take_turn(self) -> bool:
        """Does one thing. Returns whether there may be more to do at once."""
        self._woken = False  # before looking: what comes later wakes again
        self._show_life()
        if self._stop_asked:
            self.state = State.CLOSING
        try:
            if self.state is State.OPEN:
                return self._turn_open()
            if self.state is State.CLOSING:
                return self._turn_closing()
            return self._turn_faulted()
        except sqlite3.Error as error:
            self._fail(error)
        except RowDamaged as damage:
            self._repair_row(damage)
        except (SchemaTooNew, SettingRefused) as error:
            if self._recovery.was_open:
                self._fail(sqlite3.OperationalError(str(error)))
            else:
                self._post(self._listener.refused, error)
                self.state = State.CLOSING
                return False
        return self.state is not State.CLOSING or self._recovery.failures <= 1

    def _sleep(self) -> None:
        """Waits until somebody wakes the thread, or it is time to look by itself."""
        pause_s = self._tick_s
        if self.state is State.FAULTED:
            pause_s = max(0.001, min(pause_s, self._recovery.retry_at_s - time.monotonic()))
        if not self._woken:
            with contextlib.suppress(queue.Empty):
                self._wake.get(timeout=pause_s)

    # OPEN

    def _turn_open(self) -> bool:
        store = self._file()
        self._recovery.look(store)
        last = self.jobs.last()
        if self.pending.alarms:
            alone = len(self.pending) > self._group_rows
            self._write(store, self._take_group(alarms_only=alone))
            return True
        ran = self._run_job(store)
        if self._write_lanes(store):
            return True
        if ran or self._run_upkeep(store):
            return True
        self.jobs.finish_last(last)
        return False

    def _write_lanes(self, store: Store) -> bool:
        """Writes a group of the other lanes where they are due. Returns whether it did."""
        if not self.due or self.pending.alarms:
            return False
        self.due = False  # from here on only set: the loop may ask for a flush at any moment
        group = self._take_group()
        if not group:
            return False
        if self.pending.activity or (self.pending.telemetry and not self._upkeep.disk_is_full):
            self.due = True
        self._write(store, group)
        return True

    def _take_group(self, *, alarms_only: bool = False) -> list[Entry]:
        telemetry = not self._upkeep.disk_is_full
        return self.pending.take(self._group_rows, alarms_only=alarms_only, telemetry=telemetry)

    def _write(self, store: Store, group: list[Entry]) -> None:
        started_s = time.monotonic()
        try:
            commit = write(store, group)
        except BaseException:
            self.pending.put_back(group)
            self.due = True
            raise
        self.commit_s = time.monotonic() - started_s
        if self._recovery.failures:
            self._recovered()
        self._upkeep.written(commit.bytes)
        if any(entry.__class__ is not PendingEvent for entry in group):
            self._upkeep.confirmed()
        self._post(self._listener.durable, group, commit, [stream.info() for stream in commit.changed], [])

    def _run_upkeep(self, store: Store) -> bool:
        was_full = self._upkeep.disk_is_full
        more = self._upkeep.run(store)
        if was_full and not self._upkeep.disk_is_full and self.pending.telemetry:
            self.due = True  # it waited for room; else it may linger
            return True
        return more

    def _run_job(self, file: JournalReader | None) -> bool:
        reason = self._recovery.text or "the journal is not open"
        if not self.jobs.run_next(file, reason, self._recovery.drop_reader):
            return False
        self._upkeep.confirmed()  # it may have been a cursor
        return True

    def _repair_row(self, damage: RowDamaged) -> None:
        store = self._store
        if store is None:  # a stream's own entry is amiss: it could not be opened
            self._fail(FileDamaged(str(damage)))
            return
        try:
            lost = repair_row(store, damage.stream, damage.seq)
        except sqlite3.Error as error:
            self._fail(error)
            return
        _log.error("journal: stream %s damaged at %d, %d numbers lost", damage.stream.hex(), damage.seq, lost)
        self._post(self._listener.opened, store.infos())

    # FAULTED, SALVAGING

    def _fail(self, error: sqlite3.Error) -> None:
        """Gives up the file after an error. The loop is told when opening it again at once did not help."""
        self._close_files()
        self._recovery.note(error)
        if self.state is not State.CLOSING:
            self.state = State.FAULTED
        if self._recovery.failures > 1:
            self._tell_fault(self._recovery.text)

    def _turn_faulted(self) -> bool:
        if time.monotonic() < self._recovery.retry_at_s:
            return self._run_job(self._recovery.reader() if self.jobs else None)
        self._open()
        return True

    def _open(self) -> None:
        """Opens the file. After a fault the disk is back when a commit went through; the alarms' own is the first."""
        if self._store is None:
            telemetry = not self._upkeep.disk_is_full or self._recovery.failures < 3
            self._store = self._recovery.open(telemetry=telemetry)
            if self._store is None:
                return  # salvaged: once more
            self._upkeep.opened(self._store)
            self._post(self._listener.opened, self._store.infos())
        if self._recovery.failures or self._told_fault:
            self._prove(self._store)
        if self.state is not State.CLOSING:
            self.state = State.OPEN

    def _prove(self, store: Store) -> None:
        for alarms_only in (True, False):
            if group := self.pending.take(self._group_rows, alarms_only=alarms_only, telemetry=False):
                self._write(store, group)
                break
        else:
            store.probe()
        self._recovered()

    def _recovered(self) -> None:
        self._recovery.over()
        self.due = True
        if self._told_fault:
            self._told_fault = False
            _log.warning("journal: recording again")
            self._post(self._listener.recovered)

    def _tell_fault(self, text: str) -> None:
        if not self._told_fault:
            self._told_fault = True
            self._post(self._listener.faulted, text)

    def _salvaging(self, why: str) -> None:
        if self.state is not State.CLOSING:
            self.state = State.SALVAGING
        if self._recovery.was_open:  # at the start nobody waits for a confirmation yet
            self._tell_fault(why)

    def _salvaged(self, report: SalvageReport) -> None:
        self._post(self._listener.note_salvage, report)

    # CLOSING

    def _turn_closing(self) -> bool:
        """Writes what waits, as far as the disk takes it, and saves the cursors."""
        if self._store is None:
            self._open()
            if self._store is None:
                return True  # salvaged: once more
        store = self._store
        self.due = True
        while self.pending.alarms or self.jobs or self.due:
            self._show_life()
            if self.pending.alarms:
                self._write(store, self._take_group())
            elif not self._run_job(store) and not self._write_lanes(store):
                self.due = False
        store.save_acks()
        return False

    # ---

    def _file(self) -> Store:
        if self._store is None:
            raise RuntimeError("no file is open")
        return self._store

    def _close_files(self) -> None:
        self._recovery.drop_reader()
        if self._store is not None:
            self._recovery.close(self._store)
            self._store = None

    def _show_life(self) -> None:
        self.heartbeat_at_s = time.monotonic()

    def _publish(self, changed: list[StreamInfo], removed: list[bytes]) -> None:
        self._post(self._listener.durable, [], None, changed, removed)

    def _post(self, callback: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(callback, *args)
