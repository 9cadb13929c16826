"""Answers and requests of the pages that a box serves in its LAN. Times are ISO-8601 UTC with milliseconds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from anju_central.api.models import Answer

PageKindName = Literal["kiosk", "neighbour", "board"]
WhyName = Literal["new", "moved", "revoked", "other_kind"]
PageRefusalCode = Literal[
    "box-away",
    "no-answer",
    "busy",
    "malformed_code",
    "unknown_code",
    "same_code_twice",
    "other_kind",
    "too_many_wrong",
    "full",
    "unknown_page",
    "label",
    "expired",
    "unknown_kind",
    "refused",
]


class PageView(Answer):
    """A paired page. `own_screen`: it is the box's own. `seen_ago_s` None = not since it was paired."""

    id: str
    page: str
    kind: PageKindName | str
    label: str
    address: str
    own_screen: bool
    since: str | None
    seen_ago_s: int | None


class WaitingPageView(Answer):
    """A page that shows a code; the code itself is read out by whoever stands before it."""

    page: str
    kind: PageKindName | str
    address: str
    label: str
    left_s: int
    why: WhyName | str


class PagesView(Answer):
    """The pages of a box as it last said. `is_known`: it has said so since this hub started."""

    box: str
    is_known: bool
    is_connected: bool
    said_at: str | None
    may_manage: bool
    paired: list[PageView]
    waiting: list[WaitingPageView]


class ApprovePageRequest(BaseModel):
    """The eight digits that the page shows, and what it must be. `label`: where it stands, never a person."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    kind: PageKindName
    label: Annotated[str, Field(max_length=40)] = ""


class PageDoneView(Answer):
    """What was done. `kept`: it is on the box's disk. `fetched`: the page has its key."""

    id: str
    page: str
    kind: PageKindName | str
    kept: bool
    fetched: bool


class PageRefusal(Answer):
    """Why it was not done; `kind` is what the page with that code really is."""

    error: PageRefusalCode
    message: str
    kind: str = ""
