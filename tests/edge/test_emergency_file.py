"""The emergency file: what a box knows after a restart without its hub, and what nobody else learns from the card."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from anju_drivers.driver import AlarmReading, CardMethod, CardReading, Reason
from anju_edge.clock import SimulatedClock
from anju_edge.journal.card import Card
from anju_edge.journal.emergency.emergency_file import NAME
from anju_edge.journal.faults import FileDamaged
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.roster.store import RosterStore
from anju_protos.roster_file import token_hash
from anju_protos.v1.event_pb2 import ACKED, RINGING, Actor
from support.box_parts import BAND, CARD, ROSTER, Parts, box_parts
from support.card_rig import files_of, new_card, unwrapped
from support.storage_faults import fail_next_commit

QUICK = JournalSettings(linger_s=0.0, ballast_bytes=0)
ID_CARD = "idcard:11010519491231002X"
WITH_ID_CARD = ROSTER.replace("[[activities]]", f'[[tokens]]\ntoken = "{ID_CARD}"\nresident = "r-0002"\n[[activities]]')
NONCE = bytes(range(16))


def at_noon(boot: int = 7) -> SimulatedClock:
    return SimulatedClock(boot=boot, manual=True)


def press() -> AlarmReading:
    return AlarmReading(BAND, frozenset({Reason.SOS}), os.urandom(4), 2.0)


def whole(rosters: RosterStore) -> bool:
    return not rosters.is_locked


async def a_day(box: Parts) -> str:
    """A check-in by card and one by an ID card, and a call that nobody answers. Returns the call's key."""
    box.clock.poll()
    assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, NONCE)).outcome == "recorded"
    await box.kiosk_service.card(CardReading("card_reader:kiosk-1", ID_CARD, CardMethod.ID_CARD), box.clock.stamp())
    box.intake.take(press())
    await box.journal.flush()
    [local] = box.incidents.open()
    return local.key


async def test_a_restart_without_the_hub_knows_whom_to_help(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at_noon(), WITH_ID_CARD, card=new_card()) as box:
        key = await a_day(box)
    async with box_parts(tmp_path, at_noon(8), "", card=new_card()) as box:
        box.clock.poll()
        roster = box.rosters.current
        assert not whole(box.rosters)
        assert roster.devices[BAND].kind == "band"
        assert roster.residents[roster.resident_of(BAND, None)].flat == "3-2-501"
        assert roster.zones["b3-u2"].label_zh == "3栋2单元"
        assert not roster.residents["r-0001"].masked_name
        [local] = box.incidents.open()
        assert (local.key, local.incident.state, local.is_ringing) == (key, RINGING, True)
        again = await box.kiosk_service.check_in("kiosk-1", CARD, None, NONCE)
        assert again.outcome == "recorded", "the same request"
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, bytes(16))).outcome == "duplicate"
        assert (await box.kiosk_service.check_in("kiosk-1", ID_CARD, None, bytes(15))).outcome == "unknown_card"
        box.intake.take(press())
        assert box.incidents.open()[0].incident.repeats == 1, "the call of before the restart goes on"

        await box.journal.add_keys(unwrapped(await box.journal.locked_keys()))
        await box.rosters.unlock()
        assert whole(box.rosters)
        assert box.rosters.current.residents["r-0001"].masked_name == "王*秀"
        again = await box.kiosk_service.check_in("kiosk-1", ID_CARD, None, bytes(14))
        assert again.outcome == "duplicate", "it was kept under another card of hers"
    async with box_parts(tmp_path, at_noon(9), "", card=new_card()) as box:
        keys = await box.journal.locked_keys()
        assert len(keys) == 2, "the roster stands under the key of the start that could read it"


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "control arm"])
async def test_the_other_files_tell_of_nobody(tmp_path: Path, encrypted: bool) -> None:
    async with box_parts(tmp_path, at_noon(), WITH_ID_CARD, card=new_card() if encrypted else None) as box:
        await a_day(box)
        salt = box.rosters.current.bundle.token_salt
        others = [files_of(tmp_path, emergency=False)]
        ours = [files_of(tmp_path, emergency=True)]
    others.append(files_of(tmp_path, emergency=False))
    ours.append(files_of(tmp_path, emergency=True))
    marks = [BAND, "r-0001", "r-0002", "王*秀", "李*", "3-2-501", "b3-u2", "阅览室"]
    marked = [mark.encode() for mark in marks] + [token_hash(salt, CARD), token_hash(salt, ID_CARD)]
    found = {mark for mark in marked if any(mark in data for files in others for data in files.values())}
    assert found == (set() if encrypted else set(marked))
    never = ["王*秀".encode(), "李*".encode(), token_hash(salt, ID_CARD)]
    assert not [mark for mark in never for files in ours for data in files.values() if mark in data]


# Two files and one power cut ------------------------------------------------------------------------------------------


async def open_keys(folder: Path, card: Card) -> list[str]:
    async with box_parts(folder, at_noon(9), "", card=card) as box:
        return [f"{local.incident.device} {local.incident.state}" for local in box.incidents.open()]


async def test_what_the_journal_never_had_is_taken_back(tmp_path: Path) -> None:
    """The power goes after the emergency file has a transaction and before the journal does."""
    async with box_parts(tmp_path / "box", at_noon(), card=new_card(), settings=QUICK) as box:
        key = await a_day_without_id(box)
        cut = tmp_path / "cut"
        fail_next_commit(box.journal, lambda: copied(tmp_path / "box", cut))
        box.incidents.acknowledge(key, Actor(role=Actor.RESPONDER, id="m-1"))
        await box.journal.flush()
        after = tmp_path / "after"
        copied(tmp_path / "box", after)
    with closing(sqlite3.connect(cut / NAME)) as file:
        [(data,)] = file.execute("select bytes from open_incident")
    assert b"m-1" in data, "the rig: there is something to take back"
    assert await open_keys(cut, new_card()) == [f"{BAND} {RINGING}"]
    assert await open_keys(after, new_card()) == [f"{BAND} {ACKED}"], "the commit that came again counts"
    assert await open_keys(tmp_path / "box", new_card()) == [f"{BAND} {ACKED}"]


async def test_a_check_in_that_the_journal_never_had_is_taken_back(tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    async with box_parts(tmp_path / "box", at_noon(), card=new_card(), settings=QUICK) as box:
        box.clock.poll()
        await box.journal.flush()
        fail_next_commit(box.journal, lambda: copied(tmp_path / "box", cut))
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, NONCE)).outcome == "recorded"
    async with box_parts(cut, at_noon(8), "", card=new_card()) as box:
        box.clock.poll()
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, bytes(16))).outcome == "recorded"
    async with box_parts(tmp_path / "box", at_noon(8), "", card=new_card()) as box:
        box.clock.poll()
        assert (await box.kiosk_service.check_in("kiosk-1", CARD, None, bytes(16))).outcome == "duplicate"


async def test_a_new_file_counts_on_from_where_the_journal_is(tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    async with box_parts(tmp_path / "box", at_noon(), card=new_card(), settings=QUICK) as box:
        key = await a_day_without_id(box)
        store = box.journal._writer._store
        assert store is not None
        store.emergency._fail(FileDamaged("as SQLite finds it"))  # while the box runs: set aside, and a new one begun
        fail_next_commit(box.journal, lambda: copied(tmp_path / "box", cut))
        box.incidents.acknowledge(key, Actor(role=Actor.RESPONDER, id="m-1"))
        await box.journal.flush()
    assert await open_keys(cut, new_card()) == []
    assert await open_keys(tmp_path / "box", new_card()) == [f"{BAND} {ACKED}"]


async def a_day_without_id(box: Parts) -> str:
    box.clock.poll()
    box.intake.take(press())
    await box.journal.flush()
    return box.incidents.open()[0].key


def copied(folder: Path, target: Path) -> None:
    """The disk as it is now, like after a power cut: all that was written is there."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("*-shm"))


# Faults of the file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["a byte", "no database", "another's", "gone"])
async def test_a_damaged_emergency_file_holds_nothing_up(tmp_path: Path, damage: str) -> None:
    async with box_parts(tmp_path, at_noon(), card=new_card(), settings=QUICK) as box:
        await a_day_without_id(box)
    path = tmp_path / NAME
    if damage == "gone":
        path.unlink()
    elif damage == "another's":
        with closing(sqlite3.connect(path)) as file:
            file.execute("pragma application_id = 99")
    else:
        data = bytearray(path.read_bytes())
        data[:100] = bytes(100) if damage == "no database" else data[:100]
        data[4096:4200] = bytes([255]) * 104
        path.write_bytes(data)
    async with box_parts(tmp_path, at_noon(8), card=new_card(), settings=QUICK) as box:
        box.intake.take(press())
        await box.journal.flush()
        assert box.journal.fault is None
    async with box_parts(tmp_path, at_noon(9), "", card=new_card(), settings=QUICK) as box:
        assert BAND in [local.incident.device for local in box.incidents.open()]
        assert BAND in box.rosters.current.devices


async def test_what_a_faulty_disk_kept_from_the_file_is_written_later(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at_noon(), card=new_card(), settings=QUICK) as box:
        await box.journal.flush()
        store = box.journal._writer._store
        assert store is not None
        blocker = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        blocker.execute("begin immediate")  # the file takes nothing
        key = await a_day_without_id(box)
        assert store.emergency.trouble
        blocker.execute("rollback")
        blocker.close()
        store.emergency._retry_at_s = 0.0
        box.incidents.note(key, "seen")
        await box.journal.flush()
        assert not store.emergency.trouble
    async with box_parts(tmp_path, at_noon(8), "", card=new_card()) as box:
        assert [local.key for local in box.incidents.open()] == [key]


async def test_a_start_that_cannot_open_the_file_takes_nothing_back_later(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at_noon(), card=new_card(), settings=QUICK) as box:
        key = await a_day_without_id(box)
    away = tmp_path / "away"
    (tmp_path / NAME).rename(away)
    (tmp_path / NAME).mkdir()
    async with box_parts(tmp_path, at_noon(8), "", card=new_card(), settings=QUICK) as box:
        assert box.journal.emergency_trouble
        assert box.journal.fault is None
    (tmp_path / NAME).rmdir()
    away.rename(tmp_path / NAME)
    async with box_parts(tmp_path, at_noon(9), "", card=new_card(), settings=QUICK) as box:
        assert [local.key for local in box.incidents.open()] == [key]
        assert not box.journal.emergency_trouble


# On and off -----------------------------------------------------------------------------------------------------------


async def test_turned_on_and_off_again_open_calls_move_along(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at_noon(), settings=QUICK) as box:
        key = await a_day_without_id(box)
    async with box_parts(tmp_path, at_noon(8), "", card=new_card(), settings=QUICK) as box:
        assert [local.key for local in box.incidents.open()] == [key]
        assert box.rosters.current.residents["r-0001"].masked_name == "王*秀"
        keys = await box.journal.locked_keys()
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as file:
        assert file.execute("select count(*) from open_incident").fetchone() == (0,)
        assert file.execute("select substr(value, 1, 1) from kv where key = 'roster'").fetchone() == (b"\0",)
    async with box_parts(tmp_path, at_noon(9), "", settings=QUICK) as box:
        assert [local.key for local in box.incidents.open()] == [key]
        assert box.rosters.is_locked
        await box.journal.add_keys(unwrapped([*keys, *await box.journal.locked_keys()]))
        await box.rosters.unlock()
    async with box_parts(tmp_path, at_noon(9), "", settings=QUICK) as box:
        assert box.rosters.current.residents["r-0001"].masked_name == "王*秀"
        assert [local.key for local in box.incidents.open()] == [key]


async def test_nothing_of_people_is_in_an_encrypted_journals_tables(tmp_path: Path) -> None:
    async with box_parts(tmp_path, at_noon(), WITH_ID_CARD, card=new_card()) as box:
        await a_day(box)
        for table in ("check_in", "open_incident"):
            assert await box.journal.query(f"select * from {table}") == []


async def test_the_reader_of_a_journal_without_a_card_needs_no_file(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, QUICK) as journal:
        assert await journal.query_personal("select bytes from open_incident") == []
    assert not (tmp_path / NAME).exists()
