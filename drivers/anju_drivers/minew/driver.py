"""Minew receivers on the LAN: one HTTP listener, a secret path for each receiver; each push is heard at its end.

A push holds about a second of advertisements. Alarms in it go to the box first, and its many strengths of one device
become one sighting; what an advertisement means is the BLE driver's business, with which these receivers share what
is known of a press.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from anju_drivers.ble.driver import shared_state_of
from anju_drivers.ble.formats import ccm
from anju_drivers.ble.reading_mapper import UNKNOWN_STRENGTH_DBM, ReadingMapper
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.driver import Caution, Intake, LinkReading, Sighting
from anju_drivers.errors import FrameError
from anju_drivers.links.lan import PushBody, PushListener, listen_for_push, turned_away
from anju_drivers.links.sender_auth import authenticated_sender
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


class PushMapper:
    """One receiver's pushes made into readings. No port and no clock inside."""

    def __init__(self, config: ReceiverSettings, shared: SharedState, strongest: bool = False) -> None:
        self.receiver = config.ble.receiver
        self.mapper = ReadingMapper(config.ble, shared)
        self._strongest = strongest

    def hand_over(self, push: Push, intake: Intake, now_s: float) -> int:
        """Hands over what a push says, and returns how many advertisements that were. Sightings come last."""
        strengths: dict[str, list[int]] = {}
        mapper, count = self.mapper, 0
        for heard in push.heard:
            for report in reports(heard):
                count += 1
                for reading in mapper.map_report(report, now_s):
                    if type(reading) is Sighting:
                        strengths.setdefault(reading.device, []).append(reading.rssi_dbm)
                    else:
                        intake.take(reading)
        for device, strengths_dbm in strengths.items():
            intake.take(Sighting(device, self.receiver, self._strength_of(strengths_dbm)))
        return count

    def _strength_of(self, strengths_dbm: list[int]) -> int:
        """One strength for all copies of a push. A copy without one does not drag the others down."""
        if len(strengths_dbm) == 1:
            return strengths_dbm[0]
        known = sorted(one for one in strengths_dbm if one != UNKNOWN_STRENGTH_DBM) or strengths_dbm
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
        self.listener: PushListener | None = None

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What the configuration leaves undone: receivers share what SOS looks like."""
        return self._settings.receivers[0].ble.cautions

    @property
    def set_aside(self) -> Mapping[str, int]:
        """Requests and connections that were turned away, by cause."""
        return turned_away(self.listener, self.refused)

    async def run(self, intake: Intake) -> None:
        """Serves until cancelled; the port is free when this ends. Raises `LinkLost` when it cannot listen."""
        config = self._settings
        if any(receiver.ble.keys for receiver in config.receivers):
            await asyncio.to_thread(ccm.load)
        async with asyncio.TaskGroup() as tasks:
            shared = shared_state_of(intake)
            senders = [_Sender(one, PushMapper(one, shared, config.strongest), intake) for one in config.receivers]
            async with listen_for_push(_Receiver(self, senders), config.bind, config.port, config.limits) as listener:
                self.listener, self.port = listener, listener.port
                intake.take(LinkReading(f"minew:{self.name.lower()}", True, f"listening on port {listener.port}"))
                maintaining = tasks.create_task(self._maintain(senders, intake), name=f"{self.name} receivers")
                try:
                    await listener.failed()
                finally:
                    maintaining.cancel()

    async def _maintain(self, senders: list[_Sender], intake: Intake) -> None:
        """Reports that a receiver fell silent, and hands over numbers whose wait is over."""
        loop = asyncio.get_running_loop()
        for sender in senders:
            sender.heard_s = loop.time()
        while True:
            await asyncio.sleep(_TICK_S)
            now_s = loop.time()
            for sender in senders:
                if now_s - sender.heard_s > self._settings.silent_s:
                    sender.report_link(False, f"no push for {self._settings.silent_s:g} s")
                for reading in sender.mapper.mapper.due(now_s):
                    intake.take(reading)


class _Sender:
    """What pushes to one path, and how it is doing."""

    def __init__(self, config: ReceiverSettings, mapper: PushMapper, intake: Intake) -> None:
        self.settings, self.mapper = config, mapper
        self.heard_s = 0.0
        self._intake = intake
        self._up: bool | None = None
        self._fault = ""

    def receive_body(self, body: bytes) -> None:
        """One whole body. What is wrong with it is counted, and logged once until a good one comes."""
        now_s = asyncio.get_running_loop().time()
        receiver = self.mapper.receiver
        try:
            push = read_push(body)
            if self.settings.mac and push.receiver and push.receiver != self.settings.mac:
                raise FrameError("the push names another receiver than the one configured for this path")
        except FrameError as error:
            self._intake.heard(receiver, frames=0, errors=1)
            self._warn_once(error.reason)
            return
        self._fault = ""
        self.heard_s = now_s
        self.report_link(True, push.form)
        self._intake.heard(receiver, frames=max(1, self.mapper.hand_over(push, self._intake, now_s)))

    def report_link(self, up: bool, detail: str) -> None:
        if up is not self._up:
            self._up = up
            self._intake.take(LinkReading(self.mapper.receiver, up, detail))

    def _warn_once(self, reason: str) -> None:
        if reason != self._fault:
            self._fault = reason
            _log.warning("%s: push not understood (%s); check its report format", self.mapper.receiver, reason)


class _Receiver:
    def __init__(self, driver: MinewDriver, senders: list[_Sender]) -> None:
        self._driver, self._senders = driver, senders

    def begin(self, path: str, peer: str, content_type: str) -> PushBody | None:
        sender = authenticated_sender(self._senders, path.removeprefix(PREFIX) if path.startswith(PREFIX) else "", peer)
        if sender is None:
            self._driver.refused += 1
            return None
        return _Body(sender)


class _Body:
    """Gathers one body; the listener's limit bounds it."""

    def __init__(self, sender: _Sender) -> None:
        self._sender = sender
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def end(self) -> None:
        self._sender.receive_body(bytes(self._bytes))
