"""The journal's writer: one thread, one connection, all writes, reads and checkpoints. See docs/adr/0001.

Order of work: waiting alarms first, then one job of the uplink (a read, a cursor), then the other lanes, then upkeep
(trims, checkpoint, scrub) in slices. A storage fault never leaves this thread as an exception: the connection is
closed, the file is reopened in place, at once and then with growing pauses, and what was to be written stays queued.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from anju_base.sqlite_schema import SchemaTooNew
from anju_drivers.errors import NotRecorded
from anju_edge.journal import retention
from anju_edge.journal.ballast import Ballast, free_bytes
from anju_edge.journal.entries import Entry, PendingEvent
from anju_edge.journal.faults import (
    Fault,
    FileDamaged,
    FileGone,
    RowDamaged,
    SettingRefused,
    fault_of,
    settle_wal,
    storage_error,
)
from anju_edge.journal.pending_queue import PendingQueue
from anju_edge.journal.reader import JournalReader
from anju_edge.journal.repair import open_checked, repair_row, scrub
from anju_edge.journal.salvage.replacing import drop_quarantined, finish_interrupted, set_stranger_aside
from anju_edge.journal.salvage.rescue import rescue
from anju_edge.journal.salvage.salvage import salvage
from anju_edge.journal.settings import JournalSettings
from anju_edge.journal.store import Store, read_register
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import SalvageReport, StreamInfo
from anju_edge.journal.transaction import CommitResult, write
from anju_edge.journal.whereabouts import Identity, check_disk, check_mount, check_register, is_empty

_log = logging.getLogger(__name__)

T = TypeVar("T")
TICK_S = 1.0
_ROOM_CHECK_BYTES = 256 * 1024
_SCRUB_ROWS = 500
_SCRUB_PAUSE_S = 2.0
_SALVAGES_AT_ONCE = 3  # what is damaged again right after is no matter of the file: pause as for a failing disk


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


class Job(Generic[T]):
    """Something to do with the file in the writer's thread, for someone who waits in the loop.

    While the file cannot be written, jobs get a reader only; a job that needs more raises `NotRecorded`.
    """

    __slots__ = ("_future", "_loop", "work")

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Callable[[JournalReader], T]) -> None:
        self._loop, self.work = loop, work
        self._future: asyncio.Future[T] = loop.create_future()

    def finish(self, result: T) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._set, result)

    def fail(self, error: Exception) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._set_error, error)

    def _set(self, result: T) -> None:
        if not self._future.done():  # else its waiter was cancelled
            self._future.set_result(result)

    def _set_error(self, error: Exception) -> None:
        if not self._future.done():
            self._future.set_exception(error)

    async def result(self) -> T:
        return await self._future


class Writer:
    """Owns the thread and the file. The loop talks to it by `pending`, `jobs`, `pins` and `wake`."""

    def __init__(
        self,
        path: Path,
        settings: JournalSettings,
        pending: PendingQueue,
        listener: WriterListener,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.path = path
        self.settings = settings
        self.pending = pending
        self.jobs: deque[Job[object]] = deque()
        self._settling: list[Job[None]] = []
        self.pins: dict[bytes, tuple[int, int]] = {}
        self.due = False  # the lanes besides ALARM are to be written now
        self.heartbeat_at_s = time.monotonic()
        self.commit_s = 0.0  # how long the last group took
        self._listener = listener
        self._loop = loop
        self._ballast = Ballast(path.parent / "ballast", settings.ballast_bytes)
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._woken = False
        self._closing = False
        self._store: Store | None = None
        self._identity: Identity | None = None  # of the file as it was last opened
        self._looked_at = 0.0
        self._reading: JournalReader | None = None  # serves reads while the file cannot be written
        self._failures = 0
        self._down = False
        self._retry_at = 0.0
        self._full = False  # the ballast is given up and the disk has no room yet
        self._remembered: dict[bytes, Stream] = {}  # as of when the file was last open
        self._fault_text = ""
        self._damaged = False
        self._salvages = 0
        self._unsettled = False  # a sync may have failed: the WAL in the page cache is not what the disk has
        self._opened = False
        self._room_bytes = _ROOM_CHECK_BYTES
        self._saved_acks_at = self._scrubbed_at = time.monotonic()
        self._room_at = 0.0
        self._shrunk_at = 0.0
        self._short = self._trim = True
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    # Called in the loop ----------------------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Makes the thread look; cheap when it has been woken already."""
        if not self._woken:
            self._woken = True
            self._wake.put(None)

    def submit(self, job: Job[T]) -> Job[T]:
        self.jobs.append(job)  # type: ignore[arg-type]  # a queue of jobs with any result
        self.wake()
        return job

    def submit_last(self, job: Job[None]) -> Job[None]:
        """Takes a job that is done when there is no upkeep left to do."""
        self._room_bytes, self._trim = _ROOM_CHECK_BYTES, True
        self._settling.append(job)
        self.wake()
        return job

    def stop(self) -> None:
        """Asks the thread to write what waits, save the cursors and close the file."""
        self._closing = True
        self._woken = True
        self._wake.put(None)

    def join(self, timeout_s: float) -> bool:
        """Waits for the thread to end. Blocks: not in the loop."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # The thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # noqa: BLE001 - told to the loop, which ends the process
            _log.critical("journal: its writer ended, the process must end: %r", error, exc_info=error)
            self._post(self._listener.writer_ended, error)
            with contextlib.suppress(Exception):
                self._close_files()

    def fail_jobs(self, reason: str) -> None:
        """Tells all who wait for a job that it will not be done."""
        while self.jobs:
            self.jobs.popleft().fail(NotRecorded(reason))
        while self._settling:
            self._settling.pop().fail(NotRecorded(reason))

    def _serve(self) -> None:
        while not self._closing:
            self._run_until_idle()
            with contextlib.suppress(queue.Empty):
                self._wake.get(timeout=self._pause_s())
        self.due = True
        self._run_until_idle()
        if self._store is not None and not self._down:
            with contextlib.suppress(sqlite3.Error):
                self._store.save_acks()
        self.fail_jobs("the journal is closed")
        self._close_files()

    def _pause_s(self) -> float:
        if self._woken:
            return 0.0
        if self._down:
            return max(0.001, min(TICK_S, self._retry_at - time.monotonic()))
        return TICK_S

    def _run_until_idle(self) -> None:
        """Works until nothing is due."""
        while True:
            self._woken = False  # before looking: what comes later wakes again
            self.heartbeat_at_s = time.monotonic()
            try:
                if not self._run_one():
                    return
            except sqlite3.Error as error:
                self._fault(error)
                if self._closing and self._failures > 1:
                    return
            except RowDamaged as damage:
                self._repair_row(damage)
            except (SchemaTooNew, SettingRefused) as error:
                if not self._opened:
                    self._post(self._listener.refused, error)
                    self._closing = True
                    return
                self._fault(sqlite3.OperationalError(str(error)))
            if self._down and time.monotonic() < self._retry_at and not self.jobs:
                return

    def _run_one(self) -> bool:
        """Does one thing. Returns whether there may be more to do."""
        if self._down or self._store is None:
            if time.monotonic() >= self._retry_at or self._closing:
                self._recover()
                return not self._closing
            return self._run_job()
        store = self._store
        self._look_for_file(store)
        pending = self.pending
        settling = list(self._settling)  # whoever asks from here on waits for the next look
        if pending.alarms:
            alone = len(pending) > self.settings.group_rows
            self._write(store, pending.take(self.settings.group_rows, alarms_only=alone, telemetry=not self._full))
            return True
        ran = self._run_job()
        if self.due and not pending.alarms:
            self.due = False  # from here on only set: the loop may ask for a flush at any moment
            if group := pending.take(self.settings.group_rows, telemetry=not self._full):
                if pending.activity or (pending.telemetry and not self._full):
                    self.due = True
                self._write(store, group)
                return True
        if ran or (not self._closing and self._upkeep(store)):
            return True
        for job in settling:
            self._settling.remove(job)
            job.finish(None)
        return False

    def _write(self, store: Store, group: list[Entry]) -> None:
        started = time.monotonic()
        try:
            commit = write(store, group)
        except BaseException:
            self.pending.put_back(group)
            self.due = True
            raise
        self.commit_s = time.monotonic() - started
        if self._failures:
            self._failures = 0
            self._recovered()
        self._room_bytes += commit.bytes
        if any(entry.__class__ is not PendingEvent for entry in group):
            self._trim = True
        self._post(self._listener.durable, group, commit, [stream.info() for stream in commit.changed], [])

    def _run_job(self) -> bool:
        if not self.jobs:
            return False
        store: JournalReader | None = self._store if not self._down else None
        store = store or self._reader()
        job = self.jobs.popleft()
        if store is None:
            job.fail(NotRecorded(self._reason))
            return True
        try:
            result = job.work(store)
        except (sqlite3.Error, RowDamaged) as error:
            if isinstance(error, sqlite3.Error) and fault_of(error) is None:
                job.fail(error)
                return True
            if store.writable:
                self.jobs.appendleft(job)  # again after the repair
                raise
            job.fail(NotRecorded(str(error)))
            self._drop_reader()
        except (NotRecorded, ValueError) as error:
            job.fail(error)
        except Exception as error:  # noqa: BLE001 - a fault of who asked, not of the file: the writer goes on
            _log.exception("journal: what was asked of the file failed")
            job.fail(error)
        else:
            job.finish(result)
            self._trim = True
        return True

    # Upkeep ----------------------------------------------------------------------------------------------------

    def _upkeep(self, store: Store) -> bool:
        now = time.monotonic()
        if store.wal_pages >= self.settings.checkpoint_pages:
            store.checkpoint()
            return True
        if now - self._room_at >= TICK_S:
            self._room_at = now
            self._room_bytes = _ROOM_CHECK_BYTES
            self._refill(store)
        if self._room_bytes >= _ROOM_CHECK_BYTES or self._short:
            self._room_bytes = 0
            if self._make_room(store):
                return True
        if self._trim:
            before = {*store.streams, *store.confirmed_streams}
            if retention.trim_confirmed(store, self.settings):
                self._publish(store, before)
                return True
            self._trim = False
        if now - self._saved_acks_at >= self.settings.save_acks_s:
            self._saved_acks_at = now
            store.save_acks()
        if now - self._scrubbed_at >= _SCRUB_PAUSE_S:
            self._scrubbed_at = now
            scrub(store, _SCRUB_ROWS)
        return False

    def _make_room(self, store: Store) -> bool:
        free = free_bytes(self.path.parent)
        short = retention.space_shortage(self.settings, store.used_bytes(), store.spare_bytes(), free)
        self._short = short is not retention.SpaceShortage.NONE
        if not self._short:
            return False
        if short is retention.SpaceShortage.DISK:
            try:
                if drop_quarantined(self.path):
                    return True
            except OSError as error:
                raise storage_error(error) from error
        gave = retention.make_room(store, self.pins)
        if gave is None:
            self._short = False  # nothing may go: look again at the next tick
            return False
        self._post(self._listener.durable, [], None, [gave.info()], [])
        return True

    def _refill(self, store: Store) -> None:
        """Fills the ballast. Once there is room again, TELEMETRY that waited for it is due; else it may linger."""
        was_full = self._full
        if self._full and time.monotonic() - self._shrunk_at >= self.settings.retry_max_s:
            self._shrunk_at = time.monotonic()
            store.shrink(free_bytes(self.path.parent))
        if self._ballast.fill(self.settings.floor_bytes) or self.settings.ballast_bytes == 0:
            self._full = False
        elif self._full and store.spare_bytes() >= retention.SPARE_BYTES:
            self._full = False  # TELEMETRY can go on inside the file
        if was_full and not self._full and self.pending.telemetry:
            self.due = True

    def _publish(self, store: Store, before: set[bytes]) -> None:
        removed = list(before - {*store.streams, *store.confirmed_streams})
        self._post(self._listener.durable, [], None, store.infos(), removed)

    # Faults ----------------------------------------------------------------------------------------------------

    @property
    def _reason(self) -> str:
        return self._fault_text or "the journal is not open"

    def _fault(self, error: sqlite3.Error) -> None:
        """Closes the file after an error and decides when to come back: at once the first time."""
        fault = fault_of(error) or Fault.IO
        before, self._fault_text = self._fault_text, f"{fault.value}: {error}"
        if self._fault_text != before:
            _log.warning("journal: %s; reopening until it is back", self._fault_text)
        self._close_files()
        if fault is Fault.FULL:
            self._full = True
            self._ballast.give_up()
            with contextlib.suppress(OSError):
                drop_quarantined(self.path)
        self._unsettled = self._unsettled or fault is Fault.IO
        self._damaged = self._damaged or fault is Fault.CORRUPT
        self._failures += 1
        first = self._failures == 1
        doubled = self.settings.retry_first_s * 2.0 ** min(self._failures - 2, 20)
        pause = 0.0 if first else min(doubled, self.settings.retry_max_s)
        self._retry_at = time.monotonic() + pause
        if not first and not self._down:
            self._down = True
            self._post(self._listener.faulted, self._fault_text)

    def _repair_row(self, damage: RowDamaged) -> None:
        store = self._store
        if store is None:
            return
        try:
            lost = repair_row(store, damage.stream, damage.seq)
        except sqlite3.Error as error:
            self._fault(error)
            return
        _log.error("journal: stream %s damaged at %d, %d numbers lost", damage.stream.hex(), damage.seq, lost)
        self._post(self._listener.opened, store.infos())

    def _recover(self) -> None:
        """Opens the file, the first time or again, and writes the most urgent of what waits."""
        if self._failures:
            self._drop_reader()
        try:
            self._find_file()
            if self._unsettled:
                settle_wal(self.path)
                self._unsettled = False
        except OSError as error:
            raise storage_error(error) from error
        if self._damaged:
            self._salvage()
        try:
            store = open_checked(
                self.path,
                synchronous=self.settings.synchronous,
                hard_limit_bytes=self.settings.hard_limit_bytes,
            )
        except sqlite3.DatabaseError as error:
            if fault_of(error) is not Fault.CORRUPT or self._salvages >= _SALVAGES_AT_ONCE:
                raise
            self._damaged = True
            self._salvage()
            return
        if any(not stream.sealed and stream.id not in store.streams for stream in self._remembered.values()):
            self._refuse_stranger(store)
        self._store = store
        self._identity = Identity.of(self.path)
        self._opened = True
        self._adopt(store)
        if self._failures:
            self._probe_write(store)

    def _find_file(self) -> None:
        """Looks before the file is opened: one that should be there and is not is no new journal. Raises OSError."""
        check_mount(self.settings.mount)
        if self._identity is None:
            os.makedirs(self.path.parent, mode=0o700, exist_ok=True)
        else:
            check_disk(self.path, self._identity.folder_device)
        finish_interrupted(self.path)
        if self._opened:
            self._damaged = self._damaged or not self.path.exists() or is_empty(self.path)
        else:
            check_register(self.path)
            self._damaged = self._damaged or (is_empty(self.path) and bool(read_register(self.path)))

    def _look_for_file(self, store: Store) -> None:
        """Once a second: whether what is open is still what its name says. Copies it back where it is not."""
        now, identity = time.monotonic(), self._identity
        if now - self._looked_at < TICK_S or identity is None:
            return
        self._looked_at = now
        check_mount(self.settings.mount)
        if identity.is_file_gone(self.path):
            check_disk(self.path, identity.folder_device)
            self._rescue(store)
            raise FileGone(f"{self.path} was removed or replaced while it was open")
        if is_empty(self.path):
            raise FileDamaged(f"{self.path} was emptied while it was open")
        if identity.is_log_gone(self.path):
            store.checkpoint()  # what is in it can still be read
            raise FileGone(f"the write-ahead log of {self.path} was removed while it was open")

    def _rescue(self, store: Store) -> None:
        """Copies the open file to where it belongs. Where that fails, what the hub lacks of it is lost, and said."""
        self._wait_for_confirmations(f"{Fault.AWAY.value}: {self.path} was removed or replaced")
        try:
            try:
                rescue(store, self._show_life)
            except (sqlite3.Error, OSError):
                self._ballast.give_up()
                rescue(store, self._show_life)
        except (sqlite3.Error, OSError) as error:
            _log.error("journal: what is open cannot be copied to %s: %s", self.path, error)
            self._damaged = True
            with contextlib.suppress(OSError):
                set_stranger_aside(self.path)
        else:
            _log.warning("journal: copied back to %s, nothing is lost", self.path)

    def _refuse_stranger(self, store: Store) -> None:
        """What stands at the journal's name lacks our live streams: kept aside, and never written."""
        store.close()
        set_stranger_aside(self.path)
        self._damaged = True
        raise FileGone(f"{self.path} is another box's; it is kept as journal-stranger.sqlite")

    def _wait_for_confirmations(self, why: str) -> None:
        """Says that nothing is confirmed for now, before work on the file that may take half a minute."""
        if self._opened and not self._down:
            self._down, self._fault_text = True, why
            self._post(self._listener.faulted, why)

    def _adopt(self, store: Store) -> None:
        """Takes over what an earlier connection knew, and tells the loop which streams there are."""
        for stream in self._remembered.values():
            store.ack(stream.id, stream.acked)
            if (same := store.streams.get(stream.id)) is not None:
                same.read_to = stream.read_to
        self._trim = self._short = True
        self._post(self._listener.opened, store.infos())

    def _probe_write(self, store: Store) -> None:
        """After a fault: the disk is back when a commit went through; the alarms' own is the first."""
        for alarms_only in (True, False):
            if group := self.pending.take(self.settings.group_rows, alarms_only=alarms_only, telemetry=False):
                self._write(store, group)
                return
        store.probe()
        self._failures = 0
        self._recovered()

    def _recovered(self) -> None:
        self._damaged, self._salvages = False, 0
        self.due = True
        if self._down:
            self._down = False
            _log.warning("journal: recording again")
            self._post(self._listener.recovered)
        self._fault_text = ""

    def _show_life(self) -> None:
        self.heartbeat_at_s = time.monotonic()

    def _salvage(self) -> None:
        self._salvages += 1
        self._wait_for_confirmations(self._reason)
        try:
            report = salvage(
                self.path,
                self._remembered,
                telemetry=not self._full or self._failures < 3,
                tick=self._show_life,
            )
        except OSError as error:
            raise storage_error(error) from error
        self._damaged = False
        _log.error("journal: salvaged, %d rows kept, %d numbers lost", report.kept, report.lost)
        self._post(self._listener.note_salvage, report)

    def _reader(self) -> JournalReader | None:
        if self._reading is None:
            try:
                self._reading = JournalReader.open_reading(self.path)
            except (sqlite3.Error, RowDamaged):
                return None
        return self._reading

    def _drop_reader(self) -> None:
        if self._reading is None:
            return
        for stream in self._reading.streams.values():  # cursors that came meanwhile
            before = self._remembered.get(stream.id)
            if before is None:
                self._remembered[stream.id] = stream
            elif stream.acked > before.acked:
                before.acked, before.acked_hash = stream.acked, stream.acked_hash
        self._reading.close()
        self._reading = None

    def _close_files(self) -> None:
        self._drop_reader()
        if self._store is not None:
            self._remembered = self._store.streams
            self._store.close()
            self._store = None

    def _post(self, callback: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(callback, *args)
