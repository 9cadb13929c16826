"""The one thread that writes the event store: takes what waits, one transaction for many boxes, then the acks.

Urgent submissions (alarms) and the hub's own events have a queue of their own that is served first, and a transaction
is kept short so that an alarm never waits behind much. Cursors are read and moved only here. Checkpoints of the WAL
run between transactions and never while an alarm waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import zstandard

from anju_base.sql_queries import load_queries
from anju_central.store.append import Appender, PendingRows
from anju_central.store.database import SCHEMA, connect, is_damage, migrate
from anju_central.store.event_store import LogPositions, StoreUnavailable, Submission
from anju_central.store.hub_event import HubEvent
from anju_central.store.log_reader import read_epoch, read_head
from anju_central.store.receive_batch import Aside
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos.v1.event_pb2 import EventRef
from anju_protos.v1.uplink_pb2 import Ack

log = logging.getLogger(__name__)
SQL: Final = load_queries("anju_central.store.queries", "writer")
T = TypeVar("T")

GROUP_EVENTS: Final = 1_000  # of one transaction: longer ones make alarms wait
GROUP_BYTES: Final = 1 << 20
CHECKPOINT_BYTES: Final = 4 << 20  # written to the WAL since the last one: 5-10 ms, which an alarm may have to wait
COMMIT_OVERHEAD_BYTES: Final = 12_288  # three pages that every commit touches
IDLE_S: Final = 2.0
REOPEN_S: Final = 0.5


@dataclass(slots=True)
class _Waiting:
    """Something to append and who waits for it."""

    item: Submission | HubEvent
    done: asyncio.Future[Any]  # of Ack or EventRef, as the item asks
    size: int
    answer: Ack | EventRef | None = None


@dataclass(slots=True)
class _Job:
    """A question that only the writer can answer, between two transactions."""

    ask: Callable[[Appender, sqlite3.Connection], object]
    done: asyncio.Future[Any]


@dataclass(slots=True)
class Counters:
    """What the writer did since the start, for metrics."""

    commits: int = 0
    events: int = 0
    failures: int = 0
    commit_s_sum: float = 0.0


class StoreWriter:
    """Owns the store's write connection. Public methods are called in the event loop."""

    def __init__(
        self,
        path: Path,
        *,
        compress: bool = False,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        withheld: WithheldPlaces | None = None,
    ) -> None:
        self._path = path
        self._withheld = withheld or WithheldPlaces()
        self._now_ms = now_ms
        self.on_commit: Callable[[], None] = lambda: None  # called in the writer's thread
        self._packer = zstandard.ZstdCompressor(level=3) if compress else None
        self._loop = asyncio.get_running_loop()
        self._ready = threading.Condition()
        self._urgent: deque[_Waiting] = deque()
        self._bulk: deque[_Waiting] = deque()
        self._jobs: deque[_Job] = deque()
        self._stopping = False
        self._written = 0
        self.heads = LogPositions()
        self.counters = Counters()
        self.fault: str | None = None
        self.damage: asyncio.Future[str] = self._loop.create_future()  # what says that the file itself is broken
        self.epoch = b""
        self._db, self._append = self._open()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="store-writer")
        self._thread.start()

    # -- asked in the event loop

    def submit(self, submission: Submission) -> asyncio.Future[Ack]:
        """Queues a batch. Resolves with its ack after the commit, or raises StoreUnavailable."""
        done: asyncio.Future[Ack] = self._loop.create_future()
        size = 0 if submission.urgent else submission.batch.ByteSize()
        self._put(_Waiting(submission, done, size), urgent=submission.urgent)
        return done

    def append(self, event: HubEvent) -> asyncio.Future[EventRef]:
        """Queues a fact of the hub's own. Resolves with its identity after the commit, or raises StoreUnavailable."""
        done: asyncio.Future[EventRef] = self._loop.create_future()
        self._put(_Waiting(event, done, len(event.data)), urgent=True)
        return done

    def waiting(self) -> tuple[int, int]:
        """Returns how many submissions wait: (urgent, bulk)."""
        return len(self._urgent), len(self._bulk)

    def _put(self, waiting: _Waiting, *, urgent: bool) -> None:
        with self._ready:
            if self._stopping:
                waiting.done.set_exception(StoreUnavailable("the hub is stopping"))
                return
            (self._urgent if urgent else self._bulk).append(waiting)
            self._ready.notify()

    async def ask(self, question: Callable[[Appender, sqlite3.Connection], T]) -> T:
        """Runs `question` in the writer's thread between two transactions and returns its answer."""
        done: asyncio.Future[T] = self._loop.create_future()
        with self._ready:
            if self._stopping:
                raise StoreUnavailable("the hub is stopping")
            self._jobs.append(_Job(question, done))
            self._ready.notify()
        return await done

    async def close(self) -> None:
        """Commits what waits and closes the database."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        await asyncio.shield(self.ended)
        await asyncio.to_thread(self._thread.join)

    # -- the writer's thread

    def _open(self) -> tuple[sqlite3.Connection, Appender]:
        db = connect(self._path, "full")
        try:
            migrate(db, self._path, SCHEMA)
            db.execute(SQL.make_epoch)
            self.epoch = read_epoch(db)
            self.heads.alarm = read_head(db, "alarm")
            self.heads.activity = read_head(db, "activity")
            self.heads.telemetry = read_head(db, "telemetry")
        except Exception:
            db.close()
            raise
        return db, self._appender(db)

    def _appender(self, db: sqlite3.Connection) -> Appender:
        return Appender(db, self.epoch, self._now_ms, self._packer, self._withheld)

    def _run(self) -> None:
        try:
            while self._run_one():
                pass
            self._checkpoint_wal()
            with contextlib.suppress(sqlite3.Error):  # of a broken file; what was committed is in it
                self._db.close()
        finally:
            self._loop.call_soon_threadsafe(self._fail_waiting)

    def _fail_waiting(self) -> None:
        """In the event loop: nobody is left to answer."""
        with self._ready:
            self._stopping = True
        left = [item.done for item in (*self._urgent, *self._bulk)] + [job.done for job in self._jobs]
        for done in left:
            _fail(done, StoreUnavailable("the store's writer ended"))
        if not self.ended.done():
            self.ended.set_result(None)

    def _run_one(self) -> bool:
        """Serves one round: questions, then one group. Returns False when it is time to end."""
        with self._ready:
            while not (self._urgent or self._bulk or self._jobs):
                if self._stopping:
                    return False
                if not self._ready.wait(IDLE_S):
                    break
            jobs = list(self._jobs)
            self._jobs.clear()
            group = self._take()
        self._answer(jobs)
        if group:
            self._commit(group)
        due = CHECKPOINT_BYTES if group or jobs else CHECKPOINT_BYTES // 8
        if self._written > due and not self._urgent:
            self._checkpoint_wal()
        return True

    def _take(self) -> list[_Waiting]:
        queue = self._urgent or self._bulk
        group: list[_Waiting] = []
        events = size = 0
        while queue and (not group or (events < GROUP_EVENTS and size < GROUP_BYTES)):
            waiting = queue.popleft()
            group.append(waiting)
            size += waiting.size
            item = waiting.item
            events += 1 if isinstance(item, HubEvent) else max(len(item.batch.events), item.batch.event_count, 1)
        return group

    def _answer(self, jobs: Iterable[_Job]) -> None:
        for job in jobs:
            try:
                answer: object = job.ask(self._append, self._db)
            except sqlite3.Error as error:
                self.note_damage(error)
                self._loop.call_soon_threadsafe(_fail, job.done, StoreUnavailable(str(error)))
            except Exception as error:  # noqa: BLE001  # whoever asked learns of it: this thread writes for all others too
                self._loop.call_soon_threadsafe(_fail, job.done, error)
            else:
                self._loop.call_soon_threadsafe(_finish, job.done, answer)

    def _checkpoint_wal(self) -> None:
        self._written = 0
        try:
            self._db.execute("pragma wal_checkpoint(passive)").fetchone()
        except sqlite3.Error as error:
            self.note_damage(error)
            log.warning("store checkpoint failed: %s", error)

    def _commit(self, group: Sequence[_Waiting]) -> None:
        """Commits a group; when that fails, each of it alone, always on a fresh handle.

        A batch that cannot even then be written for what is in it is set aside whole: its box would send it for ever.
        """
        taken, error = self._commit_some(group)
        if error is None:
            self._loop.call_soon_threadsafe(_finish_all, group[:taken])
            if taken < len(group):
                with self._ready:
                    self._bulk.extendleft(reversed(group[taken:]))
            return
        usable = self._reopen()
        for waiting in group:
            alone = self._commit_some([waiting])[1] if usable else error
            if alone is not None and not isinstance(alone, sqlite3.Error) and self._reopen():
                log.error("a batch of %s cannot be written and is set aside", _sender(waiting.item), exc_info=alone)
                alone = self._commit_some([waiting], aside="unusable")[1]
            if alone is None:
                self._loop.call_soon_threadsafe(_finish_all, [waiting])
                continue
            self._fault(alone)
            self._loop.call_soon_threadsafe(_fail, waiting.done, StoreUnavailable(str(alone)))
            usable = usable and self._reopen()

    def _commit_some(self, group: Sequence[_Waiting], aside: Aside = "") -> tuple[int, Exception | None]:
        """Commits as many of a group as fit before an alarm comes, at least one. Returns how many, or why none.

        Whatever content makes of the code that writes it (a number that SQLite cannot hold raises OverflowError) is an
        answer too: this thread writes for all communities.
        """
        taken = 0
        started = time.perf_counter()
        pending = PendingRows()
        heads = LogPositions(self.heads.alarm, self.heads.activity, self.heads.telemetry)
        try:
            self._db.execute("begin immediate")
            for waiting in group:
                item = waiting.item
                if isinstance(item, HubEvent):
                    waiting.answer = self._append.append_hub_event(item, pending, heads)
                else:
                    waiting.answer = self._append.append_submission(item, pending, heads, aside)
                taken += 1
                if self._urgent and not isinstance(item, HubEvent) and not item.urgent:
                    break
            self._append.write(pending)
            self._db.execute("commit")
        except Exception as error:  # noqa: BLE001  # an answer, see above
            self.counters.failures += 1
            return 0, error
        self.heads.alarm = heads.alarm
        self.heads.activity = heads.activity
        self.heads.telemetry = heads.telemetry
        self._written += pending.bytes + COMMIT_OVERHEAD_BYTES
        if self.fault is not None:
            log.info("the store records again")
            self.fault = None
        self.counters.commits += 1
        self.counters.events += pending.events
        self.counters.commit_s_sum += time.perf_counter() - started
        self.on_commit()
        return taken, None

    def _reopen(self) -> bool:
        """Gives up the handle that failed, with all that was held of it. Returns False when there is none to be had."""
        try:
            self._db.close()
        except sqlite3.Error as error:
            log.debug("closing the failed handle: %s", error)
        try:
            self._db, self._append = self._open()
        except sqlite3.Error as error:
            self._fault(error)
            self._db = sqlite3.connect(":memory:", check_same_thread=False)  # refuses every group until the next try
            self._append = self._appender(self._db)
            time.sleep(REOPEN_S)
            return False
        return True

    def note_damage(self, error: Exception) -> None:
        """Notes an error that says that the file is broken, and no other. Callable from any thread."""
        if is_damage(error):
            self._loop.call_soon_threadsafe(_finish, self.damage, str(error))

    def _fault(self, error: Exception) -> None:
        self.note_damage(error)
        if self.fault is None:
            log.error("the store cannot record: %s", error)
        self.fault = str(error)


def _finish(done: asyncio.Future[Any], answer: object) -> None:
    if not done.done():  # whoever asked may have gone
        done.set_result(answer)


def _finish_all(group: Sequence[_Waiting]) -> None:
    for waiting in group:
        _finish(waiting.done, waiting.answer)


def _sender(item: Submission | HubEvent) -> str:
    return f"box {item.box}" if isinstance(item, Submission) else "the hub itself"


def _fail(done: asyncio.Future[Any], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
