"""B1 to B3: the journal and the intake of a box, without its processes around them; each beside bare sqlite3."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop

from anju_drivers.driver import TriggerReading, TriggerState, VitalReading
from anju_edge.config import BoxConfig, EdgeConfig, HttpConfig
from anju_edge.gateway import Running, run
from anju_edge.journal.journal import Journal
from anju_protos.v1.event_pb2 import ACTIVITY
from bench import limits
from bench.backlog import device
from bench.community import Setup, write_roster
from bench.encryption import card_of, tell_box
from bench.place import fresh
from bench.report import Row, quantile

WRITERS = 1_000
ROUNDS = 3
ROUND_S = 2.0


async def append(folder: Path, seconds: float, *, encrypted: bool = False) -> float:
    """Returns events/s of the journal with 1,000 writers that each wait for their event to be durable."""
    data = os.urandom(140)
    async with await Journal.open(folder, card=card_of("bench-0", "box-0") if encrypted else None) as journal:
        number = 0
        over = False

        async def write() -> None:
            nonlocal number
            while not over:
                await journal.append(ACTIVITY, data)
                number += 1

        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(write())
            await asyncio.sleep(0.2)
            before, started = number, time.perf_counter()
            await asyncio.sleep(seconds)
            rate = (number - before) / (time.perf_counter() - started)
            over = True
        return rate


def b1() -> list[Row]:
    """Journal append: ours and bare sqlite3 take turns."""
    ours, bare = [], []
    for number in range(ROUNDS):
        folder = fresh(f"b1-{number}")
        bare.append(limits.sqlite_groups(folder, seconds=ROUND_S))
        ours.append(uvloop.run(append(folder / "box", ROUND_S)))
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    return [
        Row(
            "B1", "journal append, 1,000 waiting writers", f"{statistics.median(ours):,.0f} ev/s",
            ">= 0.30 x (stretch 0.45)", ratio >= 0.30,
            f"bare sqlite3, groups of 1,000: {statistics.median(bare):,.0f} ev/s", ratio,
            {"ours": statistics.median(ours), "bare": statistics.median(bare)},
        )
    ]  # fmt: skip


@asynccontextmanager
async def box_inside(folder: Path, roster: Path | None = None, *, encrypted: bool = False) -> AsyncIterator[Running]:
    """A whole box in this process, with the shipped settings; no driver, no hub."""
    roster = roster or write_roster(folder, Setup())
    config = EdgeConfig(BoxConfig("box-0", "bench-0", folder / "box", roster), http=HttpConfig("", ""))
    if encrypted:
        tell_box(config.box.data)
    started: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    running = asyncio.create_task(run(config, stop, on_started=started.set_result))
    waiting: set[asyncio.Future[Any]] = {running, started}  # Any: of different results
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    try:
        if not started.done():
            await running
        yield started.result()
    finally:
        stop.set()
        await running


async def intake(folder: Path, seconds: float, *, encrypted: bool = False) -> tuple[float, float]:
    """Returns readings/s and CPU us a reading: heart rates of 430 bands, at most 4,000 not yet durable."""
    keys = [device(number) for number in range(430)]
    async with box_inside(folder, encrypted=encrypted) as box:
        chunks: deque[Awaitable[None]] = deque()
        number = 0
        started, cpu = time.perf_counter(), time.process_time()
        while time.perf_counter() - started < seconds:
            for _ in range(1_000):
                last = box.intake.take(VitalReading(keys[number % 430], heart_rate_bpm=60 + number % 40))
                number += 1
            chunks.append(last)
            await asyncio.sleep(0)
            if len(chunks) >= 4:
                await chunks.popleft()
        await box.journal.flush()
        return number / (time.perf_counter() - started), (time.process_time() - cpu) / number * 1e6


def b2() -> list[Row]:
    """Whole intake."""
    rounds = [uvloop.run(intake(fresh(f"b2-{number}"), ROUND_S)) for number in range(ROUNDS)]
    rate, cpu = statistics.median(r for r, _ in rounds), statistics.median(c for _, c in rounds)
    return [
        Row(
            "B2", "reading -> stamped, bound, ruled, durable", f"{rate:,.0f} readings/s, {cpu:.1f} us CPU each",
            ">= 20,000/s, <= 50 us", rate >= 20_000 and cpu <= 50, raw={"rate": rate, "cpu_us": cpu},
        )
    ]  # fmt: skip


async def single(folder: Path, per_second: int, seconds: float) -> list[float]:
    """Returns how long single ACTIVITY readings took to be durable, in ms."""
    took: list[float] = []
    loop = asyncio.get_running_loop()

    async def one(box: Running) -> None:
        started = time.perf_counter()
        await box.intake.take(TriggerReading("hikvision:02005e100001", "call_button", TriggerState.PULSE))
        took.append((time.perf_counter() - started) * 1_000)

    async with box_inside(folder) as box, asyncio.TaskGroup() as readings:
        due = loop.time() + 0.2
        for _ in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, due - loop.time()))
            due += 1 / per_second
            readings.create_task(one(box))
    return took


def b3() -> list[Row]:
    """Live ACTIVITY."""
    bare: list[tuple[float, float]] = []
    ours: list[list[float]] = []
    for number in range(ROUNDS):
        folder = fresh(f"b3-{number}")
        bare.append(limits.sqlite_commit_ms(folder, seconds=2.0))
        ours.append(uvloop.run(single(folder, 200, 3.0)))
    ratio = statistics.median(quantile(o, 0.5) / b for o, (b, _) in zip(ours, bare, strict=True))
    p50, p99 = (statistics.median(quantile(o, share) for o in ours) for share in (0.5, 0.99))
    limit_p50, limit_p99 = statistics.median(b for b, _ in bare), statistics.median(b for _, b in bare)
    return [
        Row(
            "B3", "one ACTIVITY event at 200/s: reading -> durable", f"p50 {p50:.2f} ms, p99 {p99:.1f} ms",
            "p50 <= 2.5 x, p99 <= 10 ms", ratio <= 2.5 and p99 <= 10,
            f"bare commit of one row: p50 {limit_p50:.2f}, p99 {limit_p99:.1f} ms", ratio,
            {"p50": p50, "p99": p99, "bare_p50": limit_p50, "bare_p99": limit_p99},
        )
    ]  # fmt: skip
