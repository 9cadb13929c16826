"""Tells systemd that the event loop and the journal live, and how late the loop was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from anju_edge.journal.journal import Journal

STALL_MS = 10_000  # ticks come once a second


class LoopWatch:
    """Feeds systemd's watchdog, only while the loop turns and the journal's writer lives."""

    def __init__(self, journal: Journal, limit_s: float, ping: Callable[[], object]) -> None:
        self._journal, self._limit_s, self._ping = journal, limit_s, ping
        self.lag_max_ms = 0.0
        self._fed_at_s = time.monotonic()

    def is_fed(self) -> bool:
        """Whether systemd got its sign of life within the limit."""
        return time.monotonic() - self._fed_at_s < self._limit_s

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        pause_s = min(1.0, self._limit_s / 4)
        while True:
            before_s = loop.time()
            await asyncio.sleep(pause_s)
            lag_s = loop.time() - before_s - pause_s
            self.lag_max_ms = max(self.lag_max_ms * 0.99, lag_s * 1000)
            if self._journal.heartbeat_age_s() < self._limit_s / 2:
                self._fed_at_s = time.monotonic()
                self._ping()
