"""The encrypted journal: nothing to read on the card, everything as before for who has the key, no nonce used twice."""

from __future__ import annotations

import gzip
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import aead
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anju_edge.journal.card import BootKey, Card, KeyMissing, WrappedKey, key_id_of
from anju_edge.journal.entries import NewStream, PendingEvent
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.repair import open_checked
from anju_edge.journal.retention import evict_unacked, trim
from anju_edge.journal.segments import ENCRYPTED, ENCRYPTED_WHOLE, sound_row
from anju_edge.journal.streams import LANES, ROW_TABLE
from anju_edge.journal.transaction import write
from anju_edge.sync.session import LOCKED
from anju_protos.key_wrap import purpose_of, unwrap_key
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, ALARM_RAISED, CHECK_IN, HEALTH, SOS, TELEMETRY, Alarm, Event
from anju_protos.v1.uplink_pb2 import Skip
from support.box_parts import box_parts
from support.following_hub import FollowingHub
from support.storage_faults import fail_next_commit

HUB = ec.generate_private_key(ec.SECP256R1())
IDENTITY = "urn:anju:community:east:box:box-1"
QUICK = JournalSettings(linger_s=0.0, ballast_bytes=0)
CANARY = "王秀英 5-2-301"


def new_card() -> Card:
    return Card(BootKey(HUB.public_key(), IDENTITY))


def unwrapped(keys: list[WrappedKey]) -> dict[bytes, bytes]:
    return {key.key_id: unwrap_key(key.wrapped, HUB, purpose_of(IDENTITY, key.key_id)) for key in keys}


def event(name: str) -> bytes:
    return Event(kind=HEALTH, device=name, payload=CANARY.encode()).SerializeToString()


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


async def filled(journal: Journal, name: str, count: int = 100) -> None:
    for n in range(count):
        for lane in LANES:
            journal.append(lane, event(f"{name}{lane}-{n}"))
    await journal.flush()


def names(name: str, count: int = 100) -> set[str]:
    return {f"{name}{lane}-{n}" for lane in LANES for n in range(count)}


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "control arm"])
async def test_the_files_hold_no_event(tmp_path: Path, encrypted: bool) -> None:
    async with await Journal.open(tmp_path, QUICK, card=new_card() if encrypted else None) as journal:
        await filled(journal, "device")
        open_now = raw(tmp_path)
        hub = FollowingHub()
        await hub.follow(journal)
        assert set(hub.facts()) == names("device")
    for data in (open_now, raw(tmp_path)):
        # a plain segment is compressed: of the control arm the rows of one event show it
        assert (b"device" in data, CANARY.encode() in data) == (not encrypted, not encrypted)


async def test_a_restart_without_the_hub_goes_on_in_the_same_streams(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await filled(journal, "first")
        before = {info.stream: info.last for info in journal.streams()}
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await filled(journal, "second")
        after = {info.stream: (info.last, info.sealed) for info in journal.streams()}
        assert after == {stream: (last + 100, False) for stream, last in before.items()}
        hub = FollowingHub()
        await hub.follow(journal)
        assert hub.facts() == {}, "what is new must not overtake what comes before it"
        locked = await journal.locked_keys()
        assert len(locked) == 1
        await journal.add_keys({locked[0].key_id: os.urandom(32)})
        assert await journal.read(next(iter(before)), 0, 10, 10_000) is None, "a wrong key opens nothing"
        await journal.add_keys(unwrapped(locked))
        assert await journal.locked_keys() == []
        await hub.follow(journal)
        assert set(hub.facts()) == names("first") | names("second")


async def test_many_restarts_without_the_hub_keep_all_keys(tmp_path: Path) -> None:
    for n in range(5):
        async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
            await filled(journal, f"start{n}-", 20)
    async with await Journal.open(tmp_path, QUICK) as journal:  # encryption is off now
        await filled(journal, "plain", 20)
        await journal.add_keys(unwrapped(await journal.locked_keys()))
        hub = FollowingHub()
        await hub.follow(journal)
        assert set(hub.facts()) == names("plain", 20).union(*(names(f"start{n}-", 20) for n in range(5)))


async def test_keys_go_with_the_last_row_of_their_start(tmp_path: Path) -> None:
    settings = JournalSettings(linger_s=0.0, ballast_bytes=0, keep_acked=0)
    first = new_card()
    for n in range(4):
        async with await Journal.open(tmp_path, settings, card=first if n == 0 else new_card()) as journal:
            assert len(await journal.locked_keys()) == n
            await filled(journal, f"{n}-", 1100)
    async with await Journal.open(tmp_path, settings, card=new_card()) as journal:
        await journal.add_keys(unwrapped(await journal.locked_keys()))
        await FollowingHub().follow(journal)
        await journal.settled()
    async with await Journal.open(tmp_path, settings, card=new_card()) as journal:
        assert len(await journal.locked_keys()) == 2, "the one that was full of rows, and the one that trimmed them"


async def test_a_file_from_before_goes_on_encrypted(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        await filled(journal, "plain")
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await filled(journal, "later")
        hub = FollowingHub()
        await hub.follow(journal)
        assert set(hub.facts()) == names("plain") | names("later")


def test_only_the_hub_unwraps_and_for_this_box_only() -> None:
    own = BootKey(HUB.public_key(), IDENTITY)
    key = unwrap_key(own.wrapped.wrapped, HUB, purpose_of(IDENTITY, own.key_id))
    assert key_id_of(key) == own.key_id
    for purpose in (purpose_of(IDENTITY + "2", own.key_id), purpose_of(IDENTITY, bytes(8))):
        with pytest.raises(Exception, match="for another purpose"):
            unwrap_key(own.wrapped.wrapped, HUB, purpose)


# What needs no key ---------------------------------------------------------------------------------------------------

STREAM = bytes(range(16))


def written(path: Path, card: Card, lane: int, count: int = 300) -> None:
    with closing(open_checked(path, card=card)) as store:
        write(store, [NewStream(STREAM, lane, "install")])
        for first in range(1, count + 1, 10):
            events = [PendingEvent(STREAM, n, lane, event(f"{n}"), None) for n in range(first, first + 10)]
            write(store, events)


@pytest.mark.parametrize("lane", LANES)
def test_cursors_trims_and_checks_need_no_key(tmp_path: Path, lane: int) -> None:
    first = new_card()
    written(tmp_path / "j", first, lane)
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        stream = store.streams[STREAM]
        assert (stream.last, stream.sealed) == (300, False)
        assert store.read(STREAM, 0, 100, 100_000) is None
        assert store.hash_at(STREAM, 100) == LOCKED
        assert store.hash_at(STREAM, 300) is not None, "the newest is kept"
        store.check_rows(stream, 0)
        assert store.ack(STREAM, 300) is stream
        assert stream.acked_hash
        assert trim(store, stream, 300)
        assert stream.base == 300


def test_an_eviction_needs_no_key_and_is_told_with_its_hash_later(tmp_path: Path) -> None:
    first = new_card()
    written(tmp_path / "j", first, TELEMETRY)
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        stream = store.streams[STREAM]
        assert evict_unacked(store, stream, None, Skip.QUOTA, max_rows=35) == 30
        assert store.read(STREAM, 0, 1000, 100_000) is None
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        batch = store.read(STREAM, 0, 1000, 100_000)
        assert batch is not None
        assert [(skip.first, skip.last, skip.cause) for skip in batch.skips] == [(1, 30, Skip.QUOTA)]
        assert len(batch.events) == 270
        assert batch.hash_end == store.streams[STREAM].head
        assert len(batch.skips[0].hash_after) == 32


@pytest.mark.parametrize("known", [True, False], ids=["hash known", "hash locked"])
def test_what_an_eviction_takes_of_a_row_confirmed_in_part_is_named(tmp_path: Path, known: bool) -> None:
    """Without a key the hash at such a cursor cannot be told: 1..5 were in no row, no skip, and above the base."""
    first = new_card()
    written(tmp_path / "j", first, TELEMETRY, 20)
    with closing(open_checked(tmp_path / "j", card=first if known else new_card())) as store:
        stream = store.streams[STREAM]
        assert store.ack(STREAM, 5) is stream
        assert bool(stream.acked_hash) is known
        assert evict_unacked(store, stream, None, Skip.QUOTA, max_rows=5) == 5
        assert stream.base == (5 if known else 0)
        assert stream.skipped == 5
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        stream = store.streams[STREAM]
        assert stream.info().waiting == 10
        for cursor in (0, 3, 5):
            batch = store.read(STREAM, cursor, 100, 100_000)
            assert batch is not None
            assert [(skip.first, skip.last) for skip in batch.skips] == [(6 if known else cursor + 1, 10)]
            assert len(batch.events) == 10
            assert batch.hash_end == stream.head
        assert store.ack(STREAM, 20) is stream
        assert trim(store, stream, 20)
        assert (stream.base, store.skips(stream, 0, 20)) == (20, [])


@pytest.mark.timeout(60)
def test_what_is_locked_ends_before_rows_of_this_start_behind_a_skip(tmp_path: Path) -> None:
    """The search for the border met a skip and rows of this start behind it, and never came to an end."""
    written(tmp_path / "j", new_card(), TELEMETRY, 20)
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        stream = store.streams[STREAM]
        for first in range(21, 101, 10):
            events = [PendingEvent(STREAM, n, TELEMETRY, event(f"{n}"), None) for n in range(first, first + 10)]
            write(store, events)
        store.ack(STREAM, 5)
        assert evict_unacked(store, stream, (1, 20), Skip.QUOTA, max_rows=60) == 60
        assert store.locked_up_to() == {STREAM: 20}


def test_a_skip_whose_hash_is_locked_is_locked(tmp_path: Path) -> None:
    """All of the earlier start is evicted: nothing of the stream can be told before its key, so new ones go beside."""
    first = new_card()
    written(tmp_path / "j", first, TELEMETRY, 20)
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        stream = store.streams[STREAM]
        write(store, [PendingEvent(STREAM, n, TELEMETRY, event(f"{n}"), None) for n in range(21, 31)])
        assert evict_unacked(store, stream, None, Skip.QUOTA, max_rows=20) == 20
        assert store.read(STREAM, 0, 100, 100_000) is None
        assert store.locked_up_to() == {STREAM: 20}
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        assert store.locked_up_to() == {STREAM: 30}


@pytest.mark.parametrize("common", [40, 43], ids=["at a row's end", "inside a row"])
async def test_a_fork_goes_on_when_the_keys_come(tmp_path: Path, common: int) -> None:
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await filled(journal, "old")
        old = {info.stream for info in journal.streams()}
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await journal.fork(dict.fromkeys(old, common))
        await journal.append(ALARM, event("alarm now"))
        hub = FollowingHub()
        await hub.follow(journal)
        assert set(hub.facts()) == {"alarm now"}, "the live stream is a new one: its alarms wait for no key"
        await journal.add_keys(unwrapped(await journal.locked_keys()))
        seen = -1
        while set(hub.facts()) != names("old") | {"alarm now"}:
            seen = await journal.changed(seen)
            await hub.follow(journal)


def test_a_cursor_may_stand_inside_a_row(tmp_path: Path) -> None:
    """Rows of ACTIVITY hold 8 and 2 events here: what the hub has of one is not sent again, nothing else is lost."""
    first = new_card()
    written(tmp_path / "j", first, ACTIVITY)
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        stream = store.streams[STREAM]
        assert store.ack(STREAM, 143) is stream
        assert stream.acked_hash
        assert trim(store, stream, 143)
        assert stream.base == 140, "a row goes as a whole"
        at_143 = stream.acked_hash
        store.save_acks()
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        stream = store.streams[STREAM]
        assert (stream.base, stream.acked, stream.acked_hash) == (140, 143, at_143)
        assert store.hash_at(STREAM, 143) == at_143
        batch = store.read(STREAM, 143, 10, 100_000)
        assert batch is not None
        assert batch.first_seq == 144
        assert [Event.FromString(data).device for data in batch.events] == [f"{n}" for n in range(144, 154)]
        assert batch.hash_end == store.hash_at(STREAM, 153)


async def test_a_salvage_keeps_encrypted_rows_without_their_key(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await filled(journal, "old", 300)
    with (tmp_path / "journal.sqlite").open("r+b") as file:
        file.write(bytes(100))  # its first page cannot be read
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        assert journal.salvaged is not None
        await filled(journal, "new", 10)
        await journal.add_keys(unwrapped(await journal.locked_keys()))
        hub = FollowingHub()
        await hub.follow(journal)
        assert names("new", 10) < set(hub.facts())
        assert names("old", 300) <= set(hub.facts())
        assert hub.skipped(Skip.SALVAGE) == journal.salvaged.lost == 0


@pytest.mark.parametrize(("lane", "lost"), [(ALARM, [150]), (ACTIVITY, [149, 150])], ids=["alarm", "activity"])
def test_a_damaged_row_is_lost_alone(tmp_path: Path, lane: int, lost: list[int]) -> None:
    """An ALARM event by itself; of ACTIVITY at most eight of one commit."""
    first = new_card()
    written(tmp_path / "j", first, lane)
    table = ROW_TABLE[lane]
    with closing(sqlite3.connect(tmp_path / "j")) as file, file:
        [(key, data)] = file.execute(f"select key, data from {table} where key & 1023 = 150")
        file.execute(f"update {table} set data = ? where key = ?", (data[:-1] + bytes([data[-1] ^ 1]), key))
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        assert store.streams[STREAM].sealed
        assert [(one, last, cause) for one, last, cause, _ in store.skips(store.streams[STREAM], 0, 300)] == [
            (lost[0], lost[-1], Skip.SALVAGE)
        ]
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        batch = store.read(STREAM, 0, 1000, 100_000)
        assert batch is not None
        assert len(batch.events) == 300 - len(lost)


def test_a_lost_head_seals_the_stream_and_loses_nothing(tmp_path: Path) -> None:
    first = new_card()
    written(tmp_path / "j", first, ALARM, 50)
    with closing(sqlite3.connect(tmp_path / "j")) as file, file:
        file.execute("delete from head")
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        assert store.streams[STREAM].sealed
        first_key = unwrapped(store.locked_keys())
        store.card.add(first_key)
        batch = store.read(STREAM, 0, 1000, 100_000)
        assert batch is not None
        assert len(batch.events) == 50


# The file of an earlier version --------------------------------------------------------------------------------------

OLD_HUB = ec.derive_private_key(19, ec.SECP256R1())
OLD_FILE = Path(__file__).parent / "old_journals" / "encrypted_in_two_boxes.journal.gz"


async def test_a_file_with_hash_and_body_in_boxes_of_their_own_is_read_and_goes_on(tmp_path: Path) -> None:
    """Written before ALARM and ACTIVITY had one box a row: two starts, 60 events a lane, 10 of TELEMETRY evicted."""
    (tmp_path / "journal.sqlite").write_bytes(gzip.decompress(OLD_FILE.read_bytes()))
    card = Card(BootKey(OLD_HUB.public_key(), IDENTITY))
    async with await Journal.open(tmp_path, QUICK, card=card) as journal:
        assert journal.salvaged is None
        assert {info.last for info in journal.streams()} == {60}
        await filled(journal, "new", 20)
        locked = await journal.locked_keys()
        assert len(locked) == 2
        await journal.add_keys(
            {key.key_id: unwrap_key(key.wrapped, OLD_HUB, purpose_of(IDENTITY, key.key_id)) for key in locked}
        )
        hub = FollowingHub()
        await hub.follow(journal)
        old = {f"device{lane}-{n}" for lane in LANES for n in range(1, 61) if lane != TELEMETRY or n > 10}
        assert set(hub.facts()) == old | names("new", 20)
        assert hub.skipped(Skip.QUOTA) == 10
        assert {(info.last, info.sealed) for info in journal.streams()} == {(80, False)}


# Nonces --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def nonces(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    """(key id, nonce) of every encryption, also of commits that failed."""
    used: list[tuple[bytes, bytes]] = []
    real = AESGCM

    class Counted:
        def __init__(self, key: bytes) -> None:
            self._key_id, self._cipher = key_id_of(key), real(key)

        def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
            used.append((self._key_id, nonce))
            return self._cipher.encrypt(nonce, data, associated)

        def decrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
            return self._cipher.decrypt(nonce, data, associated)

    monkeypatch.setattr(aead, "AESGCM", Counted)
    return used


async def test_no_nonce_is_used_twice(tmp_path: Path, nonces: list[tuple[bytes, bytes]]) -> None:
    """Commits that fail and come again with other bytes, forks, an old image of the disk started again."""
    card = new_card()
    async with await Journal.open(tmp_path, QUICK, card=card) as journal:
        await filled(journal, "a", 20)
        payload = Alarm(reasons=[SOS]).SerializeToString()
        for n in range(5):
            fail_next_commit(journal)
            press = Event(kind=ALARM_RAISED, device=f"band{n}", payload=payload).SerializeToString()
            await journal.append(ALARM, press)
        await journal.fork({info.stream: 5 for info in journal.streams()})
        await filled(journal, "b", 20)
    image = (tmp_path / "journal.sqlite").read_bytes()
    for _ in range(3):
        (tmp_path / "journal.sqlite").write_bytes(image)
        async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
            await filled(journal, "c", 20)
    assert len(nonces) > 100
    assert len(set(nonces)) == len(nonces)
    assert len({key_id for key_id, _ in nonces}) == 4


def test_rows_say_which_numbers_they_hold_without_a_key(tmp_path: Path) -> None:
    written(tmp_path / "j", new_card(), TELEMETRY, 30)
    with closing(sqlite3.connect(tmp_path / "j")) as file:
        rows = [sound_row(*one) for one in file.execute(f"select key, crc, data from {ROW_TABLE[TELEMETRY]}")]
    assert [(row.first, row.last, row.form) for row in rows if row] == [
        (1, 10, ENCRYPTED),
        (11, 20, ENCRYPTED),
        (21, 30, ENCRYPTED),
    ]
    for row in rows:
        assert row is not None
        with pytest.raises(KeyMissing):
            row.events(Card())


def test_an_alarm_has_a_row_of_its_own_and_activity_shares_one_with_few(tmp_path: Path) -> None:
    for lane, ends in ((ALARM, list(range(1, 31))), (ACTIVITY, [8, 10, 18, 20, 28, 30])):
        written(tmp_path / f"{lane}", new_card(), lane, 30)
        with closing(sqlite3.connect(tmp_path / f"{lane}")) as file:
            rows = [sound_row(*one) for one in file.execute(f"select key, crc, data from {ROW_TABLE[lane]}")]
        assert [(row.last, row.form) for row in rows if row] == [(end, ENCRYPTED_WHOLE) for end in ends]
        assert [row.first for row in rows if row] == [1, *(end + 1 for end in ends[:-1])]
        for row in rows:
            assert row is not None
            with pytest.raises(KeyMissing):
                row.events(Card())
            with pytest.raises(KeyMissing):
                row.running_hash(Card())


async def test_two_events_that_say_the_same_are_not_the_same_bytes(tmp_path: Path) -> None:
    """Who knows all that an event says cannot try it against a running hash in the clear."""
    async with box_parts(tmp_path) as box:
        for kind in (HEALTH, ALARM_RAISED, CHECK_IN):
            box.recorder.record(kind, b"")
            box.recorder.record(kind, b"")
        blinds = [event.blind for event in await box.recorded() if event.kind in (ALARM_RAISED, CHECK_IN)]
        assert len(set(blinds)) == len(blinds) == 4
        assert all(blinds)
        assert not any(event.blind for event in await box.of_kind(HEALTH)), "a segment holds many, and no hash of each"
