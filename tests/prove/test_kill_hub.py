"""The hub's store killed over and over: no acknowledged event is missing, none is there twice.

`ANJU_PROVE_KILLS` sets how many times; 12 by default, 1,000 in the long run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from central.test_killed import kill_and_judge

KILLS = int(os.environ.get("ANJU_PROVE_KILLS", "12"))
A_FILE = 50  # kills of one store file


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_kills_of_the_hub_lose_and_double_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = events = 0
    while done < KILLS:
        kills = min(A_FILE, KILLS - done)
        folder = tmp_path / str(done)
        folder.mkdir()
        events += kill_and_judge(folder, kills, seed=done)
        done += kills
    with capsys.disabled():
        print(f"hub: {done} kills, {events} events, no ack lost, nothing twice")
