"""P4s of the hub's own at the console: what is wrong with the hub itself or with a box, and for a technician."""

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
CERTIFICATE_RULE: Final = "certificates_damaged"  # the files for boxes; the last good ones are in use
CLONE_RULE: Final = "box_cloned"
CONSOLE_RULE: Final = "console_certificate"  # the console's: it cannot be used, or ends soon
RETENTION_RULE: Final = "retention_stopped"  # the nightly run failed, or removed nothing: it would be too much


class HubAlarms:
    """Raises them. What is wrong stands in the log: an event names no path. The same again counts on the open one."""

    def __init__(self, store: EventStore, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self._writing: set[asyncio.Future[None]] = set()

    def say(self, rule: str, box: str = HUB_ITSELF, community: str = HUB_ITSELF) -> None:
        """Raises one, in the background. Called in the event loop."""
        alarm = Alarm(reasons=[GENERAL], priority=P4, rule=rule)
        event = Event(
            kind=ALARM_RAISED,
            stamp=hub_stamp(self._now_ms()),
            device=f"box:{box}",
            payload=alarm.SerializeToString(),
        )
        writing = asyncio.ensure_future(self._append(HubEvent(box, community, event.SerializeToString()), rule))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _append(self, event: HubEvent, rule: str) -> None:
        try:
            await self._store.append(event)
        except StoreUnavailable as error:
            log.warning("%s of %s cannot be recorded: %s", rule, event.box, error)

    async def __aenter__(self) -> HubAlarms:
        """Waits at the end for what is being recorded."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self._writing)
