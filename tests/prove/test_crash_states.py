"""Power cuts by trace and replay: what a box confirmed is in every state the disk may be left in.

`ANJU_PROVE_STATES` sets how many states; 300 by default, 15,000 in the long run. The control arm runs the same with
`synchronous=NORMAL` and must show losses: it proves that the rig sees them.
"""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from support.faults import preloaded, workload
from support.rigs.after_crash import judge_emergency, judge_rows, judge_streams
from support.rigs.crash_states import crash_states, read_trace

STATES = int(os.environ.get("ANJU_PROVE_STATES", "300"))
TRACES = max(1, min(10, STATES // 300))


def replay(
    folder: Path, synchronous: str, states: int, traces: int, *, encrypted: bool = False
) -> tuple[int, int, int, list[str]]:
    """Returns (states, states with a loss, most events lost in one, what else was wrong)."""
    seen = losing = worst = 0
    wrong: list[str] = []
    for seed in range(traces):
        home = folder / f"{synchronous}{seed}"
        home.mkdir()
        log = home / "trace"
        files_at = home / "box"
        files_at.mkdir()
        environment = preloaded(files_at, log) | ({"RIG_ENCRYPTED": "1"} if encrypted else {})
        subprocess.run(workload(files_at, seed, 120, synchronous), env=environment, check=True, capture_output=True)
        chance = random.Random(seed)
        target = home / "state"
        for mode, files, confirmed in crash_states(read_trace(log), states // traces, chance):
            target.mkdir(exist_ok=True)
            for old in target.iterdir():
                old.unlink()
            for name, data in files.items():
                if name.startswith(("journal.sqlite", "emergency.sqlite")) and not name.endswith("-shm"):
                    (target / name).write_bytes(data)
            verdict = judge_rows(target / "journal.sqlite", confirmed)
            seen += 1
            losing += verdict.lost > 0
            worst = max(worst, verdict.lost)
            trouble = verdict.wrong
            if not trouble and seen % 10 == 0 and files.get("journal.sqlite"):
                trouble = judge_streams(target / "journal.sqlite")
            if not trouble and encrypted and seen % 3 == 0 and files.get("journal.sqlite"):
                trouble = judge_emergency(target / "journal.sqlite", confirmed)
            if trouble:
                wrong.append(f"seed {seed}, state {seen}, {mode}: {trouble}")
    return seen, losing, worst, wrong


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_confirmed_events_survive_every_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encrypted: bool
) -> None:
    seen, losing, worst, wrong = replay(tmp_path, "FULL", STATES, TRACES, encrypted=encrypted)
    with capsys.disabled():
        what = "encrypted" if encrypted else "plain"
        print(f"\ncrash states, FULL, {what}: {seen}, with a loss {losing} (at most {worst}), damaged {len(wrong)}")
    assert (losing, wrong) == (0, [])


@pytest.mark.timeout(1800)
def test_the_rig_sees_losses_where_syncs_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen, losing, worst, _ = replay(tmp_path, "NORMAL", max(100, STATES * 2 // 5), TRACES)
    with capsys.disabled():
        print(f"\ncrash states, NORMAL (control): {seen}, with a loss {losing} (at most {worst})")
    assert losing > seen // 20
