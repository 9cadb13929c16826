"""Communities: the sites of the district."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.ids import check_id
from anju_central.registry.tables import Community


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A site. `roster_file` None: its roster is looked for in the data folder."""

    community: str
    name_zh: str
    name_en: str
    roster_file: str | None


async def list_communities(caller: Caller, registry: Registry) -> list[CommunityRow]:
    """Returns the caller's communities by id."""
    async with registry.read(caller) as session:
        rows = (await session.scalars(select(Community).order_by(Community.community))).all()
        return [CommunityRow(row.community, row.name_zh, row.name_en, row.roster_file) for row in rows]


async def add_community(
    caller: Caller, registry: Registry, community: str, name_zh: str, name_en: str, now_ms: int
) -> None:
    """Adds a site. Raises NotAnId, AlreadyThere, NotAllowed, OutOfScope."""
    caller.require(Right.MANAGE_BOXES)
    check_id(community)
    async with registry.write(caller) as session:
        if await session.get(Community, community) is not None:
            raise AlreadyThere("community", community)
        session.add(
            Community(community=community, name_zh=name_zh or community, name_en=name_en or community, made_ms=now_ms)
        )
        record(session, "community.add", community, community, now_ms)
