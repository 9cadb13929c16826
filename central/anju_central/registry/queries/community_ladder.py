"""Who rings when in a community: a ladder as it would run with the phones that are known, before it is saved.

Counts and labels of groups alone: nobody's number leaves the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right, Role
from anju_central.registry.database import Registry
from anju_central.registry.people_errors import BadValue
from anju_central.registry.rows import known_community
from anju_central.registry.tables import (
    Account,
    CommunitySetting,
    GroupMember,
    Resident,
    ResidentPhone,
    ResidentState,
    ResponderGroup,
    Staff,
)
from anju_protos.ladder.roster import WRITTEN
from anju_protos.ladder.steps import DEFAULT_LADDERS, LADDER_PRIORITIES, Ladder, LadderError, Target, parse_ladder
from anju_protos.ladder.who_rings import GroupPhones, LadderFault, People, RungStep, who_rings_when

LADDER_KEYS: Final = tuple(WRITTEN + name for name in LADDER_PRIORITIES)
GRID_WORDS: Final = ("网格", "grid")  # in the post of whoever looks after some buildings
HUB_SENDS: Final = False  # no gateway of the hub itself; whether a box has a modem it says itself


@dataclass(frozen=True, slots=True)
class LadderDryRun:
    """A ladder as it would run. `wrong` '' where the text is one, else a `Wrong` with step and word from 1, 0 = whole.

    `is_default`: nothing is set, boxes go by what they bring along.
    """

    key: str
    value: str
    is_default: bool
    wrong: str
    wrong_step: int
    wrong_word: int
    steps: tuple[RungStep, ...]
    faults: tuple[LadderFault, ...]


async def ladder_dry_run(
    caller: Caller, registry: Registry, community: str, key: str, value: str | None
) -> LadderDryRun:
    """Returns what `value` would do, None: what is set. Raises NotAllowed, UnknownCommunity, BadValue."""
    caller.require(Right.SEE_BOXES)
    if key not in LADDER_KEYS:
        raise BadValue("key", f"must be {' or '.join(LADDER_KEYS)}")
    async with registry.read(caller) as session:
        await known_community(session, community)
        if value is None:
            row = await session.get(CommunitySetting, (community, key))
            value = row.value if row is not None else ""
        people = await phones_known(session, community)
    text = value.strip()
    is_default = not text
    try:
        ladder = _default(key) if is_default else parse_ladder(text)
    except LadderError as error:
        return LadderDryRun(key, text, is_default, error.wrong, error.step, error.word, (), ())
    found = who_rings_when(ladder, people)
    return LadderDryRun(key, str(ladder), is_default, "", 0, 0, found.steps, found.faults)


async def ladder_fault(session: AsyncSession, community: str, value: str) -> str:
    """Returns why a ladder that can be read is not saved, '' where it would reach people."""
    found = who_rings_when(parse_ladder(value), await phones_known(session, community))
    return "; ".join(fault.text for fault in found.faults)


def _default(key: str) -> Ladder:
    return DEFAULT_LADDERS[LADDER_PRIORITIES[key.removeprefix(WRITTEN)]]


async def phones_known(session: AsyncSession, community: str) -> People:
    """Returns how many phones there are of whom."""
    return People(await _groups(session, community), await _staff(session, community), None, HUB_SENDS)


async def _groups(session: AsyncSession, community: str) -> tuple[GroupPhones, ...]:
    with_phone = (
        select(Resident.resident, Resident.household, func.count(ResidentPhone.phone).label("phones"))
        .join(ResidentPhone, ResidentPhone.resident == Resident.resident)
        .where(
            Resident.community == community,
            Resident.state == ResidentState.PRESENT,
            ResidentPhone.ended_ms.is_(None),
        )
        .group_by(Resident.resident, Resident.household)
        .subquery()
    )
    members = (
        select(GroupMember.responder_group, func.count(with_phone.c.resident))
        .join(with_phone, with_phone.c.household == GroupMember.household)
        .where(GroupMember.community == community, GroupMember.to_ms.is_(None))
        .group_by(GroupMember.responder_group)
    )
    phones = dict((await session.execute(members)).tuples().all())
    reachable = set(await session.scalars(select(with_phone.c.resident)))
    chosen = select(ResponderGroup).where(ResponderGroup.community == community, ResponderGroup.ended_ms.is_(None))
    return tuple(
        GroupPhones(row.label_zh, phones.get(row.responder_group, 0), int(row.leader in reachable))
        for row in sorted(await session.scalars(chosen), key=lambda row: row.label_zh)
    )


async def _staff(session: AsyncSession, community: str) -> dict[str, int]:
    """Phones of those who work here, by post and by the role of their account."""
    chosen = (
        select(Staff.phone, Staff.post, Account.role)
        .outerjoin(Account, (Account.account == Staff.account) & Account.disabled_ms.is_(None))
        .where(Staff.community == community, Staff.ended_ms.is_(None), Staff.phone.is_not(None), Staff.phone != "")
    )
    grid_workers: set[str] = set()
    by_role: dict[Role, set[str]] = {Role.OPERATOR: set(), Role.SUPERVISOR: set()}
    for phone, post, role in (await session.execute(chosen)).tuples():
        if any(word in post.lower() for word in GRID_WORDS):
            grid_workers.add(phone or "")
        if role in by_role:
            by_role[role].add(phone or "")
    operators = len(by_role[Role.OPERATOR])
    return {
        Target.GRID_WORKER: len(grid_workers),
        Target.OPERATOR: min(operators, 1),
        Target.SECOND_OPERATOR: int(operators > 1),
        Target.SUPERVISOR: len(by_role[Role.SUPERVISOR]),
    }
