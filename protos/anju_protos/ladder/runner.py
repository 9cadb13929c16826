"""The runner: `(ladder, state, incident, contact, now) -> (state, actions)`, for either side, without I/O or clock.

Phones are told by whoever holds the incident. The hub takes it over by a step; the box, once it sees that step, records
that it is relieved, after all that it sent: so a hub that reads this knows what was sent, and only then sends itself.
A hold lapses with contact, at the hub before the box (`contact.py`), and is then taken anew. Each side rests its case
on what it knows; where it cannot know, it sends after all, marked: the hub `DOUBT_MS` after the step was due, the box
at once where the line went while the hub may have been sending.

Call it at each change and at `next_look_ms`, for incidents that ring (not for capped, quiet or low ones), and once more
when one is closed. What it hands out is recorded by `notes.ladder_step`; a telling that failed makes the next step due
at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from anju_protos.incidents import is_open
from anju_protos.ladder.contact import BOX_LIMIT_MS, Contact
from anju_protos.ladder.notes import Fate, Record, read_record
from anju_protos.ladder.state import (
    ALWAYS_MS,
    NO_GOER_ELSE_MS,
    NO_GOER_MS,
    Action,
    LadderState,
    Relieve,
    RingAgain,
    Send,
    StandDown,
    TakeOver,
    followed,
    is_unanswered,
)
from anju_protos.ladder.steps import PHONES, Ladder, Stop, Target, Telling
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, RESPONDING, TEST, LadderNote

TAKE_OVER_MS: Final = 5_000  # DESIGN 7: what the hub has after the opening
DOUBT_MS: Final = 45_000  # a hub that cannot know whether a living box sends waits this long beyond a step's time


@dataclass(frozen=True, slots=True)
class _Hold:
    """What this side may do. `sends`: its word counts now. `unsure_after_ms`: how late it sends all the same."""

    sends: bool
    unsure_after_ms: int | None
    doubt_until_ms: int | None


def advance(
    ladder: Ladder, state: LadderState, incident: Incident, contact: Contact, now_ms: int
) -> tuple[LadderState, tuple[Action, ...]]:
    """Returns the new state and what to do. A test rings no phone, so nothing follows from it."""
    if incident.mark == TEST:
        return state, ()
    record = read_record(incident)
    state = followed(state, incident, now_ms)
    state, actions = _agree(state, record, contact, now_ms, is_open=is_open(incident))
    hold = _hold(state, record, contact, now_ms)
    sends, is_waiting = _due(ladder, state, incident, record, hold, contact, now_ms)
    actions.extend(sends)
    state = replace(state, given=state.given | {send.key for send in sends})
    again = None if is_waiting else _again(ladder, state, incident, hold, now_ms)
    if again is not None:
        actions.append(again)
        state = replace(state, asked_round=again.round)
    down = _stand_down(state, incident, record, hold, now_ms)
    if down is not None:
        actions.append(down)
        state = replace(state, stood_down=state.stood_down | {down.round})
    return state, tuple(actions)


def next_look_ms(ladder: Ladder, state: LadderState, incident: Incident, now_ms: int) -> int | None:
    """Returns when something can be due next, None = never, where neither the incident nor contact changes.

    Of ten thousand open incidents few are due in any second; contact that came or went is a change of all of its box.
    """
    times = {state.opened_ms + TAKE_OVER_MS}
    for step in ladder.steps:
        times |= {state.rang_ms + step.wait_ms, state.rang_ms + step.wait_ms + DOUBT_MS}
    if is_unanswered(incident):
        again_ms = _again_ms(ladder, state, incident)
        times |= {again_ms, again_ms + DOUBT_MS}
    if state.going_ms is not None:
        times.add(state.going_ms + DOUBT_MS)
    return min((at for at in times if at > now_ms), default=None)


# ---- who holds the incident


def _in_force(state: LadderState, contact: Contact) -> bool:
    """Whether contact has lasted since the take-over."""
    if not state.hold or state.hold_ms is None or contact.since_ms is None:
        return False
    return state.hold_ms >= contact.since_ms


def _agree(
    state: LadderState, record: Record, contact: Contact, now_ms: int, *, is_open: bool
) -> tuple[LadderState, list[Action]]:
    if state.side == LadderNote.HUB:
        is_needed = contact.box_sends and contact.hub_sends and contact.since_ms is not None
        if not is_needed or not is_open or _in_force(state, contact):
            return state, []
        number = max(state.hold, record.take_overs) + 1
        return replace(state, hold=number, hold_ms=now_ms), [TakeOver(number)]
    if state.hold and state.doubt_until_ms is None and not _in_force(state, contact):
        ended_ms = contact.last_ms + BOX_LIMIT_MS if contact.since_ms is None else contact.since_ms
        state = replace(state, doubt_until_ms=ended_ms if state.is_age_known else ALWAYS_MS)
    if record.take_overs > state.hold:
        state = replace(state, hold=record.take_overs, hold_ms=now_ms, doubt_until_ms=None)
    if state.relieved < state.hold and is_open and _in_force(state, contact):
        return replace(state, relieved=state.hold), [Relieve(state.hold)]
    return state, []


def _hold(state: LadderState, record: Record, contact: Contact, now_ms: int) -> _Hold:
    if state.side == LadderNote.HUB:
        is_sure = not contact.box_sends or (_in_force(state, contact) and record.relieved >= state.hold)
        return _Hold(is_sure, DOUBT_MS if contact.hub_sends else None, None)
    is_left_alone = contact.since_ms is None or now_ms >= state.opened_ms + TAKE_OVER_MS
    return _Hold(is_left_alone and not _in_force(state, contact), None, state.doubt_until_ms)


# ---- what is due


def _due(
    ladder: Ladder,
    state: LadderState,
    incident: Incident,
    record: Record,
    hold: _Hold,
    contact: Contact,
    now_ms: int,
) -> tuple[list[Send], bool]:
    """Returns what to send now, and whether something that is due waits for certainty."""
    sends: list[Send] = []
    is_waiting = False
    mine = _mine(state, contact)
    for telling, wait_ms in _begun(ladder, state, incident, record, now_ms):
        if telling.target not in mine:
            continue
        key = (state.round, str(telling.target), telling.nth)
        fate = record.fate(key, state.side)
        if key in state.given or fate in (Fate.DONE, Fate.FAILED_HERE):
            continue
        in_doubt = _doubt_of(fate, telling, hold, state.rang_ms + wait_ms, now_ms)
        if in_doubt is None:
            is_waiting = True
        else:
            sends.append(Send(state.round, telling.target, telling.nth, in_doubt))
    return sends, is_waiting


def _mine(state: LadderState, contact: Contact) -> tuple[Target, ...]:
    """The targets of this side. Where nobody has a channel, the hub tries, and it is seen to fail."""
    if state.side == LadderNote.HUB:
        return (Target.REVIEW, *PHONES) if contact.hub_sends or not contact.box_sends else (Target.REVIEW,)
    return PHONES if contact.box_sends else ()


def _begun(
    ladder: Ladder, state: LadderState, incident: Incident, record: Record, now_ms: int
) -> Iterator[tuple[Telling, int]]:
    """Yields the tellings that have begun, each with its wait: of a step after one that failed, less."""
    waits: list[int] = []
    all_tellings = list(ladder.tellings())
    for at, step in enumerate(ladder.steps):
        wait_ms = step.wait_ms
        if at and _has_failed(at - 1, all_tellings, state, record) and now_ms - state.rang_ms >= waits[-1]:
            wait_ms = waits[-1]
        waits.append(wait_ms)
        is_stopped = incident.state >= (ACKED if step.stop is Stop.ACKED else RESPONDING)
        if is_stopped or now_ms - state.rang_ms < wait_ms:
            continue
        for telling in all_tellings:
            if telling.step == at:
                yield telling, wait_ms


def _has_failed(step: int, tellings: list[Telling], state: LadderState, record: Record) -> bool:
    """Whether this side tried a step's phones and reached none."""
    keys = [(state.round, str(one.target), one.nth) for one in tellings if one.step == step and one.target in PHONES]
    return bool(keys) and all(record.fate(key, state.side) is Fate.FAILED_HERE for key in keys)


def _doubt_of(fate: Fate, telling: Telling, hold: _Hold, due_ms: int, now_ms: int) -> bool | None:
    """Returns whether a telling is sent in doubt, None where it waits."""
    if telling.target is Target.REVIEW:
        return fate is Fate.BEGUN_HERE
    if fate is Fate.FAILED_THERE:
        return False
    if hold.sends and fate is not Fate.BEGUN_THERE:
        may_be_told = hold.doubt_until_ms is not None and due_ms <= hold.doubt_until_ms
        return fate is Fate.BEGUN_HERE or may_be_told
    if hold.sends and hold.unsure_after_ms is None:
        return True  # the hub began it, and is gone
    return _late(hold, due_ms, now_ms)


def _late(hold: _Hold, due_ms: int, now_ms: int) -> bool | None:
    is_late = hold.unsure_after_ms is not None and now_ms >= due_ms + hold.unsure_after_ms
    return True if is_late else None


# ---- what follows from who answers


def _again(ladder: Ladder, state: LadderState, incident: Incident, hold: _Hold, now_ms: int) -> RingAgain | None:
    """An acknowledgement is progress, and gives the same time anew; the ladder itself is gone through to its end."""
    if not is_unanswered(incident) or state.asked_round > state.round:
        return None
    due_ms = _again_ms(ladder, state, incident)
    if now_ms < due_ms or not (hold.sends or _late(hold, due_ms, now_ms)):
        return None
    return RingAgain(state.round + 1)


def _again_ms(ladder: Ladder, state: LadderState, incident: Incident) -> int:
    limit_ms = NO_GOER_MS.get(incident.priority, NO_GOER_ELSE_MS)
    if state.acked_ms is not None:
        return max(state.acked_ms, state.rang_ms) + limit_ms
    return state.rang_ms + max(limit_ms, ladder.steps[-1].wait_ms)


def _stand_down(state: LadderState, incident: Incident, record: Record, hold: _Hold, now_ms: int) -> StandDown | None:
    """Who was told to come is told that somebody goes, or that it is closed; once a round."""
    targets = record.phoned()
    if state.going_ms is None or not targets or state.round in record.stood_down | state.stood_down:
        return None
    late = None if hold.sends else _late(hold, state.going_ms, now_ms)
    if not hold.sends and late is None:
        return None
    return StandDown(state.round, targets, not is_open(incident), in_doubt=not hold.sends)
