"""What each reader is told of an incident: one table, state x reader x gravity, in both languages.

Box and hub take these words and no others, so that no screen says more than what happened:

- acknowledged (ACKED) means that somebody has seen it. "On the way" is said from RESPONDING only.
- "received" and "shown" are said only of channels with a receipt (`Told`): the hub that has taken the alarm in, a
  neighbour's page that says it has it on its screen.
- what is asked of staff (P3) is never worded like an emergency, and nobody is promised.

What a page says while it cannot reach its box (calling, not reached) is in the kiosk's own locales.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from anju_protos.v1.event_pb2 import ACKED, ON_SITE, P2, P3, RESOLVED, RESPONDING, Actor

Reader = Literal["wearer", "neighbour", "goer", "lobby", "operator"]
Told = Literal["operator", "neighbour"]  # who has it, with a receipt


class Phase(Enum):
    """How far an incident is, as far as words go."""

    WAITING = "waiting"
    SEEN = "seen"
    GOING = "going"
    THERE = "there"
    CLOSED = "closed"


class Gravity(Enum):
    """P1, P2, and the rest. A priority that this version does not know is taken for a P1."""

    DANGER = "danger"
    RISK = "risk"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader is told: what is the case, and what to do next."""

    headline: Words
    next: Words


def _said(zh: str, en: str, next_zh: str, next_en: str) -> Said:
    return Said(Words(zh, en), Words(next_zh, next_en))


_STAY = ("请留在原地", "Please stay where you are")
_CLEAR = ("请让出通道", "Please keep the way clear")
_CLEAR_TOLD = ("{told}，请让出通道", "{told}. Please keep the way clear")
_CLEAR_SEEN = ("有人已看到，还没有人去，请让出通道", "It was seen, nobody is going yet. Please keep the way clear")
_SELF = ("着急请直接去找工作人员", "If it is urgent, please go to a member of staff")
_GO = ("能去请按“我去”", "If you can go, press “I'm going”")
_ASSIST = ("您也可以去协助", "You can go and assist")
_AGAIN = ("还需要帮助请再按住“求助”", "If you still need help, hold “Help” again")
_PHONE = ("去不了请马上打电话给值班员", "If you cannot get there, phone the operator at once")
_CALLING = _said(
    "正在求助",
    "Calling for help",
    "{told}，请留在这里，也可以大声叫人",
    "{told}. Please stay here; you can also call out",
)
_CALL_SEEN = _said(
    "有人看到了您的求助",
    "Someone has seen your call",
    "还没有人出发，请留在这里",
    "Nobody has set out yet. Please stay here",
)
_NOBODY_GOES = _said("还没有人去", "Nobody is going yet", *_GO)
_SEEN_NOBODY_GOES = _said("{who}已看到，还没有人去", "{who} has seen it, nobody is going yet", *_GO)
_SOMEBODY_GOES = _said("{who}正赶去", "{who} is on the way", *_ASSIST)
_SOMEBODY_THERE = _said("{who}已到场", "{who} is there", *_ASSIST)
_YOU_GO = _said("您正赶去", "You are on the way", *_PHONE)
_CLOSED = _said("已办结", "Closed", "不用再做什么", "Nothing is left to do")
_TO_ANSWER = _said("还没有人应答", "Not answered yet", "请先应答，再派人", "Acknowledge it, then send someone")
_TO_SEND = _said(
    "已应答，还没有人去",
    "Acknowledged, nobody is going yet",
    "派了人请按“已派人”",
    "Once someone is sent, press “Sent”",
)
_SENT = _said("有人正赶去", "Someone is on the way", "到场后请按“已到场”", "Once someone is there, press “On site”")
_ON_SITE = _said("人员已到场", "Someone is there", "办结前请联系本人", "Contact the person before you close it")

_Row = dict[Gravity, Said]


def _all(said: Said) -> _Row:
    return dict.fromkeys(Gravity, said)


def _row(grave: Said, service: Said) -> _Row:
    return {Gravity.DANGER: grave, Gravity.RISK: grave, Gravity.SERVICE: service}


TEXTS: Final[dict[Reader, dict[Phase, _Row]]] = {
    "wearer": {
        Phase.WAITING: _row(
            _CALLING,
            _said(
                "已记下您的请求",
                "Your request is noted",
                "{told}，着急请直接去找工作人员",
                "{told}. If it is urgent, please go to a member of staff",
            ),
        ),
        Phase.SEEN: _row(_CALL_SEEN, _said("有人看到了您的请求", "Someone has seen your request", *_SELF)),
        Phase.GOING: _row(
            _said("有人正赶来", "Someone is on the way", *_STAY),
            _said("工作人员正过来", "A member of staff is on the way", *_STAY),
        ),
        Phase.THERE: _row(
            _said("帮忙的人已到", "Help is here", *_AGAIN), _said("工作人员已到", "A member of staff is here", *_SELF)
        ),
        Phase.CLOSED: _row(
            _said("这次求助已办结", "This call is closed", *_AGAIN),
            _said("这次请求已办结", "This request is closed", *_SELF),
        ),
    },
    "neighbour": {
        Phase.WAITING: _all(_NOBODY_GOES),
        Phase.SEEN: _all(_SEEN_NOBODY_GOES),
        Phase.GOING: _all(_SOMEBODY_GOES),
        Phase.THERE: _all(_SOMEBODY_THERE),
        Phase.CLOSED: _all(_CLOSED),
    },
    "goer": {  # the neighbour who goes; only what comes after that differs
        Phase.WAITING: _all(_NOBODY_GOES),
        Phase.SEEN: _all(_SEEN_NOBODY_GOES),
        Phase.GOING: _all(_YOU_GO),
        Phase.THERE: _all(_said("您已到场", "You are there", "情况请告诉值班员", "Tell the operator how it is")),
        Phase.CLOSED: _all(_CLOSED),
    },
    "lobby": {
        Phase.WAITING: {
            Gravity.DANGER: _said("有人需要帮助", "Someone needs help", *_CLEAR_TOLD),
            Gravity.RISK: _said("有人可能需要帮助", "Someone may need help", *_CLEAR_TOLD),
            Gravity.SERVICE: _said("有人在等工作人员", "Someone is waiting for staff", "{told}", "{told}"),
        },
        Phase.SEEN: {
            Gravity.DANGER: _said("有人需要帮助", "Someone needs help", *_CLEAR_SEEN),
            Gravity.RISK: _said("有人可能需要帮助", "Someone may need help", *_CLEAR_SEEN),
            Gravity.SERVICE: _said("有人在等工作人员", "Someone is waiting for staff", "有人已看到", "It was seen"),
        },
        Phase.GOING: _row(
            _said("有人正赶去帮忙", "Someone is on the way to help", *_CLEAR),
            _said("工作人员正过来", "A member of staff is on the way", *_CLEAR),
        ),
        Phase.THERE: _row(
            _said("帮忙的人已到", "Help is here", *_CLEAR), _said("工作人员已到", "A member of staff is here", *_CLEAR)
        ),
        Phase.CLOSED: _all(_CLOSED),
    },
    "operator": {
        Phase.WAITING: _all(_TO_ANSWER),
        Phase.SEEN: _row(_TO_SEND, Said(Words("已应答", "Acknowledged"), _TO_SEND.next)),
        Phase.GOING: _all(_SENT),
        Phase.THERE: _all(_ON_SITE),
        Phase.CLOSED: _all(_CLOSED),
    },
}

_TOLD: Final[dict[frozenset[Told], Words]] = {
    frozenset(): Words("还没有人收到", "Nobody has received it yet"),
    frozenset({"operator"}): Words("值班台已收到", "The operator console has received it"),
    frozenset({"neighbour"}): Words("邻居的屏幕已显示", "A neighbour's screen shows it"),
    frozenset({"operator", "neighbour"}): Words(
        "值班台已收到，邻居的屏幕已显示", "The operator console has received it and a neighbour's screen shows it"
    ),
}
_SEER: Final[dict[int, Words]] = {
    Actor.OPERATOR: Words("值班员", "The operator"),
    Actor.RESPONDER: Words("一位邻居", "A neighbour"),
    Actor.STAFF: Words("工作人员", "A member of staff"),
}
_SOMEBODY: Final = Words("有人", "Someone")
_GOER: Final[dict[int, Words]] = _SEER | {Actor.OPERATOR: Words("值班员派的人", "Someone sent by the operator")}


def phase_of(state: int) -> Phase:
    """Returns the phase of an incident's state; a state of a later version counts as the one before it."""
    if state < ACKED:
        return Phase.WAITING
    if state < RESPONDING:
        return Phase.SEEN
    if state < ON_SITE:
        return Phase.GOING
    return Phase.THERE if state < RESOLVED else Phase.CLOSED


def gravity_of(priority: int) -> Gravity:
    """Returns how a priority is worded."""
    if priority == P2:
        return Gravity.RISK
    return Gravity.SERVICE if priority >= P3 else Gravity.DANGER


def who_words(role: int, phase: Phase, label: Words | None = None) -> Words:
    """Returns who saw it or goes, without a name: the group's `label` if there is one, else the role.

    An operator sits at the console: whoever goes on the operator's word was sent.
    """
    if label is not None:
        return label
    roles = _SEER if phase is Phase.SEEN else _GOER
    return roles.get(role, _SOMEBODY)


def say(reader: Reader, state: int, priority: int, told: Collection[Told] = (), who: Words = _SOMEBODY) -> Said:
    """Returns what `reader` is told of an incident in `state`. `told` and `who` are named where the text names them."""
    cell = TEXTS[reader][phase_of(state)][gravity_of(priority)]
    known = _TOLD[frozenset(told)]
    return Said(_filled(cell.headline, known, who), _filled(cell.next, known, who))


def _filled(words: Words, told: Words, who: Words) -> Words:
    return Words(words.zh.format(told=told.zh, who=who.zh), words.en.format(told=told.en, who=who.en))
