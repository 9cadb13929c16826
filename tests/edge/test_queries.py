"""The box's SQL: each named query is prepared by SQLite against the real schema, and each is used under its name."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

import anju_edge.journal.sql as journal_sql
from anju_base.sql_queries import Queries, load_queries
from anju_edge.journal.store import Store
from anju_edge.journal.streams import ROW_TABLE

PACKAGE = Path(journal_sql.__file__).parents[1]


def named_queries() -> Iterator[tuple[str, str, str]]:
    """(package and file, name, statement) of all, those of lanes once for each lane's table."""
    for path in sorted(PACKAGE.rglob("queries/*.sql")):
        package = ".".join(path.parent.relative_to(PACKAGE.parent).parts)
        by_lane = "{table}" in path.read_text(encoding="utf-8")
        for placeholders in [{"table": table} for table in ROW_TABLE.values()] if by_lane else [{}]:
            queries = load_queries(package, path.stem, **placeholders)
            for name in queries:
                yield f"{package}/{path.stem}", name, getattr(queries, name)


ALL = list(named_queries())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, sqlite3.Connection]]:
    """A journal of this version, with the table that a salvage has for its time, and an emergency file."""
    path = tmp_path_factory.mktemp("queries") / "journal.sqlite"
    with closing(Store.open(path)) as store:
        store.connection.execute(journal_sql.SALVAGE.create_carved)
        store.emergency.settle(None)
        with closing(sqlite3.connect(store.emergency.path)) as emergency:
            yield {"journal": store.connection, "emergency": emergency}


@pytest.fixture
def file(files: dict[str, sqlite3.Connection], source: str) -> sqlite3.Connection:
    """The one that a statement is for."""
    return files["emergency" if source.endswith("/emergency") else "journal"]


@pytest.mark.parametrize(("source", "name", "statement"), ALL, ids=[f"{source}-{name}" for source, name, _ in ALL])
def test_every_query_fits_the_schema(file: sqlite3.Connection, source: str, name: str, statement: str) -> None:
    if name == "create_carved":
        return  # it stands already
    assert file.execute(f"explain {statement}", [None] * statement.count("?")).fetchall()


@pytest.mark.parametrize(("source", "name", "statement"), ALL, ids=[f"{source}-{name}" for source, name, _ in ALL])
def test_every_query_reaches_its_rows_by_a_key(
    file: sqlite3.Connection, source: str, name: str, statement: str
) -> None:
    """Tables grow with the years, so none may be read whole, but for lists of what is small or wanted whole."""
    whole = {"list_streams", "seal_live_stream", "probe", "list_tables", "has_stream_table", "list_recent_check_ins",
             "delete_old_check_ins", "list_open_incidents", "create_carved",
             "list_boot_keys", "list_values"}  # fmt: skip
    whole |= {"list_skips"} if source.endswith("/salvage") else set()
    if source.endswith("/emergency"):  # one row, or what one transaction touched, or all that is moved
        whole |= {"get_change", "put_change", "put_back_incidents", "put_back_kept", "delete_open_incidents",
                  "list_check_ins", "delete_check_ins", "take_back_check_ins", "take_back_annulments"}  # fmt: skip
        whole |= {"forget_check_ins_before", "forget_open_incidents_before", "forget_kept_before"}
    if name not in whole:
        plan = file.execute(f"explain query plan {statement}", [None] * statement.count("?")).fetchall()
        scans = [step for *_, step in plan if step.startswith("SCAN")]
        given = ("subquery", "CONSTANT ROWS", "VALUES CLAUSE")  # no table; the words are SQLite's, by its version
        assert not [step for step in scans if not any(word in step for word in given)]


def test_every_query_is_used_and_every_use_has_one() -> None:
    used: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "journal.sql import" not in text and "SQL" not in text:
            continue
        module = vars(import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute):
                used.add(node.attr)
                queries = _queries_of(node.value, module)
                assert queries is None or node.attr in set(queries), f"{path.name}:{node.lineno}: {ast.unparse(node)}"
    assert not {name for _, name, _ in ALL} - used


def _queries_of(owner: ast.expr, module: dict[str, object]) -> Queries | None:
    """The queries that `SQL.name` or `ROWS[lane].name` takes its name from, None for any other expression."""
    if isinstance(owner, ast.Subscript):
        by_lane = module.get(owner.value.id) if isinstance(owner.value, ast.Name) else None
        found = next(iter(by_lane.values()), None) if isinstance(by_lane, dict) else None
    else:
        found = module.get(owner.id) if isinstance(owner, ast.Name) else None
    return found if isinstance(found, Queries) else None
