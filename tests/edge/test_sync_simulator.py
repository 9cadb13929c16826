"""The sync protocol's promises under 200 seeds of faults. `ANJU_SEED=n` replays one."""

from __future__ import annotations

import os
from collections import Counter

from support.simulator.scenario import run_seed

SEEDS = range(200)


def test_every_seed_converges() -> None:
    only = os.environ.get("ANJU_SEED")
    happened: Counter[str] = Counter()
    forks = 0
    for seed in [int(only)] if only else SEEDS:
        scenario = run_seed(seed)
        happened += scenario.happened
        forks += sum(box.forks for box in scenario.boxes)
    if only is None:
        assert forks > 20
        assert all(happened[what] > 50 for what in ("cut", "dead", "hub", "box", "put back", "restore", "quota"))
