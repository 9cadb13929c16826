"""Responder groups and who is in them, within a change that is open."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.people_errors import NotInThatState, NotThere
from anju_central.registry.tables import GroupMember, ResponderGroup


async def open_membership(session: AsyncSession, household: str) -> GroupMember | None:
    """Returns in which group a household is now."""
    chosen = select(GroupMember).where(GroupMember.household == household, GroupMember.to_ms.is_(None))
    return (await session.scalars(chosen)).first()


async def known_group(session: AsyncSession, group: str, asked: str) -> ResponderGroup:
    """Returns the row of a group that has not ended, locked. Raises NotThere, NotInThatState."""
    row = await session.get(ResponderGroup, group, with_for_update=True)
    if row is None:
        raise NotThere("group", group)
    if row.ended_ms is not None:
        raise NotInThatState("group", "ended", asked)
    return row
