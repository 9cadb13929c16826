"""Where a listener binds: one address or one interface, which this machine may have now or not."""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import os
import re
import socket
import struct

from anju_drivers.errors import DriverConfigError, LinkLost

CHECK_S = 5.0
_SIOCGIFADDR = 0x8915
_INTERFACE = re.compile(r"[^\s/:]{1,15}")  # as dev_valid_name() of the kernel


def bind_address(bind: str, key: str = "bind") -> str:
    """Where to listen, as it is configured: an IP address or an interface's name, see `present_address`.

    Raises `DriverConfigError` naming `key`: for what is neither, and for "all interfaces", which would open the
    listener to networks nobody thought of. Whether this machine has it now is no matter of the configuration: the LAN
    may be down at the start of a box.
    """
    try:
        address = ipaddress.ip_address(bind)
    except ValueError as error:
        if not _INTERFACE.fullmatch(bind):
            raise DriverConfigError(key, "must be an IP address or an interface's name, such as eth0") from error
        return bind
    if address.is_unspecified:
        raise DriverConfigError(key, "choose one address or interface; all of them would open it to every network")
    return str(address)


def present_address(bind: str) -> str:
    """The IP address that `bind` stands for now. Raises `LinkLost` while the interface is away or has none."""
    try:
        return str(ipaddress.ip_address(bind))
    except ValueError:
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            reply = fcntl.ioctl(any_socket.fileno(), _SIOCGIFADDR, struct.pack("256s", bind.encode()[:15]))
        except OSError as error:
            raise LinkLost(bind, "there is no such interface with an IPv4 address now") from error
    return socket.inet_ntoa(reply[20:24])


def absence(host: str) -> OSError | None:
    """Why this machine cannot have a socket at an IP address, None if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except OSError as error:
        return error
    return None


async def fails_or_moves(failure: asyncio.Future[None], bind: str, bound: str, check_s: float | None = None) -> None:
    """Waits for `failure` and raises what it holds. Raises `LinkLost` when `bind` no longer stands for `bound`.

    A listening socket outlives its address and says nothing: who dials the new one would find nobody.
    """
    while True:
        await asyncio.wait([failure], timeout=CHECK_S if check_s is None else check_s)
        if failure.done():
            failure.result()
            return
        check_address(bind, bound)


def check_address(bind: str, bound: str) -> None:
    """Raises `LinkLost` when `bind` no longer stands for `bound`, or this machine has lost it."""
    if present_address(bind) != bound:
        raise LinkLost(bind, "its address has changed")
    error = absence(bound)
    if error is not None:
        raise LinkLost(bind, os.strerror(error.errno or 0))
