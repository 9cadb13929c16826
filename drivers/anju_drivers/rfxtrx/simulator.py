"""An RFXtrx433 that is not there: it answers its interface commands on a pseudo-terminal and hears what it is told to.

simulator.security(0x0A1B2C, status=0x06)   # somebody presses a panic button
simulator.code(0x123450)                    # a learned pendant (EV1527), as a burst
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from anju_drivers.options import Options
from anju_drivers.rfxtrx import frames
from anju_drivers.testing.simulation import SerialDevice

BURST = 4
DEMO_ID, DEMO_CODE = 0x0A1B2C, 0x123450
_STATUS = bytes.fromhex("53450c2f0101000000")
_COPYRIGHT = b"Copyright RFXCOM"


class RfxtrxSimulator(SerialDevice):
    """Silent on the air until it was started, as a real one."""

    def __init__(self, link: Path | None = None) -> None:
        super().__init__(link)
        self._commands = b""
        self._sequence = 0
        self.started = asyncio.Event()
        self.deaf = False  # answers nothing while set

    def driver_options(self) -> dict[str, object]:
        """The driver's table that hears this transceiver; one learned pendant is paired."""
        paired = [{"class": "Lighting4", "id": f"{DEMO_CODE:06x}", "device": "rfxtrx:pendant-1"}]
        return {"port": self.link, "receiver": "rfxtrx:simulated-1", "paired": paired}

    def unplugged(self) -> None:
        self.started.clear()

    def plugged(self) -> None:
        self._commands = b""

    def security(self, identity: int, status: int, subtype: int = 0x02, battery: int = 9) -> None:
        """A security sensor or remote is heard once."""
        body = bytes((frames.SECURITY1, subtype, self._next())) + identity.to_bytes(3, "big")
        self._hear(body + bytes((status, 0x70 | battery)))

    def code(self, code: int, copies: int = BURST) -> None:
        """A sender with a fixed 24-bit code is heard, as a burst."""
        for _ in range(copies):
            self._hear(bytes((frames.LIGHTING4, 0x00, self._next())) + code.to_bytes(3, "big") + b"\x01\x5e\x70")

    async def demonstrate(self) -> str:
        """A panic button is pressed."""
        self.security(DEMO_ID, 0x06)
        return f"panic pressed on {DEMO_ID:06x}"

    def _hear(self, body: bytes) -> None:
        if self.started.is_set() and not self.deaf:
            self.send(bytes((len(body),)) + body)

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence

    def received(self, data: bytes) -> None:
        self._commands += data
        while len(self._commands) > self._commands[0]:
            size = self._commands[0] + 1
            command, self._commands = self._commands[:size], self._commands[size:]
            if len(command) > 4 and not self.deaf:
                self._answer(command[3], command[4])
            if not self._commands:
                return

    def _answer(self, sequence: int, code: int) -> None:
        if code == frames.RESET:
            self.started.clear()
        elif code == frames.STATUS:
            self.send(bytes((0x0D, frames.INTERFACE, 0x00, sequence, code)) + _STATUS)
        elif code == frames.START:
            self.started.set()
            self.send(bytes((0x14, frames.INTERFACE, 0x07, sequence, code)) + _COPYRIGHT)


def simulate(options: Mapping[str, object]) -> RfxtrxSimulator:
    """Options: `link`, the path of the symlink to make (a temporary one by default)."""
    link = Options(options, {"link": "path of the symlink to the simulated port"}).text("link", "")
    return RfxtrxSimulator(Path(link) if link else None)
