"""Puts into the registry what a sheet changes in people who are there, and lets those go who are ticked as missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import ChangeSet
from anju_central.registry.homes import leave_household
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.comparison import Changed
from anju_central.registry.imports.known_person import Part
from anju_central.registry.imports.new_people import Homes, contact_values
from anju_central.registry.imports.sheet_person import SheetPerson
from anju_central.registry.phones import set_phones
from anju_central.registry.tables import BirthExactness, Contact, Household, Resident, ResidentState, Sex
from anju_central.registry.worn import is_here, take_back_all


async def change_people(
    session: AsyncSession,
    changes: ChangeSet,
    changed: Sequence[Changed],
    homes: Homes,
    numbers: IdNumbers,
    today: date,
    now_ms: int,
) -> None:
    """Changes people of one community. Raises SecretsUnavailable."""
    moving = [one.person.flat for one in changed if Part.FLAT in one.parts and one.person.flat is not None]
    await homes.add(changes, moving, now_ms)
    rows = await _rows(session, [one.known.resident for one in changed])
    left: list[str] = []
    for one in changed:
        row = rows[one.known.resident]
        changes.set(row, **_values(one.person, one.parts, row, numbers, today))
        if Part.PHONES in one.parts and one.person.phones is not None:
            await set_phones(session, changes, row, one.person.phones, now_ms)
        if Part.CONTACT in one.parts:
            await _set_contact(session, changes, row, one.person, now_ms)
        if Part.FLAT in one.parts:
            left += [row.household] if row.household is not None else []
            changes.set(row, household=homes.household(one.person.flat))
    for household in dict.fromkeys(left):  # when all have moved: they may have changed places
        await leave_household(session, changes, household, now_ms)
        before = await session.get(Household, household)
        if before is not None and before.ended_ms is not None:
            homes.forget(household)


def _values(
    person: SheetPerson, parts: Sequence[Part], row: Resident, numbers: IdNumbers, today: date
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if Part.NAME in parts:
        values["name"] = person.name
    if Part.ARCHIVE_NO in parts:
        values["archive_no"] = person.archive_no
    if Part.SEX in parts and person.sex is not None:
        values["sex"] = Sex(person.sex)
    if Part.HEAD in parts:
        values["is_head"] = bool(person.is_head)
    if Part.BIRTH in parts and person.birth is not None:
        values |= {"born_on": person.birth.on, "birth_exactness": BirthExactness(person.birth.exactness)}
    if Part.ID_NUMBER in parts and person.id_number is not None:
        kept = numbers.seal(person.id_number, row.resident, today)
        values |= {"id_number": kept.sealed, "id_number_hash": kept.mark}
    return values


async def _set_contact(
    session: AsyncSession, changes: ChangeSet, row: Resident, person: SheetPerson, now_ms: int
) -> None:
    """The first contact who is no resident gives way to the sheet's; where there is none, it comes last."""
    chosen = select(Contact).where(Contact.resident == row.resident, Contact.ended_ms.is_(None))
    there = (await session.scalars(chosen.order_by(Contact.position))).all()
    old = next((contact for contact in there if contact.other is None), None)
    position = old.position if old is not None else max((contact.position for contact in there), default=0) + 1
    if old is not None:
        changes.set(old, ended_ms=now_ms)
        await changes.flush()
    if person.contact is not None:
        values = contact_values(row.community, row.resident, person.contact, position, now_ms)
        await changes.add_many(Contact, [values])


async def let_go(session: AsyncSession, changes: ChangeSet, residents: Sequence[str], now_ms: int) -> int:
    """Notes that people have moved out, as the life event does; returns how many lived there."""
    rows = await _rows(session, residents)
    gone = 0
    for row in rows.values():
        if not is_here(row):
            continue
        gone += 1
        changes.set(row, state=ResidentState.MOVED_OUT, left_ms=now_ms)
        await take_back_all(session, changes, row.resident, now_ms, ResidentState.MOVED_OUT.value)
        await leave_household(session, changes, row.household, now_ms)
    return gone


async def _rows(session: AsyncSession, residents: Sequence[str]) -> dict[str, Resident]:
    chosen = select(Resident).where(Resident.resident.in_(residents)).with_for_update()
    return {row.resident: row for row in await session.scalars(chosen)}
