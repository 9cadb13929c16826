"""The roster file at a box: taken once, of no use any more when the store has it, of no effect beside a hub's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anju_edge.cli.status import snapshot_lines
from anju_edge.clock import RunningTime, SimulatedClock
from anju_edge.journal.journal import Journal
from anju_edge.journal.recorder import Recorder
from anju_edge.roster.file import RosterFile
from anju_edge.roster.store import RosterStore
from edge.test_trouble_codes import SNAPSHOT
from support.box_parts import ROSTER
from support.roster_bundles import made_bundle
from support.sync_rig import JOURNAL


@asynccontextmanager
async def store_at(folder: Path) -> AsyncIterator[RosterStore]:
    """A box's store as it is after a start."""
    async with await Journal.open(folder, JOURNAL) as journal:
        store = RosterStore("ningdu", Recorder(journal, SimulatedClock(boot=7), RunningTime()))
        await store.restore()
        yield store
        await journal.flush()


async def test_a_file_is_taken_once_and_may_go(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    path.write_text(ROSTER, encoding="utf-8")
    async with store_at(tmp_path / "box") as store:
        file = RosterFile(path, store)
        file.read()
        assert store.current.bundle.revision == 1
        assert file.left_over == str(path), "names lie on the card that nobody needs"
        path.unlink()
        file.read()
        assert (store.trouble, file.left_over) == ("", "")
    async with store_at(tmp_path / "box") as store:
        file = RosterFile(path, store)
        file.read()
        assert (store.current.bundle.revision, store.trouble, file.left_over) == (1, "", "")
        assert "r-0001" in store.current.residents


async def test_a_box_that_never_had_one_says_so(tmp_path: Path) -> None:
    async with store_at(tmp_path / "box") as store:
        RosterFile(tmp_path / "community.toml", store).read()
        assert "community.toml" in store.trouble


async def test_a_file_that_cannot_be_read_is_said_and_the_last_good_roster_stays(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    path.write_text(ROSTER, encoding="utf-8")
    async with store_at(tmp_path / "box") as store:
        file = RosterFile(path, store)
        file.read()
        path.write_text("community = 7", encoding="utf-8")
        file.read()
        assert "community" in store.trouble
        assert store.current.bundle.revision == 1
        assert file.left_over == ""


async def test_beside_a_roster_of_the_hub_a_file_has_no_effect(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    path.write_text(ROSTER, encoding="utf-8")
    of_hub = made_bundle(4, revision=9, community="ningdu")
    async with store_at(tmp_path / "box") as store:
        file = RosterFile(path, store)
        file.read()
        assert store.apply(of_hub)
        recorded = dict(store._recorder.by_kind)
        file.read()
        path.write_text(ROSTER.replace("revision = 1", "revision = 99"), encoding="utf-8")
        file.read()
        assert store.current.bundle.revision == 9
        assert dict(store._recorder.by_kind) == recorded, "nothing was applied or refused"
        assert file.left_over == str(path)
    async with store_at(tmp_path / "box") as store:
        RosterFile(path, store).read()
        assert (store.current.bundle.revision, store.trouble) == (9, "")


def test_status_asks_to_remove_a_file_with_names() -> None:
    roster = {"revision": 7, "trouble": "", "from_hub": True, "left_over": "/etc/anju-edge/community.toml"}
    shown = "\n".join(line.plain for line in snapshot_lines({**SNAPSHOT, "roster": roster}))
    assert "/etc/anju-edge/community.toml" in shown
    assert "remove it" in " ".join(shown.split())
    assert "remove" not in "\n".join(line.plain for line in snapshot_lines(SNAPSHOT))
