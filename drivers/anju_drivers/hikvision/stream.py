"""Driver of one camera or recorder whose alarm stream we read: `GET .../alertStream` with HTTP digest."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from dataclasses import dataclass, field

from anju_drivers.driver import Intake, LinkReading
from anju_drivers.errors import DeviceRefused, LinkLost
from anju_drivers.hikvision.camera import CameraFeed
from anju_drivers.hikvision.frames import AlertDecoder
from anju_drivers.hikvision.reconnect import LinkState, RetryPauses
from anju_drivers.hikvision.settings import CameraSettings
from anju_drivers.lan_link import HttpRefused, Login, endless_get

_log = logging.getLogger(__name__)

PATHS = ("/ISAPI/Event/notification/alertStream", "/Event/notification/alertStream")  # the second: old firmware
MAX_REFUSED_LOGINS = 2  # a camera locks the user after a few


@dataclass(frozen=True, slots=True)
class StreamSettings:
    url: str
    login: Login
    camera: CameraSettings
    silence_s: float = 30.0
    pauses: RetryPauses = field(default_factory=RetryPauses)
    certificate_sha256: bytes | None = None


class StreamCamera:
    """Reads a camera's alarm stream. Its device key is `hikvision:<mac>` as soon as the camera has named it."""

    def __init__(self, name: str, settings: StreamSettings) -> None:
        self.name = name
        self._settings = settings
        self._path = 0
        self._refused_logins = 0

    async def run(self, intake: Intake) -> None:
        """Reads until cancelled and reconnects by itself.

        Raises `DeviceRefused` after two refused logins in a row, and from then on at once without asking the camera
        again: a restart by the supervisor must not lock the camera's user out. A new configuration makes a new driver.
        """
        attempt = _Attempt(intake, self.name, self._settings)
        try:
            while True:
                self._check_logins()
                try:
                    await self._read(attempt)
                    reason = "closed by the camera"
                except HttpRefused as refused:
                    self._on_status(refused.status)
                    reason = refused.cause
                except LinkLost as lost:
                    reason = lost.cause
                pause_s = attempt.ended(reason)
                self._check_logins()
                await asyncio.sleep(pause_s)
        finally:
            attempt.close()

    async def _read(self, attempt: _Attempt) -> None:
        settings = self._settings
        async with endless_get(
            settings.url + PATHS[self._path],
            settings.login,
            read_timeout_s=settings.silence_s,
            certificate_sha256=settings.certificate_sha256,
        ) as body:
            self._refused_logins = 0
            decoder = AlertDecoder(body.content_type, settings.camera.types, settings.camera.is_recorder)
            async for chunk in body.chunks():
                attempt.received(decoder, chunk)

    def _on_status(self, status: int) -> None:
        if status == 401:
            self._refused_logins += 1
        elif status in (404, 405):
            self._path = 1 - self._path

    def _check_logins(self) -> None:
        if self._refused_logins >= MAX_REFUSED_LOGINS:
            raise DeviceRefused(
                self._settings.url, "wrong password", "correct user and password of this camera, then restart the box"
            )


class _Attempt:
    """The feed and the link's state over all connections of one run."""

    def __init__(self, intake: Intake, name: str, settings: StreamSettings) -> None:
        self._intake = intake
        self._feed = CameraFeed(intake, name, settings.camera.timing, settings.camera.mac)
        self._link = LinkState(settings.pauses, time.monotonic())
        self._down_as = ""
        self._timer: asyncio.TimerHandle | None = None
        self._watch()

    def received(self, decoder: AlertDecoder, chunk: bytes) -> None:
        self._feed.take(decoder.feed(chunk))
        if self._link.heard(time.monotonic()):
            if self._down_as and self._down_as != self._feed.device:  # it was missed before it had told its MAC
                self._intake.take(LinkReading(self._down_as, True))
            self._down_as = ""
            self._intake.take(LinkReading(self._feed.device, True))
            _log.info("%s: stream open", self._feed.device)

    def ended(self, reason: str) -> float:
        pause_s = self._link.ended(random.random())
        _log.debug("%s: stream ended (%s), again in %.1f s", self._feed.device, reason, pause_s)
        self._say_if_lost(reason)
        return pause_s

    def close(self) -> None:
        self._feed.close()
        if self._timer:
            self._timer.cancel()

    def _say_if_lost(self, reason: str) -> None:
        if self._link.lost(time.monotonic()):
            self._down_as = self._feed.device
            _log.warning("%s: not reachable (%s); trying again", self._feed.device, reason)
            self._intake.take(LinkReading(self._feed.device, False, reason))

    def _watch(self) -> None:
        """Silence counts too while an attempt hangs or waits; one timer, set to when that is due."""
        self._say_if_lost("no byte for 90 s")
        wait_s = max(1.0, self._link.lost_at_s() - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._watch)
