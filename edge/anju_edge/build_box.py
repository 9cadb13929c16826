"""The parts of one box, made from its configuration and wired. It decides nothing: what a part needs, it gets here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from anju_base.service_manager import sd_notify, watchdog_s
from anju_drivers.driver import Driver
from anju_drivers.errors import DriverConfigError
from anju_drivers.registry import Registry, UnknownDriver
from anju_edge.alerts.board import AlertDispatcher
from anju_edge.alerts.lan_description import describe
from anju_edge.alerts.siren import Siren
from anju_edge.alerts.webhook import Webhook
from anju_edge.clock import Clock
from anju_edge.commands.runner import CommandRunner
from anju_edge.config import ConfigError, EdgeConfig, line_of
from anju_edge.discovery.announce import Announcement, Announcer, present_addresses
from anju_edge.health.health import BoxHealth, TroubleWatch
from anju_edge.identity.card_lock import CardLock
from anju_edge.identity.card_state import CardState
from anju_edge.identity.files import FOLDER, has_identity
from anju_edge.identity.first_claim import IdentityWatch
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.incidents.own_incidents import OwnIncidents
from anju_edge.intake.device_table import DeviceTable
from anju_edge.intake.intake import BoxIntake
from anju_edge.intake.presence import PresenceTracker
from anju_edge.journal.journal import Journal
from anju_edge.journal.recorder import Recorder
from anju_edge.kiosk.listener import Listener
from anju_edge.kiosk.pairing.page_commands import page_commands
from anju_edge.kiosk.pairing.pairing import Pairing
from anju_edge.kiosk.service import KioskService, KioskSetup
from anju_edge.roster.file import RosterFile
from anju_edge.roster.from_hub import HubRoster
from anju_edge.roster.presence_settings import PresenceSettings
from anju_edge.roster.store import RosterStore
from anju_edge.supervision.background import Background
from anju_edge.supervision.drivers import DriverHealth
from anju_edge.supervision.last_here import LastHere
from anju_edge.supervision.loop_watch import LoopWatch
from anju_edge.supervision.rule_watch import RuleWatch
from anju_edge.supervision.self_test import SelfTestHealth
from anju_edge.supervision.silence_watch import SilenceWatch
from anju_edge.sync.box_identity import BoxIdentity, software
from anju_edge.sync.secure_channel import HubLines
from anju_edge.sync.uplink import Uplink
from anju_edge.updates.fetch import KEYS, Runs, UpdateFetcher
from anju_edge.updates.last_end import state_folder
from anju_edge.updates.slot_files import RollBack, Slot, newest_schema
from anju_edge.updates.version_watch import VersionWatch
from anju_protos.box_uri import box_uri
from anju_protos.rules.decide import RolledBack
from anju_protos.v1.control_pb2 import BoxStatus
from anju_protos.v1.event_pb2 import CLOCK_FIX, HEALTH, REAL, Anchor, ClockFix

UNWATCHED_S = 30.0  # the loop's limit where no service manager sets one


@dataclass(frozen=True, slots=True)
class Box:
    """The parts of one box. `siren` is None where there is none; `uplink` waits for a claim where no hub is known."""

    config: EdgeConfig
    clock: Clock
    journal: Journal
    recorder: Recorder
    background: Background
    rosters: RosterStore
    roster_file: RosterFile
    siren: Siren | None
    alerts: AlertDispatcher
    incidents: OpenIncidents
    own_incidents: OwnIncidents
    intake: BoxIntake
    silence: SilenceWatch
    rule_watch: RuleWatch
    loop_watch: LoopWatch
    kiosk_service: KioskService
    pairing: Pairing
    uplink: Uplink
    identity: IdentityWatch
    card: CardLock
    health: BoxHealth
    trouble_watch: TroubleWatch


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a new version is judged by."""

    box: Box

    def is_fed(self) -> bool:
        return self.box.loop_watch.is_fed()

    def is_recording(self) -> bool:
        return self.box.journal.recording

    def offline_s(self) -> float | None:
        """None where no hub is known."""
        state = self.box.uplink.state
        return state.offline_s if state.has_hub else None


def watch_versions(box: Box, slot: Slot, end: Callable[[int], None]) -> VersionWatch:
    """Returns what puts this version to the proof; `end(code)` stops the box."""

    async def probe() -> None:
        recorded, _ = box.recorder.record(HEALTH, box.health.event().SerializeToString())
        await box.journal.flush()
        await recorded

    async def tell(what: RollBack) -> None:
        opened = box.intake.alarm("", RolledBack(), REAL)
        box.incidents.note(opened.key, what.words())
        await opened.recorded

    watch = VersionWatch(slot, _Signs(box), box.incidents.open, probe, tell, end, box.uplink.status_changed)
    if slot.on_trial:
        box.card.hold()
        watch.on_proven = box.card.release
    return watch


def fetch_updates(box: Box, versions: VersionWatch) -> UpdateFetcher:
    """Returns what fetches the version that the hub wants here."""
    uplink = box.uplink

    def taken_back() -> str:
        what = versions.words.rolled_back
        return "" if what is None else what.bad

    fetcher = UpdateFetcher(
        BoxIdentity(box.config.box.id, box.config.box.community, software()),
        Runs(version("anju"), newest_schema()),
        uplink.own_channel,
        state_folder() / "update",
        KEYS,
        taken_back,
        lambda: versions.is_calm,
        uplink.status_changed,
    )
    versions.update_state = lambda: fetcher.state
    return fetcher


class _Listeners:
    """Who is told when something changed; filled while the parts are made, since they know each other in a circle."""

    def __init__(self) -> None:
        self._told: list[Callable[[], object]] = []

    def add(self, *told: Callable[[], object]) -> None:
        self._told += told

    def __call__(self) -> None:
        for tell in self._told:
            tell()


def build_box(
    config: EdgeConfig, clock: Clock, journal: Journal, recorder: Recorder, drivers: list[DriverHealth]
) -> Box:
    """Makes and wires a box. Nothing runs yet, and nothing is opened or read."""
    box = config.box.id
    community = config.box.community
    status_changed = _Listeners()
    incidents_changed = _Listeners()
    background = Background(clock)
    rosters = RosterStore(community, recorder)
    roster_file = RosterFile(config.box.roster, rosters)

    siren = make_siren(config)
    webhooks = make_webhooks(config)
    alerts = AlertDispatcher(siren, webhooks, lambda incident: describe(incident, community, box, rosters.current))
    incidents = OpenIncidents(community, box, recorder, incidents_changed, channel_names(config))
    devices = DeviceTable(config.supervision.unadopted_max)
    presence = PresenceTracker(PresenceSettings(), {})
    intake = BoxIntake(recorder, clock, presence, devices, incidents, alerts, box)
    silence = SilenceWatch(devices, intake, clock, incidents, box)
    rule_watch = RuleWatch(devices, intake, clock, incidents, background, LastHere(recorder, presence), box)
    intake.on_event = rule_watch.take
    own_incidents = OwnIncidents(box, journal, incidents, intake.alarm, clock.elapsed_ms, status_changed)
    loop_watch = LoopWatch(journal, watchdog_s() or UNWATCHED_S, lambda: sd_notify("WATCHDOG=1"))

    def box_status() -> BoxStatus:
        return health.status()

    def take_hub_time(anchor: Anchor) -> None:
        if clock.offer(anchor):
            recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())
            status_changed()

    pairing = Pairing(box, config.box.data, config.box.run_folder, clock, config.http.kiosk_listen)
    pairing.desk.on_change.append(status_changed)
    commands = CommandRunner(recorder, background, page_commands(pairing.desk))
    lines = hub_lines(config, clock)
    card = CardLock(journal, config.box.data, rosters.unlock, card_identity(config))
    uplink = Uplink(
        BoxIdentity(box, community, software()),
        lines,
        journal,
        clock,
        box_status,
        incidents.hub,
        take_hub_time,
        config.sync,
        on_command=commands.take,
        card=card,
        roster=HubRoster(rosters),
    )
    identity = IdentityWatch(config.box.data, clock.true_ms, lambda: uplink.state.offline_s)
    kiosks = {kiosk.name: KioskSetup(kiosk.profile, kiosk.reader) for kiosk in config.kiosks}
    kiosk_service = KioskService(kiosks, recorder, rosters, intake, incidents, background, uplink.state.is_offline)
    intake.on_card = kiosk_service.card
    health = BoxHealth(
        box=box,
        community=community,
        software=software(),
        data=config.box.data,
        clock=clock,
        journal=journal,
        recorder=recorder,
        rosters=rosters,
        intake=intake,
        devices=devices,
        incidents=incidents,
        alerts=alerts,
        kiosk_service=kiosk_service,
        pairing=pairing,
        loop_watch=loop_watch,
        background=background,
        self_test=SelfTestHealth(),
        drivers=drivers,
        kiosk_silent_ms=round(config.supervision.kiosk_silent_s * 1000),
        hub=uplink.state,
        card=CardState(
            config.journal.encryption == "on",
            journal,
            card,
            lambda: roster_file.is_there,
            lambda: has_identity(config.box.data / FOLDER),
        ),
        identity_troubles=identity.troubles,
        identity_fault=lines.fault,
        identity_trouble=lambda: lines.trouble,
        roster_left_over=lambda: roster_file.left_over,
    )
    incidents_changed.add(lambda: alerts.sync(incidents.open(), clock.elapsed_ms()), kiosk_service.changed)
    status_changed.add(uplink.status_changed)
    rosters.on_change += [
        intake.use,
        silence.use,
        rule_watch.use,
        lambda _: status_changed(),
        lambda _: kiosk_service.changed(),
    ]
    return Box(
        config=config,
        clock=clock,
        journal=journal,
        recorder=recorder,
        background=background,
        rosters=rosters,
        roster_file=roster_file,
        siren=siren,
        alerts=alerts,
        incidents=incidents,
        own_incidents=own_incidents,
        intake=intake,
        silence=silence,
        rule_watch=rule_watch,
        loop_watch=loop_watch,
        kiosk_service=kiosk_service,
        pairing=pairing,
        uplink=uplink,
        identity=identity,
        card=card,
        health=health,
        trouble_watch=TroubleWatch(health, status_changed),
    )


def card_identity(config: EdgeConfig) -> str:
    """Returns as whom the box wraps the keys of its card, empty where nothing is to be encrypted."""
    return box_uri(config.box.community, config.box.id) if config.journal.encryption == "on" else ""


def hub_lines(config: EdgeConfig, clock: Clock | None = None) -> HubLines:
    """Returns how the box reaches its hub. The configured address counts, else the claim's, now or later.

    Without a clock nobody asks whether its certificate has ended.
    """
    true_ms = clock.true_ms if clock is not None else lambda: None
    return HubLines(config.hub.address, config.box.data, config.box.id, config.box.community, true_ms)


def make_siren(config: EdgeConfig) -> Siren | None:
    """Returns the configured siren, None where there is none."""
    siren = config.siren
    if not siren.port:
        return None
    return Siren(
        siren.port,
        baud=siren.baud,
        channel=siren.channel,
        pulse_on_ms=siren.pulse_on_ms,
        pulse_off_ms=siren.pulse_off_ms,
        test_s=siren.test_s,
    )


def make_webhooks(config: EdgeConfig) -> list[Webhook]:
    """Returns the configured endpoints on the LAN."""
    return [
        Webhook(hook.name, hook.url, timeout_s=hook.timeout_s, queue=hook.queue, retry_max_s=hook.retry_max_s)
        for hook in config.webhooks
    ]


def channel_names(config: EdgeConfig) -> str:
    """Returns the channels that this box has, as a ringing step names them: "siren kiosk lan" at the most."""
    channels = {"siren": config.siren.port, "kiosk": config.kiosks, "lan": config.webhooks}
    return " ".join(name for name, there in channels.items() if there)


def make_drivers(config: EdgeConfig, registry: Registry) -> list[Driver]:
    """Makes the configured drivers; opens nothing. Raises `ConfigError` that names the driver's own key and line."""
    drivers = []
    for number, row in enumerate(config.drivers, 1):
        where = f"drivers[{number}]"
        try:
            spec = registry.get(row.driver)
        except UnknownDriver as error:
            raise _at(config, f"{where}.driver", str(error)) from error
        try:
            drivers.append(spec.create(row.name, row.options))
        except DriverConfigError as error:
            raise _at(config, f"{where}.{error.key}", error.reason) from error
    return drivers


def _at(config: EdgeConfig, key: str, reason: str) -> ConfigError:
    try:
        text = config.source.read_text(encoding="utf-8")
    except OSError:  # made in code, not read from a file
        text = ""
    return ConfigError(config.source, line_of(text, key), key, reason)


def make_announcer(config: EdgeConfig, pages: Listener | None, community: str) -> Announcer | None:
    """Announces the kiosk pages where others reach them, while they are served; on loopback there is nobody to tell.

    `pages` are those of the kiosk, served already or not yet; None where there are none.
    """
    if pages is None or not config.announce.enabled:
        return None
    place = pages.address or pages.wanted
    if place.is_loopback:
        return None
    name = config.announce.name or f"{community or config.box.community} {config.box.id}"
    what = Announcement(config.box.id, name, place.port)
    return Announcer(what, lambda: present_addresses(place.host) if pages.address is not None else [])
