"""What each rule that watches devices decides, as tables of (time, event) -> (rings, clears), a bad clock included.

A story is a list of (seconds, what happens); what is expected is a list of (seconds, "raise" or the cause of a clear).
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.rules.actions import Clear, Raise, Ring
from anju_protos.rules.device_models import UNKNOWN, departed_after_ms, model_of
from anju_protos.rules.fences import read_circle, read_polygon
from anju_protos.rules.hours import Hours, Moment, is_quiet, read_hours, wait_ms
from anju_protos.rules.kinds import KINDS
from anju_protos.rules.overdue import Attendance, CheckedIn, CheckedOut, Overdue
from anju_protos.rules.spells import NONE, Happening, Heard, Seen, Tick, WatchRule
from anju_protos.v1.control_pb2 import Activity, Device
from anju_protos.v1.event_pb2 import (
    P2,
    Alarm,
    DeviceState,
    Position,
    Presence,
    Priority,
    Reason,
    Trigger,
    Vital,
)

BAND = Device(key="ble:aa", kind="band", model="minew-b10")
WATCH = Device(key="setracker:1", kind="band")
CAMERA = Device(key="onvif:c", kind="camera")
NOON, NIGHT = 12 * 60, 3 * 60
Story = Sequence[tuple[int, Happening]]
TICK = Tick()


def made(kind: str, **values: str) -> WatchRule:
    read = KINDS[kind].read
    assert read is not None
    return read("r", values)


def told(
    rule: WatchRule, story: Story, device: Device = BAND, local_min: int | None = NOON, start_s: int = 0
) -> list[tuple[int, str]]:
    spell = rule.start(Moment(start_s * 1000, local_min))
    found: list[tuple[int, str]] = []
    for at_s, happening in story:
        spell, actions = rule.decide(spell, device, happening, Moment(at_s * 1000, local_min))
        raised = [action for action in actions if isinstance(action, Raise)]
        assert len(raised) <= 1
        assert [one.reasons for one in raised] in ([], [(rule.reason,)])
        if raised and raised[0].priority <= P2:
            assert isinstance(actions[0], Ring), "it rings before it is recorded"
        found += [(at_s, "raise") for _ in raised]
        found += [(at_s, action.why) for action in actions if isinstance(action, Clear)]
    return found


def is_(change: Presence.Change.ValueType, zone: str = "", receiver: str = "", ago_s: int = 0) -> Seen:
    return Seen(Presence(change=change, zone=zone, receiver=receiver, heard_ago_ms=ago_s * 1000))


def worn(yes: bool) -> Seen:
    return Seen(DeviceState(worn=yes))


def charge(pct: int) -> Seen:
    return Seen(DeviceState(battery_pct=pct))


def at(latitude: float, longitude: float, accuracy_m: int = 10, *, age_s: int = 0, valid: bool = True) -> Seen:
    position = Position(
        latitude_e7=round(latitude * 1e7), longitude_e7=round(longitude * 1e7), fix_valid=valid, accuracy_m=accuracy_m
    )
    return Seen(position, age_s * 1000)


def ticks(*seconds: int) -> list[tuple[int, Happening]]:
    return [(at_s, TICK) for at_s in seconds]


P = Presence
OFF = made("off_wrist", after_s="120")


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ([(0, worn(False)), *ticks(119)], []),
        ([(0, worn(False)), *ticks(120, 500)], [(120, "raise")]),
        ([(0, worn(False)), (60, worn(False)), *ticks(120)], [(120, "raise")]),
        ([(0, worn(False)), (60, worn(True)), *ticks(500)], []),
        ([(0, worn(False)), *ticks(120), (200, worn(True)), *ticks(900)], [(120, "raise"), (200, "worn_again")]),
        ([(0, worn(False)), *ticks(120), (200, Seen(Vital(heart_rate_bpm=70)))], [(120, "raise"), (200, "worn_again")]),
        ([(0, worn(False)), *ticks(120), (200, Seen(Vital(spo2_pct=97)))], [(120, "raise")]),
        ([(0, charge(50)), *ticks(500)], []),  # a state that does not say it
        ([(0, Seen(Alarm(reasons=[Reason.REMOVED]))), *ticks(500), (600, worn(True))], [(600, "worn_again")]),
        (
            [(0, worn(False)), *ticks(120), (200, worn(True)), (300, worn(False)), *ticks(420)],
            [(120, "raise"), (200, "worn_again"), (420, "raise")],
        ),
    ],
)
def test_off_the_wrist(story: Story, expected: list[tuple[int, str]]) -> None:
    assert told(OFF, story) == expected
    assert told(OFF, story, local_min=None) == expected, "a bad clock changes nothing"


@pytest.mark.parametrize(
    ("values", "device", "story", "expected"),
    [
        ({}, WATCH, [(0, charge(35)), (1, charge(34)), (2, charge(30))], [(1, "raise")]),  # 1 of its 3 days
        ({"days": "2"}, WATCH, [(0, charge(68)), (1, charge(67))], [(1, "raise")]),
        (
            {},
            BAND,
            [(0, charge(9)), (1, charge(8)), (2, charge(17)), (3, charge(18))],
            [(1, "raise"), (3, "battery_full")],
        ),
        ({"percent": "15"}, Device(key="x:1", kind="band"), [(0, charge(16)), (1, charge(15))], [(1, "raise")]),
        ({}, WATCH, [(0, Seen(Alarm(reasons=[Reason.LOW_BATTERY], battery_pct=5))), (1, charge(5))], []),
        ({}, WATCH, [(0, charge(0))], [(0, "raise")]),
        ({}, WATCH, [(0, worn(True)), (1, TICK)], []),
    ],
)
def test_battery_low_for_the_models_days(
    values: dict[str, str], device: Device, story: Story, expected: list[tuple[int, str]]
) -> None:
    assert told(made("battery_low", **values), story, device) == expected
    assert told(made("battery_low", **values), story, device, local_min=None) == expected


HEARD = made("not_heard", devices="ble:aa", day="07:00-21:00", day_s="600", night_s="3600")


@pytest.mark.parametrize(
    ("story", "local_min", "expected"),
    [
        (ticks(599), NOON, []),
        (ticks(600, 900), NOON, [(600, "raise")]),
        (ticks(600, 3599, 3600), NIGHT, [(3600, "raise")]),
        (ticks(599, 600), None, [(600, "raise")]),  # nobody knows whether it is night: the shorter wait
        ([(10, is_(P.ARRIVED)), *ticks(100_000)], NOON, []),  # in range, it is heard all the time
        ([(10, is_(P.ARRIVED)), (100, is_(P.DEPARTED, ago_s=20)), *ticks(679, 680)], NOON, [(680, "raise")]),
        ([(10, is_(P.ARRIVED)), (100, is_(P.UNKNOWN, ago_s=90)), *ticks(699, 700)], NOON, [(700, "raise")]),
        (
            [*ticks(600), (700, Heard()), *ticks(1299, 1300)],
            NOON,
            [(600, "raise"), (700, "heard_again"), (1300, "raise")],
        ),
        ([(500, charge(50)), *ticks(1099), (1100, TICK)], NOON, [(1100, "raise")]),
        ([(500, Seen(DeviceState(link_up=False))), *ticks(600)], NOON, [(600, "raise")]),  # no word of the device
        ([*ticks(600), (700, is_(P.ARRIVED))], NOON, [(600, "raise"), (700, "heard_again")]),
    ],
)
def test_not_heard(story: Story, local_min: int | None, expected: list[tuple[int, str]]) -> None:
    assert told(HEARD, story, local_min=local_min) == expected


MOVING = made("not_moving", devices="setracker:1", day_s="600", night_s="3600")


@pytest.mark.parametrize(
    ("story", "local_min", "expected"),
    [
        (ticks(599), NOON, []),
        ([(300, Seen(DeviceState(moving=False))), (400, charge(80)), *ticks(600)], NOON, [(600, "raise")]),
        ([(300, Seen(DeviceState(moving=True))), *ticks(899, 900)], NOON, [(900, "raise")]),
        ([(300, Seen(DeviceState(motion=True))), *ticks(899)], NOON, []),
        ([(300, is_(P.MOVED, "b")), *ticks(899)], NOON, []),
        ([(300, is_(P.STILL_HERE, "b")), *ticks(600)], NOON, [(600, "raise")]),
        ([(300, Seen(DeviceState(moving=True), age_ms=200_000)), *ticks(700)], NOON, [(700, "raise")]),  # a stored one
        (ticks(600), NIGHT, []),
        (ticks(600), None, [(600, "raise")]),
        (
            [*ticks(600), (700, Seen(Position(fix_valid=True, speed_cm_s=50)))],
            NOON,
            [(600, "raise"), (700, "moving_again")],
        ),
        ([(300, Seen(Position(fix_valid=True, speed_cm_s=49))), *ticks(600)], NOON, [(600, "raise")]),
    ],
)
def test_not_moving(story: Story, local_min: int | None, expected: list[tuple[int, str]]) -> None:
    assert told(MOVING, story, WATCH, local_min) == expected


ZONES = made("zone_exit", devices="ble:aa", zones="hall room")
RECEIVERS = made("zone_exit", devices="ble:aa", receivers="r1 r2", after_s="60")
CIRCLE = made("zone_exit", devices="setracker:1", circle="26.4712,116.0173 200")
M = 1 / 111_195  # a metre in degrees of latitude


@pytest.mark.parametrize(
    ("rule", "story", "expected"),
    [
        (ZONES, [(0, is_(P.ARRIVED, "hall")), (5, is_(P.MOVED, "room")), *ticks(99)], []),
        (ZONES, [(0, is_(P.ARRIVED, "hall")), (5, is_(P.MOVED, "yard"))], [(5, "raise")]),
        (ZONES, [(0, is_(P.ARRIVED, "hall")), (20, is_(P.DEPARTED, "hall"))], [(20, "raise")]),
        (ZONES, [(0, is_(P.ARRIVED, "hall")), (20, is_(P.UNKNOWN, "hall")), *ticks(9999)], []),  # nobody left
        (ZONES, [(0, is_(P.ARRIVED, "yard")), (9, is_(P.MOVED, "hall"))], [(0, "raise"), (9, "back_in_zone")]),
        (ZONES, [(0, is_(P.ARRIVED, ""))], [(0, "raise")]),  # a receiver that hangs in no zone is in none of these
        (ZONES, [(0, at(26.0, 116.0))], []),
        (RECEIVERS, [(0, is_(P.ARRIVED, "", "r3")), *ticks(59)], []),
        (RECEIVERS, [(0, is_(P.ARRIVED, "", "r3")), *ticks(60)], [(60, "raise")]),
        (RECEIVERS, [(0, is_(P.ARRIVED, "", "r3")), (59, is_(P.MOVED, "", "r2")), *ticks(999)], []),
        (RECEIVERS, [(0, is_(P.DEPARTED, "", "r1")), (30, is_(P.UNKNOWN)), *ticks(60)], [(60, "raise")]),
        (CIRCLE, [(0, at(26.4712 + 205 * M, 116.0173, 10))], []),  # some of it may be inside
        (CIRCLE, [(0, at(26.4712 + 215 * M, 116.0173, 10))], [(0, "raise")]),
        (CIRCLE, [(0, at(26.4712 + 229 * M, 116.0173, 0))], []),  # says no accuracy: taken for 30 m
        (CIRCLE, [(0, at(26.4712 + 235 * M, 116.0173, 0))], [(0, "raise")]),
        (CIRCLE, [(0, at(26.5, 116.1, 10, valid=False)), (1, at(0.0, 0.0))], []),
        (CIRCLE, [(0, at(26.5, 116.1, 10, age_s=301))], []),
        (CIRCLE, [(0, at(26.5, 116.1, 10, age_s=300))], [(0, "raise")]),
        (CIRCLE, [(0, at(26.5, 116.1)), (9, at(26.4712, 116.0173, 500))], [(0, "raise"), (9, "back_in_zone")]),
        (CIRCLE, [(0, at(26.5, 116.1)), (9, at(26.4712 + 205 * M, 116.0173))], [(0, "raise")]),  # at the edge: stays
        (CIRCLE, [(0, is_(P.DEPARTED))], []),
    ],
)
def test_out_of_a_zone(rule: WatchRule, story: Story, expected: list[tuple[int, str]]) -> None:
    assert told(rule, story) == expected
    assert told(rule, story, local_min=None) == expected


FORBIDDEN = made("forbidden_zone", devices="ble:aa", zones="lake", after_s="10")
POND = made(
    "forbidden_zone",
    devices="setracker:1",
    polygon="26.4700,116.0170 26.4710,116.0170 26.4710,116.0180 26.4700,116.0180",
)


@pytest.mark.parametrize(
    ("rule", "story", "expected"),
    [
        (FORBIDDEN, [(0, is_(P.ARRIVED, "hall")), *ticks(99)], []),
        (FORBIDDEN, [(0, is_(P.ARRIVED, "lake")), *ticks(9)], []),
        (FORBIDDEN, [(0, is_(P.ARRIVED, "lake")), *ticks(10)], [(10, "raise")]),
        (FORBIDDEN, [(0, is_(P.ARRIVED, "lake")), (5, is_(P.DEPARTED, "lake")), *ticks(10)], [(10, "raise")]),
        (FORBIDDEN, [(0, is_(P.ARRIVED, "lake")), (5, is_(P.MOVED, "hall")), *ticks(99)], []),
        (
            FORBIDDEN,
            [(0, is_(P.ARRIVED, "lake")), *ticks(10), (20, is_(P.UNKNOWN)), (30, is_(P.MOVED, "hall"))],
            [(10, "raise"), (30, "left_zone")],
        ),
        (POND, [(0, at(26.4705, 116.0175, 50))], [(0, "raise")]),  # its middle is in it: not sure, and rather once more
        (POND, [(0, at(26.4705, 116.0175)), (9, at(26.4715, 116.0175, 60))], [(0, "raise")]),
        (POND, [(0, at(26.4705, 116.0175)), (9, at(26.4715, 116.0175, 50))], [(0, "raise"), (9, "left_zone")]),
    ],
)
def test_in_a_forbidden_zone(rule: WatchRule, story: Story, expected: list[tuple[int, str]]) -> None:
    assert told(rule, story) == expected
    assert told(rule, story, local_min=None) == expected


def saw(
    kind: str = "motion",
    state: Trigger.State.ValueType = Trigger.ACTIVE,
    *,
    initial: bool = False,
    ongoing: bool = False,
    late: bool = False,
) -> Seen:
    return Seen(Trigger(kind=kind, state=state, initial=initial, ongoing=ongoing, late=late))


QUIET = made("camera_quiet_hours", hours="22:00-06:00")


@pytest.mark.parametrize(
    ("story", "local_min", "expected"),
    [
        ([(0, saw())], NIGHT, [(0, "raise")]),
        ([(0, saw())], NOON, []),
        ([(0, saw())], None, [(0, "raise")]),  # nobody knows the hour: it counts as quiet
        ([(0, saw())], 6 * 60, []),
        ([(0, saw())], 6 * 60 - 1, [(0, "raise")]),
        ([(0, saw(state=Trigger.PULSE))], NIGHT, [(0, "raise")]),
        (
            [(0, saw(state=Trigger.INACTIVE)), (1, saw(initial=True)), (2, saw(ongoing=True)), (3, saw(late=True))],
            NIGHT,
            [],
        ),
        ([(0, saw("video_loss"))], NIGHT, []),
        ([(0, saw()), (590, saw()), *ticks(700), (1180, saw())], NIGHT, [(0, "raise")]),
        ([(0, saw()), *ticks(600), (601, saw())], NIGHT, [(0, "raise"), (601, "raise")]),
    ],
)
def test_a_camera_in_quiet_hours(story: Story, local_min: int | None, expected: list[tuple[int, str]]) -> None:
    assert told(QUIET, story, CAMERA, local_min) == expected


@pytest.mark.parametrize(
    ("story", "local_min", "expected"),
    [  # a session from 9:00 to 10:00; one minute of patience
        ([(0, CheckedIn()), (3659, TICK), (3660, TICK), (9999, TICK)], 540, [(3660, "raise")]),
        ([(0, CheckedIn()), (1859, TICK), (1860, TICK)], 570, [(1860, "raise")]),
        ([(0, CheckedIn()), (5459, TICK), (5460, TICK)], 510, [(5460, "raise")]),  # half an hour early
        ([(0, CheckedIn()), (100, CheckedOut()), (9999, TICK)], 540, []),
        ([(0, CheckedIn()), (3660, TICK), (3700, CheckedOut())], 540, [(3660, "raise"), (3700, "checked_out")]),
        (
            [(0, CheckedIn()), (3660, TICK), (3700, CheckedOut(annulled=True))],
            540,
            [(3660, "raise"), (3700, "annulled")],
        ),
        ([(0, CheckedIn()), (1800, CheckedIn()), (3660, TICK)], 540, [(3660, "raise")]),
        ([(0, CheckedIn()), (3660, TICK)], None, [(3660, "raise")]),  # no date: it lasts as long as it is
        ([(9999, TICK)], 540, []),
    ],
)
def test_checked_in_and_not_out(
    story: Sequence[tuple[int, Attendance]], local_min: int | None, expected: list[tuple[int, str]]
) -> None:
    rule = Overdue("r", P2, 60_000)
    activity = Activity(id="a", starts_min=540, ends_min=600, early_min=60)
    spell = NONE
    found: list[tuple[int, str]] = []
    for at_s, happening in story:
        spell, actions = rule.decide(spell, activity, happening, Moment(at_s * 1000, local_min))
        found += [(at_s, "raise") for action in actions if isinstance(action, Raise)]
        found += [(at_s, action.why) for action in actions if isinstance(action, Clear)]
    assert found == expected


def test_who_is_watched() -> None:
    assert OFF.watches(BAND)
    assert not OFF.watches(CAMERA)
    assert QUIET.watches(CAMERA)
    assert HEARD.watches(BAND)
    assert not HEARD.watches(WATCH)
    withheld = Device(key=BAND.key, kind="band", place_withheld=True)
    assert HEARD.watches(withheld)
    assert not ZONES.watches(withheld), "who agreed to no positions is not followed by them"
    assert not FORBIDDEN.watches(withheld)


def test_hours_over_midnight_and_their_edges() -> None:
    night = read_hours("22:00-06:00")
    assert [night.hold(minute) for minute in (1319, 1320, 0, 359, 360)] == [False, True, True, True, False]
    assert [is_quiet(night, Moment(0, minute)) for minute in (NOON, NIGHT, None)] == [False, True, True]
    day = Hours(420, 1260)
    assert [wait_ms(day, 9, 5, Moment(0, minute)) for minute in (NOON, NIGHT, None)] == [9000, 5000, 5000]


def test_a_departure_follows_from_the_model() -> None:
    assert departed_after_ms(model_of(BAND)) == 19_000, "with the look once a second 20 s"
    assert departed_after_ms(UNKNOWN) is None
    assert model_of(Device(key="ble:x", model="MINEW B10 v2")).interval_ms == 1_000


def test_fences_measure_metres() -> None:
    circle = read_circle("26.4712,116.0173 200")
    square = read_polygon("26.4700,116.0170 26.4710,116.0170 26.4710,116.0180 26.4700,116.0180")
    north = at(26.4712 + 300 * M, 116.0173).message
    assert isinstance(north, Position)
    point = circle.middle.__class__(north.latitude_e7 / 1e7, north.longitude_e7 / 1e7)
    assert circle.beyond_m(point) == pytest.approx(100, abs=0.5)
    middle = circle.middle.__class__(26.4705, 116.0175)
    assert square.beyond_m(middle) == pytest.approx(-49.8, abs=0.5)
    assert square.beyond_m(circle.middle.__class__(26.4705, 116.0190)) == pytest.approx(99.6, abs=0.5)


ANY: st.SearchStrategy[Happening] = st.sampled_from(
    [
        TICK,
        Heard(),
        worn(True),
        worn(False),
        charge(5),
        charge(90),
        is_(P.ARRIVED, "hall"),
        is_(P.MOVED, "lake"),
        is_(P.DEPARTED, "hall", ago_s=20),
        is_(P.UNKNOWN, "hall"),
        at(26.4712, 116.0173),
        at(26.5, 116.1),
        saw(),
        Seen(Alarm(reasons=[Reason.SOS, Reason.REMOVED])),
        Seen(DeviceState(moving=True)),
        Seen(DeviceState(link_up=False)),
    ]
)
RULES = [OFF, HEARD, MOVING, ZONES, RECEIVERS, CIRCLE, FORBIDDEN, POND, QUIET, made("battery_low")]


@given(
    st.sampled_from(RULES), st.lists(st.tuples(st.integers(0, 4000), ANY), max_size=60), st.sampled_from([None, NOON])
)
def test_any_story_rings_once_for_each_spell(
    rule: WatchRule, steps: list[tuple[int, Happening]], local_min: int | None
) -> None:
    """No second ring without an end in between, no clear of what has not rung, and no state that is both."""
    at_s, is_open = 0, False
    spell = rule.start(Moment(0, local_min))
    for wait_s, happening in steps:
        at_s += wait_s
        device = CAMERA if rule is QUIET else WATCH
        spell, actions = rule.decide(spell, device, happening, Moment(at_s * 1000, local_min))
        for action in actions:
            if isinstance(action, Raise):
                assert not is_open or rule is QUIET
                is_open = True
                assert Priority.Name(action.priority) in ("P2", "P3", "P4")
            elif isinstance(action, Clear):
                assert action.reason == rule.reason
                is_open = False
        assert spell.since_ms is not None or not spell.is_raised
