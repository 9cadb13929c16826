"""The ladder as text: what it says, what was said before, and what exactly is wrong with what says nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.ladder.steps import (
    DEFAULT_LADDERS,
    Ladder,
    LadderError,
    LadderStep,
    Sender,
    Stop,
    Target,
    parse_ladder,
    sender_of,
)
from anju_protos.v1.event_pb2 import P1, P2

STEPS = st.builds(
    LadderStep,
    st.integers(0, 99_999).map(lambda seconds: seconds * 1000),
    st.lists(st.sampled_from(Target), min_size=1, max_size=5, unique=True).map(tuple),
    st.sampled_from(Stop),
)


@given(steps=st.lists(STEPS, max_size=6))
def test_text_and_ladder_say_the_same(steps: list[LadderStep]) -> None:
    first = LadderStep(0, (Target.SIREN,))
    ladder = Ladder((first, *sorted(steps, key=lambda step: step.wait_ms)))
    read = parse_ladder(str(ladder))
    assert read == Ladder(tuple(sorted(ladder.steps, key=lambda step: step.wait_ms)))


@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_an_older_box_takes_the_local_part_of_any_ladder(steps: list[LadderStep]) -> None:
    local = parse_ladder(Ladder(tuple(sorted(steps, key=lambda step: step.wait_ms))).local_text())
    assert local.is_local()
    assert local.steps[0].wait_ms == 0
    assert all(step.stop is Stop.ACKED for step in local.steps)


@given(text=st.text("0123456789 ;abcdefghijklmnoprstuv_٣", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        ladder = parse_ladder(text)
    except LadderError:
        return
    assert ladder.steps[0].wait_ms == 0


@pytest.mark.parametrize(
    ("text", "levels", "sounding"),
    [
        ("120 lan; 0 siren kiosk; 30 lan", [1, 1, 2, 3], {"siren", "kiosk", "lan"}),
        ("0 siren kiosk console; 10 group; 30 lan leader; 60 supervisor", [1, 1, 2, 2], {"siren", "kiosk", "lan"}),
        ("0 group; 30 lan", [0, 0, 1, 1], {"lan"}),
    ],
)
def test_local_channels_climb_as_they_did(text: str, levels: list[int], sounding: set[str]) -> None:
    ladder = parse_ladder(text)
    assert [ladder.level(ms) for ms in (0, 29_999, 30_000, 500_000)] == levels
    assert ladder.sounding(30_000) == sounding
    assert not ladder.names_lan(0, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("30 lan", "must have the first at 0: an alarm sounds at once"),
        ("", "step 1: is empty"),
        ("0 lan;", "step 2: is empty"),
        ("0", "step 1: names no target; known: siren"),
        ("0 siren until going", None),
        ("0 until going", "step 1: names no target"),
        ("0 siren; 30 lan grup", "step 2: word 3 is no target; known: siren"),
        ("0 siren; 30s group", "step 2: word 1 must be whole seconds from 0 to 99999"),
        ("٣ siren", "step 1: word 1 must be whole seconds"),
        ("123456 lan; 0 lan", "step 1: word 1 must be whole seconds"),
        ("0 siren until", "step 1: word 3 must be the last but one, as in until acked or until going"),
        ("0 siren until going now", "step 1: word 3 must be"),
        ("; ".join(["0 siren"] * 21), "must be at most 20 steps"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str | None) -> None:
    if words is None:
        assert parse_ladder(text).steps[0].stop is Stop.GOING
        return
    with pytest.raises(LadderError, match=re.escape(words)):
        parse_ladder(text)


def test_what_was_typed_is_in_no_message() -> None:
    with pytest.raises(LadderError) as caught:
        parse_ladder("0 siren; 30 王秀英")
    assert "王" not in str(caught.value)
    assert (caught.value.step, caught.value.word) == (2, 2)


def test_each_target_has_its_sender() -> None:
    senders = {target: sender_of(target) for target in Target}
    assert [target for target, sender in senders.items() if sender is Sender.BOX] == ["siren", "kiosk", "lan"]
    assert [target for target, sender in senders.items() if sender is Sender.HUB] == ["console", "review"]


def test_defaults_are_those_of_the_promise() -> None:
    waits = {one.target: one.wait_ms // 1000 for one in DEFAULT_LADDERS[P1].tellings() if one.target is not Target.LAN}
    assert waits == {
        Target.SIREN: 0,
        Target.KIOSK: 0,
        Target.CONSOLE: 0,
        Target.GROUP: 30,
        Target.SECOND_OPERATOR: 60,
        Target.LEADER: 120,
        Target.GRID_WORKER: 120,
        Target.SUPERVISOR: 180,
        Target.REVIEW: 180,
    }
    lan = {
        priority: [ladder.level(ms) for ms in (0, 30_000, 120_000, 180_000)]
        for priority, ladder in DEFAULT_LADDERS.items()
    }
    assert lan == {P1: [1, 2, 3, 3], P2: [1, 1, 1, 2]}
