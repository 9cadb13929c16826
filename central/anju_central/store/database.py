"""Opening the hub's SQLite files: pragmas and migrations from `.sql` files, forward only, in name order."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

SCHEMA: Final = files("anju_central.store") / "schema"  # of the event store


class DatabaseTooNew(Exception):
    """The file was written by a newer version: `version` is beyond what this code knows. Update before starting."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(f"{path} has schema {version}, this version knows {known}: start a newer anju-central")
        self.path, self.version, self.known = path, version, known


def is_damage(error: Exception) -> bool:
    """Returns whether an error of SQLite says that the file itself is broken, and trying again is of no use."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code, https://www.sqlite.org/rescode.html
    return isinstance(error, sqlite3.Error) and code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_of_the_file(error: Exception) -> bool:
    """Returns whether an error comes from the file or its connection, and not from what was to be written."""
    return isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError) or is_damage(error)


def connect(path: Path, synchronous: str, *, read_only: bool = False) -> sqlite3.Connection:
    """Returns a connection in WAL mode without implicit transactions and without automatic checkpoints.

    `synchronous` is FULL where an acknowledgement hangs on it and NORMAL for what can be rebuilt.
    """
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        timeout=10,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
        cached_statements=256,
    )
    try:
        if not read_only:
            db.execute("pragma journal_mode = wal")
            db.execute(f"pragma synchronous = {synchronous}")
        db.execute("pragma wal_autocheckpoint = 0")
        db.execute("pragma cache_size = -16000")
    except sqlite3.Error:
        db.close()
        raise
    return db


def migrate(db: sqlite3.Connection, path: Path, schema: Traversable) -> None:
    """Brings a database to the newest schema in the folder `schema` (`NNNN_*.sql`). Raises DatabaseTooNew."""
    scripts = sorted(
        (entry for entry in schema.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    (version,) = db.execute("pragma user_version").fetchone()
    known = int(scripts[-1].name[:4])
    if version > known:
        raise DatabaseTooNew(path, version, known)
    for script in scripts:
        number = int(script.name[:4])
        if number > version:
            body = script.read_text(encoding="utf-8")
            db.executescript(f"begin immediate;\n{body}\npragma user_version = {number};\ncommit;")
