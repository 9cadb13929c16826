"""One camera's messages on their way to the box: device keys, edges, ends by time, clock offset, counters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from anju_drivers.cameras.trigger_feed import TriggerFeed
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.driver import Intake, TriggerState
from anju_drivers.framing.damaged import Damaged
from anju_drivers.hikvision.alert import Alert
from anju_drivers.hikvision.explain import device_key
from anju_drivers.hikvision.frames import Heartbeat, Message, Picture


class CameraFeed:
    """Takes messages in order and hands triggers to the box at once; ends that the camera never sends come by timer.

    `name` makes the key of a camera whose documents name neither MAC nor serial number. With `mac` given, documents
    that name another are counted as errors and dropped. Call `close` when the driver stops.
    """

    def __init__(self, intake: Intake, name: str, timing: TriggerTiming, mac: str = "") -> None:
        self._intake, self._name, self._mac = intake, name, mac
        self._feed = TriggerFeed(intake, timing)
        self.pictures = 0
        self.device = device_key(mac, name)

    def take(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._take(message)

    def cut(self) -> None:
        """A body ended in the middle of a document."""
        self._intake.heard(self.device, frames=0, errors=1)

    def close(self) -> None:
        self._feed.close()

    def _take(self, message: Message) -> None:
        if isinstance(message, Picture):
            self.pictures += 1
        elif isinstance(message, Damaged):
            self._intake.heard(self.device, frames=0, errors=1)
        elif isinstance(message, Heartbeat):
            if self._is_ours(message.alert):
                self._take_heartbeat(message.alert)
        elif isinstance(message, Alert) and self._is_ours(message):
            self._intake.heard(self.device)
            reading = self._feed.dated(message.reading(self.device), message.time)
            if not reading.late:
                self._feed.compare_clock(self.device, message.time)
            self._feed.take(reading)

    def _is_ours(self, alert: Alert) -> bool:
        """Learns the device's key from its first document; refuses a foreign one where the MAC is configured."""
        key = device_key(alert.device, "") if alert.device else self.device
        if self._mac and key != device_key(self._mac, ""):
            self._intake.heard(self.device, frames=0, errors=1)
            return False
        self.device = key
        return True

    def _take_heartbeat(self, alert: Alert) -> None:
        self._intake.heard(self.device)
        self._feed.compare_clock(self.device, alert.time)
        beat = self._feed.dated(alert.reading(self.device), alert.time)  # teaches that its clock is right
        if alert.state is not TriggerState.INACTIVE:
            return
        ended = replace(beat, kind="video_loss", targets=(), late=False)
        self._feed.take(ended)
        if ended.channel < 2:  # single-channel cameras say 0 or 1 for the same
            self._feed.take(replace(ended, channel=1 - ended.channel))
