"""Flats and households, found or made within a change that is open."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import ChangeSet
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.han_text import folded
from anju_central.registry.ids import new_id
from anju_central.registry.people_errors import BadValue, NotThere
from anju_central.registry.tables import GroupMember, Household, Place, PlaceKind, Resident, ResidentState

MAX_LABEL_CHARS = 200
MAX_NAME_CHARS = 40


async def flat_of(session: AsyncSession, changes: ChangeSet, community: str, label: str, now_ms: int) -> Place:
    """Returns the flat of a label, made if it is not there: another way to write the same numbers is the same flat.

    Raises BadValue.
    """
    plain = folded(label)
    if not plain or len(plain) > MAX_LABEL_CHARS:
        raise BadValue("flat", "write building, unit and number, for example 3栋1单元502")
    key = flat_key(plain)
    same = Place.flat_key == key if key else Place.label == plain
    chosen = select(Place).where(Place.community == community, same, Place.ended_ms.is_(None)).order_by(Place.place)
    found = (await session.scalars(chosen)).first()
    if found is not None:
        return found
    name = key.rpartition("-")[2] or plain
    place = Place(
        community=community, kind=PlaceKind.FLAT, name=name[:MAX_NAME_CHARS], label=plain, flat_key=key, made_ms=now_ms
    )
    await changes.add(place)
    return place


async def household_at(
    session: AsyncSession, changes: ChangeSet, community: str, place: int, now_ms: int, *, of_its_own: bool = False
) -> Household:
    """Returns the household of a flat, made if there is none; `of_its_own`: another one beside those that are there."""
    if not of_its_own:
        chosen = (
            select(Household)
            .where(Household.community == community, Household.place == place, Household.ended_ms.is_(None))
            .order_by(Household.made_ms, Household.household)
        )
        found = (await session.scalars(chosen)).first()
        if found is not None:
            return found
    household = Household(household=new_id("h"), community=community, place=place, made_ms=now_ms)
    await changes.add(household)
    return household


async def known_household(session: AsyncSession, household: str, *, lock: bool = False) -> Household:
    """Returns the row. Raises NotThere."""
    row = await session.get(Household, household, with_for_update=lock)
    if row is None:
        raise NotThere("household", household)
    return row


async def leave_household(session: AsyncSession, changes: ChangeSet, household: str | None, now_ms: int) -> None:
    """Ends a household in which nobody lives any more, and its place in a group."""
    if household is None:
        return
    await changes.flush()
    living = select(Resident.resident).where(Resident.household == household, Resident.state == ResidentState.PRESENT)
    row = await session.get(Household, household)
    if row is None or row.ended_ms is not None or (await session.scalars(living)).first() is not None:
        return
    changes.set(row, ended_ms=now_ms)
    member = select(GroupMember).where(GroupMember.household == household, GroupMember.to_ms.is_(None))
    for membership in await session.scalars(member):
        changes.set(membership, to_ms=max(now_ms, membership.from_ms))
