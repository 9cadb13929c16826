"""A barcode or QR scanner on a serial port (or USB in serial mode): one `CardReading` for each code that is shown."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping

from anju_drivers.driver import CardMethod, CardReading, Intake, LinkReading
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_drivers.options import Options
from anju_drivers.scanner.frames import Line, LineDecoder
from anju_drivers.scanner.symbols import split_aim, without_eci

OPTIONS = {
    "port": "serial port, by-id or by-path name (required); set a USB scanner to serial (CDC) mode, not keyboard",
    "baud": "bits per second, 1200 to 921600; 9600; USB scanners do not care",
    "idle_ms": "a line without a terminator ends after this silence, 50 to 1000; 100",
    "same_s": "the same code again within this time of its last scan is the same showing, 0 to 60; 1.5",
}


def token(text: str) -> str:
    """What the box hashes, or checks as one of our own codes: `qr:` and the code without the scanner's additions."""
    return f"qr:{without_eci(split_aim(text)[1])}"


class Showings:
    """Scanners that stay on repeat a code while it is before them; a person showed it once.

    `take(code, now_s)` is true for the first scan of a showing, which ends `same_s` after the last. Codes are kept as
    keyed hashes only.
    """

    def __init__(self, same_s: float) -> None:
        self._same_s, self._key = same_s, secrets.token_bytes(16)
        self._seen_s: dict[bytes, float] = {}

    def take(self, code: str, now_s: float) -> bool:
        mark = hashlib.blake2b(code.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
        self._seen_s = {one: seen_s for one, seen_s in self._seen_s.items() if now_s - seen_s < self._same_s}
        is_new = mark not in self._seen_s
        self._seen_s[mark] = now_s
        return is_new


class Scanner:
    """A scanner. Its device key is `scanner:<name>`."""

    def __init__(self, name: str, settings: SerialSettings, idle_s: float, same_s: float) -> None:
        self.name = name
        self.device = f"scanner:{name.lower()}"
        self._settings, self._idle_s, self._same_s = settings, idle_s, same_s

    async def run(self, intake: Intake) -> None:
        """Reads codes until cancelled; an unplugged scanner is waited for, and said once by a `LinkReading`."""
        loop = asyncio.get_running_loop()
        decoder, showings = LineDecoder(), Showings(self._same_s)
        silence: asyncio.TimerHandle | None = None

        def take(lines: list[Line]) -> None:
            for line in lines:
                intake.heard(self.device, frames=int(not line.error), errors=int(bool(line.error)))
                if line.text and showings.take(line.text, loop.time()):
                    intake.take(CardReading(self.device, token(line.text), CardMethod.QR))

        def hush() -> None:
            nonlocal silence
            if silence:
                silence.cancel()
                silence = None

        def received(data: bytes) -> None:
            nonlocal silence
            hush()
            take(decoder.feed(data))
            silence = loop.call_later(self._idle_s, lambda: take(decoder.idle()))

        def changed(up: bool, detail: str) -> None:
            nonlocal decoder, showings
            hush()
            decoder, showings = LineDecoder(), Showings(self._same_s)
            intake.take(LinkReading(self.device, up, detail))

        try:
            await SerialLink(self._settings, received, changed).run()
        finally:
            hush()


def create(name: str, options: Mapping[str, object]) -> Scanner:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    port = SerialSettings(table.text("port"), table.integer("baud", 9600, 1200, 921600))
    return Scanner(name, port, table.integer("idle_ms", 100, 50, 1000) / 1000, table.number("same_s", 1.5, 0, 60))
