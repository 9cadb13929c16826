"""A siren on a serial relay board.

LCUS-type boards (CH340 and a microcontroller, sold under many names): 9600 baud, 8N1, four bytes a command,
`A0 channel state sum`, channel from 1, state 1 on / 0 off, sum = the low byte of the three before it. They do not
answer. Source: the sellers' common data sheet "LCUS-1 / LCUS-4 USB relay"; the well-known example is `A0 01 01 A2`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import Enum

from anju_drivers.errors import LinkLost
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_edge.alerts.state import ChannelState

_log = logging.getLogger(__name__)

REFRESH_S = 5.0  # an "on" is repeated: the board may have lost power for a moment


class Pattern(Enum):
    """What the siren does; the graver wins."""

    OFF = 0
    TEST = 1  # on for a few seconds, then off by itself
    PULSE = 2
    STEADY = 3


def relay_command(channel: int, on: bool) -> bytes:
    """Returns the four bytes that switch a channel (from 1)."""
    head = bytes((0xA0, channel, int(on)))
    return head + bytes((sum(head) & 0xFF,))


class Siren:
    """One relay channel. `set_pattern` acts in the same tick of the loop: the byte waits for no queue and no task."""

    def __init__(
        self,
        port: str,
        *,
        baud: int = 9600,
        channel: int = 1,
        pulse_on_ms: int = 1000,
        pulse_off_ms: int = 1000,
        test_s: float = 3.0,
        changed: Callable[[bool, str], None] | None = None,
    ) -> None:
        self.state = ChannelState("siren")
        self._channel, self._test_s = channel, test_s
        self._pulse_s = (pulse_off_ms / 1000, pulse_on_ms / 1000)
        self._changed = changed
        self._link = SerialLink(SerialSettings(port, baud), _ignore, self._link_changed)
        self._pattern = Pattern.OFF
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pattern(self) -> Pattern:
        return self._pattern

    @property
    def is_sounding(self) -> bool:
        return self._pattern is not Pattern.OFF

    def set_pattern(self, pattern: Pattern) -> None:
        """Makes the siren follow `pattern` from now on. Never raises: a board that is away is told on its return."""
        if pattern is self._pattern:
            return
        self._pattern = pattern
        self._follow(on=pattern is not Pattern.OFF)

    def _follow(self, on: bool) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._switch(on)
        loop = asyncio.get_running_loop()
        if self._pattern is Pattern.PULSE:
            self._timer = loop.call_later(self._pulse_s[on], self._follow, not on)
        elif self._pattern is Pattern.STEADY:
            self._timer = loop.call_later(REFRESH_S, self._follow, True)
        elif self._pattern is Pattern.TEST:
            self._timer = loop.call_later(self._test_s, self.set_pattern, Pattern.OFF)

    def _switch(self, on: bool) -> None:
        try:
            self._link.write(relay_command(self._channel, on))
        except LinkLost as lost:
            self.state.failed(lost.cause)
        else:
            self.state.worked()

    def _link_changed(self, up: bool, detail: str) -> None:
        if up:
            self.state.worked()
            self._follow(on=self._pattern is not Pattern.OFF)  # also "off": a board may keep its state over our restart
        else:
            self.state.failed(detail)
        if self._changed:
            self._changed(up, detail)

    async def run(self) -> None:
        """Keeps the port open until cancelled. `silence` comes first where the box stops in order."""
        try:
            await self._link.run()
        finally:
            if self._timer:
                self._timer.cancel()

    def silence(self) -> None:
        """Off, at a stop of the box: a siren that nobody can silence any more must not go on."""
        self.set_pattern(Pattern.OFF)


def _ignore(data: bytes) -> None:
    """The board has nothing to say; some echo their command."""
