"""The hub's registry: opened now, or as soon as it can be; meanwhile boxes are served by the last good list.

The directory of boxes is filled at the start and changed with each change that this process commits, before the change
returns. What another process changed (the command line) is seen within two seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Final

from anju_central.access.box_directory import SERVED, BoxDirectory, BoxRecord
from anju_central.access.caller import HUB
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.last_good import LastGood, read_last_good, write_last_good
from anju_central.registry.queries.boxes import BoxRow, list_boxes, retire_box, revoke_box
from anju_central.registry.queries.communities import CommunityRow, list_communities
from anju_central.registry.queries.take_over import FileBox, take_over_boxes
from anju_central.registry.restored import has_gone_back, settle, write_seen

log = logging.getLogger(__name__)

POLL_S: Final = 2.0
OPEN_AGAIN_S: Final = 5.0


class RegistryLink:
    """Composed by the hub. `fault` says why the registry cannot be asked, None while it can.

    `communities` is what the registry knows of sites; `on_communities` is called when that changes. `on_read` is
    awaited whenever everything is read anew: at each opening, and after each change. `on_rosters` is called when what
    boxes are told may be another, whoever changed it. `more_notices`: what else is to be said of the registry.
    """

    def __init__(self, url: str, directory: BoxDirectory, last_good: Path, now_ms: Callable[[], int]) -> None:
        self._url = url
        self._directory = directory
        self._last_good = last_good
        self._folder = last_good.parent
        self._now_ms = now_ms
        self._registry: Registry | None = None
        self._seen = -1
        self._file_boxes: Sequence[FileBox] = ()
        self.fault: str | None = None
        self.communities: dict[str, CommunityRow] = {}
        self.on_communities: Callable[[], None] = lambda: None
        self.on_rosters: Callable[[], None] = lambda: None
        self.on_read: Callable[[Registry], Awaitable[None]] | None = None
        self.more_notices: Callable[[], list[str]] = list

    @property
    def registry(self) -> Registry:
        """The open registry. Raises RegistryUnavailable."""
        if self._registry is None:
            raise RegistryUnavailable(self.fault or "the registry is not open yet")
        return self._registry

    async def start(self, file_boxes: Sequence[FileBox] = ()) -> None:
        """Opens the registry, takes over the configuration's boxes, fills the directory.

        A registry that cannot be opened is tried again by `run`. Raises RegistryTooNew, RegistryForeign.
        """
        self._file_boxes = file_boxes
        try:
            await self._open()
        except RegistryUnavailable as error:
            self._serve_last_good()
            self._note_fault(str(error))

    def _serve_last_good(self) -> None:
        known = read_last_good(self._last_good)
        self.communities = {row.community: row for row in known.communities}
        self._directory.update(known.boxes)
        for row in self._file_boxes:
            if self._directory.lookup(row.box) is None:
                self._directory.update([BoxRecord(row.box, row.community, "claimed")])
                site = CommunityRow(row.community, row.community, row.community, row.roster_file)
                self.communities.setdefault(row.community, site)

    async def _open(self) -> None:
        registry = await Registry.open(self._url)
        try:
            known = await asyncio.to_thread(read_last_good, self._last_good)
            if known.boxes and not await list_boxes(HUB, registry):
                raise RegistryUnavailable(
                    f"{registry.where} knows no box, but {self._last_good} names some: it is not the registry of this "
                    "hub; put that back from a backup, or remove the file to begin anew"
                )
            await self._settle_if_restored(registry)
            await take_over_boxes(HUB, registry, self._file_boxes, self._now_ms())
            await self._catch_up(registry, known.boxes)
            registry.subscribe(self._changed)
            registry.on_rosters = self._rosters_changed
            self._registry = registry
            await self._load()
        except BaseException:
            self._registry = None
            await registry.close()
            raise
        if self.fault is not None:
            log.info("the registry is open again")
        self.fault = None

    async def _settle_if_restored(self, registry: Registry) -> bool:
        """Returns whether an older copy of the registry was put back since it was asked last."""
        if not await has_gone_back(registry, self._folder):
            return False
        for line in await settle(HUB, registry, self._folder, self._now_ms()):
            log.warning("the registry was put back from an older copy: %s", line)
        return True

    async def _catch_up(self, registry: Registry, known: Sequence[BoxRecord]) -> None:
        """After an older backup was put back: what is out stays out, and who was served is served."""
        rows = {row.box: row for row in await list_boxes(HUB, registry)}
        for record in known:
            row = rows.get(record.box)
            if row is None and record.is_served:
                log.warning("box %s is newer than this registry: it is served, and needs a new code", record.box)
                await take_over_boxes(HUB, registry, [FileBox(record.box, record.community)], self._now_ms())
            elif row is not None and row.state.value in SERVED and record.state in ("retired", "revoked"):
                log.warning("box %s was %s after this registry was backed up, and stays so", record.box, record.state)
                end = revoke_box if record.state == "revoked" else retire_box
                await end(HUB, registry, record.box, self._now_ms())

    async def _load(self) -> None:
        registry = self.registry
        seen = await registry.changes()  # before the rows: what comes in between is seen again
        rows = await list_boxes(HUB, registry)
        communities = {row.community: row for row in await list_communities(HUB, registry)}
        if seen != self._seen:
            self._seen = seen
            await write_seen(self._folder, seen)
        if communities != self.communities:
            self.communities = communities
            self.on_communities()
        self._directory.update(map(record_of, rows))
        await self._keep()
        if self.on_read is not None:
            await self.on_read(registry)
        self._rosters_changed()

    def _rosters_changed(self) -> None:
        self.on_rosters()

    async def _changed(self, boxes: Collection[str]) -> None:
        before = {box: self._directory.lookup(box) for box in boxes}
        self._directory.update(map(record_of, await list_boxes(HUB, self.registry, boxes)))
        # a first session is kept with the next look: of a district that comes at once each would write the whole list
        if any(_serves_otherwise(before[box], self._directory.lookup(box)) for box in boxes):
            await self._keep()

    async def _keep(self) -> None:
        known = LastGood(self._directory.records(), list(self.communities.values()))
        await asyncio.to_thread(write_last_good, self._last_good, known)

    async def run(self) -> None:
        """Looks for changes of other processes, and opens again what could not be opened, for ever."""
        while True:
            await asyncio.sleep(POLL_S if self._registry is not None else OPEN_AGAIN_S)
            try:
                await self.poll()
            except Exception:
                log.exception("the registry's changes were not taken; trying again")

    async def poll(self) -> None:
        """Looks once."""
        try:
            if self._registry is None:
                await self._open()
            elif await self._registry.changes() != self._seen:
                if await self._settle_if_restored(self._registry):  # under a hub that runs: PostgreSQL's tools can
                    await self._catch_up(self._registry, self._directory.records())
                await self._load()
            self.fault = None
        except RegistryUnavailable as error:
            self._note_fault(str(error))

    def _note_fault(self, fault: str) -> None:
        if fault != self.fault:
            log.error("%s; boxes are served by the last good list, nothing can be added or changed until then", fault)
        self.fault = fault

    def notices(self) -> list[str]:
        """Returns what a person has to look at, in English."""
        if self.fault is None:
            return self.more_notices()
        return [f"the registry cannot be asked ({self.fault}); boxes are served as last known, nothing can be changed"]

    async def close(self) -> None:
        """Closes the database."""
        if self._registry is not None:
            await self._registry.close()
            self._registry = None


def _serves_otherwise(before: BoxRecord | None, now: BoxRecord | None) -> bool:
    """Whether it makes a difference to a hub that has only the last good list."""
    if before is None or now is None:
        return before is not now
    return (before.community, before.spki, before.is_served) != (now.community, now.spki, now.is_served)


def record_of(row: BoxRow) -> BoxRecord:
    """What calls of boxes need of a row."""
    return BoxRecord(row.box, row.community, row.state.value, row.certificate_spki)
