"""One box for one data folder: a lock that ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BoxAlreadyRuns(Exception):
    """Another box holds the data folder; two writers would break its journal."""

    def __init__(self, data: Path) -> None:
        super().__init__(
            f"另一个网关程序正在使用 {data}，先停掉它 · {data} is in use by another anju-edge, stop that one first"
        )


@contextmanager
def sole_box(data: Path, *, may_create: bool) -> Iterator[None]:
    """Holds the data folder itself: nothing is written, so that a full or failing disk does not matter.

    `may_create`: whether the folder is made where it is missing (not where a disk is to be mounted there). A folder
    that cannot be opened is the journal's matter, not a second box's. Raises BoxAlreadyRuns.
    """
    try:
        if may_create:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BoxAlreadyRuns(data) from error
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(held)
