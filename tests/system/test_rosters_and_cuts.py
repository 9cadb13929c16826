"""A box that loses its power while it takes a roster has the old one or the new one after that, whole."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sys
from collections import Counter
from pathlib import Path

from anju_edge.clock import RunningTime, SimulatedClock
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.recorder import Recorder
from anju_edge.roster.store import RosterStore
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import ROSTER_APPLIED, Event, RosterApplied
from support.faults import preloaded
from support.paths import ROOT
from support.rigs.crash_states import crash_states, read_trace
from support.rigs.roster_workload import COMMUNITY, bundle_at

STATES = int(os.environ.get("ANJU_PROVE_STATES", "60"))
REVISIONS = 24
WORKLOAD = ROOT / "tests" / "support" / "rigs" / "roster_workload.py"


async def started_on(folder: Path) -> tuple[RosterBundle, Counter[int]]:
    """Starts a box on a disk; returns its roster, and how often each revision was said to be applied."""
    async with await Journal.open(folder, JournalSettings(ballast_bytes=0, floor_bytes=0)) as journal:
        store = RosterStore(COMMUNITY, Recorder(journal, SimulatedClock(boot=8), RunningTime()))
        await store.restore()
        assert store.trouble == ""
        said: Counter[int] = Counter()
        for info in journal.streams():
            after = 0
            while (batch := await journal.read(info.stream, after, 500, 1 << 20)) is not None:
                events = [Event.FromString(data) for data in batch.events]
                said.update(
                    RosterApplied.FromString(event.payload).revision for event in events if event.kind == ROSTER_APPLIED
                )
                after = batch.first_seq + len(batch.events) - 1
        return store.current.bundle, said


async def test_a_cut_at_any_step_leaves_the_old_or_the_new_roster_whole(tmp_path: Path) -> None:
    log, home = tmp_path / "trace", tmp_path / "box"
    home.mkdir()
    command = [sys.executable, str(WORKLOAD), str(home), str(REVISIONS)]
    silent, watched = asyncio.subprocess.DEVNULL, preloaded(home, log)
    working = await asyncio.create_subprocess_exec(*command, env=watched, stdout=silent)
    assert await working.wait() == 0
    found: Counter[int] = Counter()
    state = tmp_path / "state"
    for mode, files, confirmed in crash_states(read_trace(log), STATES, random.Random(11)):
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        for name, data in files.items():
            if not name.endswith("-shm"):
                (state / name).write_bytes(data)
        durable = max((int(line.split()[1]) for line in confirmed if line.startswith(b"A ")), default=0)
        bundle, said = await started_on(state)
        found[bundle.revision] += 1
        assert durable <= bundle.revision <= REVISIONS, (mode, durable)
        assert bundle == (bundle_at(bundle.revision) if bundle.revision else RosterBundle()), mode
        assert said == dict.fromkeys(range(1, bundle.revision + 1), 1), "each is said once, with its rows"
    assert len(found) > 10, "cuts at many steps"
