"""A journal that is gone is noticed: nothing is confirmed that the next start would lose, and no box is new twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from anju_drivers.errors import NotRecorded
from anju_edge.journal.journal import Journal, JournalSettings
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, HEALTH, TELEMETRY, Event
from anju_protos.v1.uplink_pb2 import Skip
from support.faults import fill_disk, small_disk
from support.following_hub import FollowingHub

MIB = 1 << 20
QUICK = JournalSettings(
    linger_s=0.0, ballast_bytes=0, floor_bytes=0, keep_acked=0, retry_first_s=0.01, retry_max_s=0.02
)
SIDE_FILES = ("", "-wal", "-shm")


TICK_S = 0.01


def event(name: str) -> bytes:
    return Event(kind=HEALTH, device=name).SerializeToString()


class Watch:
    """Follows `on_fault`; `faults` are the words, None = recording again."""

    def __init__(self, journal: Journal) -> None:
        self.faults: list[str | None] = []
        self.changed = asyncio.Condition()
        journal.on_fault = self._change

    def _change(self, fault: str | None) -> None:
        self.faults.append(fault)

    async def until(self, journal: Journal, *, recording: bool) -> None:
        async with asyncio.timeout(20):
            while journal.recording is not recording or (recording and not self.faults):
                await journal.changed(await journal.changed(-1))


@asynccontextmanager
async def recording(folder: Path, tick_s: float = TICK_S) -> AsyncIterator[tuple[Journal, Watch]]:
    """A journal at work that holds three facts the hub lacks."""
    async with await Journal.open(folder, QUICK, tick_s=tick_s) as journal:
        for lane in (ALARM, ACTIVITY, TELEMETRY):
            await journal.append(lane, event(f"before{lane}"))
        yield journal, Watch(journal)


async def facts_after(folder: Path, hub: FollowingHub | None = None) -> dict[str, int]:
    """What a hub gets of the journal after the next start."""
    hub = hub or FollowingHub()
    async with await Journal.open(folder, QUICK) as journal:
        assert journal.recording
        await hub.follow(journal)
    return hub.facts()


BEFORE = {f"before{lane}": 1 for lane in (ALARM, ACTIVITY, TELEMETRY)}


@pytest.mark.parametrize("suffixes", [SIDE_FILES[:1], SIDE_FILES], ids=["the file", "file and log"])
async def test_a_removed_file_is_noticed_and_copied_back(tmp_path: Path, suffixes: tuple[str, ...]) -> None:
    async with recording(tmp_path) as (journal, watch):
        for suffix in suffixes:
            (tmp_path / f"journal.sqlite{suffix}").unlink()
        await watch.until(journal, recording=True)
        assert [fault is None for fault in watch.faults] == [False, True], "the loop is told, and that it is over"
        assert "removed or replaced" in (watch.faults[0] or "")
        await journal.append(ALARM, event("after"))
        assert journal.salvaged is None
    assert await facts_after(tmp_path) == BEFORE | {"after": 1}


async def test_a_press_just_after_the_removal_is_not_lost(tmp_path: Path) -> None:
    """Until the writer looks again it confirms into a file without a name."""
    async with recording(tmp_path, tick_s=3600.0) as (journal, watch):
        (tmp_path / "journal.sqlite").unlink()
        await journal.append(ALARM, event("into nowhere"))
        journal._writer._recovery._looked_at_s = float("-inf")
        journal._writer.wake()
        await watch.until(journal, recording=True)
    assert await facts_after(tmp_path) == BEFORE | {"into nowhere": 1}


async def test_another_boxs_journal_in_its_place_is_set_aside(tmp_path: Path) -> None:
    box, other = tmp_path / "box", tmp_path / "other"
    async with await Journal.open(other, QUICK) as journal:
        await journal.append(ALARM, event("stranger"))
    async with recording(box) as (journal, watch):
        (other / "journal.sqlite").rename(box / "journal.sqlite")
        await watch.until(journal, recording=True)
        await journal.append(ALARM, event("after"))
    assert await facts_after(box) == BEFORE | {"after": 1}
    (box / "journal-stranger.sqlite").rename(other / "journal.sqlite")
    assert await facts_after(other) == {"stranger": 1}


async def test_another_boxs_journal_on_a_disk_that_comes_back_is_not_written(tmp_path: Path) -> None:
    box, away = tmp_path / "box", tmp_path / "away"
    async with await Journal.open(tmp_path / "other", QUICK) as journal:
        await journal.append(ALARM, event("stranger"))
    hub = FollowingHub()
    async with recording(box) as (journal, watch):
        box.rename(away)
        await watch.until(journal, recording=False)
        (tmp_path / "other").rename(box)
        await watch.until(journal, recording=True)
        await journal.append(ALARM, event("after"))
        await hub.follow(journal)
        assert journal.salvaged is not None
        assert (journal.salvaged.lost, journal.salvaged.tails_unknown) == (3, 0), "a running box knows what it wrote"
    assert hub.facts() == {"after": 1}
    assert hub.skipped(Skip.SALVAGE) == 3
    shutil.copytree(box, tmp_path / "look")
    (tmp_path / "look" / "journal-stranger.sqlite").rename(tmp_path / "look" / "journal.sqlite")
    assert await facts_after(tmp_path / "look") == {"stranger": 1}


async def test_a_disk_that_goes_and_comes_back(tmp_path: Path) -> None:
    box, away = tmp_path / "box", tmp_path / "away"
    async with recording(box) as (journal, watch):
        box.rename(away)
        await watch.until(journal, recording=False)
        press = journal.append(ALARM, event("while away"))
        with pytest.raises(NotRecorded, match="mount the disk"):
            await press
        assert not box.exists(), "nothing is written in the disk's place"
        away.rename(box)
        await watch.until(journal, recording=True)
        await journal.append(ALARM, event("after"))
        assert journal.salvaged is None
    assert await facts_after(box) == BEFORE | {"while away": 1, "after": 1}


async def test_a_removed_log_is_noticed_before_it_takes_anything_along(tmp_path: Path) -> None:
    async with recording(tmp_path) as (journal, _):
        log = tmp_path / "journal.sqlite-wal"
        log.unlink()
        async with asyncio.timeout(20):
            while not log.exists():
                await journal.query("select 1")
        await journal.append(ALARM, event("after"))
        shutil.copytree(tmp_path, tmp_path.parent / "cut", ignore=shutil.ignore_patterns("*-shm"))  # as after a cut
        assert journal.salvaged is None
    assert await facts_after(tmp_path.parent / "cut") == BEFORE | {"after": 1}
    assert await facts_after(tmp_path) == BEFORE | {"after": 1}


async def test_a_log_that_is_gone_at_the_start_is_damage(tmp_path: Path) -> None:
    """The power was cut, and of the three files the log did not come back: numbers would be given out twice."""
    cut = tmp_path / "cut"
    async with recording(tmp_path / "box"):
        shutil.copytree(tmp_path / "box", cut, ignore=shutil.ignore_patterns("*-shm", "*-wal"))
    hub = FollowingHub()
    async with await Journal.open(cut, QUICK) as journal:
        assert journal.salvaged is not None
        assert journal.salvaged.tails_unknown == 3
        await journal.append(ALARM, event("after"))
        await hub.follow(journal)
    assert hub.facts() == {"after": 1}
    assert hub.skipped(Skip.TAIL_UNKNOWN) == 3


async def test_a_log_that_another_program_moved_into_the_file_is_not_lost(tmp_path: Path) -> None:
    """Somebody looks into the journal of a box that lost its power."""
    cut = tmp_path / "cut"
    async with recording(tmp_path / "box"):
        shutil.copytree(tmp_path / "box", cut, ignore=shutil.ignore_patterns("*-shm"))
    with closing(sqlite3.connect(cut / "journal.sqlite")) as looking:
        looking.execute("select count(*) from alarm_row").fetchall()
    assert not (cut / "journal.sqlite-wal").exists()
    async with await Journal.open(cut, QUICK) as journal:
        assert journal.salvaged is None
    assert await facts_after(cut) == BEFORE


async def test_a_journal_that_was_closed_needs_no_log(tmp_path: Path) -> None:
    async with recording(tmp_path):
        pass
    assert not (tmp_path / "journal.sqlite-wal").exists()
    async with await Journal.open(tmp_path, QUICK) as journal:
        assert journal.salvaged is None


async def test_what_cannot_be_copied_back_is_said_to_be_lost(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4 * MIB) as disk:
        hub = FollowingHub()
        async with recording(disk) as (journal, watch):
            hog = fill_disk(disk)
            (disk / "journal.sqlite").unlink()
            await watch.until(journal, recording=False)
            with pytest.raises(NotRecorded):
                await journal.append(ALARM, event("while full"))
            hog.unlink()
            await watch.until(journal, recording=True)
            await journal.append(ALARM, event("after"))
            await hub.follow(journal)
        assert {"while full", "after"} <= set(hub.facts())
        assert len(hub.facts()) + hub.skipped(Skip.SALVAGE) == 5, "each fact came or is said to be lost"
        assert all(stream.covered() == list(range(1, stream.cursor + 1)) for stream in hub.streams.values())


async def test_a_file_that_is_emptied_while_open_is_damage(tmp_path: Path) -> None:
    hub = FollowingHub()
    async with recording(tmp_path) as (journal, watch):
        os.truncate(tmp_path / "journal.sqlite", 0)
        await watch.until(journal, recording=True)
        assert journal.salvaged is not None
        await journal.append(ALARM, event("after"))
        await hub.follow(journal)
        assert len(hub.facts()) + hub.skipped(Skip.SALVAGE) == 4


async def test_a_register_without_its_journal_is_no_new_box(tmp_path: Path) -> None:
    async with recording(tmp_path):
        pass
    (tmp_path / "journal.sqlite").rename(tmp_path / "elsewhere")
    async with await Journal.open(tmp_path, QUICK) as journal:
        watch = Watch(journal)
        assert not journal.recording
        assert "names 3 streams" in (journal.fault or "")
        with pytest.raises(NotRecorded):
            await journal.append(ALARM, event("while away"))
        assert not (tmp_path / "journal.sqlite").exists()
        (tmp_path / "elsewhere").rename(tmp_path / "journal.sqlite")
        await watch.until(journal, recording=True)
    assert await facts_after(tmp_path) == BEFORE | {"while away": 1}


async def test_an_empty_file_beside_a_register_is_damage_and_the_hub_is_told(tmp_path: Path) -> None:
    """The case `box-journal-of-zero-bytes`: it started as new, without a word."""
    async with recording(tmp_path) as (journal, _):
        streams = {info.stream for info in journal.streams()}
    os.truncate(tmp_path / "journal.sqlite", 0)
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        assert journal.salvaged is not None
        assert journal.salvaged.words() == "kept=0 lost=0 tails_unknown=3"
        assert streams <= {info.stream for info in journal.streams()}
        await journal.append(ALARM, event("after"))
        await hub.follow(journal)
    assert hub.facts() == {"after": 1}
    assert hub.skipped(Skip.TAIL_UNKNOWN) == 3


async def test_an_empty_file_alone_is_a_new_box(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").touch()
    async with await Journal.open(tmp_path, QUICK) as journal:
        assert journal.recording
        assert journal.salvaged is None


async def test_nothing_is_recorded_until_the_disk_that_is_named_is_mounted(tmp_path: Path) -> None:
    mount = tmp_path / "small-disk"
    settings = JournalSettings(
        mount=str(mount), linger_s=0.0, ballast_bytes=0, floor_bytes=0, retry_first_s=0.01, retry_max_s=0.02
    )
    async with await Journal.open(mount / "box", settings) as journal:
        watch = Watch(journal)
        assert not journal.recording
        assert f"no disk is mounted at {mount}" in (journal.fault or "")
        with pytest.raises(NotRecorded):
            await journal.append(ALARM, event("before"))
        assert not mount.exists(), "nothing is written where the disk should be"
        with small_disk(tmp_path, 4 * MIB):
            await watch.until(journal, recording=True)
            await journal.append(ALARM, event("mounted"))
            await journal.close()
            assert await facts_after(mount / "box") == {"before": 1, "mounted": 1}
