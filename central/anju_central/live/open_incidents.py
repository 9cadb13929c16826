"""The incidents that people handle now, in memory: what the console, the boxes and the commands look at.

Loaded from the projection at the start, kept up by what the projector publishes. Resolved ones stay for an hour, so
that a box learns that its incident was closed and not only that it is gone.
"""

from __future__ import annotations

import asyncio
import heapq
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from anju_central.live.incident_window import IncidentWindow, Rank, needs_people, rank
from anju_central.projections.incidents import newly_closed, open_incidents
from anju_central.projections.projection import IncidentRecord, ref_key
from anju_protos.v1.control_pb2 import OpenIncidents

__all__ = ["LiveIncidents", "needs_people"]

KEEP_CLOSED_MS: Final = 3_600_000
KEEP_CLOSED: Final = 1_000
LISTED_MAX: Final = 2_000  # in a list for a box of an older version, which takes 4 MB at most
SHOWN_CLOSED: Final = 100  # of one community, to its boxes: what is not listed any more is closed all the same
FORGET_EVERY_MS: Final = 10_000
ABOUT_BOX: Final = "box:"  # device keys of what the hub says about a box itself


class _Community:
    """A community's incidents, without what the hub says about its boxes themselves, and who follows them."""

    def __init__(self) -> None:
        self.records: dict[bytes, IncidentRecord] = {}
        self.ranks: dict[bytes, Rank] = {}  # of those that need people
        self.windows: set[IncidentWindow] = set()

    def put(self, key: bytes, record: IncidentRecord) -> None:
        self.records[key] = record
        if needs_people(record.incident):
            self.ranks[key] = rank(record)
        else:
            self.ranks.pop(key, None)

    def clear(self) -> None:
        self.records.clear()
        self.ranks.clear()


class LiveIncidents:
    """See the module. Also the feed for boxes: `follow`, and `open_for` and `subscribe` for older ones."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._records: dict[bytes, IncidentRecord] = {}
        self._communities: dict[str, _Community] = {}
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
        for community in self._communities.values():
            community.clear()
        for key, record in self._records.items():
            if _is_for_boxes(record):
                self._of(record.incident.community).put(key, record)
            self._bump(record.incident.community)
        self._tell_gap()

    def hold(self) -> None:
        """Until `release` boxes get nothing: what is not listed counts as closed, a fold begins with nothing."""
        self._whole.clear()

    def release(self) -> None:
        """All that is open is here again."""
        self._tell_gap()
        self._whole.set()

    def _tell_gap(self) -> None:
        for community in self._communities.values():
            for window in community.windows:
                window.gap()

    def _of(self, community: str) -> _Community:
        return self._communities.setdefault(community, _Community())

    def apply(self, record: IncidentRecord) -> None:
        """Takes an incident as it stands now."""
        key = ref_key(record.incident.id)
        self._records[key] = record
        if _is_for_boxes(record):
            community = self._of(record.incident.community)
            community.put(key, record)
            for window in community.windows:
                window.changed(key, record)
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
                gone = self._records.pop(key)
                self._of(gone.incident.community).records.pop(key, None)

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

    @contextmanager
    def follow(self, community: str, box: str) -> Iterator[IncidentWindow]:
        """Keeps up what a box is told while the block runs; nothing is to be sent before `whole`."""
        ours = self._of(community)
        window = IncidentWindow(box, ours.records, ours.ranks)
        ours.windows.add(window)
        try:
            yield window
        finally:
            ours.windows.discard(window)

    async def whole(self) -> bool:
        """Waits while incidents are being folded anew. Returns False when the hub ends."""
        await self._whole.wait()
        return not self._closed

    def open_for(self, community: str) -> OpenIncidents:
        """Returns what boxes of a community shall show: open ones, and those closed within the last hour.

        What the hub says about a box itself (silence, quarantine) is for operators and not among them. `version` rises
        with each change, also across restarts.
        """
        ours = self._of(community).records.values()
        closed = [record for record in ours if not needs_people(record.incident)]
        ranked = heapq.nsmallest(LISTED_MAX, ((found, key) for key, found in self._of(community).ranks.items()))
        shown = [self._records[key] for _, key in ranked]
        shown += heapq.nlargest(SHOWN_CLOSED, closed, key=lambda record: record.changed_ms)
        shown.sort(key=lambda record: record.pos)
        return OpenIncidents(incidents=[r.incident for r in shown], version=self._versions.get(community, 0))

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
        for community in self._communities.values():
            for window in community.windows:
                window.on_news()
        for changed in self._changed.values():
            changed.set()


def _is_for_boxes(record: IncidentRecord) -> bool:
    return not record.incident.device.startswith(ABOUT_BOX)
