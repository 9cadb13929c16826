"""A box that gets one roster after another, for rigs that watch, kill or fail it from outside.

Usage: roster_workload.py FOLDER REVISIONS. Prints `A revision` for each one that is durable, `OPEN` and `END`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from anju_edge.clock import RunningTime, SimulatedClock
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.recorder import Recorder
from anju_edge.roster.from_hub import HubRoster
from anju_edge.roster.store import RosterStore
from anju_protos.bundle import BundleVersion, changed_rows, delta_to, pack, parts_of
from anju_protos.v1.control_pb2 import RosterBundle
from support.roster_bundles import made_bundle

COMMUNITY = "willow-court"


def bundle_at(revision: int) -> RosterBundle:
    """What the hub has at a revision: other people every fifth time, another name in between."""
    bundle = made_bundle(30, revision=revision, community=COMMUNITY, seed=revision // 5, bands=10)
    bundle.residents[0].masked_name = f"赵*{revision}"
    return BundleVersion.of(bundle).bundle()


async def run(folder: Path, revisions: int) -> None:
    settings = JournalSettings(linger_s=0.0, ballast_bytes=0, floor_bytes=0, checkpoint_pages=40)
    journal = await Journal.open(folder, settings)
    store = RosterStore(COMMUNITY, Recorder(journal, SimulatedClock(boot=7), RunningTime()))
    await store.restore()
    roster = HubRoster(store)
    say("OPEN\n")
    for revision in range(store.current.bundle.revision + 1, revisions + 1):
        to = BundleVersion.of(bundle_at(revision))
        if revision % 4 == 1:
            for part in parts_of(revision, pack(to.bundle()), 700):
                await roster.take_part(part)
        else:
            before = BundleVersion.of(store.current.bundle)
            await roster.take_delta(delta_to(before.revision, changed_rows(before.rows, to.rows), to))
        assert store.current.bundle.revision == revision
        await journal.flush()
        say(f"A {revision}\n")
    await journal.close()
    say("END\n")


def say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
