"""A button box that is not there, on a pseudo-terminal: the same bytes over the same kind of link."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from anju_drivers.options import Options
from anju_drivers.simulation import PtyDevice

from .frames import encode


class BellSimulator:
    """`press` a button; `unplug` and `replug` the box."""

    def __init__(self) -> None:
        self._pty = PtyDevice()
        self.ready = asyncio.Event()
        self._counter = 0

    @property
    def link(self) -> str:
        return self._pty.link

    def driver_options(self) -> dict[str, object]:
        return {"port": self.link}

    async def run(self) -> None:
        """Keeps the box plugged in until cancelled."""
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

    def press(self, button: int = 1) -> None:
        self._counter = (self._counter + 1) % 65536
        self._pty.send(encode(button, self._counter) * 3)

    async def demonstrate(self) -> str:
        self.press()
        return "button 1 pressed"


def simulate(options: Mapping[str, object]) -> BellSimulator:
    """Takes no options."""
    Options(options, {})
    return BellSimulator()
