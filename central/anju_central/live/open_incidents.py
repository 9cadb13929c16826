"""The incidents that people handle now, in memory: what the console, the boxes and the commands look at.

Loaded from the projection at the start, kept up by what the projector publishes. Resolved ones stay for an hour, so
that a box learns that its incident was closed and not only that it is gone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Final

from anju_central.projections.incidents import newly_closed, open_incidents
from anju_central.projections.projection import IncidentRecord, ref_key
from anju_protos import incidents
from anju_protos.v1.control_pb2 import Incident, OpenIncidents

KEEP_CLOSED_MS: Final = 3_600_000
KEEP_CLOSED: Final = 1_000
SHOWN_CLOSED: Final = 100  # of one community, to its boxes: what is not listed any more is closed all the same
FORGET_EVERY_MS: Final = 10_000
ABOUT_BOX: Final = "box:"  # device keys of what the hub says about a box itself


def needs_people(incident: Incident) -> bool:
    """True while somebody has still to do something about it at the hub."""
    return incidents.is_open(incident) or incidents.needs_hub_close(incident)


class LiveIncidents:
    """See the module. Also the feed for boxes: `open_for` and `subscribe`."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._records: dict[bytes, IncidentRecord] = {}
        self._versions: dict[str, int] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self._whole = asyncio.Event()
        self._whole.set()
        self._closed = False
        self._forget_at_ms = 0

    def load(self, db: sqlite3.Connection) -> None:
        """Reads the open and the newly closed ones from the projection, in place of what was held."""
        since_ms = self._now_ms() - KEEP_CLOSED_MS
        records = open_incidents(db) + newly_closed(db, since_ms, KEEP_CLOSED)
        self._records = {ref_key(record.incident.id): record for record in records}
        for record in records:
            self._bump(record.incident.community)

    def hold(self) -> None:
        """Until `release` boxes get nothing: what is not listed counts as closed, a fold begins with nothing."""
        self._whole.clear()

    def release(self) -> None:
        """All that is open is here again."""
        self._whole.set()

    def apply(self, record: IncidentRecord) -> None:
        """Takes an incident as it stands now."""
        self._records[ref_key(record.incident.id)] = record
        self._forget_old()
        self._bump(record.incident.community)

    def _forget_old(self) -> None:
        now_ms = self._now_ms()
        if 0 < self._forget_at_ms - now_ms <= FORGET_EVERY_MS:  # more: the clock was set back
            return  # a flood must not look through all for each
        self._forget_at_ms = now_ms + FORGET_EVERY_MS
        since_ms = now_ms - KEEP_CLOSED_MS
        closed = [(r.changed_ms, key) for key, r in self._records.items() if not needs_people(r.incident)]
        closed.sort(reverse=True)
        for at, (changed_ms, key) in enumerate(closed):
            if changed_ms < since_ms or at >= KEEP_CLOSED:
                del self._records[key]

    def _bump(self, community: str) -> None:
        self._versions[community] = max(self._now_ms(), self._versions.get(community, 0) + 1)
        self._changed.setdefault(community, asyncio.Event()).set()
        self._changed[community] = asyncio.Event()

    def get(self, key: bytes) -> IncidentRecord | None:
        """Returns an incident that is open or newly closed."""
        return self._records.get(key)

    def open(self) -> list[IncidentRecord]:
        """Returns those that need people, in the order in which they came."""
        return sorted((r for r in self._records.values() if needs_people(r.incident)), key=lambda r: r.pos)

    def of_box(self, box: str, community: str, rule: str) -> IncidentRecord | None:
        """Returns the open incident that a rule of the hub raised about a box."""
        for record in self._records.values():
            incident = record.incident
            is_about_box = incident.box == box and incident.community == community
            if record.rule == rule and is_about_box and needs_people(incident):
                return record
        return None

    def boxes_under(self, rule: str) -> set[str]:
        """Returns the boxes about which a rule of the hub has an open incident."""
        return {r.incident.box for r in self._records.values() if r.rule == rule and needs_people(r.incident)}

    def opened_by(self, box: str) -> list[IncidentRecord]:
        """Returns those that a box opened: a new anchor changes their times, of its own boot and of its neighbours."""
        return [r for r in self._records.values() if r.incident.box == box]

    def open_for(self, community: str) -> OpenIncidents:
        """Returns what boxes of a community shall show: open ones, and those closed within the last hour.

        What the hub says about a box itself (silence, quarantine) is for operators and not among them. `version` rises
        with each change, also across restarts.
        """
        ours = [
            record
            for record in self._records.values()
            if record.incident.community == community and not record.incident.device.startswith(ABOUT_BOX)
        ]
        closed = sorted((r for r in ours if not needs_people(r.incident)), key=lambda r: r.changed_ms)
        dropped = {r.pos for r in closed[:-SHOWN_CLOSED]}
        shown = [r.incident for r in sorted(ours, key=lambda r: r.pos) if r.pos not in dropped]
        return OpenIncidents(incidents=shown, version=self._versions.get(community, 0))

    async def subscribe(self, community: str) -> AsyncIterator[OpenIncidents]:
        """Yields what `open_for` gives, at once and after each change; several changes at a time come as one.

        While the incidents are being folded anew nothing is yielded.
        """
        while not self._closed:
            await self._whole.wait()
            changed = self._changed.setdefault(community, asyncio.Event())
            yield self.open_for(community)
            await changed.wait()

    def close(self) -> None:
        """Ends all subscriptions."""
        self._closed = True
        self._whole.set()
        for changed in self._changed.values():
            changed.set()
