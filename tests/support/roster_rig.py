"""A box that keeps a roster and a hub that has one for it: real store, journal and line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from anju_central.registry.bundles.book import BundleBook, next_bundle
from anju_edge.clock import RunningTime, SimulatedClock
from anju_edge.journal.journal import Journal
from anju_edge.journal.recorder import Recorder
from anju_edge.journal.sql import KV
from anju_edge.roster.from_hub import HubRoster
from anju_edge.roster.store import RosterStore
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.control_channel import CardPort
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import ROSTER_APPLIED, Event, RosterApplied
from support.sync_rig import BOX, JOURNAL, Box, box_at, stored, until


def put(book: BundleBook, bundle: RosterBundle) -> None:
    """The registry has this now."""
    book.put(next_bundle(book.of(bundle.community), bundle))


@dataclass
class RosterBox:
    """A box with a roster."""

    box: Box
    store: RosterStore
    recorder: Recorder

    @property
    def revision(self) -> int:
        return self.store.current.bundle.revision

    async def has(self, revision: int) -> None:
        """Waits until the box uses a revision."""
        await until(lambda: self.revision == revision)


def applied_at(hub_folder: Path) -> list[RosterApplied]:
    """Returns what boxes recorded of their rosters, as a hub that is closed has it."""
    data = [data for rows in stored(hub_folder).events.values() for _, data in rows]
    events = [event for event in map(Event.FromString, data) if event.kind == ROSTER_APPLIED]
    return [RosterApplied.FromString(event.payload) for event in events]


@asynccontextmanager
async def roster_box(
    folder: Path,
    port: int,
    *,
    bundle: RosterBundle | None = None,
    identity: BoxIdentity = BOX,
    listens: bool = True,
    card: CardPort | None = None,
) -> AsyncIterator[RosterBox]:
    """Runs a box in `folder`, with what it kept of an earlier run, else with `bundle`."""
    journal = await Journal.open(folder, JOURNAL)
    try:
        recorder = Recorder(journal, SimulatedClock(boot=7), RunningTime())
        store = RosterStore(identity.community, recorder)
        await store.restore()
        if bundle is not None:
            assert store.apply(bundle)
        roster = HubRoster(store) if listens else None
        async with box_at(folder, port, journal=journal, identity=identity, roster=roster, card=card) as box:
            yield RosterBox(box, store, recorder)
            await journal.flush()
    finally:
        await journal.close()


async def kept_in(folder: Path) -> bytes:
    """Returns the bundle that a box keeps for its next start."""
    async with await Journal.open(folder, JOURNAL) as journal:
        rows = await journal.query(KV.get, ("roster",))
    return rows[0][0] if rows and isinstance(rows[0][0], bytes) else b""
