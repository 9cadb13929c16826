"""The registry's database: opened and migrated, then asked and changed by the functions in `queries` alone.

SQLite (`sqlite+aiosqlite`) or PostgreSQL (`postgresql+asyncpg`), one behaviour:

- `read(caller)` and `write(caller)` give a session that sees only rows of the caller's communities, in SQL.
- A transaction that changes anything also holds an audit entry, or it is refused.
- A transaction that changes what a box is told of counts that community's roster revision.
- Readers never wait for a writer: they have connections of their own. Writers of SQLite take turns, emergencies first.
- Whoever listens learns of the boxes that changed, and that rosters did, after the commit.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from anju_central.access.caller import HUB, Caller
from anju_central.registry.engines import engines, is_busy, pause
from anju_central.registry.faults import HEAD, RegistryForeign, RegistryTooNew
from anju_central.registry.faults import REGISTRY_FILE as REGISTRY_FILE
from anju_central.registry.faults import RegistryUnavailable as RegistryUnavailable
from anju_central.registry.file_copy import VERSION_TABLE
from anju_central.registry.rehearsal import rehearsal
from anju_central.registry.scope import RegistrySession, changed_boxes, count_roster_revisions, require_audit
from anju_central.registry.tables import Base, ChangeCount
from anju_central.registry.write_turns import WriteTurns

log = logging.getLogger(__name__)

BUSY_WITHIN_S: Final = 5.0  # for a writer's turn and for SQLite's lock, which another process may hold
BEGUN_WITHIN_S: Final = 15.0  # for PostgreSQL's connection; its writers do not wait for each other here
MIGRATIONS: Final = Path(__file__).parent / "migrations"
MAX_REASON_CHARS: Final = 200
MIGRATION_LOCK: Final = 0x616E6A75  # "anju": two hubs that start at once migrate one after the other
BUSY: Final = "another change is being written, or an import; nothing was changed: try again in a moment"
BoxListener = Callable[[frozenset[str]], Awaitable[None]]


def sqlite_url(path: Path) -> str:
    """Returns the URL of a registry in a file."""
    return f"sqlite+aiosqlite:///{path.absolute()}"


def shown_url(url: str) -> str:
    """Returns where a registry is, without its password."""
    return make_url(url).render_as_string(hide_password=True)


class Registry:
    """One open registry. `subscribe` before the first change."""

    def __init__(self, reading: AsyncEngine, writing: AsyncEngine, where: str) -> None:
        self._engine = reading
        self._writing = writing
        self._turns = WriteTurns() if writing.dialect.name == "sqlite" else None
        self._listeners: list[BoxListener] = []
        self.on_rosters: Callable[[], None] = lambda: None  # called after the commit
        self.where = where

    @classmethod
    async def open(cls, url: str) -> Self:
        """Opens, makes or migrates the registry at `url`.

        Raises RegistryUnavailable, RegistryTooNew, RegistryForeign.
        """
        registry = cls(*engines(url), shown_url(url))
        try:
            with _translated(registry.where):
                if not await registry._is_current():
                    async with registry._writing_session(HUB, is_urgent=False) as session:
                        await (await session.connection()).run_sync(_migrate, registry.where)
                        await session.commit()
        except BaseException:
            await registry.close()
            raise
        return registry

    async def _is_current(self) -> bool:
        """Whether there is nothing to migrate, without waiting for who writes."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(_is_at_head, self.where)

    async def close(self) -> None:
        """Closes all connections."""
        await self._writing.dispose()
        await self._engine.dispose()

    @property
    def writers_waiting(self) -> int:
        """How many of this process wait to write; always 0 where the database has several writers."""
        return self._turns.waiting if self._turns is not None else 0

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
    async def write(self, caller: Caller, *, is_urgent: bool = False) -> AsyncIterator[AsyncSession]:
        """Gives a session whose changes are committed at the end; of writers who wait, the urgent come first.

        Raises RegistryUnavailable, NotAudited.
        """
        with _translated(self.where):
            async with self._writing_session(caller, is_urgent=is_urgent) as session:
                yield session
                has_told = await _complete(session)
                await session.commit()
            boxes = changed_boxes(session)
        await self._tell(boxes, has_told=has_told)

    @asynccontextmanager
    async def write_long(self, caller: Caller) -> AsyncIterator[AsyncSession]:
        """As `write`, for what takes long: other writers of SQLite wait for a moment of it only (`rehearsal.py`).

        Raises RegistryUnavailable, NotAudited, and Outrun where others changed the same meanwhile: do it again.
        """
        if self._turns is None:
            async with self.write(caller) as session:
                yield session
            return
        path = Path(make_url(str(self._writing.url)).database or "")
        with _translated(self.where):
            async with rehearsal(path) as rehearsed:
                async with _session(rehearsed.engine, caller) as session:
                    yield session
                    has_told = await _complete(session)
                async with self._turns.turn(is_urgent=False):
                    await asyncio.to_thread(rehearsed.play)
            boxes = changed_boxes(session)
        await self._tell(boxes, has_told=has_told)

    async def _tell(self, boxes: frozenset[str], *, has_told: bool) -> None:
        if has_told:
            self.on_rosters()
        if boxes:
            for listener in self._listeners:
                try:
                    await listener(boxes)
                except RegistryUnavailable as error:  # committed it is; the listener sees it at its next look
                    log.warning("a change of boxes is not read back yet: %s", error)

    @asynccontextmanager
    async def _writing_session(self, caller: Caller, *, is_urgent: bool) -> AsyncIterator[AsyncSession]:
        """A session that holds the right to write; what it does not commit is rolled back."""
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(BUSY_WITHIN_S if self._turns is not None else BEGUN_WITHIN_S):
                    if self._turns is not None:
                        await stack.enter_async_context(self._turns.turn(is_urgent=is_urgent))
                    session = await stack.enter_async_context(await self._begun(caller))
            except TimeoutError:
                why = BUSY if self._turns is not None else f"no answer within {BEGUN_WITHIN_S:.0f} s"
                raise RegistryUnavailable(f"{self.where}: {why}") from None
            yield session

    async def _begun(self, caller: Caller) -> AsyncSession:
        """Returns a session whose transaction has begun; asks for a lock that another process holds until it has it."""
        while True:
            session = _session(self._writing, caller)
            try:
                await session.connection()
            except OperationalError as error:
                await session.close()
                if not is_busy(error.orig):
                    raise
                await pause()
            except BaseException:
                await session.close()
                raise
            else:
                return session

    async def changes(self) -> int:
        """Returns the number of changes there were, those of other processes too."""
        with _translated(self.where):
            async with self._engine.connect() as connection:
                return (await connection.execute(select(ChangeCount.changes))).scalar_one()


def _session(engine: AsyncEngine, caller: Caller) -> AsyncSession:
    return AsyncSession(engine, sync_session_class=RegistrySession, info={"caller": caller}, expire_on_commit=False)


async def _complete(session: AsyncSession) -> bool:
    """Ends what a transaction writes; returns whether boxes are to be told. Raises NotAudited."""
    await session.flush()
    require_audit(session)
    has_told = await count_roster_revisions(session)
    if session.info.get("is_audited"):
        await session.execute(update(ChangeCount).values(changes=ChangeCount.changes + 1))
    return has_told


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """Raises RegistryUnavailable for what the engine says; a broken constraint stays one, without the row's values.

    PostgreSQL's second line names all of them, and whoever does not expect the error writes it into the log.
    """
    try:
        yield
    except IntegrityError as error:
        raise IntegrityError(None, None, RuntimeError(_reason(error))) from None
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise RegistryUnavailable(f"{where}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """The engine's own words, without the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {cause}".splitlines()[0].removesuffix(": ")[:MAX_REASON_CHARS]


def _migrate(connection: Connection, where: str) -> None:
    """Brings the schema up to HEAD in the transaction that is open."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    if _is_at_head(connection, where):
        return  # another process was faster
    _upgrade(connection)
    log.info("%s: the registry has schema %s now", where, HEAD)


def _is_at_head(connection: Connection, where: str) -> bool:
    """Whether the schema is HEAD. Raises RegistryTooNew, RegistryForeign."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if foreign := sorted(tables & set(Base.metadata.tables)):
            raise RegistryForeign(f"{where}: holds tables of something else ({', '.join(foreign)}); name an empty one")
        return False
    revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()
    if revision is not None and revision > HEAD:
        raise RegistryTooNew(where, revision)
    return bool(revision == HEAD)


def _upgrade(connection: Connection) -> None:
    from alembic import command, config  # only where there is something to do: they take long to load

    settings = config.Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    command.upgrade(settings, HEAD)
