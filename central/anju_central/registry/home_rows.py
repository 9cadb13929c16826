"""Households as the queries give them, read within a transaction that is open: where they are, and who lives there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.fields_by_purpose import Field
from anju_central.registry.tables import GroupMember, Household, Place, Resident, ResidentState, ResponderGroup
from anju_protos.roster_file import masked


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A household that has not ended: its flat ('' = not known), and the responder group that it is in, if any."""

    household: str
    place: int | None
    flat: str
    flat_key: str
    group: str | None
    group_zh: str
    group_en: str


@dataclass(frozen=True, slots=True)
class HomeMember:
    """Somebody who lives there. `name` is masked where the purpose sees none."""

    resident: str
    name: str
    is_head: bool
    birth_year: int | None


def flat_order(line: HomeLine) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
    """Sorts as people walk: building 2 before building 10, those without a flat last."""
    parts = line.flat_key.split("-") if line.flat_key else []
    walked = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
    return walked or ((2, 0, ""),), line.flat, line.household


async def homes_of(session: AsyncSession, community: str) -> list[HomeLine]:
    """Returns the households of a community that have not ended, in the order of their flats."""
    chosen = (
        select(
            Household.household,
            Household.place,
            Place.label,
            Place.flat_key,
            ResponderGroup.responder_group,
            ResponderGroup.label_zh,
            ResponderGroup.label_en,
        )
        .outerjoin(Place, Place.place == Household.place)
        .outerjoin(GroupMember, (GroupMember.household == Household.household) & GroupMember.to_ms.is_(None))
        .outerjoin(ResponderGroup, ResponderGroup.responder_group == GroupMember.responder_group)
        .where(Household.community == community, Household.ended_ms.is_(None))
    )
    lines = [
        HomeLine(household, place, label or "", key or "", group, group_zh or "", group_en or "")
        for household, place, label, key, group, group_zh, group_en in await session.execute(chosen)
    ]
    return sorted(lines, key=flat_order)


async def living_in(
    session: AsyncSession, households: Collection[str], fields: frozenset[Field]
) -> dict[str, tuple[HomeMember, ...]]:
    """Returns who lives in each household now, the head first."""
    chosen = (
        select(Resident)
        .where(Resident.household.in_(households), Resident.state == ResidentState.PRESENT)
        .order_by(Resident.is_head.desc(), Resident.born_on.is_(None), Resident.born_on, Resident.resident)
    )
    found: dict[str, tuple[HomeMember, ...]] = {}
    for row in await session.scalars(chosen):
        member = HomeMember(
            resident=row.resident,
            name=row.name if Field.NAME in fields else masked(row.name),
            is_head=row.is_head,
            birth_year=row.born_on.year if row.born_on is not None and Field.AGE in fields else None,
        )
        found[row.household or ""] = (*found.get(row.household or "", ()), member)
    return found
