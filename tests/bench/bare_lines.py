"""What it costs to read serial lines and understand nothing: bytes are counted and forgotten.

    python -m bench.bare_lines SECONDS PORT...

Sets the receiver at each port to scan as the driver does; prints CPU seconds and bytes of the time after WARM_S.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import tty
from collections.abc import Sequence

import uvloop

from anju_drivers.ble import commands

WARM_S = 2.0


async def _read(seconds: float, ports: Sequence[str]) -> None:
    loop, total = asyncio.get_running_loop(), 0
    lines = [os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK) for port in ports]

    def take(line: int) -> None:
        nonlocal total
        total += len(os.read(line, 4096))

    for line in lines:
        tty.setraw(line)
        loop.add_reader(line, take, line)
        for command in commands.start_scanning(active=False, interval_ms=100, window_ms=100):
            os.write(line, command)
    await asyncio.sleep(WARM_S)
    total, before = 0, time.process_time()
    await asyncio.sleep(seconds)
    print(time.process_time() - before, total)


def bare_lines(seconds: float, ports: Sequence[str]) -> tuple[float, float]:
    """Returns per cent of a core and bytes/s, measured in a process of its own."""
    command = [sys.executable, "-m", "bench.bare_lines", str(seconds), *ports]
    cpu, size = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(cpu) / seconds * 100, int(size) / seconds


if __name__ == "__main__":
    uvloop.run(_read(float(sys.argv[1]), sys.argv[2:]))
