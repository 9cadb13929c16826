"""A scanner that is not there, on a pseudo-terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from anju_drivers.options import Options
from anju_drivers.testing.simulation import SerialDevice

DEMO_CODE = "TEST-CARD"


class ScannerSimulator(SerialDevice):
    """Sends what it scans as a scanner does: `prefix`, the code, `suffix` (empty: the line just falls silent)."""

    def __init__(self, link: Path | None = None, *, prefix: str = "", suffix: bytes = b"\r") -> None:
        super().__init__(link)
        self.prefix, self.suffix = prefix, suffix
        self._shown = 0

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
