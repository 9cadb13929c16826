"""When the write-ahead log may be moved into the file: never where the disk has no room for all that the file grows by.

Half a checkpoint is worse than none: the file takes the disk's last room, which the next alarms need, and the log gives
nothing back for it. That is so when the file is closed, too, where SQLite moves the log unasked.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from anju_edge.journal.ballast import free_bytes

PAGE_BYTES = 4096
BOOKKEEPING_BYTES = 64 << 10  # what a file system may need besides, and what the file's own bookkeeping may


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """Returns the value of a PRAGMA that is a number."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def size_of(path: Path) -> int:
    """Returns a file's size, 0 where that cannot be told. Never raises."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def checkpoint_fits(connection: sqlite3.Connection, path: Path, room_bytes: int) -> bool:
    """Returns whether what a checkpoint adds to the file takes at most `room_bytes`. Raises sqlite3.Error."""
    size_bytes = size_of(path)
    if not size_bytes:  # the file is gone or its disk fails: the next write says so
        return True
    growth = pragma(connection, "page_count") * PAGE_BYTES - size_bytes
    return growth <= 0 or growth + BOOKKEEPING_BYTES <= room_bytes


def close_with_room(connection: sqlite3.Connection, path: Path) -> None:
    """Closes a connection that may be the file's last one; the log stays where there is no room for it. Never raises.

    SQLite leaves the log alone while another connection has the file open, and when the last one can only read.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(sqlite3.Error):
            if not checkpoint_fits(connection, path, free_bytes(path.parent)):
                reading = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
                stack.callback(reading.close)
                pragma(reading, "page_count")  # from here on it holds the file
        with contextlib.suppress(sqlite3.Error):
            connection.close()
