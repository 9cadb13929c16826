"""Tells a LAN endpoint of alarms by HTTP POST: a lamp controller, a guard's tablet, a home automation server.

The body is JSON: community, box, incident, event ("ringing", "acknowledged", "closed"), level, priority, reasons,
device, zone with its labels, mark. It names no person and no flat. Delivery is at least once, in order per endpoint;
when more than `queue` messages wait, the oldest goes, and is counted.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Mapping

import aiohttp

from anju_edge.alerts.state import ChannelState

RETRY_MIN_S = 0.5
GIVE_UP_TRIES = 50  # with the longest pause of 30 s, about 20 minutes: later nobody is helped by it


class Webhook:
    """One endpoint with its own queue and task."""

    def __init__(self, name: str, url: str, *, timeout_s: float, queue: int, retry_max_s: float) -> None:
        self.state = ChannelState(f"lan:{name}")
        self._url, self._timeout_s, self._retry_max_s = url, timeout_s, retry_max_s
        self._limit = queue
        self._waiting: deque[Mapping[str, object]] = deque()
        self._queued = asyncio.Event()
        self.dropped = 0

    def send(self, message: Mapping[str, object]) -> None:
        """Queues a message; never waits."""
        if len(self._waiting) >= self._limit:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(message)
        self._queued.set()

    async def run(self) -> None:
        """Delivers until cancelled."""
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        async with aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "anju-edge"}) as http:
            while True:
                await self._queued.wait()
                while self._waiting:
                    await self._deliver(http, self._waiting[0])
                self._queued.clear()

    async def _deliver(self, http: aiohttp.ClientSession, message: Mapping[str, object]) -> None:
        pause_s = RETRY_MIN_S
        for _ in range(GIVE_UP_TRIES):
            try:
                async with http.post(self._url, json=message, allow_redirects=False) as answer:
                    if answer.status < 300:
                        self.state.worked()
                        break
                    self.state.failed(f"HTTP {answer.status}")
                    if 400 <= answer.status < 500 and answer.status not in (408, 425, 429):
                        break  # it will never take this one; the next may differ
            except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
                # UnicodeError: what is no host name, such as one with two dots in a row
                self.state.failed(type(error).__name__)
            await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))
            pause_s = min(pause_s * 2, self._retry_max_s)
        if self._waiting and self._waiting[0] is message:
            self._waiting.popleft()
