"""Who rings when: senders with and without the hub, phones, and the ladders that would reach nobody."""

from __future__ import annotations

import pytest

from anju_protos.ladder.steps import DEFAULT_LADDERS, Target, parse_ladder
from anju_protos.ladder.who_rings import Fault, GroupPhones, People, who_rings_when
from anju_protos.v1.event_pb2 import P1

PEOPLE = People(
    groups=(GroupPhones("1栋", 12, 1), GroupPhones("2栋", 9, 1)),
    phones={Target.GRID_WORKER: 1, Target.SECOND_OPERATOR: 1, Target.SUPERVISOR: 2},
)


def test_the_default_as_it_would_run() -> None:
    found = who_rings_when(DEFAULT_LADDERS[P1], PEOPLE)
    assert found.faults == ()
    rows = [
        (step.wait_ms // 1000, one.target, one.with_hub, one.without_hub, one.phones)
        for step in found.steps
        for one in step.targets
    ]
    assert rows == [
        (0, "siren", "box", "box", None),
        (0, "kiosk", "box", "box", None),
        (0, "lan", "box", "box", None),
        (0, "console", "hub", "", None),
        (30, "lan", "box", "box", None),
        (30, "group", "hub", "box", 21),
        (60, "second_operator", "hub", "box", 1),
        (120, "lan", "box", "box", None),
        (120, "leader", "hub", "box", 2),
        (120, "grid_worker", "hub", "box", 1),
        (180, "supervisor", "hub", "box", 2),
        (180, "review", "hub", "", None),
    ]


@pytest.mark.parametrize(
    ("box", "hub", "senders"),
    [(None, None, ("hub", "box")), (True, False, ("box", "box")), (False, True, ("hub", "")), (False, False, ("", ""))],
)
def test_who_sends_depends_on_the_channels(box: bool | None, hub: bool | None, senders: tuple[str, str]) -> None:
    people = People(PEOPLE.groups, PEOPLE.phones, box, hub)
    found = who_rings_when(parse_ladder("0 siren; 30 group"), people)
    (group,) = found.steps[1].targets
    assert (group.with_hub, group.without_hub) == senders
    assert group.is_certain == (box is not None or hub is True)
    assert found.steps[0].targets[0].is_certain
    assert [fault.fault for fault in found.faults] == ([Fault.NO_CHANNEL] if senders == ("", "") else [])


@pytest.mark.parametrize(
    ("text", "people", "said"),
    [
        ("0 siren kiosk lan; 30 lan", PEOPLE, ["names nobody: at least one of group, leader"]),
        ("0 siren; 30 operator", PEOPLE, ["step 2: operator: no phone is known"]),
        ("0 siren; 30 group", People(), ["step 2: group: no phone is known"]),
        (
            "0 siren; 30 group; 60 leader",
            People((GroupPhones("1栋", 12, 0), GroupPhones("2栋", 0, 0))),
            ["step 2: group: no phone is known in 2栋", "step 3: leader: no phone is known in 1栋, 2栋"],
        ),
    ],
)
def test_a_ladder_that_would_reach_nobody_says_where(text: str, people: People, said: list[str]) -> None:
    faults = who_rings_when(parse_ladder(text), people).faults
    assert len(faults) == len(said)
    for fault, words in zip(faults, said, strict=True):
        assert words in fault.text
