"""Damage: found by structure or CRC, repaired or salvaged, and said; the box records again at once."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from anju_base.sqlite_schema import load_migrations, migrate
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.repair import scrub
from anju_edge.journal.salvage.replacing import finish_interrupted
from anju_edge.journal.store import Store
from anju_edge.journal.streams import SEQ_MASK, StreamInfo
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, HEALTH, TELEMETRY, Event
from anju_protos.v1.uplink_pb2 import Skip
from support.faults import PAGE_BYTES, flip_bits, zero_pages
from support.following_hub import FollowingHub

QUICK = JournalSettings(linger_s=0.0, ballast_bytes=0, floor_bytes=0, keep_acked=0)
ROWS = 20_000


def payload(name: str) -> bytes:
    """Bytes that follow from the name and do not compress: a segment holds few of them."""
    return random.Random(name).randbytes(120)


def event(name: str) -> bytes:
    return Event(kind=HEALTH, device=name, payload=payload(name)).SerializeToString()


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed journal: ROWS telemetry events, 500 alarms, 500 check-ins, a side table."""
    folder = tmp_path_factory.mktemp("stored")

    async def fill() -> None:
        async with await Journal.open(folder, QUICK) as journal:
            for n in range(500):
                journal.append(ALARM, event(f"alarm{n}"))
                journal.append(ACTIVITY, event(f"tap{n}"), ("INSERT INTO kv VALUES (?,?)", (f"k{n}", b"v")))
            for start in range(0, ROWS, 1000):
                entries = [journal.append(TELEMETRY, event(f"t{n}")) for n in range(start, start + 1000)]
                await entries[-1]
            await journal.flush()

    asyncio.run(fill())
    return folder


@pytest.fixture
def box(stored: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    shutil.copytree(stored, folder)
    return folder


async def drained(journal: Journal) -> FollowingHub:
    hub = FollowingHub()
    await hub.follow(journal, ack=False)
    await hub.follow(journal, ack=False)  # what it met may have opened a stream
    for info in journal.streams():
        assert hub.streams[info.stream].covered() == list(range(info.first, info.last + 1))
    return hub


async def test_twenty_zeroed_pages(box: Path) -> None:
    before = {info.stream: info.last for info in await _streams(box)}
    zero_pages(box / "journal.sqlite", 20, random.Random(5))
    async with await Journal.open(box, QUICK) as journal:
        assert journal.salvaged is not None
        assert journal.salvaged.kept >= 0.97 * (ROWS + 1000)  # a page of this small file is 0.1 % of it
        entry = journal.append(ALARM, event("after"))
        await entry
        hub = await drained(journal)
        infos = {info.stream: info for info in journal.streams()}
        assert set(before) <= set(infos), "salvaged rows keep their stream and number"
        assert all(infos[ident].sealed for ident in before)
        assert {info.note for info in infos.values() if not info.sealed} == {"salvage"}
        assert entry.stream not in before
    assert len(hub.facts()) == journal.salvaged.kept + 1
    assert hub.skipped(Skip.TAIL_UNKNOWN) == 3
    assert hub.skipped(Skip.SALVAGE) == journal.salvaged.lost
    unsaid = 0  # where a zeroed page held a stream's end, nobody can know how far it went: TAIL_UNKNOWN says that
    for stream, last in before.items():
        covered = hub.streams[stream].covered()
        missing = sorted(set(range(1, last + 1)) - set(covered))
        assert missing == list(range(last + 1 - len(missing), last + 1)), "numbers unsaid in the middle of a stream"
        unsaid += len(missing) + (max(covered) <= last)  # its own number may be one of these
    assert journal.salvaged.kept + journal.salvaged.lost + unsaid == ROWS + 1000
    assert os.access(journal.salvaged.quarantined, os.R_OK)


async def _streams(box: Path) -> list[StreamInfo]:
    async with await Journal.open(box, QUICK) as journal:
        return journal.streams()


@pytest.mark.parametrize("seed", range(4))
async def test_flipped_bits_are_found_by_the_crc(box: Path, seed: int) -> None:
    flip_bits(box / "journal.sqlite", 40, random.Random(seed), first_page=12)
    async with await Journal.open(box, QUICK) as journal:
        await journal.append(ALARM, event("after"))
        hub = await drained(journal)
    facts = hub.facts()
    assert len(facts) >= ROWS + 1000 - 40 * 32, "a flipped bit costs the events of its row"
    for stream in hub.streams.values():
        for data in stream.delivered.values():
            read = Event.FromString(data)
            assert read.payload == payload(read.device), "no damaged row gets through"
    assert "after" in facts


async def test_a_first_page_of_zeros(box: Path) -> None:
    with (box / "journal.sqlite").open("r+b") as file:
        file.write(bytes(PAGE_BYTES))
    async with await Journal.open(box, QUICK) as journal:
        assert journal.salvaged is not None
        assert journal.salvaged.kept == ROWS + 1000
        await drained(journal)


async def test_no_page_but_the_rows_is_left(box: Path) -> None:
    """All tables' roots and the streams' own table are gone: rows come from the pages, ids from the register."""
    before = {info.stream for info in await _streams(box)}
    with (box / "journal.sqlite").open("r+b") as file:
        file.write(bytes(PAGE_BYTES * 20))
    async with await Journal.open(box, QUICK) as journal:
        assert journal.salvaged is not None
        assert journal.salvaged.kept >= 0.95 * (ROWS + 1000)
        assert before <= {info.stream for info in journal.streams()}
        await journal.append(ALARM, event("after"))


def test_a_migration_moves_no_root_page(tmp_path: Path) -> None:
    """A salvage lends a file, which may be of an older schema, the first page of a new one."""
    migrations = load_migrations(resources.files("anju_edge.journal") / "schema")
    before: dict[str, int] = {}
    for known in range(1, len(migrations) + 1):
        with closing(sqlite3.connect(tmp_path / f"{known}.sqlite", isolation_level=None)) as file:
            file.execute("PRAGMA auto_vacuum = INCREMENTAL")
            migrate(file, migrations[:known], "")
            roots = dict(file.execute("select name, rootpage from sqlite_schema"))
        assert before.items() <= roots.items()
        before = roots


async def test_a_file_of_noise_starts_anew_and_says_so(box: Path) -> None:
    (box / "journal.sqlite").write_bytes(random.Random(1).randbytes(100_000))
    async with await Journal.open(box, QUICK) as journal:
        assert journal.salvaged is not None
        assert journal.salvaged.kept == 0
        await journal.append(ALARM, event("after"))
        assert journal.recording


async def test_damage_found_while_running_is_repaired_in_place(box: Path) -> None:
    """A bit flips behind our back: the reader finds it by the CRC, the live stream is sealed, a new one goes on."""
    journal = await Journal.open(box, QUICK)
    live = next(info for info in journal.streams() if info.lane == TELEMETRY)
    await journal._ask_store(
        lambda store: store.connection.execute(
            "UPDATE telemetry_row SET data = x'00' "
            "WHERE key = (SELECT key FROM telemetry_row ORDER BY key LIMIT 1 OFFSET 300)"
        )
    )
    before, hit = await journal._ask_store(lambda store: _ends(store, 300))
    hub = FollowingHub()
    await hub.follow(journal, ack=False)
    await hub.follow(journal, ack=False)
    stream = hub.streams[live.stream]
    assert stream.skips == [(before + 1, hit, Skip.SALVAGE)], "all that the damaged row held, and no more"
    assert stream.covered() == list(range(1, ROWS + 1))
    assert await journal.hash_at(live.stream, before) is not None
    assert await journal.hash_at(live.stream, hit) is None, "the hub may know another one"
    entry = journal.append(TELEMETRY, event("later"))
    await entry
    assert entry.stream != live.stream
    assert next(info for info in journal.streams() if info.stream == live.stream).sealed
    await journal.close()


def _ends(store: Store, offset: int) -> tuple[int, int]:
    """The seqs at which so many rows of TELEMETRY, and one more, end."""
    rows = store.connection.execute("SELECT key FROM telemetry_row ORDER BY key LIMIT 2 OFFSET ?", (offset - 1,))
    first, second = (key & SEQ_MASK for (key,) in rows)
    return first, second


async def test_damage_to_the_tree_while_running(box: Path) -> None:
    journal = await Journal.open(box, QUICK)
    streams = {info.stream: info for info in journal.streams()}
    await journal._ask_store(lambda store: store.connection.execute("PRAGMA shrink_memory"))
    zero_pages(box / "journal.sqlite", 30, random.Random(9), first_page=200)
    found: list[str | None] = []
    journal.on_fault = found.append
    hub = FollowingHub()
    for _ in range(3):
        await hub.follow(journal, ack=False)
    assert journal.salvaged is not None
    assert [fault is None for fault in found] == [False, True]
    entry = journal.append(ALARM, event("after"))
    await entry
    assert entry.stream not in streams
    after = {info.stream: info for info in journal.streams()}
    for ident, info in streams.items():
        assert after[ident].sealed
        assert after[ident].last == info.last, "a running box knows how far its streams went"
    assert hub.skipped(Skip.TAIL_UNKNOWN) == 0
    await journal.close()


async def test_the_scrub_finds_what_nobody_reads(box: Path) -> None:
    journal = await Journal.open(box, QUICK)
    await journal._ask_store(
        lambda store: store.connection.execute(
            "UPDATE activity_row SET crc = crc + 1 WHERE key = (SELECT min(key) + 10 FROM activity_row)"
        )
    )
    while (await journal._ask_store(lambda store: scrub(store, 500))) is False:
        pass
    info = next(info for info in journal.streams() if info.lane == ACTIVITY and info.last == 500)
    assert info.waiting == 499
    await journal.close()


async def test_a_salvage_cut_short_is_ended_at_the_next_start(box: Path) -> None:
    (box / "journal.sqlite").rename(box / "journal-salvaged.sqlite")
    finish_interrupted(box / "journal.sqlite")
    async with await Journal.open(box, QUICK) as journal:
        assert journal.waiting()[TELEMETRY] == ROWS
    shutil.copy(box / "journal.sqlite", box / "journal-salvaged.sqlite")
    async with await Journal.open(box, QUICK) as journal:
        assert journal.waiting()[TELEMETRY] == ROWS
    assert not (box / "journal-salvaged.sqlite").exists()


async def test_side_tables_are_salvaged_too(box: Path) -> None:
    zero_pages(box / "journal.sqlite", 3, random.Random(2), first_page=400)
    async with await Journal.open(box, QUICK) as journal:
        assert journal.salvaged is not None
        assert await journal.query("SELECT count(*) FROM kv") == [(500,)]
