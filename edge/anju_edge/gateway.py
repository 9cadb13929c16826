"""The box runs: reads top to bottom as the start order, and stops in the reverse one. What it is made of: `build_box`.

Drivers stand innermost, so that a stop ends them first; then counts are put on their incidents, pages and uplink end,
the siren goes silent, and the journal closes last. What the hub does not have yet stays in the journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass

from anju_base.service_manager import sd_notify
from anju_drivers.driver import set_aside_by
from anju_drivers.errors import NotRecorded
from anju_drivers.registry import Registry, load_drivers
from anju_edge.build_box import Box, build_box, fetch_updates, make_announcer, make_drivers, watch_versions
from anju_edge.clock import Clock, SystemClock
from anju_edge.config import Address, EdgeConfig
from anju_edge.first_events import keep_private, record_boot, time_of_earlier_runs
from anju_edge.health.health import BoxHealth
from anju_edge.health.listeners import serve_pages
from anju_edge.health.metrics import BoxMetrics
from anju_edge.identity.card_lock import card_for, was_encrypted
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.intake import BoxIntake
from anju_edge.journal.journal import Journal
from anju_edge.journal.recorder import Recorder
from anju_edge.kiosk.pairing.pairing import Pairing
from anju_edge.kiosk.service import KioskService
from anju_edge.roster.stick import StickWatch
from anju_edge.supervision.drivers import DriverHealth, supervise
from anju_edge.supervision.self_test import self_tests
from anju_edge.supervision.ticker import tick_forever
from anju_edge.sync.box_identity import software
from anju_edge.updates.slot_files import Slot
from anju_protos.v1.event_pb2 import CLOCK_FIX, HEALTH, ClockFix

_log = logging.getLogger(__name__)

SIREN_OFF_S = 0.05  # four bytes at 9600 baud need 4 ms; closing the port drops what is not out yet
RESTORE_RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class Running:
    """A box that has started: what tests and simulated communities hold on to."""

    intake: BoxIntake
    incidents: OpenIncidents
    journal: Journal
    kiosk_service: KioskService
    pairing: Pairing
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


async def run(
    config: EdgeConfig,
    stop: asyncio.Event,
    clock: Clock | None = None,
    *,
    registry: Registry | None = None,
    reload: asyncio.Event | None = None,
    on_started: Callable[[Running], None] | None = None,
    slot: Slot | None = None,
) -> int:
    """Runs a box until `stop` is set. `reload` set = read the roster file again (SIGHUP).

    Raises `ConfigError` before anything is opened, and what ends the journal. Whatever else fails, fails alone: it is
    kept going by `Background` or a driver's supervisor, and shown.

    `slot` is the version as the launcher started it. Returns the exit code that the launcher is to see.
    """
    code = 0

    def end(with_code: int) -> None:
        nonlocal code
        code = with_code
        stop.set()

    clock = clock or SystemClock()
    drivers = make_drivers(config, registry or load_drivers({row.driver for row in config.drivers}))
    keep_private(config.box.data)
    may_begin = slot is None or not slot.on_trial or was_encrypted(config.box.data)
    encrypts = config.journal.encryption == "on" and may_begin
    card = card_for(config.box.data, config.box.community, config.box.id, encrypts=encrypts)
    async with await Journal.open(config.box.data, config.journal, card=card) as journal:
        recorder = Recorder(journal, clock, await time_of_earlier_runs(journal, clock))
        record_boot(recorder, clock, journal, software())
        driver_health = [DriverHealth(row.name, row.driver) for row in config.drivers]
        box = build_box(config, clock, journal, recorder, driver_health)
        background = box.background
        restored = asyncio.Event()
        await background.attempt_async("roster", lambda: _restore_roster(box))
        background.attempt("roster file", box.roster_file.read)
        box.own_incidents.follow_journal()
        await background.attempt_async("restore", lambda: _restore_open(box, restored))
        await background.attempt_async("pages", box.pairing.prepare)
        box.health.set_aside = {driver.name: functools.partial(set_aside_by, driver) for driver in drivers}
        if slot is not None:
            box.health.versions = watch_versions(box, slot, end)
        metrics = BoxMetrics(box.health)
        async with asyncio.TaskGroup() as outflow:
            work = _own_work(box, metrics, restored, reload)
            kept = [outflow.create_task(background.keep(name, run), name=name) for name, run in work.items()]
            kept.append(outflow.create_task(journal.watch(), name="journal"))  # the one whose end is the box's
            async with serve_pages(
                config, box.kiosk_service, box.pairing, box.health, metrics, background
            ) as listeners:
                box.health.listeners = listeners
                pages = next((one for one in listeners if one.name == "kiosk"), None)
                announcer = make_announcer(config, pages, box.rosters.current.bundle.name_zh)
                if announcer is not None:
                    box.health.announcer = announcer
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
                    running = Running(box.intake, box.incidents, journal, box.kiosk_service, box.pairing, box.health)
                    where = f"kiosk at {running.kiosk}, status at {running.status}"  # None: off, or not to be had now
                    sd_notify(f"READY=1\nSTATUS=box {config.box.id}, {where}")
                    _log.info("box %s runs, %s", config.box.id, where)
                    if box.health.versions is not None:
                        run_watch = box.health.versions.run
                        kept.append(outflow.create_task(background.keep("versions", run_watch), name="versions"))
                        fetcher = fetch_updates(box, box.health.versions)
                        kept.append(outflow.create_task(background.keep("updates", fetcher.run), name="updates"))
                    if on_started is not None:
                        on_started(running)
                    await stop.wait()
                    sd_notify("STOPPING=1")
                    for task in reading:
                        task.cancel()
                box.kiosk_service.close()
            box.intake.drain()
            if box.siren is not None:
                box.siren.silence()
                await asyncio.sleep(SIREN_OFF_S)
            for task in kept:
                task.cancel()
            await background.close()
    return code


async def _restore_roster(box: Box) -> None:
    with contextlib.suppress(NotRecorded):
        await box.rosters.restore()


async def _restore_open(box: Box, restored: asyncio.Event) -> None:
    """Takes open incidents and recent check-ins of earlier runs; sets `restored` unless the disk is away."""
    try:
        count = await box.incidents.restore()
        await box.kiosk_service.restore()
        await box.rule_watch.restore()
    except NotRecorded:
        return
    restored.set()
    if count:
        _log.info("%d open incidents of an earlier run", count)


async def _restore_late(box: Box, restored: asyncio.Event) -> None:
    """Tries again while the disk was away at the start."""
    while not restored.is_set():
        await asyncio.sleep(RESTORE_RETRY_S)
        if box.journal.recording:
            await box.background.attempt_async("restore", lambda: _restore_open(box, restored))


def _own_work(
    box: Box, metrics: BoxMetrics, restored: asyncio.Event, reload: asyncio.Event | None
) -> dict[str, Callable[[], Coroutine[object, object, None]]]:
    """Returns what the box does by itself, by the names under which its faults are shown."""
    supervision = box.config.supervision
    work: dict[str, Callable[[], Coroutine[object, object, None]]] = {
        "tick": lambda: tick_forever(_steps(box), box.background),
        "restore": lambda: _restore_late(box, restored),
        "health": lambda: _health_events(box.health, box.recorder, supervision.health_event_s),
        "roster file": lambda: box.roster_file.watch(reload),
        "roster stick": StickWatch(box.config.box.data, box.rosters, box.journal.flush).run,
        "loop watch": box.loop_watch.run,
        "metrics": metrics.watch_commits,
        "identity": box.identity.run,
        "uplink": box.uplink.run,
        "paired pages": box.pairing.book.run,
        "page control": box.pairing.control.run,
        "self tests": lambda: self_tests(
            supervision.synthetic_alarm_s,
            box.intake,
            box.incidents,
            box.journal,
            box.clock,
            box.health.self_test,
            box.config.box.id,
        ),
        **{hook.state.name: hook.run for hook in box.alerts.webhooks},
    }
    if box.siren is not None:
        work["siren"] = box.siren.run
    return work


def _steps(box: Box) -> Mapping[str, Callable[[], object]]:
    """Returns what the box looks at once a second, in this order."""
    return {
        "presence": box.intake.tick,
        "silence": box.silence.tick,
        "rules": box.rule_watch.tick,
        "own incidents": box.own_incidents.tick,
        "incidents": box.incidents.tick,
        "channels": lambda: box.alerts.sync(box.incidents.open(), box.clock.elapsed_ms()),
        "clock": lambda: _record_clock(box.clock, box.recorder),
        "troubles": box.trouble_watch.tick,
        "kiosk": box.kiosk_service.tick,
        "pages": box.kiosk_service.changed,
    }


def _record_clock(clock: Clock, recorder: Recorder) -> None:
    anchor = clock.poll()
    if anchor is not None:
        recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())


async def _health_events(health: BoxHealth, recorder: Recorder, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        recorder.record(HEALTH, health.event().SerializeToString())
