"""Server-sent events with a bounded outbox: a slow page gets the newest state and the last taps, never a backlog."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import asdict

from anju_edge.kiosk.answers import StreamMessage
from anju_edge.kiosk.backend import CardTap, KioskState

MAX_TAPS = 8  # a page that is more taps behind has been gone for longer than a result stays on the screen


def frame(message: StreamMessage) -> bytes:
    """One event in the wire format of the HTML standard, section 9.2 (server-sent events)."""
    text = json.dumps(asdict(message.data), ensure_ascii=False, separators=(",", ":"))
    return f"event: {message.event}\ndata: {text}\n\n".encode()


class Outbox:
    """Changes waiting for one page: the newest state only, and at most MAX_TAPS taps, the oldest dropped first."""

    def __init__(self) -> None:
        self.dropped = 0
        self._state: KioskState | None = None
        self._taps: deque[CardTap] = deque()
        self._filled = asyncio.Event()
        self._ended = False

    def put(self, change: KioskState | CardTap) -> None:
        if self._ended:
            return
        if isinstance(change, CardTap):
            if len(self._taps) == MAX_TAPS:
                self._taps.popleft()
                self.dropped += 1
            self._taps.append(change)
        else:
            self._state = change
        self._filled.set()

    def end(self) -> None:
        self._ended = True
        self._filled.set()

    def cut(self) -> None:
        """Ends it; what waits is not to be shown any more."""
        self._taps.clear()
        self._state = None
        self.end()

    async def next(self) -> KioskState | CardTap | None:
        """The next change, taps first since a person waits for them; None when the source has ended."""
        await self._filled.wait()
        change: KioskState | CardTap | None = None
        if self._taps:
            change = self._taps.popleft()
        elif self._state is not None:
            change, self._state = self._state, None
        if not self._taps and self._state is None and not self._ended:
            self._filled.clear()
        return change

    async def fill(self, changes: AsyncIterator[KioskState | CardTap]) -> None:
        """Moves changes over until their source ends or fails; `next` then hands out what is left and None."""
        try:
            async for change in changes:
                self.put(change)
        finally:
            self.end()
