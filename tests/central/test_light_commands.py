"""Commands that need no registry load neither SQLAlchemy nor the web framework: on a small hub that takes seconds."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from support.hubs import config, running

HEAVY = ("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "fastapi", "uvicorn", "starlette")
WALK = """
import sys
from anju_central.__main__ import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
heavy = {heavy!r}
print("LOADED", *sorted({{name.partition(".")[0] for name in sys.modules}} & set(heavy)))
"""


@pytest.mark.parametrize(
    "words",
    [("--help",), ("account", "--help"), ("box", "add", "--help"), ("version",), ("check-config",), ("status",)],
)
async def test_a_command_that_needs_no_registry_loads_none(tmp_path: Path, words: tuple[str, ...]) -> None:
    path = tmp_path / "central.toml"
    path.write_text(f'data_dir = "{config(tmp_path).data_dir}"\n', encoding="utf-8")
    if words == ("status",):
        async with running(tmp_path):
            pass
    if words in (("status",), ("check-config",)):
        words = (*words, "--config", str(path))
    program = (sys.executable, "-c", WALK.format(heavy=HEAVY), *words)
    done = await asyncio.to_thread(subprocess.run, program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
