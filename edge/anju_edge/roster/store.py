"""The roster in force, applied whole or not at all.

`RosterStore.apply(bundle)` is the one way in, for the file as for the hub. A bundle that cannot be used leaves the last
good one in place and its reason on show. The last good bundle survives a restart in the box's own database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from google.protobuf.message import DecodeError

from anju_edge.journal.recorder import Recorder
from anju_edge.journal.sql import KV
from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import Roster, index
from anju_protos.roster_file import masked
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import ROSTER_APPLIED, RosterApplied

_log = logging.getLogger(__name__)


def without_names(bundle: RosterBundle) -> RosterBundle:
    """Returns a copy with masked names only: nothing on a box needs a full one, so its disk shall not hold any."""
    kept = RosterBundle()
    kept.CopyFrom(bundle)
    for resident in kept.residents:
        resident.masked_name = resident.masked_name or masked(resident.name)
        resident.ClearField("name")
    return kept


class RosterStore:
    """Holds the current roster and its last good bundle."""

    def __init__(self, community: str, recorder: Recorder) -> None:
        self._community, self._recorder = community, recorder
        self.current = Roster()
        self.trouble = ""
        self.on_change: list[Callable[[Roster], None]] = []

    async def restore(self) -> None:
        """Takes the last good bundle of an earlier run, if any."""
        rows = await self._recorder.journal.query(KV.get, ("roster",))
        if rows and isinstance(rows[0][0], bytes):
            try:
                self._use(index(RosterBundle.FromString(rows[0][0]), self._community))
            except DecodeError:
                self.trouble = "the roster of the last run cannot be read"
            except RosterRefused as refused:  # the box was given to another community meanwhile
                self.trouble = str(refused)

    def apply(self, bundle: RosterBundle) -> bool:
        """Applies a bundle whole, or refuses it whole and keeps the last good one. Journals the outcome once.

        Full names go no further than this: what is kept, in memory and beside the journal, has masked ones.
        """
        bundle = without_names(bundle)
        if bundle == self.current.bundle:
            self.trouble = ""
            return True
        try:
            roster = index(bundle, self._community)
        except RosterRefused as refused:
            self.refuse(bundle.revision, str(refused))
            return False
        self.trouble = ""
        applied = RosterApplied(revision=bundle.revision, applied=True, kept_revision=bundle.revision)
        self._recorder.record(
            ROSTER_APPLIED,
            applied.SerializeToString(),
            side=lambda _: (KV.put, ("roster", bundle.SerializeToString())),
        )
        self._use(roster)
        _log.info("roster revision %d applied: %d devices, %d activities", bundle.revision,
                  len(roster.devices), len(roster.activities))  # fmt: skip
        return True

    def refuse(self, revision: int, reason: str) -> None:
        """Notes that something offered cannot be used; the last good roster stays."""
        if reason == self.trouble:
            return
        self.trouble = reason
        kept = self.current.bundle.revision
        refused = RosterApplied(revision=revision, applied=False, error=reason, kept_revision=kept)
        self._recorder.record(ROSTER_APPLIED, refused.SerializeToString())
        _log.warning("roster refused, revision %d stays: %s", kept, reason)

    def _use(self, roster: Roster) -> None:
        self.current = roster
        for tell in self.on_change:
            tell(roster)
