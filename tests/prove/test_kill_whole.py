"""kill -9 of a whole box and a whole hub under load, over and over; see system/killing.py for what is judged.

`ANJU_PROVE_KILLS` sets how many (1,000 by default), `ANJU_PROVE_SEED` the luck.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from support.killing import Figures, kill_and_judge
from support.processes import zygote

KILLS = int(os.environ.get("ANJU_PROVE_KILLS", "1000"))
SEED = int(os.environ.get("ANJU_PROVE_SEED", "1"))
PER_FOLDER = 50


@pytest.mark.prove
@pytest.mark.timeout(5400)
async def test_kills_of_box_and_hub_lose_and_double_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(SEED)
    figures = Figures()
    async with zygote() as start:
        while figures.kills < KILLS:
            folder = tmp_path / str(figures.kills)
            folder.mkdir()
            figures += await kill_and_judge(folder, start, min(PER_FOLDER, KILLS - figures.kills), rng)
            with capsys.disabled():
                print(f"\n{figures}", flush=True)
    assert figures.kills >= KILLS
