"""What the kiosk's server sends besides the values of `backend`, each as JSON with all its fields.

The page's types are made from these and from `backend` and `requests` (`./dev contracts`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from anju_edge.kiosk.backend import CardTap, KioskProfile, KioskState, Text
from anju_edge.kiosk.pairing.paired_page import PageKind, Unknown

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
    "not_a_kiosk",
    "loopback_only",
    "not_allowed",
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
    kiosk: KioskProfile
    state: KioskState


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What a page is to show before it knows anything else.

    `paired`: everything. `waiting`: `code`, which changes in `left_s` seconds. `own_screen`: that a command on the box
    opens it. `why` it is not paired; `old_address`: where it was, when it `moved`.
    """

    state: Literal["paired", "waiting", "own_screen"]
    box: str
    page: str
    kind: PageKind
    why: Unknown | None = None
    code: str = ""
    left_s: int = 0
    address: str = ""
    old_address: str = ""


@dataclass(frozen=True, slots=True)
class LaunchAnswer:
    """Where the box's own screen finds its page, once and within a minute."""

    path: str


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


@dataclass(frozen=True, slots=True)
class UnpairedMessage:
    """This page was revoked, or paired anew elsewhere: it shows nothing any more. The last message of a stream."""

    data: Nothing = field(default_factory=Nothing)
    event: Literal["unpaired"] = "unpaired"


StreamMessage = StateMessage | CardTapMessage | BeatMessage | UnpairedMessage
