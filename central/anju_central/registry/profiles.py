"""A community's profile within a change that is open: its time zone, and the key of its token hashes."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.tables import CommunityProfile
from anju_central.registry.tables.community_data import SALT_BYTES

TIME_ZONE: Final = "Asia/Shanghai"  # where nobody said another


async def profile_of(session: AsyncSession, community: str, now_ms: int) -> CommunityProfile:
    """Returns the row, locked, made where there is none.

    It is made past the change: an undo that took the key away would leave every card that was given since unknown.
    """
    row = await session.get(CommunityProfile, community, with_for_update=True)
    if row is None:
        salt = secrets.token_bytes(SALT_BYTES)
        row = CommunityProfile(community=community, time_zone=TIME_ZONE, token_salt=salt, changed_ms=now_ms)
        session.add(row)
        await session.flush()
    return row
