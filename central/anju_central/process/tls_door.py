"""A TLS listener with an end to each handshake: uvicorn behind sockets of ours, its certificate changed while it runs.

Python's own server shakes hands with whoever comes, for a minute each and without a number. Here a handshake has its
time, and beyond so many the oldest of the address that has most of them makes room: one that floods costs itself.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Final

import uvicorn

from anju_central.process.http_connections import BoundedHttp
from anju_central.process.http_listener import Web

log = logging.getLogger(__name__)

HANDSHAKE_WITHIN_S: Final = 10.0
MAX_UNSHAKEN: Final = 128  # connections whose handshake is not done
ACCEPT_AGAIN_S: Final = 0.2  # when the process has no file left


class TlsWeb(Web):
    """uvicorn on sockets of ours, whose handshakes have an end and a number.

    `context` is asked at each connection, so that a new certificate counts from the next one on; those that are there
    go on. `protocol` makes what speaks with a peer after the handshake; `name` stands in the log.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        context: Callable[[], ssl.SSLContext],
        protocol: Callable[[TlsWeb], asyncio.Protocol],
        name: str,
    ) -> None:
        super().__init__(config)
        self._context = context
        self._protocol = protocol
        self._name = name
        self._doors: list[Door] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens; as uvicorn does, with a limit on the handshake."""
        self._doors = [
            Door(listener, lambda: self._protocol(self), self._context, self._name) for listener in sockets or ()
        ]
        self.servers = []
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends what was accepted, then what uvicorn serves."""
        for door in self._doors:
            await door.close()
        await super().shutdown(sockets)


def https_server(config: uvicorn.Config, context: Callable[[], ssl.SSLContext]) -> TlsWeb:
    """Returns the server of an application behind TLS; it listens where `serve` is told to."""

    def protocol(server: TlsWeb) -> asyncio.Protocol:
        loop = asyncio.get_running_loop()
        return BoundedHttp(config=config, server_state=server.server_state, app_state={}, _loop=loop)

    return TlsWeb(config, context, protocol, "console")


class Door:
    """Accepts connections of one listener and shakes hands with a bounded number of them at a time."""

    def __init__(
        self,
        listener: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        context: Callable[[], ssl.SSLContext],
        name: str,
    ) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._protocol = protocol
        self._context = context
        self._name = name
        self._shaking: dict[asyncio.Task[None], str] = {}  # peers' addresses, in the order in which they came
        self._accepting = asyncio.create_task(self._accept(), name=f"{name}: accept")

    @property
    def unshaken(self) -> int:
        """How many handshakes are not done."""
        return len(self._shaking)

    async def close(self) -> None:
        """Stops; what has shaken hands is uvicorn's."""
        tasks = [self._accepting, *self._shaking]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                peer, where = await loop.sock_accept(self._listener)
            except OSError as error:  # no file left, or the peer went
                log.warning("%s: cannot accept: %s", self._name, error)
                await asyncio.sleep(ACCEPT_AGAIN_S)
                continue
            if len(self._shaking) >= MAX_UNSHAKEN:
                self._make_room()
            task = asyncio.create_task(self._shake(peer), name=f"{self._name}: handshake")
            self._shaking[task] = str(where[0])
            task.add_done_callback(lambda done: self._shaking.pop(done, None))

    def _make_room(self) -> None:
        """Ends the oldest handshake of the address that has most of them."""
        [(busiest, _)] = Counter(self._shaking.values()).most_common(1)
        oldest = next(task for task, address in self._shaking.items() if address == busiest)
        del self._shaking[oldest]  # it is not there any more, whenever it ends
        oldest.cancel()

    async def _shake(self, peer: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(
                self._protocol, peer, ssl=self._context(), ssl_handshake_timeout=HANDSHAKE_WITHIN_S
            )
        except (OSError, asyncio.CancelledError) as error:  # ssl.SSLError and TimeoutError are OSErrors
            peer.close()
            if isinstance(error, asyncio.CancelledError):
                raise
            log.info("%s: no handshake: %s", self._name, error)
