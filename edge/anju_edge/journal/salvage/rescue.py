"""Saves a journal whose file was removed or replaced while it is open: what has no name can still be read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable

from anju_edge.journal.salvage.replacing import fresh_path, remove, replace_by_fresh, set_stranger_aside, sync
from anju_edge.journal.store import Store

_PAGES_AT_ONCE = 1024


def rescue(store: Store, tick: Callable[[], None]) -> None:
    """Copies the open journal to its path, log and all; a stranger that took the name is set aside.

    The store must be closed and opened anew after it. `tick` is called again and again, as a sign of life. Raises
    sqlite3.Error or OSError where there is no room or the disk fails; what stands at the path is as it was then.
    """
    path = store.path
    partial = path.with_name("journal-rescued.sqlite")
    remove(partial)
    try:
        with contextlib.closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            store.connection.backup(copy, pages=_PAGES_AT_ONCE, progress=lambda *_: tick())
        sync(partial)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(partial)
        raise
    if path.exists():
        set_stranger_aside(path)
    remove(path)  # a log without its file
    partial.rename(fresh_path(path))
    replace_by_fresh(path)
