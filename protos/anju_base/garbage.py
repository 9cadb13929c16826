"""Garbage collection in short steps, for processes whose loop may not stand still.

CPython 3.11 to 3.13 looks at every object it tracks in a full collection, and holds everything up meanwhile: a hub with
3,000 boxes stood still for 200 to 570 ms, time and again, to find some hundred objects. What is left out of collections
(`gc.freeze`) is freed as ever when nothing refers to it; only what refers to itself in a circle is then not found.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Final

YOUNG: Final = (2_000, 10)  # objects before a collection of the newest, and of these before one of the next older
NEVER: Final = 1_000_000  # of the latter before a full one: those come from here
STEP_EVERY_S: Final = 1.0
STEP_AFTER: Final = 4  # collections of the middle generation, each of what survived of 20,000 objects
SLOW_S: Final = 0.02  # a step that takes longer leaves what survived out of all later ones
WHOLE_EVERY_S: Final = 86_400.0


class GarbageSteps:
    """Takes full collections over from the interpreter. `is_calm`: half a second of standing still harms nobody now."""

    def __init__(
        self, is_calm: Callable[[], bool] = lambda: True, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._is_calm = is_calm
        self._monotonic_s = monotonic_s
        self._whole_s = monotonic_s()
        self._left_out = False  # something since the last whole one

    def begin(self) -> None:
        """What the start made stays: it is looked at once and left out from now on."""
        gc.set_threshold(*YOUNG, NEVER)
        gc.collect()
        gc.freeze()

    def step(self) -> None:
        """Collects if enough was made since, and a whole time once a day when it is calm."""
        now_s = self._monotonic_s()
        if self._left_out and now_s - self._whole_s >= WHOLE_EVERY_S and self._is_calm():
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._whole_s, self._left_out = now_s, False
        elif gc.get_count()[2] >= STEP_AFTER:
            gc.collect()
            if self._monotonic_s() - now_s > SLOW_S:
                gc.freeze()
                self._left_out = True

    async def run(self) -> None:
        """Steps for ever."""
        while True:
            await asyncio.sleep(STEP_EVERY_S)
            self.step()
