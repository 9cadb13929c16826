"""A rule played over past events counts what it would have done, by day and device."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from anju_protos.rules.dry_run import DryRun, Past, Tried, rule_to_try
from anju_protos.v1.control_pb2 import Device, RosterBundle, Rule, Zone
from anju_protos.v1.event_pb2 import Alarm, DeviceState, Presence, Reason, Trigger

SITE = ZoneInfo("Asia/Shanghai")
MIN, HOUR, DAY = 60_000, 3_600_000, 86_400_000
T0 = 1_789_920_000_000  # midnight of 2026-09-21 at the site
BAND, CAMERA = "setracker:1", "onvif:c"
DEVICES = [Device(key=BAND, kind="band"), Device(key=CAMERA, kind="camera")]


def played(kind: str, past: list[Past], *, until_ms: int = T0 + DAY, **values: str) -> Tried:
    bundle = RosterBundle(devices=DEVICES, zones=[Zone(id="hall")], rules=[Rule(id="r", kind=kind, values=values)])
    run = DryRun(rule_to_try(bundle), {device.key: device for device in DEVICES}, SITE, T0)
    run.play(past)
    return run.end(until_ms)


def worn(at_ms: int, yes: bool) -> Past:
    return Past(at_ms, BAND, DeviceState(worn=yes))


def test_off_the_wrist_counts_spells_on_their_day_at_the_site() -> None:
    past = [
        worn(T0 + HOUR, False),
        worn(T0 + HOUR + MIN, True),  # too short
        worn(T0 + 2 * HOUR, False),
        worn(T0 + 3 * HOUR, True),
        worn(T0 + DAY - MIN, False),  # rings a minute after midnight
    ]
    tried = played("off_wrist", past, until_ms=T0 + 2 * DAY, after_s="120")
    assert dict(tried.raised) == {("2026-09-21", BAND): 1, ("2026-09-22", BAND): 1}
    assert dict(tried.rang) == dict(tried.raised)
    assert (tried.events, tried.late) == (5, 0)


def test_not_heard_tells_day_from_night_and_a_device_without_events_too() -> None:
    def raised(past: list[Past]) -> dict[tuple[str, str], int]:
        tried = played("not_heard", past, devices=BAND, day="07:00-21:00", day_s="7200", night_s="36000")
        return dict(tried.raised)

    assert raised([]) == {("2026-09-21", BAND): 1}
    assert raised([Past(T0 + 90 * MIN * n, BAND, DeviceState(battery_pct=50)) for n in range(16)]) == {}


def test_what_comes_out_of_order_is_left_out_and_counted() -> None:
    tried = played("off_wrist", [worn(T0 + 2 * HOUR, True), worn(T0 + HOUR, False)], after_s="0")
    assert (tried.raised.total(), tried.late) == (0, 1)


def test_zones_and_quiet_hours() -> None:
    past = [
        Past(T0 + HOUR, BAND, Presence(change=Presence.ARRIVED, zone="hall")),
        Past(T0 + 2 * HOUR, BAND, Presence(change=Presence.DEPARTED, zone="hall")),
        Past(T0 + 3 * HOUR, CAMERA, Trigger(kind="motion", state=Trigger.ACTIVE)),
        Past(T0 + 12 * HOUR, CAMERA, Trigger(kind="motion", state=Trigger.ACTIVE)),
    ]
    assert dict(played("zone_exit", past, devices=BAND, zones="hall").raised) == {("2026-09-21", BAND): 1}
    tried = played("camera_quiet_hours", past, hours="22:00-06:00")
    assert (tried.raised.total(), tried.rang.total()) == (1, 0), "a P3 does not ring"


def test_alarms_and_cameras_by_what_they_would_be_worth() -> None:
    past = [
        Past(T0, BAND, Alarm(reasons=[Reason.SOS], rule="sos")),
        Past(T0 + 1, BAND, Alarm(reasons=[Reason.LOW_BATTERY], rule="sos")),
        Past(T0 + 2, "ble:stranger", Alarm(reasons=[Reason.FALL], rule="sos")),
        Past(T0 + 3, CAMERA, Trigger(kind="fall", state=Trigger.ACTIVE)),
        Past(T0 + 4, CAMERA, Trigger(kind="fall", state=Trigger.INACTIVE)),
    ]
    assert (played("sos", past).raised.total(), played("sos", past).rang.total()) == (3, 2)
    assert played("sos", past, priority="P3").rang.total() == 1
    assert (played("fall", past, priority="P3").raised.total(), played("camera", past, fall="off").raised.total()) == (
        1,
        0,
    )
    assert played("camera", past, fall="P1").rang.total() == 1


@pytest.mark.parametrize("kind", ["device_silent", "help_bell"])
def test_what_events_do_not_tell_is_not_tried(kind: str) -> None:
    with pytest.raises(KeyError):
        played(kind, [])
