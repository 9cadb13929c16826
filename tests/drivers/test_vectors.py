"""Every captured frame of every driver, compared with what its source says it means.

The captures are in `tests/vectors`; the variable ANJU_VECTORS names another folder with files of the same names and
form. Each item's `source` and `expect_from` say where it comes from.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pytest

from anju_drivers.driver import DriverSpec
from anju_drivers.registry import load_drivers
from support.paths import WANTED_VECTORS

FOLDER = WANTED_VECTORS
SPECS = load_drivers().specs
CLAIMED = {file: spec for spec in SPECS.values() for file in spec.vector_files}


def differences(expected: Any, got: Any, path: str = "expect") -> list[str]:
    """What differs, a line each. Only keys that `expected` gives are compared; null means absent or None."""
    if expected is None:
        return [] if got is None else [f"{path}: expected nothing, got {got!r}"]
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return [f"{path}: expected an object, got {got!r}"]
        found = []
        for key, value in expected.items():
            if key not in got and value is not None:
                found.append(f"{path}.{key}: not understood by the driver")
            else:
                found += differences(value, got.get(key), f"{path}.{key}")
        return found
    if isinstance(expected, list):
        if not isinstance(got, list | tuple):
            return [f"{path}: expected a list, got {got!r}"]
        if path.endswith(".targets"):
            return [] if set(expected) == set(got) else [f"{path}: expected {expected!r} in any order, got {got!r}"]
        if len(expected) != len(got):
            return [f"{path}: expected {len(expected)} items, got {len(got)}: {got!r}"]
        pairs = enumerate(zip(expected, got, strict=True))
        return [line for at, (one, other) in pairs for line in differences(one, other, f"{path}[{at}]")]
    if isinstance(expected, bool) or isinstance(got, bool):
        is_same = expected is got
    elif isinstance(expected, float) or isinstance(got, float):
        is_same = isinstance(got, int | float) and math.isclose(expected, got, rel_tol=1e-6, abs_tol=1e-12)
    else:
        is_same = bool(expected == got)
    return [] if is_same else [f"{path}: expected {expected!r}, got {got!r}"]


def items(file: str) -> list[dict[str, Any]]:
    path = FOLDER / file
    loaded: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return loaded


CASES = [
    pytest.param(spec, item, id=f"{file.removesuffix('.json')}-{item.get('name', at)}")
    for file, spec in sorted(CLAIMED.items())
    for at, item in enumerate(items(file))
]


@pytest.mark.parametrize(("spec", "item"), CASES)
def test_vector(spec: DriverSpec, item: dict[str, Any]) -> None:
    found = differences(item["expect"], spec.vectors(item))
    assert not found, "\n".join([*found, f"source: {item.get('source')}", f"note: {item.get('note')}"])


def test_every_driver_brings_vectors_and_the_counts_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{file}: {len(items(file))} by driver {spec.name}" for file, spec in sorted(CLAIMED.items())]
    others = sorted(path.name for path in FOLDER.glob("*.json") if path.name not in CLAIMED)
    lines += [f"{file}: {len(items(file))}, no driver yet" for file in others]
    with capsys.disabled():
        print(f"\nvectors in {FOLDER.name}: {len(CASES)} run", *lines, sep="\n  ")
    assert CASES, f"no vectors in {FOLDER}"


@pytest.mark.parametrize(
    ("expected", "got", "count"),
    [
        ({"a": None}, {}, 0),
        ({"a": None}, {"a": 1}, 1),
        ({"a": 1}, {}, 1),
        ({"a": False}, {}, 1),
        ({"a": True}, {"a": 1}, 1),
        ({"a": 1.0}, {"a": 1.0000001}, 0),
        ({"a": 1.0}, {"a": 1.001}, 1),
        ({"targets": ["human", "vehicle"]}, {"targets": ["vehicle", "human"]}, 0),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, 0),
        ({"a": [1]}, {"a": [1, 2]}, 1),
    ],
)
def test_the_comparison_itself(expected: Any, got: Any, count: int) -> None:
    assert len(differences(expected, got)) == count
