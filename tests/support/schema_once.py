"""The registry's schema, made by its migrations once in a test process and then from the statements that they ran.

A hundred tests of hubs and registries make a hundred databases; running the migrations costs more than most tests. What
differs from a new and empty database (an older schema, another HEAD) runs the migrations themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, inspect

from anju_central.registry import database

Statements = list[tuple[str, Any]]  # Any: parameters as the driver takes them
_LOOKS = ("SELECT", "PRAGMA", "SHOW", "WITH")


@contextmanager
def schema_once(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it is entered, a new registry gets its schema from what the first one's migrations ran."""
    migrate = database._upgrade
    made: dict[tuple[str, str], Statements] = {}  # by engine and HEAD

    def upgrade(connection: Connection) -> None:
        which = (connection.dialect.name, vars(database)["HEAD"])
        if inspect(connection).get_table_names():
            migrate(connection)
        elif which in made:
            for statement, parameters in made[which]:
                connection.exec_driver_sql(statement, parameters or None)
        else:
            made[which] = _run_and_note(connection, migrate)

    with patch.context() as patched:
        patched.setattr(database, "_upgrade", upgrade)
        yield


def _run_and_note(connection: Connection, migrate: Any) -> Statements:  # Any: a function of the connection
    noted: Statements = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_LOOKS):
            noted.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        migrate(connection)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return noted
