"""One ladder, one sender: box and hub over a line that is cut, one way too, with kills of either; by a moved clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_protos.ladder.notes import Fate, read_record
from anju_protos.ladder.steps import PHONES, Target
from anju_protos.v1.event_pb2 import ACKED, ON_SITE, RESOLVED, RESPONDING
from support.two_sides import BOX, HUB, World

EACH_ONCE = [(target, 0, 1) for target in ("grid_worker", "group", "leader", "review", "second_operator", "supervisor")]


def senders(world: World) -> dict[str, tuple[int, int]]:
    """When and by whom each target was told first."""
    return {one.key[1]: (one.at_s, one.side) for one in reversed(world.told)}


def test_the_hub_holds_what_it_sees() -> None:
    world = World()
    world.run(190)
    assert [one for one in world.messages() if one[1] == 0] == EACH_ONCE
    assert senders(world)["group"] == (30, HUB)
    assert {one.side for one in world.told} == {HUB}
    assert not any(one.in_doubt for one in world.told)


def test_the_hub_is_lost_10_s_into_the_ladder_and_back_at_70() -> None:
    world = World()
    world.run(10)
    world.line(up=False, down=False)
    world.run(60)
    world.line(up=True, down=True)
    world.run(120)
    assert [one for one in world.messages() if one[1] == 0] == EACH_ONCE
    told = senders(world)
    assert told["group"] == (30, BOX)
    assert told["second_operator"] == (60, BOX)
    assert told["leader"] == (120, HUB)
    assert not any(one.in_doubt for one in world.told)


def test_the_same_with_a_hub_that_was_killed() -> None:
    world = World()
    world.run(10)
    world.kill(world.hub)
    world.run(60)
    world.start(world.hub)
    world.run(120)
    assert [one for one in world.messages() if one[1] == 0] == EACH_ONCE
    assert senders(world)["second_operator"] == (60, BOX)
    assert senders(world)["supervisor"] == (180, HUB)


def test_nobody_takes_over_and_the_box_sends_in_time() -> None:
    world = World()
    world.kill(world.hub)
    world.run(185)
    assert {one.side for one in world.told} == {BOX}
    assert senders(world)["group"] == (30, BOX)
    assert senders(world)["supervisor"] == (180, BOX)


def test_an_earlier_hub_never_takes_over() -> None:
    world = World(ladder=World().ladder)
    world.hub.knows = False
    world.line(up=False, down=True)  # it is heard, and does nothing for the ladder
    world.run(40)
    assert senders(world) == {"group": (30, BOX)}


def test_a_box_that_died_leaves_it_to_the_hub_marked() -> None:
    world = World()
    world.run(10)
    world.kill(world.box)
    world.run(250)
    assert [one for one in world.messages() if one[1] == 0] == EACH_ONCE
    assert senders(world)["group"] == (75, HUB)
    phones = [one for one in world.told if one.key[1] != Target.REVIEW and one.key[0] == 0]
    assert all(one.in_doubt for one in phones)


def test_a_box_without_a_modem_is_not_waited_for() -> None:
    world = World(box_sends=False)
    world.run(10)
    world.kill(world.box)
    world.run(110)
    assert senders(world)["group"] == (30, HUB)
    assert not any(one.in_doubt for one in world.told)


@pytest.mark.parametrize("first", [BOX, HUB])
def test_what_one_side_cannot_reach_the_other_reaches(first: int) -> None:
    world = World()
    if first == BOX:
        world.line(up=False, down=False)
        world.box.has_channel = False
        world.run(31)
        assert world.told == []
        world.line(up=True, down=True)
        world.run(5)
        assert senders(world)["group"] == (31, HUB)
    else:
        world.hub.has_channel = False
        world.run(35)
        assert senders(world)["group"] == (31, BOX)


def test_a_step_that_reached_nobody_brings_the_next_at_once() -> None:
    world = World()
    world.line(up=False, down=False)
    world.box.has_channel = False
    world.run(32)
    record = read_record(world.box.incident)
    assert [record.fate((0, target, 1), BOX) for target in ("group", "second_operator", "leader", "supervisor")] == [
        *(Fate.FAILED_HERE, Fate.FAILED_HERE),
        *(Fate.OPEN, Fate.OPEN),
    ]


def test_an_acknowledgement_holds_it_and_one_who_goes_stands_the_others_down() -> None:
    world = World()
    world.run(40)
    world.step(world.hub, ACKED)
    world.run(100)
    assert senders(world) == {"group": (30, HUB)}
    world.step(world.box, RESPONDING)
    world.run(300)
    assert [(at, one.targets, one.is_closed) for at, one in world.stood_down] == [(140, ("group",), False)]
    world.step(world.box, RESOLVED)
    world.run(300)
    assert len(world.stood_down) == 1
    assert world.rang_again == []


@pytest.mark.parametrize(("state", "at_s"), [(None, 180), (ACKED, 200)])
def test_without_one_who_goes_it_rings_again(state: int | None, at_s: int) -> None:
    world = World()
    world.run(20)
    if state is not None:
        world.step(world.hub, ACKED)
    world.run(220)
    assert world.rang_again == [(at_s, 1)]
    assert [one.at_s for one in world.told if one.key == (1, "group", 1)] == [at_s + 31]  # rung anew, then seen


def test_a_press_that_joins_goes_on_where_it_is_and_one_after_an_answer_begins_anew() -> None:
    world = World()
    world.run(40)
    world.press()
    world.run(10)
    assert world.messages() == [("group", 0, 1)]
    world.step(world.hub, ACKED)
    world.run(10)
    world.press()
    world.run(40)
    assert world.messages() == [("group", 0, 1), ("group", 1, 1)]


@pytest.mark.parametrize("knows_the_time", [True, False])
@pytest.mark.parametrize("which", ["box", "hub"])
def test_a_restart_goes_on_where_it_was(which: str, knows_the_time: bool) -> None:
    world = World()
    if which == "box":
        world.line(up=False, down=False)
    world.run(45)
    one = world.box if which == "box" else world.hub
    world.kill(one)
    world.run(3)
    world.start(one, knows_the_time=knows_the_time)
    world.run(200)
    assert [one for one in world.messages() if one[1] == 0 and one[0] != "review"] == [
        one for one in EACH_ONCE if one[0] != "review"
    ]
    assert senders(world)["second_operator"][0] == (60 if knows_the_time else 78)


def test_a_kill_between_message_and_record_sends_it_again_marked() -> None:
    world = World()
    world.line(up=False, down=False)
    world.crash_while_sending = True
    world.run(35)
    world.start(world.box)
    world.run(5)
    assert [(one.key[1], one.in_doubt) for one in world.told] == [("group", False), ("group", True)]


def test_a_line_that_went_while_the_hub_may_have_sent_is_in_doubt() -> None:
    world = World()
    world.run(28)
    world.line(up=True, down=False)
    world.run(40)
    assert [(one.key[1], one.side, one.in_doubt) for one in world.told] == [
        ("group", HUB, False),
        ("group", BOX, True),
        ("second_operator", BOX, False),
    ]


def test_a_hub_that_is_back_waits_for_the_box_to_say_what_it_sent() -> None:
    world = World()
    world.run(10)
    world.line(up=False, down=False)
    world.run(50)
    world.line(up=True, down=True)  # in the second in which the box tells the second operator
    world.run(10)
    assert [(one.key[1], one.at_s, one.side) for one in world.told] == [
        ("group", 30, BOX),
        ("second_operator", 60, BOX),
    ]


def test_what_a_box_began_before_it_died_is_sent_marked_before_it_rings_again() -> None:
    world = World()
    world.run(100)
    world.line(up=False, down=False)
    world.run(75)
    world.crash_while_sending = True
    world.run(8)
    world.line(up=True, down=True)
    world.start(world.box)
    world.run(60)
    assert [(one.at_s, one.side, one.in_doubt) for one in world.told if one.key == (0, "supervisor", 1)] == [
        (180, BOX, False),
        (225, HUB, True),
    ]
    assert world.rang_again == [(225, 1)]


def test_a_box_that_lost_the_time_says_in_doubt_what_a_hub_that_died_may_have_sent() -> None:
    world = World()
    world.run(1)
    world.kill(world.box)
    world.crash_while_sending = True
    world.run(15)
    world.start(world.box, knows_the_time=False)
    world.run(40)
    assert [(one.key[1], one.side, one.in_doubt) for one in world.told] == [("group", HUB, False), ("group", BOX, True)]


EVENTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 70)),
    st.tuples(st.sampled_from(["cut", "mend", "deaf-box", "deaf-hub", "kill-box", "kill-hub"]), st.integers(1, 30)),
    st.tuples(st.sampled_from(["start-box", "start-hub", "crash", "press", "lost-clock"]), st.integers(1, 30)),
    st.tuples(st.sampled_from(["ack-box", "ack-hub", "go-box", "there-hub"]), st.integers(1, 30)),
    st.tuples(st.sampled_from(["no-signal", "no-gateway", "all-send"]), st.integers(1, 30)),
)


def happen(world: World, what: str) -> None:
    match what:
        case "cut":
            world.line(up=False, down=False)
        case "mend":
            world.line(up=True, down=True)
        case "deaf-box":
            world.line(up=True, down=False)
        case "deaf-hub":
            world.line(up=False, down=True)
        case "kill-box" | "kill-hub":
            world.kill(world.box if what == "kill-box" else world.hub)
        case "start-box" | "start-hub" | "lost-clock":
            one = world.hub if what == "start-hub" else world.box
            world.start(one, knows_the_time=what != "lost-clock")
        case "no-signal":
            world.box.has_channel = False
        case "no-gateway":
            world.hub.has_channel = False
        case "all-send":
            world.box.has_channel = world.hub.has_channel = True
        case "crash":
            world.crash_while_sending = True
        case "press":
            world.press()
        case "ack-box" | "ack-hub":
            world.step(world.box if what == "ack-box" else world.hub, ACKED)
        case "go-box":
            world.step(world.box, RESPONDING)
        case "there-hub":
            world.step(world.hub, ON_SITE)


@settings(max_examples=100, deadline=None)
@given(events=st.lists(EVENTS, max_size=14))
def test_whatever_breaks_nothing_is_sent_twice_without_doubt_and_nothing_is_left_out(
    events: list[tuple[str, int]],
) -> None:
    world = World()
    for what, seconds in events:
        happen(world, what)
        world.run(seconds)
    for one in ("mend", "start-box", "start-hub", "all-send"):
        happen(world, one)
    world.crash_while_sending = False
    world.run(5)
    world.press()  # where somebody had answered it rings anew, so that the rest is the ladder's alone
    world.run(700)
    for key in {one.key for one in world.told}:
        sure = [one for one in world.told if one.key == key and not one.in_doubt]
        assert len(sure) <= 1, sure
    last = world.box.incident.round - 1  # a whole round has gone by since all was mended
    assert last >= 0
    targets = {one.target for one in world.ladder.tellings() if one.target in PHONES}
    assert {one.key[1] for one in world.told if one.key[0] == last} - {"review"} == targets
    assert abs(world.box.incident.round - world.hub.incident.round) <= 1  # the newest is on its way


@settings(max_examples=60, deadline=None)
@given(events=st.lists(EVENTS, max_size=10))
def test_to_look_when_something_can_be_due_is_enough(events: list[tuple[str, int]]) -> None:
    each_second, seldom = World(), World(is_lazy=True)
    for world in (each_second, seldom):
        for what, seconds in events:
            happen(world, what)
            world.run(seconds)
        world.run(300)
    assert seldom.told == each_second.told
    assert seldom.rang_again == each_second.rang_again
    assert seldom.stood_down == each_second.stood_down
