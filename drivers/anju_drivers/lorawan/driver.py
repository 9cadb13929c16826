"""LoRa buttons and sensors, by a RAK module on a serial port or by a ChirpStack server on the LAN."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Mapping

from anju_drivers.driver import Driver, Intake, LinkReading, Reading
from anju_drivers.errors import FrameError, LinkLost
from anju_drivers.links.mqtt import client_id
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_drivers.lorawan import settings
from anju_drivers.lorawan.events import DeviceStatus, Joined, Uplink
from anju_drivers.lorawan.frames import RakLines, RakPacket, read_rak_line
from anju_drivers.lorawan.reading_mapper import LorawanReadingMapper
from anju_drivers.lorawan.servers import read_event
from anju_drivers.lorawan.settings import LorawanSettings, MqttSettings, SerialModule
from anju_drivers.radio_dedup import RadioDedup, radio_dedup_of

_log = logging.getLogger(__name__)

_TICK_S = 0.2
_ANSWER_S = 2.0


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    config = settings.read(name, options)
    if config.serial is not None:
        return RakDriver(name, config, config.serial)
    if config.mqtt is None:
        raise AssertionError("a configuration has one of serial and mqtt")
    return ChirpStackDriver(name, config, config.mqtt)


class ChirpStackDriver:
    """A server's events. The server must run on this box or its LAN to work with the WAN down."""

    def __init__(self, name: str, config: LorawanSettings, mqtt: MqttSettings) -> None:
        self.name = name
        self._config, self._mqtt = config, mqtt
        self.mapper = LorawanReadingMapper(config, RadioDedup())

    async def run(self, intake: Intake) -> None:
        """Hears until cancelled. A broker that is away is waited for, not an error."""
        receiver = self._config.receiver
        self.mapper = LorawanReadingMapper(self._config, RadioDedup())
        fault = ""

        def received(topic: str, payload: bytes) -> None:
            nonlocal fault
            try:
                readings = self._hear(payload, topic.rpartition("/")[2])
            except FrameError as error:
                intake.heard(receiver, frames=0, errors=1)
                if error.reason != fault:
                    fault = error.reason
                    _log.warning("%s: event not understood (%s)", self.name, error.reason)
                return
            fault = ""
            intake.heard(receiver)
            for reading in readings:
                intake.take(reading)

        def changed(up: bool, detail: str) -> None:
            intake.take(LinkReading(receiver, up, detail))

        # Importing the MQTT library takes a slow processor most of a second: only here, and beside the loop.
        link = await asyncio.to_thread(importlib.import_module, "anju_drivers.lorawan.mqtt_link")
        await link.subscribe(self.name, client_id(intake, self.name), self._mqtt, received, changed)

    def _hear(self, payload: bytes, kind: str) -> list[Reading]:
        event = read_event(payload, kind)
        if isinstance(event, Uplink):
            return self.mapper.map_uplink(event, asyncio.get_running_loop().time())
        if isinstance(event, Joined):
            self.mapper.note_join(event)
        if isinstance(event, DeviceStatus):
            return self.mapper.map_status(event)
        return []


class RakDriver:
    """A module that receives for ever and prints each packet as a line."""

    def __init__(self, name: str, config: LorawanSettings, module: SerialModule) -> None:
        self.name = name
        self._config, self._module = config, module
        self.mapper = LorawanReadingMapper(config, RadioDedup())
        self._lines = RakLines()
        self._intake: Intake | None = None
        self._link = SerialLink(SerialSettings(module.port, module.baud), self._received, self._link_changed)
        self._up: bool | None = None
        self._setup: list[str] = []  # commands still to be answered; first = sent
        self._asked_s = self._answered_s = 0.0

    async def run(self, intake: Intake) -> None:
        """Hears until cancelled. An absent module is waited for, not an error."""
        self._intake, self._up = intake, None
        self.mapper = LorawanReadingMapper(self._config, radio_dedup_of(intake))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._link.run(), name=f"{self.name} port")
                tasks.create_task(self._maintain(), name=f"{self.name} receive mode")
        finally:
            self._intake = None

    def _received(self, data: bytes) -> None:
        intake = self._intake
        if intake is None:
            return
        now_s = self._answered_s = asyncio.get_running_loop().time()
        frames, errors, dropped = 0, 0, self._lines.dropped
        for line in self._lines.feed(data):
            try:
                found = read_rak_line(line)
            except FrameError:
                errors += 1
                continue
            frames += 1
            if isinstance(found, RakPacket):
                for reading in self.mapper.map_packet(found, now_s):
                    intake.take(reading)
            elif found.is_stopped:
                self._begin()
            elif self._setup and not found.text.startswith("+EVT"):
                del self._setup[0]  # OK, or an error such as AT_BUSY_ERROR: it receives already
                self._send_next()
        errors += self._lines.dropped - dropped
        if frames or errors:
            intake.heard(self._config.receiver, frames=frames, errors=errors)

    def _link_changed(self, up: bool, detail: str) -> None:
        self._lines = RakLines()
        if up:
            self._answered_s = asyncio.get_running_loop().time()
            self._begin()
        else:
            self._setup = []
            self._report_link(False, detail)

    def _begin(self) -> None:
        self._setup = list(self._module.setup)
        self._send_next()

    def _send_next(self) -> None:
        if self._setup:
            self._send(self._setup[0])
        else:
            self._report_link(True, "receiving")

    def _send(self, line: str) -> None:
        self._asked_s = asyncio.get_running_loop().time()
        try:
            self._link.write(line.encode() + b"\r\n")
        except LinkLost as lost:
            _log.debug("%s: %s", self.name, lost)  # the link reports its own loss

    async def _maintain(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK_S)
            if not self._link.is_open:
                continue
            now_s = loop.time()
            waited_s = now_s - self._asked_s
            if now_s - self._answered_s > self._module.silent_s:
                self._report_link(False, "the module does not answer")
            if self._setup or self._up is False:
                if waited_s > _ANSWER_S:
                    self._begin()
            elif waited_s > self._module.silent_s / 3:
                self._send("AT")

    def _report_link(self, up: bool, detail: str) -> None:
        if up is not self._up and self._intake is not None:
            self._up = up
            self._intake.take(LinkReading(self._config.receiver, up, detail))
