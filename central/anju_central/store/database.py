"""Opening the hub's SQLite files: pragmas and migrations from `.sql` files, forward only, in name order."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from anju_base import sqlite_schema
from anju_base.sqlite_schema import SchemaTooNew as DatabaseTooNew

__all__ = ["SCHEMA", "DatabaseTooNew", "connect", "is_damage", "is_of_the_file", "migrate"]

SCHEMA: Final = files("anju_central.store") / "schema"  # of the event store


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
    sqlite_schema.migrate(db, sqlite_schema.load_migrations(schema), str(path))
