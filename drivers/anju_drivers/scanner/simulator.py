"""A scanner that is not there, on a pseudo-terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from anju_drivers.options import Options
from anju_drivers.simulation import PtyDevice

DEMO_CODE = "TEST-CARD"


class ScannerSimulator:
    """Sends what it scans as a scanner does: `prefix`, the code, `suffix` (empty: the line just falls silent)."""

    def __init__(self, link: Path | None = None, *, prefix: str = "", suffix: bytes = b"\r") -> None:
        self._pty = PtyDevice(link)
        self.prefix, self.suffix = prefix, suffix
        self.ready = asyncio.Event()
        self._shown = 0

    @property
    def link(self) -> str:
        return self._pty.link

    def driver_options(self) -> dict[str, object]:
        return {"port": self.link}

    async def run(self) -> None:
        """Keeps the scanner plugged in until cancelled."""
        self.replug()
        try:
            await asyncio.Event().wait()
        finally:
            self.ready.clear()
            self._pty.close()

    def unplug(self) -> None:
        self.ready.clear()
        self._pty.unplug()

    def replug(self) -> None:
        self._pty.plug()
        self.ready.set()

    def send(self, data: bytes) -> None:
        """Puts any bytes on the line."""
        self._pty.send(data)

    def scan(self, code: str = DEMO_CODE, encoding: str = "utf-8") -> None:
        self.send((self.prefix + code).encode(encoding) + self.suffix)

    async def demonstrate(self) -> str:
        self._shown += 1  # the same code at once again would be the same showing
        self.scan(f"{DEMO_CODE}-{self._shown:04d}")
        return "a code was scanned"


def simulate(options: Mapping[str, object]) -> ScannerSimulator:
    """Options: `link`, the path of the symlink to make (a temporary one by default); `prefix`, such as `]Q1`."""
    known = {"link": "path of the symlink to the simulated port", "prefix": "AIM prefix before each code"}
    table = Options(options, known)
    link = table.text("link", "")
    return ScannerSimulator(Path(link) if link else None, prefix=table.text("prefix", ""))
