"""A network with two ends for a Debian of a test: the system in it, and whoever looks from outside."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Lan:
    """Two network namespaces with a cable between them: one for the system, one for whoever looks from outside."""

    inside: str
    outside: str
    inside_address: str
    outside_address: str

    def run_outside(self, *words: str, timeout_s: float = 60) -> str:
        """Runs a program of this machine at the other end of the cable; gives its output, both streams."""
        command = ["ip", "netns", "exec", self.outside, *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout_s)
        return done.stdout.decode(errors="replace")


@contextmanager
def lan() -> Iterator[Lan]:
    """Makes a LAN that reaches nothing but its two ends."""
    made = Lan(f"anju-in-{os.getpid()}", f"anju-out-{os.getpid()}", "10.99.26.2", "10.99.26.1")
    try:
        for name in (made.inside, made.outside):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", made.inside, "link", "add", "lan0", "type", "veth", "peer", "name", "lan0", "netns", made.outside)
        for name, address in ((made.inside, made.inside_address), (made.outside, made.outside_address)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "lan0")
            _ip("-n", name, "link", "set", "lan0", "up")
            _ip("-n", name, "route", "add", "default", "dev", "lan0")  # multicast needs a way out
        yield made
    finally:
        for name in (made.inside, made.outside):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"no network of its own can be made here: ip {' '.join(words)}: {done.stderr.strip()}")
