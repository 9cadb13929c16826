"""The registry's database: opened and migrated, then asked and changed by the functions in `queries` alone.

SQLite (`sqlite+aiosqlite`) or PostgreSQL (`postgresql+asyncpg`), one behaviour:

- `read(caller)` and `write(caller)` give a session that sees only rows of the caller's communities, in SQL.
- A transaction that changes anything also holds an audit entry, or it is refused.
- Whoever listens learns of the boxes that changed, after the commit.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self, cast

import aiosqlite
from sqlalchemy import Connection, event, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from anju_central.access.caller import Caller
from anju_central.registry.faults import HEAD, RegistryForeign, RegistryTooNew
from anju_central.registry.faults import REGISTRY_FILE as REGISTRY_FILE
from anju_central.registry.faults import RegistryUnavailable as RegistryUnavailable
from anju_central.registry.file_copy import VERSION_TABLE
from anju_central.registry.scope import RegistrySession, changed_boxes, require_audit
from anju_central.registry.tables import Base, ChangeCount

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS: Final = 5_000
BUSY_AGAIN_MS: Final = 50
MIGRATIONS: Final = Path(__file__).parent / "migrations"
MAX_REASON_CHARS: Final = 200
MIGRATION_LOCK: Final = 0x616E6A75  # "anju": two hubs that start at once migrate one after the other
CONNECT_WITHIN_S: Final = 10.0  # of PostgreSQL: the hub's start waits no longer for it
ANSWER_WITHIN_S: Final = 60.0
BoxListener = Callable[[frozenset[str]], Awaitable[None]]


def sqlite_url(path: Path) -> str:
    """Returns the URL of a registry in a file."""
    return f"sqlite+aiosqlite:///{path.absolute()}"


def shown_url(url: str) -> str:
    """Returns where a registry is, without its password."""
    return make_url(url).render_as_string(hide_password=True)


class Registry:
    """One open registry. `subscribe` before the first change."""

    def __init__(self, engine: AsyncEngine, where: str) -> None:
        self._engine = engine
        self._writing = engine.execution_options(anju_writes=True)
        self._listeners: list[BoxListener] = []
        self.where = where

    @classmethod
    async def open(cls, url: str) -> Self:
        """Opens, makes or migrates the registry at `url`.

        Raises RegistryUnavailable, RegistryTooNew, RegistryForeign.
        """
        engine = _engine(url)
        registry = cls(engine, shown_url(url))
        try:
            async with registry._writing.begin() as connection:
                await connection.run_sync(_migrate, registry.where)
        except (SQLAlchemyError, OSError) as error:
            await engine.dispose()
            raise RegistryUnavailable(f"{registry.where}: {_reason(error)}") from error
        except BaseException:
            await engine.dispose()
            raise
        return registry

    async def close(self) -> None:
        """Closes all connections."""
        await self._engine.dispose()

    def subscribe(self, listener: BoxListener) -> None:
        """Awaits `listener` with the boxes of each committed change that concerns boxes, before the change returns."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def read(self, caller: Caller) -> AsyncIterator[AsyncSession]:
        """Gives a session that sees what the caller may see. Raises RegistryUnavailable."""
        with _translated(self.where):
            async with AsyncSession(
                self._engine, sync_session_class=RegistrySession, info={"caller": caller}
            ) as session:
                yield session

    @asynccontextmanager
    async def write(self, caller: Caller) -> AsyncIterator[AsyncSession]:
        """Gives a session whose changes are committed at the end. Raises RegistryUnavailable, NotAudited."""
        with _translated(self.where):
            async with AsyncSession(
                self._writing, sync_session_class=RegistrySession, info={"caller": caller}, expire_on_commit=False
            ) as session:
                async with session.begin():
                    yield session
                    await session.flush()
                    require_audit(session)
                    if session.info.get("is_audited"):
                        await session.execute(update(ChangeCount).values(changes=ChangeCount.changes + 1))
            boxes = changed_boxes(session)
        if boxes:
            for listener in self._listeners:
                try:
                    await listener(boxes)
                except RegistryUnavailable as error:  # committed it is; the listener sees it at its next look
                    log.warning("a change of boxes is not read back yet: %s", error)

    async def changes(self) -> int:
        """Returns the number of changes there were, those of other processes too."""
        with _translated(self.where):
            async with self._engine.connect() as connection:
                return (await connection.execute(select(ChangeCount.changes))).scalar_one()


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """Raises RegistryUnavailable for what the engine says; a broken constraint stays what it is."""
    try:
        yield
    except IntegrityError:
        raise
    except (SQLAlchemyError, OSError) as error:
        raise RegistryUnavailable(f"{where}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """The engine's own words, without the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {cause}".splitlines()[0].removesuffix(": ")[:MAX_REASON_CHARS]


def _engine(url: str) -> AsyncEngine:
    made = make_url(url)
    if made.get_backend_name() == "postgresql":
        limits = {"timeout": CONNECT_WITHIN_S, "command_timeout": ANSWER_WITHIN_S}
        return create_async_engine(made, pool_pre_ping=True, hide_parameters=True, connect_args=limits)
    if made.database:
        with suppress(FileExistsError):  # password hashes are in it: for this account alone, as its -wal and -shm
            os.close(os.open(made.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = create_async_engine(made, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cast("Any", connection).isolation_level = None  # we begin ourselves: Python's module commits around DDL otherwise
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=full", "foreign_keys=on"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    cast("Any", connection).run_async(_write_ahead)


async def _pause() -> None:
    await asyncio.sleep(BUSY_AGAIN_MS / 1_000)


async def _write_ahead(connection: aiosqlite.Connection) -> None:
    """Makes a new file one with a write-ahead log. SQLite does not wait for that as it waits for other locks."""
    tries = BUSY_TIMEOUT_MS // BUSY_AGAIN_MS
    for attempt in range(tries + 1):
        try:
            await connection.execute("PRAGMA journal_mode=wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or attempt == tries:
                raise
            await _pause()  # another process opens the same new file
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that read first could not wait for another's commit."""
    writes = connection.get_execution_options().get("anju_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection, where: str) -> None:
    """Brings the schema up to HEAD in the transaction that is open."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if foreign := sorted(tables & set(Base.metadata.tables)):
            raise RegistryForeign(f"{where}: holds tables of something else ({', '.join(foreign)}); name an empty one")
    else:
        revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()
        if revision == HEAD:
            return
        if revision is not None and revision > HEAD:
            raise RegistryTooNew(where, revision)
    _upgrade(connection)
    log.info("%s: the registry has schema %s now", where, HEAD)


def _upgrade(connection: Connection) -> None:
    from alembic import command, config  # only where there is something to do: they take long to load

    settings = config.Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    command.upgrade(settings, HEAD)
