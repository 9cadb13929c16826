"""Who works for a community or helps in it, and the bodies that they belong to. Each change is undone whole.

Whoever works for several communities has a row in each: what one community ends does not end elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for
from anju_central.registry.han_text import folded
from anju_central.registry.ids import new_id
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import BadValue, NoIncident, NotInThatState, NotThere
from anju_central.registry.person_rows import known_resident, phones_of
from anju_central.registry.person_values import checked_name
from anju_central.registry.phones import digits_of
from anju_central.registry.rows import known_community
from anju_central.registry.tables import Account, LookUpKind, Organisation, Resident, ResidentState, Staff, Volunteer
from anju_central.registry.worn import is_here

POST_CHARS: Final = 40
LABEL_CHARS: Final = 100
Helper = TypeVar("Helper", Staff, Volunteer, Organisation)


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A body, and how many of the community's staff and volunteers belong to it."""

    organisation: str
    community: str
    name: str
    kind: str
    phone: str
    members: int


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Somebody who works for a community. `account` is theirs, '' = they do not log in."""

    staff: str
    community: str
    name: str
    post: str
    phone: str
    account: str
    organisation: str | None
    organisation_name: str


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """Somebody who helps. `resident` where it is one of the community; `has_left`: who lives here no more."""

    volunteer: str
    community: str
    resident: str | None
    name: str
    phones: tuple[str, ...]
    organisation: str | None
    organisation_name: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class Helpers:
    """All who work for a community or help in it, by name."""

    staff: tuple[StaffRow, ...]
    volunteers: tuple[VolunteerRow, ...]
    organisations: tuple[OrganisationRow, ...]


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """What is known of somebody who works for a community; '' = nothing."""

    name: str
    post: str = ""
    phone: str = ""
    account: str = ""
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class VolunteerEntry:
    """Who helps: a resident of the community, or a name and a number."""

    resident: str | None = None
    name: str = ""
    phone: str = ""
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """What is known of a body; `kind` as people call it: a clinic, a school, a service company."""

    name: str
    kind: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class HelperDone:
    """What was done: the action's number, by which it is undone, and the row."""

    action: int
    row: str


async def list_helpers(caller: Caller, registry: Registry, log: LookUpLog, community: str) -> Helpers:
    """Returns who works for a community or helps in it.

    Not for emergencies: an incident names whom it calls. Raises NotAllowed, PurposeRefused, NoIncident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    if Field.PHONES not in fields_for(caller):
        raise PurposeRefused(caller.role, caller.purpose)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident
    async with registry.read(caller) as session:
        bodies = {row.organisation: row for row in await _open(session, Organisation, community)}
        staff = await _open(session, Staff, community)
        volunteers = await _open(session, Volunteer, community)
        named = {row.resident for row in volunteers if row.resident is not None}
        chosen = select(Resident).where(Resident.resident.in_(named))
        residents = {row.resident: row for row in await session.scalars(chosen)}
        phones = await phones_of(session, named)
    belong = [one.organisation for one in staff] + [one.organisation for one in volunteers]
    found = Helpers(
        staff=tuple(sorted((_staff_row(row, bodies) for row in staff), key=lambda row: (row.name, row.staff))),
        volunteers=tuple(
            sorted(
                (_volunteer_row(row, residents.get(row.resident or ""), phones, bodies) for row in volunteers),
                key=lambda row: (row.name, row.volunteer),
            )
        ),
        organisations=tuple(
            OrganisationRow(
                organisation=row.organisation,
                community=row.community,
                name=row.name,
                kind=row.kind,
                phone=row.phone or "",
                members=belong.count(row.organisation),
            )
            for row in sorted(bodies.values(), key=lambda row: (row.name, row.organisation))
        ),
    )
    people = frozenset((resident, community) for resident in named)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, "name,phones,staff"))
    return found


async def put_staff(
    caller: Caller, registry: Registry, community: str, staff: str | None, entry: StaffEntry, now_ms: int
) -> HelperDone:
    """Adds somebody who works for a community, or changes what is known of them.

    Raises NotAllowed, UnknownCommunity, NotThere, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    values: dict[str, object] = {
        "name": checked_name(entry.name),
        "post": _short(entry.post, "post", POST_CHARS),
        "phone": digits_of(entry.phone) if entry.phone.strip() else None,
        "account": entry.account or None,
        "organisation": entry.organisation,
    }
    async with registry.write(caller) as session:
        await known_community(session, community)
        await _check_body(session, community, entry.organisation)
        if entry.account and await session.get(Account, entry.account) is None:
            raise BadValue("account", "there is no such account: look at its spelling, or leave it empty")
        row = await _known(session, Staff, staff, community)
        changes = await ChangeSet.begin(session, "staff", community, now_ms)
        if row is None:
            row = Staff(staff=new_id("s"), community=community, made_ms=now_ms, **values)
            await changes.add(row)
        else:
            changes.set(row, **values)
        await changes.finish()
        return HelperDone(changes.number, row.staff)


async def put_volunteer(
    caller: Caller, registry: Registry, community: str, volunteer: str | None, entry: VolunteerEntry, now_ms: int
) -> HelperDone:
    """Adds somebody who helps, or changes what is known of them.

    Raises NotAllowed, UnknownCommunity, NotThere, NotInThatState, UnknownResident, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    if entry.resident is None and not (entry.name.strip() and entry.phone.strip()):
        raise BadValue("volunteer", "a resident of this community, or a name and a number")
    values: dict[str, object] = {
        "resident": entry.resident,
        "name": checked_name(entry.name) if entry.name.strip() else None,
        "phone": digits_of(entry.phone) if entry.phone.strip() else None,
        "organisation": entry.organisation,
    }
    async with registry.write(caller) as session:
        await known_community(session, community)
        await _check_body(session, community, entry.organisation)
        if entry.resident is not None:
            person = await known_resident(session, entry.resident)
            if person.community != community or not is_here(person):
                raise BadValue("volunteer", "somebody who lives in this community, or a name and a number")
            values["resident"] = person.resident
        row = await _known(session, Volunteer, volunteer, community)
        changes = await ChangeSet.begin(session, "volunteer", community, now_ms, resident=entry.resident)
        if row is None:
            row = Volunteer(volunteer=new_id("v"), community=community, made_ms=now_ms, **values)
            await changes.add(row)
        else:
            changes.set(row, **values)
        await changes.finish()
        return HelperDone(changes.number, row.volunteer)


async def put_organisation(
    caller: Caller, registry: Registry, community: str, organisation: str | None, entry: OrganisationEntry, now_ms: int
) -> HelperDone:
    """Adds a body, or changes what is known of it.

    Raises NotAllowed, UnknownCommunity, NotThere, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    name = folded(entry.name)
    if not name or len(name) > LABEL_CHARS:
        raise BadValue("name", f"a body's name has 1 to {LABEL_CHARS} characters")
    values: dict[str, object] = {
        "name": name,
        "kind": _short(entry.kind, "kind", POST_CHARS),
        "phone": digits_of(entry.phone) if entry.phone.strip() else None,
    }
    async with registry.write(caller) as session:
        await known_community(session, community)
        row = await _known(session, Organisation, organisation, community)
        changes = await ChangeSet.begin(session, "organisation", community, now_ms)
        if row is None:
            row = Organisation(organisation=new_id("o"), community=community, made_ms=now_ms, **values)
            await changes.add(row)
        else:
            changes.set(row, **values)
        await changes.finish()
        return HelperDone(changes.number, row.organisation)


async def end_staff(caller: Caller, registry: Registry, community: str, staff: str, now_ms: int) -> HelperDone:
    """Somebody works here no more; their account is another matter. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await _there(session, Staff, staff, community)
        changes = await ChangeSet.begin(session, "staff-ended", community, now_ms)
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return HelperDone(changes.number, staff)


async def end_volunteer(caller: Caller, registry: Registry, community: str, volunteer: str, now_ms: int) -> HelperDone:
    """Somebody helps no more. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await _there(session, Volunteer, volunteer, community)
        changes = await ChangeSet.begin(session, "volunteer-ended", community, now_ms, resident=row.resident)
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return HelperDone(changes.number, volunteer)


async def end_organisation(
    caller: Caller, registry: Registry, community: str, organisation: str, now_ms: int
) -> HelperDone:
    """A body is no more; nobody may belong to it. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await _there(session, Organisation, organisation, community)
        for model in (Staff, Volunteer):
            members = select(model).where(model.organisation == organisation, model.ended_ms.is_(None)).limit(1)
            if (await session.scalars(members)).first() is not None:
                raise NotInThatState("organisation", "one that people belong to", "end before they do not")
        changes = await ChangeSet.begin(session, "organisation-ended", community, now_ms)
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return HelperDone(changes.number, organisation)


def _staff_row(row: Staff, bodies: Mapping[str, Organisation]) -> StaffRow:
    body = bodies.get(row.organisation or "")
    return StaffRow(
        staff=row.staff,
        community=row.community,
        name=row.name,
        post=row.post,
        phone=row.phone or "",
        account=row.account or "",
        organisation=row.organisation,
        organisation_name=body.name if body is not None else "",
    )


def _volunteer_row(
    row: Volunteer,
    resident: Resident | None,
    phones: Mapping[str, tuple[str, ...]],
    bodies: Mapping[str, Organisation],
) -> VolunteerRow:
    body = bodies.get(row.organisation or "")
    own = (row.phone,) if row.phone else ()
    return VolunteerRow(
        volunteer=row.volunteer,
        community=row.community,
        resident=row.resident,
        name=resident.name if resident is not None else row.name or "",
        phones=own + tuple(phone for phone in phones.get(row.resident or "", ()) if phone not in own),
        organisation=row.organisation,
        organisation_name=body.name if body is not None else "",
        has_left=resident is not None and resident.state is not ResidentState.PRESENT,
    )


async def _open(session: AsyncSession, model: type[Helper], community: str) -> list[Helper]:
    chosen = select(model).where(model.community == community, model.ended_ms.is_(None))
    return list(await session.scalars(chosen))


async def _known(session: AsyncSession, model: type[Helper], key: str | None, community: str) -> Helper | None:
    return await _there(session, model, key, community) if key is not None else None


async def _there(session: AsyncSession, model: type[Helper], key: str, community: str) -> Helper:
    """Returns the row of one that counts, locked. Raises NotThere, NotInThatState."""
    row = await session.get(model, key, with_for_update=True)
    what = model.__tablename__
    if row is None or row.community != community:
        raise NotThere(what, key)
    if row.ended_ms is not None:
        raise NotInThatState(what, "ended", "be changed")
    return row


async def _check_body(session: AsyncSession, community: str, organisation: str | None) -> None:
    """Raises NotThere, NotInThatState."""
    if organisation is not None:
        await _there(session, Organisation, organisation, community)


def _short(text: str, field: str, most: int) -> str:
    plain = folded(text)
    if len(plain) > most:
        raise BadValue(field, f"at most {most} characters")
    return plain
