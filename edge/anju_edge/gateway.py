"""The box's composition root: reads top to bottom as the start order, and stops in the reverse one.

Drivers stand innermost, so that a stop ends them first; then counts are put on their incidents, pages and uplink end,
the siren goes silent, and the journal closes last. What the hub does not have yet stays in the journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import stat
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from aiohttp import web

from anju_base.service_manager import sd_notify, watchdog_s
from anju_drivers.driver import Driver
from anju_drivers.errors import DriverConfigError, NotRecorded
from anju_drivers.registry import Registry, UnknownDriver, load_drivers
from anju_edge.alerts.board import AlertDispatcher
from anju_edge.alerts.siren import Siren
from anju_edge.alerts.webhook import Webhook
from anju_edge.clock import Clock, Floor, RunningTime, SystemClock
from anju_edge.config import Address, ConfigError, EdgeConfig, line_of, parse_address
from anju_edge.discovery.announce import Announcement, Announcer, present_addresses
from anju_edge.health.health import BoxHealth
from anju_edge.health.metrics import BoxMetrics
from anju_edge.health.routes import health_routes, status_app
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.device_table import DeviceTable
from anju_edge.intake.intake import BoxIntake
from anju_edge.intake.presence import PresenceTracker
from anju_edge.journal.journal import Journal, SalvageReport
from anju_edge.journal.newest_date import newest_sure_ms
from anju_edge.journal.recorder import Recorder
from anju_edge.journal.sql import KV
from anju_edge.kiosk.http_door import listen, make_runner
from anju_edge.kiosk.listener import Listener
from anju_edge.kiosk.server import KioskServerSettings, make_app
from anju_edge.kiosk.service import KioskService, KioskSetup
from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.file import RosterFile
from anju_edge.roster.presence_settings import PresenceSettings
from anju_edge.roster.roster import Roster, index
from anju_edge.roster.store import RosterStore
from anju_edge.rules.decide import BoxFault, JournalSalvaged
from anju_edge.supervision.background import Background
from anju_edge.supervision.drivers import DriverHealth, supervise
from anju_edge.supervision.loop_watch import LoopWatch
from anju_edge.supervision.self_test import HUB_WAIT_S, SelfTestHealth, self_tests
from anju_edge.supervision.silence_watch import SilenceWatch
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.uplink import Uplink
from anju_protos.incidents import incident_key
from anju_protos.roster_file import RosterFileError, load_roster
from anju_protos.v1.control_pb2 import BoxStatus, Incident
from anju_protos.v1.event_pb2 import (
    BOOT,
    CLOCK_FIX,
    HEALTH,
    REAL,
    TEST,
    Actor,
    Anchor,
    Boot,
    ClockFix,
    Mark,
    Priority,
    Reason,
)

_log = logging.getLogger(__name__)

TICK_S = 1.0
FIRST_TRY_S = 1.0  # what the start waits at most for its listeners' first attempt
OFFLINE_SHOWN_S = 5.0  # kiosk rule K13: the strip appears within 10 s; a blink of the line is nobody's business
SIREN_OFF_S = 0.05  # four bytes at 9600 baud need 4 ms; closing the port drops what is not out yet


@dataclass(frozen=True, slots=True)
class Running:
    """A box that has started: what tests and simulated communities hold on to."""

    intake: BoxIntake
    incidents: OpenIncidents
    journal: Journal
    kiosk_service: KioskService
    health: BoxHealth

    @property
    def kiosk(self) -> Address | None:
        """Where the kiosk pages are served now, None where they are not."""
        return self._address("kiosk")

    @property
    def status(self) -> Address | None:
        return self._address("status")

    def _address(self, name: str) -> Address | None:
        return next((one.address for one in self.health.listeners if one.name == name), None)


def software() -> str:
    """Name and version, as the hub is told."""
    return f"anju-edge {version('anju')}"


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


async def run(
    config: EdgeConfig,
    stop: asyncio.Event,
    clock: Clock | None = None,
    *,
    registry: Registry | None = None,
    reload: asyncio.Event | None = None,
    on_started: Callable[[Running], None] | None = None,
) -> None:
    """Runs a box until `stop` is set. `reload` set = read the roster file again (SIGHUP).

    Raises `ConfigError` before anything is opened, and what ends the journal. Whatever else fails, fails alone: it is
    kept going by `Background` or a driver's supervisor, and shown.
    """
    clock = clock or SystemClock()
    drivers = make_drivers(config, registry or load_drivers({row.driver for row in config.drivers}))
    _keep_private(config.box.data)
    async with await Journal.open(config.box.data, config.journal) as journal:
        recorder = Recorder(journal, clock, await _time_of_earlier_runs(journal, clock))
        await _boot(recorder, clock, journal)
        box = _Box(config, clock, journal, recorder)
        await box.restore()
        background = box.background
        async with asyncio.TaskGroup() as outflow:
            kiosk_service = box.kiosk_service()
            await background.attempt_async("restore", box.restore_side_tables)
            uplink = box.uplink()
            driver_health = [DriverHealth(row.name, row.driver) for row in config.drivers]
            health = box.health(kiosk_service, driver_health, uplink)
            metrics = BoxMetrics(health)
            work: dict[str, Callable[[], Coroutine[object, object, None]]] = {
                "tick": box.tick_forever,
                "health": lambda: box.health_events(health),
                "roster file": lambda: box.roster_file.watch(reload),
                "loop watch": box.loop_watch.run,
                "metrics": metrics.watch_commits,
                "self tests": lambda: box.self_tests(health.self_test),
                **{hook.state.name: hook.run for hook in box.alerts.webhooks},
            }
            if box.siren is not None:
                work["siren"] = box.siren.run
            if uplink is not None:
                work["uplink"] = uplink.run
            kept = [outflow.create_task(background.keep(name, run), name=name) for name, run in work.items()]
            kept.append(outflow.create_task(journal.watch(), name="journal"))  # the one whose end is the box's
            async with _listeners(config, kiosk_service, health, metrics, background) as listeners:
                health.listeners = listeners
                pages = next((one for one in listeners if one.name == "kiosk"), None)
                announcer = _announcer(
                    config,
                    None if pages is None else pages.address or pages.wanted,
                    box.rosters.current.bundle.name_zh,
                    lambda: pages is not None and pages.address is not None,
                )
                if announcer is not None:
                    health.announcer = announcer
                    kept.append(outflow.create_task(background.keep("announce", announcer.run), name="announce"))
                async with asyncio.TaskGroup() as inflow:
                    reading = [
                        inflow.create_task(
                            supervise(
                                driver,
                                box.intake,
                                one,
                                clock,
                                config.supervision.driver_retry_min_s,
                                config.supervision.driver_retry_max_s,
                            ),
                            name=f"driver {one.name}",
                        )
                        for driver, one in zip(drivers, driver_health, strict=True)
                    ]
                    running = Running(box.intake, box.incidents, journal, kiosk_service, health)
                    where = f"kiosk at {running.kiosk}, status at {running.status}"  # None: off, or not to be had now
                    sd_notify(f"READY=1\nSTATUS=box {config.box.id}, {where}")
                    _log.info("box %s runs, %s", config.box.id, where)
                    if on_started is not None:
                        on_started(running)
                    await stop.wait()
                    sd_notify("STOPPING=1")
                    for task in reading:
                        task.cancel()
                kiosk_service.close()
            box.intake.drain()
            if box.siren is not None:
                box.siren.silence()
                await asyncio.sleep(SIREN_OFF_S)
            for task in kept:
                task.cancel()
            await background.close()


def _keep_private(folder: Path) -> None:
    """The data folder is for its user alone: the journal makes it so, an older one that all could read loses that."""
    with contextlib.suppress(OSError):  # shows as a fault when the journal is opened
        mode = folder.stat().st_mode
        is_shared = bool(mode & stat.S_ISVTX)  # such as /tmp, which a wrong configuration may name
        if mode & 0o027 and not is_shared:
            folder.chmod(stat.S_IMODE(mode) & ~0o027)


async def _time_of_earlier_runs(journal: Journal, clock: Clock) -> RunningTime:
    """The running-time counter and the clock's floor as the last run kept them."""
    try:
        rows = await journal.query(KV.time_of_earlier_runs)
    except NotRecorded:  # the disk is away: count from zero rather than wait
        return RunningTime()
    kept = {key: value for key, value in rows if isinstance(value, bytes)}
    try:
        clock.set_floor(Floor.decode(kept["clock_floor"]))
    except (ValueError, KeyError, TypeError):  # none yet, or lost with a damaged page: the events know the date too
        clock.set_floor(Floor(await newest_sure_ms(journal)))
    try:
        return RunningTime.decode(kept["running_time"]) if "running_time" in kept else RunningTime()
    except (ValueError, KeyError, TypeError):  # a damaged row must not keep a box from starting
        _log.error("the running time of earlier runs cannot be read; it counts from zero")
        return RunningTime()


async def _boot(recorder: Recorder, clock: Clock, journal: Journal) -> None:
    anchor = clock.poll()
    boot = Boot(
        boot=clock.boot,
        software=software(),
        cause="salvaged" if journal.salvaged is not None else "started",
        running_time_ms=recorder.running_ms(),
    )
    recorder.record(BOOT, boot.SerializeToString(), side=lambda _: recorder.keep_time())
    if anchor is not None:
        recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())


class _Box:
    """The parts of one box, wired. Everything a part needs, it got as an argument."""

    def __init__(self, config: EdgeConfig, clock: Clock, journal: Journal, recorder: Recorder) -> None:
        self.config, self.clock, self.journal, self.recorder = config, clock, journal, recorder
        self.background = Background(clock)
        self.rosters = RosterStore(config.box.community, recorder)
        self.roster_file = RosterFile(config.box.roster, self.rosters)
        siren = config.siren
        self.siren = (
            Siren(
                siren.port,
                baud=siren.baud,
                channel=siren.channel,
                pulse_on_ms=siren.pulse_on_ms,
                pulse_off_ms=siren.pulse_off_ms,
                test_s=siren.test_s,
            )
            if siren.port
            else None
        )
        hooks = [
            Webhook(hook.name, hook.url, timeout_s=hook.timeout_s, queue=hook.queue, retry_max_s=hook.retry_max_s)
            for hook in config.webhooks
        ]
        self.alerts = AlertDispatcher(self.siren, hooks, self._describe)
        channels = {"siren": self.siren, "kiosk": config.kiosks, "lan": hooks}
        self.incidents = OpenIncidents(
            config.box.community,
            config.box.id,
            recorder,
            self._incidents_changed,
            " ".join(name for name, there in channels.items() if there),
        )
        self.devices = DeviceTable(config.supervision.unadopted_max)
        presence = PresenceTracker(PresenceSettings(), {})
        self.intake = BoxIntake(recorder, clock, presence, self.devices, self.incidents, self.alerts, config.box.id)
        self.silence = SilenceWatch(self.devices, self.intake, clock, self.incidents, config.box.id)
        limit_s = watchdog_s()
        self.loop_watch = LoopWatch(journal, limit_s or 30.0, lambda: sd_notify("WATCHDOG=1"))
        self._kiosk_service: KioskService | None = None
        self._fault_incident = ""
        self._restored = False
        self._troubles: list[str] = []
        self._hub_restores = 0
        self._uplink: Uplink | None = None
        self.rosters.on_change += [self.intake.use, self.silence.use, self._pages_changed]

    # ---- start

    async def restore(self) -> None:
        """Roster of the last run, then the file."""
        self.journal.on_fault = self._journal_fault
        self.journal.on_salvage = self._journal_salvaged
        await self.background.attempt_async("roster", self._restore_roster)
        self.background.attempt("roster file", self.roster_file.read)
        if self.journal.fault is not None:
            self._journal_fault(self.journal.fault)
        if self.journal.salvaged is not None:
            self._journal_salvaged(self.journal.salvaged)

    async def _restore_roster(self) -> None:
        with contextlib.suppress(NotRecorded):
            await self.rosters.restore()

    async def restore_side_tables(self) -> None:
        """Open incidents and recent check-ins of earlier runs; tried again each second while the disk is away."""
        try:
            count = await self.incidents.restore()
            if self._kiosk_service is not None:
                await self._kiosk_service.restore()
        except NotRecorded:
            return
        self._restored = True
        if count:
            _log.info("%d open incidents of an earlier run", count)

    def kiosk_service(self) -> KioskService:
        kiosks = {kiosk.name: KioskSetup(kiosk.profile, kiosk.reader) for kiosk in self.config.kiosks}
        self._kiosk_service = KioskService(
            kiosks, self.recorder, self.rosters, self.intake, self.incidents, self.background, self._is_offline
        )
        self.intake.on_card = self._kiosk_service.card
        return self._kiosk_service

    def uplink(self) -> Uplink | None:
        if not self.config.hub.address:
            return None
        self._uplink = Uplink(
            BoxIdentity(self.config.box.id, self.config.box.community, software()),
            self.config.hub.address,
            self.journal,
            self.clock,
            self._status,
            self.incidents.hub,
            self._hub_anchor,
            self.config.sync,
        )
        return self._uplink

    def health(self, kiosk_service: KioskService, drivers: list[DriverHealth], uplink: Uplink | None) -> BoxHealth:
        self._health = BoxHealth(
            box=self.config.box.id,
            community=self.config.box.community,
            software=software(),
            data=self.config.box.data,
            clock=self.clock,
            journal=self.journal,
            recorder=self.recorder,
            rosters=self.rosters,
            intake=self.intake,
            devices=self.devices,
            incidents=self.incidents,
            alerts=self.alerts,
            kiosk_service=kiosk_service,
            loop_watch=self.loop_watch,
            background=self.background,
            self_test=SelfTestHealth(),
            drivers=drivers,
            kiosk_silent_ms=round(self.config.supervision.kiosk_silent_s * 1000),
            uplink=lambda: None if uplink is None else uplink.state,
            offline_s=self._offline_s,
            refusal=lambda: uplink.state.refusal if uplink is not None else "",
        )
        return self._health

    # ---- running

    async def tick_forever(self) -> None:
        """Once a second: presence, silence, escalation, the kernel's clock, pages. Each fails alone."""
        steps = {
            "presence": self.intake.tick,
            "silence": self.silence.tick,
            "own incidents": self._close_what_ended,
            "hub restores": self._look_for_a_restored_hub,
            "incidents": self.incidents.tick,
            "channels": lambda: self.alerts.sync(self.incidents.open(), self.clock.elapsed_ms()),
            "clock": self._poll_clock,
            "troubles": self._compare_troubles,
            "kiosk": self._tick_pages,
        }
        while True:
            await asyncio.sleep(TICK_S)
            for name, step in steps.items():
                self.background.attempt(name, step)
            if not self._restored and self.journal.recording:
                await self.background.attempt_async("restore", self.restore_side_tables)

    def _poll_clock(self) -> None:
        anchor = self.clock.poll()
        if anchor is not None:
            self.recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())

    def _compare_troubles(self) -> None:
        if (troubles := self._health.troubles()) != self._troubles:
            self._troubles = troubles
            self._status_changed()

    def _tick_pages(self) -> None:
        if self._kiosk_service is not None:
            self._kiosk_service.tick()
            self._kiosk_service.changed()

    async def health_events(self, health: BoxHealth) -> None:
        while True:
            await asyncio.sleep(self.config.supervision.health_event_s)
            self.recorder.record(HEALTH, health.event().SerializeToString())

    async def self_tests(self, health: SelfTestHealth) -> None:
        every_s = self.config.supervision.synthetic_alarm_s
        await self_tests(every_s, self.intake, self.incidents, self.journal, self.clock, health, self.config.box.id)

    def _incidents_changed(self) -> None:
        self.alerts.sync(self.incidents.open(), self.clock.elapsed_ms())
        if self._kiosk_service is not None:
            self._kiosk_service.changed()

    def _pages_changed(self, _: Roster) -> None:
        self._status_changed()
        if self._kiosk_service is not None:
            self._kiosk_service.changed()

    def _status_changed(self) -> None:
        """The hub need not wait for the next round of status."""
        if self._uplink is not None:
            self._uplink.status_changed()

    def _journal_fault(self, fault: str | None) -> None:
        """One P2 "box cannot record" while the fault lasts; it is closed when the disk is back."""
        if fault is not None and not self._fault_incident:
            self._fault_incident = self.intake.alarm("", BoxFault(), REAL).key
        elif fault is None and self._fault_incident:
            me = Actor(role=Actor.BOX, id=self.config.box.id)
            self.incidents.resolve(self._fault_incident, me, "recording_again")
            self._fault_incident = ""
        self._status_changed()

    def _journal_salvaged(self, report: SalvageReport) -> None:
        """A P4 that says what was kept, for whoever looks after the disk."""
        opened = self.intake.alarm("", JournalSalvaged(), REAL)
        self.incidents.note(opened.key, report.words())
        self._status_changed()

    def _close_what_ended(self) -> None:
        """What this box said about itself in an earlier run and holds no more: nobody else would close it."""
        me = Actor(role=Actor.BOX, id=self.config.box.id)
        now_ms = self.clock.elapsed_ms()
        for local in self.incidents.open():
            incident = local.incident
            if incident.device or not local.from_box:
                continue
            if set(incident.reasons) == {Reason.BOX_CANNOT_RECORD}:
                if self.journal.fault is None and local.key != self._fault_incident:
                    self.incidents.resolve(local.key, me, "recording_again")
            elif incident.mark == TEST and now_ms - local.touched_ms > 2 * HUB_WAIT_S * 1000:
                self.incidents.resolve(local.key, me, "self_test")

    def _look_for_a_restored_hub(self) -> None:
        if self._uplink is None:
            return
        restores = self._uplink.state.hub_restores  # Control tells of a new epoch itself
        if restores != self._hub_restores:
            self._hub_restores = restores
            self.incidents.hub_restored()

    def _status(self) -> BoxStatus:
        return self._health.status()

    def _hub_anchor(self, anchor: Anchor) -> None:
        if self.clock.offer(anchor):
            self.recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())
            self._status_changed()

    def _offline_s(self) -> float:
        return self._uplink.state.offline_s if self._uplink is not None else 0.0

    def _is_offline(self) -> bool:
        return self._offline_s() > OFFLINE_SHOWN_S

    def _describe(self, incident: Incident) -> Mapping[str, object]:
        """An incident for LAN endpoints: places and reasons, no person and no flat."""
        zone = self.rosters.current.zones.get(incident.last_place.zone)
        return {
            "incident": incident_key(incident.id),
            "community": self.config.box.community,
            "box": self.config.box.id,
            "priority": Priority.Name(incident.priority),
            "reasons": [Reason.Name(reason).lower() for reason in incident.reasons],
            "device": incident.device,
            "zone": incident.last_place.zone,
            "zone_zh": zone.label_zh if zone else "",
            "zone_en": zone.label_en if zone else "",
            "place_age_s": incident.last_place.age_ms // 1000,
            "mark": Mark.Name(incident.mark).lower(),
        }


@contextlib.asynccontextmanager
async def _listeners(
    config: EdgeConfig, kiosk_service: KioskService, health: BoxHealth, metrics: BoxMetrics, background: Background
) -> AsyncIterator[Sequence[Listener]]:
    """The kiosk pages and the status pages, each on its own address; each is tried again until it is there."""
    routes = health_routes(health, metrics)
    apps: list[tuple[str, Address, web.Application]] = []
    if config.http.kiosk_listen:
        wanted = parse_address(config.http.kiosk_listen)
        settings = KioskServerSettings(hosts=(wanted.host,))
        extra = routes if wanted.is_loopback else ()
        apps.append(("kiosk", wanted, make_app(kiosk_service, web_root(config), settings=settings, extra_routes=extra)))
    if config.http.status_listen:
        wanted = parse_address(config.http.status_listen)
        apps.append(("status", wanted, status_app(routes, (wanted.host,))))
    async with contextlib.AsyncExitStack() as stack:
        listeners = []
        for name, wanted, app in apps:
            runner = make_runner(app, f"{name} pages")
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            listener = Listener(name, wanted, functools.partial(listen, runner))
            listeners.append(listener)
            serving = asyncio.create_task(background.keep(f"{name} listener", listener.run), name=f"{name} listener")
            stack.push_async_callback(_end, serving)
        with contextlib.suppress(TimeoutError):  # a name that nobody resolves takes its time, and may have it
            async with asyncio.timeout(FIRST_TRY_S):
                for listener in listeners:
                    await listener.tried.wait()
        yield listeners


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _announcer(
    config: EdgeConfig, kiosk: Address | None, community: str, is_served: Callable[[], bool] = lambda: True
) -> Announcer | None:
    """Announces the kiosk pages where others reach them, while they are served; on loopback there is nobody to tell.

    `kiosk` is where they are served, or are to be.
    """
    if kiosk is None or kiosk.is_loopback or not config.announce.enabled:
        return None
    name = config.announce.name or f"{community or config.box.community} {config.box.id}"
    what = Announcement(config.box.id, name, kiosk.port)
    return Announcer(what, lambda: present_addresses(kiosk.host) if is_served() else [])


def roster_trouble(config: EdgeConfig) -> str:
    """What is wrong with the configured roster file, empty if nothing is; applies nothing."""
    try:
        index(load_roster(config.box.roster), config.box.community)
    except (RosterFileError, RosterRefused) as error:
        return str(error)
    return ""


def web_root(config: EdgeConfig) -> Path:
    """Where the built kiosk page is: as configured, else in the package, else in a checkout."""
    if config.http.web_root:
        return Path(config.http.web_root)
    package = Path(__file__).parent
    installed = package / "web"
    return installed if installed.is_dir() else package.parent / "web" / "dist"
