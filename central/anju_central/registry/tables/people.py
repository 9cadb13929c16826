"""Who lives in a community, who works there, who is called for whom, and what has to be known of somebody."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import (
    NAME_LENGTH,
    PHONE_LENGTH,
    AccountName,
    Base,
    Hash,
    Id,
    InCommunity,
    Label,
    Ms,
    Number,
    PersonName,
    Phone,
    choice_of,
    is_hash,
    once_while,
    says,
    sorted_by_bytes,
    within_community,
)

NOTE_LENGTH = 4_000


class Sex(StrEnum):
    """As the ID number says it."""

    MALE = "male"
    FEMALE = "female"


class BirthExactness(StrEnum):
    """How far a birth date is known; `born_on` is the first day of what is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ABOUT = "about"  # from an age that somebody wrote down: a year to either side


class ResidentState(StrEnum):
    """Whether somebody lives here. MERGED: the same person as another record, `merged_into`."""

    PRESENT = "present"
    MOVED_OUT = "moved-out"
    DIED = "died"
    MERGED = "merged"


class NoteKind(StrEnum):
    """What a note is about: DANGER is shown to whoever goes there, GRADE is a care grade, without a diagnosis."""

    DANGER = "danger"
    GRADE = "grade"
    CARE = "care"
    INCIDENT = "incident"  # of a step: the event carries the note's id
    GENERAL = "general"


class Resident(Base, InCommunity):
    """A person in a community. The id is random, and all that events ever name (DESIGN 7).

    `id_number` is encrypted, `id_number_hash` a keyed hash by which doubles are found (`people/id_numbers.py`).
    `came_from` is the same person's record in the community where it lived before. `archive_no` is how the county's
    sheet numbers it. `version` counts changes of the row.
    """

    __tablename__ = "resident"
    __table_args__ = (
        UniqueConstraint("resident", "community"),
        within_community("household", "household"),
        within_community("merged_into", "resident"),
        says("name_given", "length(name) > 0"),
        says("birth_has_exactness", "(born_on IS NULL) = (birth_exactness IS NULL)"),
        says("id_number_has_hash", "(id_number IS NULL) = (id_number_hash IS NULL)"),
        is_hash("id_number_hash"),
        says("merged_has_other", "(merged_into IS NULL) = (state <> 'merged')"),
        says("is_not_merged_into_itself", "merged_into <> resident"),
        says("left_when", "(left_ms IS NULL) = (state IN ('present', 'merged'))"),
        says("death_has_state", "died_on IS NULL OR state IN ('died', 'merged')"),
        Index("ix_resident_community", "community", "state", "name"),
        Index("ix_resident_id_number_hash", "id_number_hash"),
        Index("ix_resident_archive_no", "community", "archive_no"),
    )

    resident: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    state: Mapped[ResidentState] = mapped_column(choice_of(ResidentState, "state"))
    name: Mapped[PersonName]
    sex: Mapped[Sex | None] = mapped_column(choice_of(Sex, "sex"))
    born_on: Mapped[date | None]
    birth_exactness: Mapped[BirthExactness | None] = mapped_column(choice_of(BirthExactness, "birth_exactness"))
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_hash: Mapped[Hash | None]
    archive_no: Mapped[str | None] = mapped_column(String(64))
    household: Mapped[Id | None] = mapped_column(index=True)
    is_head: Mapped[bool] = mapped_column(default=False)  # of the household
    merged_into: Mapped[Id | None] = mapped_column(index=True)
    came_from: Mapped[Id | None] = mapped_column(ForeignKey("resident.resident"), index=True)
    died_on: Mapped[date | None]
    left_ms: Mapped[Ms | None]
    made_ms: Mapped[Ms]
    changed_ms: Mapped[Ms]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict here


class NameKey(Base, InCommunity):
    """A text by whose beginning a resident is found: name, pinyin or initials from any character on.

    Made from the name by `people/name_keys.py`, so it needs no audit of its own.
    """

    __tablename__ = "name_key"
    __table_args__ = (
        within_community("resident", "resident"),
        Index("ix_name_key_resident", "resident"),
        {"sqlite_with_rowid": False},  # the key holds the whole row
    )
    is_audited = False

    community: Mapped[Id] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sorted_by_bytes(NAME_LENGTH), primary_key=True)
    resident: Mapped[Id] = mapped_column(primary_key=True)


class ResidentPhone(Base, InCommunity):
    """A number of a resident: as it is dialled, digits alone, and backwards, since people know its end."""

    __tablename__ = "resident_phone"
    __table_args__ = (
        within_community("resident", "resident"),
        says("phone_given", "length(phone) > 0"),
        once_while("resident_phone_open", "ended_ms IS NULL", "resident", "phone"),
        Index("ix_resident_phone_backwards", "community", "backwards"),
    )

    resident_phone: Mapped[Number]
    community: Mapped[Id]
    resident: Mapped[Id] = mapped_column(index=True)
    phone: Mapped[Phone]
    backwards: Mapped[str] = mapped_column(sorted_by_bytes(PHONE_LENGTH))
    position: Mapped[int]  # 1 is called first
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Contact(Base, InCommunity):
    """Who is called for a resident, in order. `other` is a resident of the community, else name and phone are given.

    The list is replaced as a whole: old rows end, new ones begin.
    """

    __tablename__ = "contact"
    __table_args__ = (
        within_community("resident", "resident"),
        within_community("other", "resident"),
        says("is_somebody", "other IS NOT NULL OR (coalesce(length(name), 0) > 0 AND coalesce(length(phone), 0) > 0)"),
        says("is_another", "other <> resident"),
        says("position_counts_from_one", "position >= 1"),
        once_while("contact_position", "ended_ms IS NULL", "resident", "position"),
    )

    contact: Mapped[Number]
    community: Mapped[Id]
    resident: Mapped[Id] = mapped_column(index=True)
    position: Mapped[int]
    relation: Mapped[str] = mapped_column(String(40))
    other: Mapped[Id | None] = mapped_column(index=True)
    name: Mapped[PersonName | None]
    phone: Mapped[Phone | None]
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Note(Base, InCommunity):
    """Free text of the registry: of a resident, or of a step of an incident, which carries the note's id."""

    __tablename__ = "note"
    __table_args__ = (
        UniqueConstraint("note", "community"),
        within_community("resident", "resident"),
        says("is_about_something", "resident IS NOT NULL OR incident IS NOT NULL"),
        says("text_given", "length(text) > 0"),
        Index("ix_note_incident", "incident"),
    )

    note: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    kind: Mapped[NoteKind] = mapped_column(choice_of(NoteKind, "kind"))
    resident: Mapped[Id | None] = mapped_column(index=True)
    incident: Mapped[str | None] = mapped_column(String(64))  # stream and number of its opening event
    text: Mapped[str] = mapped_column(Text)
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    ended_ms: Mapped[Ms | None]


class Organisation(Base, InCommunity):
    """A body that staff and volunteers belong to, or that is called: a service company, a clinic, a school."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("organisation", "community"), says("name_given", "length(name) > 0"))

    organisation: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), index=True)
    name: Mapped[Label]
    kind: Mapped[str] = mapped_column(String(40))
    phone: Mapped[Phone | None]
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Staff(Base, InCommunity):
    """Somebody who works for a community. `account` is theirs, where they log in."""

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("staff", "community"),
        within_community("organisation", "organisation"),
        says("name_given", "length(name) > 0"),
    )

    staff: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), index=True)
    name: Mapped[PersonName]
    post: Mapped[str] = mapped_column(String(40))
    phone: Mapped[Phone | None]
    account: Mapped[AccountName | None] = mapped_column(ForeignKey("account.account"))
    organisation: Mapped[Id | None]
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Volunteer(Base, InCommunity):
    """Somebody who helps; `resident` where it is one of the community."""

    __tablename__ = "volunteer"
    __table_args__ = (
        UniqueConstraint("volunteer", "community"),
        within_community("resident", "resident"),
        within_community("organisation", "organisation"),
        says("is_somebody", "resident IS NOT NULL OR coalesce(length(name), 0) > 0"),
    )

    volunteer: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), index=True)
    resident: Mapped[Id | None] = mapped_column(index=True)
    name: Mapped[PersonName | None]
    phone: Mapped[Phone | None]
    organisation: Mapped[Id | None]
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Tombstone(Base, InCommunity):
    """That a record was erased: no offline box and no older sheet brings it back. Nothing of the person is in it."""

    __tablename__ = "tombstone"
    __table_args__ = (says("why_given", "length(why) > 0"),)

    resident: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), index=True)
    erased_ms: Mapped[Ms]
    erased_by: Mapped[AccountName]
    why: Mapped[str] = mapped_column(String(40))
    id_number_hash: Mapped[Hash | None] = mapped_column(index=True)  # by which a later sheet's row is known again
