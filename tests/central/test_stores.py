"""Every EventStore: facts once, in order, durable before the ack. A new implementation joins by one line in STORES."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anju_central.store.event_store import EventStore, StoreUnavailable
from anju_central.store.hub_event import HubEvent
from anju_central.store.log_reader import LogReader
from anju_central.store.sqlite_store import SqliteEventStore, backup, restore
from anju_protos import chain
from anju_protos.v1.event_pb2 import Event, EventRef, Lane
from anju_protos.v1.uplink_pb2 import Batch, Skip, StreamState
from support.events import ACTIVITY, ALARM, TELEMETRY, Box, alarm, check_in, presence, stream_id
from support.simulator.memory_store import MemoryStore
from support.simulator.world import without_origin

Opener = Callable[[Path], AbstractAsyncContextManager[EventStore]]


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[EventStore]:
    store = SqliteEventStore.open(folder)
    try:
        yield store
    finally:
        await store.close()


MEMORY: dict[Path, MemoryStore] = {}


@asynccontextmanager
async def memory(folder: Path) -> AsyncIterator[EventStore]:
    """What the simulator proves the protocol with: it must be the same kind of store."""
    yield MEMORY.setdefault(folder, MemoryStore())


STORES: list[Opener] = [sqlite, memory]
every_store = pytest.mark.parametrize("opened", STORES, ids=lambda opener: opener.__name__)


def counted(store: EventStore, folder: Path) -> list[bytes]:
    """Returns the facts that are projected, in no order, as they were first recorded."""
    if isinstance(store, MemoryStore):
        found = [(seq in rows.copies, data) for rows in store.rows_of.values() for seq, data in rows.rows.items()]
        return sorted(without_origin(data) for is_copy, data in found if not is_copy)
    reader = LogReader(folder / "store.sqlite")
    rows = [row.data for log in ("alarm", "activity") for row in reader.rows(log, 0, 1_000) if not row.is_copy]
    rows += [event.SerializeToString() for batch in reader.batches(0, 1_000) for event in batch.events]
    reader.close()
    return sorted(map(without_origin, rows))


async def cursor_of(store: EventStore, box: Box) -> int:
    [cursor] = await store.cursors(box.community, [StreamState(stream=box.stream, lane=box.lane)])
    return cursor.seq


@every_store
async def test_a_new_stream_starts_at_nothing(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        box = Box()
        [cursor] = await store.cursors(box.community, [StreamState(stream=box.stream, lane=TELEMETRY)])
        assert (cursor.seq, cursor.hash) == (0, b"")
        assert await store.checkpoints(box.community, box.stream) == []
        assert len(store.epoch) == 16


@every_store
@pytest.mark.parametrize("lane", [ALARM, ACTIVITY, TELEMETRY])
async def test_acked_batches_are_there_after_reopening(opened: Opener, tmp_path: Path, lane: Lane.ValueType) -> None:
    box = Box(lane=lane)
    async with opened(tmp_path) as store:
        epoch = store.epoch
        for n in range(3):
            ack = await store.submit(box.submission(*(presence(at_ms=n * 10 + i) for i in range(5))))
            assert ack.seq == box.seq
            assert not ack.rewind
    async with opened(tmp_path) as store:
        assert store.epoch == epoch
        [cursor] = await store.cursors(box.community, [StreamState(stream=box.stream, lane=box.lane)])
        assert (cursor.seq, cursor.hash) == (15, box.hash)
        points = await store.checkpoints(box.community, box.stream)
        assert [point.seq for point in points] == [5, 10, 15]
        assert points[-1].hash == box.hash


@every_store
async def test_overlap_is_trimmed_and_a_hole_answered_with_the_cursor(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        box = Box(lane=ACTIVITY)
        first = box.batch([presence(at_ms=i) for i in range(4)])
        await store.submit(box.hand_over(first))
        second = box.batch([presence(at_ms=4)])
        both = Batch(stream=box.stream, first_seq=1, events=[*first.events, *second.events], hash_end=box.hash)
        ack = await store.submit(box.hand_over(both))
        assert ack.seq == 5
        again = await store.submit(box.hand_over(both))
        assert (again.seq, again.rewind) == (5, False)
        box.batch([presence()])
        ahead = await store.submit(box.submission(presence(at_ms=9)))
        assert (ahead.seq, ahead.rewind) == (5, True)


@every_store
async def test_many_boxes_in_one_go_keep_their_own_cursors(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        boxes = [Box(box=f"box-{n}", lane=(ALARM, ACTIVITY, TELEMETRY)[n % 3]) for n in range(30)]
        waiting = [
            store.submit(box.submission(*(presence(at_ms=i) for i in range(n + 1)))) for n, box in enumerate(boxes)
        ]
        acks = [await ack for ack in waiting]
        assert [ack.seq for ack in acks] == [n + 1 for n in range(30)]
        assert [await cursor_of(store, box) for box in boxes] == [n + 1 for n in range(30)]


@every_store
async def test_skips_move_the_cursor(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        box = Box()
        skip = Skip(first=1, last=100, cause=Skip.QUOTA, hash_after=b"h" * 32)
        ack = await store.submit(box.submission(presence(), skips=[skip]))
        assert ack.seq == 101


@every_store
async def test_what_nobody_understands_is_set_aside_and_never_refused(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        box = Box(lane=ACTIVITY)
        ack = await store.submit(box.submission(presence(), b"\xff junk", presence(at_ms=1)))
        assert (ack.seq, ack.quarantined, ack.rewind) == (3, 1, False)


@every_store
async def test_anothers_stream_id_moves_nothing_of_the_other(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        mine = Box(lane=ACTIVITY)
        await store.submit(mine.submission(presence()))
        thief = Box(lane=ACTIVITY, community="other")
        assert thief.stream == mine.stream
        ack = await store.submit(thief.submission(*(presence(at_ms=i) for i in range(9))))
        assert (ack.seq, ack.quarantined) == (9, 9)
        assert await cursor_of(store, mine) == 1


@every_store
async def test_urgent_goes_first(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        order: list[str] = []
        bulk = Box("bulk")
        waiting = [store.submit(bulk.submission(*(presence(at_ms=i) for i in range(500)))) for _ in range(40)]
        urgent = store.submit(Box("urgent", ALARM).submission(alarm()))
        urgent.add_done_callback(lambda _: order.append("alarm"))
        waiting[-1].add_done_callback(lambda _: order.append("last bulk"))
        for ack in waiting:
            await ack
        await asyncio.sleep(0)  # callbacks run after the awaiting
        assert order == ["alarm", "last bulk"]


@every_store
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lane=st.sampled_from([ALARM, ACTIVITY, TELEMETRY]),
    sent=st.lists(st.tuples(st.integers(-5, 6), st.integers(1, 12), st.booleans()), max_size=20),
)
def test_any_order_of_resends_stores_every_fact_once(
    opened: Opener, tmp_path_factory: pytest.TempPathFactory, lane: Lane.ValueType, sent: list[tuple[int, int, bool]]
) -> None:
    """Batches are doubled, cut anew, late and ahead of the cursor; now and then the sender waits for the acks."""

    async def run() -> None:
        box = Box(lane=lane)
        source = [presence(at_ms=n).SerializeToString() for n in range(1, 41)]
        hashes = [chain.genesis(box.stream)]
        for event in source:
            hashes.append(chain.link(hashes[-1], event))
        acked = 0
        async with opened(tmp_path_factory.mktemp("store")) as store:
            waiting = []
            for offset, count, wait in [*sent, (-100, 100, True)]:  # at last everything from the beginning
                first = min(max(1, acked + offset), len(source))
                last = min(first + count - 1, len(source))
                events, end = source[first - 1 : last], hashes[last]
                batch = Batch(stream=box.stream, first_seq=first, events=events, hash_end=end)
                waiting.append(store.submit(box.hand_over(batch)))
                while wait and waiting:
                    answer = await waiting.pop(0)
                    assert answer.seq >= acked
                    acked = answer.seq
            [cursor] = await store.cursors(box.community, [StreamState(stream=box.stream, lane=box.lane)])
            assert (cursor.seq, cursor.hash) == (len(source), hashes[-1])
            points = await store.checkpoints(box.community, box.stream)
            assert all(point.hash == hashes[point.seq] for point in points)

    asyncio.run(run())


def rehomed(event: Event, stream: bytes, seq: int) -> bytes:
    return event.SerializeToString() + Event(origin=EventRef(stream=stream, seq=seq)).SerializeToString()


every_lane = pytest.mark.parametrize("lane", [ALARM, ACTIVITY, TELEMETRY])


@every_store
@every_lane
async def test_a_copy_after_its_original_counts_once(opened: Opener, tmp_path: Path, lane: Lane.ValueType) -> None:
    async with opened(tmp_path) as store:
        old, new = Box("old", lane), Box("new", lane)
        events = [check_in(at_ms=at) for at in range(4)]
        await store.submit(old.submission(*events[:3]))
        await store.submit(new.submission(*(rehomed(events[at], old.stream, at + 1) for at in range(1, 4))))
        assert counted(store, tmp_path) == sorted(event.SerializeToString() for event in events)


@every_store
@every_lane
@pytest.mark.parametrize("at_once", [False, True])
async def test_an_original_after_its_copy_counts_once(
    opened: Opener, tmp_path: Path, lane: Lane.ValueType, at_once: bool
) -> None:
    """A box whose disk does not take an alarm sends a copy from memory; the original comes when the disk is back."""
    async with opened(tmp_path) as store:
        disk, shown = Box("disk", lane), Box("shown", lane)
        events = [check_in(at_ms=at) for at in range(4)]
        first = store.submit(shown.submission(*(rehomed(events[at], disk.stream, at + 1) for at in (0, 2))))
        if not at_once:
            await first
        second = store.submit(disk.submission(*events))
        assert ((await first).seq, (await second).seq) == (2, 4)
        assert counted(store, tmp_path) == sorted(event.SerializeToString() for event in events)
        assert await cursor_of(store, disk) == 4


@every_store
@every_lane
async def test_an_original_and_its_copy_in_one_transaction_count_once(
    opened: Opener, tmp_path: Path, lane: Lane.ValueType
) -> None:
    async with opened(tmp_path) as store:
        old, new, warm = Box("old", lane), Box("new", lane), Box("warm", lane)
        events = [check_in(at_ms=at) for at in range(3)]
        waiting = [store.submit(warm.submission(check_in(at_ms=100)))]  # the writer is busy with this one
        waiting.append(store.submit(old.submission(*events)))
        waiting.append(store.submit(new.submission(*(rehomed(e, old.stream, n) for n, e in enumerate(events, 1)))))
        for ack in waiting:
            await ack
        assert len(counted(store, tmp_path)) == 4


@every_store
async def test_what_another_community_claims_takes_nothing_away(opened: Opener, tmp_path: Path) -> None:
    """A disk image carried to another site re-homes the same facts there: ours count all the same, in any order."""
    async with opened(tmp_path) as store:
        mine, theirs = Box("mine", ALARM), Box("theirs", ALARM, "box-9", "other")
        copy = Box("copy", ALARM)
        raised = alarm()
        await store.submit(theirs.submission(rehomed(raised, mine.stream, 1)))
        await store.submit(mine.submission(raised))
        await store.submit(copy.submission(rehomed(raised, mine.stream, 1)))
        assert counted(store, tmp_path) == [raised.SerializeToString()] * 2


@every_store
async def test_facts_of_the_hubs_own_have_a_stream_of_their_own(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        box = Box(lane=ALARM)
        await store.submit(box.submission(alarm()))
        own = [
            await store.append(HubEvent(box.box, box.community, alarm(at_ms=at).SerializeToString())) for at in (1, 2)
        ]
        assert [ref.seq for ref in own] == [1, 2]
        assert own[0].stream == own[1].stream != box.stream
        assert (await store.append(HubEvent("box-2", box.community, alarm().SerializeToString()))).seq == 1
        theirs, ours, _ = await store.streams()
        assert (theirs.stream, theirs.by_hub, ours.stream, ours.by_hub) == (box.stream, False, own[0].stream, True)


@every_store
async def test_what_is_committed_is_told_and_shown_in_the_heads(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        told = threading.Event()
        store.on_commit(told.set)
        for lane in (ALARM, ACTIVITY, TELEMETRY):
            await store.submit(Box(str(lane), lane).submission(*(presence(at_ms=at) for at in range(3))))
        assert told.is_set()
        assert (store.heads.alarm, store.heads.activity, store.heads.telemetry) == (3, 3, 1)
        await store.append(HubEvent("box-1", "ningdu", alarm().SerializeToString()))
        assert store.heads.alarm == 4
        assert store.fault is None


@every_store
async def test_streams_are_listed_with_what_is_missing_of_them(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        box = Box(lane=ACTIVITY)
        skips = [
            Skip(first=1, last=10, cause=Skip.QUOTA, hash_after=b"h" * 32),
            Skip(first=11, last=14, cause=Skip.LOST_AT_HUB, hash_after=b"i" * 32),
        ]
        sent = box.submission(presence(), b"\xff junk", presence(at_ms=1), skips=skips)
        await store.submit(replace(sent, sealed=True, note="salvage"))
        shown = next(stream for stream in await store.streams() if not stream.by_hub)
        assert (shown.stream, shown.box, shown.community, shown.lane) == (box.stream, "box-1", "ningdu", ACTIVITY)
        assert (shown.sealed, shown.note) == (True, "salvage")
        assert (shown.seq, shown.events, shown.skipped, shown.lost, shown.quarantined) == (17, 2, 14, 4, 1)


@every_store
async def test_a_store_that_is_closed_takes_nothing(opened: Opener, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.ping()
        await store.close()
        for asked in (
            store.submit(Box().submission(presence())),
            store.append(HubEvent("box-1", "ningdu", alarm().SerializeToString())),
            store.ping(),
        ):
            with pytest.raises(StoreUnavailable):
                await asked
    MEMORY.pop(tmp_path, None)


# -- what only the SQLite store shows: its file


@pytest.mark.parametrize("lane", [ACTIVITY, TELEMETRY])
async def test_the_same_fact_in_another_stream_is_kept_but_marked(tmp_path: Path, lane: Lane.ValueType) -> None:
    async with sqlite(tmp_path) as store:
        old, new, newer = Box("old", lane), Box("new", lane), Box("newer", lane)
        events = [check_in(at_ms=i) for i in range(5)]
        await store.submit(old.submission(*events))
        other = check_in("r-0002", at_ms=3)
        await store.submit(new.submission(*(rehomed(e, old.stream, 4 + i) for i, e in enumerate([events[3], other]))))
        await store.submit(newer.submission(rehomed(other, old.stream, 5)))
    reader = LogReader(tmp_path / "store.sqlite")
    if lane == ACTIVITY:
        assert [row.is_copy for row in reader.rows("activity", 0, 100)] == [False] * 5 + [True, False, True]
    else:
        assert [len(batch.events) for batch in reader.batches(0, 100)] == [5, 1, 0]
    reader.close()


async def test_a_restored_backup_is_another_epoch_with_the_old_cursors(tmp_path: Path) -> None:
    box = Box(lane=ACTIVITY)
    async with sqlite(tmp_path / "hub") as store:
        await store.submit(box.submission(check_in()))
        backup(tmp_path / "hub" / "store.sqlite", tmp_path / "copy.sqlite")
        await store.submit(box.submission(check_in(at_ms=1)))
        epoch = store.epoch
    assert restore(tmp_path / "copy.sqlite", tmp_path / "hub") != epoch
    async with sqlite(tmp_path / "hub") as store:
        assert store.epoch != epoch
        assert await cursor_of(store, box) == 1


async def test_a_backup_takes_the_place_of_a_damaged_store_which_is_kept(tmp_path: Path) -> None:
    box = Box(lane=ACTIVITY)
    path = tmp_path / "hub" / "store.sqlite"
    async with sqlite(tmp_path / "hub") as store:
        await store.submit(box.submission(check_in()))
        backup(path, tmp_path / "copy.sqlite")
    damaged = bytes(100) + path.read_bytes()[100:]
    path.write_bytes(damaged)
    restore(tmp_path / "copy.sqlite", tmp_path / "hub")
    assert path.with_name("store.sqlite.before-restore").read_bytes() == damaged
    async with sqlite(tmp_path / "hub") as store:
        assert await cursor_of(store, box) == 1


async def test_checkpoints_are_thinned_but_the_newest_stay(tmp_path: Path) -> None:
    box = Box(lane=ACTIVITY)
    async with sqlite(tmp_path) as store:
        for i in range(1_100):  # one at a time: how many share a transaction moves the moment of thinning
            await store.submit(box.submission(check_in(at_ms=i)))
        points = [point.seq for point in await store.checkpoints(box.community, box.stream)]
    assert points[-256:] == list(range(1_100 - 255, 1_101))
    assert len(points) < 1_000


async def test_a_full_disk_fails_the_ack_and_the_store_recovers(tmp_path: Path) -> None:
    async with sqlite(tmp_path) as store:
        assert isinstance(store, SqliteEventStore)
        box = Box(lane=ACTIVITY)
        first = box.batch([check_in()])
        with sqlite3.connect(tmp_path / "store.sqlite") as blocker:
            blocker.execute("create trigger full before insert on activity_log begin select raise(abort, 'full'); end")
        failed = store.submit(box.hand_over(first))
        healthy = store.submit(Box("other", ALARM).submission(alarm()))
        assert (await healthy).seq == 1
        with pytest.raises(Exception, match="full"):
            await failed
        assert store.fault
        with sqlite3.connect(tmp_path / "store.sqlite") as blocker:
            blocker.execute("drop trigger full")
        assert (await store.submit(box.hand_over(first))).seq == 1
        assert store.fault is None


async def test_a_really_full_disk_gives_no_ack_and_heals(tmp_path: Path) -> None:
    """The kernel refuses further bytes (EFBIG, as ENOSPC a short write) in the middle of a drain."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with sqlite(tmp_path) as store:
        box = Box(lane=TELEMETRY)
        await store.submit(box.submission(presence()))
        acked, failed = box.seq, None
        batches = [box.batch([presence(at_ms=n + i) for i in range(500)]) for n in range(0, 10_000, 500)]
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        try:
            for batch in batches:
                acked = (await store.submit(box.hand_over(batch))).seq
        except StoreUnavailable as error:
            failed = error
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert failed is not None
        assert await cursor_of(store, box) == acked
        for batch in batches:
            acked = (await store.submit(box.hand_over(batch))).seq
        assert acked == box.seq
    reader = LogReader(tmp_path / "store.sqlite")
    times = [event.stamp.elapsed_ms for found in reader.batches(0, 1_000) for event in found.events]
    reader.close()
    assert times == [0, *range(10_000)]


def test_stream_ids_are_sixteen_bytes() -> None:
    assert len(stream_id("x")) == 16
    assert len(chain.genesis(stream_id("x"))) == chain.HASH_BYTES
