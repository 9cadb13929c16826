"""Reading people: one record, the people of a list, and who is named in an incident."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for, said
from anju_central.registry.glass import require_broken_glass
from anju_central.registry.home_rows import homes_of
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import NoIncident, UnknownResident
from anju_central.registry.person_rows import (
    Person,
    PersonLine,
    bands_of,
    consents_of,
    contacts_of,
    group_of,
    ids_of,
    known_resident,
    lines_of,
    members_of,
    notes_of,
    phones_of,
)
from anju_central.registry.secrets import SecretsUnavailable
from anju_central.registry.tables import Binding, LookUpKind, Resident, ResidentState

UNREADABLE = "?"  # an ID number whose key is away
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class About:
    """The incident that an emergency look-up is for: its id, community, device key, and the resident it names or ''."""

    incident: str
    community: str
    device: str
    resident: str


async def person(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    resident: str,
    numbers: IdNumbers,
    now_ms: int,
    *,
    about: About | None = None,
    reason: str = "",
) -> Person:
    """Returns somebody's record, as far as the caller's purpose sees it.

    An emergency is about an incident: whom its events name, and who wears its device, are shown; for others the glass
    is broken first. Raises NotAllowed, PurposeRefused, NoIncident, GlassNotBroken, UnknownResident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    incident = about.incident if about is not None else None
    _check_incident(caller, incident)
    async with registry.read(caller) as session:
        row = await known_resident(session, resident)
        if caller.purpose is Purpose.EMERGENCY and not await _is_of(session, row, about):
            opened = log.opened_glass(caller, incident, now_ms)
            await require_broken_glass(session, opened, incident, now_ms, row.community)
        found = await _person(session, row, resident, fields, numbers)
    others = {member.resident for member in found.members}
    others |= {contact.resident for contact in found.contacts if contact.resident is not None}
    people = frozenset((other, row.community) for other in {row.resident, *others})
    await log.note(caller, registry, Seen(LookUpKind.RECORD, people, said(fields), incident, reason))
    return found


async def _is_of(session: AsyncSession, row: Resident, about: About | None) -> bool:
    """Whether an incident is about somebody."""
    if about is None:
        return False
    ids, community = await ids_of(session, row.resident)
    if community != about.community:
        return False
    if about.resident in ids:
        return True
    return any(band.key == about.device for band in await bands_of(session, row.resident))


async def _person(
    session: AsyncSession, row: Resident, asked_for: str, fields: frozenset[Field], numbers: IdNumbers
) -> Person:
    [line] = await lines_of(session, [row], fields)
    return Person(
        line=line,
        fields=fields,
        asked_for=asked_for,
        version=row.version,
        changed_ms=row.changed_ms,
        born_on=row.born_on if Field.BIRTH in fields else None,
        birth_exactness=row.birth_exactness if Field.BIRTH in fields else None,
        died_on=row.died_on if Field.HISTORY in fields else None,
        left_ms=row.left_ms,
        archive_no=row.archive_no if Field.ARCHIVE_NO in fields else None,
        id_number=_shown_number(row, numbers) if Field.ID_NUMBER in fields else None,
        household=row.household if Field.HOUSEHOLD in fields else None,
        members=await members_of(session, row) if Field.HOUSEHOLD in fields else (),
        phones=(await phones_of(session, [row.resident])).get(row.resident, ()) if Field.PHONES in fields else (),
        contacts=await contacts_of(session, row.resident) if Field.CONTACTS in fields else (),
        notes=await notes_of(session, row.resident, fields),
        bands=await bands_of(session, row.resident) if Field.BANDS in fields else (),
        group=await group_of(session, row.household) if Field.GROUP in fields else None,
        consents=await consents_of(session, row.resident) if Field.CONSENTS in fields else (),
        merged=tuple(sorted((await ids_of(session, row.resident))[0] - {row.resident})),
    )


def _shown_number(row: Resident, numbers: IdNumbers) -> str | None:
    if row.id_number is None:
        return None
    try:
        return numbers.masked(row.id_number, row.resident)
    except SecretsUnavailable:
        return UNREADABLE


class ListOrder(StrEnum):
    """By what a list is ordered; of two that are the same there the id decides."""

    NAME = "name"
    OLDEST = "oldest"  # whose birth is not known comes last
    CHANGED = "changed"  # the newest change first
    FLAT = "flat"  # from door to door, heads of households first; who has no flat comes last


_NEVER: Final = date.max
_KEYS: Final[Mapping[ListOrder, Any]] = {  # Any: SQLAlchemy's expressions
    ListOrder.NAME: Resident.name,
    ListOrder.OLDEST: func.coalesce(Resident.born_on, _NEVER),
    ListOrder.CHANGED: -Resident.changed_ms,
}


NEEDED: Final = {ListOrder.OLDEST: Field.AGE, ListOrder.FLAT: Field.FLAT}
Conditions = Sequence[ColumnElement[bool]]


def _stands_at(row: Resident, by: ListOrder) -> object:
    """Where somebody stands in an order."""
    if by is ListOrder.OLDEST:
        return row.born_on or _NEVER
    return -row.changed_ms if by is ListOrder.CHANGED else row.name


async def list_people(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    community: str,
    *,
    state: ResidentState = ResidentState.PRESENT,
    by: ListOrder = ListOrder.NAME,
    with_band: bool | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[PersonLine]:
    """Returns a page of a community's people in an order: those behind resident `after`, as that one stands now.

    `with_band`: those alone who wear one, or who wear none. What the purpose does not see is no order and no filter
    either. Not for emergencies: nobody pages through a list in one. Raises NotAllowed, PurposeRefused, NoIncident,
    UnknownResident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident
    needed = {NEEDED[by]} if by in NEEDED else set()
    if with_band is not None:
        needed.add(Field.BANDS)
    if needed - fields:
        raise PurposeRefused(caller.role, caller.purpose)
    conditions = [Resident.community == community, Resident.state == state]
    if with_band is not None:
        worn = exists().where(Binding.resident == Resident.resident, Binding.to_ms.is_(None))
        conditions.append(worn if with_band else ~worn)
    async with registry.read(caller) as session:
        last = await session.get(Resident, after) if after is not None else None
        if after is not None and (last is None or last.community != community):
            raise UnknownResident(after)
        most = min(limit, MAX_PAGE)
        if by is ListOrder.FLAT:
            rows = await _page_by_flat(session, community, conditions, last, most)
        else:
            rows = await _page_by_key(session, conditions, by, last, most)
        lines = await lines_of(session, rows, fields)
    people = frozenset((line.resident, line.community) for line in lines)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, said(fields)))
    return lines


async def _page_by_key(
    session: AsyncSession, conditions: Conditions, by: ListOrder, last: Resident | None, limit: int
) -> Sequence[Resident]:
    key = _KEYS[by]
    chosen = select(Resident).where(*conditions).order_by(key, Resident.resident).limit(limit)
    if last is not None:
        stands = _stands_at(last, by)
        chosen = chosen.where((key > stands) | ((key == stands) & (Resident.resident > last.resident)))
    return (await session.scalars(chosen)).all()


async def _page_by_flat(
    session: AsyncSession, community: str, conditions: Conditions, last: Resident | None, limit: int
) -> Sequence[Resident]:
    """No database sorts 10-1-101 behind 2-1-101: the order of a community's flats is made here."""
    homes = {line.household: number for number, line in enumerate(await homes_of(session, community))}

    def stands(resident: str, household: str | None, is_head: bool) -> tuple[int, bool, str]:
        return homes.get(household or "", len(homes)), not is_head, resident

    chosen = select(Resident.resident, Resident.household, Resident.is_head).where(*conditions)
    places = sorted(stands(*row) for row in await session.execute(chosen))
    if last is not None:
        if last.household is not None and last.household not in homes:
            raise UnknownResident(last.resident)  # the last of a home that ended meanwhile: nobody knows where to go on
        places = places[bisect_right(places, stands(last.resident, last.household, last.is_head)) :]
    named = [resident for _, _, resident in places[:limit]]
    rows = {row.resident: row for row in await session.scalars(select(Resident).where(Resident.resident.in_(named)))}
    return [rows[resident] for resident in named if resident in rows]


async def people_of_incident(
    caller: Caller, registry: Registry, log: LookUpLog, residents: Collection[str], incident: str
) -> dict[str, PersonLine]:
    """Returns the people that an incident's events name, by the id that they name; who is gone is left out.

    For the pages of incidents, with purpose emergency; noted once per person, incident and operator. Raises NotAllowed,
    PurposeRefused, NoIncident.
    """
    caller.require(Right.SEE_INCIDENTS)
    fields = fields_for(caller)
    _check_incident(caller, incident)
    chosen = select(Resident).where(Resident.resident.in_(residents))
    async with registry.read(caller) as session:
        asked = {row.resident: row.merged_into or row.resident for row in await session.scalars(chosen)}
        counting = select(Resident).where(Resident.resident.in_(set(asked.values())))
        lines = await lines_of(session, (await session.scalars(counting)).all(), fields)
    by_id = {line.resident: line for line in lines}
    people = frozenset((line.resident, line.community) for line in lines)
    await log.note_once(caller, registry, Seen(LookUpKind.INCIDENT, people, said(fields), incident))
    return {named: by_id[counts] for named, counts in asked.items() if counts in by_id}


def _check_incident(caller: Caller, incident: str | None) -> None:
    if caller.purpose is Purpose.EMERGENCY and not incident:
        raise NoIncident
