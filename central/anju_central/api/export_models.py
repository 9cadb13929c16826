"""Answers and requests about lists of persons that are to leave the registry. Times are ISO-8601 UTC."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.people_requests import Asked, Reason

ListPurposeName = Literal["care", "activity", "case", "device-maintenance"]
ListFieldName = Literal[
    "name",
    "sex",
    "age",
    "birth",
    "id-number",
    "archive-no",
    "flat",
    "household",
    "phones",
    "contacts",
    "bands",
    "group",
]
ExportStateName = Literal["waiting", "approved", "refused", "fetched", "expired"]


class ExportView(Answer):
    """A request for a list. `own`: it is the caller's; it can be fetched until `ends_at`, once.

    `people`: how many it named when it was fetched; `refusal`: why it was refused.
    """

    number: int
    community: str
    purpose: ListPurposeName
    reason: str
    fields: list[ListFieldName]
    state: ExportStateName
    own: bool
    made_at: str
    made_by: str
    approved_at: str | None
    approved_by: str | None
    refused_at: str | None
    refused_by: str | None
    refusal: str
    ends_at: str
    fetched_at: str | None
    people: int | None


class ListFieldsView(Answer):
    """What a list for a purpose can hold."""

    purpose: ListPurposeName
    fields: list[ListFieldName]


class ExportsView(Answer):
    """Requests, the newest first, and what the caller may ask for: purposes and their fields."""

    exports: list[ExportView]
    choices: list[ListFieldsView]


class ExportAsked(Asked):
    """A list of a community's people: what for, why, and which fields."""

    community: Annotated[str, Field(max_length=64)]
    purpose: ListPurposeName
    reason: Reason
    fields: Annotated[list[ListFieldName], Field(min_length=1, max_length=12)]


class ExportRefusal(Asked):
    """Why it is refused."""

    reason: Reason = ""
