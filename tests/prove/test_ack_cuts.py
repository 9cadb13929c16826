"""Acks cut after the hub's commit, over and over, with whole box and hub; see system/cutting.py for what is judged.

`ANJU_PROVE_CUTS` sets how many; 500 by default.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.cutting import cut_and_judge

CUTS = int(os.environ.get("ANJU_PROVE_CUTS", "500"))


@pytest.mark.prove
@pytest.mark.timeout(3600)
async def test_acks_cut_after_the_commit_lose_and_double_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = await cut_and_judge(tmp_path, CUTS)
    with capsys.disabled():
        print(f"\n{figures}", flush=True)
    assert figures.cuts == CUTS
