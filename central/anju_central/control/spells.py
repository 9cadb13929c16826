"""Work that comes in spells: done in turns while there is some, no task between. Boxes are idle most of the time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Spells:
    """`wake` sees to it that `work` is called, soon and after the turn that is under way, if one is.

    What it raises is given to `failed`, and then nothing is called any more.
    """

    __slots__ = ("_again", "_failed", "_is_over", "_name", "_task", "_work")

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], failed: Callable[[Exception], None]) -> None:
        self._name = name
        self._work = work
        self._failed = failed
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._is_over = False

    def wake(self) -> None:
        """There is, or may be, something to do."""
        if self._is_over:
            return
        self._again = True
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def _run(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._work()
        except Exception as error:  # noqa: BLE001  # whatever it is, the session ends with it
            self._is_over = True
            self._failed(error)
        finally:
            self._task = None

    async def end(self) -> None:
        """Breaks off what is being done; returns when it has ended."""
        self._is_over = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
