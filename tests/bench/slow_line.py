"""A slow, lossy line between two network namespaces, for B7. Needs root and /dev/net/tun: see `why_not`.

Both ends of one process: a TUN device in each namespace, and between them a queue per direction. A packet waits until
the line is free, takes size/rate to go through, may be lost, and arrives after the delay. The queue holds 1.5 s of the
line and drops what comes beyond. Rate, delay and loss hold in each direction. Made here since netem is not in every
kernel.

    python -m bench.slow_line BOX_NAMESPACE HUB_NAMESPACE KBIT ONE_WAY_MS LOSS

The two ends are 127.9.9.1 (box) and 127.9.9.2 (hub): box and hub refuse any address that is not loopback until they
have certificates, and a namespace may be told to route a part of 127/8 (route_localnet). So the connections measured
are the product's own, end to end over the line.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import itertools
import os
import random
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

BOX_ADDRESS, HUB_ADDRESS = "127.9.9.1", "127.9.9.2"
QUEUE_S = 1.5
MTU = 1400
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000


@dataclass(frozen=True, slots=True)
class Line:
    """What the line is like, in each direction."""

    kbit: float = 256
    one_way_ms: float = 150
    loss: float = 0.05


def why_not() -> str:
    """Returns what is missing for a slow line, empty if nothing is."""
    if os.geteuid() != 0:
        return "needs root (network namespaces)"
    if not Path("/dev/net/tun").exists():
        return "needs /dev/net/tun"
    return "" if shutil.which("ip") else "needs the program ip (iproute2)"


def congestion_control(namespace: str) -> str:
    """Returns the TCP congestion control in a namespace."""
    with inside(namespace):
        return Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()


def _join_namespace(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """This thread is in another network namespace for the block; sockets made there stay there."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    try:
        _join_namespace(there)
        try:
            yield
        finally:
            _join_namespace(home)
    finally:
        os.close(home)
        os.close(there)


def _run(command: str) -> None:
    subprocess.run(command.split(), check=True)


def _open_end(namespace: str, address: str) -> int:
    """Makes the TUN device of one end and sets the namespace up; returns its descriptor."""
    with inside(namespace):
        descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH", b"slow0", _IFF_TUN | _IFF_NO_PI))
        _run("ip link set lo up")
        _run("ip addr del 127.0.0.1/8 dev lo")
        _run("ip addr add 127.0.0.1/16 dev lo")
        for name in ("all", "slow0"):
            _run(f"sysctl -q -w net.ipv4.conf.{name}.route_localnet=1")
        _run(f"ip addr add {address}/24 dev slow0")
        _run(f"ip link set slow0 mtu {MTU} up")
    return descriptor


def carry(ends: tuple[int, int], line: Line) -> None:
    """Carries packets between two TUN devices until it is ended."""
    rng = random.Random(7)
    peer = {ends[0]: ends[1], ends[1]: ends[0]}
    free_at = dict.fromkeys(ends, 0.0)
    under_way: list[tuple[float, int, int, bytes]] = []
    number = itertools.count()
    seconds_a_byte, delay_s = 8 / (line.kbit * 1000), line.one_way_ms / 1000
    while True:
        wait_s = max(0.0, under_way[0][0] - time.monotonic()) if under_way else 1.0
        for end in select.select(ends, [], [], wait_s)[0]:
            with suppress(BlockingIOError):
                while packet := os.read(end, 2048):
                    now = time.monotonic()
                    begins = max(now, free_at[end])
                    if begins - now > QUEUE_S:
                        continue  # the queue is full: its tail drops
                    free_at[end] = begins + len(packet) * seconds_a_byte
                    if rng.random() >= line.loss:
                        heapq.heappush(under_way, (free_at[end] + delay_s, next(number), peer[end], packet))
        while under_way and under_way[0][0] <= time.monotonic():
            *_, end, packet = heapq.heappop(under_way)
            with suppress(OSError):  # the device's own queue is full, or it is going down
                os.write(end, packet)


@contextmanager
def slow_line(line: Line) -> Iterator[tuple[str, str]]:
    """The two namespaces' names, with the line between them up."""
    names = f"anju-box-{os.getpid()}", f"anju-hub-{os.getpid()}"
    carrier: subprocess.Popen[str] | None = None
    try:
        for name in names:
            _run(f"ip netns add {name}")
        command = [
            sys.executable,
            "-m",
            "bench.slow_line",
            *names,
            str(line.kbit),
            str(line.one_way_ms),
            str(line.loss),
        ]
        carrier = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if carrier.stdout is None or carrier.stdout.readline().strip() != "ready":
            raise RuntimeError("the slow line did not come up")
        yield names
    finally:
        if carrier is not None:
            carrier.kill()
            carrier.wait()
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False)


def socket_inside(namespace: str, family: int, kind: int, protocol: int) -> socket.socket:
    """A socket that belongs to a namespace, usable from here."""
    with inside(namespace):
        return socket.socket(family, kind, protocol)


def bytes_received(namespace: str, port: int) -> dict[str, int]:
    """Returns, for each TCP connection to a port in a namespace, the bytes its program can have read."""
    found = subprocess.run(
        ["ip", "netns", "exec", namespace, "ss", "-tinH", "sport", "=", f":{port}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return {
        peer: int(count)
        for peer, count in re.findall(r"ESTAB\s+\d+\s+\d+\s+\S+\s+(\S+).*?\n.*?bytes_received:(\d+)", found)
    }


if __name__ == "__main__":
    box, hub, kbit, one_way_ms, loss = sys.argv[1:6]
    both = _open_end(box, BOX_ADDRESS), _open_end(hub, HUB_ADDRESS)
    print("ready", flush=True)
    carry(both, Line(float(kbit), float(one_way_ms), float(loss)))
