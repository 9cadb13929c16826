"""The hub's HTTP listener: a socket of our own, and uvicorn without its hand on the process's signals."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from anju_central.config import WHY_LOOPBACK, is_loopback, split_address


class Web(uvicorn.Server):
    """uvicorn, stopped by `should_exit` only: the process has one place that handles signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the signals alone."""
        yield


def listen(address: str) -> socket.socket:
    """Returns a socket that listens, so that whoever comes before the server runs waits and is not refused.

    Raises OSError when the address is taken, ValueError for one that others reach.
    """
    host, port = split_address(address)
    if not is_loopback(host):
        raise ValueError(f"http_address {address} may be {WHY_LOOPBACK}")
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
