"""Camera triggers to edges: tables of (time, reading) -> what passes."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.triggers import KINDS, MAX_OPEN, NEVER_HELD_BACK, PRESSES, TriggerFilter, TriggerTiming
from anju_drivers.driver import TriggerReading, TriggerState

ACTIVE, INACTIVE, PULSE = TriggerState.ACTIVE, TriggerState.INACTIVE, TriggerState.PULSE
MOTION = TriggerReading("hikvision:020000000001", "motion", ACTIVE, channel=1)
FALL = replace(MOTION, kind="fall")


def trigger(kind: str, state: TriggerState = ACTIVE) -> TriggerReading:
    return replace(MOTION, kind=kind, state=state)


def states(out: list[TriggerReading]) -> list[tuple[str, TriggerState]]:
    return [(one.kind, one.state) for one in out]


def test_one_beginning_one_end_by_time() -> None:
    edges = TriggerFilter()
    assert states(edges.take(MOTION, 0.0)) == [("motion", ACTIVE)]
    assert all(edges.take(MOTION, now_s / 10) == [] for now_s in range(1, 50))
    assert edges.next_due_s() == 14.9
    assert edges.tick(14.8) == []
    assert states(edges.tick(14.9)) == [("motion", INACTIVE)]
    assert edges.next_due_s() is None


def test_an_end_without_region_ends_all_of_its_kind_and_channel() -> None:
    edges = TriggerFilter()
    one, two = (replace(MOTION, kind="intrusion", region=region) for region in "12")
    other = replace(one, channel=2)
    assert [states(edges.take(reading, 0.0)) for reading in (one, two, other)] == [[("intrusion", ACTIVE)]] * 3
    ended = edges.take(replace(one, state=INACTIVE, region=""), 1.0)
    assert [(one.region, one.channel, one.state) for one in ended] == [("1", 1, INACTIVE), ("2", 1, INACTIVE)]
    assert edges.take(replace(one, state=INACTIVE, region="1"), 1.5) == []


def test_ongoing_extends_and_never_opens() -> None:
    edges = TriggerFilter()
    ongoing = replace(MOTION, kind="intrusion", ongoing=True, raw_type="duration")
    assert edges.take(ongoing, 0.0) == []
    edges.take(replace(MOTION, kind="intrusion", region="2"), 1.0)
    assert all(edges.take(ongoing, now_s) == [] for now_s in (5.0, 14.0, 23.0))
    assert states(edges.tick(33.0)) == [("intrusion", INACTIVE)]


def test_late_ones_pass_and_change_nothing() -> None:
    edges = TriggerFilter()
    late = replace(MOTION, late=True)
    assert edges.take(late, 0.0) == [late]
    assert states(edges.take(MOTION, 0.1)) == [("motion", ACTIVE)]


def test_ignored_is_dropped_and_counted() -> None:
    edges = TriggerFilter()
    assert edges.take(replace(MOTION, kind="ignored"), 0.0) == []
    assert edges.ignored == 1


def test_beginnings_closer_than_two_seconds_are_held_back() -> None:
    edges = TriggerFilter()
    off = replace(MOTION, state=INACTIVE)
    passed = [states(edges.take(one, at)) for at, one in [(0.0, MOTION), (0.5, off), (1.0, MOTION), (2.5, MOTION)]]
    assert passed == [[("motion", ACTIVE)], [("motion", INACTIVE)], [], [("motion", ACTIVE)]]
    assert edges.held_back == 1


def test_a_flood_becomes_one_word() -> None:
    edges = TriggerFilter()
    off = replace(MOTION, state=INACTIVE)
    out = [one for at in range(100) for it in (MOTION, off) for one in edges.take(it, at * 2.5)]
    noisy = [one for one in out if one.kind == "diagnostic"]
    assert [(one.raw_type, one.rule, one.state) for one in noisy] == [("noisy_camera", "motion", PULSE)]
    assert sum(one.state is ACTIVE for one in out) == 20
    assert states(edges.take(MOTION, 1000.0)) == [("motion", ACTIVE)]  # quiet again: heard again


@given(st.sampled_from(sorted(NEVER_HELD_BACK)), st.lists(st.floats(0.001, 0.2), min_size=30, max_size=60))
def test_a_call_for_help_passes_however_often(kind: str, gaps_s: list[float]) -> None:
    edges, now_s, passed = TriggerFilter(), 0.0, 0
    for gap_s in gaps_s:
        now_s += gap_s
        passed += sum(one.kind == kind for one in edges.take(replace(MOTION, kind=kind, state=PULSE), now_s))
    assert passed == len(gaps_s)


readings = st.builds(
    TriggerReading,
    device=st.sampled_from(["hikvision:a", "hikvision:b"]),
    kind=st.sampled_from(sorted(KINDS)),
    state=st.sampled_from(list(TriggerState)),
    channel=st.integers(0, 2),
    region=st.sampled_from(["", "1", "2"]),
    ongoing=st.booleans(),
    late=st.booleans(),
)


@given(st.lists(st.tuples(readings, st.floats(0, 30)), max_size=60))
def test_edges_alternate_and_all_ends_come(steps: list[tuple[TriggerReading, float]]) -> None:
    edges, now_s = TriggerFilter(), 0.0
    is_open: dict[tuple[str, int, str, str], bool] = {}
    out: list[TriggerReading] = []
    for reading, gap_s in steps:
        now_s += gap_s
        out += edges.take(reading, now_s)
    out += edges.tick(now_s + 11)
    for edge in out:
        key = (edge.device, edge.channel, edge.kind, edge.region)
        if edge.late or edge.state is PULSE:
            continue
        assert is_open.get(key, False) is (edge.state is INACTIVE) or edge.kind in PRESSES
        is_open[key] = edge.state is ACTIVE
    assert not any(is_open.values())


def test_memory_is_bounded_and_what_is_forgotten_is_closed() -> None:
    edges = TriggerFilter()
    out = [one for number in range(MAX_OPEN + 100) for one in edges.take(replace(FALL, region=str(number)), 0.0)]
    assert sum(one.state is ACTIVE for one in out) == MAX_OPEN + 100
    assert sum(one.state is INACTIVE for one in out) == 100
    assert len(edges.tick(20.0)) == MAX_OPEN


def test_repeats_of_a_pulse_are_folded_but_presses_are_not() -> None:
    edges = TriggerFilter(TriggerTiming(pulse_hold_s=15, min_gap_s=2))
    motion, press = trigger("motion", TriggerState.PULSE), trigger("call_button", TriggerState.PULSE)
    for at in range(0, 60, 7):
        assert len(edges.take(motion, at)) == (at == 0)
        assert edges.take(press, at) == [press]
    assert edges.take(motion, 56 + 15.0) == [motion]
    assert edges.held_back == 0


def test_a_pulse_does_not_end_what_is_open() -> None:
    edges = TriggerFilter(TriggerTiming(clear_after_s=math.inf))
    edges.take(trigger("motion"), 0)
    assert edges.take(trigger("motion", TriggerState.PULSE), 5) == []
    assert [one.state for one in edges.take(trigger("motion", TriggerState.INACTIVE), 6)] == ["inactive"]
    assert edges.next_due_s() is None


def test_what_was_open_while_the_camera_was_lost_ends_unless_it_is_said_again() -> None:
    edges = TriggerFilter(TriggerTiming(clear_after_s=math.inf))
    edges.take(trigger("motion"), 0)
    edges.take(trigger("tamper"), 0)
    edges.doubt(100, confirm_s=30)
    assert edges.next_due_s() == 130
    assert edges.take(trigger("motion"), 101) == []
    assert [one.kind for one in edges.tick(130)] == ["tamper"]
    assert edges.next_due_s() is None


def test_people_and_cars_at_once_are_two_objects_and_a_bare_end_ends_both() -> None:
    edges = TriggerFilter(TriggerTiming(clear_after_s=math.inf))
    human = replace(trigger("object"), targets=("human",))
    car = replace(trigger("object"), targets=("vehicle",))
    assert edges.take(human, 0) == [human]
    assert edges.take(car, 1) == [car]
    assert len(edges.take(replace(car, state=TriggerState.INACTIVE), 2)) == 1
    edges.take(car, 9)
    assert len(edges.take(trigger("object", TriggerState.INACTIVE), 10)) == 2


def test_a_car_that_leaves_does_not_end_the_person_in_the_same_region() -> None:
    """Case car-leaves-while-a-person-stays."""
    edges = TriggerFilter(TriggerTiming(clear_after_s=120))
    human = replace(trigger("intrusion"), rule="IVS-1", targets=("human",))
    car = replace(human, targets=("vehicle",))
    assert [edges.take(human, 0), edges.take(car, 1)] == [[human], [car]]
    assert edges.take(replace(car, state=INACTIVE), 5) == [replace(car, state=INACTIVE)]
    assert edges.take(human, 30) == []
    assert edges.take(replace(human, state=INACTIVE), 40) == [replace(human, state=INACTIVE)]


def test_one_rules_end_leaves_the_others_open_and_ends_what_named_no_rule() -> None:
    edges = TriggerFilter(TriggerTiming(clear_after_s=120))
    one, two = (replace(trigger("line_crossing"), rule=rule) for rule in ("IVS-1", "IVS-2"))
    for at, reading in enumerate((one, two)):
        edges.take(reading, at)
    assert [it.rule for it in edges.take(replace(one, state=INACTIVE, targets=("human",)), 5)] == ["IVS-1"]
    assert edges.is_open(two)
    assert not edges.is_open(one)
    edges.take(trigger("motion"), 10)
    assert [it.rule for it in edges.take(replace(trigger("motion", INACTIVE), rule="MD-1"), 11)] == [""]


def test_an_end_that_names_one_of_several_targets_ends_them_together() -> None:
    edges = TriggerFilter()
    both = replace(trigger("intrusion"), targets=("human", "vehicle"))
    edges.take(both, 0)
    assert len(edges.take(replace(both, state=INACTIVE, targets=("human",)), 1)) == 1


def test_a_bell_that_only_ever_says_start_rings_again_and_a_bouncing_one_does_not() -> None:
    """Case doorbell-pressed-twice-no-stop."""
    edges = TriggerFilter(TriggerTiming(clear_after_s=math.inf))
    bell = trigger("call_button")
    assert [len(edges.take(bell, at)) for at in (0, 0.5, 1.0, 30, 33, 33.5)] == [1, 0, 0, 1, 1, 0]
    assert [it.state for it in edges.take(trigger("call_button", INACTIVE), 40)] == [INACTIVE]


def test_what_is_said_again_after_a_long_silence_has_begun_again() -> None:
    """Case motion-that-never-ends-hides-the-next."""
    edges = TriggerFilter(TriggerTiming(clear_after_s=math.inf, renew_after_s=60))
    assert states(edges.take(MOTION, 0)) == [("motion", ACTIVE)]
    assert [edges.take(MOTION, at) for at in (30, 80, 139)] == [[], [], []]
    assert states(edges.take(MOTION, 3600)) == [("motion", INACTIVE), ("motion", ACTIVE)]
    assert edges.tick(10_000) == []
