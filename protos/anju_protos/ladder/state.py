"""What one side remembers of an incident's ladder besides the incident itself, and what it is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from anju_protos.incidents import is_open
from anju_protos.ladder.notes import Key, read_record
from anju_protos.ladder.steps import Ladder
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, P1, RESPONDING, LadderNote

NO_GOER_MS: Final = {P1: 180_000}  # DESIGN 7: nobody goes within this, and it rings again
NO_GOER_ELSE_MS: Final = 900_000
ALWAYS_MS: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class LadderState:
    """Times are ms of the clock of this side. `hold_ms`: when it saw the newest take-over `hold`; None: before it ran.
    `relieved`: the newest one of which the box has said so.

    `given`: tellings that this run has handed out. `doubt_until_ms`: what was due before this the hub may have sent,
    and the line went before it could say so. Not `is_age_known`: a restart lost the time, so that may be anything.
    """

    side: LadderNote.Side.ValueType
    round: int
    rang_ms: int
    opened_ms: int
    acked_ms: int | None = None
    going_ms: int | None = None
    hold: int = 0
    hold_ms: int | None = None
    relieved: int = 0
    doubt_until_ms: int | None = None
    is_age_known: bool = True
    given: frozenset[Key] = frozenset()
    asked_round: int = 0
    stood_down: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The hub holds the incident from here on, for the `number`th time."""

    number: int


@dataclass(frozen=True, slots=True)
class Relieve:
    """The box has seen that take-over and sends no more."""

    number: int


@dataclass(frozen=True, slots=True)
class Send:
    """Reach a target. `in_doubt`: it may have been told before; the message says so."""

    round: int
    target: str
    nth: int
    in_doubt: bool

    @property
    def key(self) -> Key:
        return self.round, self.target, self.nth


@dataclass(frozen=True, slots=True)
class RingAgain:
    """Nobody goes: the incident rings as this round."""

    round: int


@dataclass(frozen=True, slots=True)
class StandDown:
    """Tell those who were told that somebody goes, or that it is closed."""

    round: int
    targets: tuple[str, ...]
    is_closed: bool
    in_doubt: bool


Action: TypeAlias = TakeOver | Relieve | Send | RingAgain | StandDown


def begin(side: LadderNote.Side.ValueType, incident: Incident, now_ms: int, *, rang_ago_ms: int = 0) -> LadderState:
    """Returns the state of an incident that is new to this side; `rang_ago_ms`: how long its round rings already."""
    rang_ms = now_ms - rang_ago_ms
    return followed(LadderState(side, incident.round, rang_ms, rang_ms), incident, now_ms)


def resume(
    side: LadderNote.Side.ValueType,
    ladder: Ladder,
    incident: Incident,
    now_ms: int,
    *,
    rang_ago_ms: int | None,
    answered_ago_ms: int = 0,
) -> LadderState:
    """Returns the state after a restart. `rang_ago_ms` None: nobody knows; then it is as far as the last step sent.

    A box goes on to be relieved until its contact says otherwise; a hub takes over anew.
    """
    record = read_record(incident)
    sent = [one.wait_ms for one in ladder.tellings() if (incident.round, one.target, one.nth) in record.acts]
    ago_ms = max((0, *sent)) if rang_ago_ms is None else rang_ago_ms
    state = LadderState(side, incident.round, now_ms - ago_ms, now_ms - ago_ms)
    state = followed(state, incident, now_ms - answered_ago_ms)
    hold_ms = now_ms if side == LadderNote.BOX else None
    return replace(
        state,
        hold=record.take_overs,
        hold_ms=hold_ms,
        relieved=record.relieved,
        is_age_known=rang_ago_ms is not None,
    )


def followed(state: LadderState, incident: Incident, now_ms: int) -> LadderState:
    """Takes over what somebody else did: a new round, an answer, one who goes."""
    if incident.round > state.round:
        state = replace(state, round=incident.round, rang_ms=now_ms, acked_ms=None, going_ms=None, doubt_until_ms=None)
    if incident.state >= ACKED and state.acked_ms is None:
        state = replace(state, acked_ms=now_ms)
    if incident.state >= RESPONDING and state.going_ms is None:
        state = replace(state, going_ms=now_ms)
    return state


def is_unanswered(incident: Incident) -> bool:
    """Whether nobody goes yet."""
    return is_open(incident) and incident.state < RESPONDING
