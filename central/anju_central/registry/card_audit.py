"""Which box was given the keys of its encrypted journal, noted in the registry, by a task that nothing waits for."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from anju_central.access.caller import HUB
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.card_keys import note_keys_given

log = logging.getLogger(__name__)

AGAIN_S: Final = 10.0
MOST_WAITING: Final = 10_000


class CardAudit:
    """Composed by the hub; all methods are called in the event loop."""

    def __init__(self, link: RegistryLink, now_ms: Callable[[], int]) -> None:
        self._link = link
        self._now_ms = now_ms
        self._waiting: deque[tuple[str, str, int, int, int]] = deque(maxlen=MOST_WAITING)
        self._any = asyncio.Event()

    def note(self, box: str, community: str, given: int, refused: int) -> None:
        """A box asked for keys."""
        log.info("box %s was given %d keys of its journal; %d cannot be opened", box, given, refused)
        self._waiting.append((box, community, given, refused, self._now_ms()))
        self._any.set()

    async def run(self) -> None:
        """Writes down what is new, for ever."""
        while True:
            await self._any.wait()
            self._any.clear()
            if not await self.write_down():
                await asyncio.sleep(AGAIN_S)
                self._any.set()

    async def write_down(self) -> bool:
        """Writes down what waits. Returns False when the registry cannot be asked now."""
        while self._waiting:
            box, community, given, refused, at_ms = self._waiting[0]
            try:
                await note_keys_given(HUB, self._link.registry, box, community, given, refused, at_ms)
            except RegistryUnavailable as error:
                log.warning("that box %s was given its keys is not noted yet: %s", box, error)
                return False
            self._waiting.popleft()
        return True
