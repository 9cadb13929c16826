"""What the hub lets somebody set is what a box takes, and no more: each setting, at its edges and beyond."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import index
from anju_protos.roster_settings import SETTINGS, Allowed, setting_fault
from anju_protos.rules.allowed import Whole
from anju_protos.v1.control_pb2 import RosterBundle

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


def test_what_no_box_knows_is_refused_with_what_they_do() -> None:
    assert "presence.dwell_s" in setting_fault("presence.dwel_s", "3")
    assert setting_fault("escalation.P3", "0 lan") != ""
    assert setting_fault("escalation.P1", "0 siren; 30 grup").startswith("step 2: word 2 is no target")
    assert not is_taken(RosterBundle(settings={"presence.dwel_s": "3"}))
