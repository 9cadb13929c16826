"""One address that the box serves. It fails alone: tried again, said, and a trouble until it is there.

An address may be missing when the box starts (LAN down, DHCP changed it) or taken by another program, and it may go
and come back while the box runs. None of that is a reason to end a box: a press needs no page.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from errno import EADDRINUSE, EADDRNOTAVAIL

from anju_drivers.links.address import absence
from anju_edge.config import Address

_log = logging.getLogger(__name__)

RETRY_MIN_S, RETRY_MAX_S = 0.5, 5.0
CHECK_S = 5.0
_CAUSES = {
    EADDRINUSE: "another program uses this port",
    EADDRNOTAVAIL: "this box does not have the address now",
}
_NO_ADDRESS = "could not bind on any address"  # asyncio's words for it in Python 3.13, without a number


class Listener:
    """Keeps one address served. `serve(host, port)` binds it, raising OSError where that fails.

    `address`: where it is served now, None while it is not. `trouble`: why it cannot be reached, empty if it can.
    """

    def __init__(
        self,
        name: str,
        wanted: Address,
        serve: Callable[[str, int], Awaitable[asyncio.Server]],
        *,
        retry_min_s: float = RETRY_MIN_S,
        retry_max_s: float = RETRY_MAX_S,
        check_s: float = CHECK_S,
    ) -> None:
        self.name, self.wanted = name, wanted
        self._serve = serve
        self._retry_min_s, self._retry_max_s, self._check_s = retry_min_s, retry_max_s, check_s
        self.address: Address | None = None
        self.trouble = ""
        self.tried = asyncio.Event()  # the first attempt has ended, well or not

    async def run(self) -> None:
        """Serves until cancelled; the port is free when this ends."""
        pause_s = self._retry_min_s
        while True:
            try:
                server = await self._serve(self.wanted.host, self.wanted.port)
            except (OSError, UnicodeError) as error:  # UnicodeError: what is no host name
                self._cannot_be_reached(_cause(error))
                self.tried.set()
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, self._retry_max_s)
                continue
            pause_s = self._retry_min_s
            try:
                self.address = Address(self.wanted.host, int(server.sockets[0].getsockname()[1]))
                self._is_served()
                self.tried.set()
                await self._until_moved(server)
            finally:
                self.address = None
                server.close()

    async def _until_moved(self, server: asyncio.Server) -> None:
        """Watches whether this machine still has the address. Ends when the name now stands for another one.

        A socket stays bound to an address that is gone, and serves again when it is back.
        """
        bound = {str(one.getsockname()[0]) for one in server.sockets}
        while server.is_serving():
            await asyncio.sleep(self._check_s)
            named = await self._named()
            if named and not named & bound:
                return
            error = next(filter(None, map(absence, bound)), None)
            if error is None:
                self._is_served()
            else:
                self._cannot_be_reached(_cause(error))

    async def _named(self) -> set[str]:
        """What the configured host stands for now, empty where that cannot be told."""
        with contextlib.suppress(OSError, UnicodeError):
            found = await asyncio.get_running_loop().getaddrinfo(
                self.wanted.host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            return {str(sockaddr[0]) for *_, sockaddr in found}
        return set()

    def _is_served(self) -> None:
        if self.trouble:
            _log.info("%s pages are served at %s again", self.name, self.wanted)
        self.trouble = ""

    def _cannot_be_reached(self, cause: str) -> None:
        trouble = f"{self.wanted}: {cause}"
        if trouble != self.trouble:
            _log.warning("%s pages cannot be reached at %s; trying again by itself", self.name, trouble)
        self.trouble = trouble


def _cause(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror):
        return "nobody knows this name now"
    if not isinstance(number, int):
        if str(error).startswith(_NO_ADDRESS):
            return _CAUSES[EADDRNOTAVAIL]
        return str(error) or type(error).__name__
    return _CAUSES.get(number) or os.strerror(number)
