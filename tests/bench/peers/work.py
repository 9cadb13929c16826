"""What every peer does: work W (a backlog made while the hub is away, drained with alarms in between) and live events.

A peer gives an edge and a hub as processes; the bench is the device at the one end and the consumer at the other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.drain_bench import POLL_S, PRESS_EVERY_S
from bench.live_bench import TAPS_PER_S

IDLE_S = 5.0
LIVE = 1_000  # events
LIMIT_S = 600.0
SEEN_LIMIT_S = 30.0
TOLD_EVERY_S = 5.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Live:
    """Edge and hub linked, nothing waiting. `ms`: from the edge to a consumer at the hub, 200 events a second."""

    idle_mb: float  # resident memory of the edge, linked, before the first event
    ms: list[float]


@dataclass(frozen=True, slots=True)
class Drain:
    """A backlog of `events`. The rate counts from the first batch at the hub to the last; CPU is us an event."""

    events: int
    rate: float
    alarms_ms: list[float]
    edge_us: float
    hub_us: float


class Peer(Protocol):
    """Something that keeps events at an edge and brings them to a hub. Folders are empty and its own."""

    name: str
    durable: str  # whether what the hub acknowledged is on its disk: "yes", or why not
    backlog: int  # events that it drains in about a minute

    async def live(self, folder: Path, say: Say) -> Live:
        """Idle memory, then live events."""
        ...

    async def drain(self, folder: Path, events: int, say: Say) -> Drain:
        """Work W."""
        ...


class Pair(Protocol):
    """An edge and a hub that run. `seen_ns`: alarm -> when a consumer at the hub had it, by `monotonic_ns`."""

    seen_ns: dict[int, int]

    async def press(self, alarm: int) -> None:
        """Gives an alarm to the edge."""
        ...

    async def at_hub(self) -> int:
        """How many events of the backlog the hub has."""
        ...


class Progress:
    """Says every five seconds how far something is and how long the rest takes."""

    def __init__(self, what: str, total: int, say: Say) -> None:
        self._what, self._total, self._say = what, total, say
        self._started = self._told = time.monotonic()

    def at(self, number: int) -> None:
        """`number` of `total` are done."""
        now = time.monotonic()
        if now - self._told < TOLD_EVERY_S or not number:
            return
        self._told = now
        left_s = (now - self._started) / number * (self._total - number)
        self._say(f"{self._what}: {number:,} of {self._total:,}, about {left_s:.0f} s left")


async def send_live(pair: Pair) -> list[float]:
    """Gives LIVE events to the edge at 200/s; returns how long each took to the hub's consumer, in ms."""
    given: dict[int, int] = {}
    due = time.monotonic()
    for number in range(LIVE):
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        due += 1 / TAPS_PER_S
        given[number] = time.monotonic_ns()
        await pair.press(number)
    return await took_ms(pair, given)


async def took_ms(pair: Pair, given: dict[int, int]) -> list[float]:
    """Waits for all that was given (alarm -> when); returns how long each took. Raises TimeoutError."""
    await seen(pair, given, SEEN_LIMIT_S)
    return [(pair.seen_ns[number] - at_ns) / 1e6 for number, at_ns in given.items()]


async def seen(pair: Pair, alarms: Iterable[int], limit_s: float) -> None:
    """Waits until the hub's consumer had all of them. Raises TimeoutError."""
    async with asyncio.timeout(limit_s):
        for alarm in alarms:
            while True:
                if alarm in pair.seen_ns:
                    break
                await asyncio.sleep(POLL_S)


async def follow_drain(pair: Pair, events: int, progress: Progress) -> tuple[float, list[float]]:
    """Looks until the hub has `events`, with an alarm every 0.1 s; returns events/s and the alarms' ms."""
    given: dict[int, int] = {}
    started = next_press = time.monotonic()
    first = 0
    async with asyncio.timeout(LIMIT_S):
        while (there := await pair.at_hub()) < events:
            now = time.monotonic()
            if first == 0:
                started, first = now, there
            elif now >= next_press:
                given[len(given)] = time.monotonic_ns()
                await pair.press(len(given) - 1)
                next_press = now + PRESS_EVERY_S
            progress.at(there)
            await asyncio.sleep(POLL_S)
    rate = (events - first) / (time.monotonic() - started)
    return rate, await took_ms(pair, given)
