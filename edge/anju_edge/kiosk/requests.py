"""What a page asks for, each read from a JSON object by `of`, which raises `fields.Refused`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from anju_edge.kiosk.backend import MAX_INCIDENTS, PageBeat, StaffTopic
from anju_edge.kiosk.fields import bad_request, hex_bytes, identifier, identifiers, number, text

STAFF_TOPICS: Final[Mapping[str, StaffTopic]] = {topic: topic for topic in get_args(StaffTopic)}


@dataclass(frozen=True, slots=True)
class PairRequest:
    """A page asks what it is to show; all that tells is in its cookies."""


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """`key`: of the file on the box."""

    key: str

    @classmethod
    def of(cls, body: Mapping[str, object]) -> LaunchRequest:
        return cls(text(body, "key", 128))


@dataclass(frozen=True, slots=True)
class CheckInRequest:
    """One tap. `nonce`: 16 bytes, in hex; one for all attempts. `token`: what was presented, or an earlier `tap`."""

    nonce: bytes
    token: str = ""
    activity: str = ""

    @classmethod
    def of(cls, body: Mapping[str, object]) -> CheckInRequest:
        return cls(hex_bytes(body, "nonce", 16), text(body, "token", 128), text(body, "activity", 64))


@dataclass(frozen=True, slots=True)
class UndoRequest:
    ref: str

    @classmethod
    def of(cls, body: Mapping[str, object]) -> UndoRequest:
        return cls(identifier(body, "ref"))


@dataclass(frozen=True, slots=True)
class HelpRequest:
    held_ms: int

    @classmethod
    def of(cls, body: Mapping[str, object]) -> HelpRequest:
        return cls(number(body, "held_ms", 600_000))


@dataclass(frozen=True, slots=True)
class StaffRequest:
    about: StaffTopic

    @classmethod
    def of(cls, body: Mapping[str, object]) -> StaffRequest:
        about = STAFF_TOPICS.get(text(body, "about", 32))
        if about is None:
            raise bad_request(f"about must be one of {', '.join(sorted(STAFF_TOPICS))}")
        return cls(about)


@dataclass(frozen=True, slots=True)
class RespondRequest:
    """`actor`: who goes; empty for the actor that the kiosk is set up for."""

    incident: str
    actor: str = ""

    @classmethod
    def of(cls, body: Mapping[str, object]) -> RespondRequest:
        return cls(identifier(body, "incident"), text(body, "actor", 64))


def page_beat(body: Mapping[str, object]) -> PageBeat:
    """Returns a page's sign of life."""
    return PageBeat(
        build=text(body, "build", 32),
        uptime_s=number(body, "uptime_s", 10**9),
        errors=number(body, "errors", 10**9),
        screen=text(body, "screen", 32),
        incidents=identifiers(body, "incidents", MAX_INCIDENTS),
    )
