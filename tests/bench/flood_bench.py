"""B4f: a press beside a flood. 16,000 incidents are open at the hub, 2,500 strangers are at the box and go on pressing.

The open incidents at the hub are what a box of an earlier version left: each stranger opened one of its own. They come
over the wire as that box sent them, so that any commit's hub can be measured by the same file.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import ExitStack
from pathlib import Path

import uvloop

from anju_edge.alerts.relay_simulator import RelaySimulator
from bench.backlog import device
from bench.community import Setup, write_box, write_hub
from bench.place import fresh
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged
from bench.report import Row, quantile
from bench.watch import Console, console
from support.earlier_box import leave_open_incidents
from support.signed_in import signed_in

AT_HUB = int(os.environ.get("ANJU_FLOOD_AT_HUB", "16000"))
STRANGERS = int(os.environ.get("ANJU_FLOOD_STRANGERS", "2500"))
PRESSES = int(os.environ.get("ANJU_FLOOD_PRESSES", "100"))
STRANGERS_PER_S = 20  # that go on pressing while it is measured
LINE_PER_S = 200  # presses that a line of 115,200 baud carries
BANDS = 100
GIVE_UP_S = 60.0
QUIET_RULE = 'priority = "P1"\nunknown_priority = "P3"'  # strangers ring nothing here: the siren is the measured one's


async def _press(receiver: PressReceiver, relay: RelaySimulator, page: Console, band: int) -> float | None:
    """Presses; returns ms until the siren's byte, None when it does not come. Then it is closed at the console."""
    key = f"incident {device(band)}"
    before = len(relay.switches)
    at_ns = receiver.press(band)
    if not await asyncio.to_thread(relay.wait_for, lambda board: any(s.on for s in board.switches[before:]), GIVE_UP_S):
        return None
    took_ms = (next(s.at_ns for s in relay.switches[before:] if s.on) - at_ns) / 1e6
    await page.saw(key, GIVE_UP_S)
    await page.close(device(band))
    await asyncio.to_thread(relay.wait_for, lambda board: not board.on.get(1, False), GIVE_UP_S)
    return took_ms


async def _flood(folder: Path) -> tuple[list[float], float, float, float]:
    """Returns ms of each press, how long the strangers took (s), and the hub's memory before and after (MB)."""
    setup = Setup(bands=BANDS, receivers=1)
    receiver = PressReceiver(0, BANDS + STRANGERS)
    took_ms: list[float] = []
    with ExitStack() as stack:
        relay = stack.enter_context(RelaySimulator())
        page_of = await signed_in(folder / "hub")
        hub = stack.enter_context(Hub(write_hub(folder, [setup])))
        before_mb = hub.memory_mb()
        await leave_open_incidents(hub.grpc, setup.box, setup.community, AT_HUB)
        async with plugged(receiver), console(hub.http, page_of) as page:
            config = write_box(folder, setup, hub.grpc, siren=relay.port, drivers=[receiver.driver()])
            roster = folder / f"{setup.community}.toml"
            roster.write_text(roster.read_text().replace('priority = "P1"', QUIET_RULE, 1))
            stack.enter_context(Box(config))
            await receiver.simulator.until_scanning()
            await page.until(lambda: page.boxes_seen > 0)
            began = time.monotonic()
            for number in range(BANDS, BANDS + STRANGERS):
                receiver.press(number)
                if number % 10 == 0:
                    await asyncio.sleep(10 / LINE_PER_S)
            pressing = asyncio.create_task(_go_on(receiver))
            try:
                for number in range(PRESSES):
                    one_ms = await _press(receiver, relay, page, number % BANDS)
                    took_ms.append(GIVE_UP_S * 1000 if one_ms is None else one_ms)
                    if number == 0:
                        strangers_s = time.monotonic() - began
            finally:
                pressing.cancel()
                await asyncio.gather(pressing, return_exceptions=True)
            after_mb = hub.memory_mb()
    return took_ms, strangers_s, before_mb, after_mb


async def _go_on(receiver: PressReceiver) -> None:
    number = 0
    while True:
        await asyncio.sleep(1 / STRANGERS_PER_S)
        receiver.press(BANDS + number % STRANGERS)
        number += 1


def b4f() -> list[Row]:
    """See the module."""
    took, strangers_s, before_mb, after_mb = uvloop.run(_flood(fresh("b4f")))
    first, p50, p99 = took[0], quantile(took, 0.5), quantile(took, 0.99)
    return [
        Row(
            "B4f",
            f"device byte -> siren byte, {AT_HUB:,} open at the hub, {STRANGERS:,} strangers ({len(took)} presses)",
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms; behind the strangers {first:.0f} ms",
            "p99 <= 100 ms",
            p99 <= 100,
            raw={"p50": p50, "p99": p99, "first": first, "strangers_s": strangers_s},
        ),
        Row(
            "B4f",
            f"hub RSS with {AT_HUB:,} open incidents and one box that follows them",
            f"{after_mb:.0f} MB, {before_mb:.0f} MB before them",
            "<= 300 MB",
            after_mb <= 300,
            raw={"mb": after_mb, "before_mb": before_mb},
        ),
    ]
