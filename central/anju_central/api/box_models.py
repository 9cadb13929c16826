"""Answers and requests of "Add a box". Ids are text, times ISO-8601 UTC with milliseconds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from anju_central.api.models import Answer

BoxStateName = Literal["unused", "claimed", "active", "retired", "revoked"]
Id = Annotated[str, Field(min_length=1, max_length=64)]  # the registry says what an id is, in a sentence
RefusalCode = Literal[
    "not-allowed",
    "not-an-id",
    "community-unknown",
    "box-unknown",
    "already-there",
    "box-out",
    "cannot-replace",
    "no-authority",
    "unavailable",
    "refused",
]


class CommunityView(Answer):
    """A site that the caller may add boxes to."""

    community: str
    name_zh: str
    name_en: str


class RegisteredBoxView(Answer):
    """A box as the registry has it. `streaming`: it is connected now; `tested_at`: its first test event came.

    `code_ends_at` is of a code that can still be used.
    """

    box: str
    community: str
    name_zh: str
    name_en: str
    state: BoxStateName
    streaming: bool
    replaces: str | None
    replaced_by: str | None
    made_at: str
    claimed_at: str | None
    streamed_at: str | None
    tested_at: str | None
    out_at: str | None
    code_ends_at: str | None
    code_locked: bool
    certificate_ends_at: str | None


class RegisteredBoxesView(Answer):
    """All boxes of the caller, those out of service too. `may_manage`: the caller may add and end boxes."""

    now: str
    may_manage: bool
    boxes: list[RegisteredBoxView]
    communities: list[CommunityView]


class CodeView(Answer):
    """A code, shown this once. `groups` are read aloud and typed, `qr_image` is an address of an SVG image."""

    box: str
    community: str
    name_zh: str
    name_en: str
    replaces: str | None
    groups: list[str]
    qr_text: str
    qr_image: str
    ends_at: str


class RegistryRefusal(Answer):
    """Why nothing was done: `error` stays the same for years, `message` says what to do next."""

    error: RefusalCode
    message: str


class AddCommunityRequest(BaseModel):
    """A new site."""

    community: Id
    name_zh: str = Field(default="", max_length=200)
    name_en: str = Field(default="", max_length=200)


class AddBoxRequest(BaseModel):
    """A new box; `replaces` the broken one whose place it takes."""

    box: Id
    community: Id
    replaces: Id | None = None
