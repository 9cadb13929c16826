"""Rosters that the hub sends: snapshots in pieces and deltas, each taken whole or not at all, and what to say of it.

Putting together, unpacking and comparing go on in a thread: an alarm does not wait for them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from anju_edge.roster.store import RosterStore
from anju_protos.bundle import DeltaDoesNotFit, SnapshotDamaged, SnapshotInbox, apply_delta, digest_of, rows_of, unpack
from anju_protos.v1.control_pb2 import RosterBundle, RosterDelta, RosterHeld, RosterPart

_log = logging.getLogger(__name__)
MOST_REASON_CHARS: Final = 300


class HubRoster:
    """What the hub says goes into the store by here. One session at a time."""

    def __init__(self, store: RosterStore) -> None:
        self._store = store
        self._inbox = SnapshotInbox()
        self._refused = RosterHeld()

    async def begin(self) -> RosterHeld:
        """A session begins: forgets what the last one left half, returns what the box has."""
        self._inbox.clear()
        return await self._held()

    async def take_part(self, part: RosterPart) -> RosterHeld | None:
        """Takes a piece of a snapshot; returns what the box has after the last one, None before."""
        try:
            pieces = self._inbox.add(part)
            if pieces is None:
                return None
            bundle = await asyncio.to_thread(unpack, pieces, part.checksum)
        except SnapshotDamaged as damage:
            return self._note_refused(part.revision, "snapshot", str(damage))
        return await self.take_whole(bundle)

    async def take_delta(self, delta: RosterDelta) -> RosterHeld:
        """Takes what changed. What does not fit changes nothing: the answer asks for a snapshot."""
        try:
            bundle = await asyncio.to_thread(apply_delta, self._store.current.bundle, delta)
        except DeltaDoesNotFit as misfit:
            _log.info("a change of the roster to revision %d does not fit: %s; asking for the whole",
                      delta.revision, misfit)  # fmt: skip
            return RosterHeld(revision=self._store.current.bundle.revision)
        return await self.take_whole(bundle)

    async def take_whole(self, bundle: RosterBundle) -> RosterHeld:
        """Takes a bundle of the hub."""
        bundle.from_hub = True
        if not self._store.apply(bundle):
            row, _, reason = self._store.trouble.partition(": ")
            return self._note_refused(bundle.revision, row, reason, await self._held())
        self._refused = RosterHeld()
        return await self._held()

    def _note_refused(self, revision: int, row: str, reason: str, held: RosterHeld | None = None) -> RosterHeld:
        self._refused = RosterHeld(refused=revision, refused_row=row, refused_reason=reason[:MOST_REASON_CHARS])
        said = held or RosterHeld(revision=self._store.current.bundle.revision)
        said.MergeFrom(self._refused)
        return said

    async def _held(self) -> RosterHeld:
        bundle = self._store.current.bundle
        held = RosterHeld(revision=bundle.revision, digest=await asyncio.to_thread(_digest, bundle))
        held.MergeFrom(self._refused)
        return held


def _digest(bundle: RosterBundle) -> bytes:
    return digest_of(rows_of(bundle))
