"""Named SQL: what is in the file is what comes out, and whatever is wrong is said at load."""

import copy
import sqlite3
import sys
from pathlib import Path

import pytest

from anju_base.sql_queries import Queries, QueryFileError, load_queries, parse_queries

TEXT = """\
-- Ranges whose events are gone.

-- name: put_skip
-- Enters a range.
insert or replace into {table}
  values (?, ?);

-- name: count_skips
-- How many there are.
select count(*) from {table}
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of queries without Python in it, importable as `queries_in_a_test`."""
    folder = tmp_path / "queries_in_a_test"
    folder.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def test_statements_come_by_name_without_comments_and_semicolon(package: Path) -> None:
    (package / "skips.sql").write_text(TEXT, encoding="utf-8")

    queries = load_queries(package.name, "skips", table="skip")

    assert queries.put_skip == "insert or replace into skip\n  values (?, ?)"
    assert queries.count_skips == "select count(*) from skip"
    assert list(queries) == ["put_skip", "count_skips"]
    assert len(queries) == 2
    assert "put_skip" in repr(queries)


def test_what_comes_out_runs(package: Path) -> None:
    (package / "skips.sql").write_text(TEXT, encoding="utf-8")
    queries = load_queries(package.name, "skips", table="skip")
    connection = sqlite3.connect(":memory:")
    connection.execute("create table skip (first integer primary key, last integer)")

    connection.execute(queries.put_skip, (1, 2))

    assert connection.execute(queries.count_skips).fetchone() == (1,)
    connection.close()


def test_an_unknown_name_is_told_with_its_file() -> None:
    queries = Queries("box/skips.sql", {"put_skip": "select 1"})

    with pytest.raises(AttributeError, match=r"box/skips\.sql has no query 'put_skips'"):
        _ = queries.put_skips


def test_queries_cannot_be_set() -> None:
    queries = Queries("box/skips.sql", {"put_skip": "select 1"})

    with pytest.raises(AttributeError):
        queries.put_skip = "select 2"  # type: ignore[attr-defined]  # what is tried here


def test_a_copy_is_the_same() -> None:
    assert copy.copy(Queries("box/skips.sql", {"put_skip": "select 1"})).put_skip == "select 1"


def test_a_file_that_is_not_there(package: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_queries(package.name, "no_such_file")


@pytest.mark.parametrize(
    ("text", "placeholders", "reason"),
    [
        ("select 1;\n-- name: one\nselect 1;", {}, "a statement without a name: select 1;"),
        ("-- name: one\nselect 1;\n-- name: one\nselect 2;", {}, "two queries named 'one'"),
        ("-- name: one\n-- name: two\nselect 2;", {}, "query 'one' is empty"),
        ("-- name: one\n;\n", {}, "query 'one' is empty"),
        ("-- name:\nselect 1;", {}, "'' is no name for a query"),
        ("-- name: One\nselect 1;", {}, "'One' is no name for a query"),
        ("-- name: _one\nselect 1;", {}, "'_one' is no name for a query"),
        ("-- name: one\nselect * from {table};", {}, "query 'one': nothing given for table"),
        ("-- name: one\nselect 1;", {"table": "alarm_row"}, "no query has the placeholder table"),
        ("-- name: one\nselect * from {table};", {"table": "a; drop table b"}, "table='a; drop table b' is no identif"),
    ],
)
def test_what_is_wrong_is_said_at_load(text: str, placeholders: dict[str, str], reason: str) -> None:
    with pytest.raises(QueryFileError) as caught:
        parse_queries(text, "box/skips.sql", placeholders)

    assert caught.value.source == "box/skips.sql"
    assert caught.value.reason.startswith(reason)
