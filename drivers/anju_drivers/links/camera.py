"""Whether a camera that we call can be reached, said once per change; and that its account is not locked by us."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

from anju_drivers.driver import Intake, LinkReading
from anju_drivers.errors import DeviceRefused, LinkLost
from anju_drivers.links.reconnect import LinkState, RetryPauses

_log = logging.getLogger(__name__)

MAX_REFUSED_LOGINS = 2  # a camera locks the user after a few


class LoginRefused(Exception):
    """The other side does not take this user, or not this way of logging in."""


class CameraLink:
    """Follows the attempts to reach one camera over all connections of one run.

    `device` gives the camera's key, which may change when the camera has named itself. Use it inside a running event
    loop and call `close` at the end.
    """

    def __init__(self, intake: Intake, device: Callable[[], str], pauses: RetryPauses) -> None:
        self._intake, self._device = intake, device
        self._state = LinkState(pauses, time.monotonic())
        self._down_as = ""
        self._timer: asyncio.TimerHandle | None = None
        self._watch()

    def heard(self) -> None:
        """The camera spoke."""
        if not self._state.heard(time.monotonic()):
            return
        device = self._device()
        if self._down_as and self._down_as != device:  # it was missed before it had told its name
            self._intake.take(LinkReading(self._down_as, True))
        self._down_as = ""
        self._intake.take(LinkReading(device, True))
        _log.info("%s: connected", device)

    def ended(self, reason: str) -> float:
        """An attempt or a connection ended; returns the pause in seconds before the next."""
        pause_s = self._state.ended(random.random())
        _log.debug("%s: connection ended (%s), again in %.1f s", self._device(), reason, pause_s)
        self._report_if_lost(reason)
        return pause_s

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _report_if_lost(self, reason: str) -> None:
        if self._state.lost(time.monotonic()):
            self._down_as = self._device()
            _log.warning(
                "%s: not reachable (%s); check power, network and address, trying again", self._down_as, reason
            )
            self._intake.take(LinkReading(self._down_as, False, reason))

    def _watch(self) -> None:
        """Silence counts too while an attempt hangs or waits; one timer, set to when that is due."""
        self._report_if_lost("no byte for 90 s")
        wait_s = max(1.0, self._state.lost_at_s() - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._watch)


class LoginGuard:
    """Counts refused logins in a row; it outlives a restart by the supervisor, which must not lock the user out."""

    def __init__(self, device: str, action: str) -> None:
        self._device, self._action = device, action
        self._refused = 0

    def accepted(self) -> None:
        self._refused = 0

    def refused(self) -> None:
        self._refused += 1

    def check(self) -> None:
        """Raises `DeviceRefused` after two refusals in a row, and from then on without asking the camera again."""
        if self._refused >= MAX_REFUSED_LOGINS:
            raise DeviceRefused(self._device, "wrong password", self._action)


async def keep_reading(link: CameraLink, logins: LoginGuard, read: Callable[[], Awaitable[None]]) -> NoReturn:
    """Reads for ever, one connection after the other with the link's pauses.

    `read` reads one connection to its end; it raises `LoginRefused`, or `LinkLost` for all else that ends one. Raises
    `DeviceRefused` after two refused logins in a row, and from then on at once without asking the camera again: a
    restart by the supervisor must not lock the camera's user out. What else `read` raises comes out.
    """
    while True:
        logins.check()
        try:
            await read()
            reason = "closed by the other side"
        except LoginRefused as refused:
            logins.refused()
            reason = str(refused) or "login refused"
        except LinkLost as lost:
            reason = lost.cause
        pause_s = link.ended(reason)
        logins.check()
        await asyncio.sleep(pause_s)
