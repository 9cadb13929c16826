"""One box of the demo: the real gateway, except that its date can be set wrong while it runs.

    python -m anju_edge.simulation.box_process --config edge.toml [--wall-offset-ms N]

Reads one number a line from standard input: the new offset of the wall clock in milliseconds. End of input is no
order to stop; SIGTERM is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

import uvloop

from anju_edge.clock import SimulatedClock
from anju_edge.config import load_config
from anju_edge.gateway import run
from anju_edge.service import set_up_logging


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--wall-offset-ms", type=int, default=0)
    options = parser.parse_args()
    set_up_logging(verbose=False)
    uvloop.run(_box(options.config, options.wall_offset_ms))


async def _box(path: Path, wall_offset_ms: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    boot = int.from_bytes(os.urandom(8), "big") | 1  # each start of a simulated box is a boot of its own
    clock = SimulatedClock(boot, wall_offset_ms, synced=wall_offset_ms == 0)

    def offset_changed() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(sys.stdin)
            return
        clock.wall_offset_ms = int(line)
        clock.synced = clock.wall_offset_ms == 0

    loop.add_reader(sys.stdin, offset_changed)
    await run(load_config(path), stop, clock)


if __name__ == "__main__":
    main()
