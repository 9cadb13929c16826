"""2,000 seeds of the simulator, with journals in memory and on encrypted cards. A failing seed is printed.

`ANJU_SEED=n` replays it.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from support.simulator.scenario import run_seed

FIRST, COUNT = 1_000, 2_000


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("encrypted", [False, True], ids=["in memory", "encrypted"])
def test_two_thousand_seeds_converge(tmp_path: Path, encrypted: bool) -> None:
    only = os.environ.get("ANJU_SEED")
    failed: list[str] = []
    happened: Counter[str] = Counter()
    forks = 0
    for seed in [int(only)] if only else range(FIRST, FIRST + COUNT):
        cards = tmp_path / str(seed) if encrypted else None
        try:
            scenario = run_seed(seed, cards)
        except AssertionError as error:
            failed.append(f"seed {seed}: {error}")
            continue
        if cards is not None:
            shutil.rmtree(cards)
        happened += scenario.happened
        forks += sum(box.forks for box in scenario.boxes)
    print(f"{COUNT} seeds, {forks} forks, {dict(happened)}")
    assert not failed, "\n".join(failed)
