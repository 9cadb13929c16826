"""Networks of their own for one test: one machine alone, or two with a cable between them."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Machine:
    """A network namespace with one address of its own, as good as another machine on the same LAN."""

    namespace: str
    address: str

    def command(self, *words: object) -> list[str]:
        """A command line that runs there."""
        return ["ip", "netns", "exec", self.namespace, *map(str, words)]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This thread is there for the block."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/var/run/netns/{self.namespace}", os.O_RDONLY)
        try:
            _join(there)
            try:
                yield
            finally:
                _join(home)
        finally:
            os.close(there)
            os.close(home)


def _join(namespace: int) -> None:
    if _libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "the network namespace cannot be changed")


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """Two machines with a cable between them. Skips the test, saying why, where the kernel does not allow it."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("two network namespaces need root and the program ip (iproute2)")
    mark = os.getpid()
    machines = [Machine(f"anju-{side}-{mark}", f"10.77.0.{number}") for number, side in enumerate(("a", "b"), 1)]
    cable = [f"anju-{side}{mark}"[:15] for side in ("a", "b")]
    made = []
    try:
        for machine in machines:
            _ip("netns", "add", machine.namespace)
            made.append(machine)
        _ip("link", "add", cable[0], "type", "veth", "peer", "name", cable[1])
        for machine, end in zip(machines, cable, strict=True):
            _ip("link", "set", end, "netns", machine.namespace)
            _ip("-n", machine.namespace, "link", "set", "lo", "up")
            _ip("-n", machine.namespace, "address", "add", f"{machine.address}/24", "dev", end)
            _ip("-n", machine.namespace, "link", "set", end, "up")
        yield machines[0], machines[1]
    finally:
        for machine in made:  # its end of the cable goes with it
            subprocess.run(["ip", "netns", "del", machine.namespace], check=False)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"two network namespaces: ip {' '.join(words)}: {done.stderr.strip()}")
