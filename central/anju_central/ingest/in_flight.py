"""How many bytes of batches are read and not committed: the hub's memory stays bounded, whatever returns."""

from __future__ import annotations

import asyncio


class InHand:
    """Bounds the bytes of batches that were read and are not committed. A reader over the bound waits.

    A batch counts until the store is done with it, also when its session is over: boxes that come again and again to
    a store that stands still must not fill the memory.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit, self.bytes = limit_bytes, 0
        self._room = asyncio.Event()
        self._room.set()

    async def take(self, size: int) -> None:
        """Counts a batch and waits while there is too much."""
        while self.bytes >= self._limit:
            self._room.clear()
            await self._room.wait()
        self.bytes += size

    def give_back(self, size: int) -> None:
        """The store is done with a batch."""
        self.bytes -= size
        if self.bytes < self._limit:
            self._room.set()
