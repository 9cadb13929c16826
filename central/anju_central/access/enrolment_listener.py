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
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from anju_base.address import parse_address
from anju_central.access.authority import CLIENTS, SERVER, SERVER_KEY, Authority, load_authority
from anju_central.process.http_connections import BoundedHttp
from anju_central.process.tls_door import TlsWeb

log = logging.getLogger(__name__)

NO_CHECK_TIME: Final = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, openssl/x509_vfy.h; Python's ssl has no name for it
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

    def newest_context(self) -> ssl.SSLContext:
        """The context of the files as they are on disk now."""
        self.refresh()
        return self.context

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


class EnrolmentServer(TlsWeb):
    """The enrolment application behind TLS."""

    def __init__(self, app: FastAPI, files: EnrolmentFiles) -> None:
        config = uvicorn.Config(
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
        super().__init__(config, files.newest_context, _protocol, "enrolment")


def _protocol(server: TlsWeb) -> asyncio.Protocol:
    loop = asyncio.get_running_loop()
    return WithCertificate(config=server.config, server_state=server.server_state, app_state={}, _loop=loop)


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
