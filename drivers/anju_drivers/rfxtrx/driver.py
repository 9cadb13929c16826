"""An RFXtrx433 transceiver on a serial port: started, kept awake and asked whether it lives."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable, Mapping

from anju_drivers.driver import Intake, LinkReading
from anju_drivers.errors import FrameError, LinkLost
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_drivers.radio_dedup import RadioDedup, radio_dedup_of
from anju_drivers.rfxtrx import frames, settings
from anju_drivers.rfxtrx.frames import FrameDecoder, Packet
from anju_drivers.rfxtrx.reading_mapper import RfxtrxReadingMapper
from anju_drivers.rfxtrx.settings import RfxtrxSettings

_log = logging.getLogger(__name__)

_TICK_S = 0.05
_IDLE_S = 0.1  # a frame takes 11 ms at 38400; what is unfinished after this silence was no frame
_RESET_S = 0.3  # the transceiver is deaf so long after a reset
_ANSWER_S = 2.0


def create(name: str, options: Mapping[str, object]) -> RfxtrxDriver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    return RfxtrxDriver(name, settings.read(name, options))


class RfxtrxDriver:
    """One transceiver. Packets become readings inside the event loop's reader, without a queue."""

    def __init__(self, name: str, config: RfxtrxSettings) -> None:
        self.name = name
        self.settings = config
        self.mapper = RfxtrxReadingMapper(config, RadioDedup())
        self._decoder = FrameDecoder()
        self._intake: Intake | None = None
        self._read_packet: Callable[[bytes], Packet | None] = _not_loaded
        self._link = SerialLink(SerialSettings(config.port, config.baud), self._received, self._link_changed)
        self._up: bool | None = None
        self._is_started = False
        self._reset_s: float | None = None  # when a reset was sent that nothing followed yet
        self._asked_s = self._answered_s = self._byte_s = 0.0
        self._sequence = 0

    async def run(self, intake: Intake) -> None:
        """Hears until cancelled. An absent transceiver is waited for, not an error."""
        library = await asyncio.to_thread(importlib.import_module, "anju_drivers.rfxtrx.packets")
        self._read_packet = library.read_packet
        self._intake, self._up = intake, None
        self.mapper = RfxtrxReadingMapper(self.settings, radio_dedup_of(intake))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._link.run(), name=f"{self.name} port")
                tasks.create_task(self._maintain(), name=f"{self.name} start")
        finally:
            self._intake = None

    def _received(self, data: bytes) -> None:
        self._byte_s = self._now_s()
        self._decode(data)

    def _decode(self, data: bytes | None) -> None:
        """Takes bytes, or None when the line fell silent in the middle of what looked like a frame."""
        intake, decoder = self._intake, self._decoder
        if intake is None:
            return
        counted, skipped = decoder.frames, decoder.skipped
        errors = 0
        for frame in decoder.idle() if data is None else decoder.feed(data):
            try:
                packet = self._read_packet(frame)
            except FrameError:
                errors += 1
                continue
            if frame[1] == frames.INTERFACE:
                self._answered()
            elif packet is not None:
                for reading in self.mapper.map_packet(packet, self._now_s()):
                    intake.take(reading)
        counted, errors = decoder.frames - counted - errors, errors + int(decoder.skipped > skipped)
        if counted or errors:
            intake.heard(self.settings.receiver, frames=counted, errors=errors)

    def _answered(self) -> None:
        self._answered_s = self._now_s()
        if self._is_started:
            self._report_link(True, "receiving")
        else:
            self._is_started = True
            self._send(frames.START)

    def _link_changed(self, up: bool, detail: str) -> None:
        self._decoder = FrameDecoder()
        if up:
            self._answered_s = self._now_s()
            self._begin()
        else:
            self._report_link(False, detail)

    def _begin(self) -> None:
        self._is_started = False
        self._reset_s = self._now_s()
        self._send(frames.RESET)

    def _send(self, code: int) -> None:
        self._asked_s = self._now_s()
        self._sequence += 1
        try:
            self._link.write(frames.command(code, self._sequence))
        except LinkLost as lost:
            _log.debug("%s: %s", self.name, lost)  # the link reports its own loss

    async def _maintain(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            now_s = self._now_s()
            if self._decoder.pending and now_s - self._byte_s > _IDLE_S:
                self._decode(None)
            if not self._link.is_open:
                continue
            if self._reset_s is not None:
                if now_s - self._reset_s > _RESET_S:
                    self._reset_s = None
                    self._decoder = FrameDecoder()
                    self._send(frames.STATUS)
            elif now_s - self._answered_s > self.settings.silent_s:
                self._report_link(False, "the transceiver does not answer")
                if now_s - self._asked_s > _ANSWER_S:
                    self._begin()
            elif self._up is not True and now_s - self._asked_s > _ANSWER_S:
                self._begin()
            elif now_s - self._asked_s > self.settings.silent_s / 3:
                self._send(frames.STATUS)

    def _report_link(self, up: bool, detail: str) -> None:
        if up is not self._up and self._intake is not None:
            self._up = up
            self._intake.take(LinkReading(self.settings.receiver, up, detail))

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()


def _not_loaded(frame: bytes) -> Packet | None:
    raise AssertionError("no frame comes before the port is opened")
