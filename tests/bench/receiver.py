"""A BLE receiver on a pseudo-terminal whose bytes the bench writes: takes the time of each press itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from anju_drivers.ble.simulator import Band, BleSimulator
from bench.community import address

QUIET_S = 1e6  # bands that are heard only when pressed


class PressReceiver:
    """Bands that are silent until they are pressed: one SOS report a press, at a known time."""

    def __init__(self, number: int, bands: int, name: str = "receiver-0") -> None:
        self.simulator = BleSimulator(
            [Band(address(band), period_s=QUIET_S, sos_s=0.01) for band in range(number, number + bands)],
            receiver=f"ble:{name}",
        )
        self.name = name

    def driver(self) -> Mapping[str, object]:
        """Its `[[drivers]]` table."""
        return {"driver": "ble", "name": self.name, **self.simulator.driver_options()}

    @property
    def hears(self) -> bool:
        """Whether the box has set it to scan: what is pressed before, nobody hears."""
        return self.simulator.scanning

    def press(self, band: int) -> int:
        """Presses; returns `monotonic_ns` just before its bytes are written to the line."""
        at_ns = time.monotonic_ns()
        self.simulator.press_sos(address(band))
        return at_ns


@asynccontextmanager
async def plugged(receiver: PressReceiver) -> AsyncIterator[PressReceiver]:
    """The receiver's line is there; `simulator.until_scanning()` tells that a box listens."""
    running = asyncio.create_task(receiver.simulator.run())
    await receiver.simulator.ready.wait()
    try:
        yield receiver
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
