"""Box and hub as shipped, on the work of the peers: as in rows B5, B6, B8 and B18."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

from bench.backlog import waiting
from bench.community import Setup, write_box, write_hub
from bench.drain_bench import drain
from bench.live_bench import taps
from bench.peers.work import IDLE_S, Drain, Live, Say
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged

PRESSES = 400  # at most


class Product:
    """Its live events are cards at a reader, its alarms bands that are pressed; both are timed at the console."""

    name = "Anju"
    durable = "yes"
    backlog = 500_000

    async def live(self, folder: Path, say: Say) -> Live:
        """Memory of a box with one receiver; then cards at its reader."""
        idle_mb = await _idle_mb(folder)
        say("live")
        (folder / "live").mkdir()
        return Live(idle_mb, await taps(folder / "live"))

    async def drain(self, folder: Path, events: int, say: Say) -> Drain:
        """Work W. The backlog is made once and kept."""
        await asyncio.to_thread(waiting, events)
        say("draining")
        done = await drain(f"peers/{folder.name}-box", events, presses=PRESSES)
        return Drain(events, done.rate, done.alarms_ms, done.box_us, done.hub_us)


async def _idle_mb(folder: Path) -> float:
    setup, receiver = Setup(), PressReceiver(0, 1)
    with ExitStack() as stack:
        hub = stack.enter_context(Hub(write_hub(folder, [setup])))
        async with plugged(receiver):
            box = stack.enter_context(Box(write_box(folder, setup, hub.grpc, drivers=[receiver.driver()])))
            await receiver.simulator.until_scanning()
            await asyncio.sleep(IDLE_S)
            return box.memory_mb()
