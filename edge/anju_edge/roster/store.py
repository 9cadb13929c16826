"""The roster in force, applied whole or not at all.

`RosterStore.apply(bundle)` is the one way in, for the file as for the hub. A bundle that cannot be used leaves the last
good one in place and its reason on show. The last good bundle survives a restart in the box's own database. Where that
is encrypted, a restart without the hub finds what the emergency file tells of it, and the rest when the keys are back.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Final

from google.protobuf.message import DecodeError

from anju_drivers.errors import NotRecorded
from anju_edge.journal.card import KeyMissing
from anju_edge.journal.entries import PersonalChange
from anju_edge.journal.recorder import Recorder
from anju_edge.journal.sql import EMERGENCY, KV
from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import Roster, index
from anju_protos.at_rest import emergency_part
from anju_protos.roster_file import masked
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import ROSTER_APPLIED, RosterApplied

_log = logging.getLogger(__name__)
_KEY: Final = "roster"  # in the table kv of boxes in the field, and in the emergency file


def without_names(bundle: RosterBundle) -> RosterBundle:
    """Returns a copy with masked names only: nothing on a box needs a full one, so its disk shall not hold any."""
    kept = RosterBundle()
    kept.CopyFrom(bundle)
    for resident in kept.residents:
        resident.masked_name = resident.masked_name or masked(resident.name)
        resident.ClearField("name")
    return kept


def _change(whole: bytes) -> PersonalChange:
    """What keeps a bundle for the next start. Raises DecodeError."""
    return PersonalChange(
        plain=(KV.put, (_KEY, whole)),
        emergency=(EMERGENCY.put_kept, (_KEY, emergency_part(RosterBundle.FromString(whole)).SerializeToString())),
        encrypted=(_KEY, whole),
    )


class RosterStore:
    """Holds the current roster and its last good bundle."""

    def __init__(self, community: str, recorder: Recorder) -> None:
        self._community, self._recorder = community, recorder
        self.current = Roster()
        self.trouble = ""
        self.is_locked = False  # what is not for the emergency file waits for the hub's key
        self.on_change: list[Callable[[Roster], None]] = []

    async def restore(self) -> None:
        """Takes the last good bundle of an earlier run, if any. Raises `NotRecorded`."""
        journal = self._recorder.journal
        try:
            kept = await journal.kept(_KEY)
        except KeyMissing:
            self.is_locked = True
            kept = await journal.kept_for_emergency(_KEY)
        if kept is not None and self._take(kept) and not self.is_locked:
            await journal.keep_as_now(_KEY, _change)

    async def unlock(self) -> None:
        """Call it when keys are back, or when the journal begins to be encrypted.

        Takes the whole of what was known in part, unless a later roster came since, and keeps it as this start does.
        """
        journal = self._recorder.journal
        with contextlib.suppress(KeyMissing, NotRecorded):
            if self.is_locked:
                kept = await journal.kept(_KEY)
                if kept is not None and self.is_locked and self._take(kept):
                    _log.info("the roster is whole again")
                self.is_locked = False
            await journal.keep_as_now(_KEY, _change)

    def _take(self, kept: bytes) -> bool:
        try:
            self._use(index(RosterBundle.FromString(kept), self._community))
        except DecodeError:
            self.trouble = "the roster of the last run cannot be read"
        except RosterRefused as refused:  # the box was given to another community meanwhile
            self.trouble = str(refused)
        else:
            return True
        return False

    def apply(self, bundle: RosterBundle) -> bool:
        """Applies a bundle whole, or refuses it whole and keeps the last good one. Journals the outcome once.

        Full names go no further than this: what is kept, in memory and beside the journal, has masked ones.
        """
        bundle = without_names(bundle)
        if bundle == self.current.bundle:
            self.trouble = ""
            self.is_locked = False
            return True
        try:
            roster = index(bundle, self._community)
        except RosterRefused as refused:
            self.refuse(bundle.revision, str(refused))
            return False
        self.trouble = ""
        self.is_locked = False
        applied = RosterApplied(revision=bundle.revision, applied=True, kept_revision=bundle.revision)
        self._recorder.record(
            ROSTER_APPLIED,
            applied.SerializeToString(),
            side=lambda _: _change(bundle.SerializeToString()),
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
