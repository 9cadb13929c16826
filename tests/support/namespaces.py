"""A network of its own for one test: what must listen on all addresses listens where nobody else is."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

CLONE_NEWNET = 0x4000_0000  # sched.h
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1  # sockios.h, if.h
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def own_network() -> Iterator[None]:
    """Runs the block, in this thread, in a new network namespace with nothing but a loopback interface.

    Skips the test, saying why, where the kernel does not allow it.
    """
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if _libc.unshare(CLONE_NEWNET) != 0:
            pytest.skip(f"no network namespace of its own: {os.strerror(ctypes.get_errno())} (root is needed)")
        try:
            allowed = _bring_up(b"lo")
            if allowed:
                yield
        finally:
            if _libc.setns(home, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "the way back to the usual network is lost")
        if not allowed:
            pytest.skip("no network namespace of its own: interfaces may not be changed here (a container?)")
    finally:
        os.close(home)


def _bring_up(interface: bytes) -> bool:
    """Returns whether it may be: inside a container root may make a namespace and not change what is in it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH22x", interface, 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(control, SIOCGIFFLAGS, request), 16)
        try:
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", interface, flags | IFF_UP))
        except PermissionError:
            return False
    return True
