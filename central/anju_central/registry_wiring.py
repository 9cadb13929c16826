"""The registry as a hub has it: opened in its data folder, and what follows each of its changes."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from anju_central.access.box_directory import BoxDirectory
from anju_central.access.caller import HUB
from anju_central.api.console import Console
from anju_central.config import CentralConfig
from anju_central.live.contact import ContactTracker
from anju_central.registry.bundles.book import BundleBook
from anju_central.registry.bundles.follow import BundleFollower
from anju_central.registry.database import sqlite_url
from anju_central.registry.faults import REGISTRY_FILE, RegistryUnavailable
from anju_central.registry.labels import Labels, labels_of
from anju_central.registry.last_good import LAST_GOOD_FILE
from anju_central.registry.link import RegistryLink
from anju_central.registry.people.consents import withheld_devices
from anju_central.registry.progress import BoxProgress
from anju_central.registry.queries.bundle_rows import roster_revisions
from anju_central.registry.queries.take_over import FileBox
from anju_central.registry.roster_files import follow_communities
from anju_central.registry.wearers import Wearers
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos.v1.control_pb2 import RosterBundle

log = logging.getLogger(__name__)


def registry_url(config: CentralConfig) -> str:
    """Where the hub's registry is."""
    return config.registry or sqlite_url(config.data_dir / REGISTRY_FILE)


@asynccontextmanager
async def open_registry(
    config: CentralConfig, now_ms: Callable[[], int]
) -> AsyncIterator[tuple[RegistryLink, BoxDirectory]]:
    """Opens the registry and fills the directory of boxes, also when the registry cannot be opened now.

    Raises RegistryTooNew, RegistryForeign.
    """
    config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory = BoxDirectory()
    link = RegistryLink(registry_url(config), directory, config.data_dir / LAST_GOOD_FILE, now_ms)
    try:
        await link.start([FileBox(row.box, row.community, _absolute(row.roster)) for row in config.boxes])
        yield link, directory
    finally:
        await link.close()


def _absolute(path: Path | None) -> str | None:
    return str(path.absolute()) if path is not None else None


async def withhold_known(link: RegistryLink, places: WithheldPlaces) -> None:
    """Says at the start whose places are not kept, before a box is heard. Without the registry the boxes alone know."""
    try:
        taken_over = await roster_revisions(HUB, link.registry)
        known = await withheld_devices(HUB, link.registry)
    except RegistryUnavailable as error:
        log.warning("whose positions are not kept is asked again when the registry answers: %s", error)
        return
    for community in taken_over:
        places.withhold(community, [one.device for one in known if one.community == community])


def follow_rosters(link: RegistryLink, labels: Labels, console: Console, places: WithheldPlaces) -> BundleFollower:
    """Returns what follows the rosters that come from the registry: names on screens, and whose places are kept."""
    follower = BundleFollower(BundleBook(), lambda: link.registry)

    def use(bundle: RosterBundle, wearers: Wearers) -> None:
        places.withhold(bundle.community, [device.key for device in bundle.devices if device.place_withheld])
        labels.take_from_registry(labels_of(bundle.community, bundle, wearers))
        console.labels_changed([bundle.community])

    follower.on_bundle = use
    link.on_rosters = follower.wake
    others = console.registry_notices
    console.registry_notices = lambda: others() + follower.notices()
    return follower


def follow_registry(
    link: RegistryLink,
    directory: BoxDirectory,
    labels: Labels,
    contacts: ContactTracker,
    console: Console,
    progress: BoxProgress,
    data_dir: Path,
) -> None:
    """Connects what changes with boxes and communities."""

    def contact_changed(box: str) -> None:
        console.mark_changed(box)
        contact = contacts.of(box)
        if contact is not None and contact.channels:
            progress.streams(box)

    def box_changed(box: str) -> None:
        record = directory.lookup(box)
        known = contacts.of(box) is not None
        if record is not None and record.is_served and not known:
            contacts.know(box, record.community)
            console.reload()
        elif record is not None and not record.is_served and known:
            contacts.forget(box)
            console.reload()

    def communities_changed() -> None:
        follow_communities(labels, link.communities.values(), data_dir)
        console.labels_changed(list(link.communities))

    contacts.on_change = contact_changed
    directory.subscribe(box_changed)
    link.on_communities = communities_changed
    console.registry_notices = link.notices
