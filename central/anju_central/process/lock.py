"""One hub for one data folder: a lock that ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK_FILE: Final = "hub.lock"


class HubAlreadyRuns(Exception):
    """Another hub holds the data folder; two writers would break it."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"{data_dir} is in use by another anju-central; stop it first")
        self.data_dir = data_dir


@contextmanager
def sole_hub(data_dir: Path) -> Iterator[None]:
    """Holds the data folder. Raises HubAlreadyRuns. The lock ends with the process, however it ends."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HubAlreadyRuns(data_dir) from error
        yield
    finally:
        os.close(file)
