"""Driver of one ONVIF camera or recorder: its events by a pull point."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from anju_drivers.cameras.device_time import OLDEST_YEAR, DeviceTime, TimeTrust
from anju_drivers.cameras.options import (
    TRIGGER_OPTIONS,
    camera_url,
    key_part,
    mac_address,
    trigger_timing,
    trigger_types,
)
from anju_drivers.cameras.trigger_feed import TriggerFeed
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.driver import Driver, Intake
from anju_drivers.links.camera import CameraLink, LoginGuard, keep_reading
from anju_drivers.links.http_login import Login
from anju_drivers.links.reconnect import RetryPauses
from anju_drivers.onvif.frames import Event
from anju_drivers.onvif.session import CameraSession, Library, SessionSettings, load_library
from anju_drivers.options import Options

COOL_DOWN_S = 0.75  # between two pulls: cameras that are asked again at once fall over
INITIAL_S = 10.0  # after subscribing; later "Initialized" messages are changes of cameras that know no other word
CONFIRM_S = 30.0
# Some cameras forget to say that it is over (home-assistant/core #37545, #124422, #146500): what is said again after so
# long a silence has begun again. An engineering value.
TIMING = TriggerTiming(clear_after_s=float("inf"), renew_after_s=60.0, pulse_hold_s=10.0)
LOGIN_ACTION = (
    "correct user and password (WS-Security and HTTP Digest were both tried): ONVIF users are apart from web users "
    "(Hikvision: enable Integration Protocol); then restart the box"
)

OPTIONS = {
    "url": "http://address[:port] of the camera or recorder (required)",
    "user": "its ONVIF user (required)",
    "password": "its password; better password_file",
    "password_file": "systemd credential or file that holds the password",
    "mac": "MAC address of the camera: its key in the roster; the driver's name when absent",
    "pull_s": "seconds the camera may hold a request for events, 1 to 60; 60",
    "cool_down_s": "seconds between two requests, 0 to 10; 0.75",
    "retry_s": "seconds before the second attempt to reach a camera, 0.1 to 60; 5",
    **TRIGGER_OPTIONS,
    "types": "table of topic, or end of one, -> kind, such as 'rulex/alarm' = 'fall'; goes before the built-in table",
    "clear_after_s": "seconds after which a trigger ends by itself, 2 to 3600; never, the camera says when",
    "pulse_hold_s": "seconds in which repeats of a trigger that has no end are folded, 0 to 600; 10",
}


@dataclass(frozen=True, slots=True)
class OnvifSettings:
    device: str
    session: SessionSettings
    cool_down_s: float = COOL_DOWN_S
    timing: TriggerTiming = TIMING
    pauses: RetryPauses = field(default_factory=RetryPauses)


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    retry_s = table.number("retry_s", 5.0, 0.1, 60)
    return OnvifCamera(
        name,
        OnvifSettings(
            device=f"onvif:{mac_address(table).replace(':', '') or key_part(name)}",
            session=SessionSettings(
                url=camera_url(table),
                login=Login(table.text("user"), table.secret("password")),
                types=trigger_types(table),
                pull_s=table.number("pull_s", 60.0, 1, 60),
            ),
            cool_down_s=table.number("cool_down_s", COOL_DOWN_S, 0, 10),
            timing=trigger_timing(table, TIMING),
            pauses=RetryPauses(again_s=min(1.0, retry_s), first_s=retry_s, step_s=retry_s),
        ),
    )


class OnvifCamera:
    """Pulls one camera's events. Its triggers keep the camera's own source token as their region."""

    def __init__(self, name: str, settings: OnvifSettings) -> None:
        self.name = name
        self._settings = settings
        self._logins = LoginGuard(settings.session.url, LOGIN_ACTION)

    async def run(self, intake: Intake) -> None:
        """Pulls until cancelled and subscribes anew by itself; unsubscribes when it stops.

        Raises `DeviceRefused` after two refused logins in a row, and from then on at once without asking the camera.
        """
        settings = self._settings
        self._logins.check()
        library = await asyncio.to_thread(load_library)
        feed = TriggerFeed(intake, settings.timing)
        link = CameraLink(intake, lambda: settings.device, settings.pauses)
        try:
            await keep_reading(link, self._logins, lambda: self._read(library, intake, feed, link))
        finally:
            link.close()
            feed.close()

    async def _read(self, library: Library, intake: Intake, feed: TriggerFeed, link: CameraLink) -> None:
        session = CameraSession(library, self._settings.session)
        try:
            await session.open()
            self._logins.accepted()
            link.heard()
            feed.compare_clock(self._settings.device, _clock(session))
            await self._pull(session, intake, feed, link)
        finally:
            await session.close()

    async def _pull(self, session: CameraSession, intake: Intake, feed: TriggerFeed, link: CameraLink) -> None:
        """What was open before is doubted until the camera says it again: it may have ended while nobody listened."""
        device = self._settings.device
        feed.doubt(CONFIRM_S)
        await session.synchronize()
        states = _InitialStates(time.monotonic())
        while True:
            answer = await session.pull()
            link.heard()
            intake.heard(device, frames=max(1, len(answer.events)), errors=answer.dropped)
            for event in answer.events:
                event = states.settle(event, time.monotonic())
                feed.take(feed.dated(event.reading(device), event.time))
            await asyncio.sleep(self._settings.cool_down_s)


class _InitialStates:
    """Which messages tell how things stood before we asked.

    Reolink and Uniview call every message "Initialized": only the first of a topic, soon after subscribing, is.
    """

    def __init__(self, since_s: float) -> None:
        self._since_s = since_s
        self._seen: set[tuple[str, str, str]] = set()

    def settle(self, event: Event, now_s: float) -> Event:
        if not event.initial:
            return event
        key = (event.raw_type, event.source, event.rule)
        if key in self._seen or now_s > self._since_s + INITIAL_S:
            return replace(event, initial=False)
        if len(self._seen) < 1000:
            self._seen.add(key)
        return event


def _clock(session: CameraSession) -> DeviceTime:
    system_time = session.system_time
    if system_time is None:
        return DeviceTime(TimeTrust.NONE)
    return DeviceTime(TimeTrust.DEVICE, system_time) if system_time.year >= OLDEST_YEAR else DeviceTime(TimeTrust.BAD)
