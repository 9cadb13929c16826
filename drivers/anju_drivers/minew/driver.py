"""Minew receivers on the LAN: one HTTP listener, a secret path for each receiver; each push is heard at its end.

A push holds about a second of advertisements. Alarms in it go to the box first, and its many strengths of one device
become one sighting; what an advertisement means is the BLE driver's business, with which these receivers share what
is known of a press.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from anju_drivers.ble.driver import memory_of
from anju_drivers.ble.formats import ccm
from anju_drivers.ble.reading_mapper import UNKNOWN_STRENGTH_DBM, Hearing
from anju_drivers.ble.shared_state import Memory
from anju_drivers.driver import Intake, LinkReading, Sighting
from anju_drivers.errors import FrameError
from anju_drivers.links.lan import PushBody, listen_for_push
from anju_drivers.links.sender_auth import opened_door
from anju_drivers.minew import settings
from anju_drivers.minew.frames import Push, read_push
from anju_drivers.minew.reports import reports
from anju_drivers.minew.settings import MinewSettings, ReceiverSettings

_log = logging.getLogger(__name__)

PREFIX = "/minew/"
_TICK_S = 0.5


def create(name: str, options: Mapping[str, object]) -> MinewDriver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    return MinewDriver(name, settings.read(options))


class PushHearing:
    """One receiver's pushes made into readings. No port and no clock inside."""

    def __init__(self, config: ReceiverSettings, memory: Memory, strongest: bool = False) -> None:
        self.receiver = config.ble.receiver
        self.hearing = Hearing(config.ble, memory)
        self._strongest = strongest

    def hear(self, push: Push, intake: Intake, now_s: float) -> int:
        """Hands over what a push says, and returns how many advertisements that were. Sightings come last."""
        strengths: dict[str, list[int]] = {}
        hearing, count = self.hearing, 0
        for heard in push.heard:
            for report in reports(heard):
                count += 1
                for reading in hearing.hear(report, now_s):
                    if type(reading) is Sighting:
                        strengths.setdefault(reading.device, []).append(reading.rssi_dbm)
                    else:
                        intake.take(reading)
        for device, found in strengths.items():
            intake.take(Sighting(device, self.receiver, self._of(found)))
        return count

    def _of(self, found: list[int]) -> int:
        """One strength for all copies of a push. A copy without one does not drag the others down."""
        if len(found) == 1:
            return found[0]
        known = sorted(one for one in found if one != UNKNOWN_STRENGTH_DBM) or found
        return known[-1] if self._strongest else known[len(known) // 2]


class MinewDriver:
    """Listens for pushes. `refused` counts requests with a wrong secret or from a wrong address.

    A push can be forged by whoever reads the LAN: it may raise an alarm and can cancel none.
    """

    def __init__(self, name: str, config: MinewSettings) -> None:
        self.name = name
        self._settings = config
        self.refused = 0
        self.port: int | None = None

    async def run(self, intake: Intake) -> None:
        """Serves until cancelled; the port is free when this ends. Raises `LinkLost` when it cannot listen."""
        config = self._settings
        if any(one.ble.keys for one in config.receivers):
            await asyncio.to_thread(ccm.load)
        async with asyncio.TaskGroup() as tasks:
            memory = memory_of(intake)
            doors = [_Door(one, PushHearing(one, memory, config.strongest), intake) for one in config.receivers]
            async with listen_for_push(_Receiver(self, doors), config.bind, config.port, config.limits) as listener:
                self.port = listener.port
                intake.take(LinkReading(f"minew:{self.name.lower()}", True, f"listening on port {listener.port}"))
                tending = tasks.create_task(self._tend(doors, intake), name=f"{self.name} receivers")
                try:
                    await listener.failed()
                finally:
                    tending.cancel()

    async def _tend(self, doors: list[_Door], intake: Intake) -> None:
        """Says that a receiver fell silent, and tells numbers whose wait is over."""
        loop = asyncio.get_running_loop()
        for door in doors:
            door.heard_s = loop.time()
        while True:
            await asyncio.sleep(_TICK_S)
            now_s = loop.time()
            for door in doors:
                if now_s - door.heard_s > self._settings.silent_s:
                    door.tell(False, f"no push for {self._settings.silent_s:g} s")
                for reading in door.feed.hearing.due(now_s):
                    intake.take(reading)


class _Door:
    """The path of one receiver, and how it is doing."""

    def __init__(self, config: ReceiverSettings, feed: PushHearing, intake: Intake) -> None:
        self.settings, self.feed = config, feed
        self.heard_s = 0.0
        self._intake = intake
        self._up: bool | None = None
        self._fault = ""

    def take(self, body: bytes) -> None:
        """One whole body. What is wrong with it is counted, and said once until one is good again."""
        now_s = asyncio.get_running_loop().time()
        receiver = self.feed.receiver
        try:
            push = read_push(body)
            if self.settings.mac and push.receiver and push.receiver != self.settings.mac:
                raise FrameError("the push names another receiver than the one configured for this path")
        except FrameError as error:
            self._intake.heard(receiver, frames=0, errors=1)
            self._complain(error.reason)
            return
        self._fault = ""
        self.heard_s = now_s
        self.tell(True, push.form)
        self._intake.heard(receiver, frames=max(1, self.feed.hear(push, self._intake, now_s)))

    def tell(self, up: bool, detail: str) -> None:
        if up is not self._up:
            self._up = up
            self._intake.take(LinkReading(self.feed.receiver, up, detail))

    def _complain(self, reason: str) -> None:
        if reason != self._fault:
            self._fault = reason
            _log.warning("%s: push not understood (%s); check its report format", self.feed.receiver, reason)


class _Receiver:
    def __init__(self, driver: MinewDriver, doors: list[_Door]) -> None:
        self._driver, self._doors = driver, doors

    def begin(self, path: str, peer: str, content_type: str) -> PushBody | None:
        opened = opened_door(self._doors, path.removeprefix(PREFIX) if path.startswith(PREFIX) else "", peer)
        if opened is None:
            self._driver.refused += 1
            return None
        return _Body(opened)


class _Body:
    """Gathers one body; the listener's limit bounds it."""

    def __init__(self, door: _Door) -> None:
        self._door = door
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def end(self) -> None:
        self._door.take(bytes(self._bytes))
