"""A card reader on a serial port: one `CardReading` for each time a card is presented.

Two models, told apart by the option `model`: RDM6300 speaks by itself, a PN532 must be asked. For the box, the kiosk
and the roster both are the same thing, a reader of cards, so they are one driver.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from anju_drivers.card_reader import pn532
from anju_drivers.card_reader.frames import FrameDecoder, Presentations
from anju_drivers.card_reader.pn532_poll import Pn532Poll
from anju_drivers.driver import CardMethod, CardReading, Intake, LinkReading
from anju_drivers.links.polled_reader import Asked, PolledReader
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_drivers.options import Options

MODELS = ("rdm6300", "pn532")
OPTIONS = {
    "port": "serial port, by-id or by-path name (required)",
    "model": "rdm6300 (125 kHz EM4100 cards) or pn532 (13.56 MHz NFC cards, HSU); rdm6300",
    "frames": "so many equal frames in a row are a card, 1 to 5; 2 for an RDM6300 that makes up numbers; 1 (rdm6300)",
    "baud": "bits per second, 1200 to 921600; 9600 for rdm6300, 115200 for pn532",
}


class CardReader:
    """An RDM6300 or compatible reader. Its device key is `card_reader:<name>`."""

    def __init__(self, name: str, settings: SerialSettings, frames: int = 1) -> None:
        self.name = name
        self.device = f"card_reader:{name.lower()}"
        self._settings, self._frames = settings, frames

    async def run(self, intake: Intake) -> None:
        """Reads cards until cancelled; an unplugged reader is waited for, and said once by a `LinkReading`."""
        frames, presentations = FrameDecoder(), Presentations(self._frames)

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


def _nfc_reader(name: str, settings: SerialSettings) -> PolledReader[pn532.Frame]:
    """A PN532 on a serial line.

    A UID names a card, it proves nothing: it can be copied, and 4-byte ones are not unique. Type B cards, such as the
    resident id card, have no such number and are not read: see `idcard_sdt`.
    """
    dumb = "the reader does not answer; check its baud rate and that it is set to HSU"
    kind = Asked(pn532.FrameDecoder, Pn532Poll, CardMethod.CARD, dumb)
    return PolledReader(name, f"card_reader:{name.lower()}", settings, kind)


def create(name: str, options: Mapping[str, object]) -> CardReader | PolledReader[pn532.Frame]:
    """The reader of the configured model.

    Raises `DriverConfigError` naming the key that is unknown, missing or out of range.
    """
    table = Options(options, OPTIONS)
    model = table.text("model", "rdm6300", MODELS)
    baud = table.integer("baud", 115200 if model == "pn532" else 9600, 1200, 921600)
    settings = SerialSettings(table.text("port"), baud)
    frames = table.integer("frames", 1, 1, 5)
    return _nfc_reader(name, settings) if model == "pn532" else CardReader(name, settings, frames)
