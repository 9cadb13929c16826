"""`anju-central people`: a sheet shown, taken over, its faulty rows written to mend, taken back."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.exports.requests import approve_export
from support.paths import TESTS
from support.registry_people import SUPERVISOR
from support.sheets.people import people
from support.sheets.taken import csv_of

SHEETS = TESTS / "central" / "sheets"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.toml"
    path.write_text('data_dir = "data"\nhttp_address = "127.0.0.1:7481"\ngrpc_address = "127.0.0.1:7420"\n')
    code, text = run(path, "box", "add", "east", "box-1", "--hub", "127.0.0.1")
    assert "ca init" in text or code == 0
    return path


def run(config: Path, *words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*map(str, words), "--config", str(config)], env={"COLUMNS": "400"})
    return done.exit_code, done.output


def residents(config: Path) -> int:
    with closing(sqlite3.connect(config.parent / "data" / "registry.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM resident").fetchone()[0])


def test_a_clerks_month(config: Path, tmp_path: Path) -> None:
    first = SHEETS / "old_numbers.xlsx"
    mend = tmp_path / "mend.xlsx"
    code, text = run(config, "people", "import", first, "--community", "east", "--dry-run", "--errors", mend)
    assert code == 0, text
    assert "新增 new: 2" in text
    assert "未采用的行 rows refused: 3" in text
    assert re.search(r"B5: 身份证号末位校验不对.* check digit is wrong", text)
    assert "nothing was changed" in text
    assert residents(config) == 0
    assert stat.S_IMODE(os.stat(mend).st_mode) == 0o600
    assert openpyxl.load_workbook(mend).worksheets[0].max_row == 4
    code, text = run(config, "people", "import", first, "--community", "east")
    assert code == 0, text
    assert residents(config) == 2
    number = re.search(r"import (\d+);", text)
    assert number is not None
    second = tmp_path / "next.csv"
    second.write_bytes(csv_of(people(5, first=1)))
    code, text = run(config, "people", "import", second, "--community", "east", "--dry-run")
    assert "新增 new: 4" in text
    assert "表里没有 missing: r-" in text
    assert people(1)[0].name in text
    gone = re.search(r"missing: (r-\w+)", text)
    assert gone is not None
    code, text = run(config, "people", "import", second, "--community", "east", "--moved-out", gone[1])
    assert code == 0, text
    later = re.search(r"import (\d+);", text)
    assert later is not None
    code, text = run(config, "people", "undo", number[1])
    assert (code, "undo that first" in text) == (1, True)
    assert run(config, "people", "undo", later[1])[0] == 0
    assert run(config, "people", "undo", number[1])[0] == 0
    assert residents(config) == 0


def test_columns_are_told_and_remembered(config: Path, tmp_path: Path) -> None:
    one = people(1)[0]
    sheet = tmp_path / "odd.csv"
    sheet.write_text(f"姓名,甲,乙\n{one.name},{one.id_number},7号\n")
    code, text = run(config, "people", "import", sheet, "--community", "east", "--columns", "C=archive-no")
    assert code == 0, text
    code, text = run(config, "people", "import", sheet, "--community", "east", "--dry-run")
    assert re.search(r"C +乙 +archive-no", text)
    assert "无变化 the same: 1" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--community", "nowhere"), "there is no community"),
        (("--community", "east", "--sheet", "x"), "There is no sheet x"),
        (("--community", "east", "--columns", "C=x"), "write C=phone"),
        (("--community", "east", "--as-of", "x"), "write it as 2026-11-01"),
    ],
)
def test_what_cannot_be_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    code, text = run(config, "people", "import", SHEETS / "title_rows.xlsx", *words)
    assert code in (1, 2), text
    assert said in text
    assert "Traceback" not in text


def test_an_import_that_is_not_there_is_said(config: Path) -> None:
    code, text = run(config, "people", "undo", 99)
    assert (code, "there is no import 99" in text) == (1, True)


def test_a_list_is_asked_for_by_command_approved_by_somebody_and_comes_once(config: Path, tmp_path: Path) -> None:
    sheet, target = tmp_path / "sheet.csv", tmp_path / "list.xlsx"
    sheet.write_bytes(csv_of(people(2)))
    code, text = run(config, "people", "import", sheet, "--community", "east")
    assert code == 0, text
    ask = ("people", "export", "ask", "--community", "east", "--reason", "重阳节走访")
    code, text = run(config, *ask, "--purpose", "statistics")
    assert (code, "device-maintenance" in text) == (2, True)
    code, text = run(config, *ask, "--purpose", "activity", "--fields", "name,phones")
    assert (code, "choose of name, age, flat" in text) == (1, True)
    code, text = run(config, *ask, "--purpose", "activity", "--fields", "name,flat")
    assert (code, "request 1:" in text) == (0, True), text
    code, text = run(config, "people", "export", "fetch", 1, target)
    assert (code, "waits for a second person" in text, target.exists()) == (1, True, False)
    asyncio.run(approve(config, 1))
    code, text = run(config, "people", "export", "fetch", 1, target)
    assert (code, "2 人 people" in text) == (0, True), text
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o600
    page = openpyxl.load_workbook(target)["人员名单"]
    assert [cell.value for cell in page[2]] == ["姓名", "住址"]
    assert sorted(str(row[0].value) for row in page.iter_rows(min_row=3)) == sorted(one.name for one in people(2))
    code, text = run(config, "people", "export", "fetch", 1, tmp_path / "again.xlsx")
    assert (code, "is fetched" in text) == (1, True)
    code, text = run(config, "people", "export", "list")
    assert (code, "已取走 fetched" in text, "super-1" in text) == (0, True, True)


async def approve(config: Path, number: int) -> None:
    """As a supervisor at the console does."""
    registry = await Registry.open(sqlite_url(config.parent / "data" / "registry.sqlite"))
    try:
        await approve_export(SUPERVISOR, registry, number, time.time_ns() // 1_000_000)
    finally:
        await registry.close()
