"""The people of a community as rows of a list, read within a transaction that is open: only the fields asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.exports.sheet_out import Out
from anju_central.registry.fields_by_purpose import Field
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.person_rows import flats_of
from anju_central.registry.tables import (
    Binding,
    BirthExactness,
    Contact,
    Device,
    GroupMember,
    Resident,
    ResidentPhone,
    ResidentState,
    ResponderGroup,
    Sex,
)
from anju_protos.roster_file import masked

MANY = 500  # households of one statement
SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}
BIRTH_CHARS = {BirthExactness.MONTH: 7, BirthExactness.YEAR: 4, BirthExactness.ABOUT: 4}


async def read_list(
    session: AsyncSession, community: str, fields: Sequence[Field], numbers: IdNumbers
) -> list[tuple[str, list[Out]]]:
    """Returns (resident, values in the order of `fields`) of everybody who lives there, by flat and name.

    Raises SecretsUnavailable.
    """
    chosen = select(Resident).where(Resident.community == community, Resident.state == ResidentState.PRESENT)
    people = (await session.scalars(chosen)).all()
    flats: dict[str, str] = {}
    for start in range(0, len(people), MANY):
        flats |= await flats_of(session, people[start : start + MANY])
    by_field: dict[Field, dict[str, str]] = {Field.FLAT: flats}
    if Field.PHONES in fields:
        by_field[Field.PHONES] = await _phones(session, community)
    if Field.CONTACTS in fields:
        by_field[Field.CONTACTS] = await _contacts(session, community, people)
    if Field.BANDS in fields:
        by_field[Field.BANDS] = await _bands(session, community)
    if Field.GROUP in fields:
        groups = await _groups(session, community)
        by_field[Field.GROUP] = {row.resident: groups.get(row.household or "", "") for row in people}
    people = sorted(people, key=lambda row: (_by_number(flats.get(row.resident, "")), row.name, row.resident))
    return [(row.resident, [_value(row, field, by_field, fields, numbers) for field in fields]) for row in people]


def _value(
    row: Resident,
    field: Field,
    by_field: dict[Field, dict[str, str]],
    fields: Sequence[Field],
    numbers: IdNumbers,
) -> Out:
    if field in by_field:
        return by_field[field].get(row.resident, "")
    match field:
        case Field.NAME:
            return row.name if Field.NAME in fields else masked(row.name)
        case Field.SEX:
            return SEXES[row.sex] if row.sex is not None else None
        case Field.AGE:
            return row.born_on.year if row.born_on is not None else None
        case Field.BIRTH:
            if row.born_on is None or row.birth_exactness in (None, BirthExactness.DAY):
                return row.born_on
            return row.born_on.isoformat()[: BIRTH_CHARS[row.birth_exactness]]
        case Field.ID_NUMBER:
            return numbers.masked(row.id_number, row.resident) if row.id_number is not None else None
        case Field.ARCHIVE_NO:
            return row.archive_no
        case Field.HOUSEHOLD:
            return "是" if row.is_head else None
        case _:
            raise ValueError(field)  # `columns.COLUMNS` has no other


def _by_number(label: str) -> list[tuple[int, str]]:
    """Sorts 2栋 before 10栋."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,9})", label) if part]


async def _phones(session: AsyncSession, community: str) -> dict[str, str]:
    chosen = (
        select(ResidentPhone.resident, ResidentPhone.phone)
        .where(ResidentPhone.community == community, ResidentPhone.ended_ms.is_(None))
        .order_by(ResidentPhone.position, ResidentPhone.resident_phone)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for resident, phone in await session.execute(chosen):
        found[resident].append(phone)
    return {resident: "、".join(phones) for resident, phones in found.items()}


async def _contacts(session: AsyncSession, community: str, people: Sequence[Resident]) -> dict[str, str]:
    names = {row.resident: row.name for row in people}
    chosen = (
        select(Contact.resident, Contact.relation, Contact.other, Contact.name, Contact.phone)
        .where(Contact.community == community, Contact.ended_ms.is_(None))
        .order_by(Contact.position)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for resident, relation, other, name, phone in await session.execute(chosen):
        who = names.get(other or "", "") if other is not None else name or ""
        found[resident].append(" ".join(filter(None, (relation, who, phone))))
    return {resident: "；".join(contacts) for resident, contacts in found.items()}


async def _bands(session: AsyncSession, community: str) -> dict[str, str]:
    chosen = (
        select(Binding.resident, Device.number, Device.key)
        .join(Device, Device.device == Binding.device)
        .where(Binding.community == community, Binding.to_ms.is_(None), Binding.resident.is_not(None))
        .order_by(Binding.from_ms)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for resident, number, key in await session.execute(chosen):
        found[resident].append(number or key)
    return {resident: "、".join(bands) for resident, bands in found.items()}


async def _groups(session: AsyncSession, community: str) -> dict[str, str]:
    """The group of each household."""
    chosen = (
        select(GroupMember.household, ResponderGroup.label_zh)
        .join(ResponderGroup, ResponderGroup.responder_group == GroupMember.responder_group)
        .where(GroupMember.community == community, GroupMember.to_ms.is_(None))
    )
    return {household: label for household, label in await session.execute(chosen)}  # noqa: C416 - rows are no tuples
