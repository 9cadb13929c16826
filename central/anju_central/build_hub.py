"""The hub without its listeners: store, projections, incidents and what is shown, wired in the order of their start."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anju_central.access.away import AWAY_FILE, AwayLogIns
from anju_central.access.box_directory import BoxDirectory
from anju_central.access.claim_codes import AuthorityClaims
from anju_central.access.last_accounts import LAST_ACCOUNTS_FILE, LastAccounts
from anju_central.access.last_sessions import LAST_SESSIONS_FILE
from anju_central.access.log_in import LogIn
from anju_central.access.own_account import OwnAccount
from anju_central.access.passwords import Passwords
from anju_central.access.refusals import RefusalLog
from anju_central.access.second_factor import SealedFactors
from anju_central.access.sessions import Sessions
from anju_central.api.account_desk import AccountDesk
from anju_central.api.box_desk import BoxDesk
from anju_central.api.console import Console
from anju_central.api.export_desk import ExportDesk
from anju_central.api.import_desk import ImportDesk, WorkPlace
from anju_central.api.job_turns import JobTurns
from anju_central.api.page_desk import PageDesk
from anju_central.api.people_desk import PeopleDesk
from anju_central.api.rule_trials import RuleTrials
from anju_central.config import CentralConfig, split_address
from anju_central.control.commands import BoxCommands
from anju_central.incidents.commands import SILENT_RULE, IncidentCommands
from anju_central.incidents.silent_box import SilentBoxWatch
from anju_central.incidents.store_damage import announce_damage
from anju_central.incidents.unreadable import UnreadableFacts
from anju_central.live.box_times import BoxTimes
from anju_central.live.contact import ContactTracker
from anju_central.live.emergencies import note_emergency, read_emergencies
from anju_central.live.open_incidents import LiveIncidents
from anju_central.live.roster_states import RosterStates
from anju_central.projections.boxes import read_last_received
from anju_central.projections.projection import Change, IncidentRecord
from anju_central.projections.projection_reads import ProjectionReads
from anju_central.projections.projector import Projector
from anju_central.registry.bundles.follow import BundleFollower
from anju_central.registry.card_audit import CardAudit
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.key_keeper import KeyKeeper
from anju_central.registry.label_watch import LabelWatch
from anju_central.registry.link import RegistryLink
from anju_central.registry.look_up_log import LookUpLog
from anju_central.registry.progress import BoxProgress
from anju_central.registry.roster_files import load_labels
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry_wiring import (
    follow_registry,
    follow_rosters,
    open_registry,
    registry_url,
    withhold_known,
)
from anju_central.store.damage import STORE_FILE
from anju_central.store.event_store import StoreUnavailable
from anju_central.store.sqlite_store import SqliteEventStore
from anju_central.store.withheld_places import WithheldPlaces

FOLD_AT_START_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub without its listeners."""

    store: SqliteEventStore
    projector: Projector
    console: Console
    contacts: ContactTracker
    live_incidents: LiveIncidents
    silent_box_watch: SilentBoxWatch
    label_watch: LabelWatch
    rosters: BundleFollower
    refusals: RefusalLog
    directory: BoxDirectory
    registry: RegistryLink
    progress: BoxProgress
    card_audit: CardAudit
    desk: BoxDesk
    accounts: AccountDesk
    people: PeopleDesk


def wall_ms() -> int:
    """Returns the hub's wall clock, UTC milliseconds."""
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def build_hub(
    config: CentralConfig,
    now_ms: Callable[[], int] = wall_ms,
    monotonic_s: Callable[[], float] = time.monotonic,
    passwords: Passwords | None = None,
) -> AsyncIterator[Hub]:
    """Opens everything but the listeners. `passwords` None = as strong as a hub's must be.

    Raises StoreDamaged, DatabaseTooNew, RegistryTooNew, RegistryForeign, sqlite3.OperationalError.
    """
    async with open_registry(config, now_ms) as (link, directory):
        keeper = KeyKeeper(config.data_dir, now_ms)
        accounts = await _accounts(link, keeper, passwords or Passwords(), config.data_dir, now_ms, monotonic_s)
        async with _build_on(link, directory, config, accounts, keeper.secrets, now_ms, monotonic_s) as hub:
            yield hub


async def _accounts(
    link: RegistryLink,
    keeper: KeyKeeper,
    passwords: Passwords,
    data_dir: Path,
    now_ms: Callable[[], int],
    monotonic_s: Callable[[], float],
) -> AccountDesk:
    """Composes what looks after people's accounts and sessions."""

    def registry() -> Registry:
        return link.registry

    def registry_at_once() -> Registry:
        """Of a registry that was found not to answer nobody waits for the end of its time limit at each log-in."""
        if link.fault is not None:
            raise RegistryUnavailable(link.fault)
        return link.registry

    away = AwayLogIns(LastAccounts(data_dir / LAST_ACCOUNTS_FILE), data_dir / AWAY_FILE)
    factors = SealedFactors(keeper.secrets)
    sessions = Sessions(registry, now_ms, monotonic_s, away, data_dir / LAST_SESSIONS_FILE)
    log_in = LogIn(registry_at_once, sessions, passwords, away, factors, now_ms, monotonic_s)
    own = OwnAccount(registry, sessions, passwords, log_in, factors, now_ms)

    async def read(opened: Registry) -> None:
        await keeper.settle(opened)
        await sessions.load(opened)

    link.on_read = read
    link.more_notices = keeper.notices
    try:
        await read(link.registry)
    except RegistryUnavailable:  # read as soon as it can be
        sessions.restore()
    return AccountDesk(link, sessions, log_in, own, now_ms)


def _people(
    link: RegistryLink,
    secrets: RegistrySecrets,
    config: CentralConfig,
    live_incidents: LiveIncidents,
    now_ms: Callable[[], int],
) -> PeopleDesk:
    """Composes what the console asks about people."""
    look_ups = LookUpLog(config.data_dir, now_ms)
    look_ups.read_waiting()
    turns, place = JobTurns(now_ms), WorkPlace(registry_url(config), config.data_dir)
    imports = ImportDesk(link, look_ups, turns, place, now_ms)
    exports = ExportDesk(link, turns, place, now_ms)
    exports.remove_left()
    trials = RuleTrials(config.data_dir / STORE_FILE)
    return PeopleDesk(link, look_ups, IdNumbers(secrets), live_incidents, now_ms, imports, exports, trials)


@asynccontextmanager
async def _build_on(
    link: RegistryLink,
    directory: BoxDirectory,
    config: CentralConfig,
    accounts: AccountDesk,
    secrets: RegistrySecrets,
    now_ms: Callable[[], int],
    monotonic_s: Callable[[], float],
) -> AsyncIterator[Hub]:
    labels = load_labels(link.communities.values(), config.data_dir)
    places = WithheldPlaces()
    await withhold_known(link, places)
    store = SqliteEventStore.open(config.data_dir, compress=config.compress_telemetry, now_ms=now_ms, withheld=places)
    try:
        times = BoxTimes()
        live_incidents = LiveIncidents(now_ms)
        contacts = ContactTracker(
            ((one.box, one.community) for one in directory.records() if one.is_served),
            config.silent_after_s,
            monotonic_s,
            now_ms,
        )
        projector = Projector(config.data_dir, store.path, store.epoch, store.heads)
        reads = ProjectionReads(projector.files)
        commands = IncidentCommands(store, projector, live_incidents, reads, now_ms)
        console = Console(store, reads, labels, times, live_incidents, contacts, commands, places, now_ms)
        unreadable = UnreadableFacts(store, now_ms)
        _, enrolment_port = split_address(config.enrolment_address)
        claims = AuthorityClaims(config.data_dir, enrolment_port, lambda: link.registry, now_ms)
        progress = BoxProgress(link, directory, now_ms)

        def publish(changes: list[Change]) -> None:
            for change in changes:
                if isinstance(change, IncidentRecord):
                    note_emergency(places, change)
            console.apply(changes)
            progress.folded(changes)

        projector.publish = publish
        projector.on_set_aside = unreadable.say
        loads: dict[str, Callable[[sqlite3.Connection], None]] = {
            "boxes": times.load,
            "incidents": live_incidents.load,
        }

        def load(name: str) -> None:
            """Takes what a projection holds into memory; one that cannot be read is folded anew and comes again."""
            if name in loads:
                with contextlib.suppress(StoreUnavailable):
                    reads.ask(name, loads[name])
            if name == "incidents":
                read_emergencies(places, live_incidents.open())

        for name in loads:
            load(name)
        follow_registry(link, directory, labels, contacts, console, progress, config.data_dir)
        people = _people(link, secrets, config, live_incidents, now_ms)
        console.registry_notices = lambda: link.notices() + people.log.notices()
        folding: list[asyncio.Task[None]] = []

        def fold_incidents() -> None:
            """Lets boxes wait until everything that is stored now is folded: they take what is not listed as closed."""
            live_incidents.hold()
            for earlier in folding:
                earlier.cancel()
            folding[:] = [asyncio.create_task(release(), name="incidents are folded")]

        async def release() -> None:
            await projector.caught_up("incidents", "alarm", store.heads.alarm)
            live_incidents.release()

        def rebuilt(name: str) -> None:
            load(name)
            if name == "incidents":
                fold_incidents()
            console.changes.publish("reload", "{}")

        projector.on_rebuilt = rebuilt
        store.on_commit(projector.wake)
        projector.start()
        fold_incidents()
        try:
            with contextlib.suppress(TimeoutError):  # a rebuild takes longer; the hub listens meanwhile
                async with asyncio.timeout(FOLD_AT_START_S):
                    await projector.caught_up("incidents", "alarm", store.heads.alarm)
            with contextlib.suppress(StoreUnavailable):  # being folded anew, the boxes are heard of again
                for box, last_ms in reads.ask("boxes", read_last_received):
                    contact = contacts.of(box)
                    if contact is not None:
                        silent = live_incidents.of_box(box, contact.community, SILENT_RULE) is not None
                        contacts.remember(box, last_ms, silent=silent)
            await announce_damage(store, now_ms)
            rosters = follow_rosters(link, labels, console, places)
            pages = PageDesk(link, contacts, BoxCommands(), now_ms)
            states = RosterStates(rosters.book, contacts, now_ms)
            yield Hub(
                store,
                projector,
                console,
                contacts,
                live_incidents,
                SilentBoxWatch(contacts, live_incidents, commands),
                LabelWatch(labels, console.labels_changed),
                rosters,
                RefusalLog(monotonic_s),
                directory,
                link,
                progress,
                CardAudit(link, now_ms),
                BoxDesk(link, contacts, labels, claims, now_ms, pages, states),
                accounts,
                people,
            )
        finally:
            for task in folding:
                task.cancel()
            await asyncio.gather(*folding, return_exceptions=True)
            await people.imports.turns.close()
            console.changes.close()
            live_incidents.close()
            store.on_commit(lambda: None)
            await projector.close()
            await unreadable.close()
            reads.close()
    finally:
        await store.close()
