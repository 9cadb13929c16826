"""Long changes beside others: an import and its undo hold nobody up, and two at once take nobody in twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import HUB, Caller, Purpose, Role
from anju_central.registry.audit import record
from anju_central.registry.changes import ChangeSet
from anju_central.registry.community_locks import lock_for_import
from anju_central.registry.database import Registry, RegistryUnavailable, sqlite_url
from anju_central.registry.imports import take_over as taking
from anju_central.registry.imports.take_over import PreviewOutdated, take_over, undo_import
from anju_central.registry.look_up_log import Seen, write
from anju_central.registry.people.break_glass import break_glass
from anju_central.registry.people.life_events import move_out
from anju_central.registry.people.record import person
from anju_central.registry.people_errors import ImportRunning
from anju_central.registry.rehearsal import Outrun
from anju_central.registry.tables import LookUpKind, Resident
from anju_central.registry.undo import undo
from support.registry_people import (
    CASE,
    CLERK,
    INCIDENT,
    NOW,
    OPERATOR,
    People,
    about,
    people_in,
)
from support.sheets.people import people as some_people
from support.sheets.taken import Sent, csv_of

EVERYWHERE = Caller("super-1", Role.SUPERVISOR, "every", Purpose.CASE)


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


async def count(people: People, table: str = "resident") -> int:
    return int((await people.rows(f"SELECT count(*) FROM {table}"))[0][0])


# -- a long change of SQLite, and the others


async def test_others_write_while_a_long_change_thinks(on_sqlite: People, tmp_path: Path) -> None:
    people = on_sqlite
    resident = await people.add("单雪梅")
    async with people.registry.write_long(HUB) as session:
        row = await session.get_one(Resident, resident)
        row.archive_no = "7"
        record(session, "people.edit", resident, "ningdu", NOW)
        await session.flush()
        await break_glass(OPERATOR, people.registry, people.log, "ningdu", INCIDENT, "手环在邻居身上", NOW)
        shown = await person(
            OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident)
        )
        assert (shown.line.name, people.log.notices()) == ("单雪梅", [])
        await write(CLERK, people.registry, Seen(LookUpKind.LIST, frozenset(), "name"), NOW)
        assert await people.rows("SELECT archive_no FROM resident") == [(None,)], "not yet"
    assert await people.rows("SELECT archive_no FROM resident") == [("7",)]
    assert await count(people, "look_up") == 3
    assert not {name for name in os.listdir(tmp_path) if not name.startswith("registry.")}, "of the copy nothing stays"


async def test_who_is_outrun_changes_nothing(on_sqlite: People) -> None:
    people = on_sqlite
    resident = await people.add("单雪梅")

    async def change() -> None:
        async with people.registry.write_long(HUB) as session:
            changes = await ChangeSet.begin(session, "edit", "ningdu", NOW, resident=resident)
            changes.set(await session.get_one(Resident, resident), archive_no="7")
            await changes.finish()
            await people.add("李四")

    with pytest.raises(Outrun):
        await change()
    found = await people.rows("SELECT name, archive_no FROM resident ORDER BY name")
    assert found == [("单雪梅", None), ("李四", None)]
    assert await count(people, "record_action") == 2


async def test_an_import_that_is_outrun_is_looked_at_again_and_its_undo_is_done_again(
    on_sqlite: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = on_sqlite
    sent = Sent(people, csv_of(some_people(3)), NOW)
    outrunning = ["李四", "王五", "赵六", "周七"]
    ends = taking._note_run

    async def outrun(*args: object) -> int:
        await people.add(outrunning.pop())
        return await ends(*args)  # type: ignore[arg-type] # as they were given

    monkeypatch.setattr(taking, "_note_run", outrun)
    with pytest.raises(PreviewOutdated):
        await sent.taken()
    assert await count(people) == 1
    monkeypatch.undo()
    run = (await sent.taken()).runs["ningdu"]
    monkeypatch.setattr(taking, "undo", lambda *args: _after(people, outrunning, *args))
    outrunning[:] = ["王五"]
    await undo_import(CASE, people.registry, run, NOW + 1)
    assert await count(people) == 2
    outrunning[:] = ["a", "b", "c", "d"]
    monkeypatch.undo()
    run = (await sent.taken()).runs["ningdu"]
    monkeypatch.setattr(taking, "undo", lambda *args: _after(people, outrunning, *args))
    with pytest.raises(RegistryUnavailable, match="try again in a moment"):
        await undo_import(CASE, people.registry, run, NOW + 2)
    assert await count(people) == 8


async def _after(
    people: People, names: list[str], session: AsyncSession, number: int, now_ms: int, why: str
) -> ChangeSet:
    """An undo, before which somebody comes, as long as there are names."""
    if names:
        await people.add(names.pop())
    return await undo(session, number, now_ms, why)


# -- two imports, and others beside an import


async def test_two_imports_at_once_take_nobody_in_twice(people: People) -> None:
    sent = Sent(people, csv_of(some_people(30)), NOW)
    _, file = sent.checked()
    planned = await sent.planned()
    both = await asyncio.gather(
        *(
            take_over(CASE, people.registry, people.numbers, planned, file, frozenset(), NOW + number)
            for number in range(2)
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["PreviewOutdated", "Taken"]
    assert await count(people) == 30


async def test_what_is_committed_late_outdates_a_preview(people: People) -> None:
    """Actions are numbered when they begin: an older number may be committed after a newer one was read."""
    if people.registry._engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    sent = Sent(people, csv_of(some_people(2)), NOW, caller=EVERYWHERE)
    _, file = sent.checked()
    async with people.registry.write(HUB) as session:
        changes = await ChangeSet.begin(session, "edit", "ningdu", NOW)
        await people.add("李四", community="other")
        planned = await sent.planned()
        await changes.finish()
    with pytest.raises(PreviewOutdated):
        await take_over(EVERYWHERE, people.registry, people.numbers, planned, file, frozenset(), NOW)


async def test_an_import_keeps_others_out_of_its_own_community_alone(people: People) -> None:
    if people.registry._engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    resident = await people.add("单雪梅")
    async with people.registry.write(HUB) as session:
        await lock_for_import(session, ["ningdu"])
        await people.add("李四", community="other")
        shown = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
        assert shown.line.name == "单雪梅"
        with pytest.raises(ImportRunning, match="try again"):
            await move_out(CLERK, people.registry, resident, NOW)
    await move_out(CLERK, people.registry, resident, NOW)
