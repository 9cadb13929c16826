"""Mending a record: its fields, numbers, contacts and notes. Each is one action, which `undo_action` takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.ids import new_id
from anju_central.registry.people.life_events import Done
from anju_central.registry.people_errors import BadValue, EditedMeanwhile, NotThere
from anju_central.registry.person_rows import known_resident
from anju_central.registry.person_values import checked_name, put_number
from anju_central.registry.phones import digits_of, set_phones
from anju_central.registry.tables import BirthExactness, Contact, Note, NoteKind, Sex
from anju_central.registry.tables.people import NOTE_LENGTH

MAX_CONTACTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What becomes of a record's fields; None = stays. `version` is that of the record that was looked at."""

    version: int
    name: str | None = None
    sex: Sex | None = None
    born_on: date | None = None
    birth_exactness: BirthExactness | None = None
    id_number: str | None = None
    phones: tuple[str, ...] | None = None
    archive_no: str | None = None
    is_head: bool | None = None


@dataclass(frozen=True, slots=True)
class NewContact:
    """Who is called: a resident of the community (`other`), or a name and a number."""

    relation: str
    other: str | None = None
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class NoteDone(Done):
    """What was done, and the id of the note."""

    note: str


async def edit_person(
    caller: Caller, registry: Registry, resident: str, edit: Edit, numbers: IdNumbers, today: date, now_ms: int
) -> Done:
    """Changes fields of a record that nobody changed meanwhile.

    Raises NotAllowed, UnknownResident, EditedMeanwhile, BadValue, DoubleFound, SecretsUnavailable.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        if row.version != edit.version:
            raise EditedMeanwhile
        changes = await ChangeSet.begin(session, "edit", row.community, now_ms, resident=row.resident)
        if edit.name is not None:
            changes.set(row, name=checked_name(edit.name))
        if edit.sex is not None:
            changes.set(row, sex=edit.sex)
        if edit.born_on is not None:
            if edit.born_on > today:
                raise BadValue("birth", "nobody is born later than today")
            changes.set(row, born_on=edit.born_on, birth_exactness=edit.birth_exactness or BirthExactness.DAY)
        if edit.id_number is not None:
            values = await put_number(session, row, edit.id_number, numbers, today)
            changes.set(row, **values)
        if edit.archive_no is not None:
            changes.set(row, archive_no=edit.archive_no[:64])
        if edit.is_head is not None:
            changes.set(row, is_head=edit.is_head)
        if edit.phones is not None:
            await set_phones(session, changes, row, edit.phones, now_ms)
        await changes.finish()
        return Done(changes.number, row.resident)


async def set_contacts(
    caller: Caller, registry: Registry, resident: str, contacts: Sequence[NewContact], now_ms: int
) -> Done:
    """Makes these the people who are called for somebody, in this order; the old list stays in the history.

    Raises NotAllowed, UnknownResident, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    if len(contacts) > MAX_CONTACTS:
        raise BadValue("contacts", f"at most {MAX_CONTACTS}")
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        changes = await ChangeSet.begin(session, "contacts", row.community, now_ms, resident=row.resident)
        old = select(Contact).where(Contact.resident == row.resident, Contact.ended_ms.is_(None))
        for contact in await session.scalars(old):
            changes.set(contact, ended_ms=now_ms)
        for position, new in enumerate(contacts, 1):
            other = await known_resident(session, new.other) if new.other is not None else None
            if other is not None and (other.resident == row.resident or other.community != row.community):
                raise BadValue("contacts", "somebody else of this community, or a name and a number")
            name = checked_name(new.name) if new.name else None
            phone = digits_of(new.phone) if new.phone else None
            if other is None and (name is None or phone is None):
                raise BadValue("contacts", "a name and a number, or a resident")
            await changes.add(
                Contact(
                    community=row.community,
                    resident=row.resident,
                    position=position,
                    relation=new.relation[:40],
                    other=other.resident if other is not None else None,
                    name=name,
                    phone=phone,
                    made_ms=now_ms,
                )
            )
        await changes.finish()
        return Done(changes.number, row.resident)


async def add_note(
    caller: Caller, registry: Registry, resident: str, kind: NoteKind, text: str, now_ms: int
) -> NoteDone:
    """Adds a note to a record. Raises NotAllowed, UnknownResident, BadValue."""
    caller.require(Right.MANAGE_PEOPLE)
    plain = text.strip()
    if not plain or len(plain) > NOTE_LENGTH:
        raise BadValue("text", f"a note has 1 to {NOTE_LENGTH} characters")
    async with registry.write(caller) as session:
        row = await known_resident(session, resident)
        changes = await ChangeSet.begin(session, "note", row.community, now_ms, resident=row.resident)
        note = Note(note=new_id("n"), community=row.community, kind=kind, resident=row.resident, text=plain)
        note.made_ms, note.made_by = now_ms, caller.account
        await changes.add(note)
        await changes.finish()
        return NoteDone(changes.number, row.resident, note.note)


async def end_note(caller: Caller, registry: Registry, note: str, now_ms: int) -> Done:
    """A note counts no longer. Raises NotAllowed, NotThere."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await session.get(Note, note, with_for_update=True)
        if row is None or row.resident is None:
            raise NotThere("note", note)
        changes = await ChangeSet.begin(session, "note-ended", row.community, now_ms, resident=row.resident)
        if row.ended_ms is None:
            changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return Done(changes.number, row.resident)
