"""The registry's tables on both engines: what the database itself refuses, and that migrations make the models."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from anju_central.access.caller import HUB
from anju_central.registry import database, engines
from anju_central.registry.database import MIGRATIONS, Registry, sqlite_url
from anju_central.registry.faults import HEAD, REGISTRY_FILE, RegistryForeign, RegistryTooNew, RegistryUnavailable
from anju_central.registry.file_copy import VERSION_TABLE
from anju_central.registry.tables import Base

HASH = b"h" * 32
COMMUNITY = {"community": "ningdu", "name_zh": "柠都", "name_en": "Ningdu", "made_ms": 1}
BOX = {"box": "box-1", "community": "ningdu", "state": "unused", "made_ms": 1, "made_by": "hub"}
CLAIM = {
    "box": "box-1",
    "community": "ningdu",
    "name": "0a" * 16,
    "secret_hash": HASH,
    "made_ms": 1,
    "made_by": "hub",
    "ends_ms": 2,
    "failed_tries": 0,
}
CERTIFICATE = {
    "serial": "a1",
    "box": "box-1",
    "community": "ningdu",
    "spki": HASH,
    "from_ms": 1,
    "to_ms": 2,
    "made_ms": 1,
    "der": b"0",
}
ACCOUNT = {"account": "technician-1", "full_name": "一", "role": "technician", "every_community": False}
ACCOUNT |= {"failed_tries": 0, "made_ms": 1, "made_by": "hub"}
SESSION = {"token_hash": HASH, "account": "technician-1", "made_ms": 1, "seen_ms": 1, "idle_ends_ms": 2, "ends_ms": 3}
TOKEN = {"token_hash": HASH, "name": "metrics", "scope": "metrics", "made_ms": 1, "made_by": "technician-1"}
TOKEN |= {"ends_ms": 2}
RECOVERY = {"code_hash": HASH, "account": "technician-1", "made_ms": 1}
LINK = {"token_hash": HASH, "account": "technician-1", "made_ms": 1, "made_by": "command-line", "ends_ms": 2}
AUDIT = {"at_ms": 1, "account": "hub", "role": "hub", "purpose": "device-maintenance", "action": "box.add"}
AUDIT |= {"subject": "box-1", "detail": ""}
SOUND: dict[str, dict[str, Any]] = {
    "community": COMMUNITY,
    "box": BOX,
    "claim": CLAIM,
    "certificate": CERTIFICATE,
    "account": ACCOUNT,
    "account_community": {"account": "technician-1", "community": "ningdu"},
    "recovery_code": RECOVERY,
    "account_link": LINK,
    "login_session": SESSION,
    "machine_token": TOKEN,
    "audit": AUDIT,
}

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("community", {"community": "Ningdu"}),
    ("community", {"community": ""}),
    ("community", {"community": "n" * 33}),
    ("community", {"community": "宁都"}),
    ("community", {"community": "a b"}),
    ("community", {"name_zh": ""}),
    ("box", {"box": "box_1"}),
    ("box", {"community": "nowhere"}),
    ("box", {"state": "asleep"}),
    ("box", {"state": "active"}),
    ("box", {"state": "claimed"}),
    ("box", {"state": "active", "claimed_ms": 1}),
    ("box", {"state": "retired"}),
    ("box", {"state": "revoked"}),
    ("box", {"revoked_ms": 5}),
    ("box", {"replaces": "box-1"}),
    ("box", {"replaces": "box-9"}),
    ("claim", {"box": "box-9"}),
    ("claim", {"community": "other"}),
    ("claim", {"name": "0a"}),
    ("claim", {"name": "0A" * 16}),
    ("claim", {"secret_hash": b"short"}),
    ("claim", {"ends_ms": 1}),
    ("claim", {"used_ms": 1}),
    ("claim", {"used_spki": HASH}),
    ("claim", {"used_ms": 1, "used_spki": b"short"}),
    ("claim", {"used_ms": 1, "used_spki": HASH, "withdrawn_ms": 1}),
    ("claim", {"failed_tries": -1}),
    ("certificate", {"serial": ""}),
    ("certificate", {"serial": "A1"}),
    ("certificate", {"serial": "a" * 41}),
    ("certificate", {"spki": HASH + b"x"}),
    ("certificate", {"to_ms": 1}),
    ("certificate", {"community": "other"}),
    ("certificate", {"claim": 7}),
    ("account", {"account": "hub"}),
    ("account", {"account": "Technician-1"}),
    ("account", {"account": ""}),
    ("account", {"role": "hub"}),
    ("account", {"role": "king"}),
    ("account_community", {"community": "nowhere"}),
    ("account_community", {"account": "nobody"}),
    ("recovery_code", {"account": "nobody"}),
    ("recovery_code", {"code_hash": b"the code itself"}),
    ("account_link", {"account": "nobody"}),
    ("account_link", {"token_hash": b"the token itself"}),
    ("account_link", {"ends_ms": 1}),
    ("login_session", {"account": "nobody"}),
    ("login_session", {"ends_ms": 1}),
    ("login_session", {"idle_ends_ms": 9}),
    ("login_session", {"token_hash": b"the token itself"}),
    ("machine_token", {"community": "nowhere"}),
    ("machine_token", {"ends_ms": 1}),
    ("machine_token", {"token_hash": b""}),
    ("audit", {"purpose": ""}),
    ("audit", {"purpose": "curiosity"}),
    ("audit", {"action": ""}),
]


async def insert(registry: Registry, table: str, row: dict[str, Any]) -> None:
    """Puts a row in by plain SQL, past everything that the code checks."""
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    async with registry._writing.begin() as connection:
        await connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


async def fill(registry: Registry, but: str = "") -> None:
    """One sound row in each table, and a second community."""
    await insert(registry, "community", {**COMMUNITY, "community": "other"})
    for table, row in SOUND.items():
        if table == but:
            return
        await insert(registry, table, row)


async def test_the_database_refuses_what_cannot_be(registry: Registry) -> None:
    last = ""
    for table, wrong in REFUSED:
        if table != last:
            await insert_up_to(registry, table, last)
            last = table
        with pytest.raises(DBAPIError):
            await insert(registry, table, {**SOUND[table], **wrong})
    await insert(registry, last, SOUND[last])


async def insert_up_to(registry: Registry, table: str, last: str) -> None:
    names = list(SOUND)
    if not last:
        await insert(registry, "community", {**COMMUNITY, "community": "other"})
    for name in names[names.index(last) if last else 0 : names.index(table)]:
        await insert(registry, name, SOUND[name])


async def test_a_box_has_one_open_claim_and_one_successor(registry: Registry) -> None:
    await fill(registry)
    with pytest.raises(DBAPIError):
        await insert(registry, "claim", {**CLAIM, "name": "b" * 32, "secret_hash": b"2" * 32})
    async with registry._writing.begin() as connection:
        await connection.execute(text("UPDATE claim SET withdrawn_ms = 2"))
    await insert(registry, "claim", {**CLAIM, "name": "b" * 32, "secret_hash": b"2" * 32})
    await insert(registry, "box", {**BOX, "box": "box-2", "replaces": "box-1"})
    with pytest.raises(DBAPIError):
        await insert(registry, "box", {**BOX, "box": "box-3", "replaces": "box-1"})


@pytest.mark.parametrize("statement", ["UPDATE audit SET account = 'x'", "DELETE FROM audit"])
async def test_the_audit_is_append_only_in_the_database_itself(registry: Registry, statement: str) -> None:
    await fill(registry)
    with pytest.raises(DBAPIError, match="append-only"):
        async with registry._writing.begin() as connection:
            await connection.execute(text(statement))
    async with registry._engine.connect() as connection:
        rows = (await connection.execute(text("SELECT account FROM audit"))).scalars().all()
    assert rows == ["hub"]


async def test_migrations_make_what_the_models_say(registry: Registry) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))

    def constraints(connection: Connection) -> set[str]:
        """Names of the checks, which alembic does not compare."""
        if connection.dialect.name == "postgresql":
            here = "connamespace = current_schema()::regnamespace"
            checks = text(f"SELECT conname FROM pg_constraint WHERE contype = 'c' AND {here}")
            return set(connection.execute(checks).scalars())
        whole = "\n".join(connection.execute(text("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")).scalars())
        return {word for word in whole.replace("(", " ").split() if word.startswith("ck_")}

    async with registry._engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        made = await connection.run_sync(constraints)
    named = {str(c.name) for table in Base.metadata.tables.values() for c in table.constraints}
    assert made == {name if name.startswith("ck_") else f"ck_{name}" for name in named if "ck_" in name}
    assert len(made) > 30


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


async def test_opening_again_finds_what_was_there(registry_url: str) -> None:
    first = await Registry.open(registry_url)
    await insert(first, "community", COMMUNITY)
    await first.close()
    second = await Registry.open(registry_url)
    async with second.read(HUB) as session:
        assert (await session.execute(text("SELECT name_zh FROM community"))).scalars().all() == ["柠都"]
    await second.close()


async def test_two_that_open_at_once_migrate_once(registry_url: str) -> None:
    opened = await asyncio.gather(*(Registry.open(registry_url) for _ in range(3)))
    for registry in opened:
        assert await registry.changes() == 0
        await registry.close()


async def test_a_new_file_that_another_process_writes_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of a new file is changed under a lock for which SQLite itself does not wait."""
    path = tmp_path / REGISTRY_FILE
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waited = []

    async def end_the_other() -> None:
        waited.append(True)
        if len(waited) == 2:
            other.execute("ROLLBACK")

    monkeypatch.setattr(engines, "pause", end_the_other)
    registry = await Registry.open(sqlite_url(path))
    assert len(waited) == 2
    assert await registry.changes() == 0
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    await registry.close()


async def test_a_newer_schema_is_refused_with_a_sentence_and_left_as_it_is(registry_url: str) -> None:
    registry = await Registry.open(registry_url)
    async with registry._writing.begin() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0999'"))
    await registry.close()
    with pytest.raises(RegistryTooNew, match=f"schema 0999, this version knows up to {HEAD}"):
        await Registry.open(registry_url)


async def test_a_migration_that_fails_leaves_nothing(registry_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE community (half INTEGER)"))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(database, "_upgrade", half)
        with pytest.raises(RegistryUnavailable, match="No space left"):
            await Registry.open(registry_url)
    registry = await Registry.open(registry_url)
    assert await registry.changes() == 0
    await registry.close()


async def test_a_database_of_something_else_is_refused(registry_url: str) -> None:
    engine = create_async_engine(registry_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE account (id INTEGER)"))
    await engine.dispose()
    with pytest.raises(RegistryForeign, match="account"):
        await Registry.open(registry_url)


async def test_what_cannot_be_opened_says_where_and_why(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").write_bytes(b"no database at all, but long enough for one" * 100)
    with pytest.raises(RegistryUnavailable, match=r"registry\.sqlite: DatabaseError: file is not a database"):
        await Registry.open(sqlite_url(tmp_path / "registry.sqlite"))
    with pytest.raises(RegistryUnavailable, match="nobody:\\*\\*\\*@"):
        await Registry.open(f"postgresql+asyncpg://nobody:secret@/none?host={tmp_path}")


async def test_the_file_is_for_its_owner_alone_and_synced_at_each_commit(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    registry = await Registry.open(sqlite_url(path))
    await insert(registry, "community", COMMUNITY)
    for name in ("registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    async with registry._writing.connect() as connection:
        for pragma, value in {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 100}.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value
    async with registry._engine.connect() as connection:
        for pragma, value in {"journal_mode": "wal", "query_only": 1, "busy_timeout": 100}.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value
    await registry.close()
