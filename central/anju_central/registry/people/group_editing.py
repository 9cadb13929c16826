"""What changes responder groups: made, named, ended, households in and out, a leader. Each is one action, undone whole.

A household is in one group at a time: one that is in another goes over only where the caller knows that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.group_changes import known_group, open_membership
from anju_central.registry.han_text import folded
from anju_central.registry.homes import known_household
from anju_central.registry.ids import new_id
from anju_central.registry.people_errors import BadValue, GroupedAlready, NotInThatState, NotThere
from anju_central.registry.person_rows import known_resident
from anju_central.registry.rows import known_community
from anju_central.registry.tables import GroupMember, Resident, ResponderGroup
from anju_central.registry.worn import is_here

LABEL_CHARS: Final = 40
MOST_AT_ONCE: Final = 200  # households of one action


@dataclass(frozen=True, slots=True)
class GroupDone:
    """What was done: the action's number, by which it is undone, and the group."""

    action: int
    group: str


async def make_group(
    caller: Caller,
    registry: Registry,
    community: str,
    label_zh: str,
    label_en: str,
    households: Sequence[str],
    leader: str | None,
    now_ms: int,
) -> GroupDone:
    """Makes a group of households that are in none.

    Raises NotAllowed, UnknownCommunity, BadValue, AlreadyThere, NotThere, NotInThatState, GroupedAlready,
    UnknownResident.
    """
    caller.require(Right.MANAGE_PEOPLE)
    zh, en = _label(label_zh), _label(label_en, is_needed=False)
    try:
        async with registry.write(caller) as session:
            await known_community(session, community)
            changes = await ChangeSet.begin(session, "group-made", community, now_ms)
            group = ResponderGroup(
                responder_group=new_id("g"), community=community, label_zh=zh, label_en=en, made_ms=now_ms
            )
            await changes.add(group)
            await _put_in(session, changes, group, households, now_ms, may_go_over=False)
            if leader is not None:
                await _choose(session, changes, group, await known_resident(session, leader))
            await changes.finish()
            return GroupDone(changes.number, group.responder_group)
    except IntegrityError as error:
        raise AlreadyThere("group", zh) from error


async def name_group(
    caller: Caller, registry: Registry, group: str, label_zh: str, label_en: str, now_ms: int
) -> GroupDone:
    """Gives a group another name. Raises NotAllowed, NotThere, NotInThatState, BadValue, AlreadyThere."""
    caller.require(Right.MANAGE_PEOPLE)
    zh, en = _label(label_zh), _label(label_en, is_needed=False)
    try:
        async with registry.write(caller) as session:
            row = await known_group(session, group, "get a name")
            changes = await ChangeSet.begin(session, "group-named", row.community, now_ms)
            changes.set(row, label_zh=zh, label_en=en)
            await changes.finish()
            return GroupDone(changes.number, group)
    except IntegrityError as error:
        raise AlreadyThere("group", zh) from error


async def end_group(caller: Caller, registry: Registry, group: str, now_ms: int) -> GroupDone:
    """A group is no more; its households are in none. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_group(session, group, "end")
        changes = await ChangeSet.begin(session, "group-ended", row.community, now_ms)
        members = select(GroupMember).where(GroupMember.responder_group == group, GroupMember.to_ms.is_(None))
        for member in (await session.scalars(members)).all():
            changes.set(member, to_ms=max(now_ms, member.from_ms))
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return GroupDone(changes.number, group)


async def put_into_group(
    caller: Caller,
    registry: Registry,
    group: str,
    households: Sequence[str],
    now_ms: int,
    *,
    may_go_over: bool = False,
) -> GroupDone:
    """Puts households into a group. `may_go_over`: those of another group leave that one for it.

    Raises NotAllowed, NotThere, NotInThatState, BadValue, GroupedAlready.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_group(session, group, "take anybody in")
        changes = await ChangeSet.begin(session, "group-joined", row.community, now_ms)
        await _put_in(session, changes, row, _few(households), now_ms, may_go_over=may_go_over)
        await changes.finish()
        return GroupDone(changes.number, group)


async def take_out_of_group(
    caller: Caller, registry: Registry, group: str, households: Sequence[str], now_ms: int
) -> GroupDone:
    """Takes households out of a group; they are in none then.

    Raises NotAllowed, NotThere, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_group(session, group, "let anybody go")
        changes = await ChangeSet.begin(session, "group-left", row.community, now_ms)
        for household in _few(households):
            member = await open_membership(session, household)
            if member is None or member.responder_group != group:
                raise NotThere("household of this group", household)
            changes.set(member, to_ms=max(now_ms, member.from_ms))
        await changes.finish()
        return GroupDone(changes.number, group)


async def choose_leader(caller: Caller, registry: Registry, group: str, leader: str | None, now_ms: int) -> GroupDone:
    """Makes one who lives in a household of the group its leader; None: it has none.

    Raises NotAllowed, NotThere, NotInThatState, UnknownResident, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_group(session, group, "get a leader")
        person = await known_resident(session, leader) if leader is not None else None
        about = person.resident if person is not None else row.leader
        changes = await ChangeSet.begin(session, "group-leader", row.community, now_ms, resident=about)
        if person is None:
            changes.set(row, leader=None)
        else:
            await _choose(session, changes, row, person)
        await changes.finish()
        return GroupDone(changes.number, group)


async def _put_in(
    session: AsyncSession,
    changes: ChangeSet,
    group: ResponderGroup,
    households: Sequence[str],
    now_ms: int,
    *,
    may_go_over: bool,
) -> None:
    fresh = []
    for household in _few(households, is_needed=False):
        home = await known_household(session, household, lock=True)
        if home.community != group.community:
            raise NotThere("household", household)
        if home.ended_ms is not None:
            raise NotInThatState("household", "ended", "be in a group")
        member = await open_membership(session, household)
        if member is not None and member.responder_group == group.responder_group:
            continue
        if member is not None:
            if not may_go_over:
                other = await session.get_one(ResponderGroup, member.responder_group)
                raise GroupedAlready(household, other.responder_group, other.label_zh)
            changes.set(member, to_ms=max(now_ms, member.from_ms))
        fresh.append(
            GroupMember(
                community=group.community,
                responder_group=group.responder_group,
                household=household,
                from_ms=now_ms,
            )
        )
    await changes.add(*fresh)


async def _choose(session: AsyncSession, changes: ChangeSet, group: ResponderGroup, person: Resident) -> None:
    """Raises BadValue."""
    member = await open_membership(session, person.household) if person.household is not None else None
    if not is_here(person) or member is None or member.responder_group != group.responder_group:
        raise BadValue("leader", "the leader is somebody who lives in a household of this group: put it in first")
    changes.set(group, leader=person.resident)


def _few(households: Sequence[str], *, is_needed: bool = True) -> list[str]:
    """Each once, in an order in which all lock them. Raises BadValue."""
    named = sorted(set(households))
    if (is_needed and not named) or len(named) > MOST_AT_ONCE:
        raise BadValue("households", f"name 1 to {MOST_AT_ONCE} households")
    return named


def _label(label: str, *, is_needed: bool = True) -> str:
    plain = folded(label)
    if (is_needed and not plain) or len(plain) > LABEL_CHARS:
        raise BadValue("label", f"a group's name has 1 to {LABEL_CHARS} characters, for example 3栋互助组")
    return plain
