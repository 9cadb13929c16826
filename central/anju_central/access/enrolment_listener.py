"""The enrolment listener: TLS 1.3 for anybody, and a box's certificate where there is one, expired or not.

TLS checks who signed a certificate and what it is for, and that the peer has its key; it does not look at dates
(X509_V_FLAG_NO_CHECK_TIME), which `claims.py` judges by the registry. A certificate of another root, or one that is for
servers, ends the handshake. The hub's own files are taken anew at the next handshake after they changed.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from anju_base.address import parse_address
from anju_central.access.authority import CLIENTS, SERVER, SERVER_KEY, Authority, load_authority
from anju_central.process.http_connections import BoundedHttp
from anju_central.process.http_listener import Web

log = logging.getLogger(__name__)

NO_CHECK_TIME: Final = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, openssl/x509_vfy.h; Python's ssl has no name for it
HANDSHAKE_WITHIN_S: Final = 10.0
MAX_UNSHAKEN: Final = 128  # connections whose handshake is not done; beyond it the oldest makes room
ACCEPT_AGAIN_S: Final = 0.2  # when the process has no file left
MAX_CONNECTIONS: Final = 256


class WithCertificate(BoundedHttp):
    """A connection that hands the peer's certificate (DER, None without) to the application's `request.state`."""

    max_connections = MAX_CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Takes a connection whose handshake is done."""
        tls = transport.get_extra_info("ssl_object")
        self.app_state = {**self.app_state, "peer_certificate": tls.getpeercert(True) if tls else None}
        super().connection_made(transport)


class EnrolmentFiles:
    """The hub's certificate, its key and whom it trusts, and its authority: read anew when a file changed.

    Files that cannot be used leave the last good ones in use, with a line in the log. Raises what `load_authority` and
    ssl raise at the start, when there are no last good ones.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._print = self._prints()
        self.context = self._new_context()
        self._authority = load_authority(folder)

    def authority(self) -> Authority:
        """The authority as it is on disk now."""
        self.refresh()
        return self._authority

    def refresh(self) -> None:
        """Looks whether a file changed; some stat calls."""
        seen = self._prints()
        if seen == self._print:
            return
        try:
            context, authority = self._new_context(), load_authority(self._folder)
        except (OSError, ValueError, RuntimeError) as error:  # ssl.SSLError is an OSError
            log.error("%s: %s; the last good files stay in use", self._folder, error)
        else:
            self.context, self._authority = context, authority
            log.info("%s: changed files are in use", self._folder)
        self._print = seen

    def _prints(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for path in sorted(self._folder.glob("*")):
            try:
                seen = path.stat()
            except OSError:
                continue
            found.append((path.name, seen.st_ino, seen.st_mtime_ns))
        return tuple(found)

    def _new_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
        context.load_cert_chain(self._folder / SERVER, self._folder / SERVER_KEY)
        context.load_verify_locations(self._folder / CLIENTS)
        return context


class EnrolmentServer(Web):
    """uvicorn on sockets of ours, whose handshakes have an end and a number."""

    def __init__(self, app: FastAPI, files: EnrolmentFiles) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=WithCertificate,
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
                timeout_keep_alive=5,
                proxy_headers=False,
            )
        )
        self._files = files

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens; as uvicorn does, with a limit on the handshake."""
        loop = asyncio.get_running_loop()
        config = self.config

        def protocol() -> asyncio.Protocol:
            return WithCertificate(config=config, server_state=self.server_state, app_state={}, _loop=loop)

        self._doors = [Door(listener, protocol, self._files) for listener in sockets or ()]
        self.servers = []
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends what was accepted, then what uvicorn serves."""
        for door in self._doors:
            await door.close()
        await super().shutdown(sockets)


class Door:
    """Accepts connections of one listener and shakes hands with a bounded number of them at a time."""

    def __init__(
        self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol], files: EnrolmentFiles
    ) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._protocol = protocol
        self._files = files
        self._shaking: dict[asyncio.Task[None], socket.socket] = {}  # in the order in which they came
        self._accepting = asyncio.create_task(self._accept(), name="enrolment: accept")

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
                peer, _ = await loop.sock_accept(self._listener)
            except OSError as error:  # no file left, or the peer went
                log.warning("enrolment: cannot accept: %s", error)
                await asyncio.sleep(ACCEPT_AGAIN_S)
                continue
            if len(self._shaking) >= MAX_UNSHAKEN:
                next(iter(self._shaking)).cancel()
            self._files.refresh()
            task = asyncio.create_task(self._shake(peer), name="enrolment: handshake")
            self._shaking[task] = peer
            task.add_done_callback(lambda done: self._shaking.pop(done, None))

    async def _shake(self, peer: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(
                self._protocol, peer, ssl=self._files.context, ssl_handshake_timeout=HANDSHAKE_WITHIN_S
            )
        except (OSError, asyncio.CancelledError) as error:  # ssl.SSLError and TimeoutError are OSErrors
            peer.close()
            if isinstance(error, asyncio.CancelledError):
                raise
            log.info("enrolment: no handshake: %s", error)


def listen_for_boxes(address: str) -> socket.socket:
    """Returns a socket that is bound. Raises OSError when the address is taken."""
    wanted = parse_address(address)
    family, kind, protocol, _, where = socket.getaddrinfo(wanted.host, wanted.port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
        listener.listen()
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"enrolment_address {address}: {error.strerror}") from error
    return listener
