"""How far boxes are, noted in the registry once: the first session and the first test event of each.

What notices them (a connection, a folded event) only puts a name into a table; the registry is asked by a task of its
own, so no alarm waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final

from anju_central.access.box_directory import BoxDirectory
from anju_central.access.caller import HUB
from anju_central.projections.projection import Change, IncidentRecord
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.boxes import note_progress
from anju_protos.v1.event_pb2 import TEST

log = logging.getLogger(__name__)

AGAIN_S: Final = 10.0
AT_ONCE: Final = 200  # of a district that comes for the first time


class BoxProgress:
    """Composed by the hub; all methods are called in the event loop."""

    def __init__(self, link: RegistryLink, directory: BoxDirectory, now_ms: Callable[[], int]) -> None:
        self._link = link
        self._directory = directory
        self._now_ms = now_ms
        self._waiting: dict[tuple[str, str], int] = {}  # (box, what) -> when, UTC ms
        self._tested: set[str] = set()
        self._any = asyncio.Event()

    def streams(self, box: str) -> None:
        """A box is connected."""
        record = self._directory.lookup(box)
        if record is not None and record.state == "claimed":
            self._wait_for(box, "streamed")

    def folded(self, changes: Iterable[Change]) -> None:
        """Looks for the boxes' own test events in what was folded."""
        for change in changes:
            if isinstance(change, IncidentRecord) and change.incident.mark == TEST:
                self.tested(change.incident.box)

    def tested(self, box: str) -> None:
        """An event with the mark TEST came from a box."""
        if box not in self._tested and self._directory.lookup(box) is not None:
            self._tested.add(box)
            self._wait_for(box, "tested")

    def _wait_for(self, box: str, what: str) -> None:
        self._waiting.setdefault((box, what), self._now_ms())
        self._any.set()

    async def run(self) -> None:
        """Writes down what is new, for ever."""
        while True:
            await self._any.wait()
            self._any.clear()
            if not await self.write_down():
                await asyncio.sleep(AGAIN_S)
                self._any.set()

    async def write_down(self) -> bool:
        """Writes down what waits, many at once. Returns False when the registry cannot be asked now."""
        while self._waiting:
            some = list(self._waiting.items())[:AT_ONCE]
            streamed, tested = ({box: at for (box, what), at in some if what == one} for one in ("streamed", "tested"))
            try:
                refused = await note_progress(HUB, self._link.registry, streamed, tested)
            except RegistryUnavailable as error:
                log.warning("how far %d boxes are is not noted yet: %s", len(some), error)
                return False
            for why in refused:
                log.warning("how far a box is is not noted: %s", why)
            for key, _ in some:
                self._waiting.pop(key, None)
        return True
