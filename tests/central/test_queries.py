"""The hub's named queries: each is prepared against the real schema, and each index is there for one of them."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from anju_base.sql_queries import Queries, load_queries
from anju_central.projections.projection_file import SCHEMAS, all_projections
from anju_central.store.database import SCHEMA, connect, migrate

STORE = "anju_central.store.queries"
PROJECTIONS = "anju_central.projections.queries"
NAMES = [projection.name for projection in all_projections()]
WITH_ALIASES = ["attendance", "incidents"]  # the projections that keep facts by identity


def queries_of(package: str) -> dict[str, Queries]:
    """Returns all files of queries of a package."""
    names = [entry.name.removesuffix(".sql") for entry in files(package).iterdir() if entry.name.endswith(".sql")]
    return {name: load_queries(package, name) for name in names}


def databases() -> list[tuple[str, list[Queries]]]:
    """Returns each of the hub's databases ("store" or a projection) with the files of queries that are for it."""
    found = [("store", list(queries_of(STORE).values()))]
    held = queries_of(PROJECTIONS)
    for name in NAMES:
        shared = ["projection_file", "projection"] if name in WITH_ALIASES else ["projection_file"]
        found.append((name, [held[file] for file in (name, *shared)]))
    return found


def test_every_file_of_queries_is_for_some_database() -> None:
    assert set(queries_of(PROJECTIONS)) == {*NAMES, "projection", "projection_file"}


@pytest.mark.parametrize("package", [STORE, PROJECTIONS])
def test_every_query_is_asked_by_the_module_of_its_name(package: str) -> None:
    room = files(package.removesuffix(".queries"))
    for name, queries in queries_of(package).items():
        asked = set(re.findall(r"\bSQL\.(\w+)", (room / f"{name}.py").read_text(encoding="utf-8")))
        assert asked == set(queries), name


def opened(path: Path, name: str) -> sqlite3.Connection:
    db = connect(path / f"{name}.sqlite", "normal")
    migrate(db, path, SCHEMA if name == "store" else SCHEMAS / name)
    return db


def placeholders(query: str) -> list[None]:
    numbered = [int(number) for number in re.findall(r"\?(\d+)", query)]
    return [None] * (max(numbered) if numbered else query.count("?"))


@pytest.mark.parametrize(("name", "all_queries"), databases(), ids=["store", *NAMES])
def test_every_query_fits_the_schema(tmp_path: Path, name: str, all_queries: list[Queries]) -> None:
    with closing(opened(tmp_path, name)) as db:
        for queries in all_queries:
            for query in queries:
                sql = getattr(queries, query)
                try:
                    db.execute(f"explain {sql}", placeholders(sql))
                except sqlite3.Error as error:
                    pytest.fail(f"{queries!r}: {query}: {error}")


@pytest.mark.parametrize(("name", "all_queries"), databases(), ids=["store", *NAMES])
def test_every_index_serves_a_query(tmp_path: Path, name: str, all_queries: list[Queries]) -> None:
    with closing(opened(tmp_path, name)) as db:
        made = {row[0] for row in db.execute("select name from sqlite_master where type = 'index' and sql is not null")}
        used: set[str] = set()
        for queries in all_queries:
            for query in queries:
                sql = getattr(queries, query)
                for *_, step in db.execute(f"explain query plan {sql}", placeholders(sql)):
                    used |= set(re.findall(r"USING (?:COVERING )?INDEX (\w+)", step))
        assert made - used == set(), "an index that no query uses costs at each write"
