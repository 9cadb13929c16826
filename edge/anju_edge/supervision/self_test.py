"""Every hour a test alarm goes the whole way, so that a broken way is found before it is needed."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from anju_drivers.errors import NotRecorded
from anju_edge.clock import Clock
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.incidents.own_incidents import HUB_WAIT_S
from anju_edge.intake.intake import BoxIntake
from anju_edge.journal.journal import Journal
from anju_protos.rules.decide import SelfTest
from anju_protos.v1.event_pb2 import TEST, Actor


@dataclass(slots=True)
class SelfTestHealth:
    """Outcome of the last synthetic alarm. `hub_ms` is None until the hub confirmed one."""

    runs: int = 0
    recorded: bool | None = None
    recorded_ms: int | None = None
    hub_ms: int | None = None
    last_ms: int | None = None


async def self_tests(
    every_s: float,
    intake: BoxIntake,
    incidents: OpenIncidents,
    journal: Journal,
    clock: Clock,
    health: SelfTestHealth,
    box: str,
) -> None:
    """Sends a test alarm through rules, journal and uplink every `every_s` seconds (0 = never), marked TEST.

    It makes no sound. Its incident is closed as soon as the hub has it, or after a minute.
    """
    while every_s:
        await asyncio.sleep(every_s * random.uniform(0.95, 1.05))  # not all boxes of a district at once
        started_ms = clock.elapsed_ms()
        opened = intake.alarm("", SelfTest(), TEST)
        health.runs, health.last_ms, health.hub_ms = health.runs + 1, started_ms, None
        try:
            await opened.recorded
        except NotRecorded:
            health.recorded = False
        else:
            health.recorded, health.recorded_ms = True, clock.elapsed_ms() - started_ms
            try:
                async with asyncio.timeout(HUB_WAIT_S):
                    await _at_hub(journal, opened.recorded.stream, opened.recorded.seq)
                health.hub_ms = clock.elapsed_ms() - started_ms
            except TimeoutError:
                pass
        incidents.resolve(opened.key, Actor(role=Actor.BOX, id=box), "self_test")


async def _at_hub(journal: Journal, stream: bytes, seq: int) -> None:
    seen = -1
    while True:
        seen = await journal.changed(seen)
        if any(info.stream == stream and info.acked >= seq for info in journal.streams()):
            return
