"""A minute of noise, damaged and hostile captures for each driver's decoder: nothing raises, memory stays bounded."""

from __future__ import annotations

import json
import time

import pytest

from anju_drivers import conformance
from anju_drivers.driver import DriverSpec
from anju_drivers.registry import load_drivers
from support.paths import VECTORS

SPECS = load_drivers().specs
RUN_S = 60.0

pytestmark = pytest.mark.prove


def captures(spec: DriverSpec) -> list[bytes]:
    found = []
    for file in spec.vector_files:
        for item in json.loads((VECTORS / file).read_text(encoding="utf-8")):
            if "input_hex" in item:
                found.append(bytes.fromhex(item["input_hex"]))
            elif "input_text" in item:
                found.append(item["input_text"].encode())
    return found


@pytest.mark.timeout(4 * RUN_S)
@pytest.mark.parametrize("name", sorted(SPECS))
def test_a_minute_of_junk(name: str) -> None:
    spec, given = SPECS[name], captures(SPECS[name])
    end_s = time.monotonic() + RUN_S
    seed = 0
    while time.monotonic() < end_s:
        conformance.check_junk(spec, given, rounds=200, seed=seed)
        conformance.check_chunks(spec, given, seed=seed)
        conformance.check_hostile(spec, given, seed=seed, rounds=4)
        if seed % 20 == 0:
            conformance.check_memory(spec, seed=seed)
        seed += 1
    print(f"{name}: {seed} rounds")
