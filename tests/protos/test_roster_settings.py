"""What the hub lets somebody set is what a box takes, and no more: each setting and rule, at its edges and beyond."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import index
from anju_protos.roster_settings import REASONS, RULES, SETTINGS, Allowed, Whole, rule_fault, setting_fault
from anju_protos.v1.control_pb2 import RosterBundle, Rule
from anju_protos.v1.event_pb2 import Reason

VALUES = (
    *(
        "",
        "0",
        "-1",
        "1.5",
        "٣",
        " 7",
        "P1",
        "P4",
        "P5",
        "p1",
        "off",
        "on",
        "receiver band",
        "receiver  zebra",
        "ble:a1",
    ),
    *("0 siren kiosk lan; 30 lan", "30 lan", "0 horn", "0", "10 lan; 0 siren", "0 lan;", "123456 lan; 0 lan"),
    *("0 siren; 30 group until going", "0 siren; 30 group until then", "0 siren; 30 grup"),
)


def values_for(allowed: Allowed) -> Iterator[str]:
    yield from VALUES
    if isinstance(allowed, Whole):
        yield from (str(edge + step) for edge in (allowed.lowest, allowed.highest) for step in (-1, 0, 1))


def is_taken(bundle: RosterBundle) -> bool:
    bundle.community = "ningdu"
    try:
        index(bundle, "ningdu")
    except RosterRefused:
        return False
    return True


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_a_setting_is_taken_by_a_box_where_the_hub_says_so(key: str) -> None:
    taken = set()
    for value in values_for(SETTINGS[key]):
        fault = setting_fault(key, value)
        assert (fault == "") == is_taken(RosterBundle(settings={key: value})), (key, value, fault)
        taken.add(fault == "")
    assert taken == {True, False}


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, keys in RULES.items() for key in keys])
def test_a_rule_is_taken_by_a_box_where_the_hub_says_so(kind: str, key: str) -> None:
    for value in values_for(RULES[kind][key]):
        fault = rule_fault(kind, {key: value})
        rule = Rule(id="r", kind=kind, values={key: value})
        assert (fault == "") == is_taken(RosterBundle(rules=[rule])), (kind, key, value, fault)


def test_what_no_box_knows_is_refused_with_what_they_do() -> None:
    assert "presence.dwell_s" in setting_fault("presence.dwel_s", "3")
    assert setting_fault("escalation.P3", "0 lan") != ""
    assert setting_fault("escalation.P1", "0 siren; 30 grup").startswith("step 2: word 2 is no target")
    assert "device_silent" in rule_fault("silent", {})
    assert "unknown_rings_per_min" in rule_fault("sos", {"loudness": "3"})
    assert not is_taken(RosterBundle(settings={"presence.dwel_s": "3"}))
    assert not is_taken(RosterBundle(rules=[Rule(id="r", kind="silent")]))


def test_every_reason_has_its_priority() -> None:
    assert {reason.upper() for reason in REASONS} <= set(Reason.keys())
