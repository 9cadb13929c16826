"""Driver of a site's own Frigate: its MQTT messages, subscribed at the site's broker."""

from __future__ import annotations

import asyncio
import importlib
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from anju_drivers.cameras.options import TRIGGER_OPTIONS, key_part, trigger_timing, trigger_types
from anju_drivers.cameras.trigger_feed import TriggerFeed
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.driver import Driver, Intake, LinkReading, TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.frigate.explain import device_key
from anju_drivers.frigate.frames import PREFIX, Available, FrigateEvent, read_message, topics
from anju_drivers.links.camera import CameraLink, LoginGuard, keep_reading
from anju_drivers.links.http_login import Login
from anju_drivers.links.mqtt import client_id
from anju_drivers.links.reconnect import RetryPauses
from anju_drivers.options import Options

_log = logging.getLogger(__name__)

CONFIRM_S = 60.0  # Frigate tells of what it still sees within this time, or it is over
BEAT_S = 20.0
MAX_PREFIX = 64
_MAX_CAMERAS, _MAX_ROLES = 256, 16

OPTIONS = {
    "host": "address of the MQTT broker (required)",
    "port": "its TCP port, 1 to 65535; 1883",
    "user": "user at the broker; none when absent",
    "password": "its password; better password_file",
    "password_file": "systemd credential or file that holds the password",
    "prefix": "Frigate's topic_prefix, which may have levels such as frigate/north; frigate",
    "retry_s": "seconds before the second attempt to reach the broker, 0.1 to 60; 5",
    **TRIGGER_OPTIONS,
    "types": "table of label or audio type -> kind, such as scream = 'audio'; goes before object",
    "clear_after_s": "seconds after the last update at which a trigger ends by itself, 2 to 3600; 600",
}


@dataclass(frozen=True, slots=True)
class FrigateSettings:
    host: str
    port: int
    login: Login | None
    prefix: str = PREFIX
    types: Mapping[str, str] = field(default_factory=dict)
    timing: TriggerTiming = field(default_factory=lambda: TriggerTiming(clear_after_s=600.0))
    pauses: RetryPauses = field(default_factory=RetryPauses)


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    prefix = table.text("prefix", PREFIX)
    if len(prefix) > MAX_PREFIX or not re.fullmatch(r"[^/#+\s]+(?:/[^/#+\s]+)*", prefix):
        raise table.fail("prefix", "must be topic levels such as frigate or frigate/north")
    user = table.text("user", "")
    retry_s = table.number("retry_s", 5.0, 0.1, 60)
    return FrigateDriver(
        name,
        FrigateSettings(
            host=table.text("host"),
            port=table.integer("port", 1883, 1, 65535),
            login=Login(user, table.secret("password")) if user else None,
            prefix=prefix,
            types=trigger_types(table),
            timing=trigger_timing(table, TriggerTiming(clear_after_s=600.0)),
            pauses=RetryPauses(again_s=min(1.0, retry_s), first_s=retry_s, step_s=retry_s),
        ),
    )


class ReadBroker(Protocol):
    """`broker.read`, which is loaded late."""

    async def __call__(
        self,
        host: str,
        port: int,
        login: Login | None,
        identifier: str,
        topics: Iterable[str],
        connected: Callable[[], None],
        take: Callable[[str, bytes, bool], None],
    ) -> None: ...


class FrigateDriver:
    """Subscribes for as long as it runs. Keys: `frigate:<driver name>` for Frigate, `frigate:<camera>` for triggers."""

    def __init__(self, name: str, settings: FrigateSettings) -> None:
        self.name = name
        self._settings = settings
        self._logins = LoginGuard(
            f"{settings.host}:{settings.port}", "correct user and password of the MQTT broker, then restart the box"
        )

    async def run(self, intake: Intake) -> None:
        """Reads until cancelled and reconnects by itself.

        Raises `DeviceRefused` after two refused logins in a row, and from then on at once.
        """
        settings = self._settings
        device = device_key(self.name)
        inbox = _Inbox(intake, device, settings)
        link = CameraLink(intake, lambda: device, settings.pauses)
        # Importing the MQTT library takes a slow processor most of a second: only here, and beside the loop.
        broker = await asyncio.to_thread(importlib.import_module, "anju_drivers.frigate.broker")
        try:
            identifier = client_id(intake, key_part(self.name))
            await keep_reading(link, self._logins, lambda: self._read(broker.read, identifier, inbox, link))
        finally:
            link.close()
            inbox.feed.close()

    async def _read(self, read: ReadBroker, identifier: str, inbox: _Inbox, link: CameraLink) -> None:
        settings = self._settings
        beat = _Beat(link)

        def connected() -> None:
            self._logins.accepted()
            beat.start()
            inbox.feed.doubt(CONFIRM_S)

        try:
            await read(
                settings.host, settings.port, settings.login, identifier, topics(settings.prefix), connected, inbox.take
            )
        finally:
            beat.stop()


class _Beat:
    """A quiet broker is no lost one: while the client holds the connection, its keep-alive speaks for it."""

    def __init__(self, link: CameraLink) -> None:
        self._link = link
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._tick()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _tick(self) -> None:
        self._link.heard()
        self._timer = asyncio.get_running_loop().call_later(BEAT_S, self._tick)


class _Inbox:
    """Messages on their way to the box."""

    def __init__(self, intake: Intake, device: str, settings: FrigateSettings) -> None:
        self._intake, self._device, self._settings = intake, device, settings
        self.feed = TriggerFeed(intake, settings.timing)
        self._is_online = True
        self._in_trouble = False
        self._blind: dict[str, set[str]] = {}  # roles of each camera's streams that are offline

    def take(self, topic: str, payload: bytes, retained: bool) -> None:
        try:
            message = read_message(topic, payload, retained, self._settings.prefix, self._settings.types)
        except FrameError as error:
            self._intake.heard(self._device, frames=0, errors=1)
            if not self._in_trouble:
                _log.warning("%s: a message was not understood (%s); check its version", self._device, error.reason)
            self._in_trouble = True
            return
        self._in_trouble = False
        self._intake.heard(self._device)
        if isinstance(message, Available):
            self._available(message.is_online)
        elif message is not None:
            self._take_event(message)

    def _available(self, is_online: bool) -> None:
        if is_online == self._is_online:
            return
        self._is_online = is_online
        self._intake.take(LinkReading(self._device, is_online, "" if is_online else "Frigate is offline"))
        if is_online:
            self.feed.doubt(CONFIRM_S)

    def _take_event(self, event: FrigateEvent) -> None:
        device = device_key(event.camera)
        if event.raw_type.startswith("status/"):
            self._take_health(event, device)
            return
        self._intake.heard(device)
        if event.kind == "ignored" and event.has_ended:  # it was seen as something, and is called an error at its end
            self.feed.take(TriggerReading(device, "object", TriggerState.INACTIVE, rule=event.id))
            return
        reading = event.reading(device)
        self.feed.take(reading if reading.state is not TriggerState.INACTIVE else replace(reading, targets=()))

    def _take_health(self, event: FrigateEvent, device: str) -> None:
        """A camera whose stream gives no pictures sees nobody who falls: it is told as lost, until all streams are."""
        roles = (
            self._blind.setdefault(device, set()) if len(self._blind) < _MAX_CAMERAS else self._blind.get(device, set())
        )
        was_blind = bool(roles)
        if event.state is TriggerState.ACTIVE and len(roles) < _MAX_ROLES:
            roles.add(event.id)
        elif event.state is TriggerState.INACTIVE:
            roles.discard(event.id)
        if was_blind != bool(roles):
            detail = f"Frigate gets no pictures of it ({event.id}); check the camera and its network" if roles else ""
            self._intake.take(LinkReading(device, not roles, detail))
        self.feed.take(event.reading(device))
