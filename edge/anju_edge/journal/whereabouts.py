"""Whether the journal's file is still where its name says: on its disk, and the one that is open.

A file that was removed or replaced takes writes as before, and so does the folder below a disk that is not mounted:
both are gone after the next start. SQLite says nothing of either, so the writer looks once a second.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from anju_edge.journal.faults import DiskAway, FileGone, log_path
from anju_edge.journal.store import read_register, register_path


@dataclass(frozen=True, slots=True)
class Identity:
    """What stood at the journal's names when it was opened: the folder's device; (device, inode) of file and log."""

    folder_device: int
    file: tuple[int, int] | None
    log: tuple[int, int] | None

    @classmethod
    def of(cls, path: Path) -> Identity:
        """Returns what stands there now. Raises `FileGone`."""
        try:
            return cls(os.stat(path.parent).st_dev, _identity(path), _identity(log_path(path)))
        except OSError as error:
            raise FileGone(f"{error.filename}: {error.strerror}") from error

    def is_file_gone(self, path: Path) -> bool:
        """Whether the file has no name any more, or its name is another file's."""
        return _identity_or_none(path) != self.file

    def is_log_gone(self, path: Path) -> bool:
        """Whether the write-ahead log has no name any more, or its name is another file's."""
        return _identity_or_none(log_path(path)) != self.log


def check_mount(mount: str) -> None:
    """Raises `DiskAway` unless a disk is mounted at `mount`; empty = nothing to check."""
    if mount and not os.path.ismount(mount):
        raise DiskAway(f"no disk is mounted at {mount}: mount it, or correct [journal] mount")


def check_disk(path: Path, folder_device: int) -> None:
    """Raises `DiskAway` where the folder of `path` is gone, or is an empty one on another disk than before."""
    try:
        device = os.stat(path.parent).st_dev
    except OSError as error:
        raise DiskAway(f"{path.parent}: {error.strerror}; mount the disk that holds it") from error
    if device != folder_device and not path.exists():
        raise DiskAway(f"{path.parent} is on another disk than before: mount the right one, or restart to use this one")


def check_register(path: Path) -> None:
    """Raises `DiskAway` where streams are noted beside a journal that is not there: that is no new box."""
    streams = read_register(path)
    if streams and not path.exists():
        raise DiskAway(
            f"{path} is missing, though {register_path(path).name} names {len(streams)} streams of it: put it back, or "
            f"mount its disk; if it is lost for good, put an empty file in its place, and the hub is told of the loss"
        )


def mark_path(path: Path) -> Path:
    """Returns the file that stands beside an open journal."""
    return path.with_suffix(".open")


def mark_open(path: Path) -> None:
    """Notes beside the journal that it is open, and anew after each checkpoint. Never raises.

    Not synced: the log was made before, so its name is on the disk when this one is.
    """
    with contextlib.suppress(OSError):
        mark_path(path).touch(mode=0o600)


def mark_closed(path: Path) -> None:
    """Takes that back, before SQLite moves the log into the file and removes it. Never raises."""
    with contextlib.suppress(OSError):
        mark_path(path).unlink(missing_ok=True)


def is_log_lost(path: Path) -> bool:
    """Whether the journal was not closed and its log is gone all the same: nobody knows what was in it.

    Where another program opened the file since, SQLite moved the log into it: then the file is newer than the mark.
    """
    try:
        return not log_path(path).exists() and path.stat().st_mtime_ns <= mark_path(path).stat().st_mtime_ns
    except OSError:  # no file, or no mark
        return False


def is_empty(path: Path) -> bool:
    """Whether there is a file at `path` and nothing in it. Raises OSError where the disk does not say."""
    return path.exists() and path.stat().st_size == 0


def _identity_or_none(path: Path) -> tuple[int, int] | None:
    try:
        return _identity(path)
    except OSError:
        return None


def _identity(path: Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino
