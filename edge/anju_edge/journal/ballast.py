"""A file of zeros that is given up when the disk is full, so that the last alarms still find room."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


class Ballast:
    """`size_bytes` of the disk, kept for bad times. Really written: a file with holes would hold nothing."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path, self.size_bytes = path, size_bytes

    @property
    def held(self) -> bool:
        return self.path.exists()

    def fill(self, floor_bytes: int) -> bool:
        """Creates the file if the disk has room for it above the floor. Returns whether it is there. Never raises."""
        if self.size_bytes == 0 or self.held:
            return self.held
        if free_bytes(self.path.parent) < self.size_bytes + floor_bytes:
            return False
        partial = self.path.with_suffix(".new")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self.size_bytes)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            partial.rename(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink()
            return False
        return True

    def give_up(self) -> bool:
        """Removes the file. Returns whether there was one. Never raises."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True


def free_bytes(folder: Path) -> int:
    """Returns what an ordinary user may still write to the folder's disk; 0 when the disk does not answer."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize
