"""Driver of cameras that push: one HTTP listener on the camera LAN, a secret path for each camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.driver import Intake, LinkReading
from anju_drivers.hikvision.camera import CameraFeed
from anju_drivers.hikvision.frames import AlertDecoder
from anju_drivers.hikvision.settings import CameraSettings
from anju_drivers.links.lan import PushBody, PushLimits, PushListener, listen_for_push, turned_away
from anju_drivers.links.sender_auth import authenticated_sender

PREFIX = "/push/"


@dataclass(frozen=True, slots=True, repr=False)
class PushCameraSettings:
    """A camera pushes to `/push/<secret>` from one of `sources` (any address when empty)."""

    name: str
    secret: str
    sources: frozenset[str]
    camera: CameraSettings


@dataclass(frozen=True, slots=True, repr=False)
class PushSettings:
    bind: str
    port: int
    cameras: tuple[PushCameraSettings, ...]
    limits: PushLimits = field(default_factory=PushLimits)


class PushListenerDriver:
    """Listens for pushed events. `refused` counts requests with a wrong secret or from a wrong address.

    Whoever reads the LAN can forge a push, so its triggers may raise an alarm and must never cancel one.
    """

    def __init__(self, name: str, settings: PushSettings) -> None:
        self.name = name
        self._settings = settings
        self.refused = 0
        self.port: int | None = None
        self.listener: PushListener | None = None

    @property
    def set_aside(self) -> Mapping[str, int]:
        """Requests and connections that were turned away, by cause."""
        return turned_away(self.listener, self.refused)

    async def run(self, intake: Intake) -> None:
        """Serves until cancelled; the port is free when this ends. Raises `LinkLost` when it cannot listen."""
        settings, device = self._settings, f"hikvision:{self.name.lower()}"
        senders = [
            _Sender(camera, CameraFeed(intake, camera.name, camera.camera.timing, camera.camera.mac))
            for camera in settings.cameras
        ]
        receiver = _Receiver(self, senders)
        try:
            async with listen_for_push(
                receiver, settings.bind, settings.port, settings.limits, asks_login=True
            ) as listener:
                self.listener, self.port = listener, listener.port
                intake.take(LinkReading(device, True, f"listening on {settings.bind}:{listener.port}"))
                await listener.failed()
        finally:
            for sender in senders:
                sender.feed.close()


@dataclass(frozen=True, slots=True)
class _Sender:
    settings: PushCameraSettings
    feed: CameraFeed


class _Receiver:
    def __init__(self, driver: PushListenerDriver, senders: list[_Sender]) -> None:
        self._driver, self._senders = driver, senders

    def begin(self, path: str, peer: str, content_type: str) -> PushBody | None:
        sender = authenticated_sender(self._senders, path.removeprefix(PREFIX) if path.startswith(PREFIX) else "", peer)
        if sender is None:
            self._driver.refused += 1
            return None
        camera = sender.settings.camera
        return _Body(sender.feed, AlertDecoder(content_type or "application/xml", camera.types, camera.is_recorder))


class _Body:
    """A pushed body on its way through the decoder: triggers act while it is still coming."""

    def __init__(self, feed: CameraFeed, decoder: AlertDecoder) -> None:
        self._feed, self._decoder = feed, decoder

    def feed(self, data: bytes) -> None:
        self._feed.take(self._decoder.feed(data))

    def end(self) -> None:
        if self._decoder.is_incomplete:
            self._feed.cut()
