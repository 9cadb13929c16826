"""The engines of a registry: what reads and what writes, each with connections of its own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS: Final = 100  # of one try: a writer that gives up does so soon, an emergency's look-up above all
BUSY_AGAIN_MS: Final = 50
WAL_WITHIN_MS: Final = 5_000
CONNECT_WITHIN_S: Final = 10.0  # of PostgreSQL: the hub's start waits no longer for it
ANSWER_WITHIN_S: Final = 60.0
WRITER: Final = ("synchronous=full", "foreign_keys=on", "secure_delete=on")  # pragmas of SQLite


def engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """Returns what reads and what writes: who waits to write keeps no connection from readers.

    SQLite's readers go on while somebody writes (its write-ahead log), and cannot write by mistake.
    """
    made = make_url(url)
    if made.get_backend_name() == "postgresql":
        limits = {"timeout": CONNECT_WITHIN_S, "command_timeout": ANSWER_WITHIN_S}
        reading, writing = (
            create_async_engine(made, pool_pre_ping=True, hide_parameters=True, connect_args=limits) for _ in range(2)
        )
        return reading, writing
    if made.database:
        with suppress(FileExistsError):  # password hashes are in it: for this account alone, as its -wal and -shm
            os.close(os.open(made.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    reading, writing = (create_async_engine(made, hide_parameters=True) for _ in range(2))
    for engine, prepare, begin in (
        (reading, _prepare_reader, "BEGIN"),
        # a writer takes the lock at once: one that read first could not wait for another's commit
        (writing, _prepare_writer, "BEGIN IMMEDIATE"),
    ):
        event.listen(engine.sync_engine, "connect", prepare)
        event.listen(engine.sync_engine, "begin", beginning(begin))
    return reading, writing


def beginning(statement: str) -> Callable[[Connection], None]:
    """Returns what begins a transaction of SQLite by a statement of ours."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def is_busy(error: BaseException | None) -> bool:
    """Whether SQLite says that somebody else holds the lock."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


async def pause() -> None:
    """Waits before a lock is asked for again."""
    await asyncio.sleep(BUSY_AGAIN_MS / 1_000)


def _prepare_reader(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    _prepare_sqlite(connection, "query_only=on")


def _prepare_writer(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    _prepare_sqlite(connection, *WRITER)


def _prepare_sqlite(connection: DBAPIConnection, *pragmas: str) -> None:
    cast("Any", connection).isolation_level = None  # we begin ourselves: Python's module commits around DDL otherwise
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cast("Any", connection).run_async(_write_ahead)
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def _write_ahead(connection: aiosqlite.Connection) -> None:
    """Makes a new file one with a write-ahead log. SQLite does not wait for that as it waits for other locks."""
    tries = WAL_WITHIN_MS // BUSY_AGAIN_MS
    for attempt in range(tries + 1):
        try:
            await connection.execute("PRAGMA journal_mode=wal")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or attempt == tries:
                raise
            await pause()  # another process opens the same new file
        else:
            return
