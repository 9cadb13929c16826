"""Undoing: an import by its own number, and nobody comes back by it who is there by another record meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from anju_central.registry.database import Registry
from anju_central.registry.imports.take_over import undo_import
from anju_central.registry.people.life_events import move_out
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import CameBack, IsAnImport
from support.registry_people import CASE, CLERK, HERE, NOW, People, people_in
from support.sheets.people import people as some_people
from support.sheets.people import somebody
from support.sheets.taken import Sent, csv_of


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def count(people: People) -> int:
    return int((await people.rows("SELECT count(*) FROM resident"))[0][0])


async def test_an_import_is_undone_by_its_own_number(people: People) -> None:
    taken = await Sent(people, csv_of(some_people(2)), NOW).taken()
    [(action, run)] = await people.rows("SELECT record_action, import_run FROM import_run")
    with pytest.raises(IsAnImport, match=f"people undo {run}"):
        await undo_action(CASE, people.registry, action, NOW + 1)
    assert (await count(people), taken.runs["ningdu"]) == (2, run)
    await undo_import(CASE, people.registry, run, NOW + 2)
    assert await people.rows("SELECT state, undone_ms FROM import_run") == [("undone", NOW + 2)]
    [(undone,)] = await people.rows("SELECT record_action FROM record_action WHERE undoes = :a", a=action)
    await undo_action(CASE, people.registry, undone, NOW + 3)
    assert await people.rows("SELECT state, undone_ms FROM import_run") == [("applied", None)]
    assert await count(people) == 2


@pytest.mark.parametrize("way", ["number", "looks", "elsewhere"])
async def test_nobody_who_came_back_another_way_comes_back_by_an_undo(people: People, way: str) -> None:
    one = somebody(3)
    number = one.id_number if way != "looks" else None
    resident = await people.add(one.name, one.address, id_number=number, phones=(one.phone,))
    gone = await move_out(CLERK, people.registry, resident, NOW + 1)
    if way == "elsewhere":
        back = await people.add(one.name, one.address, community="other", id_number=number)
    else:
        back = await people.add(one.name, one.address, id_number=number)
    with pytest.raises(CameBack, match="undo that coming first") as refused:
        await undo_action(replace(CLERK, communities=HERE), people.registry, gone.action, NOW + 2)
    assert refused.value.resident == ("" if way == "elsewhere" else back)
    [(coming,)] = await people.rows("SELECT record_action FROM record_action WHERE resident = :r", r=back)
    await undo_action(replace(CLERK, communities="every"), people.registry, coming, NOW + 3)
    await undo_action(CLERK, people.registry, gone.action, NOW + 4)
    assert await people.rows("SELECT resident, state FROM resident") == [(resident, "present")]


WHOLE = {
    "resident": "resident, name, state, household",
    "household": "household, place",
    "resident_phone": "resident, phone",
    "name_key": "resident, key",
}


async def all_of(people: People) -> list[list[tuple[object, ...]]]:
    found = [await people.rows(f"SELECT {columns} FROM {table}") for table, columns in WHOLE.items()]
    return [sorted(rows, key=str) for rows in found]


@pytest.mark.parametrize("at_a_time", [1, 3, 5_000])
async def test_what_is_taken_back_in_slices_is_taken_back_whole(
    people: People, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr("anju_central.registry.undo.SLICE", at_a_time)
    monkeypatch.setattr("anju_central.registry.changes.SPILL_AT", at_a_time)
    first, later = list(some_people(4)), list(some_people(9))
    await Sent(people, csv_of(first), NOW).taken()
    before = await all_of(people)
    later[0] = replace(later[0], phone="13900000000")  # values that change, beside rows that come
    taken = await Sent(people, csv_of(later), NOW + 1).taken()
    after = await all_of(people)
    assert after != before
    await undo_import(CASE, people.registry, taken.runs["ningdu"], NOW + 2)
    assert await all_of(people) == before
    [(undone,)] = await people.rows("SELECT record_action FROM record_action WHERE undoes IS NOT NULL")
    await undo_action(CASE, people.registry, undone, NOW + 3)
    assert await all_of(people) == after
    [(noted, numbers)] = await people.rows("SELECT count(*), count(DISTINCT record_change) FROM record_change")
    assert noted == numbers
