"""One camera's messages on their way to the box: device keys, edges, ends by time, clock offset, counters."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import replace

from anju_drivers.driver import Intake, StateReading, TriggerReading, TriggerState
from anju_drivers.hikvision.alert import Alert
from anju_drivers.hikvision.device_time import TimeTrust
from anju_drivers.hikvision.explain import device_key
from anju_drivers.hikvision.frames import Damaged, Heartbeat, Message, Picture
from anju_drivers.triggers import TriggerFilter, TriggerTiming

_log = logging.getLogger(__name__)

CLOCK_TOLERANCE_S = 60
_MAX_DEVICES = 64


class CameraFeed:
    """Takes messages in order and hands triggers to the box at once; ends that the camera never sends come by timer.

    `name` makes the key of a camera whose documents name neither MAC nor serial number. With `mac` given, documents
    that name another are counted as errors and dropped. Call `close` when the driver stops.
    """

    def __init__(self, intake: Intake, name: str, timing: TriggerTiming, mac: str = "") -> None:
        self._intake, self._name, self._mac = intake, name, mac
        self._filter = TriggerFilter(timing)
        self._timer: asyncio.TimerHandle | None = None
        self._clock_is_off: dict[str, bool] = {}
        self.pictures = 0
        self.device = device_key(mac, name)

    def take(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._take(message)
        self._set_timer()

    def cut(self) -> None:
        """A body ended in the middle of a document."""
        self._intake.heard(self.device, frames=0, errors=1)

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

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
            self._compare_clock(message)
            self._hand_over(message.reading(self.device))

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
        self._compare_clock(alert)
        if alert.state is not TriggerState.INACTIVE:
            return
        ended = replace(alert.reading(self.device), kind="video_loss", targets=())
        self._hand_over(ended)
        if ended.channel < 2:  # single-channel cameras say 0 or 1 for the same
            self._hand_over(replace(ended, channel=1 - ended.channel))

    def _hand_over(self, reading: TriggerReading) -> None:
        noisy_before = self._filter.held_back
        for edge in self._filter.take(reading, time.monotonic()):
            self._intake.take(edge)
        if self._filter.held_back > noisy_before:
            _log.debug("%s: beginning held back, %d so far", self.device, self._filter.held_back)

    def _compare_clock(self, alert: Alert) -> None:
        """Says once that a camera's clock is off, and once that it is right again."""
        if alert.late or alert.time.trust is TimeTrust.NONE:
            return
        offset_s = None if alert.time.utc_ms is None else round(alert.time.utc_ms / 1000 - time.time())
        is_off = offset_s is None or abs(offset_s) > CLOCK_TOLERANCE_S
        if self._clock_is_off.get(self.device, False) == is_off or len(self._clock_is_off) > _MAX_DEVICES:
            return
        self._clock_is_off[self.device] = is_off
        detail = f"clock_offset_s={offset_s}" if offset_s is not None else f"clock_{alert.time.trust.value}"
        self._intake.take(StateReading(self.device, detail=detail if is_off else "clock_ok"))

    def _set_timer(self) -> None:
        due_s = self._filter.next_due_s()
        self.close()
        if due_s is not None:
            wait_s = max(0.0, due_s - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._on_timer)

    def _on_timer(self) -> None:
        for edge in self._filter.tick(time.monotonic()):
            self._intake.take(edge)
        self._set_timer()
