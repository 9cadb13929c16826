"""Lets everything else go first, where that is allowed."""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

NICE: Final = 5  # more would starve a sheet on a machine that is busy for hours


def threads_at_full_speed() -> ThreadPoolExecutor:
    """Returns a thread that has begun before its process gives way, and does not itself (on Linux each has its own).

    For the moment in which an import holds the registry's lock: whoever waits for that does not wait for the nice.
    """
    threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="at-full-speed")
    threads.submit(os.getpid).result()
    return threads


def be_nice() -> None:
    """Gives way to the hub. Its unit's filter of system calls (`~@resources`) refuses it: the sheet is read anyway."""
    with contextlib.suppress(PermissionError):
        os.nice(NICE)
