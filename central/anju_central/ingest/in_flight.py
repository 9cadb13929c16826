"""How many bytes of batches are in flight to the store: the hub's memory stays bounded, whatever returns."""

from __future__ import annotations

import asyncio


class InFlightBytes:
    """Bounds the bytes of batches that were read and are not committed. A reader over the bound waits.

    A batch counts until the store is done with it, also when its session is over: boxes that come again and again to
    a store that stands still must not fill the memory.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.bytes = 0
        self._room = asyncio.Event()
        self._room.set()

    async def acquire(self, size: int) -> None:
        """Counts a batch and waits while there is too much."""
        while self.bytes >= self._limit_bytes:
            self._room.clear()
            await self._room.wait()
        self.bytes += size

    def release(self, size: int) -> None:
        """The store is done with a batch."""
        self.bytes -= size
        if self.bytes < self._limit_bytes:
            self._room.set()
