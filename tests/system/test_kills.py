"""Acknowledged = on disk, each fact once: 30 kill -9 of box and hub under load."""

from __future__ import annotations

import random
from pathlib import Path

from support.killing import kill_and_judge
from support.processes import zygote
from support.whole import show

KILLS = 30


async def test_thirty_kills_of_box_and_hub_lose_and_double_nothing(tmp_path: Path) -> None:
    async with zygote() as start:
        figures = await kill_and_judge(tmp_path, start, KILLS, random.Random(11))
    show(str(figures))
    assert figures.kills >= KILLS
    assert figures.presses_kept > KILLS
    assert figures.taps_recorded > 0
    assert figures.taken > 0
