"""Jobs of sheets in the hub: one process at a time, each waiting job knows behind whom, and all end with the hub."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from anju_central.registry.imports.worker import Json
from anju_central.registry.imports.worker_process import WorkerEnded, work

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """A job that goes on, or waits. `done` of `of` people; `since_ms` UTC."""

    account: str
    what: str
    since_ms: int
    done: int = 0
    of: int = 0
    waits: bool = True


class JobTurns:
    """Composed by the hub. A worker needs a processor and some hundred MB: two at once would be the alarms' loss."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self.is_closing = False

    @property
    def current(self) -> Job | None:
        """Returns the job that has its turn."""
        return next((job for job in self._jobs.values() if not job.waits), None)

    def job(self, key: str) -> Job | None:
        """Returns the job of that key, None when there is none any more."""
        return self._jobs.get(key)

    def begin(self, key: str, account: str, what: str, doing: Callable[[Job], Coroutine[object, object, None]]) -> None:
        """Begins a job in a task. `doing` asks for its turn by `turn` and keeps what comes of it itself."""
        job = self._jobs[key] = Job(account, what, self._now_ms())
        task = self._tasks[key] = asyncio.create_task(doing(job), name=f"{what} {key}")
        task.add_done_callback(lambda ended: self._ended(key, ended))

    async def turn(self, job: Job, asked: Json) -> Json:
        """Has a worker do it when it is this job's turn; returns the answer, or a refusal in its form."""
        async with self._turn:
            job.waits = False

            def progress(done: int, of: int) -> None:
                job.done, job.of = done, of

            try:
                return await work(asked, b"", progress)
            except WorkerEnded as ended:
                return {"refused": ENDED | {"en": str(ended)}}
            except OSError as error:
                log.error("no process for a sheet: %s", error.strerror)
                return {"refused": ENDED}

    async def once(self, account: str, what: str, asked: Json) -> Json:
        """Has a worker do something that somebody waits for."""
        key = f"{what}-{next(self._numbers)}"
        said: list[Json] = []

        async def doing(job: Job) -> None:
            said.append(await self.turn(job, asked))

        self.begin(key, account, what, doing)
        await self.wait(key)
        return said[0] if said else {"refused": ENDED}

    async def cancel(self, key: str) -> None:
        """Kills a job and waits until it has ended."""
        task = self._tasks.get(key)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def wait(self, key: str) -> None:
        """Returns when there is no such job any more."""
        task = self._tasks.get(key)
        if task is not None:
            await asyncio.wait({task})

    async def close(self) -> None:
        """Kills all jobs."""
        self.is_closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key], self._jobs[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("a job of sheets ended by a fault", exc_info=task.exception())


ENDED = {
    "code": "worker-ended",
    "zh": "处理这张表的进程意外结束，档案没有改动。请再试一次；若又失败，请把表另存为新的 .xlsx。",
    "en": "the process that works on this sheet ended; nothing was changed, try again",
}
