"""Who is gone for good is in no table any more, whatever was done with the record before: all tables are walked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from anju_central.access.caller import HUB
from anju_central.registry.database import Registry
from anju_central.registry.imports.take_over import undo_import
from anju_central.registry.people.editing import Edit, NewContact, add_note, edit_person, set_contacts
from anju_central.registry.people.erasing import DAY_MS, erase, run_retention
from anju_central.registry.people.life_events import move_out
from anju_central.registry.people.merging import merge, split
from anju_central.registry.people.record import person
from anju_central.registry.people.retention import retention_state
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import HistoryRemoved
from anju_central.registry.tables import Base, NoteKind
from support.registry_people import CASE, CLERK, NOW, PRIVACY, TODAY, People, people_in
from support.sheets.people import somebody
from support.sheets.taken import Sent, csv_of

AS_DESIGNED: Final = {"tombstone", "look_up", "look_up_person"}
ONE: Final = replace(somebody(7), name="仇雪梅", phone="12000044441")
NEIGHBOUR: Final = somebody(8)
ABOUT: Final = f"{ONE.name}的女儿来电 {ONE.phone}"


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def found(people: People, canaries: dict[str, str]) -> list[str]:
    """Where a canary stands, in any column of any table."""
    places = []
    async with people.registry.read(HUB) as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            if table.name in AS_DESIGNED:
                continue
            for row in (await connection.execute(select(table))).mappings():
                for column, value in row.items():
                    text = value.hex() if isinstance(value, bytes) else str(value)
                    places += [f"{table.name}.{column}: {what}" for what, said in canaries.items() if said in text]
    return places


async def canaries(people: People, resident: str) -> dict[str, str]:
    [(mark, sealed)] = await people.rows(
        "SELECT id_number_hash, id_number FROM resident WHERE resident = :r", r=resident
    )
    marks = {"mark": bytes(mark).hex(), "sealed": bytes(sealed).hex()} if mark is not None else {}
    phones = {"phone": ONE.phone, "backwards": ONE.phone[::-1]}
    return {"name": ONE.name, "half the name": "雪梅", "id number": ONE.id_number} | phones | marks


async def resident_of(people: People, name: str) -> str:
    [(resident,)] = await people.rows("SELECT resident FROM resident WHERE name = :name", name=name)
    return str(resident)


async def imported(people: People) -> tuple[int, str]:
    """Returns the import's number and the resident."""
    taken = await Sent(people, csv_of([ONE, NEIGHBOUR]), NOW).taken()
    return taken.runs["ningdu"], await resident_of(people, ONE.name)


async def much_done(people: People, resident: str) -> None:
    """An edit, notes and contacts, with reasons and undone in part."""
    shown = await person(CASE, people.registry, people.log, resident, people.numbers, NOW)
    edit = Edit(version=shown.version, name=f"{ONE.name}梅", phones=(ONE.phone, "12000044442"))
    done = await edit_person(CASE, people.registry, resident, edit, people.numbers, TODAY, NOW + 1)
    await undo_action(CASE, people.registry, done.action, NOW + 2, ABOUT)
    await add_note(CLERK, people.registry, resident, NoteKind.CARE, ABOUT, NOW + 3)
    neighbour = await resident_of(people, NEIGHBOUR.name)
    await set_contacts(CLERK, people.registry, neighbour, [NewContact("邻居", other=resident)], NOW + 4)
    await set_contacts(CLERK, people.registry, neighbour, [], NOW + 5)


async def gone(people: People, resident: str) -> None:
    await move_out(CLERK, people.registry, resident, NOW + 50)
    await erase(PRIVACY, people.registry, resident, "asked", NOW + 60)


async def undone_there_and_going(people: People, now_ms: int) -> tuple[int, int]:
    """Returns how many the history alone knows, and how many of them would go at a time."""
    clocks = (await retention_state(PRIVACY, people.registry, now_ms)).clocks
    [clock] = [clock for clock in clocks if clock.what == "undone-people"]
    return clock.there, clock.going


async def test_an_import_that_was_erased(people: People) -> None:
    _, resident = await imported(people)
    said = await canaries(people, resident)
    assert await found(people, said), "the walk sees nothing"
    await much_done(people, resident)
    await gone(people, resident)
    assert await found(people, said) == []


async def test_an_import_that_was_undone(people: People) -> None:
    run, resident = await imported(people)
    said = await canaries(people, resident)
    await undo_import(CASE, people.registry, run, NOW + 1, ABOUT)
    undone = (await people.rows("SELECT max(record_action) FROM record_action"))[0][0]
    soon = await run_retention(PRIVACY, people.registry, NOW + 29 * DAY_MS, clock_is_good=True)
    assert "record_change" not in soon.counts, "it may be done again"
    assert await undone_there_and_going(people, NOW + 29 * DAY_MS) == (2, 0)
    assert await undone_there_and_going(people, NOW + 31 * DAY_MS) == (2, 2)
    removed = await run_retention(PRIVACY, people.registry, NOW + 31 * DAY_MS, clock_is_good=True)
    assert removed.counts["record_change"] > 0
    assert await undone_there_and_going(people, NOW + 31 * DAY_MS) == (0, 0)
    assert await found(people, said) == []
    with pytest.raises(HistoryRemoved):
        await undo_action(CASE, people.registry, undone, NOW + 32 * DAY_MS)
    assert await people.rows("SELECT count(*) FROM resident") == [(0,)]


async def test_a_coming_that_was_undone(people: People) -> None:
    resident = await people.add(ONE.name, ONE.address, id_number=ONE.id_number, phones=(ONE.phone,))
    said = await canaries(people, resident)
    [(action,)] = await people.rows("SELECT record_action FROM record_action")
    undone = await undo_action(CASE, people.registry, action, NOW + 1, ABOUT)
    await run_retention(PRIVACY, people.registry, NOW + 31 * DAY_MS, clock_is_good=True)
    assert await found(people, said) == []
    for number in (undone, action):
        with pytest.raises(HistoryRemoved if number == undone else Exception):
            await undo_action(CASE, people.registry, number, NOW + 32 * DAY_MS)


async def two_of_one(people: People) -> tuple[str, str]:
    """Returns a record with a name alone, and the one with all."""
    keep = await people.add("王一")
    _, other = await imported(people)
    await much_done(people, other)
    return keep, other


async def test_a_record_that_was_merged(people: People) -> None:
    keep, other = await two_of_one(people)
    said = await canaries(people, other)
    await merge(CASE, people.registry, keep, other, people.numbers, NOW + 10, ABOUT)
    said |= {f"{what} of the other": value for what, value in (await canaries(people, keep)).items()}
    await gone(people, keep)
    assert await found(people, said) == []


async def test_a_merge_that_was_undone(people: People) -> None:
    keep, other = await two_of_one(people)
    said = await canaries(people, other)
    done = await merge(CASE, people.registry, keep, other, people.numbers, NOW + 10, ABOUT)
    said |= {f"{what} of the other": value for what, value in (await canaries(people, keep)).items()}
    undone = await undo_action(CASE, people.registry, done.action, NOW + 11, ABOUT)
    again = await undo_action(CASE, people.registry, undone, NOW + 12)
    await undo_action(CASE, people.registry, again, NOW + 13)
    await gone(people, other)
    assert await found(people, said) == []
    assert await resident_of(people, "王一") == keep


async def test_a_record_that_was_split_out_takes_its_own_with_it(people: People) -> None:
    keep, other = await two_of_one(people)
    said = await canaries(people, other)
    await merge(CASE, people.registry, keep, other, people.numbers, NOW + 10, ABOUT)
    said |= {f"{what} of the other": value for what, value in (await canaries(people, keep)).items()}
    await split(CASE, people.registry, other, NOW + 11, reason=ABOUT)
    kept = await person(CASE, people.registry, people.log, keep, people.numbers, NOW + 12)
    assert (kept.id_number, kept.born_on, kept.phones) == (None, None, ())
    apart = await person(CASE, people.registry, people.log, other, people.numbers, NOW + 12)
    assert (apart.phones, apart.id_number is not None) == ((ONE.phone,), True)
    await gone(people, other)
    assert await found(people, said) == []
