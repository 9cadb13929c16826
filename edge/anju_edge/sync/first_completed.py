"""Runs the halves of a session side by side until one of them ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


async def first_completed(*works: Coroutine[object, object, None]) -> None:
    """Runs `works` until the first returns or raises, ends the others, and raises what the first raised.

    Not a TaskGroup: in Python 3.11 one that failed leaves its task with a pending cancel count (uncancel is not
    called, fixed in 3.12), and every later `asyncio.timeout` in that task then raises CancelledError.
    """
    tasks = [asyncio.create_task(work, name=getattr(work, "__qualname__", "session")) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
