"""The journal in good weather: numbers, groups, cursors, seals, forks, and that every number is accounted for once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anju_base.sqlite_schema import SchemaTooNew
from anju_drivers.errors import NotRecorded
from anju_edge.journal.entries import Entry, PendingEvent
from anju_edge.journal.journal import Journal, JournalSettings, SideStatementFailed
from anju_edge.journal.segments import MAX_EVENTS
from anju_edge.journal.store import Store
from anju_edge.journal.transaction import CommitResult, write
from anju_protos.chain import genesis, link_all
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, HEALTH, TELEMETRY, Event
from anju_protos.v1.uplink_pb2 import Skip
from support.following_hub import FollowingHub

QUICK = JournalSettings(
    linger_s=0.0, ballast_bytes=0, floor_bytes=0, keep_acked=0, retry_first_s=0.01, retry_max_s=0.02
)


def event(name: str, size: int = 0) -> bytes:
    return Event(kind=HEALTH, device=name, payload=b"x" * size).SerializeToString()


def bulky(name: str) -> bytes:
    """An event of about 900 bytes, which do not compress."""
    return Event(kind=HEALTH, device=name, payload=os.urandom(900)).SerializeToString()


def stream_of(journal: Journal, lane: int) -> bytes:
    return next(info.stream for info in journal.streams() if info.lane == lane and not info.sealed)


async def test_numbers_start_at_one_and_go_on_after_reopening(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        first = [journal.append(ACTIVITY, event(str(n))) for n in range(3)]
        assert [entry.seq for entry in first] == [1, 2, 3]
        for entry in first:
            await entry
        stream = first[0].stream
    async with await Journal.open(tmp_path, QUICK) as journal:
        entry = journal.append(ACTIVITY, event("later"))
        await entry
        assert (entry.stream, entry.seq) == (stream, 4)


async def test_the_file_is_synced_at_every_commit_and_names_itself(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        await journal.append(ALARM, event("a"))
        assert (await journal.query("SELECT 1")) == [(1,)]
        facts = await journal._ask_store(
            lambda s: [
                s.connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("synchronous", "journal_mode", "wal_autocheckpoint", "page_size", "auto_vacuum")
            ]
        )
        assert facts == [2, "wal", 0, 4096, 2]
    with sqlite3.connect(tmp_path / "journal.sqlite") as file:
        assert file.execute("PRAGMA application_id").fetchone()[0] == 0x416E6A75
        assert file.execute("PRAGMA user_version").fetchone()[0] >= 1
    file.close()


async def test_read_gives_stored_bytes_and_the_running_hash(tmp_path: Path) -> None:
    data = [event(str(n)) for n in range(3000)]
    async with await Journal.open(tmp_path, QUICK) as journal:
        for entry in [journal.append(TELEMETRY, one) for one in data]:
            await entry
        stream = entry.stream
        batch = await journal.read(stream, 0, 500, 1 << 20)
        assert batch is not None
        assert (batch.first_seq, list(batch.events)) == (1, data[:500])
        assert batch.hash_end == link_all(genesis(stream), data[:500])
        assert await journal.hash_at(stream, 2999) == link_all(genesis(stream), data[:2999])
        assert await journal.hash_at(stream, 0) == genesis(stream)
        assert await journal.hash_at(stream, 3001) is None
        small = await journal.read(stream, 10, 500, 3 * len(data[11]))
        assert small is not None
        assert len(small.events) == 3
        one = await journal.read(stream, 10, 500, 1)
        assert one is not None
        assert len(one.events) == 1
        assert await journal.read(stream, 3000, 500, 1 << 20) is None
        assert await journal.read(b"\0" * 16, 0, 500, 1 << 20) is None


async def test_telemetry_lingers_and_an_alarm_takes_it_along(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, JournalSettings(linger_s=3600.0, ballast_bytes=0)) as journal:
        await journal.append(ACTIVITY, event("first"))
        quiet = journal.append(TELEMETRY, event("quiet"))
        await journal.query("SELECT 1")  # the writer has been round
        assert not quiet.durable
        await journal.append(ALARM, event("loud"))
        assert quiet.durable


async def test_what_comes_after_append_in_the_same_tick_goes_first(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        order: list[str] = []
        wake = journal._writer.wake

        def noted() -> None:
            order.append("writer")
            wake()

        journal._writer.wake = noted  # type: ignore[method-assign]  # a probe on the real part
        entry = journal.append(ALARM, event("sos"))
        order.append("siren")
        await entry
        assert order[:2] == ["siren", "writer"]


async def test_the_uplink_hears_of_durable_rows_only(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, JournalSettings(linger_s=3600.0, ballast_bytes=0)) as journal:
        await journal.append(ACTIVITY, event("first"))
        seen = await journal.changed(-1)
        waiter = asyncio.ensure_future(journal.changed(seen))
        lingering = journal.append(TELEMETRY, event("a"))
        await journal.query("SELECT 1")
        assert await journal.read(lingering.stream, 0, 10, 1 << 20) is None
        await journal.append(ACTIVITY, event("b"))
        assert await waiter > seen
        assert await journal.read(lingering.stream, 0, 10, 1 << 20) is not None


async def test_telemetry_lingers_however_often_the_writer_looks_at_the_room(tmp_path: Path) -> None:
    settings = JournalSettings(linger_s=3600.0, ballast_bytes=0)
    async with await Journal.open(tmp_path, settings, tick_s=0.0) as journal:  # every look is one after a tick
        await journal.append(ACTIVITY, event("the streams are born"))
        lingering = journal.append(TELEMETRY, event("a"))
        for _ in range(2):  # the writer looks at the room; then it does what it found due
            await journal.query("SELECT 1")
            await journal.settled()
        assert not lingering.durable
        await journal.flush()
        assert lingering.durable


async def test_acked_rows_go_and_the_cursor_survives(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        for entry in [journal.append(TELEMETRY, event(str(n))) for n in range(5000)]:
            await entry
        stream = entry.stream
        assert journal.waiting() == {ALARM: 0, ACTIVITY: 0, TELEMETRY: 5000}
        expected = await journal.hash_at(stream, 4500)
        await journal.acked(stream, 4500)
        await journal.acked(stream, 100)  # lower than known: passed over
        info = next(info for info in journal.streams() if info.stream == stream)
        assert (info.acked, info.acked_hash, info.last) == (4500, expected, 5000)
        assert journal.waiting()[TELEMETRY] == 500
    async with await Journal.open(tmp_path, QUICK) as journal:
        info = next(info for info in journal.streams() if info.stream == stream)
        assert (info.acked, info.acked_hash, info.last) == (4500, expected, 5000)
        await journal.settled()
        first = next(info for info in journal.streams() if info.stream == stream).first
        assert 4097 - MAX_EVENTS < first <= 4097, "rows go as wholes"
        batch = await journal.read(stream, 0, 10, 1 << 20)
        assert batch is not None
        assert batch.first_seq == first
        assert await journal.hash_at(stream, 4500) == expected
        assert await journal.hash_at(stream, first - 2) is None


async def test_a_side_statement_shares_the_transaction(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        await journal.append(ACTIVITY, event("a"), ("INSERT INTO kv VALUES (?,?)", ("k", b"v")))
        assert await journal.query("SELECT value FROM kv WHERE key = ?", ("k",)) == [(b"v",)]
        wrong = journal.append(ACTIVITY, event("b"), ("INSERT INTO no_such_table VALUES (1)", ()))
        with pytest.raises(SideStatementFailed):
            await wrong
        assert wrong.durable
        await journal.append(ACTIVITY, event("c"))
        with pytest.raises(ValueError, match="not a read"):
            await journal.query("DELETE FROM kv")
        batch = await journal.read(wrong.stream, 0, 10, 1 << 20)
        assert batch is not None
        assert len(batch.events) == 3


async def test_sealing_opens_a_new_stream_and_the_old_one_ends(tmp_path: Path) -> None:
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        old = journal.append(TELEMETRY, event("old"))
        new_id = await journal.seal(TELEMETRY, "seal")
        new = journal.append(TELEMETRY, event("new"))
        await new
        assert (new.stream, new.seq) == (new_id, 1)
        sealed = {info.stream: (info.sealed, info.note) for info in journal.streams()}
        assert sealed[old.stream] == (True, "install")
        assert sealed[new_id] == (False, "seal")
        await hub.follow(journal)
        await journal.settled()
        [done] = [info for info in journal.streams() if info.stream == old.stream]
        assert (done.first, done.last, done.acked, done.sealed) == (2, 1, 1, True), "the hub has it all: removed"
        assert await journal._ask_store(lambda store: old.stream in store.streams) is False
    async with await Journal.open(tmp_path, QUICK) as journal:
        assert done in journal.streams(), "how far it went is known after a restart too"
        assert await journal.hash_at(old.stream, 1) == done.acked_hash == hub.streams[old.stream].running
    assert hub.facts() == {"old": 1, "new": 1}


async def test_a_fork_moves_rows_with_their_origin(tmp_path: Path) -> None:
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        entries = [journal.append(ALARM, event(str(n))) for n in range(10)]
        for entry in entries:
            await entry
        old = entries[0].stream
        batch = await journal.read(old, 0, 6, 1 << 20)
        assert batch is not None
        hub.take(batch)  # the last common point is 6
        await journal.fork({old: 6})
        live = stream_of(journal, ALARM)
        moved = await journal.read(live, 0, 100, 1 << 20)
        assert moved is not None
        events = [Event.FromString(data) for data in moved.events]
        assert [(e.origin.stream, e.origin.seq, e.device) for e in events] == [
            (old, n, str(n - 1)) for n in range(7, 11)
        ]
        assert all(data.startswith(event(str(n))) for n, data in enumerate(moved.events, 6))
        await journal.fork({live: 0})  # once more: the first identity stays
        again = await journal.read(stream_of(journal, ALARM), 0, 100, 1 << 20)
        assert again is not None
        assert list(again.events) == list(moved.events)
        await hub.follow(journal)
        skips = hub.streams[old].skips
        assert skips == [(7, 10, Skip.REHOMED)]
        assert {info.note for info in journal.streams() if not info.sealed} == {"fork"}
    assert hub.facts() == {str(n): 1 for n in range(10)}


async def test_a_fork_cut_short_goes_on_at_the_next_open(tmp_path: Path) -> None:
    hub = FollowingHub()
    journal = await Journal.open(tmp_path, QUICK)
    entries = [journal.append(TELEMETRY, event(str(n))) for n in range(5000)]
    await entries[-1]
    old = entries[0].stream
    forking = asyncio.ensure_future(journal.fork({old: 0}))
    while stream_of(journal, TELEMETRY) == old or not await journal.read(stream_of(journal, TELEMETRY), 0, 1, 1):
        await journal.changed(await journal.changed(-1))
    await journal.close()
    with contextlib.suppress(NotRecorded):
        await forking
    async with await Journal.open(tmp_path, QUICK) as journal:
        while await journal.read(old, 0, 1, 1) is None:
            await journal.changed(await journal.changed(-1))
        await hub.follow(journal, ack=False)
        assert hub.streams[old].covered() == list(range(1, 5001))
        assert not hub.streams[old].delivered
    assert hub.facts() == {str(n): 1 for n in range(5000)}


async def test_quota_takes_telemetry_only_and_says_so(tmp_path: Path) -> None:
    hub = FollowingHub()
    small = JournalSettings(linger_s=0.0, ballast_bytes=0, floor_bytes=0, quota_bytes=1 << 20, reserve_bytes=256 << 10)
    async with await Journal.open(tmp_path, small) as journal:
        for n in range(40):
            alarm, activity = journal.append(ALARM, event(f"alarm{n}")), journal.append(ACTIVITY, event(f"tap{n}"))
            for entry in [journal.append(TELEMETRY, bulky("t")) for _ in range(100)]:
                await entry
            await alarm
            await activity
        await journal.settled()
        assert await journal._ask_store(lambda store: store.used_bytes()) <= (1 << 20) - (256 << 10)
        await hub.follow(journal)
        telemetry = hub.streams[stream_of(journal, TELEMETRY)]
    assert len(telemetry.skips) == 1, "adjacent skips are one"
    assert telemetry.skips[0][0] == 1
    assert telemetry.skips[0][2] == Skip.QUOTA
    assert telemetry.covered() == list(range(1, 4001))
    assert {name for name in hub.facts() if name != "t"} == {f"{k}{n}" for n in range(40) for k in ("alarm", "tap")}


async def test_a_pinned_range_is_not_evicted(tmp_path: Path) -> None:
    small = JournalSettings(linger_s=0.0, ballast_bytes=0, floor_bytes=0, quota_bytes=1 << 20, reserve_bytes=256 << 10)
    hub = FollowingHub()
    async with await Journal.open(tmp_path, small) as journal:
        stream = stream_of(journal, TELEMETRY)
        journal.pin(stream, 101, 150)
        for _ in range(20):
            for entry in [journal.append(TELEMETRY, bulky("t")) for _ in range(100)]:
                await entry
        await journal.settled()
        assert await journal._ask_store(lambda store: store.used_bytes()) <= (1 << 20) - (256 << 10)
        await hub.follow(journal)
        followed = hub.streams[stream]
        assert set(range(101, 151)) <= set(followed.delivered)
        first, second = followed.skips
        assert first[0] == 1
        assert 90 < first[1] <= 100, "rows that hold a pinned event stay as wholes"
        assert 151 <= second[0] < 160
        journal.unpin(stream)
    assert followed.covered() == list(range(1, 2001))


async def test_a_newer_file_is_refused_unless_it_names_us_as_a_reader(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        await journal.append(ALARM, event("a"))
    file = sqlite3.connect(tmp_path / "journal.sqlite")
    file.execute("PRAGMA user_version = 99")
    file.execute("UPDATE schema_reader SET oldest_reader = 99")
    file.commit()
    with pytest.raises(SchemaTooNew, match="99"):
        await Journal.open(tmp_path, QUICK)
    file.execute("UPDATE schema_reader SET oldest_reader = 1")
    file.commit()
    file.close()
    async with await Journal.open(tmp_path, QUICK) as journal:
        await journal.append(ALARM, event("b"))


async def test_the_writer_shows_that_it_lives(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        await journal.append(ALARM, event("a"))
        assert journal.heartbeat_age_s() < 30
        assert journal.recording


STEP = st.one_of(
    st.tuples(st.just("append"), st.sampled_from([ALARM, ACTIVITY, TELEMETRY]), st.integers(1, 60)),
    st.tuples(st.just("follow"), st.integers(1, 40), st.integers(1, 6)),
    st.tuples(st.just("unacked"), st.integers(1, 40), st.integers(1, 6)),
    st.tuples(st.just("seal"), st.sampled_from([ALARM, ACTIVITY, TELEMETRY]), st.just(0)),
    st.tuples(st.just("fork"), st.just(0), st.just(0)),
    st.tuples(st.just("reopen"), st.just(0), st.just(0)),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_every_number_is_delivered_or_skipped_once(steps: list[tuple[str, int, int]]) -> None:
    memory = Path("/dev/shm")  # what is tried here is order, not syncing
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        asyncio.run(_schedule(Path(folder), steps))


async def _schedule(folder: Path, steps: list[tuple[str, int, int]]) -> None:
    tight = JournalSettings(
        linger_s=0.0, ballast_bytes=0, floor_bytes=0, keep_acked=0, quota_bytes=200_000, reserve_bytes=40_000
    )
    journal, hub, count = await Journal.open(folder, tight), FollowingHub(), 0
    must: set[str] = set()
    last: dict[bytes, int] = {}
    for step, a, b in steps:
        if step == "append":
            for _ in range(b):
                count += 1
                journal.append(a, bulky(f"{a}:{count}"))
                if a != TELEMETRY:
                    must.add(f"{a}:{count}")
        elif step in ("follow", "unacked"):
            await hub.follow(journal, max_events=a, batches=b, ack=step == "follow")
        elif step == "seal":
            await journal.seal(a, "seal")
        elif step == "fork":
            await journal.flush()
            streams = [info.stream for info in journal.streams()]
            await journal.fork({ident: hub.streams[ident].cursor for ident in streams if ident in hub.streams})
        else:
            await journal.close()
            journal = await Journal.open(folder, tight)
        last |= {info.stream: info.last for info in journal.streams()}
    await journal.flush()
    last |= {info.stream: info.last for info in journal.streams()}
    await hub.follow(journal)
    for info in journal.streams():
        await journal.acked(info.stream, hub.streams[info.stream].cursor)
    assert journal.waiting() == {ALARM: 0, ACTIVITY: 0, TELEMETRY: 0}
    await journal.close()
    for ident, stream in hub.streams.items():
        assert stream.covered() == list(range(1, last.get(ident, 0) + 1))
    facts = hub.facts()
    assert all(times == 1 for times in facts.values())
    assert must <= set(facts)
    assert count == len(facts) + hub.skipped(Skip.QUOTA)


async def test_a_flush_waits_for_what_the_writer_has_in_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looked at the queues alone: what the writer had taken and not yet committed counted as durable."""
    taken, go = threading.Event(), threading.Event()

    def write_slowly(store: Store, group: list[Entry]) -> CommitResult:
        if any(isinstance(entry, PendingEvent) for entry in group):
            taken.set()
            assert go.wait(30)
        return write(store, group)

    async with await Journal.open(tmp_path, JournalSettings(ballast_bytes=0, floor_bytes=0)) as journal:
        monkeypatch.setattr("anju_edge.journal.writer.write", write_slowly)
        entry = journal.append(ACTIVITY, b"x")
        assert await asyncio.to_thread(taken.wait, 30)
        assert journal.waiting()[ACTIVITY] == 1
        flushing = asyncio.create_task(journal.flush())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not flushing.done()
        go.set()
        await flushing
        assert entry.durable
        assert journal.waiting()[ACTIVITY] == 1, "the hub has not confirmed it"
