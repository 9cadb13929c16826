"""Responder groups as people see them: how many households, who leads, and what should be put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for, said
from anju_central.registry.home_rows import HomeLine, HomeMember, homes_of, living_in
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import NoIncident, NotThere
from anju_central.registry.person_rows import flats_of, phones_of
from anju_central.registry.tables import LookUpKind, Resident, ResidentState, ResponderGroup
from anju_protos.roster_file import masked

FEWEST: Final = 10  # households of a group (DOMAIN 0, 6995)
MOST: Final = 20
MAX_PAGE: Final = 200
SHOWN: Final = frozenset({Field.NAME, Field.FLAT, Field.PHONES, Field.GROUP})
HOMES_SHOWN: Final = SHOWN | {Field.AGE, Field.HOUSEHOLD}


class GroupWarning(StrEnum):
    """What somebody should put right."""

    FEW = "few"
    MANY = "many"
    NO_LEADER = "no-leader"
    LEADER_DIED = "leader-died"
    LEADER_LEFT = "leader-left"
    LEADER_ELSEWHERE = "leader-elsewhere"  # lives in a household that is not of the group


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads a group. `name` is masked where the purpose sees none."""

    resident: str
    state: ResidentState
    name: str
    flat: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group, with how many households and people are in it. `warnings`: what should be put right."""

    group: str
    community: str
    label_zh: str
    label_en: str
    households: int
    people: int
    leader: Leader | None
    warnings: tuple[GroupWarning, ...]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A page of groups by name: `found` there are. `without_group` households are in none, of `households` in all.

    `with_warning` groups of all should be looked at; `fewest` and `most` households belong in one.
    """

    groups: tuple[GroupRow, ...]
    found: int
    with_warning: int
    households: int
    without_group: int
    fewest: int = FEWEST
    most: int = MOST


@dataclass(frozen=True, slots=True)
class GroupHome:
    """A household of a group, and who lives there."""

    household: str
    flat: str
    members: tuple[HomeMember, ...]


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """A group with its households in the order of their flats."""

    row: GroupRow
    homes: tuple[GroupHome, ...]


async def list_groups(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    community: str,
    *,
    offset: int = 0,
    limit: int = 50,
    with_warning: bool = False,
) -> GroupPage:
    """Returns a page of a community's groups; `with_warning` those that should be looked at.

    Not for emergencies: an incident names its own. Raises NotAllowed, PurposeRefused, NoIncident, NotLogged.
    """
    fields = _fields(caller)
    async with registry.read(caller) as session:
        rows, lines = await _groups_of(session, community, fields)
    warned = [row for row in rows if row.warnings]
    chosen = warned if with_warning else rows
    page = tuple(chosen[offset : offset + min(limit, MAX_PAGE)])
    people = frozenset((row.leader.resident, community) for row in page if row.leader is not None)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, said(fields & SHOWN)))
    without = sum(line.group is None for line in lines)
    return GroupPage(page, len(chosen), len(warned), len(lines), without)


async def group_detail(caller: Caller, registry: Registry, log: LookUpLog, group: str) -> GroupDetail:
    """Returns a group with its households. Raises NotAllowed, PurposeRefused, NoIncident, NotThere, NotLogged."""
    fields = _fields(caller)
    async with registry.read(caller) as session:
        known = await session.get(ResponderGroup, group)
        if known is None or known.ended_ms is not None:
            raise NotThere("group", group)
        rows, lines = await _groups_of(session, known.community, fields)
        row = next(row for row in rows if row.group == group)
        mine = [line for line in lines if line.group == group]
        living = await living_in(session, [line.household for line in mine], fields)
    homes = tuple(GroupHome(line.household, line.flat, living.get(line.household, ())) for line in mine)
    shown = {member.resident for home in homes for member in home.members}
    shown |= {row.leader.resident} if row.leader is not None else set()
    people = frozenset((resident, row.community) for resident in shown)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, said(fields & HOMES_SHOWN)))
    return GroupDetail(row, homes)


def _fields(caller: Caller) -> frozenset[Field]:
    """Raises NotAllowed, PurposeRefused, NoIncident."""
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    if Field.GROUP not in fields:
        raise PurposeRefused(caller.role, caller.purpose)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident
    return fields


async def _groups_of(
    session: AsyncSession, community: str, fields: frozenset[Field]
) -> tuple[list[GroupRow], list[HomeLine]]:
    """All groups of a community by name, and its households."""
    chosen = select(ResponderGroup).where(ResponderGroup.community == community, ResponderGroup.ended_ms.is_(None))
    groups = (await session.scalars(chosen)).all()
    lines = await homes_of(session, community)
    living = (
        select(Resident.household, func.count())
        .where(Resident.community == community, Resident.state == ResidentState.PRESENT)
        .group_by(Resident.household)
    )
    people = {household or "": count for household, count in await session.execute(living)}
    leaders = await _leaders(session, groups, fields)
    by_group: dict[str, list[str]] = {}
    for line in lines:
        by_group.setdefault(line.group or "", []).append(line.household)
    rows = []
    for row in groups:
        homes = by_group.get(row.responder_group, [])
        found = leaders.get(row.leader or "")
        rows.append(
            GroupRow(
                group=row.responder_group,
                community=community,
                label_zh=row.label_zh,
                label_en=row.label_en,
                households=len(homes),
                people=sum(people.get(home, 0) for home in homes),
                leader=found[0] if found is not None else None,
                warnings=_warnings(len(homes), found, homes),
            )
        )
    return sorted(rows, key=lambda row: _by_number(row.label_zh, row.group)), lines


async def _leaders(
    session: AsyncSession, groups: Sequence[ResponderGroup], fields: frozenset[Field]
) -> Mapping[str, tuple[Leader, str | None]]:
    """Leaders by resident, each with the household where they live."""
    named = {row.leader for row in groups if row.leader is not None}
    rows = (await session.scalars(select(Resident).where(Resident.resident.in_(named)))).all()
    flats = await flats_of(session, rows)
    phones = await phones_of(session, named) if Field.PHONES in fields else {}
    return {
        row.resident: (
            Leader(
                resident=row.resident,
                state=row.state,
                name=row.name if Field.NAME in fields else masked(row.name),
                flat=flats.get(row.resident, ""),
                phones=phones.get(row.resident, ()),
            ),
            row.household,
        )
        for row in rows
    }


def _warnings(count: int, found: tuple[Leader, str | None] | None, homes: Sequence[str]) -> tuple[GroupWarning, ...]:
    warnings = []
    if count < FEWEST:
        warnings.append(GroupWarning.FEW)
    if count > MOST:
        warnings.append(GroupWarning.MANY)
    if found is None:
        warnings.append(GroupWarning.NO_LEADER)
    elif found[0].state is ResidentState.DIED:
        warnings.append(GroupWarning.LEADER_DIED)
    elif found[0].state is not ResidentState.PRESENT:
        warnings.append(GroupWarning.LEADER_LEFT)
    elif found[1] not in homes:
        warnings.append(GroupWarning.LEADER_ELSEWHERE)
    return tuple(warnings)


def _by_number(label: str, group: str) -> tuple[int, str, str]:
    """The 2nd group comes before the 10th."""
    digits = "".join(sign for sign in label if sign.isdecimal())
    return int(digits[:9] or "0"), label, group
