"""What the hub does with the registry each night by itself: retention, and dates of requests that had none yet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from anju_central.access.caller import HUB
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.people.erasing import DAY_MS, Removed, run_retention
from anju_central.registry.people.requests import date_requests
from anju_central.registry.people.retention import last_run_ms

log = logging.getLogger(__name__)

LOOK_S: Final = 600.0
DISTRICT_MS: Final = 8 * 3_600_000  # east of UTC
NIGHT_MS: Final = 3 * 3_600_000  # three in the morning there: fewest people are at a console


def last_night_ms(now_ms: int) -> int:
    """Returns the last three in the morning of the district, UTC ms."""
    local = now_ms + DISTRICT_MS - NIGHT_MS
    return local - local % DAY_MS - DISTRICT_MS + NIGHT_MS


class NightlyRetention:
    """Runs once a night, at the first look after three. One that was missed while the hub was off is made up for.

    `say` raises what somebody has to look at, at the console; the log and the certificate have the reason.
    """

    def __init__(
        self,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
        clock_is_good: Callable[[], bool],
        say: Callable[[], None],
    ) -> None:
        self._registry = registry
        self._now_ms = now_ms
        self._clock_is_good = clock_is_good
        self._say = say
        self._done_ms = now_ms()  # a new hub waits for its first night
        self._has_failed = False

    async def run(self) -> None:
        """Looks every ten minutes, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> Removed | None:
        """Runs what is due. Returns what was removed, None where nothing was due, or it failed and is tried again."""
        try:
            if not await self._is_due():
                return None
            removed = await run_retention(HUB, self._registry(), self._now_ms(), clock_is_good=self._clock_is_good())
            await date_requests(HUB, self._registry(), self._now_ms())
        except (RegistryUnavailable, SQLAlchemyError) as error:
            log.error("the nightly retention failed and is tried again: %s", error)
            if not self._has_failed:
                self._say()
            self._has_failed = True
            return None
        self._done_ms = self._now_ms()
        self._has_failed = False
        if removed.stopped:
            log.warning("the nightly retention removed nothing: %s", removed.stopped)
            self._say()
        return removed

    async def _is_due(self) -> bool:
        night = last_night_ms(self._now_ms())
        if self._done_ms >= night:
            last = await last_run_ms(HUB, self._registry())  # of an earlier run of the hub
            return last is not None and last < night - DAY_MS
        return True
