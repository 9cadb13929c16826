"""Many rows of one statement do what single statements do, also where they meet each other."""

from __future__ import annotations

import sqlite3

import pytest

from anju_central.projections.many_rows import ROWS, put_many

INSERT = """insert into t (k, n, newest) values (?, ?, ?)
on conflict do update set n = n + excluded.n, newest = max(newest, excluded.newest)"""


@pytest.mark.parametrize("count", [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS])
def test_rows_add_up_however_many_there_are(count: int) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("create table t (k integer primary key, n integer, newest integer) without rowid")
    put_many(db, INSERT, [(number % 7, 1, number) for number in range(count)])
    found = db.execute("select k, n, newest from t order by k").fetchall()
    assert found == [(k, len(range(k, count, 7)), max(range(k, count, 7))) for k in range(7) if k < count]
    db.close()
