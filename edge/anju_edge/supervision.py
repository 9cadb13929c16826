"""Watches over what may fail alone: drivers, devices, kiosks, the way of an alarm itself.

A driver that fails is restarted after a pause and shown; the others do not notice. A device that is silent beyond its
period is an event. Every hour a test alarm goes the whole way, so that a broken way is found before it is needed.
"""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from anju_drivers.driver import Driver, Intake
from anju_drivers.errors import DriverError, LinkLost, NotRecorded
from anju_edge.clock import Clock
from anju_edge.devices import DeviceBook
from anju_edge.incident_desk import IncidentDesk
from anju_edge.intake import BoxIntake
from anju_edge.journal import Journal
from anju_edge.roster import Roster
from anju_edge.rules.decide import DeviceSilence, SelfTest
from anju_protos.v1.event_pb2 import REAL, TEST, Actor

_log = logging.getLogger(__name__)

LINK_RETRY_MAX_S = 2.0  # an unplugged receiver is back within 3 s of its return
STEADY_S = 60.0  # a driver that ran this long starts again without delay
HUB_WAIT_S = 60.0
STALL_MS = 10_000  # ticks come once a second


@dataclass(slots=True)
class DriverHealth:
    """How one driver is doing. `failing_since_ms` is running time; `bug` stays until a restart of the box."""

    name: str
    driver: str
    restarts: int = 0
    running: bool = False
    started_ms: int = 0
    failing_since_ms: int | None = None
    error: str = ""
    bug: str = ""

    def is_failing(self, now_ms: int) -> bool:
        """True from a failure until the driver has run for a minute again."""
        steady = self.running and now_ms - self.started_ms > STEADY_S * 1000
        return self.failing_since_ms is not None and not steady


async def supervise(
    driver: Driver, intake: BoxIntake, health: DriverHealth, clock: Clock, retry_min_s: float, retry_max_s: float
) -> None:
    """Runs a driver for ever: whatever it raises stays here, is shown in `health`, and it starts again."""
    pause_s = retry_min_s
    while True:
        started_ms = health.started_ms = clock.elapsed_ms()
        health.running = True
        limit_s = retry_max_s
        try:
            await _run_once(driver, intake)
            health.error = "ended by itself"
        except DriverError as error:
            health.error = str(error)
            if isinstance(error, LinkLost):
                limit_s = min(retry_max_s, LINK_RETRY_MAX_S)
        except Exception as error:  # noqa: BLE001 - the one place: a bug in one driver must not silence the others
            health.error = f"{type(error).__name__} in {traceback.extract_tb(error.__traceback__)[-1].name}"
            health.bug = health.error
            _log.exception("driver %s: a bug; it starts again", health.name)
        finally:
            health.running = False
        pause_s = min(pause_s, limit_s)
        now_ms = clock.elapsed_ms()
        if now_ms - started_ms > STEADY_S * 1000:
            pause_s = retry_min_s
            health.failing_since_ms = None
        if health.failing_since_ms is None:
            health.failing_since_ms = now_ms
            _log.warning("driver %s fails: %s", health.name, health.error)
        health.restarts += 1
        await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))
        pause_s = min(pause_s * 2, limit_s)


async def _run_once(driver: Driver, intake: Intake) -> None:
    """One attempt, in a task of its own, so that what it leaves behind goes with it.

    In Python 3.11 a TaskGroup that failed leaves its task with a pending cancel count, and every later
    `asyncio.timeout` in that task raises CancelledError. Nor may a driver that cancels itself pass for a stop of the
    box: it would never be started again, and nobody would know. Raises a driver's only error without its group.
    """
    task = asyncio.create_task(driver.run(intake), name=f"run of {driver.name}")
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    if task.cancelled():
        raise DriverError("cancelled itself")
    try:
        task.result()
    except ExceptionGroup as group:
        error: Exception = group
        while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from group


class SilenceWatch:
    """Notices devices that are silent beyond the period their roster row states, and their return.

    Silence and return are events. Where the roster's rule `device_silent` names the device, its silence is an incident
    as well, which closes itself at the return. It is not raised for what is the box's own doing: while the box was
    asleep or stalled nobody could be heard, and a band is not missing while the receiver that had it is.
    """

    def __init__(self, devices: DeviceBook, intake: BoxIntake, clock: Clock, desk: IncidentDesk, box: str) -> None:
        self._devices, self._intake, self._clock, self._desk = devices, intake, clock, desk
        self._me = Actor(role=Actor.BOX, id=box)
        self._roster = Roster()
        self._periods_ms: dict[str, int] = {}
        self._told: set[str] = set()  # whose present silence has had its incident, whatever became of that
        self._last_ms: int | None = None

    def use(self, roster: Roster) -> None:
        """Takes over a new roster's periods and rule."""
        self._roster = roster
        self._periods_ms = {device.key: device.period_s * 1000 for device in roster.devices.values() if device.period_s}

    def tick(self) -> None:
        """Call it about once a second."""
        now_ms = self._clock.elapsed_ms()
        if self._last_ms is not None and now_ms - self._last_ms > STALL_MS:
            _log.warning("the box stood still for %d s; silence counts from now", (now_ms - self._last_ms) // 1000)
            for entry in self._devices.adopted.values():
                entry.watched_ms = now_ms
        self._last_ms = now_ms
        self._watch(now_ms)
        self._raise(now_ms)
        self._close()

    def _raise(self, now_ms: int) -> None:
        rules = self._roster.rules
        self._told = {key for key in self._told if (one := self._devices.adopted.get(key)) and one.trouble}
        for key, listed in self._roster.devices.items():
            if key in self._told or not (listed.kind in rules.silent_kinds or key in rules.silent_devices):
                continue
            entry = self._devices.adopted.get(key)
            if entry is None or not entry.trouble or self._is_hidden(key):
                continue
            if now_ms - max(entry.trouble_ms, entry.watched_ms) < rules.silent_after_ms:
                continue
            self._told.add(key)
            if self._desk.silence_of(key) is None:  # else it is open since before a restart
                watches = bool(self._roster.bundle.bindings)
                self._intake.alarm(key, DeviceSilence(key, watches), REAL)

    def _is_hidden(self, key: str) -> bool:
        """True for a band whose receiver is gone: that one is what is wrong."""
        receiver = self._intake.receiver_of(key)
        entry = self._devices.adopted.get(receiver) if receiver else None
        return entry is not None and bool(entry.trouble)

    def _close(self) -> None:
        for local in self._desk.silences():
            key = local.incident.device
            entry = self._devices.adopted.get(key)
            if entry is None:
                self._desk.resolve(local.key, self._me, "maintenance")
            elif not entry.trouble and entry.heard_ms is not None:
                self._desk.resolve(local.key, self._me, "device_back")

    def _watch(self, now_ms: int) -> None:
        for key, period_ms in self._periods_ms.items():
            entry = self._devices.adopted.get(key)
            if entry is None:
                continue
            since_ms = max(entry.watched_ms, entry.heard_ms or 0)
            if now_ms - since_ms > period_ms:
                if not entry.silent:
                    entry.silent = True
                    self._intake.link(key, False, "silent")
                    _log.warning("%s silent for %d s", key, (now_ms - since_ms) // 1000)
            elif entry.silent:
                self._intake.link(key, True, "heard again")
                _log.info("%s heard again", key)


@dataclass(slots=True)
class SelfTestHealth:
    """Outcome of the last synthetic alarm. `hub_ms` is None until the hub confirmed one."""

    runs: int = 0
    recorded: bool | None = None
    recorded_ms: int | None = None
    hub_ms: int | None = None
    last_ms: int | None = None


async def self_tests(
    every_s: float,
    intake: BoxIntake,
    desk: IncidentDesk,
    journal: Journal,
    clock: Clock,
    health: SelfTestHealth,
    box: str,
) -> None:
    """Sends a test alarm through rules, journal and uplink every `every_s` seconds (0 = never), marked TEST.

    It makes no sound. Its incident is closed as soon as the hub has it, or after a minute.
    """
    while every_s:
        await asyncio.sleep(every_s * random.uniform(0.95, 1.05))  # not all boxes of a district at once
        started_ms = clock.elapsed_ms()
        opened = intake.alarm("", SelfTest(), TEST)
        health.runs, health.last_ms, health.hub_ms = health.runs + 1, started_ms, None
        try:
            await opened.recorded
        except NotRecorded:
            health.recorded = False
        else:
            health.recorded, health.recorded_ms = True, clock.elapsed_ms() - started_ms
            try:
                async with asyncio.timeout(HUB_WAIT_S):
                    await _at_hub(journal, opened.recorded.stream, opened.recorded.seq)
                health.hub_ms = clock.elapsed_ms() - started_ms
            except TimeoutError:
                pass
        desk.resolve(opened.key, Actor(role=Actor.BOX, id=box), "self_test")


async def _at_hub(journal: Journal, stream: bytes, seq: int) -> None:
    seen = -1
    while True:
        seen = await journal.changed(seen)
        if any(info.stream == stream and info.acked >= seq for info in journal.streams()):
            return


class LoopWatch:
    """Feeds systemd's watchdog, only while the loop turns and the journal's writer lives."""

    def __init__(self, journal: Journal, limit_s: float, ping: Callable[[], object]) -> None:
        self._journal, self._limit_s, self._ping = journal, limit_s, ping
        self.lag_max_ms = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        pause_s = min(1.0, self._limit_s / 4)
        while True:
            before_s = loop.time()
            await asyncio.sleep(pause_s)
            lag_s = loop.time() - before_s - pause_s
            self.lag_max_ms = max(self.lag_max_ms * 0.99, lag_s * 1000)
            if self._journal.heartbeat_age_s() < self._limit_s / 2:
                self._ping()
