"""What is asked of the journal's file, in its writer's thread, by someone who waits in the loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from anju_drivers.errors import NotRecorded
from anju_edge.journal.card import KeyMissing
from anju_edge.journal.faults import RowDamaged, fault_of
from anju_edge.journal.reader import JournalReader

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Job(Generic[T]):
    """One question or small change. While the file cannot be written, jobs get a reader only.

    A job that needs more raises `NotRecorded`.
    """

    __slots__ = ("_future", "_loop", "work")

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Callable[[JournalReader], T]) -> None:
        self._loop = loop
        self._future: asyncio.Future[T] = loop.create_future()
        self.work = work

    async def result(self) -> T:
        """Waits for the answer. In the loop."""
        return await self._future

    def finish(self, result: T) -> None:
        """Gives the answer. In the thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._set, result)

    def fail(self, error: Exception) -> None:
        """Says why there is no answer. In the thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._set_error, error)

    def _set(self, result: T) -> None:
        if not self._future.done():  # else its waiter was cancelled
            self._future.set_result(result)

    def _set_error(self, error: Exception) -> None:
        if not self._future.done():
            self._future.set_exception(error)


class JobQueue:
    """Jobs in order, and those that are done when the writer has nothing left to do."""

    def __init__(self) -> None:
        self._jobs: deque[Job[object]] = deque()
        self._last: list[Job[None]] = []

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def put(self, job: Job[T]) -> None:
        """Takes a job, to be done in its turn."""
        self._jobs.append(job)  # type: ignore[arg-type]  # a queue of jobs with any result

    def put_last(self, job: Job[None]) -> None:
        """Takes a job that is done when nothing is left to do."""
        self._last.append(job)

    def last(self) -> list[Job[None]]:
        """Returns those that wait until nothing is left to do; whoever asks from here on waits for the next look."""
        return list(self._last)

    def finish_last(self, jobs: list[Job[None]]) -> None:
        """Ends these of `last`."""
        for job in jobs:
            self._last.remove(job)
            job.finish(None)

    def run_next(self, file: JournalReader | None, reason: str, drop_reader: Callable[[], None]) -> bool:
        """Does the next job with `file`; None = there is none, for `reason`. Returns whether there was a job.

        A fault of a file that can be written leaves the job queued and is raised; `drop_reader` is told of one of a
        file that can only be read. Raises sqlite3.Error and `RowDamaged`.
        """
        if not self._jobs:
            return False
        job = self._jobs.popleft()
        if file is None:
            job.fail(NotRecorded(reason))
            return True
        try:
            result = job.work(file)
        except (sqlite3.Error, RowDamaged) as error:
            if isinstance(error, sqlite3.Error) and fault_of(error) is None:
                job.fail(error)
                return True
            if file.writable:
                self._jobs.appendleft(job)  # again after the repair
                raise
            job.fail(NotRecorded(str(error)))
            drop_reader()
        except (NotRecorded, KeyMissing, ValueError) as error:
            job.fail(error)
        except Exception as error:  # noqa: BLE001 - a fault of who asked, not of the file: the writer goes on
            _log.exception("journal: what was asked of the file failed")
            job.fail(error)
        else:
            job.finish(result)
        return True

    def fail_all(self, reason: str) -> None:
        """Tells all who wait that it will not be done."""
        while self._jobs:
            self._jobs.popleft().fail(NotRecorded(reason))
        while self._last:
            self._last.pop().fail(NotRecorded(reason))
