"""The BLE receiver driver: a Bluetooth controller on a serial port, set to scan and kept scanning.

A receiver is the controller, not the port: identical adapters come up in any order, and a place must not follow the
order of plugging. So each controller is asked for its own address; the box's receivers share what they know of them,
and a controller that turns up at another port is heard as the receiver it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from anju_drivers.ble import commands, frames, settings
from anju_drivers.ble.formats import ccm
from anju_drivers.ble.frames import AdvertisingReport, CommandComplete, CommandStatus, HciDecoder, HciEvent
from anju_drivers.ble.reading_mapper import ReadingMapper
from anju_drivers.ble.settings import BleSettings
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.driver import AlarmReading, Caution, Intake, LinkReading, Reading, Sighting
from anju_drivers.errors import LinkLost
from anju_drivers.links.serial import SerialLink, SerialSettings

_log = logging.getLogger(__name__)

_TICK_S = 0.1
_IDLE_S = 0.1  # a frame takes 22 ms at 115200; what is unfinished after this silence was no frame
_ANSWER_S = 2.0  # a controller that has not done a command by then is set up anew
_QUESTIONS = frozenset(commands.read_identity())

# Receivers of one box must agree on what is one press, and all they share is the box's intake.
_shared_states: WeakKeyDictionary[Intake, SharedState] = WeakKeyDictionary()


def shared_state_of(intake: Intake) -> SharedState:
    """What the receivers of this box know together. An intake that cannot be a key gets a memory of its own."""
    try:
        return _shared_states.setdefault(intake, SharedState())
    except TypeError:
        return SharedState()


def create(name: str, options: Mapping[str, object]) -> BleDriver:
    """The driver of one receiver. Raises `DriverConfigError` with the key of what is unknown or out of range."""
    return BleDriver(name, settings.read(name, options))


class BleDriver:
    """One receiver.

    Bytes become readings inside the event loop's reader, without a queue: that is an alarm's path. Beside it a slow
    task sends what a controller needs: the commands that start scanning, and the one that starts it again every
    `rescan_interval_s`, because controllers stop without a word.
    """

    def __init__(self, name: str, config: BleSettings) -> None:
        self.name = name
        self.configured = config
        self.settings = config  # its `receiver` is the one that is plugged in
        self._shared = SharedState()
        self.mapper = ReadingMapper(config, self._shared)
        self._decoder = HciDecoder()
        self._pieces = frames.Reassembler()
        self._intake: Intake | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._link = SerialLink(
            SerialSettings(config.port, config.baud, config.rtscts), self._received, self._link_changed
        )
        self._setup: list[bytes] = []  # commands still to be done before the receiver scans; first = in flight
        self._sent_s = 0.0
        self._byte_s = 0.0
        self._heard_s = 0.0
        self._is_identified = False  # since the port was opened
        self._rescanned_s = 0.0
        self._up: bool | None = None

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What the configuration leaves undone."""
        return self.configured.cautions

    async def run(self, intake: Intake) -> None:
        """Hears until cancelled. An absent receiver is waited for, not an error."""
        self._intake, self._loop = intake, asyncio.get_running_loop()
        self._shared = shared_state_of(intake)
        if self.configured.controller:
            self._shared.controllers[self.configured.controller] = self.configured.receiver
        self.mapper = ReadingMapper(self.settings, self._shared)
        try:
            if self.settings.keys:
                await asyncio.to_thread(ccm.load)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._link.run(), name=f"{self.name} port")
                tasks.create_task(self._maintain(), name=f"{self.name} scan")
        finally:
            self._intake = self._up = None

    def _received(self, data: bytes) -> None:
        self._byte_s = self._now_s()
        self._decode(data)

    def _decode(self, data: bytes | None) -> None:
        """Takes bytes, or None when the line fell silent in the middle of what looked like a frame."""
        intake, decoder = self._intake, self._decoder
        if intake is None:
            return
        frames_before, skipped_before = decoder.frames, decoder.skipped
        now_s = self._now_s()
        self._handle_events(decoder.idle() if data is None else decoder.feed(data), intake, now_s)
        counted, skipped = decoder.frames - frames_before, decoder.skipped - skipped_before
        if counted:
            self._heard_s = now_s
        if counted or skipped:
            intake.heard(self.settings.receiver, frames=counted, errors=int(skipped > 0))

    def _handle_events(self, events: list[HciEvent], intake: Intake, now_s: float) -> None:
        for event in events:
            if isinstance(event, AdvertisingReport):
                self._handle_report(event, intake, now_s)
            elif isinstance(event, CommandComplete):
                self._identify(commands.identity(event.opcode, event.parameters))
                self._completed(event.opcode, event.status)
            elif isinstance(event, CommandStatus):
                if event.opcode:
                    self._completed(event.opcode, event.status)
            else:
                _log.warning("%s: controller reports hardware error %#04x; setting it up anew", self.name, event.code)
                self._begin_setup()

    def _handle_report(self, report: AdvertisingReport, intake: Intake, now_s: float) -> None:
        whole = self._pieces.add(report)
        if whole is None:
            return
        for reading in self.mapper.map_report(whole, now_s):
            self._hand_over(reading, intake)

    def _hand_over(self, reading: Reading, intake: Intake) -> None:
        """Until the controller has said which one it is, its place is unknown: an alarm goes on, without its place."""
        if not self._is_identified:
            if isinstance(reading, Sighting):
                return
            if isinstance(reading, AlarmReading):
                reading = replace(reading, receiver="")
        intake.take(reading)

    def _identify(self, controller: bytes | None) -> None:
        """The controller said its address, or cannot (None): then the port is all there is to know it by."""
        if controller is None or self._is_identified:
            return
        self._is_identified = True
        self._setup[1:] = [packet for packet in self._setup[1:] if packet not in _QUESTIONS]
        configured = self.configured
        receiver = self._shared.receiver_of(controller, configured.receiver)
        if configured.controller and receiver == configured.receiver and controller != configured.controller:
            _log.warning(
                "%s: controller %s is plugged in, the configuration names %s; write the new one if it was replaced",
                self.name, controller.hex(), configured.controller.hex(),
            )  # fmt: skip
        self._rename_receiver(receiver)

    def _unnamed(self) -> None:
        """The controller has no address to tell, or does not answer: it is the receiver of its port."""
        if not self._is_identified:
            self._is_identified = True
            self._rename_receiver(self.configured.receiver)

    def _rename_receiver(self, receiver: str) -> None:
        if receiver == self.settings.receiver:
            return
        _log.warning("%s: the controller at %s is %s now", self.name, self.configured.port, receiver)
        self._report_link(False, f"{receiver} is plugged in at its port")
        self.settings = replace(self.configured, receiver=receiver)
        self.mapper = ReadingMapper(self.settings, self._shared)
        self._up = None

    def _link_changed(self, up: bool, detail: str) -> None:
        self._decoder = HciDecoder()
        self._is_identified = False
        if up:
            self._heard_s = self._now_s()
            self._begin_setup()
        else:
            self._setup = []
            self._report_link(False, detail)

    def _begin_setup(self) -> None:
        reset, *rest = commands.start_scanning(
            active=self.settings.active_scan,
            interval_ms=self.settings.scan_interval_ms,
            window_ms=self.settings.scan_interval_ms,
        )
        self._setup = [reset, *([] if self._is_identified else commands.read_identity()), *rest]
        self._send(self._setup[0])

    def _completed(self, opcode: int, status: int | None) -> None:
        if not self._setup or commands.command_opcode(self._setup[0]) != opcode:
            return  # the answer to scanning switched on again
        if status and self._setup[0] not in _QUESTIONS:
            _log.warning("%s: controller refuses command %#06x with status %#04x", self.name, opcode, status)
        self._next_setup()

    def _next_setup(self) -> None:
        del self._setup[0]
        if self._setup and self._setup[0] not in _QUESTIONS:
            self._unnamed()
        if self._setup:
            self._send(self._setup[0])
        else:
            self._rescanned_s = self._now_s()
            is_elsewhere = self.settings.receiver != self.configured.receiver
            self._report_link(
                True, f"scanning at the port of {self.configured.receiver}" if is_elsewhere else "scanning"
            )

    def _send(self, command: bytes) -> None:
        self._sent_s = self._now_s()
        try:
            self._link.write(command)
        except LinkLost as lost:
            _log.debug("%s: %s", self.name, lost)  # the link reports its own loss

    def _report_link(self, up: bool, detail: str) -> None:
        if up is self._up or self._intake is None:
            return
        self._up = up
        self._intake.take(LinkReading(self.settings.receiver, up, detail))

    async def _maintain(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            intake, now_s = self._intake, self._now_s()
            if intake is None:
                continue
            if self._decoder.pending and now_s - self._byte_s > _IDLE_S:
                self._decode(None)
            for reading in self.mapper.due(now_s):
                intake.take(reading)
            if not self._link.is_open:
                continue
            if now_s - self._heard_s > self.settings.silent_s:
                self._report_link(False, "the receiver does not answer")
                if now_s - self._sent_s > _ANSWER_S:
                    self._begin_setup()
            elif self._setup:
                if now_s - self._sent_s > _ANSWER_S:
                    if self._setup[0] in _QUESTIONS:
                        self._next_setup()  # a controller that does not know the question hears as well
                    else:
                        self._unnamed()
                        self._begin_setup()
            elif self._up is False:
                self._begin_setup()  # it speaks again after a silence: make sure that it scans
            elif now_s - self._rescanned_s > self.settings.rescan_interval_s:
                self._rescanned_s = now_s
                self._send(commands.scan_enable())

    def _now_s(self) -> float:
        return self._loop.time() if self._loop is not None else 0.0
