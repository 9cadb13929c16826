"""An id card reader on a serial port: one `CardReading` for each time a card is presented."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import CardMethod
from anju_drivers.idcard_sdt.frames import Frame, FrameDecoder
from anju_drivers.idcard_sdt.poll import Poll
from anju_drivers.links.polled_reader import Asked, PolledReader
from anju_drivers.links.serial import SerialSettings
from anju_drivers.options import Options

OPTIONS = {
    "port": "serial port, by-id or by-path name (required)",
    "baud": "bits per second, 9600 to 115200; 115200",
    "poll_ms": "how often a card is looked for, 300 to 5000; 300",
}


def create(name: str, options: Mapping[str, object]) -> PolledReader[Frame]:
    """A reader with a SAM-V module, device key `idcard_sdt:<name>`.

    Raises `DriverConfigError` naming the key that is unknown, missing or out of range.
    """
    table = Options(options, OPTIONS)
    port = SerialSettings(table.text("port"), table.integer("baud", 115200, 9600, 115200))
    every_s = table.integer("poll_ms", 300, 300, 5000) / 1000
    dumb = "the reader does not answer; check its baud rate and that it is an SDT reader"
    kind = Asked(FrameDecoder, lambda: Poll(every_s), CardMethod.ID_CARD, dumb)
    return PolledReader(name, f"idcard_sdt:{name.lower()}", port, kind)
