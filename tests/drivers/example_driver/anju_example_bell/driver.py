"""The button box on its port: each press is an alarm of its own."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import AlarmReading, Intake, LinkReading, Reason
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_drivers.options import Options

from .frames import LineDecoder, Press

OPTIONS = {
    "port": "serial port, by-id or by-path name (required)",
    "baud": "bits per second, 1200 to 115200; 9600",
}
WINDOW_S = 10.0  # the box repeats a line until it is let go


def alarm(box: str, press: Press) -> AlarmReading:
    """The same button with the same counter is the same press, however often the line comes."""
    return AlarmReading(
        device=f"{box}-{press.button}",
        reasons=frozenset({Reason.CALL_BUTTON}),
        press=b"%d" % press.counter,
        burst_window_s=WINDOW_S,
        counter=press.counter,
    )


class Bell:
    """One box. Its device key is `example_bell:<name>`, a button's has its number behind: `example_bell:hall-3`."""

    def __init__(self, name: str, settings: SerialSettings) -> None:
        self.name = name
        self.device = f"example_bell:{name.lower()}"
        self._settings = settings

    async def run(self, intake: Intake) -> None:
        """Hears presses until cancelled. An absent box is waited for, not an error."""
        decoder = LineDecoder()

        def received(data: bytes) -> None:
            for press in decoder.feed(data):
                intake.heard(self.device, frames=int(not press.error), errors=int(bool(press.error)))
                if not press.error:
                    intake.take(alarm(self.device, press))

        def changed(up: bool, detail: str) -> None:
            intake.take(LinkReading(self.device, up, detail))

        await SerialLink(self._settings, received, changed).run()


def create(name: str, options: Mapping[str, object]) -> Bell:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    return Bell(name, SerialSettings(table.text("port"), table.integer("baud", 9600, 1200, 115200)))
