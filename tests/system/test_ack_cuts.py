"""At-least-once on the line, once at the hub: 50 acks cut after the hub's commit, with whole box and hub."""

from __future__ import annotations

from pathlib import Path

from support.cutting import cut_and_judge
from support.whole import show

CUTS = 50


async def test_fifty_acks_cut_after_the_commit_of_a_whole_hub(tmp_path: Path) -> None:
    figures = await cut_and_judge(tmp_path, CUTS)
    show(str(figures))
    assert figures.cuts == CUTS
    assert figures.unheard >= CUTS
