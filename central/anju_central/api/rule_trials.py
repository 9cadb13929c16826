"""Tries a rule on a community's events of the last 30 days: how often it would have rung.

One trial at a time, in a thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from anju_central.registry.faults import RegistryUnavailable
from anju_central.store.past_events import past_events
from anju_protos.rules.dry_run import DryRun, rule_to_try
from anju_protos.v1.control_pb2 import RosterBundle

DAYS: Final = 30
DAY_MS: Final = 86_400_000
MOST_EVENTS: Final = 2_000_000  # of all that a community had: more are not looked at, and that is said
MOST_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class TrialRow:
    """How often on a day (at the site) for a device: alarms, and those of them that ring."""

    day: str
    device: str
    alarms: int
    rings: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `complete` False: there were more events or rows than are looked at or listed."""

    days: int
    alarms: int
    rings: int
    events: int
    late: int
    complete: bool
    rows: tuple[TrialRow, ...]


class RuleTrials:
    """Of one hub. `store` is the event store's file."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._turn = asyncio.Lock()

    async def run(self, site: RosterBundle, now_ms: int) -> Trial:
        """Returns how often the rule of `site` would have rung. Raises RegistryUnavailable, when the disk is away."""
        async with self._turn:
            try:
                return await asyncio.to_thread(self._run, site, now_ms)
            except sqlite3.Error as error:
                raise RegistryUnavailable(f"the event store cannot be read: {error}") from error

    def _run(self, site: RosterBundle, now_ms: int) -> Trial:
        from_ms = now_ms - DAYS * DAY_MS
        devices = {device.key: device for device in site.devices}
        run = DryRun(rule_to_try(site), devices, ZoneInfo(site.time_zone or "Asia/Shanghai"), from_ms)
        with closing(past_events(self._store, site.community, from_ms)) as past:
            run.play(islice(past, MOST_EVENTS))
            is_whole = next(past, None) is None
        tried = run.end(now_ms) if is_whole else run.tried
        rows = tuple(
            TrialRow(day, device, alarms, tried.rang[day, device])
            for (day, device), alarms in sorted(tried.raised.items(), reverse=True)
        )
        return Trial(
            days=DAYS,
            alarms=tried.raised.total(),
            rings=tried.rang.total(),
            events=tried.events,
            late=tried.late,
            complete=is_whole and len(rows) <= MOST_ROWS,
            rows=rows[:MOST_ROWS],
        )
