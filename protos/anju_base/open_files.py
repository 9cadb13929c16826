"""How many files and connections a process may have open: shells give 1,024, which a hub's connections alone exceed."""

from __future__ import annotations

import resource
from typing import Final

BOXES: Final = 4_096  # of one hub
# Two of each box, and half as many again whose other end is gone unnoticed: all come back at once after an outage
CONNECTIONS: Final = BOXES * 3
WANTED: Final = 16_384  # as the hub's unit: those, 512 pages, and files


def raise_open_files(wanted: int = WANTED) -> int:
    """Raises the soft limit of this process to `wanted`, or as far as the hard one allows. Returns what holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
