"""What can go wrong with the journal's file, and how it is told apart."""

from __future__ import annotations

import errno
import os
import sqlite3
from enum import Enum
from pathlib import Path


class Fault(Enum):
    """What a storage error means for us."""

    FULL = "disk full"
    IO = "disk error"
    READ_ONLY = "disk read-only"
    CORRUPT = "journal damaged"
    AWAY = "journal not in its place"


_FAULT_OF_CODE = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_PERM: Fault.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Fault.CORRUPT,
    sqlite3.SQLITE_NOTADB: Fault.CORRUPT,
    sqlite3.SQLITE_IOERR: Fault.IO,
    sqlite3.SQLITE_CANTOPEN: Fault.IO,
    sqlite3.SQLITE_BUSY: Fault.IO,
    sqlite3.SQLITE_LOCKED: Fault.IO,
    sqlite3.SQLITE_NOMEM: Fault.IO,
    sqlite3.SQLITE_PROTOCOL: Fault.IO,
    sqlite3.SQLITE_NOLFS: Fault.IO,
}


def fault_of(error: sqlite3.Error) -> Fault | None:
    """Returns what went wrong with the storage, or None when the statement itself is wrong."""
    if isinstance(error, DiskAway | FileGone):
        return Fault.AWAY
    code = getattr(error, "sqlite_errorcode", None)  # absent on errors the sqlite3 module raises by itself
    return None if code is None else _FAULT_OF_CODE.get(code & 0xFF)


def storage_error(error: OSError) -> sqlite3.OperationalError:
    """Returns a file's error as SQLite would report it."""
    codes = {errno.ENOSPC: sqlite3.SQLITE_FULL, errno.EDQUOT: sqlite3.SQLITE_FULL, errno.EROFS: sqlite3.SQLITE_READONLY}
    translated = sqlite3.OperationalError(str(error))
    translated.sqlite_errorcode = codes.get(error.errno or 0, sqlite3.SQLITE_IOERR)
    return translated


class RowDamaged(Exception):
    """A row that should be there is missing or fails its CRC. The rest of the file is readable."""

    def __init__(self, stream: bytes, seq: int) -> None:
        super().__init__(f"stream {stream.hex()}, seq {seq}")
        self.stream, self.seq = stream, seq


class DiskAway(sqlite3.OperationalError):
    """The disk that should hold the journal is not there. Nothing may be written in its place; it may come back."""

    sqlite_errorcode = sqlite3.SQLITE_CANTOPEN


class FileGone(sqlite3.OperationalError):
    """The open file, or its log, has no name any more, or its name is another file's."""

    sqlite_errorcode = sqlite3.SQLITE_CANTOPEN


class FileDamaged(sqlite3.DatabaseError):
    """The file's own structure is wrong, as SQLite's check says."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class SettingRefused(Exception):
    """SQLite did not take a setting that the promises rest on."""


def log_path(path: Path) -> Path:
    """Returns where SQLite keeps the write-ahead log of the file at `path`."""
    return Path(f"{path}-wal")


def settle_wal(path: Path) -> None:
    """Writes the WAL's bytes over themselves and syncs them. Raises OSError.

    After a failed fsync the page cache may hold WAL frames that the disk never got, marked clean; SQLite would recover
    them and go on as if they were durable. Writing them again makes them dirty, so that the sync counts. Only with the
    connection closed.
    """
    wal = log_path(path)
    if not wal.exists():
        return
    descriptor = os.open(wal, os.O_RDWR)
    try:
        at = 0
        while chunk := os.pread(descriptor, 1 << 20, at):
            at += os.pwrite(descriptor, chunk, at)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
