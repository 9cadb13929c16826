"""B17, its other half: an incident opened at the console beside 10 million stored events and 100,000 residents.

Opening asks for the incident and for whom it is about, by name; the look at that person is written to the log.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections import deque
from pathlib import Path

import httpx

from anju_central.access.caller import COMMAND_LINE
from anju_central.registry.faults import HEAD, REGISTRY_FILE
from anju_central.registry.queries.roster_take_over import take_over_roster
from anju_central.registry.secrets import RegistrySecrets
from anju_protos.roster_file import parse_roster
from anju_protos.v1.uplink_pb2 import Ack
from bench import backlog
from bench.people_bench import FILE, RESIDENTS
from bench.people_bench import fill as fill_people
from bench.place import copy, fresh, kept
from bench.report import Row, quantile
from support.events import ALARM, T0, TELEMETRY, Box, alarm
from support.hubs import BASE, Hub, config, running
from support.people import PAGE, add_person, cookie

EVENTS = int(os.environ.get("ANJU_BENCH_STORED", "10000000"))
BATCH, AHEAD = 500, 32
INCIDENTS = 200
BAR_MS = 150.0


async def _fill(folder: Path) -> None:
    """Stores and folds telemetry of two boxes, as their backlogs bring it."""
    boxes = [Box("bench", TELEMETRY), Box("bench", TELEMETRY, "box-2", "other")]
    waiting: deque[asyncio.Future[Ack]] = deque()
    async with running(folder) as hub:
        events = backlog.events(EVENTS)
        for turn, first in enumerate(range(0, EVENTS, BATCH)):
            part = [data for _, data in zip(range(min(BATCH, EVENTS - first)), events, strict=False)]
            waiting.append(hub.store.submit(boxes[turn % len(boxes)].submission(*part)))
            if len(waiting) > AHEAD:
                await waiting.popleft()
        await asyncio.gather(*waiting)
        await hub.settled()


def _roster() -> str:
    """As many people as there will be incidents, each with a band."""
    lines = ['community = "ningdu"', "revision = 1", 'name_zh = "柠都社区"', 'time_zone = "Asia/Shanghai"']
    lines.append('token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"')
    for one in range(INCIDENTS):
        device, resident = backlog.device(one), f"r-{one:04d}"
        lines += ["[[devices]]", f'key = "{device}"', 'kind = "band"', f'label_zh = "手环 {one}"']
        lines += [
            "[[residents]]",
            f'id = "{resident}"',
            f'name = "王小{one:04d}"',
            f'flat = "{one // 4 + 1}-1-{one % 4 + 1}01"',
        ]
        lines += ["[[bindings]]", f'device = "{device}"', f'resident = "{resident}"']
    return "\n".join(lines) + "\n"


async def _opened(hub: Hub) -> list[float]:
    """Milliseconds of opening each incident, the newest first."""
    token, _ = await add_person(hub.parts, "op-wang")
    took_ms = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(hub.app), base_url=BASE, headers=PAGE, cookies=cookie(token)
    ) as http:
        keys = [row["id"] for row in (await http.get("/api/incidents")).json()]
        assert len(keys) == INCIDENTS
        for key in keys:
            hub.clock.advance(2)  # look-ups have a rate
            began = time.perf_counter()
            incident, named = await asyncio.gather(
                http.get(f"/api/incidents/{key}"), http.get(f"/api/incidents/{key}/named")
            )
            took_ms.append((time.perf_counter() - began) * 1e3)
            assert incident.status_code == named.status_code == 200, named.text
            assert named.json()["person"]["name"].startswith("王小")
    return took_ms


async def _measure(folder: Path) -> list[float]:
    RegistrySecrets(config(folder).data_dir, {}).make()
    async with running(folder) as hub:
        registry = hub.parts.registry.registry
        await take_over_roster(COMMAND_LINE, registry, parse_roster(_roster(), Path("ningdu.toml")), T0)
        await hub.parts.rosters.refresh()
        presses = [alarm(backlog.device(one), at_ms=one * 1_000, resident=f"r-{one:04d}") for one in range(INCIDENTS)]
        await hub.take(Box("alarms", ALARM), *presses)
        return await _opened(hub)


def b17_incident() -> list[Row]:
    """Measures on copies of the kept store and registry."""
    stored = kept(f"stored-{EVENTS}", lambda folder: asyncio.run(_fill(folder)))
    people = kept(f"people-{RESIDENTS}-{HEAD}", lambda folder: asyncio.run(fill_people(folder)))
    folder = fresh("incident")
    (folder / "hub").mkdir()
    copy(stored / "hub", folder / "hub")
    for pattern in (f"{REGISTRY_FILE}*", "*.last.*"):  # of the registry that filled the store
        for left in (folder / "hub").glob(pattern):
            left.unlink()
    shutil.copy(people / FILE, folder / "hub" / REGISTRY_FILE)
    took_ms = asyncio.run(_measure(folder))
    p50, p95 = quantile(took_ms, 0.5), quantile(took_ms, 0.95)
    return [
        Row(
            "B17",
            f"an incident opened beside {EVENTS:,} events and {RESIDENTS:,} residents, and its entry, p50 / p95",
            f"{p50:.0f} / {p95:.0f} ms",
            f"p95 <= {BAR_MS:.0f} ms",
            p95 <= BAR_MS,
            raw={"p50_ms": p50, "p95_ms": p95},
        )
    ]
