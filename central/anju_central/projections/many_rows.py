"""Many rows in few statements: SQLite's module lets the interpreter's lock go at each, and taking it back costs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Final

ROWS: Final = 50  # of one statement
_VALUES: Final = re.compile(r"values (\([?, ]+\))")


def put_many(db: sqlite3.Connection, insert: str, rows: Sequence[Sequence[object]]) -> None:
    """Runs an insert of one row (`... values (?, ?) ...`) for all rows. Raises sqlite3.Error."""
    whole = len(rows) - len(rows) % ROWS
    if whole:
        many = _widened(insert)
        for start in range(0, whole, ROWS):
            db.execute(many, [value for row in rows[start : start + ROWS] for value in row])
    if whole < len(rows):
        db.executemany(insert, rows[whole:])


@cache
def _widened(insert: str) -> str:
    """The statement with the placeholders of ROWS rows."""
    one_row = _VALUES.search(insert)
    if one_row is None:
        raise ValueError(f"no row of placeholders in: {insert}")
    return f"{insert[: one_row.start(1)]}{', '.join([one_row[1]] * ROWS)}{insert[one_row.end(1) :]}"
