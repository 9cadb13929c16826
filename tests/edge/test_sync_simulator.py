"""The sync protocol's promises under 200 seeds of faults, some again on encrypted cards. `ANJU_SEED=n` replays one."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from support.simulator.scenario import run_seed

ENCRYPTED = range(20, 40)  # those in which most happens; `./dev prove` runs more
CHUNKS = [range(first, first + 50) for first in range(0, 200, 50)]  # each with a time limit of its own


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_every_seed_converges(seeds: range) -> None:
    only = os.environ.get("ANJU_SEED")
    happened: Counter[str] = Counter()
    forks = 0
    for seed in [int(only)] if only else seeds:
        scenario = run_seed(seed)
        happened += scenario.happened
        forks += sum(box.forks for box in scenario.boxes)
    if only is None:
        assert forks > 5
        assert all(happened[what] > 10 for what in ("cut", "dead", "hub", "box", "put back", "restore", "quota"))


@pytest.mark.timeout(300)
def test_every_seed_converges_on_encrypted_cards(tmp_path: Path) -> None:
    """The box's real journal file: starts without keys, keys that come late or not yet, forks beside what is locked."""
    only = os.environ.get("ANJU_SEED")
    happened: Counter[str] = Counter()
    forks = 0
    for seed in [int(only)] if only else ENCRYPTED:
        scenario = run_seed(seed, tmp_path / str(seed))
        happened += scenario.happened
        forks += sum(box.forks for box in scenario.boxes)
    if only is None:
        assert forks > 5
        assert all(
            happened[what] > 5 for what in ("keys", "keys refused", "gave way", "put back", "evicted without key")
        )
