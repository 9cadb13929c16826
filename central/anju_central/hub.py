"""The hub's composition root: reads top to bottom as the start order."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

import grpc

from anju_base.address import Address
from anju_base.garbage import GarbageSteps
from anju_base.service_manager import sd_notify, watchdog_s
from anju_central.access.authority import FOLDER, AuthorityDamaged, AuthorityMissing
from anju_central.access.card_keys import CardKeeper
from anju_central.access.clones import CloneWatch
from anju_central.access.console_certificate import ConsoleCertificate
from anju_central.access.enrolment_service import serving_enrolment
from anju_central.access.grpc_tls import ServerCertificates, add_port, certificates_for
from anju_central.api.app import THIS_MACHINE, make_app
from anju_central.box_services import add_services, make_gate
from anju_central.build_hub import Hub, build_hub, wall_ms
from anju_central.config import CentralConfig, address_text, split_address
from anju_central.control.rosters import RosterPush
from anju_central.incidents.hub_alarms import (
    CERTIFICATE_RULE,
    CLONE_RULE,
    CONSOLE_RULE,
    RETENTION_RULE,
    HubAlarms,
)
from anju_central.ingest.service import SERVER_OPTIONS
from anju_central.process.clock_quality import is_synchronised
from anju_central.process.http_listener import listen, web_config, web_server
from anju_central.process.lock import sole_hub
from anju_central.process.tls_door import https_server
from anju_central.projections.projection_file import all_projections, discard, projection_path
from anju_central.registry.claim_store import RegistryClaims
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.labels import HUB_ITSELF
from anju_central.registry.nightly import NightlyRetention
from anju_central.store.damage import STORE_FILE, StoreDamaged, check_present, set_aside
from anju_central.updates.shelf import Shelf
from anju_protos.v1.event_pb2 import P1

log = logging.getLogger(__name__)

MOST_STORES: Final = 4  # of one process: a disk that breaks each new one is a matter for a person
GRACE_S: Final = 1.0  # for streams and requests at the end


@dataclass(frozen=True, slots=True)
class HubAddresses:
    """Where a hub really listens (a port 0 in the configuration takes a free one)."""

    grpc: str
    http: str
    enrolment: str = ""  # empty while there is no authority
    is_https: bool = False

    @property
    def console(self) -> str:
        """Where operators' browsers go."""
        return f"{'https' if self.is_https else 'http'}://{self.http}"


def version() -> str:
    """Returns the installed version."""
    return metadata.version("anju")


def web_root() -> Path:
    """Where the built console is: in the package, else in a checkout."""
    package = Path(__file__).parent
    installed = package / "web"
    return installed if installed.is_dir() else package.parent / "web" / "dist"


async def run(
    config: CentralConfig, stop: asyncio.Event, ready: Callable[[HubAddresses], None] = lambda _addresses: None
) -> None:
    """Runs a hub until `stop` is set. `ready` learns the addresses when it listens.

    A store that is or turns out to be broken is set aside, and the hub goes on with a new one.

    Raises HubAlreadyRuns, CertificatesMissing, OSError when an address is taken, and what `build_hub` raises but for
    StoreDamaged.
    """
    certificates = certificates_for(config)
    told = False

    def ready_once(addresses: HubAddresses) -> None:
        nonlocal told
        if not told:
            told = True
            ready(addresses)

    with sole_hub(config.data_dir):
        for _ in range(MOST_STORES):
            damage = await _run_on_store(config, certificates, stop, ready_once)
            if damage is None:
                return
            set_aside(damage, wall_ms())
            for projection in all_projections():  # of that store: folded anew from the next one
                discard(projection_path(config.data_dir, projection.name))
    raise OSError(errno.EIO, f"{config.data_dir}: new stores are damaged as soon as they are written; replace the disk")


async def _run_on_store(
    config: CentralConfig,
    certificates: ServerCertificates | None,
    stop: asyncio.Event,
    ready: Callable[[HubAddresses], None],
) -> StoreDamaged | None:
    """Runs until `stop` is set. Returns what says that the store is broken, if that is why it ended."""
    try:
        traces = [projection_path(config.data_dir, projection.name) for projection in all_projections()]
        check_present(config.data_dir / STORE_FILE, traces)
        async with build_hub(config) as hub:
            return await _serve(config, certificates, hub, stop, ready)
    except StoreDamaged as damage:
        return damage


async def _serve(
    config: CentralConfig,
    certificates: ServerCertificates | None,
    hub: Hub,
    stop: asyncio.Event,
    ready: Callable[[HubAddresses], None],
) -> StoreDamaged | None:
    """Listens until `stop` is set or the store turns out to be broken."""
    pages = config.web_root or web_root()
    front = ConsoleCertificate.open(config, wall_ms) if config.is_https else None
    app = make_app(
        hub.console,
        hub.store,
        hub.projector,
        version(),
        pages,
        hub.desk,
        hub.accounts,
        hub.people,
        hub.refusals.counts,
        front or THIS_MACHINE,
    )
    web = web_server(app) if front is None else https_server(web_config(app), front.context)
    alarms = HubAlarms(hub.store, wall_ms)
    clones = _watch_clones(hub, alarms)
    nightly = NightlyRetention(
        lambda: hub.registry.registry, wall_ms, is_synchronised, lambda: alarms.say(RETENTION_RULE)
    )
    garbage = GarbageSteps(lambda: not any(one.incident.priority == P1 for one in hub.live_incidents.open()))
    with closing(listen(config.http_address, is_https=front is not None)) as listener:
        async with (
            alarms,
            _box_server(config, certificates, hub, clones) as grpc_address,
            _enrolment(config, hub, clones, split_address(grpc_address)[1]) as enrolment_address,
            asyncio.TaskGroup() as tasks,
        ):
            background = [
                tasks.create_task(hub.console.run(), name="console"),
                tasks.create_task(hub.silent_box_watch.run(), name="silent boxes"),
                tasks.create_task(hub.label_watch.run(), name="roster files"),
                tasks.create_task(hub.rosters.run(), name="rosters"),
                tasks.create_task(hub.registry.run(), name="registry"),
                tasks.create_task(hub.progress.run(), name="first sessions"),
                tasks.create_task(hub.accounts.sessions.run(), name="use of sessions"),
                tasks.create_task(hub.card_audit.run(), name="keys of boxes"),
                tasks.create_task(hub.people.log.run(lambda: hub.registry.registry), name="look-ups"),
                tasks.create_task(hub.people.run(), name="emergency look-ups"),
                tasks.create_task(nightly.run(), name="retention"),
                tasks.create_task(hub.people.imports.run(), name="uploaded sheets"),
                tasks.create_task(_feed_watchdog(hub), name="watchdog"),
                tasks.create_task(_threads_live(hub), name="threads"),
                tasks.create_task(garbage.run(), name="garbage"),
            ]
            if certificates is not None:
                background.append(tasks.create_task(_watch_certificates(certificates, alarms), name="certificates"))
            if front is not None:
                background.append(tasks.create_task(_watch_console(front, alarms), name="console's certificate"))
            serving = tasks.create_task(web.serve(sockets=[listener]), name="http")
            http_address = address_text(*listener.getsockname()[:2])
            addresses = HubAddresses(grpc_address, http_address, str(enrolment_address or ""), config.is_https)
            log.info("hub listens for boxes on %s, for operators on %s", addresses.grpc, addresses.console)
            sd_notify(f"READY=1\nSTATUS=boxes {addresses.grpc}, console {addresses.http}")
            garbage.begin()
            ready(addresses)
            damage = await _stopped_or_damaged(hub, stop)
            if damage is None:
                sd_notify("STOPPING=1")
            hub.console.changes.close()
            hub.live_incidents.close()
            web.should_exit = True
            for task in background:
                task.cancel()
            await serving
            await hub.accounts.sessions.write_down()
    return damage


async def _stopped_or_damaged(hub: Hub, stop: asyncio.Event) -> StoreDamaged | None:
    """Returns when `stop` is set, or earlier with what says that the store is broken."""
    stopped = asyncio.create_task(stop.wait())
    damages = (hub.store.damage, hub.projector.store_damage)
    first: set[asyncio.Future[str] | asyncio.Future[Literal[True]]] = {stopped, *damages}
    try:
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    return next((StoreDamaged(hub.store.path, damage.result()) for damage in damages if damage.done()), None)


@asynccontextmanager
async def _box_server(
    config: CentralConfig, certificates: ServerCertificates | None, hub: Hub, clones: CloneWatch
) -> AsyncIterator[str]:
    """Serves boxes by gRPC until the block ends; gives the address. Raises OSError when it is taken."""
    host, _ = split_address(config.grpc_address)
    gate = make_gate(
        hub.directory,
        hub.refusals,
        hub.store.epoch,
        needs_certificate=certificates is not None,
        now_ms=wall_ms,
    )
    server = grpc.aio.server(interceptors=[gate], options=SERVER_OPTIONS)
    shelf = Shelf(config.data_dir)
    card = None if certificates is None else _card_keeper(config, hub)
    rosters = RosterPush(hub.rosters.book)
    rosters.on_held = hub.desk.rosters.hear
    add_services(
        server,
        hub.store,
        hub.directory.communities,
        hub.contacts,
        hub.live_incidents,
        wall_ms,
        shelf,
        clones,
        hub.desk.pages.commands,
        card,
        rosters,
    )
    try:
        port = add_port(server, config.grpc_address, certificates)
    except RuntimeError as error:
        raise OSError(errno.EADDRINUSE, f"grpc_address {config.grpc_address}: address already in use") from error
    await server.start()
    kept = [asyncio.create_task(gate.run(), name="certificates that end")]
    if card is not None:
        kept.append(asyncio.create_task(card.run(), name="keys of boxes' cards"))
    try:
        yield address_text(host, port)
    finally:
        for task in kept:
            task.cancel()
        hub.live_incidents.close()  # ends what is pushed to boxes; they come again
        await server.stop(GRACE_S)


def _card_keeper(config: CentralConfig, hub: Hub) -> CardKeeper | None:
    """Returns who gives boxes their keys back; None where the hub's own cannot be read, which is said in the log."""
    try:
        return CardKeeper.open(config.data_dir / FOLDER, hub.card_audit.note)
    except (AuthorityMissing, AuthorityDamaged, OSError) as error:
        log.error("boxes get no keys of their journals: %s", error)
        return None


async def _watch_certificates(certificates: ServerCertificates, alarms: HubAlarms) -> None:
    """Takes new files into use and tells of damaged ones."""
    certificates.on_damage = lambda _reason: alarms.say(CERTIFICATE_RULE)
    if certificates.damage:
        alarms.say(CERTIFICATE_RULE)
    await certificates.run()


async def _watch_console(front: ConsoleCertificate, alarms: HubAlarms) -> None:
    """Takes another certificate of the console into use and tells of what a person should mend."""
    front.on_trouble = lambda _trouble: alarms.say(CONSOLE_RULE)
    if front.trouble:
        alarms.say(CONSOLE_RULE)
    await front.run()


def _watch_clones(hub: Hub, alarms: HubAlarms) -> CloneWatch:
    """Returns what notices two machines with one key; it tells of them at the console."""
    clones = CloneWatch()
    clones.on_clone = lambda box: alarms.say(CLONE_RULE, box, hub.directory.communities.get(box, HUB_ITSELF))
    return clones


def _enrolment(
    config: CentralConfig, hub: Hub, clones: CloneWatch, grpc_port: int
) -> AbstractAsyncContextManager[Address | None]:
    """Serves boxes that are claimed, renew, or ask why they are not served."""
    store = RegistryClaims(lambda: hub.registry.registry)
    return serving_enrolment(
        config.data_dir,
        config.enrolment_address,
        store,
        (RegistryUnavailable,),
        lambda: grpc_port,
        wall_ms,
        lambda box: clones.is_cloned(box, time.monotonic()),
    )


async def _feed_watchdog(hub: Hub) -> None:
    """Tells the service manager that the loop turns and the writer answers: both, or it is no sign of life."""
    limit_s = watchdog_s()
    while limit_s is not None:
        await hub.store.ping()
        sd_notify("WATCHDOG=1")
        await asyncio.sleep(limit_s / 2)


async def _threads_live(hub: Hub) -> None:
    """Ends the hub when one of its threads ended by itself: no half-alive hub. A broken store is another matter."""
    await asyncio.wait(
        {asyncio.ensure_future(hub.store.ended()), asyncio.ensure_future(asyncio.shield(hub.projector.ended))},
        return_when=asyncio.FIRST_COMPLETED,
    )
    if not (hub.store.damage.done() or hub.projector.store_damage.done()):
        raise RuntimeError("a thread of the hub ended unexpectedly; see the log above")
