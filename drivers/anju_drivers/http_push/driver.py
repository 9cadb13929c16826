"""Driver of cameras and scripts that push: one HTTP listener on the camera LAN, a secret path for each of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.cameras.options import (
    MIN_SECRET,
    TRIGGER_OPTIONS,
    key_part,
    mac_address,
    path_secret,
    source_addresses,
    sub_tables,
    trigger_timing,
    trigger_types,
)
from anju_drivers.cameras.trigger_feed import TriggerFeed
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.driver import Driver, Intake, LinkReading
from anju_drivers.framing.damaged import Damaged
from anju_drivers.hikvision.alert import Alert
from anju_drivers.hikvision.camera import CameraFeed
from anju_drivers.hikvision.frames import Heartbeat
from anju_drivers.http_push.frames import (
    MAX_WEBHOOK_BYTES,
    Message,
    Picture,
    PushDecoder,
    PushedEvent,
    query_document,
)
from anju_drivers.links.lan import PushBody, PushLimits, PushListener, bind_address, listen_for_push, turned_away
from anju_drivers.links.sender_auth import authenticated_sender
from anju_drivers.options import Options

_log = logging.getLogger(__name__)

CAMERA_PREFIX, WEBHOOK_PREFIX = "/push/", "/t/"

OPTIONS = {
    "bind": "address or interface name to listen on (required)",
    "port": "TCP port to listen on, 0 to 65535; 8090",
    "senders": "table of sender name -> table with secret or secret_file, sources and trigger keys (required)",
}
SENDER_OPTIONS = {
    "secret": f"cameras post to /push/<secret>, scripts use /t/<secret>; {MIN_SECRET} or more of A-Z a-z 0-9 _ -",
    "secret_file": "systemd credential or file that holds the secret",
    "sources": "addresses the sender may push from; any when empty",
    "mac": "MAC address that pushed documents must name; any when absent",
    "device_type": "camera or recorder, for Hikvision documents; camera",
    **TRIGGER_OPTIONS,
    "clear_after_s": "seconds after which an active trigger ends by itself, 2 to 3600; 120, Hikvision documents 10",
    "pulse_hold_s": "seconds in which repeats of a trigger that has no end are folded, 0 to 600; 15",
}


@dataclass(frozen=True, slots=True, repr=False)
class SenderSettings:
    """A sender pushes to `/push/<secret>` or `/t/<secret>` from one of `sources` (any address when empty)."""

    name: str
    secret: str
    sources: frozenset[str]
    mac: str
    is_recorder: bool
    types: Mapping[str, str]
    timing: TriggerTiming
    alert_timing: TriggerTiming


@dataclass(frozen=True, slots=True, repr=False)
class PushSettings:
    bind: str
    port: int
    senders: tuple[SenderSettings, ...]
    limits: PushLimits = field(default_factory=PushLimits)


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    senders = tuple(
        SenderSettings(
            name=key_part(sender),
            secret=path_secret(sub_table),
            sources=source_addresses(sub_table),
            mac=mac_address(sub_table),
            is_recorder=sub_table.text("device_type", "camera", ("camera", "recorder")) == "recorder",
            types=trigger_types(sub_table),
            timing=trigger_timing(sub_table, TriggerTiming(120.0, pulse_hold_s=15.0)),
            alert_timing=trigger_timing(sub_table, TriggerTiming()),
        )
        for sender, sub_table in sub_tables(table, "senders", SENDER_OPTIONS, "sender").items()
    )
    if len({sender.secret for sender in senders}) < len(senders):
        raise table.fail("senders", "two senders have the same secret")
    if len({sender.name for sender in senders}) < len(senders):
        raise table.fail("senders", "two senders have the same name")
    return PushDriver(
        name, PushSettings(bind_address(table.text("bind")), table.integer("port", 8090, 0, 65535), senders)
    )


class PushDriver:
    """Listens for pushed events. `refused` counts requests with a wrong secret or from a wrong address.

    Whoever reads the LAN can forge a push, so its triggers may raise an alarm and must never cancel one. Keys:
    `http_push:<mac>` for VIGI, `http_push:<sender>` and `http_push:<sender>.<device>` for scripts, `hikvision:<mac>`
    for Hikvision documents. The answer says that the push was taken, not that it is on disk.
    """

    def __init__(self, name: str, settings: PushSettings) -> None:
        self.name = name
        self.settings = settings
        self.refused = 0
        self.port: int | None = None
        self.listener: PushListener | None = None

    @property
    def set_aside(self) -> Mapping[str, int]:
        """Requests and connections that were turned away, by cause."""
        return turned_away(self.listener, self.refused)

    async def run(self, intake: Intake) -> None:
        """Serves until cancelled; the port is free when this ends. Raises `LinkLost` when it cannot listen."""
        settings = self.settings
        senders = [_Sender(sender, intake) for sender in settings.senders]
        try:
            receiver = _Receiver(self, senders)
            async with listen_for_push(
                receiver, settings.bind, settings.port, settings.limits, query=receiver.query, asks_login=True
            ) as listener:
                self.listener, self.port = listener, listener.port
                detail = f"listening on {settings.bind}:{listener.port}"
                intake.take(LinkReading(f"http_push:{key_part(self.name)}", True, detail))
                await listener.failed()
        finally:
            for sender in senders:
                sender.close()


class _Sender:
    """One sender's messages on their way to the box."""

    def __init__(self, settings: SenderSettings, intake: Intake) -> None:
        self.settings, self._intake = settings, intake
        self._own = f"http_push:{settings.name}"
        self._feed = TriggerFeed(intake, settings.timing)
        self._alerts = CameraFeed(intake, settings.name, settings.alert_timing, settings.mac)
        self._in_trouble = False
        self.pictures = 0

    def take(self, messages: list[Message]) -> None:
        for message in messages:
            if isinstance(message, Picture):
                self.pictures += 1
            elif isinstance(message, Damaged):
                self.damaged(message.reason)
            elif isinstance(message, Alert):
                self._alerts.take([Heartbeat(message) if message.is_heartbeat else message])
            else:
                self._take_event(message)

    def damaged(self, reason: str) -> None:
        """Counts; the first one since something was understood is said."""
        self._intake.heard(self._own, frames=0, errors=1)
        if not self._in_trouble:
            _log.warning("%s: a push was not understood (%s); check what the sender posts", self._own, reason)
        self._in_trouble = True

    def close(self) -> None:
        self._feed.close()
        self._alerts.close()

    def _take_event(self, event: PushedEvent) -> None:
        if self.settings.mac and event.device and event.device != self.settings.mac:
            self.damaged("it names another device")
            return
        self._in_trouble = False
        device = self._key(event.device)
        self._intake.heard(device)
        self._feed.take(self._feed.dated(event.reading(device), event.time))

    def _key(self, device: str) -> str:
        if not device:
            return self._own
        if device.count(":") == 5:
            return f"http_push:{device.replace(':', '')}"
        return f"{self._own}.{key_part(device)}"[:72]


class _Receiver:
    def __init__(self, driver: PushDriver, senders: list[_Sender]) -> None:
        self._driver, self._senders = driver, senders

    def begin(self, path: str, peer: str, content_type: str) -> PushBody | None:
        prefix = next((known for known in (CAMERA_PREFIX, WEBHOOK_PREFIX) if path.startswith(known)), path)
        sender = authenticated_sender(self._senders, path.removeprefix(prefix), peer)
        if sender is None:
            self._driver.refused += 1
            return None
        return _Body(sender, content_type, is_webhook=prefix == WEBHOOK_PREFIX)

    def query(self, path: str, peer: str, fields: Mapping[str, str]) -> int | None:
        """A webhook whose fields stand in its URL, as buttons and relays with an "action URL" send it."""
        if not path.startswith(WEBHOOK_PREFIX):
            return None
        body = self.begin(path, peer, "application/json")
        if body is None:
            return 404
        body.feed(query_document(fields))
        return body.end()


class _Body:
    """A pushed body on its way through the decoder: triggers act while it is still coming."""

    def __init__(self, sender: _Sender, content_type: str, is_webhook: bool) -> None:
        settings = sender.settings
        self._sender, self._is_webhook = sender, is_webhook
        self._decoder = PushDecoder(content_type or "application/json", settings.types, settings.is_recorder)
        self._left = MAX_WEBHOOK_BYTES if is_webhook and not content_type.lower().startswith("multipart/") else None

    def feed(self, data: bytes) -> None:
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                return
        self._sender.take(self._decoder.feed(data))

    def end(self) -> int:
        """A script is told what was wrong; a camera always gets 200, or it would send the same again for ever."""
        is_large = self._left is not None and self._left < 0
        is_cut = self._decoder.is_incomplete
        if is_large or is_cut or not (self._decoder.documents or self._decoder.dropped):
            self._sender.damaged("too large" if is_large else "cut in the middle" if is_cut else "empty")
        if not self._is_webhook:
            return 200
        if is_large:
            return 413
        return 202 if self._decoder.documents and not is_cut else 400
