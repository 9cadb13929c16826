"""What the hub raises about facts that it keeps but cannot fold: a person has to know, nobody's alarm may go unseen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from anju_central.projections.set_aside import SetAside
from anju_central.store.append import QUARANTINE_NOTE_MS, QUARANTINE_RULE, UNREADABLE_RULE
from anju_central.store.event_store import EventStore, StoreUnavailable
from anju_central.store.hub_event import HubEvent, hub_stamp
from anju_protos.v1.event_pb2 import ALARM_RAISED, GENERAL, P2, P4, Alarm, Event

log = logging.getLogger(__name__)
INCIDENTS: Final = "incidents"
UNREADABLE: Final = 0  # the kind of what the disk does not give back


class UnreadableFacts:
    """Raises an alarm of the hub's own about facts that were set aside, as the store does about quarantined ones.

    An alarm that opens no incident is a P2 each time; anything else a P4, at most once an hour for each box. What the
    hub itself recorded is only logged: its alarm about that would be of the same kind.
    """

    def __init__(self, store: EventStore, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self._noted_ms: dict[str, int] = {}
        self._writing: set[asyncio.Future[None]] = set()

    def say(self, fact: SetAside) -> None:
        """Raises the alarm that a fact deserves, in the background. Called in the event loop."""
        if fact.by_hub:
            return
        if fact.name == INCIDENTS and fact.kind in (ALARM_RAISED, UNREADABLE):
            self._raise(fact, Alarm(reasons=[GENERAL], priority=P2, rule=UNREADABLE_RULE))
            return
        now_ms = self._now_ms()
        last_ms = self._noted_ms.get(fact.box)
        if last_ms is None or abs(now_ms - last_ms) >= QUARANTINE_NOTE_MS:  # abs: the clock may have been set back
            self._noted_ms[fact.box] = now_ms
            self._raise(fact, Alarm(reasons=[GENERAL], priority=P4, rule=QUARANTINE_RULE))

    def _raise(self, fact: SetAside, alarm: Alarm) -> None:
        event = Event(
            kind=ALARM_RAISED,
            stamp=hub_stamp(self._now_ms()),
            device=f"box:{fact.box}",
            payload=alarm.SerializeToString(),
        )
        appended = HubEvent(fact.box, fact.community, event.SerializeToString())
        writing = asyncio.ensure_future(self._append(appended))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _append(self, event: HubEvent) -> None:
        try:
            await self._store.append(event)
        except StoreUnavailable as error:
            log.warning("that a fact of box %s was set aside cannot be recorded: %s", event.box, error)

    async def close(self) -> None:
        """Waits for what is being recorded."""
        await asyncio.gather(*self._writing)
