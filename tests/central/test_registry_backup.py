"""A backup holds the registry too, and putting one back revives no box that was revoked since."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.caller import HUB
from anju_central.registry.queries.boxes import add_box, list_boxes, revoke_box
from support.hubs import config, running


def write_config(folder: Path, more: str = "") -> Path:
    path = folder / "central.toml"
    path.write_text(f'data_dir = "{config(folder).data_dir}"\n{more}', encoding="utf-8")
    return path


async def command(*words: object) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, app, [str(word) for word in words])
    return result.exit_code, result.output


async def test_backup_and_restore_bring_the_registry_along(tmp_path: Path) -> None:
    path, copy = write_config(tmp_path), tmp_path / "copy.sqlite"
    async with running(tmp_path) as hub:
        await add_box(HUB, hub.parts.registry.registry, "box-3", "ningdu", hub.clock.ms)
        code, said = await command("backup", "--config", path, copy)  # while the hub runs
        assert code == 0, said
        await add_box(HUB, hub.parts.registry.registry, "box-4", "ningdu", hub.clock.ms)
        await revoke_box(HUB, hub.parts.registry.registry, "box-1", hub.clock.ms)
    beside = tmp_path / "copy.sqlite.registry"
    assert beside.stat().st_mode & 0o777 == 0o600
    code, said = await command("restore", "--config", path, copy)
    assert code == 0, said
    assert "the registry is that of" in said
    async with running(tmp_path) as hub:
        states = {row.box: row.state.value for row in await list_boxes(HUB, hub.parts.registry.registry)}
        assert states == {"box-1": "revoked", "box-2": "claimed", "box-3": "unused"}

    with sqlite3.connect(beside) as db:
        db.execute("UPDATE registry_version SET version_num = '0999'")
    db.close()
    code, said = await command("restore", "--config", path, copy)
    assert code == 1
    assert "schema 0999" in said
    beside.unlink()
    code, said = await command("restore", "--config", path, copy)
    assert code == 0, said
    assert "the registry stays" in said


@pytest.mark.parametrize(("verb", "tool"), [("backup", "pg_dump"), ("restore", "pg_restore")])
async def test_a_registry_in_postgresql_is_said_to_need_its_own_backup(tmp_path: Path, verb: str, tool: str) -> None:
    async with running(tmp_path):
        pass
    await command("backup", "--config", write_config(tmp_path), tmp_path / "copy.sqlite")
    path = write_config(tmp_path, 'registry = "postgresql+asyncpg://anju@/anju?host=/run/postgresql"\n')
    code, said = await command(verb, "--config", path, tmp_path / "copy.sqlite")
    assert code == 0, said
    assert tool in said
