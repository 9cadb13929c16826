"""What the kiosk's server sends besides the values of `backend`, each as JSON with all its fields.

The page's types are made from these and from `backend` and `requests` (`./dev contracts`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Literal

from anju_edge.kiosk.backend import CardTap, KioskProfile, KioskSetup, KioskState, Text

Fault = Literal["page", "box", "setup"]
ErrorCode = Literal[
    "bad_request",
    "too_slow",
    "too_many",
    "wrong_host",
    "foreign_page",
    "not_paired",
    "wrong_key",
    "not_a_responder",
    "unknown_kiosk",
    "not_found",
    "not_recorded",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not served, whose fault it is, and what to do next. `detail` is for developers."""

    error: ErrorCode
    fault: Fault
    next: Text
    detail: str


@dataclass(frozen=True, slots=True)
class PageState:
    """All that a page shows. `build` changes whenever the page does."""

    build: str
    kiosk: KioskSetup
    state: KioskState


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """The bell was rung and is on record; the words say who has it."""

    headline: Text
    next: Text
    outcome: Literal["asked"] = "asked"


@dataclass(frozen=True, slots=True)
class BeatAnswer:
    """The build that the box would serve now."""

    build: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """No data."""


@dataclass(frozen=True, slots=True)
class StateMessage:
    """The state, whole: first and on change."""

    data: PageState
    event: Literal["state"] = "state"


@dataclass(frozen=True, slots=True)
class CardTapMessage:
    data: CardTap
    event: Literal["card_tap"] = "card_tap"


@dataclass(frozen=True, slots=True)
class BeatMessage:
    """Nothing else was to say for a while; the box is there."""

    data: Nothing = field(default_factory=Nothing)
    event: Literal["beat"] = "beat"


StreamMessage = StateMessage | CardTapMessage | BeatMessage


def setup_of(profile: KioskProfile) -> KioskSetup:
    """Returns what the page may know of how its kiosk is set up: everything but the pairing key."""
    return KioskSetup(**{each.name: getattr(profile, each.name) for each in fields(KioskSetup)})
