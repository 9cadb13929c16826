"""Driver of one Dahua camera, recorder or door station whose event stream we read, with HTTP digest.

One stream per device: a recorder reports all its channels in one. Each attach writes a line into the device's log, so
reconnects back off.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from anju_drivers.cameras.options import (
    TRIGGER_OPTIONS,
    camera_url,
    camera_user,
    certificate_pin,
    key_part,
    mac_address,
    trigger_timing,
    trigger_types,
)
from anju_drivers.cameras.trigger_feed import TriggerFeed
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.dahua.codes import CODES, Event
from anju_drivers.dahua.frames import DahuaDecoder, Message, Picture
from anju_drivers.driver import Driver, Intake
from anju_drivers.errors import DeviceRefused, LinkLost
from anju_drivers.framing.damaged import Damaged
from anju_drivers.links.camera import CameraLink, LoginGuard, LoginRefused, keep_reading
from anju_drivers.links.http_login import Login
from anju_drivers.links.lan import EndlessBody, HttpRefused, endless_get
from anju_drivers.links.reconnect import RetryPauses
from anju_drivers.options import Options

_log = logging.getLogger(__name__)

PATH = "/cgi-bin/eventManager.cgi"
MAX_HOLD_S = 120.0  # some firmwares never send Stop (rroller/dahua #189)
SILENCE_S = 15.0
_CODE = re.compile(r"[A-Za-z0-9_]{1,48}")
TIMING = TriggerTiming(clear_after_s=MAX_HOLD_S, pulse_hold_s=10.0)

OPTIONS = {
    "url": "http://address or https://address of the camera, recorder or door station (required)",
    "user": "user of the camera; make one for Anju that may see events (required)",
    "password": "its password; better password_file",
    "password_file": "systemd credential or file that holds the password",
    "allow_basic": "true: its password may go over the LAN in the clear, where it offers no digest; false",
    "certificate_sha256": "fingerprint, 64 hex digits, of a camera's own https certificate",
    "mac": "MAC address of the camera: its key in the roster; the driver's name when absent",
    "codes": "list of event codes to subscribe to; all of them when empty",
    "heartbeat_s": "seconds between heartbeats the camera is asked for, 1 to 60; 5",
    "retry_s": "seconds before the second attempt to reach a camera, 0.1 to 60; 5",
    **TRIGGER_OPTIONS,
    "clear_after_s": "seconds after which a trigger ends by itself when no Stop came, 2 to 3600; 120",
    "pulse_hold_s": "seconds in which repeats of a trigger that has no end are folded, 0 to 600; 10",
}


@dataclass(frozen=True, slots=True)
class DahuaSettings:
    url: str
    login: Login
    device: str
    codes: tuple[str, ...] = ()
    own_codes: tuple[
        str, ...
    ] = ()  # that the site has a kind for, as it spells them: beside `CODES` where those are asked
    heartbeat_s: int = 5
    types: Mapping[str, str] = field(default_factory=dict)
    timing: TriggerTiming = TIMING
    pauses: RetryPauses = field(default_factory=RetryPauses)
    certificate_sha256: bytes | None = None

    def stream_url(self, codes: Iterable[str]) -> str:
        """Asks for these events, for all there are when `codes` is empty."""
        wanted = ",".join(codes) or "All"
        return f"{self.url}{PATH}?action=attach&codes=[{wanted}]&heartbeat={self.heartbeat_s}"


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    codes = table.texts("codes")
    if not all(_CODE.fullmatch(code) for code in codes):
        raise table.fail("codes", "must be codes such as VideoMotion")
    retry_s = table.number("retry_s", 5.0, 0.1, 60)
    mac = mac_address(table)
    return DahuaCamera(
        name,
        DahuaSettings(
            url=camera_url(table),
            login=Login(camera_user(table), table.secret("password"), table.boolean("allow_basic", False)),
            device=f"dahua:{mac.replace(':', '') or key_part(name)}",
            codes=codes,
            own_codes=tuple(code for code in table.table("types") if _CODE.fullmatch(code)),
            heartbeat_s=table.integer("heartbeat_s", 5, 1, 60),
            types=trigger_types(table),
            timing=trigger_timing(table, TIMING),
            pauses=RetryPauses(again_s=min(1.0, retry_s), first_s=retry_s, step_s=retry_s),
            certificate_sha256=certificate_pin(table),
        ),
    )


class DahuaCamera:
    """Reads one device's event stream. `pictures` counts picture parts, which are skipped unread.

    Some firmwares answer to "All" and then say nothing, not even heartbeats, and tell their events to whoever names
    them: after a stream without a byte the codes are named, and after another one it is "All" again.
    """

    def __init__(self, name: str, settings: DahuaSettings) -> None:
        self.name = name
        self.pictures = 0
        self._settings = settings
        self._codes = settings.codes
        self._logins = LoginGuard(settings.url, "correct user and password of this camera, then restart the box")

    async def run(self, intake: Intake) -> None:
        """Reads until cancelled and reconnects by itself.

        Raises `DeviceRefused` after two refused logins in a row, and from then on at once without asking the camera
        again; and for a device that has no such stream.
        """
        settings = self._settings
        feed = TriggerFeed(intake, settings.timing)
        link = CameraLink(intake, lambda: settings.device, settings.pauses)
        try:
            await keep_reading(link, self._logins, lambda: self._read(intake, feed, link))
        finally:
            link.close()
            feed.close()

    async def _read(self, intake: Intake, feed: TriggerFeed, link: CameraLink) -> None:
        async with self._opened() as body:
            self._logins.accepted()
            decoder = DahuaDecoder(body.content_type, self._settings.types)
            is_silent = True
            try:
                async for chunk in body.chunks():
                    is_silent = False
                    self._handle(intake, feed, decoder.feed(chunk))
                    link.heard()
            except LinkLost as lost:
                if not is_silent or self._settings.codes:
                    raise
                raise LinkLost(lost.link, self._ask_otherwise()) from lost
            finally:
                self._handle(intake, feed, decoder.close())

    def _ask_otherwise(self) -> str:
        """For the next attempt; returns what to say of this one."""
        asked = "a list of codes" if self._codes else "all codes"
        self._codes = () if self._codes else tuple(dict.fromkeys((*CODES, *self._settings.own_codes)))
        instead = "a list of codes" if self._codes else "all codes"
        _log.info("%s: asked for %s it answers and sends nothing; asking for %s", self.name, asked, instead)
        return f"answers, but sends nothing of {asked}; set codes to what this device knows if it goes on"

    def _handle(self, intake: Intake, feed: TriggerFeed, messages: Iterable[Message]) -> None:
        device = self._settings.device
        for message in messages:
            if isinstance(message, Picture):
                self.pictures += 1
                continue
            is_damaged = isinstance(message, Damaged)
            intake.heard(device, frames=int(not is_damaged), errors=int(is_damaged))
            if isinstance(message, Event):
                first, *more = message.readings(device)
                reading = feed.dated(first, message.time)
                if not reading.late:
                    feed.compare_clock(device, message.time)
                for one in (reading, *more):
                    feed.take(one)

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[EndlessBody]:
        settings = self._settings
        try:
            async with endless_get(
                settings.stream_url(self._codes),
                settings.login,
                read_timeout_s=max(SILENCE_S, 2.5 * settings.heartbeat_s),
                certificate_sha256=settings.certificate_sha256,
            ) as body:
                yield body
        except HttpRefused as refused:
            if refused.status == 401:
                raise LoginRefused(refused.cause) from refused
            if refused.status in (404, 501):
                raise DeviceRefused(
                    settings.url,
                    f"has no event stream (HTTP {refused.status})",
                    "use the onvif driver for this camera",
                ) from refused
            raise
