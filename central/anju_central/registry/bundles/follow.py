"""Bundles that follow the registry: read again when a revision is another, whoever changed it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from anju_central.access.caller import HUB, Caller, Purpose, Role
from anju_central.registry.bundles.book import BundleBook, CommunityBundle, next_bundle
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.queries.bundle_rows import BundleRows, read_bundle_rows, roster_revisions
from anju_central.registry.wearers import Wearers
from anju_protos.v1.control_pb2 import RosterBundle

log = logging.getLogger(__name__)

AGAIN_S: Final = 5.0  # after the registry could not be asked


def for_its_boxes(community: str) -> Caller:
    """Who reads for the boxes of a community: the hub, which sees that community alone while it does."""
    return Caller("hub", Role.HUB, frozenset({community}), Purpose.EMERGENCY)


class BundleFollower:
    """Keeps a `BundleBook` as the registry says.

    `on_bundle` is called with each bundle that is new, and with who wore which band until now, which no box is told.
    """

    def __init__(self, book: BundleBook, registry: Callable[[], Registry]) -> None:
        self.book = book
        self._registry = registry
        self._is_due = asyncio.Event()
        self._faults: dict[str, str] = {}  # community -> what kind of error its roster met with
        self.on_bundle: Callable[[RosterBundle, Wearers], None] = lambda _bundle, _wearers: None

    def wake(self) -> None:
        """Something of a roster may be another."""
        self._is_due.set()

    async def run(self) -> None:
        """Follows, for ever. A registry that cannot be asked leaves the last good bundles in use."""
        self._is_due.set()
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            try:
                await self.refresh()
            except RegistryUnavailable as error:
                log.warning("rosters for boxes stay as they are: %s", error)
                await self._pause()
            except Exception as error:
                log.exception("rosters for boxes cannot be made; the last good ones stay")
                self._faults["every community"] = type(error).__name__
            if self._faults:
                await self._pause()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(AGAIN_S):
                await self._is_due.wait()
        self._is_due.set()

    def notices(self) -> list[str]:
        """What a person has to look at, in English; it names nobody."""
        return [
            f"the roster of {community} cannot be made ({kind}): its boxes keep the last good one; undo the last "
            "change there, and report this with the hub's log"
            for community, kind in sorted(self._faults.items())
        ]

    async def refresh(self) -> None:
        """Reads what is new. A roster that cannot be made holds up no other community's. Raises RegistryUnavailable."""
        registry = self._registry()
        revisions = await roster_revisions(HUB, registry)
        had = self.book.revisions()
        for community in had.keys() - revisions.keys():
            self.book.drop(community)
        for community in self._faults.keys() - revisions.keys():
            del self._faults[community]
        for community, revision in revisions.items():
            if had.get(community) == revision:
                continue
            try:
                await self._follow(registry, community)
            except RegistryUnavailable:
                raise
            except Exception as error:
                log.exception("the roster of %s cannot be made; the last good one stays", community)
                self._faults[community] = type(error).__name__
            else:
                self._faults.pop(community, None)

    async def _follow(self, registry: Registry, community: str) -> None:
        rows = await read_bundle_rows(for_its_boxes(community), registry, community)
        if rows is not None:
            bundle, made = await asyncio.to_thread(_make, rows, self.book.of(community))
            self.book.put(made)
            self.on_bundle(bundle, Wearers.of(rows.worn))
            log.info("roster of %s: revision %d is for its boxes", community, made.revision)


def _make(rows: BundleRows, before: CommunityBundle | None) -> tuple[RosterBundle, CommunityBundle]:
    bundle = build_bundle(rows)
    return bundle, next_bundle(before, bundle)
