"""What people asked about their own data, as it is asked for and shown (PRIVACY V13)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.people_requests import Asked

RequestKindName = Literal["access", "correct", "delete"]
RequestStateName = Literal["open", "done", "refused"]


class OpenRequestRequest(Asked):
    """What somebody asks, and on which day it came in; null = today."""

    kind: RequestKindName
    received_on: date | None = None


class CloseRequestRequest(Asked):
    """What was answered; `refused`: it was not done, and the answer says why."""

    answer: Annotated[str, Field(min_length=1, max_length=2000)]
    refused: bool = False


class SubjectRequestView(Answer):
    """A request. `name` is empty once the record is erased.

    `due_on` null: the working days of that year are not published yet. `days_left` counts working days up to `due_on`,
    with that day; null where it is not known, or the request is closed.
    """

    number: int
    community: str
    resident: str
    name: str
    flat: str
    kind: RequestKindName
    state: RequestStateName
    received_on: date
    due_on: date | None
    days_left: int | None
    is_late: bool
    answer: str


class SubjectRequestsView(Answer):
    """Requests, the most urgent first. `today` is the day of which `days_left` and `is_late` speak."""

    today: date
    requests: list[SubjectRequestView]


class RequestDoneView(Answer):
    """The request's number."""

    number: int
