"""What changed, numbered, for pages that follow along: bounded, and resumed by the number of the last one seen.

Numbers go on across restarts of the hub (they start from the clock), so that a page which was connected before a
restart is told to load everything again rather than to miss something.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

MAX_KEPT: Final = 5_000
COMES_AGAIN_S: Final = 60.0  # a page whose line broke resumes within that


@dataclass(frozen=True, slots=True)
class Published:
    """One change: `event` names its kind, `data` is JSON. `community` is whose it is, empty = everybody's."""

    number: int
    event: str
    data: str
    community: str = ""


class ChangeLog:
    """A bounded log that many readers follow, each at its own pace; a slow one costs no memory.

    Of changes `of` one thing, each of which says all there is to say of it, only the newest is kept.
    """

    def __init__(self, first: int, kept: int = MAX_KEPT, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._limit = kept
        self._monotonic_s = monotonic_s
        self._kept: dict[int, Published] = {}  # by number, ascending
        self._newest: dict[tuple[str, str], int] = {}  # (event, of) -> number
        self._complete_from = first  # who has seen less than this may have missed something
        self.last = first  # number of the newest change
        self._new = asyncio.Event()
        self._readers = 0
        self._left_s = -math.inf  # when the last reader left
        self.closed = False

    @property
    def is_followed(self) -> bool:
        """Whether anybody reads along now, or left so lately that they may come again."""
        return self._readers > 0 or self._monotonic_s() - self._left_s < COMES_AGAIN_S

    @contextmanager
    def following(self) -> Iterator[None]:
        """A reader is there while the block runs."""
        self._readers += 1
        try:
            yield
        finally:
            self._readers -= 1
            self._left_s = self._monotonic_s()

    def skip(self) -> None:
        """A change is not said, since nobody follows: who resumes from before it loads everything again."""
        self.last += 1
        self._complete_from = self.last
        self._kept.clear()
        self._newest.clear()

    def publish(self, event: str, data: str, of: str = "", community: str = "") -> None:
        """Appends a change and wakes all readers; with `of`, it takes the place of the one before it."""
        self.last += 1
        self._kept[self.last] = Published(self.last, event, data, community)
        if of:
            self._kept.pop(self._newest.get((event, of), 0), None)
            self._newest[event, of] = self.last
        if len(self._kept) > self._limit:
            self._complete_from = next(iter(self._kept))
            del self._kept[self._complete_from]
        self._new.set()
        self._new = asyncio.Event()

    def after(self, number: int) -> list[Published] | None:
        """Returns the changes behind `number`, or None when that is not known any more (or never was)."""
        if number > self.last or number < self._complete_from:
            return None
        news = list(itertools.takewhile(lambda change: change.number > number, reversed(self._kept.values())))
        return news[::-1]

    async def wait(self, number: int) -> None:
        """Returns when there is something behind `number`, or the log is closed."""
        while self.last <= number and not self.closed:
            await self._new.wait()

    def close(self) -> None:
        """Ends all readers."""
        self.closed = True
        self._new.set()
