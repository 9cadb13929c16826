"""Every key of box and hub: it has a limit, an example shows it, and no value of it ends anything but with its name."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anju_base.toml_config import TomlFileError
from anju_base.toml_settings import Key, keys, tables
from anju_central import config as hub
from anju_edge import config as box
from anju_edge.journal.journal import Journal, JournalSettings
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, TELEMETRY
from support.paths import ROOT

Value = Any  # Any: whatever a TOML file may hold


@dataclass(frozen=True)
class Program:
    """A program with a configuration: its dataclass, its example and the least that a file must hold."""

    name: str
    kind: type[object]
    example: Path
    least: str
    rows: str  # one row of each of its tables

    def read(self, folder: Path, text: str) -> object:
        path = folder / f"{self.name}.toml"
        path.write_text(text, encoding="utf-8")
        return box.load_config(path) if self.name == "edge" else hub.load_config(path)


BOX = Program(
    "edge",
    box.EdgeConfig,
    ROOT / "edge" / "edge.example.toml",
    '[box]\nid = "a"\ncommunity = "b"\n',
    '[[kiosks]]\nname = "a"\n[[webhooks]]\nname = "a"\nurl = "http://a"\n[[drivers]]\ndriver = "ble"\nname = "a"\n',
)
HUB = Program(
    "central",
    hub.CentralConfig,
    ROOT / "central" / "central.example.toml",
    'data_dir = "d"\n',
    '[[boxes]]\nbox = "a"\ncommunity = "b"\n',
)
EVERY_KEY = [(program, key) for program in (BOX, HUB) for key in keys(program.kind)]
every_program = pytest.mark.parametrize("program", [BOX, HUB], ids=lambda program: program.name)
every_key = pytest.mark.parametrize(
    ("program", "key"), EVERY_KEY, ids=[f"{program.name} {key.name}" for program, key in EVERY_KEY]
)


@every_key
def test_a_key_says_what_is_allowed(program: Program, key: Key) -> None:
    assert key.is_limited, f"{key.name} needs a range, a length or choices beside its field"


@every_program
def test_tables_say_how_many_they_may_be(program: Program) -> None:
    assert all(key.rows for key in tables(program.kind))


# ---- examples


def uncommented(text: str) -> str:
    """An example with its commented keys as if they were set; they are written `#key = value`."""
    return re.sub(r"(?m)^#(?=[a-z_]+ = )", "", text)


def shown(table: dict[str, Value], where: str = "") -> Iterator[tuple[str, Value]]:
    """(dotted name, value) of all keys of a parsed file; the first row stands for all of its table."""
    for name, value in table.items():
        key = f"{where}.{name}" if where else name
        if isinstance(value, dict):
            yield from shown(value, key)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from shown(value[0], f"{key}[]")
        else:
            yield key, value


@every_program
def test_the_example_shows_every_key_and_no_other(program: Program, tmp_path: Path) -> None:
    text = program.example.read_text(encoding="utf-8")
    program.read(tmp_path, text)
    program.read(tmp_path, uncommented(text))
    there = {name for name, _ in shown(tomllib.loads(uncommented(text))) if not name.startswith("drivers[].")}
    wanted = {key.name for key in keys(program.kind)} - {"drivers[].driver", "drivers[].name"}
    assert there == wanted


@every_program
def test_a_commented_key_of_an_example_has_its_default(program: Program) -> None:
    text = program.example.read_text(encoding="utf-8")
    live = dict(shown(tomllib.loads(text)))
    defaults = {key.name: key.default for key in keys(program.kind)}
    for name, value in shown(tomllib.loads(uncommented(text))):
        if name not in live and defaults.get(name) is not None:
            default = defaults[name]
            assert value == (str(default) if isinstance(default, Path) else default), name


# ---- keys of earlier versions


@every_program
def test_a_retired_key_is_no_key_any_more(program: Program) -> None:
    retired = box.RETIRED if program is BOX else hub.RETIRED
    assert not set(retired) & {key.name for key in keys(program.kind)}
    assert all(re.match(r"since \d+\.\d+", words) for words in retired.values())


def test_a_box_file_that_names_every_retired_key_is_read(tmp_path: Path) -> None:
    plain = "".join(f"{key} = 6\n" for key in box.RETIRED if "[]" not in key)
    of_rows = [key.split("[].") for key in box.RETIRED if "[]" in key]
    rows = "".join(f'[[{table}]]\nname = "one"\n{key} = "secret"\n' for table, key in of_rows)
    config = BOX.read(tmp_path, plain + BOX.least + rows)
    assert isinstance(config, box.EdgeConfig)
    assert [note.split(": ")[1].replace("[1]", "[]") for note in config.notes] == list(box.RETIRED)
    assert "secret" not in "".join(config.notes)
    with pytest.raises(box.ConfigError, match=r"supervision\.unknown_sos_per_mim: unknown key"):
        BOX.read(tmp_path, f"{BOX.least}[supervision]\nunknown_sos_per_mim = 6\n")


def test_a_hub_file_is_told_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "RETIRED", {"shards": "since 0.9.0", "boxes[].colour": "since 0.9.0; labels say it"})
    config = HUB.read(tmp_path, f'shards = "secret"\n{HUB.least}{HUB.rows}colour = [1, {{}}]\n')
    assert isinstance(config, hub.CentralConfig)
    file = tmp_path / "central.toml"
    assert config.notes == (
        f"{file}:1: shards: no longer used, remove it (since 0.9.0)",
        f"{file}:6: boxes[1].colour: no longer used, remove it (since 0.9.0; labels say it)",
    )
    assert HUB.read(tmp_path, HUB.least) == hub.CentralConfig(tmp_path / "d")


# ---- values at the edges and beyond


def literal(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def with_key(program: Program, key: Key, written: str) -> str:
    """The least file, with one row of each table, and this key set to what is written."""
    table, _, name = key.name.rpartition(".")
    lines = (program.least + program.rows).splitlines()
    if not table:
        return "\n".join([f"{name} = {written}", *(line for line in lines if not line.startswith(f"{name} = "))])
    header = f"[[{table.removesuffix('[]')}]]" if table.endswith("[]") else f"[{table}]"
    if header not in lines:
        return "\n".join([*lines, header, f"{name} = {written}"])
    at = lines.index(header)
    end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("[")), len(lines))
    kept = [line for line in lines[at:end] if not line.startswith(f"{name} = ")]
    return "\n".join([*lines[:at], *kept, f"{name} = {written}", *lines[end:]])


def named(key: Key) -> str:
    return key.name.replace("[]", "[1]")


def edges(key: Key) -> tuple[list[Value], list[Value]]:
    """(allowed, refused) values of a key by its limits."""
    if key.choices:
        return list(key.choices), ["", "SOMETIMES", 0, -1]
    if key.hint is bool:
        return [True, False], [0, 1, "true"]
    if key.hint in (int, float):
        assert key.range
        low, high = key.range
        step = 1 if key.hint is int else max(abs(low), 1.0) * 1e-6
        allowed = [low, high] if key.hint is float else [int(low), int(high)]
        beyond: list[Value] = [low - step, high + step, -(2**63), 2**63, 2**64, "1", True]
        if key.hint is int:
            beyond += [low + 0.5, "1"]
        return allowed, beyond
    assert key.length
    shortest, longest = key.length
    refused: list[Value] = [0, 1.5, True, "a" * (longest + 1)]
    return [], refused + ([""] if shortest else [])


def refusal(program: Program, text: str, folder: Path) -> str:
    """Why a file is refused; empty = it is not."""
    try:
        program.read(folder, text)
    except TomlFileError as error:
        return error.reason
    return ""


BEYOND_TOML = ["nan", "inf", "-inf", "[]", "{}", "[[1]]", "1979-05-27", "0x" + "f" * 5000, '"\\u0000"', '"\\u001b[2J"']


@every_key
def test_a_key_at_its_edges_and_beyond(program: Program, key: Key, tmp_path: Path) -> None:
    allowed, refused = edges(key)
    for value in allowed:
        reason = refusal(program, with_key(program, key, literal(value)), tmp_path)
        assert not reason or re.search("at least|less than", reason), "only for another key that it has to go with"
    for written in (*map(literal, refused), *BEYOND_TOML):
        with pytest.raises(TomlFileError) as caught:
            program.read(tmp_path, with_key(program, key, written))
        assert caught.value.key == named(key), written[:40]
        assert caught.value.line is not None
        assert len(caught.value.reason) < 1000


@every_program
def test_a_text_that_is_no_toml_is_named(program: Program, tmp_path: Path) -> None:
    for text in ("x = " + "9" * 5000, "x = " + "[" * 100_000, "\x00", "[a]\n[a]", "a.b = 1\na = 2"):
        with pytest.raises(TomlFileError) as caught:
            program.read(tmp_path, text)
        assert caught.value.key == "TOML"


@every_program
def test_more_rows_than_there_may_be(program: Program, tmp_path: Path) -> None:
    for key in tables(program.kind):
        assert key.rows
        high = key.rows[1]
        with pytest.raises(TomlFileError, match=f"there may be {high}"):
            program.read(tmp_path, program.least + f"[[{key.name}]]\n" * (high + 1))


SETTINGS = {key.name: edges(key)[0] for key in keys(JournalSettings) if key.name not in ("mount", "ballast_bytes")}


@pytest.mark.parametrize("name", SETTINGS)
async def test_a_journal_starts_and_records_with_each_setting_at_its_edge(name: str, tmp_path: Path) -> None:
    """`group_rows = 0` hung the start for ever; what the file may say, the journal can do."""
    for number, value in enumerate(SETTINGS[name]):
        settings = dataclasses.replace(JournalSettings(ballast_bytes=0), **{name: value})
        folder = tmp_path / str(number)
        async with asyncio.timeout(20), await Journal.open(folder, settings) as journal:
            entries = [journal.append(lane, b"x") for lane in (ALARM, ACTIVITY, TELEMETRY)]
            await journal.flush()
            assert all(entry.durable for entry in entries)
