"""A roster by stick, by the commands that the documents name: from the hub's registry to a box that has no line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anju_central.__main__ import app as hub_app
from anju_central.access.authority import load_authority
from anju_central.access.caller import COMMAND_LINE
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.queries.boxes import add_box
from anju_central.registry.queries.certificates import add_certificate
from anju_central.registry.queries.communities import add_community
from anju_central.registry.rows import NewCertificate
from anju_edge.cli.all_verbs import app as box_app
from anju_edge.clock import RunningTime, SimulatedClock
from anju_edge.journal.journal import Journal
from anju_edge.journal.recorder import Recorder
from anju_edge.roster.stick import NAME, StickWatch
from anju_edge.roster.store import RosterStore
from support.box_parts import ROSTER
from support.certificates import key_pem, new_key
from support.roster_bundles import made_bundle
from support.sync_rig import JOURNAL

NOW = 1_800_000_000_000


async def hub_says(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, hub_app, list(words))


async def box_says(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, box_app, list(words))


async def make_hub(folder: Path) -> Path:
    """A hub with an authority and a community whose roster is a file; two boxes of it are claimed."""
    config = folder / "central.toml"
    config.write_text(f'data_dir = "{folder / "data"}"\n', encoding="utf-8")
    (folder / "word").write_text("correct horse battery", encoding="utf-8")
    root = ("--root-key", str(folder / "root.pem"), "--passphrase-file", str(folder / "word"))
    made = await hub_says("ca", "init", "--config", str(config), "--address", "127.0.0.1", *root)
    assert made.exit_code == 0, made.output
    (folder / "data" / "rosters").mkdir()
    (folder / "data" / "rosters" / "ningdu.toml").write_text(ROSTER, encoding="utf-8")
    authority = load_authority(folder / "data" / "tls")
    registry = await Registry.open(sqlite_url(folder / "data" / "registry.sqlite"))
    try:
        await add_community(COMMAND_LINE, registry, "ningdu", "柠都", "Ningdu", NOW)
        for box in ("box-1", "box-2", "box-3"):
            await add_box(COMMAND_LINE, registry, box, "ningdu", NOW)
            if box == "box-3":
                continue  # it is not claimed yet
            key = new_key()
            issued = authority.issue(key.public_key(), "ningdu", box, NOW)
            row = NewCertificate(issued.serial, issued.spki, issued.from_ms, issued.to_ms, issued.der)
            await add_certificate(COMMAND_LINE, registry, box, row, NOW)
            identity = folder / box / "identity"
            identity.mkdir(parents=True)
            (identity / "key.pem").write_bytes(key_pem(key))
            (identity / "certificate.pem").write_bytes(authority.chain_pem(issued.der))
            (identity / "roots.pem").write_bytes(authority.roots_pem)
            (identity / "hub.json").write_text('{"grpc": "hub.invalid:7420", "enrolment": "hub.invalid:7421"}')
    finally:
        await registry.close()
    return config


def box_config(folder: Path, box: str) -> Path:
    path = folder / f"{box}.toml"
    data, roster = folder / box, folder / "none.toml"
    lines = ["[box]", f'id = "{box}"', 'community = "ningdu"', f'data = "{data}"', f'roster = "{roster}"']
    path.write_text("\n".join([*lines, "[http]", 'status_listen = ""', ""]), encoding="utf-8")
    return path


@asynccontextmanager
async def store_at(folder: Path) -> AsyncIterator[tuple[RosterStore, StickWatch]]:
    """A box at work on its data folder."""
    async with await Journal.open(folder / "journal", JOURNAL) as journal:
        store = RosterStore("ningdu", Recorder(journal, SimulatedClock(boot=7), RunningTime()))
        await store.restore()
        yield store, StickWatch(folder, store, journal.flush)


async def test_a_roster_goes_to_its_box_and_no_other(tmp_path: Path) -> None:
    config = await make_hub(tmp_path)
    stick = tmp_path / "roster.bin"
    words = ("--config", str(config), "--box", "box-1", "--file", str(stick))
    early = await hub_says("roster", "export", "ningdu", *words)
    assert early.exit_code == 1
    assert "take it over" in early.output
    taken = await hub_says("roster", "take-over", "ningdu", "--config", str(config))
    assert taken.exit_code == 0, taken.output
    assert "remove it" in taken.output
    again = await hub_says("roster", "take-over", "ningdu", "--config", str(config))
    assert (again.exit_code, "done before" in again.output) == (1, True)
    written = await hub_says("roster", "export", "ningdu", *words)
    assert written.exit_code == 0, written.output
    assert stick.stat().st_mode & 0o777 == 0o600

    other = await box_says("roster", "import", str(stick), "--config", str(box_config(tmp_path, "box-2")))
    assert other.exit_code == 1
    assert "for another box" in other.output
    done = await box_says("roster", "import", str(stick), "--config", str(box_config(tmp_path, "box-1")))
    assert done.exit_code == 0, done.output
    async with store_at(tmp_path / "box-1") as (store, watch):
        assert store.current.bundle.revision == 0
        await watch.look()
        assert (store.current.bundle.revision, store.trouble) == (2, "")
        assert set(store.current.residents) >= {"r-0001", "r-0002"}
        assert not (tmp_path / "box-1" / NAME).exists()
    async with store_at(tmp_path / "box-1") as (store, _):
        assert store.current.bundle.revision == 2, "durable before the file went"


async def test_what_is_laid_into_the_folder_is_checked_by_the_box_itself(tmp_path: Path) -> None:
    config = await make_hub(tmp_path)
    taken = await hub_says("roster", "take-over", "ningdu", "--config", str(config))
    assert taken.exit_code == 0, taken.output
    stick = tmp_path / "box-1" / NAME
    words = ("--config", str(config), "--box", "box-1", "--file", str(stick))
    written = await hub_says("roster", "export", "ningdu", *words)
    assert written.exit_code == 0, written.output
    content = stick.read_bytes()
    async with store_at(tmp_path / "box-1") as (store, watch):
        for wrong in (content[:-40], content.replace(b"box-1", b"box-2"), b"junk"):
            stick.write_bytes(wrong)
            await watch.look()
            assert store.current.bundle.revision == 0
            assert not stick.exists()
        assert store.apply(made_bundle(3, revision=9, community="ningdu"))
        stick.write_bytes(content)
        await watch.look()
        assert store.current.bundle.revision == 9, "an older one is refused"
        assert not stick.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "ningdu", "--box", "box-3"), "claim it first"),
        (("export", "ningdu", "--box", "nowhere"), "there is no box"),
        (("export", "other", "--box", "box-1"), "there is no box"),
        (("take-over", "nowhere"), "there is no community"),
    ],
)
async def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    config = await make_hub(tmp_path)
    taken = await hub_says("roster", "take-over", "ningdu", "--config", str(config))
    assert taken.exit_code == 0, taken.output
    more = ("--file", str(tmp_path / "out")) if words[0] == "export" else ()
    result = await hub_says("roster", *words, "--config", str(config), *more)
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "out").exists()


async def test_a_box_without_a_key_says_what_to_do(tmp_path: Path) -> None:
    stick = tmp_path / "roster.bin"
    stick.write_bytes(b"anything")
    (tmp_path / "box-1").mkdir()
    result = await box_says("roster", "import", str(stick), "--config", str(box_config(tmp_path, "box-1")))
    assert result.exit_code == 1
    assert "claim it first" in result.output
    assert not (tmp_path / "box-1" / NAME).exists()


async def test_a_folder_that_lets_nothing_go_ends_no_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only disk: what was refused lies there until the disk takes writes again."""
    await make_hub(tmp_path)
    stick = tmp_path / "box-1" / NAME
    async with store_at(tmp_path / "box-1") as (_, watch):
        stick.write_bytes(b"junk")

        def refuse(_path: Path, missing_ok: bool = False) -> None:
            raise OSError(30, "Read-only file system")

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", refuse)
            await watch.look()
        assert stick.exists()
        await watch.look()
        assert not stick.exists()
