"""kill -9 of a box's journal at random points, again and again on the same files.

`ANJU_PROVE_KILLS` sets how many; 12 by default.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from support.faults import kill_after_lines, workload
from support.rigs.after_crash import judge_emergency, judge_rows, judge_streams

KILLS = int(os.environ.get("ANJU_PROVE_KILLS", "12"))
PER_FOLDER = 12


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_no_confirmed_event_is_missing_after_kills(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encrypted: bool
) -> None:
    if encrypted:
        monkeypatch.setenv("RIG_ENCRYPTED", "1")
    chance = random.Random(7)
    confirmed = lost = reused = done = 0
    while done < KILLS:
        folder = tmp_path / f"box{done}"
        folder.mkdir()
        lines: list[bytes] = []
        seen: dict[tuple[str, str], str] = {}
        for _ in range(min(PER_FOLDER, KILLS - done)):
            printed = kill_after_lines(workload(folder, 1000 + done, 150), chance.randrange(1, 900))
            done += 1
            lines += [line.encode() for line in printed]
            for line in printed:
                word, *rest = line.split()
                if word in "DR" and seen.setdefault((rest[0], rest[1]), rest[2]) != rest[2]:
                    reused += 1  # a number that was confirmed or sent stands for another event now
            confirmed += sum(line.startswith("D ") for line in printed)
            verdict = judge_rows(folder / "journal.sqlite", lines)
            assert not verdict.wrong
            lost += verdict.lost
            assert judge_streams(folder / "journal.sqlite") == ""
            assert not encrypted or judge_emergency(folder / "journal.sqlite", lines) == ""
    with capsys.disabled():
        print(f"\nkills: {done}, confirmed events {confirmed}, lost {lost}, numbers given twice {reused}")
    assert (lost, reused) == (0, 0)
    assert confirmed > done
