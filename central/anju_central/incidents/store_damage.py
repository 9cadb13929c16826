"""A P2 at the console after the hub's store was set aside: what operators did before is in the kept file alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from anju_central.registry.labels import HUB_ITSELF
from anju_central.store.damage import kept_files, notice
from anju_central.store.event_store import StoreUnavailable
from anju_central.store.hub_event import HubEvent, hub_stamp
from anju_central.store.sqlite_store import SqliteEventStore
from anju_protos.v1.event_pb2 import ALARM_RAISED, GENERAL, P2, Alarm, Event

log = logging.getLogger(__name__)
DAMAGE_RULE: Final = "store_damaged"


async def announce_damage(store: SqliteEventStore, now_ms: Callable[[], int]) -> None:
    """Says what lies set aside in the log at each start, and once in each new store as an incident."""
    kept = kept_files(store.path.parent)
    for path in kept:
        log.warning("%s", notice(path))
    try:
        if not kept or any(stream.by_hub and stream.box == HUB_ITSELF for stream in await store.streams()):
            return
        alarm = Alarm(reasons=[GENERAL], priority=P2, rule=DAMAGE_RULE)
        event = Event(
            kind=ALARM_RAISED,
            stamp=hub_stamp(now_ms()),
            device=f"box:{HUB_ITSELF}",
            payload=alarm.SerializeToString(),
        )
        await store.append(HubEvent(HUB_ITSELF, HUB_ITSELF, event.SerializeToString()))
    except StoreUnavailable as error:
        log.warning("that a store was set aside cannot be recorded: %s", error)
