"""Requests about people and their devices. What does not fit is said by its field; dates are ISO-8601."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from anju_central.api.numbers import InBody
from anju_central.api.people_models import ExactnessName, NoteKindName, PurposeName, SexName

ShortText = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Reason = Annotated[str, Field(max_length=500)]
Key = Annotated[str, Field(min_length=1, max_length=128)]


class Asked(BaseModel):
    """What all requests share: nothing that is not known is taken."""

    model_config = ConfigDict(extra="forbid")


class LookRequest(Asked):
    """What for, in an emergency about which open incident, and why: the log of look-ups keeps it."""

    purpose: PurposeName
    incident: Annotated[str, Field(max_length=64)] | None = None
    reason: Reason = ""


class SearchRequest(LookRequest):
    """What was typed. `with_left`: those who moved out or died, too; `community`: of this one alone."""

    text: Annotated[str, Field(max_length=100)]
    with_left: bool = False
    community: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class MoveInRequest(Asked):
    """Somebody who moves in. An ID number gives sex and birth date; `came_from` is the record elsewhere, now closed."""

    community: Annotated[str, Field(max_length=64)]
    name: Name
    flat: ShortText = ""
    sex: SexName | None = None
    born_on: date | None = None
    birth_exactness: ExactnessName | None = None
    id_number: Annotated[str, Field(max_length=40)] | None = None
    phones: Annotated[list[ShortText], Field(max_length=8)] = []
    archive_no: Annotated[str, Field(max_length=64)] | None = None
    of_its_own: bool = False
    is_head: bool = False
    came_from: Annotated[str, Field(max_length=64)] | None = None


class EditRequest(Asked):
    """What becomes of a record; what is null stays. `version` is that of the record that was looked at."""

    version: InBody
    name: Name | None = None
    sex: SexName | None = None
    born_on: date | None = None
    birth_exactness: ExactnessName | None = None
    id_number: Annotated[str, Field(max_length=40)] | None = None
    phones: Annotated[list[ShortText], Field(max_length=8)] | None = None
    archive_no: Annotated[str, Field(max_length=64)] | None = None
    is_head: bool | None = None


class MoveRequest(Asked):
    """To another flat of the community."""

    flat: ShortText
    of_its_own: bool = False
    whole_household: bool = False


class LeaveRequest(Asked):
    """Moved out, or died; the day of a death as far as it is known."""

    why: Literal["moved-out", "died"]
    died_on: date | None = None


class MergeRequest(Asked):
    """The record that becomes a part of this one."""

    other: Annotated[str, Field(max_length=64)]
    reason: Reason = ""


class NewContactRequest(Asked):
    """A resident of the community, or a name and a number."""

    relation: Annotated[str, Field(max_length=40)]
    other: Annotated[str, Field(max_length=64)] | None = None
    name: Name | None = None
    phone: ShortText | None = None


class ContactsRequest(Asked):
    """Who is called from now on, in this order."""

    contacts: Annotated[list[NewContactRequest], Field(max_length=10)]


class NoteRequest(Asked):
    """A note."""

    kind: NoteKindName
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class UndoRequest(Asked):
    """Why."""

    reason: Reason = ""


class EraseRequest(Asked):
    """Why; it stands on the tombstone, so let it name nobody."""

    why: Annotated[str, Field(min_length=1, max_length=40)]


class DeviceRequest(Asked):
    """A device that comes into the cupboard; `key` is DRIVER:ID."""

    community: Annotated[str, Field(max_length=64)]
    key: Key
    kind: Literal["band", "receiver", "camera", "reader", "kiosk", "relay"]
    number: Annotated[str, Field(max_length=40)] = ""
    model: Annotated[str, Field(max_length=80)] = ""


class HandOutRequest(Asked):
    """To whom; `instead_of` is the binding that it takes the place of."""

    resident: Annotated[str, Field(max_length=64)]
    instead_of: InBody | None = None


class ReturnRequest(Asked):
    """Whether it is to be repaired."""

    broken: bool = False


class GlassRequest(Asked):
    """The incident, and why."""

    community: Annotated[str, Field(max_length=64)]
    incident: Annotated[str, Field(max_length=64)]
    reason: Reason
