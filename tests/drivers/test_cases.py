"""Field cases of bands and readers: what people's devices really sent, run through each driver's own decoder.

The items are in `tests/vectors/cases`, the words in `anju_drivers/testing/cases.py`, which `anju-edge decode` uses too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from anju_drivers.driver import AlarmReading, Explained, Reason, StateReading
from anju_drivers.registry import load_drivers
from anju_drivers.testing import cases
from support.paths import VECTORS

SPECS = load_drivers().specs
FILES = ("bands.json", "more_bands.json", "more_reports.json", "further_reports.json")  # given; found by us in public
ITEMS: list[dict[str, Any]] = [
    item for file in FILES for item in json.loads((VECTORS / "cases" / file).read_text(encoding="utf-8"))
]
NOT_YET: Mapping[str, str] = {}


def params() -> Iterator[Any]:
    for item in ITEMS:
        why = NOT_YET.get(item["name"])
        marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
        yield pytest.param(item, id=f"{item['driver']}-{item['name']}", marks=marks)


@pytest.mark.parametrize("item", list(params()))
def test_case(item: dict[str, Any]) -> None:
    found = cases.unmet(item["expect"], cases.answer(SPECS[item["driver"]], item))
    assert not found, "\n".join([*found, f"source: {item['source']}", f"from: {item['expect_from']}"])


def test_every_case_belongs_to_a_driver() -> None:
    assert {item["driver"] for item in ITEMS} <= set(SPECS)
    assert set(NOT_YET) <= {item["name"] for item in ITEMS}


@pytest.mark.parametrize(
    ("expect", "got", "count"),
    [
        ({"alarms": [["fall", "sos"]]}, {"alarms": [["sos", "fall"]]}, 0),
        ({"alarms": [["sos"]]}, {"alarms": [["sos"], ["sos"]]}, 1),
        ({"alarms": []}, {"alarms": []}, 0),
        ({"state": {"contact_open": False}}, {"state": [{"battery_pct": 3}, {"contact_open": False, "a": 1}]}, 0),
        ({"state": {"contact_open": False}}, {"state": [{"contact_open": 0}]}, 1),
        ({"position": {"beacons": ["a,"]}}, {"position": [{"beacons": ("a,",), "fix_valid": False}]}, 0),
        ({"position": {"latitude_deg": 31.23}}, {"position": [{"latitude_deg": 31.23000001}]}, 0),
        ({"reply_hex": "7878*"}, {"reply_hex": "787805"}, 0),
        ({"reply_hex": "7878"}, {"reply_hex": "787805"}, 1),
        ({"card": "qr:A"}, {"card": ["qr:A"]}, 0),
        ({"card": "qr:A"}, {"card": ["qr:A", "qr:A"]}, 1),
        ({"no_error": True}, {"error": None}, 0),
        ({"no_error": True}, {"error": ["unknown shape"]}, 1),
        ({"not_reasons": ["smoke"]}, {"alarms": [["smoke", "tamper"]]}, 1),
        ({"not_reasons": ["smoke"]}, {"alarms": [["tamper"]]}, 0),
        ({"no_vital": ["temperature_c"]}, {"vital": [{"temperature_c": 0.0}]}, 1),
        ({"no_vital": ["temperature_c"]}, {"vital": [{"heart_rate_bpm": 70}]}, 0),
        ({"presses": 1}, {"presses": 2}, 1),
    ],
)
def test_the_comparison_itself(expect: Any, got: Any, count: int) -> None:
    assert len(cases.unmet(expect, got)) == count


def test_a_press_is_counted_as_the_box_counts_it() -> None:
    def heard(at_s: float, press: bytes, *reasons: Reason) -> tuple[float, Explained]:
        alarm = AlarmReading("gt06:1", frozenset(reasons), press, 60.0)
        return at_s, Explained("", {}, (alarm, StateReading("gt06:1")))

    sos, low = Reason.SOS, Reason.LOW_BATTERY
    assert cases.presses([heard(0, b"a", sos), heard(50, b"a", sos), heard(100, b"a", sos)]) == 1
    assert cases.presses([heard(0, b"a", sos), heard(61, b"a", sos)]) == 2
    assert cases.presses([heard(0, b"a", sos), heard(1, b"a", sos, low), heard(2, b"b", sos)]) == 3
