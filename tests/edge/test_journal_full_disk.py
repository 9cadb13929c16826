"""A disk that others fill: the ballast's room is for alarms, and nothing takes it, no checkpoint, no restart."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from anju_edge.journal.ballast import free_bytes
from anju_edge.journal.entries import NewStream, PendingEvent
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.repair import open_checked
from anju_edge.journal.store import Store
from anju_edge.journal.transaction import write
from anju_protos.v1.event_pb2 import ALARM, HEALTH, TELEMETRY, Event
from support.faults import fill_disk, small_disk
from support.following_hub import FollowingHub

MIB = 1 << 20
STREAM = bytes(16)


def event(name: str, size: int = 0) -> bytes:
    return Event(kind=HEALTH, device=name, payload=os.urandom(size)).SerializeToString()


def settings(checkpoint_pages: int) -> JournalSettings:
    return JournalSettings(
        linger_s=0.0,
        ballast_bytes=MIB,
        floor_bytes=0,
        retry_first_s=0.01,
        retry_max_s=0.05,
        quota_bytes=64 * MIB,
        held_telemetry=500,
        checkpoint_pages=checkpoint_pages,
    )


@pytest.mark.parametrize("restarts", [False, True], ids=["running on", "restarted"])
@pytest.mark.parametrize("checkpoint_pages", [100, 400, 1000])
async def test_all_alarms_are_taken_while_telemetry_goes_on(
    tmp_path: Path, checkpoint_pages: int, restarts: bool
) -> None:
    """The log is soon to be moved into the file, which has room for some of it or for nothing."""
    with small_disk(tmp_path, 12 * MIB) as disk:
        hub = FollowingHub()
        async with contextlib.AsyncExitStack() as stack:
            journal = await stack.enter_async_context(await Journal.open(disk, settings(checkpoint_pages)))
            store = journal._writer._store
            assert store is not None
            while store.wal_pages < checkpoint_pages - 40:
                for _ in range(15):
                    journal.append(TELEMETRY, event("t", 1000))
                await journal.flush()
            await journal.settled()
            assert (disk / "ballast").exists()
            hog = fill_disk(disk)
            for n in range(40):
                for _ in range(5):
                    journal.append(TELEMETRY, event("t", 1000))
                await journal.append(ALARM, event(f"alarm{n}", 3000))
                if restarts and n % 10 == 5:
                    await journal.close()
                    journal = await stack.enter_async_context(await Journal.open(disk, settings(checkpoint_pages)))
            hog.unlink()
            await journal.settled()
            await journal.flush()
            await hub.follow(journal)
            assert {f"alarm{n}" for n in range(40)} <= set(hub.facts())
            assert all(stream.covered() == list(range(1, stream.cursor + 1)) for stream in hub.streams.values())


def filled(disk: Path, pages: int) -> Store:
    """A file whose log holds about `pages` pages that the file lacks."""
    store = open_checked(disk / "journal.sqlite")
    write(store, [NewStream(STREAM, TELEMETRY, "install")])
    for first in range(1, pages + 1, 50):
        write(store, [PendingEvent(STREAM, seq, TELEMETRY, event("t", 3900), None) for seq in range(first, first + 50)])
    return store


def sizes(disk: Path) -> tuple[int, int]:
    return (disk / "journal.sqlite").stat().st_size, (disk / "journal.sqlite-wal").stat().st_size


def test_neither_checkpoint_nor_close_nor_opening_takes_the_last_room(tmp_path: Path) -> None:
    """Each moved a part of the log, as much as the disk took: the log gave nothing back, the next alarm had no room."""
    with small_disk(tmp_path, 12 * MIB) as disk:
        # SQLite itself moves a log of 1,000 pages at a commit, unless told otherwise
        with contextlib.closing(filled(disk, 1100)) as store:
            fill_disk(disk, leave_bytes=MIB)
            before = (*sizes(disk), free_bytes(disk))
            assert before[1] > 1000 * 4096
            assert store.checkpoint() is False
        assert (*sizes(disk), free_bytes(disk)) == before
        with contextlib.closing(open_checked(disk / "journal.sqlite")) as store:
            assert (*sizes(disk), free_bytes(disk)) == before
            assert store.streams[STREAM].last == 1100
            (disk / "hog").unlink()
            assert store.checkpoint() is True


def test_a_file_of_a_process_that_was_killed_is_opened_without_taking_room(tmp_path: Path) -> None:
    with small_disk(tmp_path, 12 * MIB) as disk:
        here = Path(__file__).parent
        killed = "import os, pathlib, sys, {0}; {0}.filled(pathlib.Path(sys.argv[1]), 1100); os._exit(0)"
        subprocess.run(
            [sys.executable, "-c", killed.format(Path(__file__).stem), str(disk)],
            env=dict(os.environ, PYTHONPATH=f"{here}{os.pathsep}{here.parent}"),
            check=True,
        )
        fill_disk(disk, leave_bytes=MIB)
        before = sizes(disk)
        with contextlib.closing(open_checked(disk / "journal.sqlite")) as store:
            write(store, [PendingEvent(STREAM, 1101, TELEMETRY, event("alarm", 300), None)])
            assert store.streams[STREAM].last == 1101
        assert sizes(disk)[0] == before[0]


def test_what_fits_is_moved_at_the_close(tmp_path: Path) -> None:
    with small_disk(tmp_path, 12 * MIB) as disk:
        filled(disk, 200).close()
        assert not (disk / "journal.sqlite-wal").exists()


async def test_a_disk_without_room_for_the_ballast_is_left_to_alarms_from_the_start(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4 * MIB) as disk:
        fill_disk(disk, leave_bytes=MIB // 2)
        async with await Journal.open(disk, settings(1000)) as journal:
            waits = [journal.append(TELEMETRY, event("t", 1000)) for _ in range(400)]
            for n in range(10):
                await journal.append(ALARM, event(f"alarm{n}", 1000))
            assert not any(entry.durable for entry in waits)
            (disk / "hog").unlink()
            await waits[-1]


def test_giving_space_back_frees_all_spare_pages(tmp_path: Path) -> None:
    with contextlib.closing(filled(tmp_path, 500)) as store:
        store.connection.execute("delete from telemetry_row")
        assert store.spare_bytes() > MIB
        assert store.shrink(free_bytes=64 * MIB)
        assert store.spare_bytes() == 0
        assert (tmp_path / "journal.sqlite").stat().st_size < MIB


def test_a_connection_of_an_existing_file_writes_nothing(tmp_path: Path) -> None:
    with contextlib.closing(filled(tmp_path, 50)) as store:
        store.checkpoint()
        version = store.connection.execute("pragma data_version").fetchone()
        with contextlib.closing(sqlite3.connect(tmp_path / "journal.sqlite")):
            open_checked(tmp_path / "journal.sqlite").close()
        assert store.connection.execute("pragma data_version").fetchone() == version
