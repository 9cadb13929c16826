"""Keeps the box's own work going: what fails is logged, shown and begun again. Only the journal may end a box.

Drivers have their supervisor; this is the same for the rest: the tick, pages, uplink, siren, self tests. A fault in
one of them must not silence the others, and the box must not be restarted for it: presses do nothing meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar

from anju_edge.clock import Clock
from anju_edge.supervision.own_task import in_own_task

_log = logging.getLogger(__name__)

STEADY_S = 60.0  # work that ran this long starts again without delay
RETRY_MIN_S, RETRY_MAX_S = 0.25, 30.0

T = TypeVar("T")


@dataclass(slots=True)
class Fault:
    """What went wrong in one part of the box: how often since the start, and the last time. It stays until a restart.

    A fault here is a bug, and a bug stays visible until it is mended.
    """

    error: str
    count: int = 0


class Background:
    """The box's own work. `faults` are by name of the part."""

    def __init__(self, clock: Clock, retry_min_s: float = RETRY_MIN_S, retry_max_s: float = RETRY_MAX_S) -> None:
        self._clock = clock
        self._retry_min_s, self._retry_max_s = retry_min_s, retry_max_s
        self._loose: set[asyncio.Task[object]] = set()
        self.faults: dict[str, Fault] = {}

    async def keep(self, name: str, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Runs `work` until it ends by itself; whatever it raises stays here, and it begins again after a pause."""
        pause_s = self._retry_min_s
        while True:
            started_ms = self._clock.elapsed_ms()
            try:
                await in_own_task(work(), name)
            except Exception as error:  # noqa: BLE001 - as the drivers' supervisor: one part must not end the box
                self._note(name, error)
            else:
                return
            if self._clock.elapsed_ms() - started_ms > STEADY_S * 1000:
                pause_s = self._retry_min_s
            await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))
            pause_s = min(pause_s * 2, self._retry_max_s)

    def attempt(self, name: str, step: Callable[[], object]) -> None:
        """One step of many: the others go on when it fails."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - as above
            self._note(name, error)

    async def attempt_async(self, name: str, step: Callable[[], Awaitable[object]]) -> None:
        """As `attempt`, for a step that waits."""
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - as above
            self._note(name, error)

    def create_task(self, work: Coroutine[object, object, T], *, name: str) -> asyncio.Task[T]:
        """A task that nobody need await: its error is noted. It is cancelled by `close`."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._loose.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancels what `create_task` started and waits for it."""
        for task in list(self._loose):
            task.cancel()
        await asyncio.gather(*self._loose, return_exceptions=True)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._loose.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._note(task.get_name().partition(" ")[0], error)

    def _note(self, name: str, error: BaseException) -> None:
        """Counts; the log has the traceback of the first, second, fourth, ... time, and of another error."""
        frames = traceback.extract_tb(error.__traceback__)
        where = frames[-1].name if frames else "nowhere"
        text = f"{type(error).__name__} in {where}"
        fault = self.faults.setdefault(name, Fault(text))
        fault.count += 1
        is_power_of_two = fault.count & (fault.count - 1) == 0
        if is_power_of_two or text != fault.error:
            _log.error("%s: a bug, for the %d. time; it goes on by itself", name, fault.count, exc_info=error)
        fault.error = text
