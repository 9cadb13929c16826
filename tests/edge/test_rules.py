"""Rules as tables of (state, event, now) -> (state, actions), dedup, escalation, and what no rule may do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_edge.intake.press_dedup import PressDedup
from anju_edge.rules.settings import RuleError, RuleSet, read_rules
from anju_protos.ladder.roster import settings_for_boxes
from anju_protos.rules.decide import (
    BoxFault,
    DevicePress,
    HelpBell,
    Raise,
    Ring,
    RuleEvent,
    RulesState,
    SelfTest,
    StaffBell,
    decide,
)
from anju_protos.v1.control_pb2 import RosterBundle, Rule
from anju_protos.v1.event_pb2 import P1, P2, P3, P4, Priority, Reason

R = Reason


@pytest.mark.parametrize(
    ("event", "priority", "rings"),
    [
        (DevicePress("d", frozenset({R.SOS}), True), P1, True),
        (DevicePress("d", frozenset({R.SOS, R.LOW_BATTERY}), True), P1, True),
        (DevicePress("d", frozenset({R.FALL}), True), P1, True),
        (DevicePress("d", frozenset(), True), P1, True),
        (DevicePress("d", frozenset({R.REMOVED}), True), P2, True),
        (DevicePress("d", frozenset({R.TAMPER}), True), P3, False),
        (DevicePress("d", frozenset({R.LOW_BATTERY}), True), P4, False),
        (DevicePress("d", frozenset({R.SOS}), False), P2, True),
        (DevicePress("d", frozenset({R.LOW_BATTERY}), False), P4, False),
        (HelpBell("kiosk-1"), P1, True),
        (StaffBell("kiosk-1"), P3, False),
        (BoxFault(), P2, False),
        (SelfTest(), P4, False),
    ],
)
def test_what_an_event_is_worth(event: RuleEvent, priority: int, rings: bool) -> None:
    _, actions = decide(RuleSet(), RulesState(), event, 0)
    raised = [action for action in actions if isinstance(action, Raise)]
    assert [action.priority for action in raised] == [priority]
    assert [action.priority for action in actions if isinstance(action, Ring)] == ([priority] if rings else [])
    if rings:
        assert isinstance(actions[0], Ring), "it rings before it is recorded"


def test_every_reason_of_an_alarm_is_kept() -> None:
    _, actions = decide(RuleSet(), RulesState(), DevicePress("d", frozenset({R.SOS, R.LOW_BATTERY}), True), 0)
    assert Raise(P1, (R.SOS, R.LOW_BATTERY), "sos") in actions


def test_unknown_devices_ring_at_most_so_often_and_are_always_recorded() -> None:
    state, rings = RulesState(), 0
    for number in range(100):
        state, actions = decide(RuleSet(), state, DevicePress(f"d{number}", frozenset({R.SOS}), False), number * 100)
        assert Raise(P2, (R.SOS,), "sos", unknown_device=True) in actions
        rings += len(actions) - 1
    assert rings == 6
    _, actions = decide(RuleSet(), state, DevicePress("x", frozenset({R.SOS}), False), 70_000)
    assert Ring(P2) in actions
    _, actions = decide(RuleSet(), state, DevicePress("d", frozenset({R.SOS}), True), 10_000)
    assert Ring(P1) in actions, "the cap of strangers holds back none of ours"


EVENTS: st.SearchStrategy[RuleEvent] = st.one_of(
    st.builds(
        DevicePress,
        st.text("ab", max_size=2),
        st.frozensets(st.sampled_from([int(value) for value in Reason.values()]), max_size=3),
        st.booleans(),
    ),
    st.builds(HelpBell, st.just("k")),
    st.builds(StaffBell, st.just("k")),
    st.just(BoxFault()),
    st.just(SelfTest()),
)


@given(st.lists(st.tuples(EVENTS, st.integers(0, 100_000)), max_size=60), st.integers(1, 600))
def test_no_sequence_makes_the_rules_swallow_an_alarm(events: list[tuple[RuleEvent, int]], per_min: int) -> None:
    state, now_ms = RulesState(), 0
    rules = RuleSet(unknown_rings_per_min=per_min)
    for event, wait_ms in events:
        now_ms += wait_ms
        state, actions = decide(rules, state, event, now_ms)
        assert sum(isinstance(action, Raise) for action in actions) == 1
        if isinstance(event, DevicePress) and event.adopted and R.SOS in event.reasons:
            assert isinstance(actions[0], Ring)
        assert len(state.unknown_rings_ms) <= per_min


def rule(kind: str, **values: str) -> RosterBundle:
    return RosterBundle(rules=[Rule(id="one", kind=kind, values=values)])


def test_thresholds_come_from_the_roster() -> None:
    bundle = rule("sos", priority="P2", priority_tamper="P1", unknown_rings_per_min="2", rering_after_s="5")
    bundle.settings["escalation.P1"] = "0 siren; 30 lan"
    rules = read_rules(bundle)
    assert rules.priorities[R.SOS] == P2
    assert rules.priorities[R.TAMPER] == P1
    assert (rules.unknown_rings_per_min, rules.rering_after_ms) == (2, 5000)
    assert rules.ladders[P1].sounding(0) == {"siren"}


@pytest.mark.parametrize(
    ("bundle", "key"),
    [
        (rule("sos", priority="P9"), "rules.one.priority"),
        (rule("sos", nonsense="1"), "rules.one.nonsense"),
        (rule("sos", unknown_rings_per_min="0"), "rules.one.unknown_rings_per_min"),
        (rule("help_bell", loud="1"), "rules.one.loud"),
        (rule("wizard"), "rules.one.kind"),
        (RosterBundle(settings={"escalation.P1": "5 siren"}), "settings.escalation.P1"),
        (RosterBundle(settings={"escalation.P1": "0 trumpet"}), "settings.escalation.P1"),
        (RosterBundle(settings={"escalation.P7": "0 siren"}), "settings.escalation.P7"),
        (RosterBundle(settings={"ladder.P1": "0 siren; 30 grup"}), "settings.ladder.P1"),
        (RosterBundle(settings={"ladder.P7": "0 siren"}), "settings.ladder.P7"),
    ],
)
def test_a_wrong_rule_is_named(bundle: RosterBundle, key: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rules(bundle)
    assert caught.value.key == key


def test_the_whole_ladder_counts_more_than_the_part_for_earlier_boxes() -> None:
    whole = "0 siren kiosk lan; 30 group; 60 lan supervisor until going"
    told = settings_for_boxes({"escalation.P1": whole, "escalation.P2": "0 kiosk", "other": "1"})
    assert told == {
        "escalation.P1": "0 siren kiosk lan; 60 lan",
        "ladder.P1": whole,
        "escalation.P2": "0 kiosk",
        "other": "1",
    }
    rules = read_rules(RosterBundle(settings=told))
    assert str(rules.ladders[P1]) == whole
    assert str(rules.ladders[P2]) == "0 kiosk"
    assert Priority.P3 not in RuleSet().ladders


# ---- dedup


def test_copies_within_the_window_of_the_last_copy_are_one_press() -> None:
    dedup, sos = PressDedup(), frozenset({int(R.SOS)})
    news = [dedup.take("d", b"1", sos, 2.0, now_ms)[1] for now_ms in (0, 1500, 3000, 4900, 7000)]
    assert news == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("device", "press", "reasons"),
    [("d", b"2", {R.SOS}), ("d", b"1", {R.SOS, R.LOW_BATTERY}), ("e", b"1", {R.SOS})],
)
def test_a_new_counter_other_reasons_or_another_device_is_a_new_press(
    device: str, press: bytes, reasons: set[int]
) -> None:
    dedup = PressDedup()
    assert dedup.take("d", b"1", frozenset({int(R.SOS)}), 60, 0)[1]
    assert dedup.take(device, press, frozenset(map(int, reasons)), 60, 1)[1]


def test_memory_is_bounded_and_counts_are_not_lost_with_it() -> None:
    dedup, sos = PressDedup(limit=10), frozenset({int(R.SOS)})
    dedup.take("first", b"", sos, 1e6, 0)
    dedup.take("first", b"", sos, 1e6, 1)
    out = [old for number in range(50) for old in dedup.take(f"d{number}", b"", sos, 1e6, 2)[2]]
    assert len(dedup) == 10
    assert sum(old.unreported for old in out) == 1
    assert dedup.take("first", b"", sos, 1e6, 3)[1], "forgotten rings again: the safe side"


PRESSES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([b"1", b"2"]), st.sampled_from([1, 2]), st.integers(0, 4000)),
    max_size=60,
)


@given(PRESSES, st.integers(1, 4))
def test_every_copy_is_a_press_or_a_counted_repeat(presses: list[tuple[str, bytes, int, int]], limit: int) -> None:
    dedup, now_ms, news, counted = PressDedup(limit), 0, 0, 0
    for device, press, reason, wait_ms in presses:
        now_ms += wait_ms
        _, new, out = dedup.take(device, press, frozenset({reason}), 2.0, now_ms)
        news += new
        for burst in [*out, *dedup.due(now_ms)]:
            counted += burst.unreported
            burst.reported = burst.copies
    for burst in dedup.drain():
        counted += burst.unreported
    assert news + counted == len(presses)
    if presses:
        assert news >= 1
