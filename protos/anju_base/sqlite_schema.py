"""Brings a SQLite file to the schema this version knows. Forward only, in name order, each file in one transaction.

A file `0003_words.sql` is version 3. Its first line may read `-- oldest_reader: 2`: software that knows only version 2
may still use the file, because the change only added something. That is how an update can be rolled back.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from importlib.resources.abc import Traversable

_NAME = re.compile(r"(\d{4})_\w+\.sql")
_OLDEST_READER = re.compile(r"\A-- oldest_reader: (\d+)\s*$", re.MULTILINE)


class SchemaTooNew(Exception):
    """The file was written by newer software that does not name this version as a reader: a person must update."""

    def __init__(self, path: str, found: int, known: int) -> None:
        super().__init__(f"{path}: schema {found} is too new, this version knows {known}; install the newer one")
        self.path, self.found, self.known = path, found, known


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    oldest_reader: int
    sql: str


def load_migrations(folder: Traversable) -> list[Migration]:
    """Returns the folder's migrations in order. Raises ValueError where numbers are doubled or missing."""
    found = []
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".sql"):
            continue
        name = _NAME.fullmatch(path.name)
        if name is None:
            raise ValueError(f"{path}: not named NNNN_words.sql")
        sql = path.read_text(encoding="utf-8")
        version, reader = int(name[1]), _OLDEST_READER.search(sql)
        found.append(Migration(version, int(reader[1]) if reader else version, sql))
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"{folder}: migrations must be numbered 1, 2, 3, ...")
    return found


def migrate(connection: sqlite3.Connection, migrations: list[Migration], path: str) -> int:
    """Applies what is missing and returns how many were applied. Raises `SchemaTooNew`.

    The connection is in autocommit mode (`isolation_level=None`).
    """
    current = int(connection.execute("PRAGMA user_version").fetchone()[0])
    known = migrations[-1].version
    if current > known:
        if _oldest_reader(connection, current) > known:
            raise SchemaTooNew(path, current, known)
        return 0
    applied = 0
    for migration in migrations[current:]:
        script = (
            "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS schema_reader (oldest_reader INTEGER NOT NULL);"
            f"{migration.sql}\n; DELETE FROM schema_reader;"
            f"INSERT INTO schema_reader VALUES ({migration.oldest_reader});"
            f"PRAGMA user_version={migration.version}; COMMIT"
        )
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        applied += 1
    return applied


def _oldest_reader(connection: sqlite3.Connection, current: int) -> int:
    """The oldest version that may use the file; a hub's file made before there was that table is for its own alone."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'schema_reader'").fetchone():
        return current
    return int(connection.execute("SELECT oldest_reader FROM schema_reader").fetchone()[0])
