"""A sync that fails with EIO, at each of the first syncs of a run: nothing is confirmed that the disk does not hold.

Under the model of crash_states.py a failed sync loses for good what it should have covered, unless it is written again.
`ANJU_PROVE_SYNCS` sets at how many of the first 200 syncs; 6 by default.
"""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from support.faults import preloaded, workload
from support.rigs.after_crash import judge_rows, judge_streams
from support.rigs.crash_states import Disk, Operation, crash_states, read_trace

SYNCS = int(os.environ.get("ANJU_PROVE_SYNCS", "6"))
FIRST = 200


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_failed_sync_never_confirms(tmp_path: Path, capsys: pytest.CaptureFixture[str], encrypted: bool) -> None:
    chance = random.Random(3)
    states = failed = refused = 0
    for n in sorted(chance.sample(range(1, FIRST + 1), SYNCS)):
        home = tmp_path / str(n)
        box, log, target = home / "box", home / "trace", home / "state"
        for folder in (home, box, target):
            folder.mkdir()
        ran = subprocess.run(
            workload(box, n, 200),
            env=preloaded(box, log, FAULT_SYNC_AT=n, FAULT_SYNC_COUNT=chance.choice((1, 1, 2, 5)))
            | ({"RIG_ENCRYPTED": "1"} if encrypted else {}),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (ran.returncode, ran.stdout.split()[-1:]) == (0, ["END"]), ran.stderr
        refused += sum(line.startswith("N ") for line in ran.stdout.splitlines())
        trace = read_trace(log)
        at = next(index for index, operation in enumerate(trace) if operation.kind == "E")
        failed += 1
        for mode, files, lines in [
            *crash_states(trace, 6, chance),
            *_cuts_after(trace, at, chance),
        ]:
            for old in target.iterdir():
                old.unlink()
            for name, data in files.items():
                if name in ("journal.sqlite", "journal.sqlite-wal"):
                    (target / name).write_bytes(data)
            if not any(line.startswith(b"D ") for line in lines):
                continue  # the file is being born, nothing is confirmed: a damaged one is replaced at the start
            states += 1
            verdict = judge_rows(target / "journal.sqlite", lines)
            assert (verdict.lost, verdict.wrong) == (0, ""), f"sync {n}, {mode}"
            if files.get("journal.sqlite"):
                assert judge_streams(target / "journal.sqlite") == "", f"sync {n}, {mode}"
    with capsys.disabled():
        print(f"\nfailed syncs: {failed}, events refused meanwhile {refused}, crash states after them {states}, lost 0")


def _cuts_after(
    trace: list[Operation], at: int, chance: random.Random
) -> list[tuple[str, dict[str, bytes], list[bytes]]]:
    """States soon after the failure, where recovery from it is under way, and at the very end."""
    found = []
    disk = Disk()
    wanted = {at + chance.randrange(1, 40) for _ in range(6)} | {len(trace)}
    for index, operation in enumerate(trace, 1):
        disk.apply(operation)
        if index in wanted:
            mode = chance.choice(("drop", "prefix", "torn"))
            found.append((mode, disk.after_cut(mode, chance), list(disk.acked)))
    return found
