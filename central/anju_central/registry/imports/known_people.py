"""Reads the people that a sheet is compared with, within a transaction that is open. Nothing of it is shown here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import ADDED, FORGOTTEN, UNDO
from anju_central.registry.imports.births import Birth, Exactness
from anju_central.registry.imports.known_person import KnownPerson, Part
from anju_central.registry.imports.sheet_person import SheetContact
from anju_central.registry.tables import (
    BirthExactness,
    Contact,
    Household,
    Place,
    RecordAction,
    RecordChange,
    Resident,
    ResidentPhone,
    ResidentState,
    Tombstone,
)

IMPORT: Final = "import"  # the kind of an import's actions
PARTS: Final[Mapping[tuple[str, str], Part]] = {
    ("resident", "name"): Part.NAME,
    ("resident", "id_number_hash"): Part.ID_NUMBER,
    ("resident", "archive_no"): Part.ARCHIVE_NO,
    ("resident", "sex"): Part.SEX,
    ("resident", "born_on"): Part.BIRTH,
    ("resident", "birth_exactness"): Part.BIRTH,
    ("resident", "household"): Part.FLAT,
    ("resident", "is_head"): Part.HEAD,
}
WHOLE_TABLES: Final[Mapping[str, Part]] = {"resident_phone": Part.PHONES, "contact": Part.CONTACT}


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody that the caller may see, and `last_action()` before they were read: as long as it is that, they are as
    they were read.
    """

    people: list[KnownPerson]
    erased: frozenset[bytes]
    last_action: int


async def last_action(session: AsyncSession) -> int:
    """Returns a number that is another one after any action, and after anybody was erased.

    Not the newest action's own: actions may be committed in another order than they were numbered.
    """
    acted = await session.scalar(select(func.sum(RecordAction.record_action)))
    erased = await session.scalar(select(func.count()).select_from(Tombstone))
    return int(acted or 0) + int(erased or 0)


async def read_known(session: AsyncSession) -> Known:
    """Returns the people of all the caller's communities: who moved from one to another is to be seen."""
    newest = await last_action(session)
    flats = await _flats(session)
    phones = await _phones(session)
    contacts = await _contacts(session)
    edited = await _edited(session)
    moved = await _moved_households(session)
    chosen = select(
        Resident.resident,
        Resident.community,
        Resident.name,
        Resident.state,
        Resident.id_number_hash,
        Resident.archive_no,
        Resident.sex,
        Resident.born_on,
        Resident.birth_exactness,
        Resident.household,
        Resident.is_head,
    ).where(Resident.state != ResidentState.MERGED)
    people = [
        KnownPerson(
            resident=row.resident,
            community=row.community,
            name=row.name,
            is_present=row.state is ResidentState.PRESENT,
            mark=row.id_number_hash,
            archive_no=row.archive_no,
            sex=row.sex.value if row.sex is not None else None,
            birth=Birth(row.born_on, _exactness(row.birth_exactness)) if row.born_on is not None else None,
            phones=tuple(phones.get(row.resident, ())),
            flat=flats.get(row.household or "", ""),
            is_head=row.is_head,
            contact=contacts.get(row.resident),
            edited_ms=edited.get(row.resident, {}) | _moved(row.household, row.resident, moved, edited),
        )
        for row in await session.execute(chosen)
    ]
    marks = select(Tombstone.id_number_hash).where(Tombstone.id_number_hash.is_not(None))
    erased = frozenset(mark for mark in await session.scalars(marks) if mark is not None)
    return Known(people, erased, newest)


def _exactness(exactness: BirthExactness | None) -> Exactness:
    if exactness in (None, BirthExactness.DAY):
        return Exactness.DAY
    return Exactness.MONTH if exactness is BirthExactness.MONTH else Exactness.YEAR


async def _flats(session: AsyncSession) -> dict[str, str]:
    chosen = select(Household.household, Place.label).join(Place, Place.place == Household.place)
    return {row.household: row.label for row in await session.execute(chosen)}


async def _phones(session: AsyncSession) -> dict[str, list[str]]:
    chosen = (
        select(ResidentPhone.resident, ResidentPhone.phone)
        .where(ResidentPhone.ended_ms.is_(None))
        .order_by(ResidentPhone.position, ResidentPhone.resident_phone)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for resident, phone in await session.execute(chosen):
        found[resident].append(phone)
    return found


async def _contacts(session: AsyncSession) -> dict[str, SheetContact]:
    """The first contact of everybody who is no resident: a sheet names no resident."""
    chosen = (
        select(Contact.resident, Contact.name, Contact.phone, Contact.relation)
        .where(Contact.ended_ms.is_(None), Contact.other.is_(None))
        .order_by(Contact.position)
    )
    found: dict[str, SheetContact] = {}
    for resident, name, phone, relation in await session.execute(chosen):
        found.setdefault(resident, SheetContact(name or "", phone or "", relation))
    return found


async def _moved_households(session: AsyncSession) -> dict[str, int]:
    """When a household last moved as a whole, which is no change of its people's own rows."""
    chosen = (
        select(RecordChange.row_key, func.max(RecordAction.at_ms))
        .join(RecordAction, RecordAction.record_action == RecordChange.record_action)
        .where(
            RecordChange.row_table == "household",
            RecordChange.field == "place",
            RecordAction.kind.not_in([IMPORT, UNDO, FORGOTTEN]),
            RecordAction.undone_ms.is_(None),
        )
        .group_by(RecordChange.row_key)
    )
    return {json.loads(key)[0]: at_ms for key, at_ms in await session.execute(chosen)}


def _moved(
    household: str | None, resident: str, moved: Mapping[str, int], edited: Mapping[str, Mapping[Part, int]]
) -> dict[Part, int]:
    if household is None or household not in moved:
        return {}
    return {Part.FLAT: max(moved[household], edited.get(resident, {}).get(Part.FLAT, 0))}


async def _edited(session: AsyncSession) -> dict[str, dict[Part, int]]:
    """When a person last changed which part of whom by hand. Who was added by hand was so in all parts."""
    chosen = (
        select(RecordChange.resident, RecordChange.row_table, RecordChange.field, func.max(RecordAction.at_ms))
        .join(RecordAction, RecordAction.record_action == RecordChange.record_action)
        .where(
            RecordAction.kind.not_in([IMPORT, UNDO, FORGOTTEN]),
            RecordAction.undone_ms.is_(None),
            RecordChange.resident.is_not(None),
        )
        .group_by(RecordChange.resident, RecordChange.row_table, RecordChange.field)
    )
    found: defaultdict[str, dict[Part, int]] = defaultdict(dict)
    for resident, table, field, at_ms in await session.execute(chosen):
        parts = list(Part) if (table, field) == ("resident", ADDED) else []
        if (part := PARTS.get((table, field)) or WHOLE_TABLES.get(table)) is not None:
            parts.append(part)
        for part in parts:
            found[resident][part] = max(found[resident].get(part, 0), at_ms)
    return found
