"""B21: alarms while the rosters of 24 communities go down whole, beside the same run without, in turns."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, nullcontext
from pathlib import Path

import uvloop

from anju_central.access.caller import COMMAND_LINE
from anju_central.control.rosters import SNAPSHOTS_AT_ONCE
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.queries.roster_take_over import take_over_roster
from anju_protos.roster_file import load_roster
from bench.backlog import device
from bench.community import RESIDENTS, Setup, write_box, write_hub
from bench.place import ROOT, fresh
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged
from bench.report import Row, quantile
from bench.watch import Console, console
from support.signed_in import signed_in

PRESSES = int(os.environ.get("ANJU_BENCH_PRESSES", "400"))  # half of them beside snapshots
TURNS = 4
PRESS_EVERY_S = 0.25
SETTLE_S = 3.0  # until the first snapshots are in flight
PRESSED_WITHIN_S = 60.0


async def _take_over(folder: Path, setups: list[Setup]) -> None:
    """The registry says these rosters from now on, and the hub sends them."""
    registry = await Registry.open(sqlite_url(folder / "hub" / REGISTRY_FILE))
    try:
        for setup in setups:
            roster = load_roster(folder / f"{setup.community}.toml")
            for row in (*roster.residents, *roster.tokens):  # in the registry an id is one person's
                name = "id" if hasattr(row, "id") else "resident"
                setattr(row, name, f"{setup.number}-{getattr(row, name)}")
            await take_over_roster(COMMAND_LINE, registry, roster, time.time_ns() // 1_000_000)
    finally:
        await registry.close()


@asynccontextmanager
async def _snapshots(address: str, counted: list[int]) -> AsyncIterator[None]:
    """24 boxes go on asking for all of it; how many there were is added up."""
    command = (sys.executable, "-m", "bench.snapshots", address, "1", str(SNAPSHOTS_AT_ONCE))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    running = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    try:
        await asyncio.sleep(SETTLE_S)
        yield
        said, _ = await running.communicate(b"")
        counted.append(json.loads(said)["snapshots"])
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def _press(receiver: PressReceiver, page: Console, bands: Iterator[int], presses: int) -> list[float]:
    """Presses a band every quarter second; returns ms of each from its bytes to the console."""
    pressed: dict[int, int] = {}
    for band in itertools.islice(bands, presses):
        pressed[band] = receiver.press(band)
        await asyncio.sleep(PRESS_EVERY_S)
    return [
        (await page.saw(f"incident {device(band)}", PRESSED_WITHIN_S) - at_ns) / 1e6 for band, at_ns in pressed.items()
    ]


async def _measure(folder: Path) -> tuple[list[float], list[float], int]:
    """Returns ms of each press without, of each beside snapshots, and how many of these there were."""
    pressed = Setup(0, bands=PRESSES, receivers=1)
    whole = [Setup(number, bands=0, cards=RESIDENTS) for number in range(1, SNAPSHOTS_AT_ONCE + 1)]
    receiver = PressReceiver(0, PRESSES)
    without: list[float] = []
    beside: list[float] = []
    counted: list[int] = []
    with ExitStack() as stack:
        page_of = await signed_in(folder / "hub")
        hub = stack.enter_context(Hub(write_hub(folder, [pressed, *whole])))
        await _take_over(folder, whole)
        async with plugged(receiver), console(hub.http, page_of) as page:
            stack.enter_context(Box(write_box(folder, pressed, hub.grpc, drivers=[receiver.driver()])))
            await receiver.simulator.until_scanning()
            await page.until(lambda: page.boxes_seen > 0)
            bands = iter(range(PRESSES))
            for turn in range(TURNS):
                has_snapshots = turn % 2 == 1
                async with _snapshots(hub.grpc, counted) if has_snapshots else nullcontext():
                    took = await _press(receiver, page, bands, PRESSES // TURNS)
                (beside if has_snapshots else without).extend(took)
    return without, beside, sum(counted)


def b21() -> list[Row]:
    """See the module."""
    without, beside, snapshots = uvloop.run(_measure(fresh("b21")))
    p99, quiet = quantile(beside, 0.99), quantile(without, 0.99)
    load = os.getloadavg()[0]
    return [
        Row(
            "B21",
            f"alarm: device byte -> console, {SNAPSHOTS_AT_ONCE} snapshots in flight ({snapshots} went down, "
            f"{len(beside)} presses; load {load:.1f})",
            f"p50 {quantile(beside, 0.5):.0f}, p99 {p99:.0f} ms; without p50 {quantile(without, 0.5):.0f}, "
            f"p99 {quiet:.0f} ms: {p99 / quiet:.2f} x",
            "p99 <= 1.2 x, <= 250 ms",
            p99 <= 1.2 * quiet and p99 <= 250,
            raw={"p99": p99, "without_p99": quiet, "snapshots": snapshots, "load": load},
        )
    ]
