"""Communities with how many live there, and what each is called and in which time zone it is. Names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import RIGHTS, Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.han_text import folded
from anju_central.registry.people_errors import BadValue
from anju_central.registry.profiles import TIME_ZONE, profile_of
from anju_central.registry.rows import OUT, known_community
from anju_central.registry.tables import (
    Box,
    Community,
    CommunityProfile,
    Device,
    DeviceKind,
    GroupMember,
    Household,
    Resident,
    ResidentState,
    ResponderGroup,
    RosterRevision,
)

NAME_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class CommunityOverview:
    """A community. `revision` None: its boxes get their roster from a file. Counts are of what is there now."""

    community: str
    name_zh: str
    name_en: str
    time_zone: str
    people: int
    households: int
    without_group: int
    groups: int
    bands: int
    boxes: int
    revision: int | None


@dataclass(frozen=True, slots=True)
class CommunityDone:
    """What was done: the action's number, by which it is undone."""

    action: int
    community: str


async def list_communities_counted(caller: Caller, registry: Registry) -> list[CommunityOverview]:
    """Returns the caller's communities by name. Raises NotAllowed."""
    if Right.SEE_BOXES not in RIGHTS[caller.role]:
        caller.require(Right.SEE_PEOPLE)
    async with registry.read(caller) as session:
        rows = (await session.scalars(select(Community))).all()
        zones = {row.community: row.time_zone for row in await session.scalars(select(CommunityProfile))}
        revisions = {row.community: row.revision for row in await session.scalars(select(RosterRevision))}
        people = await _counted(session, _count(Resident).where(Resident.state == ResidentState.PRESENT))
        households = await _counted(session, _count(Household).where(Household.ended_ms.is_(None)))
        grouped = await _counted(session, _count(GroupMember).where(GroupMember.to_ms.is_(None)))
        groups = await _counted(session, _count(ResponderGroup).where(ResponderGroup.ended_ms.is_(None)))
        bands = await _counted(
            session, _count(Device).where(Device.kind == DeviceKind.BAND, Device.retired_ms.is_(None))
        )
        boxes = await _counted(session, _count(Box).where(Box.state.not_in(sorted(OUT))))
    found = [
        CommunityOverview(
            community=row.community,
            name_zh=row.name_zh,
            name_en=row.name_en,
            time_zone=zones.get(row.community, TIME_ZONE),
            people=people.get(row.community, 0),
            households=households.get(row.community, 0),
            without_group=max(households.get(row.community, 0) - grouped.get(row.community, 0), 0),
            groups=groups.get(row.community, 0),
            bands=bands.get(row.community, 0),
            boxes=boxes.get(row.community, 0),
            revision=revisions.get(row.community),
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: (row.name_zh, row.community))


async def name_community(
    caller: Caller, registry: Registry, community: str, name_zh: str, name_en: str, time_zone: str, now_ms: int
) -> CommunityDone:
    """Says how a community is called and in which time zone it is.

    Raises NotAllowed, UnknownCommunity, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    zh, en = folded(name_zh), folded(name_en)
    if not zh or max(len(zh), len(en)) > NAME_CHARS:
        raise BadValue("name_zh", f"a community's name has 1 to {NAME_CHARS} characters")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadValue("time_zone", "is no IANA time zone, for example Asia/Shanghai") from error
    async with registry.write(caller) as session:
        row = await known_community(session, community)
        changes = await ChangeSet.begin(session, "community-named", community, now_ms)
        changes.set(row, name_zh=zh, name_en=en or zh)
        changes.set(await profile_of(session, community, now_ms), time_zone=time_zone)
        await changes.finish()
        return CommunityDone(changes.number, community)


def _count(table: Any) -> Select[tuple[str, int]]:  # Any: each has a column `community`
    return select(table.community, func.count()).group_by(table.community)


async def _counted(session: AsyncSession, chosen: Select[tuple[str, int]]) -> Mapping[str, int]:
    return dict((await session.execute(chosen)).tuples().all())
