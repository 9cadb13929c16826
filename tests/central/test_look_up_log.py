"""The log of look-ups: nothing in it can be changed unseen, and an emergency never waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_central.access.caller import COMMAND_LINE, HUB, Caller, NotAllowed
from anju_central.registry.database import Registry, RegistryUnavailable, sqlite_url
from anju_central.registry.engines import BUSY_TIMEOUT_MS
from anju_central.registry.errors import UnknownCommunity
from anju_central.registry.look_up_chain import BEGINNING, LookUpEntry, entry_hash, first_fault
from anju_central.registry.look_up_log import WAITING_FILE, WRITE_WITHIN_S, LookUpLog, NotLogged, Seen, write
from anju_central.registry.people.break_glass import (
    break_glass,
    close_glass,
    list_broken_glass,
    open_glass_incidents,
    own_broken_glass,
)
from anju_central.registry.people.look_ups import list_look_ups, verify_look_ups, who_looked_at
from anju_central.registry.people.record import person
from anju_central.registry.people.search import search
from anju_central.registry.people_errors import GlassNotBroken, NeedsEveryCommunity, UnknownResident
from anju_central.registry.tables import LookUpKind, Resident
from support.registry_people import CASE, CLERK, HERE, INCIDENT, NOW, OPERATOR, PRIVACY, People, about, people_in

FULL = "CREATE TRIGGER full BEFORE INSERT ON look_up BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[People]:
    registry = await Registry.open(sqlite_url(tmp_path / "registry.sqlite"))
    try:
        async with people_in(registry, tmp_path) as made:
            yield made
    finally:
        await registry.close()


def entries(count: int) -> list[tuple[LookUpEntry, int, bytes]]:
    """A sound chain."""
    chain = []
    before = BEGINNING
    for number in range(1, count + 1):
        people = frozenset((f"r-{one}", "ningdu") for one in range(number % 3))
        said = LookUpEntry(number, number, "op-1", "operator", "care", "record", "ningdu", "name", None, "", people)
        before = entry_hash(before, said)
        chain.append((said, len(people), before))
    return chain


@given(
    count=st.integers(1, 12), place=st.integers(0, 11), wrong=st.sampled_from(["text", "drop", "swap", "people", "cut"])
)
def test_whatever_is_changed_in_a_chain_is_seen(count: int, place: int, wrong: str) -> None:
    chain = entries(count)
    head = (count, chain[-1][2])
    assert first_fault(chain, (0, BEGINNING), head) is None
    place %= count
    said, people, own = chain[place]
    if wrong == "text":
        chain[place] = (replace(said, fields="name,phones"), people, own)
    elif wrong == "drop":
        del chain[place]
    elif wrong == "people":
        chain[place] = (replace(said, people=said.people | {("r-x", "ningdu")}), people, own)
    elif wrong == "cut":
        del chain[place:]
    elif count > 1:
        other = (place + 1) % count
        chain[place], chain[other] = chain[other], chain[place]
    else:
        return
    fault = first_fault(chain, (0, BEGINNING), head)
    assert fault is not None
    assert 1 <= fault.entry <= count + 1


async def looked(people: People, times: int) -> str:
    resident = await people.add("单雪梅")
    for _ in range(times):
        await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    return resident


async def test_the_log_is_sound_and_says_where_it_is_not(people: People) -> None:
    resident = await looked(people, 3)
    found = await verify_look_ups(COMMAND_LINE, people.registry)
    assert (found.first, found.last, found.fault) == (1, 3, None)
    drop = {
        "sqlite": ("DROP TRIGGER look_up_no_update", "DROP TRIGGER look_up_person_no_delete"),
        "postgresql": (
            "ALTER TABLE look_up DISABLE TRIGGER look_up_append_only",
            "ALTER TABLE look_up_person DISABLE TRIGGER look_up_person_no_delete",
        ),
    }
    for statement in drop[people.registry._engine.dialect.name]:  # as somebody who owns the database can
        await people.run(statement)
    await people.run("UPDATE look_up SET account = 'clerk-9' WHERE entry = 2")
    found = await verify_look_ups(COMMAND_LINE, people.registry)
    assert found.fault is not None
    assert (found.fault.entry, found.fault.what) == (2, "changed")
    await people.run("UPDATE look_up SET account = 'clerk-1' WHERE entry = 2")
    await people.run("DELETE FROM look_up_person WHERE entry = 3 AND resident = :r", r=resident)
    found = await verify_look_ups(COMMAND_LINE, people.registry)
    assert found.fault is not None
    assert (found.fault.entry, found.fault.what) == (3, "people")


async def test_many_at_once_make_one_chain(people: People) -> None:
    resident = await looked(people, 0)
    await asyncio.gather(
        *(person(CLERK, people.registry, people.log, resident, people.numbers, NOW) for _ in range(8)),
        *(
            person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident))
            for _ in range(4)
        ),
    )
    found = await verify_look_ups(COMMAND_LINE, people.registry)
    assert (found.last, found.fault) == (12, None)


async def test_who_looked_at_me_and_who_reads_that(people: People) -> None:
    resident = await looked(people, 2)
    other = await people.add("李四", community="other")
    await person(
        OPERATOR, people.registry, people.log, other, people.numbers, NOW, about=about(other, community="other")
    )
    rows = await who_looked_at(PRIVACY, people.registry, people.log, resident)
    assert [(row.account, row.kind) for row in rows] == [("clerk-1", LookUpKind.RECORD)] * 2
    again = await who_looked_at(PRIVACY, people.registry, people.log, resident)
    assert [row.kind for row in again] == [LookUpKind.LOG, LookUpKind.RECORD, LookUpKind.RECORD]
    assert len(await who_looked_at(PRIVACY, people.registry, people.log, resident, before=again[1].entry)) == 1
    scoped = replace(PRIVACY, communities=HERE)
    seen = await list_look_ups(scoped, people.registry, people.log)
    assert {row.incident for row in seen} == {None}  # none of the other community
    with pytest.raises(UnknownResident):
        await who_looked_at(scoped, people.registry, people.log, other)
    for caller in (CLERK, CASE, OPERATOR):
        with pytest.raises(NotAllowed):
            await who_looked_at(caller, people.registry, people.log, resident)
    with pytest.raises(NeedsEveryCommunity):
        await verify_look_ups(scoped, people.registry)
    assert [row.account for row in await list_look_ups(PRIVACY, people.registry, people.log, incident=INCIDENT)] == [
        "op-1"
    ]


# -- a log that cannot be written


async def test_nobody_is_shown_without_the_log_but_in_an_emergency(on_sqlite: People, tmp_path: Path) -> None:
    people = on_sqlite
    resident = await looked(people, 1)
    await people.run(FULL)
    with pytest.raises(NotLogged, match="disk is full"):
        await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    assert people.log.notices() == []  # who was refused needs no catching up
    people.now_ms = NOW + 5_000
    shown = await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident))
    assert shown.line.name == "单雪梅"
    [notice] = people.log.notices()
    assert "disk is full" in notice
    assert "1 look-ups of emergencies wait" in notice
    assert "单" not in (tmp_path / WAITING_FILE).read_text(encoding="utf-8")
    assert (tmp_path / WAITING_FILE).stat().st_mode & 0o777 == 0o600
    assert await people.log.catch_up(people.registry) is False

    later = LookUpLog(tmp_path, lambda: NOW + 60_000)  # the hub was started anew meanwhile
    later.read_waiting()
    assert later.notices()
    await people.run("DROP TRIGGER full")
    assert await later.catch_up(people.registry) is True
    assert later.notices() == []
    assert not (tmp_path / WAITING_FILE).exists()
    rows = await people.rows("SELECT at_ms, account, purpose, kind, incident, reason FROM look_up ORDER BY entry")
    assert rows[1:] == [(NOW + 5_000, "op-1", "emergency", "catch-up", INCIDENT, "record, written later")]
    assert (await verify_look_ups(HUB, people.registry)).fault is None


async def test_a_database_that_hangs_holds_no_emergency_up(
    on_sqlite: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anju_central.registry.look_up_log.WRITE_WITHIN_S", 0.2)
    people = on_sqlite
    resident = await looked(people, 0)
    other = sqlite3.connect(tmp_path / "registry.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    shown = await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident))
    assert shown.line.name == "单雪梅"
    assert people.log.notices()
    other.execute("ROLLBACK")
    other.close()
    running = asyncio.create_task(people.log.run(lambda: people.registry))
    try:
        async with asyncio.timeout(60):
            while people.log.notices():  # noqa: ASYNC110  # it is a state of the log, and no event
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
    assert [kind for (kind,) in await people.rows("SELECT kind FROM look_up")] == ["catch-up"]
    assert (await verify_look_ups(HUB, people.registry)).fault is None


async def test_no_reader_waits_for_a_writer_and_an_emergency_is_noted_before_others(on_sqlite: People) -> None:
    people = on_sqlite
    resident = await looked(people, 0)
    order: list[str] = []

    async def note(caller: Caller, name: str) -> None:
        await write(caller, people.registry, Seen(LookUpKind.LIST, frozenset(), name), NOW)
        order.append(name)

    async with people.registry.write(HUB) as session:
        await session.connection()  # a writer, for as long as this is open
        waiting = [asyncio.create_task(note(CLERK, f"clerk {number}")) for number in range(40)]
        urgent = asyncio.create_task(note(OPERATOR, "operator"))
        while people.registry.writers_waiting < 41:  # noqa: ASYNC110  # it is a state, and no event
            await asyncio.sleep(0)
        async with people.registry.read(OPERATOR) as reading:
            assert await reading.get(Resident, resident) is not None
    await asyncio.gather(urgent, *waiting)
    assert order == ["operator", *(f"clerk {number}" for number in range(40))]


async def test_an_emergency_is_shown_while_somebody_writes(on_sqlite: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anju_central.registry.look_up_log.WRITE_WITHIN_S", 0.1)
    people = on_sqlite
    resident = await looked(people, 0)
    async with people.registry.write(HUB):
        for _ in range(2):
            shown = await person(
                OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident)
            )
            assert shown.line.name == "单雪梅"
        assert "2 look-ups of emergencies wait" in people.log.notices()[0]
    assert await people.log.catch_up(people.registry) is True
    assert (await verify_look_ups(HUB, people.registry)).last == 2


async def test_who_cannot_write_in_time_is_told_why(
    on_sqlite: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anju_central.registry.database.BUSY_WITHIN_S", 0.2)
    other = sqlite3.connect(tmp_path / "registry.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RegistryUnavailable, match="another change is being written"):
        await on_sqlite.add("李四")
    other.execute("ROLLBACK")
    other.close()
    await on_sqlite.add("李四")


async def test_glass_is_broken_where_nothing_can_be_written_and_caught_up(on_sqlite: People, tmp_path: Path) -> None:
    """On a full disk, as the database says it: glass, its look-ups and its audit have no room."""
    people = on_sqlite
    other = await people.add("李四")
    for table in ("break_glass", "look_up", "audit"):
        await people.run(FULL.replace("full", f"full_{table}", 1).replace("ON look_up", f"ON {table}"))
    with pytest.raises(UnknownCommunity):
        await break_glass(OPERATOR, people.registry, people.log, "nowhere", INCIDENT, "手环在邻居身上", NOW)
    opened = await break_glass(OPERATOR, people.registry, people.log, "ningdu", INCIDENT, "手环在邻居身上", NOW)
    assert (opened.community, opened.reason, opened.closed_ms) == ("ningdu", "手环在邻居身上", None)
    assert await own_broken_glass(OPERATOR, people.registry, people.log, NOW) == [opened]
    shown = await person(OPERATOR, people.registry, people.log, other, people.numbers, NOW, about=about("r-nobody"))
    assert shown.line.name == "李四"
    assert len((await search(OPERATOR, people.registry, people.log, "李四", NOW, incident=INCIDENT)).people) == 1
    stranger = replace(OPERATOR, account="op-2")
    with pytest.raises(GlassNotBroken):
        await search(stranger, people.registry, people.log, "李四", NOW, incident=INCIDENT)
    assert "disk is full" in people.log.notices()[0]
    assert "3 look-ups of emergencies wait" in people.log.notices()[0]

    later = LookUpLog(tmp_path, lambda: NOW + 60_000)  # the hub was started anew meanwhile
    later.read_waiting()
    assert await open_glass_incidents(HUB, people.registry, later, NOW) == [INCIDENT]
    assert await close_glass(HUB, people.registry, later, INCIDENT, NOW + 9_000) == 1
    assert await own_broken_glass(OPERATOR, people.registry, later, NOW) == []
    for table in ("break_glass", "look_up", "audit"):
        await people.run(f"DROP TRIGGER full_{table}")
    assert await later.catch_up(people.registry) is True
    [look] = await list_broken_glass(PRIVACY, people.registry)
    assert (look.account, look.reason, look.opened_ms, look.closed_ms) == ("op-1", "手环在邻居身上", NOW, NOW + 9_000)
    rows = await people.rows("SELECT at_ms, kind FROM look_up ORDER BY entry")
    assert rows == [(NOW, "catch-up")] * 3
    assert (await verify_look_ups(HUB, people.registry)).fault is None


def test_one_try_for_the_lock_is_shorter_than_an_emergency_waits() -> None:
    assert BUSY_TIMEOUT_MS / 1_000 < WRITE_WITHIN_S / 10, "a try cannot be broken off"


def test_a_file_that_was_cut_is_taken_up_as_far_as_it_goes(tmp_path: Path) -> None:
    log = LookUpLog(tmp_path, lambda: NOW)
    log._keep(OPERATOR, Seen(LookUpKind.RECORD, frozenset({("r-1", "ningdu")}), "name", INCIDENT), NOW, "full")
    text = (tmp_path / WAITING_FILE).read_text(encoding="utf-8")
    (tmp_path / WAITING_FILE).write_text(text + text[:30], encoding="utf-8")
    later = LookUpLog(tmp_path, lambda: NOW)
    later.read_waiting()
    assert "1 look-ups of emergencies wait, 1 are lost" in later.notices()[0]


@pytest.mark.parametrize("line", [b"0", b"\xff\xfe", b"null", b"[]", b'{"seen": 1}'])
def test_no_line_of_that_file_keeps_a_hub_from_starting(tmp_path: Path, line: bytes) -> None:
    log = LookUpLog(tmp_path, lambda: NOW)
    log._keep(OPERATOR, Seen(LookUpKind.RECORD, frozenset({("r-1", "ningdu")}), "name", INCIDENT), NOW, "disk")
    good = (tmp_path / WAITING_FILE).read_bytes()
    nobodys = good.replace(b'"operator"', b'"emperor"')  # a role of no version that there is
    (tmp_path / WAITING_FILE).write_bytes(line + b"\n" + nobodys + good)
    later = LookUpLog(tmp_path, lambda: NOW)
    later.read_waiting()
    [notice] = later.notices()
    assert "1 look-ups of emergencies wait, 2 are lost" in notice


async def test_no_text_stops_the_log(people: People) -> None:
    """PostgreSQL knows no NUL: what it refused stood before all later look-ups, until these were lost."""
    resident = await people.add("单雪梅")
    reason, half = "a\0b", "\ud83d"
    await person(
        OPERATOR,
        people.registry,
        people.log,
        resident,
        people.numbers,
        NOW,
        about=about(resident),
        reason=reason + half,
    )
    assert people.log.fault is None
    [(written,)] = await people.rows("SELECT reason FROM look_up WHERE kind = 'record'")
    assert written == "ab?"


async def test_what_was_written_later_is_not_written_again_after_a_kill(on_sqlite: People, tmp_path: Path) -> None:
    people = on_sqlite
    resident = await looked(people, 0)
    await people.run(FULL)
    for _ in range(2):
        people.now_ms += 1_000
        await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident))
    await people.run("DROP TRIGGER full")
    await people.run(FULL.replace("ON look_up", f"ON look_up WHEN NEW.at_ms = {people.now_ms}"))
    assert await people.log.catch_up(people.registry) is False
    later = LookUpLog(tmp_path, lambda: NOW)  # the hub was killed before the second could be written
    later.read_waiting()
    await people.run("DROP TRIGGER full")
    assert await later.catch_up(people.registry) is True
    assert await people.rows("SELECT at_ms FROM look_up ORDER BY entry") == [(NOW + 1_000,), (NOW + 2_000,)]
