"""B4, B8, B9 (idle) and B10: a box at its nominal load with its hub, both as shipped; and B13, its start and stop."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import uvloop

from anju_drivers.card_reader.frames import encode
from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_edge.alerts.relay_simulator import RelaySimulator
from bench import limits
from bench.backlog import device, make
from bench.community import Setup, card, write_box, write_hub
from bench.nominal import playing
from bench.place import cold, fresh, kept
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged
from bench.report import Row, quantile
from bench.watch import Console, console
from support.signed_in import signed_in

NOMINAL_BANDS = 100
PRESSES = 120
WARM_S = 10.0
LOAD_S = 20.0
TAPS, TAPS_PER_S = 1_600, 200
GIGABYTE = 5_600_000  # events whose journal is about so large


async def _press_all(
    receiver: PressReceiver, relay: RelaySimulator, page: Console, bands: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Presses one band after the other; returns ms until the siren's byte and until the console knew.

    Each incident is closed at the console, as an operator does, before the next press: the siren must be off.
    """
    siren_ms: list[float] = []
    hub_ms: list[float] = []
    for band in bands:
        before = len(relay.switches)
        at_ns = receiver.press(band)
        if not await asyncio.to_thread(relay.wait_for, _on_after(before), 10.0):
            raise TimeoutError(f"no siren for band {band}")
        siren_ms.append((next(s.at_ns for s in relay.switches[before:] if s.on) - at_ns) / 1e6)
        hub_ms.append((await page.saw(f"incident {device(band)}") - at_ns) / 1e6)
        await page.close(device(band))
        if not await asyncio.to_thread(relay.wait_for, lambda board: not board.on.get(1, False), 10.0):
            raise TimeoutError("the siren goes on although the incident is closed")
    return siren_ms, hub_ms


@contextmanager
def _one_core_busy() -> Iterator[None]:
    spinning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        spinning.kill()
        spinning.wait()


async def _heard(page: Console, box: Box) -> float:
    """How many radio reports the box has heard from its receivers so far, as it says itself."""
    text = await page.get(f"http://{box.status}/metrics")
    return sum(
        float(count) for count in re.findall(r'anju_device_frames_total\{device="ble:receiver-\d"\} (\S+)', text)
    )


def _on_after(before: int) -> Any:  # Any: a callable on the simulator
    return lambda board: any(switch.on for switch in board.switches[before:])


async def _nominal(folder: Path) -> list[Row]:
    setup = Setup(bands=NOMINAL_BANDS + 2 * PRESSES, receivers=9, cameras=16)
    receiver = PressReceiver(NOMINAL_BANDS, 2 * PRESSES, "receiver-8")
    with ExitStack() as stack:
        drivers = stack.enter_context(playing(bands=NOMINAL_BANDS))
        relay = stack.enter_context(RelaySimulator())
        page_of = await signed_in(folder / "hub")
        hub = stack.enter_context(Hub(write_hub(folder, [setup])))
        async with plugged(receiver), console(hub.http, page_of) as page:
            tables: list[Mapping[str, object]] = [*drivers, receiver.driver()]
            box = stack.enter_context(Box(write_box(folder, setup, hub.grpc, siren=relay.port, drivers=tables)))
            await receiver.simulator.until_scanning()
            await asyncio.sleep(WARM_S)
            heard = await _heard(page, box)
            before, started = box.cpu_s(), time.monotonic()
            await asyncio.sleep(LOAD_S)
            seconds = time.monotonic() - started
            busy = (box.cpu_s() - before) / seconds * 100
            heard_per_s = (await _heard(page, box) - heard) / seconds
            idle_mb, own_mb = box.memory_mb(), box.memory_mb("RssAnon")
            first, second = (
                range(NOMINAL_BANDS + part * PRESSES, NOMINAL_BANDS + (part + 1) * PRESSES) for part in (0, 1)
            )
            quiet_ms, _ = await _press_all(receiver, relay, page, first)
            stack.enter_context(_one_core_busy())
            busy_ms, _ = await _press_all(receiver, relay, page, second)
    quiet, loaded = quantile(quiet_ms, 0.99), quantile(busy_ms, 0.99)
    return [
        Row(
            "B4",
            f"alarm: device byte -> siren byte, box at nominal load ({PRESSES} presses)",
            f"p50 {quantile(quiet_ms, 0.5):.1f} ms, p99 {quiet:.1f} ms",
            "p99 <= 20 ms",
            quiet <= 20,
            raw={"p50": quantile(quiet_ms, 0.5), "p99": quiet},
        ),
        Row(
            "B4",
            f"the same with one core busy ({PRESSES} presses)",
            f"p50 {quantile(busy_ms, 0.5):.1f} ms, p99 {loaded:.1f} ms",
            "p99 <= 500 ms",
            loaded <= 500,
            raw={"p50": quantile(busy_ms, 0.5), "p99": loaded},
        ),
        Row(
            "B9",
            "box RSS, idle with 9 receivers, card reader and 16 cameras",
            f"{idle_mb:.0f} MB, of it {own_mb:.0f} MB its own",
            "<= 75 MB",
            idle_mb <= 75,
            raw={"mb": idle_mb, "own_mb": own_mb},
        ),
        Row(
            "B10",
            f"box CPU at nominal load (100 bands x 8 receivers at 1 Hz: {heard_per_s:.0f} reports/s heard)",
            f"{busy:.1f} % of a core",
            "<= 8 %",
            busy <= 8 and heard_per_s >= 700,
            raw={"percent": busy, "heard_per_s": heard_per_s},
        ),
    ]


def b4_b9_b10() -> list[Row]:
    """One box at its nominal load."""
    return uvloop.run(_nominal(fresh("nominal")))


async def taps(folder: Path) -> list[float]:
    """Cards on the reader's line at 200/s, each once; ms until the console showed the check-in."""
    setup = Setup(bands=2, receivers=1, cards=TAPS)
    reader = CardReaderSimulator()
    with ExitStack() as stack:
        page_of = await signed_in(folder / "hub")
        hub = stack.enter_context(Hub(write_hub(folder, [setup])))
        playing_reader = asyncio.create_task(reader.run())
        await reader.ready.wait()
        try:
            async with console(hub.http, page_of) as page:
                table: Mapping[str, object] = {"driver": "card_reader", "name": "hall", **reader.driver_options()}
                stack.enter_context(Box(write_box(folder, setup, hub.grpc, drivers=[table])))
                await page.until(lambda: page.boxes_seen > 0)
                await asyncio.sleep(2)
                tapped: list[int] = []
                due = time.monotonic()
                for number in range(TAPS):
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    due += 1 / TAPS_PER_S
                    tapped.append(time.monotonic_ns())
                    reader.send(encode(card(number)))
                await page.until(lambda: len(page.check_ins_ns) >= TAPS)
        finally:
            playing_reader.cancel()
            await asyncio.gather(playing_reader, return_exceptions=True)
    return [(seen - at) / 1e6 for at, seen in zip(tapped, page.check_ins_ns, strict=True)]


def b8() -> list[Row]:
    """Live ACTIVITY, the whole way."""
    folder = fresh("b8")
    bare_p50, _ = limits.sqlite_commit_ms(folder)
    took = uvloop.run(taps(folder))
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    return [
        Row(
            "B8",
            f"card tap at 200/s: reader's byte -> hub durable -> console event ({TAPS} taps)",
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
            "p50 <= 5 ms, p99 <= 25 ms",
            p50 <= 5 and p99 <= 25,
            f"two bare commits of one row: p50 {2 * bare_p50:.2f} ms",
            p50 / (2 * bare_p50),
            {"p50": p50, "p99": p99, "bare_p50": bare_p50},
        )
    ]


async def _start(folder: Path, data: Path) -> tuple[float, float]:
    """Returns seconds from the start of the process to the siren's byte for the first press, and of its stop."""
    setup = Setup(bands=20, receivers=1)
    receiver = PressReceiver(0, 20)
    with RelaySimulator() as relay:
        async with plugged(receiver):
            (folder / setup.box).symlink_to(data)
            box = Box(write_box(folder, setup, "", siren=relay.port, drivers=[receiver.driver()]))
            cold(data)
            box.launch()
            try:
                async with asyncio.timeout(60):
                    await receiver.simulator.until_scanning()
                receiver.press(0)
                if not await asyncio.to_thread(relay.wait_for, _on_after(0), 30.0):
                    raise TimeoutError("no siren after the start")
                first = next(switch.at_ns for switch in relay.switches if switch.on)
                await asyncio.to_thread(box.wait_ready)
            finally:
                stopped = await asyncio.to_thread(box.stop)
    return (first - box.started_ns) / 1e9, stopped


def b13() -> list[Row]:
    """Start and stop with a journal of 1 GB that is not in the page cache. Making it takes a minute, once."""
    data = kept("gigabyte", lambda folder: make(folder, GIGABYTE))
    size = sum(path.stat().st_size for path in data.iterdir()) / 1e9
    started, stopped = uvloop.run(_start(fresh("b13"), data))
    return [
        Row(
            "B13",
            f"start to the siren of the first press, {size:.1f} GB journal, cold / stop",
            f"{started:.1f} s / {stopped:.1f} s",
            "<= 3 s / <= 5 s",
            started <= 3 and stopped <= 5,
            raw={"start_s": started, "stop_s": stopped, "gb": size},
        )
    ]
