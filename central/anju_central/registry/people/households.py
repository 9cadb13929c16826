"""Who lives together: the households of a community, and what changes them. Each change is one action, undone whole.

A household that comes out of another in the same flat stays in its responder group: who comes for somebody does not
change because the kitchen was divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for, said
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.group_changes import open_membership
from anju_central.registry.han_text import folded
from anju_central.registry.home_rows import HomeLine, HomeMember, homes_of, living_in
from anju_central.registry.homes import flat_of, known_household, leave_household
from anju_central.registry.ids import new_id
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import BadValue, NoIncident, NotInThatState
from anju_central.registry.person_rows import known_resident
from anju_central.registry.tables import GroupMember, Household, LookUpKind, Resident, ResidentState
from anju_central.registry.worn import is_here

MAX_PAGE: Final = 200
MOST_AT_ONCE: Final = 50  # people of one action
SHOWN: Final = frozenset({Field.NAME, Field.FLAT, Field.AGE, Field.HOUSEHOLD, Field.GROUP})


class HomeFilter(StrEnum):
    """Which households a list is of."""

    ALL = "all"
    NO_GROUP = "no-group"
    NO_HEAD = "no-head"
    ALONE = "alone"  # one person lives there


class HomeWarning(StrEnum):
    """What somebody should put right."""

    NO_GROUP = "no-group"  # nobody comes for them
    NO_HEAD = "no-head"
    TWO_HEADS = "two-heads"
    NO_FLAT = "no-flat"


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household, who lives there, the head first, and what should be put right."""

    household: str
    community: str
    place: int | None
    flat: str
    group: str | None
    group_zh: str
    group_en: str
    members: tuple[HomeMember, ...]
    warnings: tuple[HomeWarning, ...]


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A page of households by flat. `found` fit the filter, `all_of_them` there are; `without_group` are in none.

    `without_home` people live in no household.
    """

    households: tuple[HouseholdRow, ...]
    found: int
    all_of_them: int
    without_group: int
    without_home: int


@dataclass(frozen=True, slots=True)
class HomeDone:
    """What was done: the action's number, by which it is undone, and the household."""

    action: int
    household: str


async def list_households(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    community: str,
    *,
    only: HomeFilter = HomeFilter.ALL,
    text: str = "",
    offset: int = 0,
    limit: int = 50,
) -> HouseholdPage:
    """Returns a page of a community's households in the order of their flats, of those whose flat begins with `text`.

    Not for emergencies: nobody goes through a list in one. Raises NotAllowed, PurposeRefused, NoIncident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    if Field.HOUSEHOLD not in fields:
        raise PurposeRefused(caller.role, caller.purpose)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident
    async with registry.read(caller) as session:
        lines = await homes_of(session, community)
        counts = await _counts(session, community)
        chosen = [line for line in lines if _fits(line, counts.get(line.household, (0, 0)), only, text)]
        page = chosen[offset : offset + min(limit, MAX_PAGE)]
        living = await living_in(session, [line.household for line in page], fields)
        homeless = await session.scalar(
            select(func.count())
            .select_from(Resident)
            .where(
                Resident.community == community,
                Resident.state == ResidentState.PRESENT,
                Resident.household.is_(None),
            )
        )
    rows = tuple(_row(line, community, living.get(line.household, ())) for line in page)
    people = frozenset((member.resident, community) for row in rows for member in row.members)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, said(fields & SHOWN)))
    return HouseholdPage(rows, len(chosen), len(lines), sum(line.group is None for line in lines), homeless or 0)


async def _counts(session: AsyncSession, community: str) -> dict[str, tuple[int, int]]:
    """How many people and how many heads live in each household."""
    heads = func.sum(case((Resident.is_head, 1), else_=0))
    chosen = (
        select(Resident.household, func.count(), heads)
        .where(
            Resident.community == community,
            Resident.state == ResidentState.PRESENT,
            Resident.household.is_not(None),
        )
        .group_by(Resident.household)
    )
    return {household or "": (people, head) for household, people, head in await session.execute(chosen)}


def _fits(line: HomeLine, counts: tuple[int, int], only: HomeFilter, text: str) -> bool:
    people, heads = counts
    typed = folded(text)
    key = flat_key(typed)
    if typed and not (line.flat.startswith(typed) or (key and f"{line.flat_key}-".startswith(f"{key}-"))):
        return False
    match only:
        case HomeFilter.NO_GROUP:
            return line.group is None
        case HomeFilter.NO_HEAD:
            return heads == 0
        case HomeFilter.ALONE:
            return people == 1
        case HomeFilter.ALL:
            return True


def _row(line: HomeLine, community: str, members: tuple[HomeMember, ...]) -> HouseholdRow:
    heads = sum(member.is_head for member in members)
    warnings = []
    if line.group is None:
        warnings.append(HomeWarning.NO_GROUP)
    if members and heads == 0:
        warnings.append(HomeWarning.NO_HEAD)
    if heads > 1:
        warnings.append(HomeWarning.TWO_HEADS)
    if line.place is None:
        warnings.append(HomeWarning.NO_FLAT)
    return HouseholdRow(
        household=line.household,
        community=community,
        place=line.place,
        flat=line.flat,
        group=line.group,
        group_zh=line.group_zh,
        group_en=line.group_en,
        members=members,
        warnings=tuple(warnings),
    )


async def join_household(
    caller: Caller, registry: Registry, household: str, residents: Sequence[str], now_ms: int
) -> HomeDone:
    """People move together with a household, into its flat; one that nobody is left in ends.

    Raises NotAllowed, NotThere, UnknownResident, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        home = await known_household(session, household, lock=True)
        if home.ended_ms is not None:
            raise NotInThatState("household", "ended", "take anybody in")
        people = await _people(session, residents, home.community)
        changes = await ChangeSet.begin(session, "household-joined", home.community, now_ms, resident=_about(people))
        await _move(session, changes, people, home, now_ms)
        await changes.finish()
        return HomeDone(changes.number, home.household)


async def separate_household(
    caller: Caller, registry: Registry, residents: Sequence[str], now_ms: int, *, flat: str = ""
) -> HomeDone:
    """Makes people a household of their own: in the flat where they live now, or in another one that is named.

    In the flat of one that is in a responder group it is in that group, too. Raises NotAllowed, UnknownResident,
    NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        people = await _people(session, residents)
        community = people[0].community
        changes = await ChangeSet.begin(session, "household-split", community, now_ms, resident=_about(people))
        place, before = await _place_of(session, people)
        if flat:
            place = (await flat_of(session, changes, community, flat, now_ms)).place
        elif before is not None:
            await _check_some_stay(session, people, before)
        elif place is None:
            raise BadValue("flat", "they live in no flat, or in several: say in which they live from now on")
        home = Household(household=new_id("h"), community=community, place=place, made_ms=now_ms)
        await changes.add(home)
        if not flat and before is not None:
            group = await open_membership(session, before)
            if group is not None:
                await changes.add(
                    GroupMember(
                        community=community,
                        responder_group=group.responder_group,
                        household=home.household,
                        from_ms=now_ms,
                    )
                )
        await _move(session, changes, people, home, now_ms)
        await changes.finish()
        return HomeDone(changes.number, home.household)


async def choose_head(caller: Caller, registry: Registry, household: str, resident: str, now_ms: int) -> HomeDone:
    """Makes one of a household its head, and nobody else. Raises NotAllowed, NotThere, UnknownResident, BadValue."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        home = await known_household(session, household, lock=True)
        head = await known_resident(session, resident, lock=True)
        if head.household != home.household or not is_here(head):
            raise BadValue("resident", "the head is one of those who live in this household")
        changes = await ChangeSet.begin(session, "household-head", home.community, now_ms, resident=head.resident)
        living = (Resident.household == home.household) & (Resident.state == ResidentState.PRESENT)
        chosen = select(Resident).where(living).order_by(Resident.resident).with_for_update()
        for row in (await session.scalars(chosen)).all():
            changes.set(row, is_head=row.resident == head.resident)
        await changes.finish()
        return HomeDone(changes.number, home.household)


async def move_household(caller: Caller, registry: Registry, household: str, flat: str, now_ms: int) -> HomeDone:
    """A household moves to another flat of the community, whole. Its responder group stays until somebody changes it.

    Raises NotAllowed, NotThere, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        home = await known_household(session, household, lock=True)
        if home.ended_ms is not None:
            raise NotInThatState("household", "ended", "move")
        changes = await ChangeSet.begin(session, "household-moved", home.community, now_ms)
        place = await flat_of(session, changes, home.community, flat, now_ms)
        changes.set(home, place=place.place)
        await changes.finish()
        return HomeDone(changes.number, home.household)


async def _people(session: AsyncSession, residents: Sequence[str], community: str | None = None) -> list[Resident]:
    """Raises UnknownResident, NotInThatState, BadValue."""
    named = list(dict.fromkeys(residents))
    if not named or len(named) > MOST_AT_ONCE:
        raise BadValue("residents", f"name 1 to {MOST_AT_ONCE} people")
    people = [await known_resident(session, resident, lock=True) for resident in sorted(named)]
    for row in people:
        if not is_here(row):
            raise NotInThatState("resident", row.state, "live in a household")
    if {row.community for row in people} != {community or people[0].community}:
        raise BadValue("residents", "people of one community; from another one somebody moves in")
    return people


def _about(people: Sequence[Resident]) -> str | None:
    return people[0].resident if len(people) == 1 else None


async def _place_of(session: AsyncSession, people: Sequence[Resident]) -> tuple[int | None, str | None]:
    """The flat in which all live now, and the household if it is one."""
    households = {row.household for row in people}
    rows = [await session.get(Household, household) for household in households if household is not None]
    places = {row.place for row in rows if row is not None}
    one_home = next(iter(households)) if len(households) == 1 else None
    is_one_flat = len(places) == 1 and None not in households
    return (next(iter(places)) if is_one_flat else None), one_home


async def _check_some_stay(session: AsyncSession, people: Sequence[Resident], household: str) -> None:
    """Raises BadValue."""
    chosen = select(Resident.resident).where(
        Resident.household == household,
        Resident.state == ResidentState.PRESENT,
        Resident.resident.not_in([row.resident for row in people]),
    )
    if (await session.scalars(chosen.limit(1))).first() is None:
        raise BadValue("residents", "somebody has to stay: these are all who live there")


async def _move(
    session: AsyncSession, changes: ChangeSet, people: Sequence[Resident], home: Household, now_ms: int
) -> None:
    left = {row.household for row in people} - {home.household}
    for row in people:
        if row.household != home.household:
            changes.set(row, household=home.household, is_head=False)
    for household in sorted(one for one in left if one is not None):
        await leave_household(session, changes, household, now_ms)
