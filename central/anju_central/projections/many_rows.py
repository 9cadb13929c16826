"""Many rows in few statements: SQLite's module lets the interpreter's lock go at each, and taking it back costs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

ROWS: Final = 50  # of one statement


def put_many(db: sqlite3.Connection, insert: str, rest: str, rows: Sequence[Sequence[object]]) -> None:
    """Runs `insert` VALUES (...), (...) `rest` for all rows, which have the same width. Raises sqlite3.Error."""
    if not rows:
        return
    placeholders = f"({','.join('?' * len(rows[0]))})"
    whole = len(rows) - len(rows) % ROWS
    if whole:
        many = f"{insert} values {','.join([placeholders] * ROWS)} {rest}"
        for start in range(0, whole, ROWS):
            db.execute(many, [value for row in rows[start : start + ROWS] for value in row])
    if whole < len(rows):
        db.executemany(f"{insert} values {placeholders} {rest}", rows[whole:])
