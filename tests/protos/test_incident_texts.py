"""The table of words, cell by cell: no reader is told more than what happened."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import get_args

import pytest

from anju_protos.incident_texts import (
    TEXTS,
    Gravity,
    Phase,
    Reader,
    Said,
    Told,
    Words,
    gravity_of,
    phase_of,
    say,
    who_words,
)
from anju_protos.v1.event_pb2 import (
    ACKED,
    NEW,
    ON_SITE,
    P1,
    P2,
    P3,
    P4,
    RESOLVED,
    RESPONDING,
    REVIEWED,
    RINGING,
    Actor,
)

STATES = {NEW: Phase.WAITING, RINGING: Phase.WAITING, ACKED: Phase.SEEN, RESPONDING: Phase.GOING}
STATES |= {ON_SITE: Phase.THERE, RESOLVED: Phase.CLOSED, REVIEWED: Phase.CLOSED}
READERS: tuple[Reader, ...] = get_args(Reader)
CELLS = list(itertools.product(READERS, Phase, Gravity))
SOMEBODY_COMES = re.compile(r"正赶|正过来|来了|马上|会有人来|on the way|is coming|will come|set out to", re.IGNORECASE)
RECEIVED = re.compile(r"收到|已通知|已显示|received|told|notified|shows it", re.IGNORECASE)
EMERGENCY = re.compile(r"救|需要帮助|危急|needs help|emergency", re.IGNORECASE)


def texts_of(said: Said) -> Iterator[str]:
    for words in (said.headline, said.next):
        yield words.zh
        yield words.en


@pytest.mark.parametrize(("reader", "phase", "gravity"), CELLS)
def test_every_cell_says_what_is_and_what_next_in_both_languages(
    reader: Reader, phase: Phase, gravity: Gravity
) -> None:
    said = TEXTS[reader][phase][gravity]
    for text in texts_of(said):
        assert text
    assert re.search(r"[\u4e00-\u9fff]", said.headline.zh)
    for text in (said.headline.en, said.next.en):
        assert not re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize(("reader", "phase", "gravity"), CELLS)
def test_somebody_comes_from_responding_on_and_not_before(reader: Reader, phase: Phase, gravity: Gravity) -> None:
    for text in texts_of(TEXTS[reader][phase][gravity]):
        if phase in (Phase.WAITING, Phase.SEEN):
            assert not SOMEBODY_COMES.search(text), text
    if phase is Phase.GOING:
        assert SOMEBODY_COMES.search(TEXTS[reader][phase][gravity].headline.zh)


@pytest.mark.parametrize(("reader", "phase", "gravity"), CELLS)
def test_received_is_said_of_channels_with_a_receipt_only(reader: Reader, phase: Phase, gravity: Gravity) -> None:
    for text in texts_of(TEXTS[reader][phase][gravity]):
        assert not RECEIVED.search(text.replace("{told}", "")), "the table itself names no receipt: {told} does"
    state = next(state for state, found in STATES.items() if found is phase)
    priority = {Gravity.DANGER: P1, Gravity.RISK: P2, Gravity.SERVICE: P3}[gravity]
    nobody = " ".join(texts_of(say(reader, state, priority)))
    assert not re.search(r"台已收到|已显示|console has received|shows it", nobody)


@pytest.mark.parametrize(("reader", "phase"), list(itertools.product(READERS, Phase)))
def test_a_call_for_staff_is_no_emergency_and_no_promise(reader: Reader, phase: Phase) -> None:
    for text in texts_of(TEXTS[reader][phase][Gravity.SERVICE]):
        assert "马上有人" not in text
        if reader in ("wearer", "lobby"):
            assert not EMERGENCY.search(text), text


def test_who_has_it_is_named_by_its_receipts() -> None:
    told: dict[tuple[Told, ...], str] = {
        (): "还没有人收到，请让出通道",
        ("operator",): "值班台已收到，请让出通道",
        ("neighbour",): "邻居的屏幕已显示，请让出通道",
        ("operator", "neighbour"): "值班台已收到，邻居的屏幕已显示，请让出通道",
    }
    for receipts, text in told.items():
        assert say("lobby", RINGING, P1, receipts).next.zh == text


def test_who_goes_is_a_role_or_a_group_and_an_operator_sends_somebody() -> None:
    assert who_words(Actor.OPERATOR, Phase.SEEN) == Words("值班员", "The operator")
    assert who_words(Actor.OPERATOR, Phase.GOING) == Words("值班员派的人", "Someone sent by the operator")
    assert who_words(Actor.RESPONDER, Phase.GOING, Words("1栋互助组", "Building 1 group")).zh == "1栋互助组"
    assert who_words(99, Phase.GOING) == Words("有人", "Someone")
    said = say("neighbour", ACKED, P1, who=who_words(Actor.OPERATOR, Phase.SEEN))
    assert said.headline == Words("值班员已看到，还没有人去", "The operator has seen it, nobody is going yet")


def test_states_and_priorities_of_a_later_version_have_words() -> None:
    assert [phase_of(state) for state in STATES] == list(STATES.values())
    assert (phase_of(35), phase_of(45), phase_of(99)) == (Phase.SEEN, Phase.GOING, Phase.CLOSED)
    assert [gravity_of(one) for one in (0, P1, P2, P3, P4, 9)] == [
        Gravity.DANGER,
        Gravity.DANGER,
        Gravity.RISK,
        Gravity.SERVICE,
        Gravity.SERVICE,
        Gravity.SERVICE,
    ]
