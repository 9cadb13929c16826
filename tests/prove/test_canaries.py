"""The search of tests/edge/test_canaries.py over whole days of a large community.

`ANJU_PROVE_HOURS` sets how long, 24 by default; 200 people, restarts and the switch to an encrypted card among them.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from support.canaries import IN_LOGS, NEVER, found, people
from support.canaries_day import lived

HOURS = int(os.environ.get("ANJU_PROVE_HOURS", "24"))


@pytest.mark.prove  # a small one is in tests/edge
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "control arm"])
async def test_days_leave_nobody_outside_the_emergency_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encrypted: bool
) -> None:
    everybody = people(random.Random(11), 200)
    left = await lived(tmp_path, everybody, hours=HOURS, encrypted=encrypted)
    others = found(left.others, everybody)
    searched = sum(map(len, left.others.values()))
    with capsys.disabled():
        what = "encrypted" if encrypted else "plain (control)"
        print(f"\ncanaries, {what}: {len(everybody)} people, {HOURS} h, {searched} bytes, {len(others)} finds")
    assert bool(others) is not encrypted
    assert not encrypted or found(left.emergency, everybody, NEVER) == []
    assert found({"log": left.log}, everybody, IN_LOGS) == []
