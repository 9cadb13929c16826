"""What changed, numbered, for pages that follow along: bounded, and resumed by the number of the last one seen.

Numbers go on across restarts of the hub (they start from the clock), so that a page which was connected before a
restart is told to load everything again rather than to miss something.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

KEPT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Published:
    """One change: `event` names its kind, `data` is JSON."""

    number: int
    event: str
    data: str


class ChangeLog:
    """A bounded log that many readers follow, each at its own pace; a slow one costs no memory."""

    def __init__(self, first: int, kept: int = KEPT) -> None:
        self._kept: deque[Published] = deque(maxlen=kept)
        self.last = first  # number of the newest change
        self._new = asyncio.Event()
        self.closed = False

    def publish(self, event: str, data: str) -> None:
        """Appends a change and wakes all readers."""
        self.last += 1
        self._kept.append(Published(self.last, event, data))
        self._new.set()
        self._new = asyncio.Event()

    def after(self, number: int) -> list[Published] | None:
        """Returns the changes behind `number`, or None when that is not known any more (or never was)."""
        if number == self.last:
            return []
        oldest = self._kept[0].number if self._kept else self.last + 1
        if number > self.last or number < oldest - 1:
            return None
        return [change for change in self._kept if change.number > number]

    async def wait(self, number: int) -> None:
        """Returns when there is something behind `number`, or the log is closed."""
        while self.last <= number and not self.closed:
            await self._new.wait()

    def close(self) -> None:
        """Ends all readers."""
        self.closed = True
        self._new.set()
