"""Commits of a journal's file that fail, as often as asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from anju_edge.journal.journal import Journal


def fail_next_commit(journal: Journal, before: Callable[[], None] = lambda: None) -> None:
    """The next transaction writes all that it has and fails at its end, once; `before` is called just then."""
    store = journal._writer._store
    assert store is not None
    given = store
    connection = store.connection

    class Failing:
        def __getattr__(self, name: str) -> object:
            return getattr(connection, name)

        def execute(self, sql: str, *args: object) -> object:
            if sql == "commit":
                before()
                given.connection = connection
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return connection.execute(sql, *args)  # type: ignore[arg-type]  # as the caller gives them

    store.connection = Failing()  # type: ignore[assignment]
