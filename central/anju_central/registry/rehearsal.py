"""A long change of an SQLite registry, rehearsed on a copy and then played within a moment.

SQLite has one writer: an import that thinks while it holds the lock keeps an emergency's note waiting. So the change is
made on a private copy first, in a transaction as any other, and each statement that writes is remembered. Playing them
takes a small part of the time and is one transaction of the real file. It is played only on the rows that the copy had:
where somebody has changed the same tables meanwhile it is not, and nothing is changed.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from anju_central.registry.engines import WRITER, beginning
from anju_central.registry.tables import AuditEntry, Base, RosterRevision

CACHE: Final = "cache_size=-65536"  # KiB: an import's rows fill it once, rather than be written and read again
LOCK_WITHIN_S: Final = 30.0  # an import may wait; it holds nothing meanwhile
WRITES: Final = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
COPIED_AT_ONCE: Final = -1  # pages: all, so that the copy is of one moment
# What others write all the time, and no rehearsed statement depends on: relative counts, and logs that only grow.
ALWAYS: Final = frozenset({"record_action", "tombstone"})
TARGET: Final = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(?P<table>\w+)', re.IGNORECASE)
# One at a time: `executemany` discards what such a statement gives, and is an error in Python 3.13.5 (SQLite 3.46.1)
RETURNS: Final = re.compile(r"\sRETURNING\s", re.IGNORECASE)
BESIDE: Final = frozenset({AuditEntry.__tablename__, RosterRevision.__tablename__, "look_up", "look_up_person"})


class Outrun(Exception):
    """Somebody else changed the same tables between the rehearsal and the play; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement with its parameters, of one row or of many. `rows`: how many it changed, -1 = not told."""

    statement: str
    parameters: Any  # as the driver takes them
    is_many: bool
    rows: int


@dataclass(slots=True)
class Rehearsal:
    """The copy, and what was done to it. `engine` has one connection, which is the copy."""

    engine: AsyncEngine
    path: Path
    before: dict[str, tuple[int, int]]
    steps: list[_Step] = field(default_factory=list)

    def play(self) -> None:
        """Does to the file what was done to the copy, or nothing; for a thread. Raises Outrun, sqlite3.Error."""
        with closing(sqlite3.connect(self.path, timeout=LOCK_WITHIN_S, isolation_level=None)) as db:
            for pragma in (*WRITER, CACHE):
                db.execute(f"PRAGMA {pragma}")
            db.execute("BEGIN IMMEDIATE")
            try:
                if _extents(db, self._tables()) != {table: self.before[table] for table in self._tables()}:
                    raise Outrun
                for step in self.steps:
                    self._play(db, step)
                db.execute("COMMIT")
            except BaseException as error:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                if isinstance(error, sqlite3.IntegrityError):  # on the copy it was sound
                    raise Outrun from error
                raise

    def _tables(self) -> set[str]:
        """The tables that the statements write, and those in which each change of people leaves a row."""
        written = {found["table"] for step in self.steps if (found := TARGET.match(step.statement)) is not None}
        return (written | ALWAYS) & self.before.keys()

    def _play(self, db: sqlite3.Connection, step: _Step) -> None:
        if step.is_many and RETURNS.search(step.statement) is None:
            changed = db.executemany(step.statement, step.parameters).rowcount
        else:
            changed = 0
            for parameters in step.parameters if step.is_many else [step.parameters]:
                cursor = db.execute(step.statement, parameters)
                cursor.fetchall()
                changed += cursor.rowcount
        if step.rows >= 0 and changed != step.rows:
            raise Outrun


@asynccontextmanager
async def rehearsal(path: Path) -> AsyncIterator[Rehearsal]:
    """Copies the registry in a file, to somewhere that is gone with the process. Raises sqlite3.Error, OSError."""
    copy, before = await asyncio.to_thread(_copy, path)
    engine = create_async_engine(
        "sqlite+aiosqlite://", async_creator=lambda: _opened(copy), poolclass=StaticPool, hide_parameters=True
    )
    made = Rehearsal(engine, path, before)
    event.listen(engine.sync_engine, "begin", beginning("BEGIN"))

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def _remember(
        _connection: object, cursor: Any, statement: str, parameters: Any, _context: object, executemany: bool
    ) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            rows = cursor.rowcount if statement.lstrip().upper().startswith(("UPDATE", "DELETE")) else -1
            made.steps.append(_Step(statement, parameters, executemany, rows))

    try:
        yield made
    finally:
        await engine.dispose()


def _copy(path: Path) -> tuple[sqlite3.Connection, dict[str, tuple[int, int]]]:
    """A database that has no name: SQLite keeps it in memory as far as it may, and removes it by itself."""
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_WITHIN_S, isolation_level=None)) as source:
            source.execute("PRAGMA query_only=on")
            source.backup(copy, pages=COPIED_AT_ONCE)
        copy.execute("PRAGMA journal_mode=memory")
        copy.execute("PRAGMA synchronous=off")
        copy.execute("PRAGMA foreign_keys=on")
        return copy, _extents(copy, _of_communities())
    except BaseException:
        copy.close()
        raise


async def _opened(copy: sqlite3.Connection) -> aiosqlite.Connection:
    return await aiosqlite.Connection(lambda: copy, iter_chunk_size=64)


def _extents(db: sqlite3.Connection, tables: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many rows tables have, and their last number: new rows get the numbers that they got on the copy."""
    found = {}
    for name in tables:
        has_number = Base.metadata.tables[name].dialect_options["sqlite"]["with_rowid"]
        last = "max(rowid)" if has_number else "0"
        count, newest = db.execute(f"SELECT count(*), {last} FROM {name}").fetchone()  # our own names
        found[name] = (count, newest or 0)
    return found


def _of_communities() -> list[str]:
    tables = Base.metadata.sorted_tables
    return [table.name for table in tables if "community" in table.c and table.name not in BESIDE]
