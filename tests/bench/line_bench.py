"""B7: alarms over a slow, lossy line with a million events waiting."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.backlog import device, waiting
from bench.community import Setup, write_box, write_hub
from bench.place import copy, fresh
from bench.programs import Box, Hub
from bench.receiver import PressReceiver, plugged
from bench.report import Row, quantile
from bench.slow_line import HUB_ADDRESS, Line, bytes_received, congestion_control, slow_line, why_not
from bench.watch import StoreWatch, console
from support.signed_in import signed_in

BACKLOG = 1_000_000
PRESSES = 120
PRESS_EVERY_S = 2.0
SETTLE_S = 30.0
PORT = 7420


@dataclass(frozen=True, slots=True)
class Slow:
    """Ms of each alarm until the console knew, the share of the line that was used, and what for."""

    took_ms: list[float]
    share: float
    events_per_s: float
    control: str


async def _alarms(folder: Path, line: Line) -> Slow:
    setup = Setup()
    copy(waiting(BACKLOG), folder / setup.box)
    receiver = PressReceiver(0, PRESSES)
    hub_address = f"{HUB_ADDRESS}:{PORT}"
    with ExitStack() as stack:
        box_space, hub_space = stack.enter_context(slow_line(line))
        within = ("ip", "netns", "exec")
        page_of = await signed_in(folder / "hub")
        hub = stack.enter_context(Hub(write_hub(folder, [setup], grpc=hub_address), before=(*within, hub_space)))
        store = StoreWatch(folder / "hub")
        stack.callback(store.close)
        async with plugged(receiver), console(hub.http, page_of, namespace=hub_space) as page:
            stack.enter_context(
                Box(write_box(folder, setup, hub_address, drivers=[receiver.driver()]), before=(*within, box_space))
            )
            await receiver.simulator.until_scanning()
            await asyncio.sleep(SETTLE_S)
            traffic = _Traffic(hub_space)
            before = store.telemetry()
            pressed: dict[int, int] = {}
            for number in range(PRESSES):
                pressed[number] = receiver.press(number)
                await asyncio.sleep(PRESS_EVERY_S)
                traffic.look()
                if device(number) in page.shown:  # an operator takes and closes what comes
                    await page.close(device(number))
            share = traffic.rate() / (line.kbit * 125)
            events_per_s = (store.telemetry() - before) / (PRESSES * PRESS_EVERY_S)
            took = [
                (await page.saw(f"incident {device(number)}", 60) - at_ns) / 1e6 for number, at_ns in pressed.items()
            ]
            return Slow(took, share, events_per_s, congestion_control(box_space))


class _Traffic:
    """Bytes that reached the hub's program, over all connections that came and went."""

    def __init__(self, namespace: str) -> None:
        self._namespace, self._started = namespace, time.monotonic()
        self._first = bytes_received(namespace, PORT)
        self._seen = dict(self._first)

    def look(self) -> None:
        self._seen |= bytes_received(self._namespace, PORT)

    def rate(self) -> float:
        """Bytes a second since the start."""
        self.look()
        total = sum(count - self._first.get(peer, 0) for peer, count in self._seen.items())
        return total / (time.monotonic() - self._started)


def b7() -> list[Row]:
    """The slow line."""
    if reason := why_not():
        return [Row("B7", "alarm on a slow lossy line", f"skipped: {reason}", "p99 <= 2 s, bulk >= 60 %", False)]
    line = Line()
    slow = uvloop.run(_alarms(fresh("b7"), line))
    p50, p99 = quantile(slow.took_ms, 0.5), quantile(slow.took_ms, 0.99)
    return [
        Row(
            "B7",
            f"alarm on {line.kbit:.0f} kbit/s, RTT {2 * line.one_way_ms:.0f} ms, {line.loss:.0%} loss each way, "
            f"1 M events waiting, TCP {slow.control} ({len(slow.took_ms)} presses)",
            f"p50 {p50 / 1000:.2f} s, p99 {p99 / 1000:.2f} s; {slow.share:.0%} of the line used "
            f"({slow.events_per_s:.0f} ev/s)",
            "p99 <= 2 s, bulk >= 60 %",
            p99 <= 2_000 and slow.share >= 0.6,
            raw={"p50": p50, "p99": p99, "share": slow.share, "events_per_s": slow.events_per_s},
        )
    ]
