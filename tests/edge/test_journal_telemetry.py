"""TELEMETRY in segments: what is confirmed, moved, evicted or damaged in the middle of one, and files from before."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from anju_edge.journal.journal import Journal, JournalSettings, PendingEvent
from anju_edge.journal.repair import open_checked, scrub
from anju_edge.journal.retention import evict_unacked, trim
from anju_edge.journal.salvage.salvage import salvage
from anju_edge.journal.segments import sound_row
from anju_edge.journal.store import Store
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import HASH_CHECKPOINT_EVERY, row_crc, row_key
from anju_edge.journal.transaction import write
from anju_protos.chain import genesis, link_all
from anju_protos.v1.event_pb2 import HEALTH, TELEMETRY, Event
from anju_protos.v1.uplink_pb2 import Skip
from support.following_hub import FollowingHub

QUICK = JournalSettings(linger_s=0.0, ballast_bytes=0, floor_bytes=0, keep_acked=0)


def event(name: str) -> bytes:
    """About 120 bytes, which do not compress: some 30 in a segment."""
    return Event(kind=HEALTH, device=name, payload=os.urandom(100)).SerializeToString()


EVENTS = [event(str(n)) for n in range(1, 301)]


async def telemetry(folder: Path, events: list[bytes] = EVENTS) -> bytes:
    """A closed journal with these events, written in one commit. Returns their stream."""
    async with await Journal.open(folder, QUICK) as journal:
        entries = [journal.append(TELEMETRY, data) for data in events]
        await journal.flush()
    return entries[0].stream


def opened(folder: Path, ident: bytes) -> tuple[Store, Stream]:
    store = open_checked(folder / "journal.sqlite")
    return store, store.streams[ident]


def rows_of(store: Store, stream: Stream) -> list[tuple[int, int]]:
    """(first, last) of each row of a stream."""
    found = store.connection.execute(
        "select key, crc, data from telemetry_row where key between ? and ? order by key", (stream.low, stream.high)
    )
    rows = [sound_row(*one) for one in found]
    return [(row.first, row.last) for row in rows if row is not None]


async def test_a_commit_is_a_few_rows_with_the_running_hash_at_their_ends(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    store, stream = opened(tmp_path, ident)
    with closing(store):
        rows = rows_of(store, stream)
        assert 8 <= len(rows) <= 14
        assert [first for first, _ in rows] == [1, *(last + 1 for _, last in rows[:-1])]
        assert store.connection.execute("select count(*) from mark").fetchone() == (0,)
        for seq in (1, rows[0][1], rows[0][1] + 1, 299, 300):
            assert store.hash_at(ident, seq) == link_all(genesis(ident), EVENTS[:seq])
        for after in (0, rows[1][0], rows[1][1] - 1, rows[1][1], 298):
            batch = store.read(ident, after, 50, 1 << 20)
            assert batch is not None
            assert list(batch.events) == EVENTS[after : after + 50]
            assert batch.hash_end == link_all(genesis(ident), EVENTS[: after + 50])


async def test_what_is_confirmed_by_half_stays(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    store, stream = opened(tmp_path, ident)
    with closing(store):
        (_, first_end), (_, second_end), *_ = rows_of(store, stream)
        store.ack(ident, first_end - 1)
        assert not trim(store, stream, stream.acked)
        store.ack(ident, second_end - 1)
        assert trim(store, stream, stream.acked)
        assert (stream.base, stream.base_hash) == (first_end, link_all(genesis(ident), EVENTS[:first_end]))
        assert not trim(store, stream, stream.acked)
        assert rows_of(store, stream)[0] == (first_end + 1, second_end)
        batch = store.read(ident, 0, 5, 1 << 20)
        assert batch is not None
        assert (batch.first_seq, list(batch.events)) == (first_end + 1, EVENTS[first_end : first_end + 5])
        store.ack(ident, 300)
        assert trim(store, stream, 300)
        assert rows_of(store, stream) == []


async def test_rows_are_evicted_as_wholes_around_pins_and_cursors(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    store, stream = opened(tmp_path, ident)
    with closing(store):
        rows = rows_of(store, stream)
        cursor = rows[0][0] + 3
        pins = (rows[2][0] + 5, rows[3][0] + 2)
        store.ack(ident, cursor)
        assert evict_unacked(store, stream, pins, Skip.QUOTA) == rows[1][1] - cursor
        assert store.skips(stream, 0, 300) == [
            (cursor + 1, rows[1][1], Skip.QUOTA, link_all(genesis(ident), EVENTS[: rows[1][1]]))
        ]
        assert (stream.base, stream.base_hash) == (cursor, link_all(genesis(ident), EVENTS[:cursor]))
        assert evict_unacked(store, stream, pins, Skip.QUOTA, max_rows=1) == rows[4][1] - rows[3][1]
        assert rows_of(store, stream) == [rows[2], rows[3], *rows[5:]]
    hub = FollowingHub()
    hub.streams.clear()
    async with await Journal.open(tmp_path, QUICK) as journal:
        batch = await journal.read(ident, cursor, 500, 1 << 20)
        assert batch is not None
        assert batch.first_seq == cursor + 1
        assert batch.hash_end == link_all(genesis(ident), EVENTS)
        assert [(skip.first, skip.last) for skip in batch.skips] == [
            (cursor + 1, rows[1][1]),
            (rows[3][1] + 1, rows[4][1]),
        ]
        kept = [*range(rows[2][0], rows[3][1] + 1), *range(rows[5][0], 301)]
        assert list(batch.events) == [EVENTS[seq - 1] for seq in kept]


async def test_a_fork_in_the_middle_of_a_row_moves_its_tail_only(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        batch = await journal.read(ident, 0, 40, 1 << 20)
        assert batch is not None
        hub.take(batch)
        await journal.fork({ident: 40})
        assert await journal.hash_at(ident, 40) == link_all(genesis(ident), EVENTS[:40])
        again = await journal.read(ident, 10, 500, 1 << 20)
        assert again is not None
        assert list(again.events) == EVENTS[10:40]
        await hub.follow(journal)
        assert hub.streams[ident].skips == [(41, 300, Skip.REHOMED)]
        assert hub.facts() == {str(n): 1 for n in range(1, 301)}
        await journal.settled()
        assert await journal._ask_store(lambda store: ident in store.streams) is False


async def test_a_salvage_keeps_what_a_fork_left_and_does_not_bring_back_what_it_moved(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    async with await Journal.open(tmp_path, QUICK) as journal:
        await journal.fork({ident: 40})
    report = salvage(tmp_path / "journal.sqlite", {})
    assert (report.kept, report.lost) == (300, 0)
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        await hub.follow(journal, ack=False)
    assert sorted(hub.streams[ident].delivered) == list(range(1, 41))
    assert (41, 300, Skip.REHOMED) in hub.streams[ident].skips
    assert hub.facts() == {str(n): 1 for n in range(1, 301)}


async def test_a_damaged_row_loses_what_it_held_and_says_so(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    store, stream = opened(tmp_path, ident)
    with closing(store):
        rows = rows_of(store, stream)
        key = row_key(stream.number, rows[1][1])
        store.connection.execute("update telemetry_row set crc = crc + 1 where key = ?", (key,))
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        await hub.follow(journal, ack=False)
        await hub.follow(journal, ack=False)
    assert hub.streams[ident].skips == [(*rows[1], Skip.SALVAGE)]
    assert hub.streams[ident].covered() == list(range(1, 301))


async def test_damage_in_a_row_confirmed_by_half_loses_the_rest_only(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path, [event(str(n)) for n in range(3000)])
    hub = FollowingHub()
    async with await Journal.open(tmp_path, QUICK) as journal:
        rows = await journal._ask_store(lambda store: rows_of(store, store.streams[ident]))
        cursor = rows[1][0] + 4
        batch = await journal.read(ident, 0, cursor, 1 << 20)
        assert batch is not None
        hub.take(batch)
        await journal.acked(ident, cursor)
        key = await journal._ask_store(lambda store: row_key(store.streams[ident].number, rows[1][1]))
        await journal._ask_store(
            lambda store: store.connection.execute("update telemetry_row set data = x'01' where key = ?", (key,))
        )
        await hub.follow(journal)
        await hub.follow(journal)
        assert hub.streams[ident].skips == [(cursor + 1, rows[1][1], Skip.SALVAGE)]
        assert hub.streams[ident].covered() == list(range(1, 3001))


async def test_rows_from_before_are_read_beside_segments_and_trimmed(tmp_path: Path) -> None:
    """A journal of software that wrote a row an event goes on in the same stream."""
    async with await Journal.open(tmp_path, QUICK) as journal:
        ident = next(info.stream for info in journal.streams() if info.lane == TELEMETRY)
    old = [event(f"old{n}") for n in range(1, 2501)]
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as file:
        [(number,)] = file.execute("select number from stream where id = ?", (ident,))
        running = genesis(ident)
        for seq, data in enumerate(old, 1):
            key = row_key(number, seq)
            running = link_all(running, [data])
            file.execute("insert into telemetry_row values (?, ?, ?)", (key, row_crc(key, data), data))
            if seq % HASH_CHECKPOINT_EVERY == 0:
                file.execute("insert into mark values (?, ?)", (key, running))
        file.commit()
    both = old + EVENTS
    assert await telemetry(tmp_path) == ident
    store, stream = opened(tmp_path, ident)
    with closing(store):
        for seq in (1, 2048, 2500, 2501, 2600, 2800):
            assert store.hash_at(ident, seq) == link_all(genesis(ident), both[:seq])
        while scrub(store, 500) is False:
            pass
        batch = store.read(ident, 2400, 400, 1 << 20)
        assert batch is not None
        assert list(batch.events) == both[2400:2800]
        store.ack(ident, 2700)
        while trim(store, stream, 2700):
            assert stream.base_hash == link_all(genesis(ident), both[: stream.base])
        assert 2650 < stream.base <= 2700
        assert [(first, last) for first, last in rows_of(store, stream) if first == last] == []
    assert salvage(tmp_path / "journal.sqlite", {}).kept == 100, "what the cursor does not cover"


async def test_the_scrub_goes_past_rows_of_no_stream_that_hold_no_bytes(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path)
    store, stream = opened(tmp_path, ident)
    with closing(store):
        for key, data in ((row_key(stream.number - 1, 9), 5), (row_key(stream.number + 9, 9), b"")):
            store.connection.execute("insert into telemetry_row values (?, 0, ?)", (key, data))
        while scrub(store, 2) is False:
            pass
        assert (store.scrub_lane, store.scrub_key) == (0, 0)


async def test_a_number_is_never_given_twice_by_software_that_knows_no_segments(tmp_path: Path) -> None:
    """It takes the highest key for the stream's last number, as it always did, and a segment's key is just that."""
    ident = await telemetry(tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as file:
        [(highest, crc, data)] = file.execute("select key, crc, data from telemetry_row order by key desc limit 1")
        [(number,)] = file.execute("select number from stream where id = ?", (ident,))
    assert highest == row_key(number, 300)
    assert row_crc(highest, data) != crc, "it must not take a segment for an event"


async def test_a_commit_that_was_durable_although_it_failed_is_passed_over(tmp_path: Path) -> None:
    ident = await telemetry(tmp_path, EVENTS[:50])
    store, stream = opened(tmp_path, ident)
    with closing(store):
        write(store, [PendingEvent(ident, seq, TELEMETRY, EVENTS[seq - 1], None) for seq in range(31, 101)])
        assert stream.last == 100
        assert store.rows(stream, 1, 100) == EVENTS[:100]
