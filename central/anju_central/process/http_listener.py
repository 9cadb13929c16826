"""The hub's HTTP listener: a socket of our own, and uvicorn without its hand on the process's signals."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from anju_central.config import is_loopback, split_address
from anju_central.process.http_connections import BoundedHttp


class Web(uvicorn.Server):
    """uvicorn, stopped by `should_exit` only: the process has one place that handles signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the signals alone."""
        yield


def web_config(app: FastAPI) -> uvicorn.Config:
    """How the console is served."""
    return uvicorn.Config(
        app,
        http=BoundedHttp,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        proxy_headers=False,  # scheme and address are the connection's own, whatever a header says
    )


def web_server(app: FastAPI) -> Web:
    """Returns the server of an application in plain HTTP; it listens where `Web.serve` is told to."""
    return Web(web_config(app))


def listen(address: str, *, is_https: bool = False) -> socket.socket:
    """Returns a socket that listens, so that whoever comes before the server runs waits and is not refused.

    Raises OSError when the address is taken, ValueError for one that others reach and that is not for HTTPS.
    """
    host, port = split_address(address)
    if not is_https and not is_loopback(host):
        raise ValueError(f"http_address {address}: plain HTTP is for this machine alone (127.0.0.1, ::1, localhost)")
    family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
        listener.listen()
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"http_address {address}: {error.strerror}") from error
    return listener
