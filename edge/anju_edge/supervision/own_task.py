"""One attempt at some work, in a task of its own, so that what it leaves behind goes with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class CancelledItself(Exception):
    """The work ended by a cancellation that nobody asked for: not the stop of the box that it looks like."""


async def in_own_task(work: Coroutine[object, object, None], name: str) -> None:
    """Runs `work` to its end. Raises its error, without the group of an only one, or `CancelledItself`.

    In Python 3.11 a TaskGroup that failed leaves its task with a pending cancel count, and every later
    `asyncio.timeout` in that task raises CancelledError. Nor may work that cancels itself pass for a stop of the box:
    it would never be started again, and nobody would know.
    """
    task = asyncio.create_task(work, name=name)
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    if task.cancelled():
        raise CancelledItself
    try:
        task.result()
    except ExceptionGroup as group:
        error: Exception = group
        while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from group
