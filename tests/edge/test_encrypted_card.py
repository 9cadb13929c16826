"""The encrypted journal: nothing to read on the card, everything as before for who has the key, no nonce used twice."""

from __future__ import annotations

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
from anju_edge.journal.segments import ENCRYPTED, sound_row
from anju_edge.journal.streams import LANES, ROW_TABLE
from anju_edge.journal.transaction import write
from anju_protos.key_wrap import purpose_of, unwrap_key
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, ALARM_RAISED, HEALTH, SOS, TELEMETRY, Alarm, Event
from anju_protos.v1.uplink_pb2 import Skip
from support.following_hub import FollowingHub

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
        assert store.hash_at(STREAM, 100) is None
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


async def test_a_fork_goes_on_when_the_keys_come(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await filled(journal, "old")
        old = {info.stream for info in journal.streams()}
    async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
        await journal.fork(dict.fromkeys(old, 40))
        await journal.append(ALARM, event("alarm now"))
        hub = FollowingHub()
        await hub.follow(journal)
        assert set(hub.facts()) == {"alarm now"}, "the live stream is a new one: its alarms wait for no key"
        await journal.add_keys(unwrapped(await journal.locked_keys()))
        seen = -1
        while set(hub.facts()) != names("old") | {"alarm now"}:
            seen = await journal.changed(seen)
            await hub.follow(journal)


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


def test_a_damaged_row_is_lost_alone(tmp_path: Path) -> None:
    first = new_card()
    written(tmp_path / "j", first, ACTIVITY)
    with closing(sqlite3.connect(tmp_path / "j")) as file, file:
        [(key, data)] = file.execute("select key, data from activity_row where key & 1023 = 150")
        file.execute("update activity_row set data = ? where key = ?", (data[:-1] + bytes([data[-1] ^ 1]), key))
    with closing(open_checked(tmp_path / "j", card=new_card())) as store:
        assert store.streams[STREAM].sealed
        assert [(one, last, cause) for one, last, cause, _ in store.skips(store.streams[STREAM], 0, 300)] == [
            (150, 150, Skip.SALVAGE)
        ]
    with closing(open_checked(tmp_path / "j", card=first)) as store:
        batch = store.read(STREAM, 0, 1000, 100_000)
        assert batch is not None
        assert len(batch.events) == 299


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
            _fail_next_commit(journal)
            press = Event(kind=ALARM_RAISED, device=f"band{n}", payload=payload).SerializeToString()
            await journal.append(ALARM, press)
        await journal.fork({info.stream: 5 for info in journal.streams()})
        await filled(journal, "b", 20)
    image = (tmp_path / "journal.sqlite").read_bytes()
    for _ in range(3):
        (tmp_path / "journal.sqlite").write_bytes(image)
        async with await Journal.open(tmp_path, QUICK, card=new_card()) as journal:
            await filled(journal, "c", 20)
    assert len(nonces) > 400
    assert len(set(nonces)) == len(nonces)
    assert len({key_id for key_id, _ in nonces}) == 4


def _fail_next_commit(journal: Journal) -> None:
    """The next transaction writes all its rows and fails at its end, once."""
    store = journal._writer._store
    assert store is not None
    given = store
    connection = store.connection

    class Failing:
        def __getattr__(self, name: str) -> object:
            return getattr(connection, name)

        def execute(self, sql: str, *args: object) -> object:
            if sql == "commit":
                given.connection = connection
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return connection.execute(sql, *args)  # type: ignore[arg-type]  # as the caller gives them

    store.connection = Failing()  # type: ignore[assignment]


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
