"""What somebody agreed to (PRIVACY V2), what they asked for about their own data (V13), and emergency look-ups (V3)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import (
    AccountName,
    Base,
    Hash,
    Id,
    InCommunity,
    Json,
    Ms,
    Number,
    PersonName,
    choice_of,
    is_hash,
    once_while,
    says,
    within_community,
)


class ConsentKind(StrEnum):
    """What for. Nothing here decides whether the SOS of a band that somebody wears is heard."""

    LOCATION = "location"  # positions are kept outside an incident
    GUARDIAN_WATCH = "guardian-watch"  # a guardian may look where the bearer is
    PHOTO = "photo"  # a photo for the search of a missing person
    SHARE = "share"  # passing on to a body outside
    POINTS = "points"
    MESSAGES = "messages"  # notices by WeChat or SMS
    MINOR = "minor"  # a guardian's, for somebody below 14


class ConsentChannel(StrEnum):
    """How it was given or withdrawn."""

    PAPER = "paper"
    KIOSK = "kiosk"
    WECHAT = "wechat"
    DESK = "desk"  # said to a clerk


class Language(StrEnum):
    """In which the wording was read."""

    ZH = "zh"
    EN = "en"


class RequestKind(StrEnum):
    """What somebody asks for (PIPL 44-47)."""

    ACCESS = "access"
    CORRECT = "correct"
    DELETE = "delete"


class RequestState(StrEnum):
    """How it ended."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class Consent(Base, InCommunity):
    """A consent, from when it was given to when it was withdrawn. `wording_hash` is of the text that was shown."""

    __tablename__ = "consent"
    __table_args__ = (
        within_community("resident", "resident"),
        is_hash("wording_hash"),
        says("withdrawn_later", "withdrawn_ms >= given_ms"),
        says("withdrawn_how", "(withdrawn_ms IS NULL) = (withdrawn_channel IS NULL)"),
        says("minor_has_guardian", "kind <> 'minor' OR guardian IS NOT NULL"),
        once_while("consent_open", "withdrawn_ms IS NULL", "resident", "kind"),
    )

    consent: Mapped[Number]
    community: Mapped[Id]
    resident: Mapped[Id] = mapped_column(index=True)
    kind: Mapped[ConsentKind] = mapped_column(choice_of(ConsentKind, "kind"))
    guardian: Mapped[PersonName | None]  # who spoke for the resident
    wording_version: Mapped[str] = mapped_column(String(40))
    wording_hash: Mapped[Hash]
    language: Mapped[Language] = mapped_column(choice_of(Language, "language"))
    channel: Mapped[ConsentChannel] = mapped_column(choice_of(ConsentChannel, "channel"))
    witness: Mapped[PersonName | None]
    given_ms: Mapped[Ms]
    withdrawn_ms: Mapped[Ms | None]
    withdrawn_channel: Mapped[ConsentChannel | None] = mapped_column(choice_of(ConsentChannel, "withdrawn_channel"))
    made_by: Mapped[AccountName]


class SubjectRequest(Base, InCommunity):
    """What somebody asked about their own data, and by when it has to be answered.

    `due_on` is 15 working days later; None while the working days of that year are not known.
    """

    __tablename__ = "subject_request"
    __table_args__ = (
        says("closed_when", "(closed_ms IS NULL) = (state = 'open')"),
        says("refused_why", "state <> 'refused' OR length(answer) > 0"),
        Index("ix_subject_request_state", "state", "due_on"),
    )

    subject_request: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    resident: Mapped[Id] = mapped_column(index=True)  # no foreign key: it outlives an erased record
    kind: Mapped[RequestKind] = mapped_column(choice_of(RequestKind, "kind"))
    state: Mapped[RequestState] = mapped_column(choice_of(RequestState, "state"))
    received_on: Mapped[date]
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    closed_ms: Mapped[Ms | None]
    closed_by: Mapped[AccountName | None]


class WorkingYear(Base):
    """The working days of a year: weekdays, without `days_off`, with `days_on`, both JSON lists of dates."""

    __tablename__ = "working_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days_off: Mapped[Json]
    days_on: Mapped[Json]
    source: Mapped[str] = mapped_column(String(80))
    changed_ms: Mapped[Ms]
    changed_by: Mapped[AccountName]


class BreakGlass(Base, InCommunity):
    """An emergency look-up beyond what the role may see: by whom, why, for which incident, with which it ends."""

    __tablename__ = "break_glass"
    __table_args__ = (
        says("reason_given", "length(reason) > 0"),
        says("seen_by_somebody", "(seen_ms IS NULL) = (seen_by IS NULL)"),
        Index("ix_break_glass_account", "account", "closed_ms"),
    )

    break_glass: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    account: Mapped[AccountName]
    incident: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    opened_ms: Mapped[Ms]
    ends_ms: Mapped[Ms]
    closed_ms: Mapped[Ms | None]
    seen_ms: Mapped[Ms | None]  # by the privacy officer
    seen_by: Mapped[AccountName | None]
