"""A 433 MHz receiver: rtl_433's lines made into readings as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from anju_drivers.driver import Intake, LinkReading
from anju_drivers.errors import FrameError
from anju_drivers.radio_dedup import RadioDedup, radio_dedup_of
from anju_drivers.rtl433 import settings as rtl_settings
from anju_drivers.rtl433.frames import LOG_LINE, Lines, Statistics, read_line
from anju_drivers.rtl433.reading_mapper import Rtl433ReadingMapper
from anju_drivers.rtl433.settings import Rtl433Settings
from anju_drivers.rtl433.source import LineSource

_TICK_S = 1.0


def create(name: str, options: Mapping[str, object]) -> Rtl433Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    return Rtl433Driver(name, rtl_settings.read(name, options))


class Rtl433Driver:
    """One receiver."""

    def __init__(self, name: str, config: Rtl433Settings) -> None:
        self.name = name
        self.settings = config
        self.mapper = Rtl433ReadingMapper(config, RadioDedup())
        self._lines = Lines()
        self._intake: Intake | None = None
        self._heard_s = 0.0
        self._up: bool | None = None
        self._is_linked = False

    async def run(self, intake: Intake) -> None:
        """Hears until cancelled. A program that ends is started or waited for again, not an error."""
        self._intake, self._up = intake, None
        settings = self.settings
        self.mapper = Rtl433ReadingMapper(settings, radio_dedup_of(intake))
        source = LineSource(self.name, settings.source, self._received, self._changed, settings.silent_s)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(source.run(), name=f"{self.name} lines")
                tasks.create_task(self._watch(), name=f"{self.name} silence")
        finally:
            self._intake = None

    def _received(self, data: bytes) -> None:
        intake = self._intake
        if intake is None:
            return
        now_s = self._heard_s = asyncio.get_running_loop().time()
        self._report_link(True, "lines come")
        dropped = self._lines.dropped
        frames = 0
        errors = 0
        for line in self._lines.feed(data):
            try:
                received = read_line(line)
            except FrameError as error:
                errors += error.reason not in ("empty line", LOG_LINE)
                continue
            frames += 1
            if not isinstance(received, Statistics):
                for reading in self.mapper.map_message(received, now_s):
                    intake.take(reading)
        errors += self._lines.dropped - dropped
        if frames or errors:
            intake.heard(self.settings.receiver, frames=frames, errors=errors)

    def _changed(self, up: bool, detail: str) -> None:
        self._lines = Lines()  # half a line from before belongs to no message
        self._is_linked = up
        self._heard_s = asyncio.get_running_loop().time()
        self._report_link(up, detail)

    async def _watch(self) -> None:
        """rtl_433 reports its statistics every minute: a program that says nothing at all hangs.

        A child and a socket are begun again by their source; a unit of its own that sends by UDP can only be told of.
        """
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK_S)
            if self._is_linked and loop.time() - self._heard_s > self.settings.silent_s:
                self._report_link(False, f"no line for {self.settings.silent_s:g} s")

    def _report_link(self, up: bool, detail: str) -> None:
        if up is not self._up and self._intake is not None:
            self._up = up
            self._intake.take(LinkReading(self.settings.receiver, up, detail))
