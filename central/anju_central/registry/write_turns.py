"""Who writes next: the writers of this process take turns in the order in which they came, emergencies first.

SQLite has one writer at a time and gives the lock to whoever happens to ask next. Here one writer of the process asks
for it, so that nobody is passed over, and none who waits keeps a connection from a reader.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class WriteTurns:
    """A lock that is handed on in order; of those who wait, the urgent ones come first."""

    def __init__(self) -> None:
        self._is_taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._urgent) + len(self._others)

    async def take(self, *, is_urgent: bool) -> None:
        """Waits for a turn. Whoever takes one gives it back."""
        if not self._is_taken:
            self._is_taken = True
            return
        queue = self._urgent if is_urgent else self._others
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()  # it came as this one gave up
            else:
                queue.remove(turn)
            raise

    def give_back(self) -> None:
        """Hands the turn on to who waits longest."""
        for queue in (self._urgent, self._others):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._is_taken = False

    @asynccontextmanager
    async def turn(self, *, is_urgent: bool) -> AsyncIterator[None]:
        """A turn, given back at the end."""
        await self.take(is_urgent=is_urgent)
        try:
            yield
        finally:
            self.give_back()
