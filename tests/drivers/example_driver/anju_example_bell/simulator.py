"""A button box that is not there, on a pseudo-terminal: the same bytes over the same kind of link."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.options import Options
from anju_drivers.testing.simulation import SerialDevice

from .frames import encode


class BellSimulator(SerialDevice):
    """`press` a button; `unplug` and `replug` the box."""

    def __init__(self) -> None:
        super().__init__()
        self._counter = 0

    def press(self, button: int = 1) -> None:
        self._counter = (self._counter + 1) % 65536
        self.send(encode(button, self._counter) * 3)

    async def demonstrate(self) -> str:
        self.press()
        return "button 1 pressed"


def simulate(options: Mapping[str, object]) -> BellSimulator:
    """Takes no options."""
    Options(options, {})
    return BellSimulator()
