"""docs/card.md names all that a box writes: each file, each table and column, each value that is kept by name."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from anju_edge.identity.card_lock import FILE as HUB_CARD_KEY
from anju_edge.identity.files import FOLDER as IDENTITY
from anju_edge.incidents.closed_keys import KV_KEY as CLOSED
from anju_edge.journal.confirmed_streams import KV_KEY as FORGOTTEN
from anju_edge.journal.salvage.replacing import damaged_path, fresh_path
from anju_edge.updates.last_end import FILE_NAME as LAST_END
from anju_protos.v1.event_pb2 import ALARM_RAISED
from support.card_rig import hub_point
from support.paths import ROOT
from support.running_box import box_config, running_box

PAGE = ROOT / "docs" / "card.md"
NAME = re.compile(r"`([^`]+)`")
WORDS = ("none", "emergency", "encrypted", "open", "see below", "as its name says")


def rows() -> dict[str, str]:
    """The page's tables: what is named in a first cell -> its word."""
    found: dict[str, str] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            names = NAME.findall(cells[0])
            assert not found.keys() & set(names), f"named twice: {line}"
            found |= dict.fromkeys(names, cells[-1])
    return found


def unnamed(names: list[str]) -> list[str]:
    known = rows()
    return [name for name in names if not any(fnmatch(name, one) for one in known)]


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        tables = [name for (name,) in db.execute("select name from sqlite_schema where type = 'table'")]
        return [f"{table}.{row[1]}" for table in tables for row in db.execute(f'pragma table_info("{table}")')]


def kept_names(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [name for (name,) in db.execute("select key from kv")]


def test_each_row_has_a_word() -> None:
    assert set(rows().values()) <= set(WORDS)


@pytest.mark.parametrize("encryption", ["off", "on"])
async def test_all_that_a_box_writes_is_named(tmp_path: Path, encryption: str) -> None:
    config = box_config(tmp_path)
    config = replace(config, journal=replace(config.journal, encryption=encryption))
    data, run = config.box.data, config.box.run_folder
    if encryption == "on":
        (data / IDENTITY).mkdir(parents=True)
        (data / IDENTITY / HUB_CARD_KEY).write_bytes(hub_point())
    async with running_box(config) as box:
        await box.intake._recorder.record(ALARM_RAISED, b"")[0]
        written = [path for path in data.rglob("*") if not path.is_dir()]
    written += [path for path in data.rglob("*") if not path.is_dir()]
    names = [
        f"RUN/{path.relative_to(run)}" if path.is_relative_to(run) else f"DATA/{path.relative_to(data)}"
        for path in written
    ]
    assert "DATA/journal.sqlite" in names
    assert ("DATA/emergency.sqlite" in names) is (encryption == "on")
    assert unnamed(names) == []
    databases = [path for path in set(written) if path.suffix == ".sqlite" and path.exists()]
    assert unnamed([column for path in databases for column in columns(path)]) == []
    assert unnamed(kept_names(data / "journal.sqlite")) == []


@pytest.mark.parametrize(
    "name",
    [
        f"DATA/{IDENTITY}/{HUB_CARD_KEY}",
        *(f"DATA/{path(Path('journal.sqlite')).name}" for path in (damaged_path, fresh_path)),
        f"DATA/{LAST_END}",
        CLOSED,
        FORGOTTEN,
    ],
)
def test_what_a_box_writes_seldom_is_named(name: str) -> None:
    assert unnamed([name]) == []


def test_what_is_new_would_be_noticed() -> None:
    news = ["DATA/new.json", "check_in.phone", "phone_book.number", "resident"]
    assert unnamed(news) == news
