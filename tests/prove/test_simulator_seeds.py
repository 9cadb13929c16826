"""2,000 seeds of the simulator. A failing seed is printed; `ANJU_SEED=n` replays it."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from support.simulator.scenario import run_seed

FIRST, COUNT = 1_000, 2_000


@pytest.mark.prove
def test_two_thousand_seeds_converge() -> None:
    only = os.environ.get("ANJU_SEED")
    failed: list[str] = []
    happened: Counter[str] = Counter()
    forks = 0
    for seed in [int(only)] if only else range(FIRST, FIRST + COUNT):
        try:
            scenario = run_seed(seed)
        except AssertionError as error:
            failed.append(f"seed {seed}: {error}")
            continue
        happened += scenario.happened
        forks += sum(box.forks for box in scenario.boxes)
    print(f"{COUNT} seeds, {forks} forks, {dict(happened)}")
    assert not failed, "\n".join(failed)
