"""Driver of cameras that send an alarm by mail: an SMTP server on the camera LAN with one secret mailbox for each."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from anju_drivers.cameras.device_time import TimeTrust
from anju_drivers.cameras.options import (
    TRIGGER_OPTIONS,
    key_part,
    source_addresses,
    sub_tables,
    trigger_timing,
    trigger_types,
)
from anju_drivers.cameras.trigger_feed import TriggerFeed
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.driver import Driver, Intake, LinkReading, StateReading
from anju_drivers.errors import FrameError
from anju_drivers.links.lan import bind_address
from anju_drivers.mail_in.frames import read_mail
from anju_drivers.options import Options

_log = logging.getLogger(__name__)

MIN_LOCAL_PART = 8
TEST_MAIL = "mail_test_ok"

OPTIONS = {
    "bind": "address or interface name to listen on (required)",
    "port": "TCP port to listen on, 0 to 65535; 2525",
    "cameras": "table of camera name -> table with recipient or recipient_file, sources and trigger keys (required)",
}
CAMERA_OPTIONS = {
    "recipient": f"address this camera mails to, its part before @ a secret of {MIN_LOCAL_PART} characters or more",
    "recipient_file": "systemd credential or file that holds the address",
    "sources": "addresses the camera may send from; any in the LAN when empty",
    **TRIGGER_OPTIONS,
    "types": "table of event text -> kind, such as 'smart event' = 'intrusion'; goes before the built-in words",
    "clear_after_s": "seconds after which an active trigger ends by itself, 2 to 3600; 120",
    "pulse_hold_s": "seconds in which repeats of a trigger that has no end are folded, 0 to 600; 15",
}


@dataclass(frozen=True, slots=True, repr=False)
class MailCamera:
    """`recipient` in lower case is what tells cameras apart; from one of `sources` (any of the LAN when empty)."""

    name: str
    recipient: str
    sources: frozenset[str]
    types: Mapping[str, str]
    timing: TriggerTiming


@dataclass(frozen=True, slots=True, repr=False)
class MailSettings:
    bind: str
    port: int
    cameras: tuple[MailCamera, ...]


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    cameras = tuple(
        MailCamera(
            name=key_part(camera),
            recipient=_recipient(one),
            sources=source_addresses(one),
            types=trigger_types(one),
            timing=trigger_timing(one, TriggerTiming(120.0, pulse_hold_s=15.0)),
        )
        for camera, one in sub_tables(table, "cameras", CAMERA_OPTIONS, "camera").items()
    )
    if len({one.recipient for one in cameras}) < len(cameras):
        raise table.fail("cameras", "two cameras have the same recipient")
    return MailDriver(
        name, MailSettings(bind_address(table.text("bind")), table.integer("port", 2525, 0, 65535), cameras)
    )


def _recipient(table: Options) -> str:
    address = table.secret("recipient").lower()
    if not re.fullmatch(rf"[a-z0-9._+-]{{{MIN_LOCAL_PART},64}}@[a-z0-9.-]{{1,100}}", address):
        raise table.fail("recipient", f"must be an address with {MIN_LOCAL_PART} or more characters before the @")
    return address


class MailDriver:
    """Takes alarm mails. `refused` counts unknown recipients and wrong senders.

    A mail can be forged by anyone in the LAN, so its triggers may raise an alarm and must never cancel one.
    """

    def __init__(self, name: str, settings: MailSettings) -> None:
        self.name = name
        self.refused = 0
        self.pictures = 0
        self.port: int | None = None
        self._settings = settings
        self._hung_up: Counter[str] = Counter()

    @property
    def set_aside(self) -> Mapping[str, int]:
        """Recipients that nobody has, and connections that were hung up on."""
        counts = {"unknown recipient or address": self.refused, "connections": self._hung_up["connections"]}
        return {cause: count for cause, count in counts.items() if count}

    async def run(self, intake: Intake) -> None:
        """Serves until cancelled; the port is free when this ends. Raises `LinkLost` when it cannot listen."""
        settings = self._settings
        boxes = [_Mailbox(camera, intake) for camera in settings.cameras]

        def opened(port: int) -> None:
            self.port = port
            intake.take(LinkReading(f"mail_in:{key_part(self.name)}", True, f"listening on {settings.bind}:{port}"))

        # Importing the SMTP library takes a slow processor a while: only here, and beside the loop.
        session = await asyncio.to_thread(importlib.import_module, "anju_drivers.mail_in.session")
        # One thread: mails of a camera stay in order, and a flood of them leaves the box's other threads alone.
        with _reading_thread() as thread:
            post = _Post(self, boxes, thread)
            try:
                await session.serve(settings.bind, settings.port, post, opened, self._hung_up)
            finally:
                for box in boxes:
                    box.feed.close()


@contextlib.contextmanager
def _reading_thread() -> Iterator[ThreadPoolExecutor]:
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
    try:
        yield thread
    finally:
        thread.shutdown(wait=False, cancel_futures=True)


class _Mailbox:
    def __init__(self, camera: MailCamera, intake: Intake) -> None:
        self.camera, self.intake = camera, intake
        self.device = f"mail_in:{camera.name}"
        self.feed = TriggerFeed(intake, camera.timing)
        self.in_trouble = False


class _Post:
    """Which mailbox a mail is for, and what it says."""

    def __init__(self, driver: MailDriver, boxes: list[_Mailbox], thread: ThreadPoolExecutor) -> None:
        self._driver, self._thread = driver, thread
        self._boxes = {box.camera.recipient: box for box in boxes}

    def knows(self, recipient: str, peer: str) -> bool:
        box = self._boxes.get(recipient.lower())
        if box is None or (box.camera.sources and peer not in box.camera.sources):
            self._driver.refused += 1
            return False
        return True

    async def take(self, recipients: list[str], content: bytes) -> None:
        for recipient in {one.lower() for one in recipients}:
            await self._take(self._boxes[recipient], content)

    async def _take(self, box: _Mailbox, content: bytes) -> None:
        loop = asyncio.get_running_loop()
        try:
            mail = await loop.run_in_executor(self._thread, read_mail, content, box.camera.types)
        except FrameError as error:
            box.intake.heard(box.device, frames=0, errors=1)
            if not box.in_trouble:
                _log.warning("%s: a mail was not understood (%s); send it with text", box.device, error.reason)
            box.in_trouble = True
            return
        box.in_trouble = False
        box.intake.heard(box.device)
        self._driver.pictures += mail.pictures
        if mail.is_test:
            _log.info("%s: test mail came, the way works", box.device)
            box.intake.take(StateReading(box.device, detail=TEST_MAIL))
        for event in mail.events:
            is_dated = event.time.trust is not TimeTrust.NONE
            box.feed.take(box.feed.dated(event.reading(box.device), event.time if is_dated else mail.sent))
