"""Whether somebody lives in the district by two records, within a transaction that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.tables import Household, Resident, ResidentState


@dataclass(frozen=True, slots=True)
class Double:
    """Another record of somebody."""

    resident: str
    community: str


async def double_of(session: AsyncSession, people: Sequence[Resident]) -> Double | None:
    """Returns another record that lives somewhere and is one of these people; in any community, also of others.

    The same by a move from the one record, by the ID number, or where one of them has none by name with birth date or
    flat. Past the session's scope: whoever asks shows of another community no more than that there is one.
    """
    if not people:
        return None
    mine = {row.resident for row in people}
    hashes = [row.id_number_hash for row in people if row.id_number_hash is not None]
    connection = await session.connection()
    there = select(Resident.resident, Resident.community).where(
        Resident.state == ResidentState.PRESENT, Resident.resident.not_in(mine)
    )
    known = or_(Resident.came_from.in_(mine), Resident.id_number_hash.in_(hashes))
    found = (await connection.execute(there.where(known).limit(1))).first()
    if found is not None:
        return Double(found.resident, found.community)
    return await _by_looks(session, people, mine)


async def _by_looks(session: AsyncSession, people: Sequence[Resident], mine: set[str]) -> Double | None:
    by_name: defaultdict[tuple[str, str], list[Resident]] = defaultdict(list)
    for row in people:
        by_name[row.community, row.name].append(row)
    chosen = select(Resident).where(
        Resident.state == ResidentState.PRESENT,
        Resident.community.in_({row.community for row in people}),
        Resident.name.in_({row.name for row in people}),
        Resident.resident.not_in(mine),
    )
    for other in await session.scalars(chosen):
        for row in by_name.get((other.community, other.name), ()):
            if None not in (row.id_number_hash, other.id_number_hash):
                continue  # two numbers, two people: the same one was found above
            if row.born_on is not None and other.born_on is not None:
                if row.born_on == other.born_on:
                    return Double(other.resident, other.community)
            elif row.household is not None and await _flat(session, row) == await _flat(session, other):
                return Double(other.resident, other.community)
    return None


async def _flat(session: AsyncSession, row: Resident) -> int | None:
    if row.household is None:
        return None
    home = await session.get(Household, row.household)
    return home.place if home is not None else None
