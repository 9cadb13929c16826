"""`anju-central lookups verify`."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.people.record import person
from support.registry_people import CLERK, NOW, people_in


def verify(path: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["lookups", "verify", "--config", str(path)])
    return result.exit_code, result.output


async def look(database: Path) -> None:
    registry = await Registry.open(sqlite_url(database))
    async with people_in(registry, database.parent) as people:
        resident = await people.add("单雪梅")
        for _ in range(3):
            await person(CLERK, registry, people.log, resident, people.numbers, NOW)
    await registry.close()


def test_the_log_is_walked_and_a_changed_entry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "central.toml"
    path.write_text(f'data_dir = "{tmp_path}"\n', encoding="utf-8")
    code, said = verify(path)
    assert (code, "the log is empty, and whole" in said) == (0, True)
    asyncio.run(look(tmp_path / "registry.sqlite"))
    code, said = verify(path)
    assert code == 0, said
    assert "entries 1 to 3 are whole" in said
    assert len(said.split()[-1]) == 64  # the newest hash, to be noted elsewhere
    with sqlite3.connect(tmp_path / "registry.sqlite") as db:
        db.execute("DROP TRIGGER look_up_no_update")
        db.execute("UPDATE look_up SET account = 'somebody' WHERE entry = 2")
    db.close()
    code, said = verify(path)
    assert code == 1
    assert "entry 2: " in said
    assert "was changed" in said
