"""B5, B6, B9 (drain), B12, B16, B18, B20: a box comes back with a backlog; box and hub are the shipped processes."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from anju_central.simulation.certificates import make as make_certificates
from bench import limits
from bench.backlog import average_bytes, device, waiting
from bench.community import Setup, write_box, write_hub
from bench.encryption import OFF, give_key, tell_box
from bench.place import copy, fresh
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged
from bench.report import Row, quantile
from bench.watch import Console, StoreWatch, console
from bench.wire import CountingLine
from support.signed_in import signed_in

SMALL = 500_000
PRESS_EVERY_S = 0.1
POLL_S = 0.02
LIMIT_S = 60.0
ROUNDS = 3


@dataclass(slots=True)
class Drained:
    """One drain. Rates count from the first batch at the hub to the last."""

    events: int
    seconds: float
    box_us: float = 0.0  # CPU an event
    hub_us: float = 0.0
    box_peak_mb: float = 0.0
    hub_peak_mb: float = 0.0
    alarms_ms: list[float] = field(default_factory=list)
    bytes_up: int = 0

    @property
    def rate(self) -> float:
        return self.events / self.seconds


@asynccontextmanager
async def _watching(http: str, page_of: Mapping[str, str], wanted: bool) -> AsyncIterator[Console | None]:
    if not wanted:
        yield None
        return
    async with console(http, page_of) as page:
        yield page


async def drain(
    name: str,
    events: int,
    *,
    presses: int = 0,
    sections: Mapping[str, Mapping[str, object]] | None = None,
    counted: bool = False,
    box_environment: Mapping[str, str] | None = None,
    number: int = 0,
    history: Path | None = None,
    certified: bool = False,
    encrypted: bool = False,
) -> Drained:
    """A box with `events` waiting meets a hub; with `presses`, a band is pressed every 0.1 s while it drains.

    `certified`: with certificates on both sides, else plain. `encrypted`: so is its card, which asks for these.

    `number` tells one box from another; `history` is the folder of an earlier drain whose hub goes on here.
    """
    folder = fresh(name)
    setup = Setup(number)
    copy(waiting(events, number, (setup.community, setup.box) if encrypted else ()), folder / setup.box)
    if history is not None:
        (history / "hub").rename(folder / "hub")
    if certified:
        make_certificates(folder / "hub", [(setup.box, setup.community, folder / setup.box)])
    if encrypted:
        give_key(folder / "hub")
        tell_box(folder / setup.box)
    elif certified:
        sections = {**(sections or {}), **OFF}
    receiver = PressReceiver(0, max(presses, 1))
    with ExitStack() as stack:
        page_of = await signed_in(folder / "hub")
        hub = stack.enter_context(Hub(write_hub(folder, [Setup(other) for other in range(number + 1)])))
        store = StoreWatch(folder / "hub")
        stack.callback(store.close)
        async with (
            plugged(receiver),
            CountingLine.to(hub.grpc if counted else "") as line,
            _watching(hub.http, page_of, presses > 0) as page,
        ):
            config = write_box(
                folder,
                setup,
                line.address if line is not None else hub.grpc,
                drivers=[receiver.driver()],
                sections=sections,
            )
            before, hub_cpu = store.telemetry(), hub.cpu_s()
            box = stack.enter_context(Box(config, environment=box_environment))
            async with asyncio.timeout(LIMIT_S + events / 5_000):
                return await _drained(
                    before, events, presses, receiver, store, page, line, (hub, hub_cpu), (box, box.cpu_s())
                )


async def _drained(
    before: int,
    events: int,
    presses: int,
    receiver: PressReceiver,
    store: StoreWatch,
    page: Console | None,
    line: CountingLine | None,
    hub: tuple[Hub, float],
    box: tuple[Box, float],
) -> Drained:
    pressed: dict[int, int] = {}
    started = last = time.monotonic()
    first = store.telemetry()
    next_press = time.monotonic()
    band = itertools.count()
    while (now_at := store.telemetry()) - before < events:
        last = time.monotonic()
        if now_at == before:
            started, first = last, now_at
        elif page is not None and receiver.hears and last >= next_press and len(pressed) < presses:
            number = next(band)
            pressed[number] = receiver.press(number)
            next_press = last + PRESS_EVERY_S
        await asyncio.sleep(POLL_S)
    seconds = time.monotonic() - started
    result = Drained(before + events - first, seconds)
    await _projected(store)
    result.box_us = (box[0].cpu_s() - box[1]) / events * 1e6
    result.hub_us = (hub[0].cpu_s() - hub[1]) / events * 1e6
    result.box_peak_mb, result.hub_peak_mb = box[0].memory_mb("VmHWM"), hub[0].memory_mb("VmHWM")
    result.bytes_up = line.bytes_up if line is not None else 0
    if page is not None:
        for number, at_ns in pressed.items():
            result.alarms_ms.append((await page.saw(f"incident {device(number)}") - at_ns) / 1e6)
    return result


async def _projected(store: StoreWatch) -> None:
    while True:
        if store.projected():
            return
        await asyncio.sleep(POLL_S)


LIMITS: dict[limits.Rows, str] = {
    "typed": "typed rows",
    "single": "each event serialized and parsed by itself",
    "plain": "bytes that are only passed on",
}


def b5_b18() -> list[Row]:
    """The drain and its CPU, beside bare gRPC, in turns. The bar is against typed rows; the others are shown."""
    waiting(SMALL)
    runs: list[Drained] = []
    certified: list[Drained] = []
    bare: dict[limits.Rows, list[float]] = {rows: [] for rows in LIMITS}
    for number in range(ROUNDS):
        folder = fresh(f"b5-limit-{number}")
        for rows in LIMITS:
            bare[rows].append(limits.grpc_batches(folder, rows))
        runs.append(uvloop.run(drain(f"b5-{number}", SMALL)))
        certified.append(uvloop.run(drain(f"b5-tls-{number}", SMALL, certified=True)))
    rate = statistics.median(run.rate for run in runs)
    table = []
    for rows, words in LIMITS.items():
        ratio = statistics.median(run.rate / limit for run, limit in zip(runs, bare[rows], strict=True))
        limit = statistics.median(bare[rows])
        table.append(
            Row(
                "B5",
                "drain of 500,000 TELEMETRY events, durable at the hub, projections on",
                f"{rate:,.0f} ev/s",
                ">= 0.35 x typed" if rows == "typed" else "shown, no bar",
                rows != "typed" or ratio >= 0.35,
                f"bare grpc.aio, batches of 500, {words}: {limit:,.0f} ev/s",
                ratio,
                {"rate": rate, "limit": limit},
            )
        )
    box_us, hub_us = statistics.median(run.box_us for run in runs), statistics.median(run.hub_us for run in runs)
    table.append(
        Row(
            "B18",
            "CPU per drained event, projections on",
            f"{box_us:.1f} us box, {hub_us:.1f} us hub",
            "<= 10 us box, <= 18 us hub",
            box_us <= 10 and hub_us <= 18,
            raw={"box_us": box_us, "hub_us": hub_us},
        )
    )
    return table + _beside_plain(runs, certified)


def _beside_plain(runs: list[Drained], certified: list[Drained]) -> list[Row]:
    """What certificates cost: the same drains in turns, with and without."""
    pairs = list(zip(certified, runs, strict=True))
    rate, plain = (statistics.median(run.rate for run in some) for some in (certified, runs))
    box_us, hub_us = (statistics.median(getattr(run, name) for run in certified) for name in ("box_us", "hub_us"))
    box_ratio = statistics.median(run.box_us / beside.box_us for run, beside in pairs)
    hub_ratio = statistics.median(run.hub_us / beside.hub_us for run, beside in pairs)
    return [
        Row(
            "B5",
            "drain with certificates on both sides",
            f"{rate:,.0f} ev/s",
            "shown, no bar",
            True,
            f"plain, same run: {plain:,.0f} ev/s",
            statistics.median(run.rate / beside.rate for run, beside in pairs),
            {"rate": rate, "limit": plain},
        ),
        Row(
            "B18",
            "CPU per drained event with certificates on both sides",
            f"{box_us:.1f} us box, {hub_us:.1f} us hub ({box_ratio:.2f} and {hub_ratio:.2f} x plain)",
            "<= 1.15 x plain",
            box_ratio <= 1.15 and hub_ratio <= 1.15,
            raw={"box_us": box_us, "hub_us": hub_us},
        ),
    ]


def b6() -> list[Row]:
    """Alarms while it drains."""
    runs = [uvloop.run(drain(f"b6-{number}", SMALL, presses=400)) for number in range(ROUNDS)]
    alarms = [ms for run in runs for ms in run.alarms_ms]
    p50, p99 = quantile(alarms, 0.5), quantile(alarms, 0.99)
    return [
        Row(
            "B6", f"alarm during the drain: device byte -> console ({len(alarms)} presses)",
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, max {max(alarms):.0f} ms", "p50 <= 25 ms, p99 <= 60 ms",
            p50 <= 25 and p99 <= 60, raw={"p50": p50, "p99": p99, "rate": statistics.median(r.rate for r in runs)},
        )
    ]  # fmt: skip


def b12() -> list[Row]:
    """Bytes on the wire, all connections of the box together, per event of the backlog."""
    size = 100_000
    plain = uvloop.run(drain("b12-plain", size, counted=True, sections={"sync": {"zstd": "off"}}))
    packed = uvloop.run(drain("b12-zstd", size, counted=True, sections={"sync": {"zstd": "on"}}))
    plain_bytes, packed_bytes = plain.bytes_up / size, packed.bytes_up / size
    return [
        Row(
            "B12",
            f"wire bytes per TELEMETRY event of {average_bytes():.0f} bytes, bulk: plain / zstd",
            f"{plain_bytes:.0f} / {packed_bytes:.0f} B",
            "<= 150 / <= 90 B",
            plain_bytes <= 150 and packed_bytes <= 90,
            raw={"plain": plain_bytes, "zstd": packed_bytes},
        )
    ]


WEEK = 4_300_000  # events of seven heavy days
LARGE = 10 * SMALL
SAME = 0.2


def b9() -> list[Row]:
    """Memory of a box that drains a week offline."""
    run = uvloop.run(drain("b9", WEEK))
    return [
        Row(
            "B9",
            f"box RSS, peak while draining {WEEK:,} events (a heavy week offline)",
            f"{run.box_peak_mb:.0f} MB (hub {run.hub_peak_mb:.0f} MB)",
            "<= 110 MB",
            run.box_peak_mb <= 110,
            raw={"box_mb": run.box_peak_mb, "hub_mb": run.hub_peak_mb},
        )
    ]


def b16() -> list[Row]:
    """Growth: ten times the backlog, then a small backlog into ten times the stored history."""
    small = uvloop.run(drain("b16-small", SMALL, presses=400, number=1))
    large = uvloop.run(drain("b16-large", LARGE, presses=400))
    history = fresh("b16-history").parent / "b16-large"
    later = uvloop.run(drain("b16-later", SMALL, presses=400, number=1, history=history))
    rows = []
    for figure, run in (("10 x backlog", large), ("10 x stored history", later)):
        rate, alarm = run.rate / small.rate, quantile(run.alarms_ms, 0.5) / quantile(small.alarms_ms, 0.5)
        rows.append(
            Row(
                "B16",
                f"{figure}: drain with alarms, beside the small run",
                f"{run.rate:,.0f} ev/s, alarm p50 {quantile(run.alarms_ms, 0.5):.0f} ms ({alarm:.2f} x)",
                "within 20 %",
                rate >= 1 - SAME and alarm <= 1 + SAME,
                f"small run: {small.rate:,.0f} ev/s, alarm p50 {quantile(small.alarms_ms, 0.5):.0f} ms",
                rate,
                {"rate": rate, "alarm": alarm},
            )
        )
    return rows


def b20() -> list[Row]:
    """Whether an alarm feels how much waits behind it."""
    few = [uvloop.run(drain(f"b20-few-{number}", 100_000, presses=400)) for number in range(8)]
    many = uvloop.run(drain("b20-many", 1_000_000, presses=400))
    few_ms = [ms for run in few for ms in run.alarms_ms]
    few_p50, many_p50 = quantile(few_ms, 0.5), quantile(many.alarms_ms, 0.5)
    ratio = many_p50 / few_p50
    return [
        Row(
            "B20",
            f"alarm p50 with 100,000 / 1,000,000 events waiting ({len(few_ms)} / {len(many.alarms_ms)} presses)",
            f"{few_p50:.0f} / {many_p50:.0f} ms",
            "equal within 20 %",
            ratio <= 1 + SAME,
            ratio=ratio,
            raw={"few_p50": few_p50, "many_p50": many_p50},
        )
    ]
