"""People as the queries give them, read within a transaction that is open: only the fields that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.fields_by_purpose import Field
from anju_central.registry.people_errors import UnknownResident
from anju_central.registry.tables import (
    Binding,
    BirthExactness,
    Consent,
    ConsentKind,
    Contact,
    Device,
    DeviceState,
    GroupMember,
    Household,
    Note,
    NoteKind,
    Place,
    Resident,
    ResidentPhone,
    ResidentState,
    ResponderGroup,
    Sex,
    Tombstone,
)
from anju_protos.roster_file import masked


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list. `name` is masked where the purpose sees none; `birth_year` None: not seen, or not known."""

    resident: str
    community: str
    state: ResidentState
    name: str
    flat: str
    sex: Sex | None
    birth_year: int | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Who is called: a resident of the community (`resident`) or somebody else. `phones` in order."""

    position: int
    relation: str
    resident: str | None
    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note; times are UTC ms."""

    note: str
    kind: NoteKind
    text: str
    made_ms: int
    made_by: str


@dataclass(frozen=True, slots=True)
class BandRow:
    """A device that somebody wears, since when (UTC ms)."""

    binding: int
    device: int
    key: str
    number: str
    state: DeviceState
    from_ms: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the same household."""

    resident: str
    name: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent that counts, or counted. Times are UTC ms."""

    consent: int
    kind: ConsentKind
    by_guardian: bool
    wording_version: str
    given_ms: int
    withdrawn_ms: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person's record. What is not among `fields` is None or empty because the purpose does not see it.

    `asked_for` is the id that was asked for, where that record was merged into this one; `merged` are the ids that
    were; `id_number` is masked.
    """

    line: PersonLine
    fields: frozenset[Field]
    asked_for: str
    version: int
    changed_ms: int
    born_on: date | None = None
    birth_exactness: BirthExactness | None = None
    died_on: date | None = None
    left_ms: int | None = None
    archive_no: str | None = None
    id_number: str | None = None
    household: str | None = None
    members: tuple[Member, ...] = ()
    phones: tuple[str, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    bands: tuple[BandRow, ...] = ()
    group: str | None = None
    consents: tuple[ConsentRow, ...] = ()
    merged: tuple[str, ...] = ()


async def known_resident(session: AsyncSession, resident: str, *, lock: bool = False) -> Resident:
    """Returns the record that counts for an id: its own, or the one that it was merged into. Raises UnknownResident."""
    row = await session.get(Resident, resident, with_for_update=lock)
    if row is not None and row.merged_into is not None:
        row = await session.get(Resident, row.merged_into, with_for_update=lock)
    if row is None:
        raise UnknownResident(resident)
    return row


async def ids_of(session: AsyncSession, resident: str) -> tuple[frozenset[str], str]:
    """Returns all ids that a record has or had, and its community, an erased one's too. Raises UnknownResident."""
    gone = await session.get(Tombstone, resident)
    if gone is not None:
        return frozenset({resident}), gone.community
    row = await known_resident(session, resident)
    merged = await session.scalars(select(Resident.resident).where(Resident.merged_into == row.resident))
    return frozenset({row.resident, *merged}), row.community


async def flats_of(session: AsyncSession, rows: Collection[Resident]) -> dict[str, str]:
    """Returns the flats' labels by resident."""
    households = {row.household for row in rows if row.household is not None}
    chosen = (
        select(Household.household, Place.label)
        .join(Place, Place.place == Household.place)
        .where(Household.household.in_(households))
    )
    labels = {row.household: row.label for row in await session.execute(chosen)}
    return {row.resident: labels.get(row.household or "", "") for row in rows}


async def lines_of(session: AsyncSession, rows: Sequence[Resident], fields: frozenset[Field]) -> list[PersonLine]:
    """Returns people as lines of a list, in the order given."""
    flats = await flats_of(session, rows) if Field.FLAT in fields else {}
    return [
        PersonLine(
            resident=row.resident,
            community=row.community,
            state=row.state,
            name=row.name if Field.NAME in fields else masked(row.name),
            flat=flats.get(row.resident, ""),
            sex=row.sex if Field.SEX in fields else None,
            birth_year=row.born_on.year if row.born_on is not None and Field.AGE in fields else None,
        )
        for row in rows
    ]


async def phones_of(session: AsyncSession, residents: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Returns the numbers that count, in order, by resident."""
    chosen = (
        select(ResidentPhone.resident, ResidentPhone.phone)
        .where(ResidentPhone.resident.in_(residents), ResidentPhone.ended_ms.is_(None))
        .order_by(ResidentPhone.position, ResidentPhone.resident_phone)
    )
    found: dict[str, tuple[str, ...]] = {}
    for resident, phone in await session.execute(chosen):
        found[resident] = (*found.get(resident, ()), phone)
    return found


async def contacts_of(session: AsyncSession, resident: str) -> tuple[ContactRow, ...]:
    """Returns who is called for somebody, in order."""
    chosen = select(Contact).where(Contact.resident == resident, Contact.ended_ms.is_(None)).order_by(Contact.position)
    rows = (await session.scalars(chosen)).all()
    others = {row.other for row in rows if row.other is not None}
    people = {row.resident: row for row in await session.scalars(select(Resident).where(Resident.resident.in_(others)))}
    phones = await phones_of(session, others)
    listed = []
    for row in rows:
        other = people.get(row.other or "")
        own = (row.phone,) if row.phone else ()
        listed.append(
            ContactRow(
                position=row.position,
                relation=row.relation,
                resident=row.other,
                name=other.name if other is not None else row.name or "",
                phones=own + tuple(phone for phone in phones.get(row.other or "", ()) if phone not in own),
            )
        )
    return tuple(listed)


async def notes_of(session: AsyncSession, resident: str, fields: frozenset[Field]) -> tuple[NoteRow, ...]:
    """Returns the notes that count and that these fields hold, the newest first."""
    kinds = {NoteKind.DANGER} if Field.DANGER in fields else set()
    if Field.GRADE in fields:
        kinds.add(NoteKind.GRADE)
    if Field.NOTES in fields:
        kinds |= {NoteKind.CARE, NoteKind.GENERAL, NoteKind.INCIDENT}
    if not kinds:
        return ()
    chosen = (
        select(Note)
        .where(Note.resident == resident, Note.kind.in_(kinds), Note.ended_ms.is_(None))
        .order_by(Note.made_ms.desc(), Note.note)
    )
    return tuple(
        NoteRow(row.note, row.kind, row.text, row.made_ms, row.made_by) for row in await session.scalars(chosen)
    )


async def bands_of(session: AsyncSession, resident: str) -> tuple[BandRow, ...]:
    """Returns what somebody wears now."""
    chosen = (
        select(Binding, Device)
        .join(Device, Device.device == Binding.device)
        .where(Binding.resident == resident, Binding.to_ms.is_(None))
        .order_by(Binding.from_ms)
    )
    return tuple(
        BandRow(binding.binding, device.device, device.key, device.number, device.state, binding.from_ms)
        for binding, device in await session.execute(chosen)
    )


async def members_of(session: AsyncSession, row: Resident) -> tuple[Member, ...]:
    """Returns the others of a household."""
    if row.household is None:
        return ()
    chosen = (
        select(Resident)
        .where(
            Resident.household == row.household,
            Resident.resident != row.resident,
            Resident.state == ResidentState.PRESENT,
        )
        .order_by(Resident.is_head.desc(), Resident.name)
    )
    return tuple(Member(other.resident, other.name, other.is_head) for other in await session.scalars(chosen))


async def group_of(session: AsyncSession, household: str | None) -> str | None:
    """Returns the responder group that a household is in."""
    if household is None:
        return None
    chosen = (
        select(ResponderGroup.label_zh)
        .join(GroupMember, GroupMember.responder_group == ResponderGroup.responder_group)
        .where(GroupMember.household == household, GroupMember.to_ms.is_(None))
    )
    return (await session.execute(chosen)).scalar_one_or_none()


async def consents_of(session: AsyncSession, resident: str) -> tuple[ConsentRow, ...]:
    """Returns the consents of somebody, the newest first."""
    chosen = select(Consent).where(Consent.resident == resident).order_by(Consent.given_ms.desc())
    return tuple(
        ConsentRow(row.consent, row.kind, row.guardian is not None, row.wording_version, row.given_ms, row.withdrawn_ms)
        for row in await session.scalars(chosen)
    )
