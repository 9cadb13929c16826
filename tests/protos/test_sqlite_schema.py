"""Box and hub bring their files to the newest schema alike, and let an older version read what only grew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from anju_base.sqlite_schema import SchemaTooNew, load_migrations, migrate
from anju_central.store.database import SCHEMA, DatabaseTooNew
from anju_central.store.database import migrate as migrate_hub


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "file.sqlite", isolation_level=None)) as connection:
        yield connection


def schema(folder: Path, *scripts: str) -> Path:
    made = folder / f"schema-{len(scripts)}"
    made.mkdir()
    for number, script in enumerate(scripts, 1):
        (made / f"{number:04}_words.sql").write_text(script)
    return made


ONE, TWO = "create table a (b);", "-- oldest_reader: 1\ncreate table c (d);"


def test_an_older_version_reads_what_only_grew(file: sqlite3.Connection, tmp_path: Path) -> None:
    one, two = schema(tmp_path, ONE), schema(tmp_path, ONE, TWO)
    assert migrate(file, load_migrations(one), "x") == 1
    assert migrate(file, load_migrations(two), "x") == 1
    assert migrate(file, load_migrations(one), "x") == 0, "an update was rolled back"
    file.execute("update schema_reader set oldest_reader = 2")
    with pytest.raises(SchemaTooNew, match="schema 2 is too new, this version knows 1"):
        migrate(file, load_migrations(one), "x")


def test_a_hubs_file_names_its_readers_too(file: sqlite3.Connection, tmp_path: Path) -> None:
    migrate_hub(file, tmp_path / "file.sqlite", SCHEMA)
    (known,) = file.execute("pragma user_version").fetchone()
    file.execute(f"pragma user_version = {known + 1}")
    file.execute(f"update schema_reader set oldest_reader = {known}")
    migrate_hub(file, tmp_path / "file.sqlite", SCHEMA)
    file.execute("drop table schema_reader")  # as a file was made before there was that table
    with pytest.raises(DatabaseTooNew, match=str(known + 1)):
        migrate_hub(file, tmp_path / "file.sqlite", SCHEMA)
