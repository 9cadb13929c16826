"""Driver of one camera or recorder whose alarm stream we read: `GET .../alertStream` with HTTP digest."""

from __future__ import annotations

from dataclasses import dataclass, field

from anju_drivers.driver import Intake
from anju_drivers.hikvision.camera import CameraFeed
from anju_drivers.hikvision.frames import AlertDecoder
from anju_drivers.hikvision.settings import CameraSettings
from anju_drivers.links.camera import CameraLink, LoginGuard, LoginRefused, keep_reading
from anju_drivers.links.http_login import Login
from anju_drivers.links.lan import HttpRefused, endless_get
from anju_drivers.links.reconnect import RetryPauses

PATHS = ("/ISAPI/Event/notification/alertStream", "/Event/notification/alertStream")  # the second: old firmware


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
        self._logins = LoginGuard(settings.url, "correct user and password of this camera, then restart the box")

    async def run(self, intake: Intake) -> None:
        """Reads until cancelled and reconnects by itself. Raises `DeviceRefused`, see `keep_reading`."""
        camera = self._settings.camera
        feed = CameraFeed(intake, self.name, camera.timing, camera.mac)
        link = CameraLink(intake, lambda: feed.device, self._settings.pauses)
        try:
            await keep_reading(link, self._logins, lambda: self._read(feed, link))
        finally:
            link.close()
            feed.close()

    async def _read(self, feed: CameraFeed, link: CameraLink) -> None:
        settings = self._settings
        try:
            async with endless_get(
                settings.url + PATHS[self._path],
                settings.login,
                read_timeout_s=settings.silence_s,
                certificate_sha256=settings.certificate_sha256,
            ) as body:
                self._logins.accepted()
                decoder = AlertDecoder(body.content_type, settings.camera.types, settings.camera.is_recorder)
                async for chunk in body.chunks():
                    feed.take(decoder.feed(chunk))
                    link.heard()
        except HttpRefused as refused:
            if refused.status == 401:
                raise LoginRefused(refused.cause) from refused
            if refused.status in (404, 405):
                self._path = 1 - self._path
            raise
