"""Field cases of cameras: what people's devices really send, run through each driver.

The items are in `tests/vectors/cases/cameras.json`, with their source and what is right. Items with `steps` say when
each piece came; what passes to the box is compared. A `live` item describes running programs in words: `LIVE` names the
test that plays it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from anju_drivers.registry import load_drivers
from anju_edge.discovery.vectors import decode_vector as decode_discovery
from drivers.test_vectors import differences
from support.paths import TESTS, VECTORS

SPECS = load_drivers().specs
ITEMS: list[dict[str, Any]] = json.loads((VECTORS / "cases" / "cameras.json").read_text(encoding="utf-8"))
DECODERS = {file: spec.vectors for spec in SPECS.values() for file in spec.vector_files}
DECODERS["discovery.json"] = decode_discovery

LIVE = {
    "dahua-all-is-silent": ("drivers/dahua/test_dahua.py",),
    "smtp-auth-login-always": ("drivers/mail_in/test_mail_in.py",),
    "events-of-three-days-ago-ring-now": (
        "drivers/hikvision/test_hikvision_push.py",
        "drivers/http_push/test_http_push.py",
        "drivers/mail_in/test_mail_in.py",
    ),
}
OTHER_ROOMS = {  # no camera takes part in them
    "half-open-line-idle",
    "box-journal-of-zero-bytes",
    "hub-store-malformed",
    "rtl433-child-hangs",
}


def _decoded(item: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON of any shape
    return dict(DECODERS[item["file"]](item))


def begins(edges: list[Mapping[str, Any]], kinds: set[str]) -> list[dict[str, Any]]:
    return [dict(one) for one in edges if one["state"] != "inactive" and one["kind"] in kinds]


@pytest.mark.parametrize("item", [pytest.param(one, id=one["name"]) for one in ITEMS if one["file"] != "live"])
def test_case(item: dict[str, Any]) -> None:
    expected, got = item["expect"], _decoded(item)
    if "edges" in expected and not any(one["state"] == "inactive" for one in expected["edges"]):
        got["edges"] = begins(got["edges"], {one["kind"] for one in expected["edges"]})  # the note says: only those
    if item["name"] == "tumble-flaps":  # whether a flap makes a second event is the box's choice
        got["edges"] = got["edges"][:1]
    found = differences(expected, got)
    assert not found, "\n".join([*found, f"source: {item['source']}", f"note: {item['note']}"])


def test_every_live_case_has_its_test() -> None:
    names = {one["name"] for one in ITEMS if one["file"] == "live"}
    assert names == {*LIVE, *OTHER_ROOMS}
    for name, files in LIVE.items():
        for file in files:
            assert f'"""Case {name}' in Path(TESTS / file).read_text(encoding="utf-8")
