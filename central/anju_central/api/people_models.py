"""Answers about people, their devices and the log of look-ups. Times are ISO-8601 UTC, dates ISO-8601.

A field that the purpose does not see is null or empty, and not among `fields`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from anju_central.api.models import Answer

PurposeName = Literal["emergency", "care", "activity", "case", "device-maintenance"]
StateName = Literal["present", "moved-out", "died", "merged"]
OrderName = Literal["name", "flat", "oldest", "changed"]
SexName = Literal["male", "female"]
ExactnessName = Literal["day", "month", "year", "about"]
NoteKindName = Literal["danger", "grade", "care", "incident", "general"]
PeopleRefusalCode = Literal[
    "not-allowed",
    "purpose",
    "not-logged",
    "no_key",
    "unavailable",
    "community-unknown",
    "already-there",
    "resident-unknown",
    "action-unknown",
    "already-undone",
    "changed-since",
    "no-incident",
    "incident-not-open",
    "too-short",
    "glass-not-broken",
    "needs-reason",
    "bad-value",
    "double-found",
    "not-there",
    "bound-already",
    "not-in-that-state",
    "cannot-merge",
    "edited-meanwhile",
    "needs-every-community",
    "history-removed",
    "is-an-import",
    "import-running",
    "refused",
    "grouped-already",
    "token-taken",
    "upload-unknown",
    "upload-busy",
    "not-compared",
    "not-missing",
    "too-many-uploads",
    "no-room",
    "import-unknown",
    "import-undone",
    "export-unknown",
    "export-over",
    "export-own",
    "export-not-approved",
    "export-not-yours",
    "export-nobody",
    "export-fields",
    "worker-ended",
]


class PersonLineView(Answer):
    """A person in a list. `name` is masked (王*秀) where the purpose sees no names."""

    resident: str
    community: str
    state: StateName
    name: str
    flat: str
    sex: SexName | None
    birth_year: int | None


class FoundView(Answer):
    """Who was found, the closest first. `more`: there are others, type more."""

    people: list[PersonLineView]
    more: bool


class PeopleListView(Answer):
    """A page of people by name; the next one comes after the last of these."""

    people: list[PersonLineView]


class ContactView(Answer):
    """Who is called, in order; `resident` where it is one of the community."""

    position: int
    relation: str
    resident: str | None
    name: str
    phones: list[str]


class NoteView(Answer):
    """A note."""

    note: str
    kind: NoteKindName
    text: str
    made_at: str
    made_by: str


class BandView(Answer):
    """What somebody wears, since when."""

    binding: int
    device: int
    key: str
    number: str
    state: str
    from_at: str


class MemberView(Answer):
    """Somebody of the same household."""

    resident: str
    name: str
    is_head: bool


class ConsentView(Answer):
    """A consent that counts, or counted."""

    consent: int
    kind: str
    by_guardian: bool
    wording_version: str
    given_at: str
    withdrawn_at: str | None


class PersonView(Answer):
    """A record. `asked_for`: the id that was asked for; where it was merged, `line.resident` is the one that counts.

    `merged`: the ids of records that were made a part of this one.
    """

    line: PersonLineView
    fields: list[str]
    asked_for: str
    version: int
    changed_at: str
    born_on: date | None
    birth_exactness: ExactnessName | None
    died_on: date | None
    left_at: str | None
    archive_no: str | None
    id_number: str | None
    household: str | None
    members: list[MemberView]
    phones: list[str]
    contacts: list[ContactView]
    notes: list[NoteView]
    bands: list[BandView]
    group: str | None
    consents: list[ConsentView]
    merged: list[str]


class ChangedFieldView(Answer):
    """A value before and after, as it is stored; both null for what is hidden."""

    table: str
    field: str
    before: str | int | bool | None
    after: str | int | bool | None


class HistoryEntryView(Answer):
    """What was done to a record. `undone_at`: it was taken back."""

    action: int
    kind: str
    at: str
    account: str
    reason: str
    undone_at: str | None
    changes: list[ChangedFieldView]


class HistoryView(Answer):
    """What was done to a record, the newest first."""

    entries: list[HistoryEntryView]


class LookUpView(Answer):
    """A look-up; `people` is how many it showed."""

    entry: int
    at: str
    account: str
    role: str
    purpose: str
    kind: str
    fields: str
    incident: str | None
    reason: str
    people: int


class LookUpsView(Answer):
    """Look-ups, the newest first; more come `before` the last entry."""

    look_ups: list[LookUpView]


class ActedView(Answer):
    """What was done; `action` undoes it. `resident` is the record that it was about."""

    action: int
    resident: str | None


class RegisteredDeviceView(Answer):
    """A device, and who has it now."""

    device: int
    key: str
    kind: str
    number: str
    model: str
    zone: str | None
    state: str
    binding: int | None
    resident: str | None
    name: str
    from_at: str | None


class DevicesView(Answer):
    """A community's devices by key."""

    devices: list[RegisteredDeviceView]


class GlassView(Answer):
    """An emergency look-up beyond its incident. `seen_at`: a privacy officer took note."""

    number: int
    community: str
    account: str
    incident: str
    reason: str
    opened_at: str
    ends_at: str
    closed_at: str | None
    seen_at: str | None


class GlassesView(Answer):
    """Emergency look-ups, the newest first."""

    looks: list[GlassView]


class PeopleRefusal(Answer):
    """Why nothing was shown or done. `field`: what does not fit; `resident`, `binding`, `household` and `group`: who
    stands in the way.
    """

    error: PeopleRefusalCode
    message: str
    field: str | None = None
    resident: str | None = None
    binding: int | None = None
    household: str | None = None
    group: str | None = None
