"""A card reader on a serial port: one `CardReading` for each time a card is presented."""

from __future__ import annotations

import time
from collections.abc import Mapping

from anju_drivers.card_reader.frames import FrameDecoder, Presentations
from anju_drivers.driver import CardReading, Intake, LinkReading
from anju_drivers.options import Options
from anju_drivers.serial_link import SerialLink, SerialSettings

OPTIONS = {
    "port": "serial port, by-id or by-path name (required)",
    "baud": "bits per second, 1200 to 115200; 9600",
}


class CardReader:
    """An RDM6300 or compatible reader. Its device key is `card_reader:<name>`."""

    def __init__(self, name: str, settings: SerialSettings) -> None:
        self.name = name
        self.device = f"card_reader:{name.lower()}"
        self._settings = settings

    async def run(self, intake: Intake) -> None:
        """Reads cards until cancelled; an unplugged reader is waited for, and said once by a `LinkReading`."""
        frames, presentations = FrameDecoder(), Presentations()

        def received(data: bytes) -> None:
            for frame in frames.feed(data):
                if frame.card is None or frame.error:
                    intake.heard(self.device, frames=0, errors=1)
                    continue
                intake.heard(self.device)
                if presentations.take(frame.card, time.monotonic()):
                    intake.take(CardReading(self.device, frame.card.token))

        def changed(up: bool, detail: str) -> None:
            nonlocal frames
            frames = FrameDecoder()  # half a frame from before the unplug belongs to no card
            intake.take(LinkReading(self.device, up, detail))

        await SerialLink(self._settings, received, changed).run()


def create(name: str, options: Mapping[str, object]) -> CardReader:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    return CardReader(name, SerialSettings(table.text("port"), table.integer("baud", 9600, 1200, 115200)))
