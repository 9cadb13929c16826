"""What a rule may say: each kind at its edges; the same words refuse it at a box and at the hub, and name the field."""

from __future__ import annotations

import pytest

from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import index
from anju_protos.rules.in_bundle import KNOWN_BEFORE, rules_for_boxes, rules_of
from anju_protos.rules.kinds import KINDS
from anju_protos.rules.presses import REASONS
from anju_protos.rules.rule_set import read_rule_set
from anju_protos.rules.site import Site, expanded, fault, fitting, site_of, value_fault
from anju_protos.v1.control_pb2 import Device, RosterBundle, Rule, Zone
from anju_protos.v1.event_pb2 import Reason

BAND, MOVER, WATCH, CAMERA = "ble:aa", "ble:bb", "setracker:1", "onvif:c1"
DEVICES = [
    Device(key=BAND, kind="band", model="minew-b10"),
    Device(key=MOVER, kind="band", model="moko-w6"),
    Device(key=WATCH, kind="band"),
    Device(key="minew:r1", kind="receiver", zone="hall"),
    Device(key="minew:r2", kind="receiver", zone="yard"),
    Device(key="minew:r3", kind="receiver", zone="yard"),
    Device(key=CAMERA, kind="camera", zone="yard"),
]
ZONES = [Zone(id="hall"), Zone(id="yard")]
SITE = site_of(DEVICES, ZONES)
GOOD: list[tuple[str, dict[str, str]]] = [
    ("sos", {"priority": "P1", "priority.fall": "P2", "unknown_rings_per_min": "600"}),
    ("fall", {"priority": "P2"}),
    ("help_bell", {}),
    ("camera", {"tamper": "off", "fall": "P1"}),
    ("device_silent", {"kinds": "", "devices": "one that nobody knows", "after_s": "0"}),
    ("off_wrist", {}),
    ("off_wrist", {"devices": f"{BAND} {WATCH}", "after_s": "86400"}),
    ("battery_low", {"days": "2", "percent": "90"}),
    ("battery_low", {"devices": WATCH, "days": "2"}),
    ("not_heard", {"devices": BAND, "day": "06:00-06:01", "day_s": "300", "night_s": "604800"}),
    ("not_moving", {"devices": f"{MOVER} {WATCH}"}),
    ("zone_exit", {"devices": BAND, "zones": "hall yard", "after_s": "3600"}),
    ("zone_exit", {"devices": BAND, "receivers": "minew:r1"}),
    ("zone_exit", {"devices": WATCH, "circle": "26.4712,116.0173 20"}),
    ("forbidden_zone", {"devices": WATCH, "polygon": "26.471,116.017 26.472,116.017 26.472,116.019"}),
    ("camera_quiet_hours", {"hours": "22:00-06:00", "seen": "motion pir", "devices": CAMERA}),
]
BAD: list[tuple[str, dict[str, str], str]] = [
    ("wizard", {}, "kind"),
    ("overdue", {}, "kind"),  # nothing at a box checks anybody out
    ("sos", {"priority": "P5"}, "priority"),
    ("sos", {"unknown_rings_per_min": "٣"}, "unknown_rings_per_min"),
    ("sos", {"rering_after_s": "3601"}, "rering_after_s"),
    ("sos", {"loudness": "3"}, "loudness"),
    ("fall", {"priority": "off"}, "priority"),
    ("camera", {"fall": "loud"}, "fall"),
    ("device_silent", {"kinds": "receivers"}, "kinds"),
    ("off_wrist", {"devices": ""}, "devices"),
    ("off_wrist", {"devices": "ble:zz"}, "devices"),
    ("off_wrist", {"devices": CAMERA}, "devices"),
    ("off_wrist", {"after_s": "86401"}, "after_s"),
    ("battery_low", {"percent": "91"}, "percent"),
    ("battery_low", {"devices": WATCH, "days": "3"}, "days"),
    ("not_heard", {}, "devices"),
    ("not_heard", {"devices": BAND, "day_s": "299"}, "day_s"),
    ("not_heard", {"devices": BAND, "day": "24:00-06:00"}, "day"),
    ("not_heard", {"devices": BAND, "day": "06:00-06:00"}, "day"),
    ("not_moving", {"devices": BAND}, "devices"),
    ("not_moving", {"devices": f"{MOVER} {BAND}"}, "devices"),
    ("zone_exit", {"zones": "hall"}, "devices"),
    ("zone_exit", {"devices": BAND}, "zones"),
    ("zone_exit", {"devices": BAND, "zones": "hall cellar"}, "zones"),
    ("zone_exit", {"devices": BAND, "receivers": BAND}, "receivers"),
    ("zone_exit", {"devices": BAND, "zones": "hall", "circle": "26.4712,116.0173 200"}, "circle"),
    ("zone_exit", {"devices": WATCH, "circle": "26.4712,116.0173 19"}, "circle"),
    ("zone_exit", {"devices": WATCH, "circle": "26.4712,116.0173"}, "circle"),
    ("zone_exit", {"devices": WATCH, "circle": "91,116.0173 200"}, "circle"),
    ("zone_exit", {"devices": WATCH, "circle": "26.4712,181 200"}, "circle"),
    ("zone_exit", {"devices": WATCH, "circle": "٣٦.4712,116 200"}, "circle"),
    ("zone_exit", {"devices": WATCH, "polygon": "26.471,116.017 26.472,116.017"}, "polygon"),
    ("zone_exit", {"devices": WATCH, "polygon": "26.471,116.017 26.472,116.017 26.473,116.017"}, "polygon"),
    ("zone_exit", {"devices": WATCH, "polygon": "26.47,116.01 26.48,116.02 26.48,116.01 26.47,116.02"}, "polygon"),
    ("zone_exit", {"devices": WATCH, "polygon": "26.47,116.01 27.48,116.01 26.47,116.02"}, "polygon"),
    ("zone_exit", {"devices": WATCH, "polygon": " ".join(["26.471,116.017"] * 65)}, "polygon"),
    ("forbidden_zone", {"devices": BAND, "zones": ""}, "zones"),
    ("camera_quiet_hours", {"seen": "ghosts"}, "seen"),
    ("camera_quiet_hours", {"hours": "late"}, "hours"),
    ("camera_quiet_hours", {"devices": BAND}, "devices"),
]


def bundle_of(kind: str, values: dict[str, str]) -> RosterBundle:
    rules = [Rule(id="one", kind=kind, values=values)]
    return RosterBundle(community="ningdu", devices=DEVICES, zones=ZONES, rules=rules)


@pytest.mark.parametrize(("kind", "values"), GOOD)
def test_what_fits_is_taken_by_a_box_and_stays_as_it_is(kind: str, values: dict[str, str]) -> None:
    assert fault(kind, values, SITE) is None
    index(bundle_of(kind, values), "ningdu")
    kept = fitting(Rule(id="one", kind=kind, values=values), SITE)
    assert kept is not None
    assert dict(kept.values) == values


@pytest.mark.parametrize(("kind", "values", "key"), BAD)
def test_what_does_not_is_refused_with_its_field(kind: str, values: dict[str, str], key: str) -> None:
    found = fault(kind, values, SITE)
    assert found is not None
    assert (found.key or "kind") == key
    with pytest.raises(RosterRefused) as refused:
        index(bundle_of(kind, values), "ningdu")
    assert refused.value.key == f"rules.one.{key}"


def test_every_kind_is_tried_both_ways() -> None:
    assert {kind for kind, _ in GOOD} == set(KINDS)
    assert {kind for kind, _, _ in BAD} >= set(KINDS) - {"help_bell"}


def test_every_reason_has_its_priority() -> None:
    assert {reason.upper() for reason in REASONS} <= set(Reason.keys())
    assert {f"priority_{reason}" for reason in REASONS} <= set(KINDS["sos"].keys)


def test_what_is_wrong_says_what_would_be_right() -> None:
    assert "device_silent" in str(value_fault("silent", {}))
    assert "unknown_rings_per_min" in str(value_fault("sos", {"loudness": "3"}))
    assert "does not report motion" in str(fault("not_moving", {"devices": BAND}, SITE))
    assert "no zone of this community" in str(fault("zone_exit", {"devices": BAND, "zones": "cellar"}, SITE))


def test_what_is_gone_is_left_out_and_never_costs_the_roster() -> None:
    """A band that was given back is not refused with all others' rules; where nothing is left the rule is left out."""
    less = Site({key: device for key, device in SITE.devices.items() if key != BAND}, frozenset({"hall"}))
    rule = Rule(id="r", kind="zone_exit", values={"devices": f"{BAND} {WATCH}", "zones": "hall yard"})
    kept = fitting(rule, less)
    assert kept is not None
    assert dict(kept.values) == {"devices": WATCH, "zones": "hall"}
    assert fitting(Rule(id="r", kind="zone_exit", values={"devices": BAND, "zones": "hall"}), less) is None
    assert fitting(Rule(id="r", kind="not_moving", values={"devices": BAND}), SITE) is None
    battery = fitting(Rule(id="r", kind="battery_low", values={"devices": WATCH, "days": "3"}), SITE)
    assert battery is not None
    assert dict(battery.values) == {"devices": WATCH}
    newer = Rule(id="r", kind="of_next_year", values={"x": "y"})
    assert fitting(newer, SITE) == newer


def test_receivers_of_one_zone_are_one_place() -> None:
    assert expanded({"receivers": "minew:r2"}, SITE)["receivers"] == "minew:r2 minew:r3"


def test_kinds_that_earlier_boxes_do_not_know_stand_where_these_do_not_look() -> None:
    rules = [Rule(id=f"r{n:02}", kind=kind, values=values) for n, (kind, values) in enumerate(GOOD)]
    known, told = rules_for_boxes(rules)
    assert {rule.kind for rule in known} == KNOWN_BEFORE
    assert all(not key.startswith(("presence.", "escalation.")) for key in told)
    bundle = RosterBundle(community="ningdu", devices=DEVICES, zones=ZONES, rules=known, settings=told)
    assert sorted(rules_of(bundle), key=lambda rule: rule.id) == rules
    assert len(index(bundle, "ningdu").rules.watching) == sum(KINDS[rule.kind].read is not None for rule in rules)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"kind": 3, "values": {}}', '{"kind": "fall", "values": [1]}', "[" * 9999]
)
def test_a_rule_among_the_settings_that_is_none_is_refused_by_its_key(text: str) -> None:
    with pytest.raises(RosterRefused) as refused:
        index(RosterBundle(community="ningdu", settings={"rule.one": text}), "ningdu")
    assert refused.value.key == "settings.rule.one"


def test_two_rules_of_one_name_are_refused() -> None:
    bundle = bundle_of("off_wrist", {})
    bundle.rules.append(Rule(id="one", kind="not_heard", values={"devices": BAND}))
    with pytest.raises(ValueError, match=r"rules\.one\.id"):
        read_rule_set(bundle)
