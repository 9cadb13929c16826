"""A camera's triggers on their way to the box: edges, ends that come by time, and what its clock is worth."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from datetime import datetime

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust
from anju_drivers.cameras.stored_events import StoredEvents
from anju_drivers.cameras.triggers import TriggerFilter, TriggerTiming
from anju_drivers.driver import Intake, StateReading, TriggerReading, TriggerState

_log = logging.getLogger(__name__)

CLOCK_TOLERANCE_S = 60
_MAX_DEVICES = 64


class TriggerFeed:
    """Hands edges to the box at once; ends that the camera never sends come by timer.

    Use it inside a running event loop and call `close` when the driver stops.
    """

    def __init__(self, intake: Intake, timing: TriggerTiming) -> None:
        self._intake = intake
        self._filter = TriggerFilter(timing)
        self._timer: asyncio.TimerHandle | None = None
        self._clock_is_off: dict[str, bool] = {}
        self._stored = StoredEvents()

    def take(self, reading: TriggerReading) -> None:
        held_before = self._filter.held_back
        for edge in self._filter.take(reading, time.monotonic()):
            self._intake.take(edge)
        if self._filter.held_back > held_before:
            _log.debug("%s: beginning held back, %d so far", reading.device, self._filter.held_back)
        self._set_timer()

    def dated(self, reading: TriggerReading, device_time: DeviceTime) -> TriggerReading:
        """The reading, `late` when the device kept it and sent it long afterwards: see `StoredEvents`.

        Only a beginning can be that. Its repeats may go on telling when it began, and an end is news whenever it comes.
        A time without a zone is read in the box's.
        """
        event_s = _seconds(device_time)
        if event_s is None or reading.late:
            return reading
        source = f"{reading.device} {device_time.trust}"  # times with and without a zone may go differently
        is_stored = self._stored.is_stored(source, event_s, time.time(), time.monotonic())
        is_beginning = reading.state is not TriggerState.INACTIVE and not reading.ongoing and not reading.initial
        if is_stored and is_beginning and not self._filter.is_open(reading):
            return replace(reading, late=True)
        return reading

    def doubt(self, confirm_s: float) -> None:
        """After the camera was lost: open triggers end unless they are said again within `confirm_s`."""
        self._filter.doubt(time.monotonic(), confirm_s)
        self._set_timer()

    def compare_clock(self, device: str, device_time: DeviceTime) -> None:
        """Says once that a camera's clock is off, and once that it is right again."""
        if device_time.trust is TimeTrust.NONE:
            return
        offset_s = None if device_time.utc_ms is None else round(device_time.utc_ms / 1000 - time.time())
        is_off = offset_s is None or abs(offset_s) > CLOCK_TOLERANCE_S
        if self._clock_is_off.get(device, False) == is_off or len(self._clock_is_off) > _MAX_DEVICES:
            return
        self._clock_is_off[device] = is_off
        detail = f"clock_offset_s={offset_s}" if offset_s is not None else f"clock_{device_time.trust.value}"
        self._intake.take(StateReading(device, detail=detail if is_off else "clock_ok"))

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

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


def _seconds(device_time: DeviceTime) -> float | None:
    if device_time.utc is not None:
        return device_time.utc.timestamp()
    return datetime.fromisoformat(device_time.local).astimezone().timestamp() if device_time.local else None
