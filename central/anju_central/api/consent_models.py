"""Consents as they are asked for and shown. Times are ISO-8601 UTC."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.people_requests import Asked, Name

ConsentKindName = Literal["location", "guardian-watch", "photo", "share", "points", "messages", "minor"]
ConsentChannelName = Literal["paper", "kiosk", "wechat", "desk"]
LanguageName = Literal["zh", "en"]


class GiveConsentRequest(Asked):
    """A consent as it was given: which text was read, how, who spoke for a child, and who stood by."""

    kind: ConsentKindName
    wording_version: Annotated[str, Field(max_length=40)]
    language: LanguageName
    channel: ConsentChannelName
    guardian: Name | None = None
    witness: Name | None = None


class WithdrawConsentRequest(Asked):
    """How it was taken back."""

    channel: ConsentChannelName


class WordingView(Answer):
    """A text that is read out."""

    kind: ConsentKindName
    version: str
    language: LanguageName
    text: str


class WordingsView(Answer):
    """All texts, those of earlier versions too."""

    wordings: list[WordingView]


class ConsentLineView(Answer):
    """A consent and whose it is; `withdrawn_at` null: it counts."""

    consent: int
    resident: str
    name: str
    flat: str
    kind: ConsentKindName
    by_guardian: bool
    wording_version: str
    channel: ConsentChannelName
    given_at: str
    withdrawn_at: str | None


class ConsentListView(Answer):
    """A page of consents, the newest first; more come `before` the last."""

    consents: list[ConsentLineView]
