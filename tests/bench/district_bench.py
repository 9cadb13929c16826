"""B14: a whole district comes back at once: 24 boxes, each with 500,000 events, one hub."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench.backlog import device, make
from bench.community import Setup, free_address, write_box, write_hub
from bench.place import fresh
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged
from bench.report import Row, quantile
from bench.watch import Console, StoreWatch, console
from support.signed_in import signed_in

BOXES, EVENTS = 24, 500_000
PRESS_EVERY_S = 0.25
POLL_S = 0.25
LIMIT_S = 1_800.0


class _District:
    """What is seen while all drain: when each box was done, the hub's peak, alarms of the first box."""

    def __init__(self, setups: list[Setup], store: StoreWatch, hub: Hub) -> None:
        self._setups, self._store, self._hub = setups, store, hub
        self.done_s: dict[str, float] = {}
        self.pressed: dict[int, int] = {}

    async def follow(self, receiver: PressReceiver, presses: int) -> None:
        """Looks, and presses bands, until every box is drained."""
        bands = itertools.count()
        started = next_press = time.monotonic()
        async with asyncio.timeout(LIMIT_S):
            while len(self.done_s) < len(self._setups):
                now = time.monotonic()
                for setup in self._setups:
                    if setup.box not in self.done_s and self._store.telemetry(setup.box) >= EVENTS:
                        self.done_s[setup.box] = now - started
                if now >= next_press and receiver.hears and len(self.pressed) < presses:
                    band = next(bands)
                    self.pressed[band] = receiver.press(band)
                    next_press = now + PRESS_EVERY_S
                await asyncio.sleep(POLL_S)

    async def alarms_ms(self, page: Console) -> list[float]:
        """How long each press took to the console."""
        return [(await page.saw(f"incident {device(band)}", 60) - at_ns) / 1e6 for band, at_ns in self.pressed.items()]


async def _return_at_once(folder: Path, setups: list[Setup]) -> tuple[_District, list[float], float]:
    presses = 430
    receiver = PressReceiver(0, presses)
    with ExitStack() as stack:
        grpc = free_address()  # the boxes are up before the hub: they wait for it, as after an outage
        page_of = await signed_in(folder / "hub")
        hub = Hub(write_hub(folder, setups, grpc=grpc))
        async with plugged(receiver):
            for setup in setups:
                drivers = [receiver.driver()] if setup.number == 0 else []
                stack.enter_context(Box(write_box(folder, setup, grpc, drivers=drivers)))
            stack.enter_context(hub)
            store = StoreWatch(folder / "hub")
            stack.callback(store.close)
            async with console(hub.http, page_of) as page:
                district = _District(setups, store, hub)
                await district.follow(receiver, presses)
                took = await district.alarms_ms(page)
        return district, took, hub.memory_mb("VmHWM")


def b14() -> list[Row]:
    """The district."""
    folder = fresh("b14")
    setups = [Setup(number) for number in range(BOXES)]
    for setup in setups:
        make(folder / setup.box, EVENTS, setup.number)
    district, took, peak_mb = uvloop.run(_return_at_once(folder, setups))
    shutil.rmtree(folder)
    times = list(district.done_s.values())
    mean, slowest = sum(times) / len(times), max(times)
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    return [
        Row(
            "B14",
            f"{BOXES} boxes x {EVENTS:,} events return at once ({len(took)} presses)",
            f"alarm p50 {p50:.0f} ms, p99 {p99:.0f} ms; hub RSS {peak_mb:.0f} MB; slowest box {slowest:.0f} s, mean "
            f"{mean:.0f} s ({BOXES * EVENTS / slowest:,.0f} ev/s)",
            "p99 <= 250 ms, <= 400 MB, slowest <= 2 x mean",
            p99 <= 250 and peak_mb <= 400 and slowest <= 2 * mean,
            raw={"p50": p50, "p99": p99, "hub_mb": peak_mb, "slowest_s": slowest, "mean_s": mean},
        )
    ]
