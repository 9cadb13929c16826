"""A P4 at the console when the hub's key or certificate files cannot be used and the last good ones are in use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from anju_central.registry.labels import HUB_ITSELF
from anju_central.store.event_store import EventStore, StoreUnavailable
from anju_central.store.hub_event import HubEvent, hub_stamp
from anju_protos.v1.event_pb2 import ALARM_RAISED, GENERAL, P4, Alarm, Event

log = logging.getLogger(__name__)
CERTIFICATE_RULE: Final = "certificates_damaged"


class CertificateDamage:
    """Raises the hub's own P4. What is wrong with which file stands in the log: an event names no path."""

    def __init__(self, store: EventStore, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self._writing: set[asyncio.Future[None]] = set()

    def say(self, reason: str) -> None:
        """Raises it, in the background. Called in the event loop."""
        alarm = Alarm(reasons=[GENERAL], priority=P4, rule=CERTIFICATE_RULE)
        event = Event(
            kind=ALARM_RAISED,
            stamp=hub_stamp(self._now_ms()),
            device=f"box:{HUB_ITSELF}",
            payload=alarm.SerializeToString(),
        )
        writing = asyncio.ensure_future(self._append(HubEvent(HUB_ITSELF, HUB_ITSELF, event.SerializeToString())))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _append(self, event: HubEvent) -> None:
        try:
            await self._store.append(event)
        except StoreUnavailable as error:
            log.warning("that the hub's certificates are damaged cannot be recorded: %s", error)

    async def close(self) -> None:
        """Waits for what is being recorded."""
        await asyncio.gather(*self._writing)
