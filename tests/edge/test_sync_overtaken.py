"""A Hello that is overtaken: the other channel delivers more of a stream before the hub answers. That is no fork."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from anju_central.store.sqlite_store import SqliteEventStore
from anju_edge.journal.journal import Journal
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY
from anju_protos.v1.uplink_pb2 import Cursor, StreamState
from support.sync_rig import BOX, JOURNAL, alarm, box_at, drained, serving, stored, telemetry, until


class GatedStore:
    """A real store whose answer about cursors can be held back, as by a hub that is busy."""

    def __init__(self, store: SqliteEventStore) -> None:
        self._store = store
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()

    def __getattr__(self, name: str) -> Any:  # Any: everything else is the store's
        return getattr(self._store, name)

    async def cursors(self, community: str, streams: Sequence[StreamState]) -> list[Cursor]:
        self.asked.set()
        await self.open.wait()
        return await self._store.cursors(community, streams)


def acked_beyond(journal: Journal, count: int) -> bool:
    return sum(info.acked for info in journal.streams()) > count


async def test_what_the_other_channel_delivers_between_hello_and_welcome_is_no_fork(tmp_path: Path) -> None:
    store = SqliteEventStore.open(tmp_path / "hub")
    gated = GatedStore(store)
    try:
        async with (
            serving(cast("SqliteEventStore", gated)) as hub,
            await Journal.open(tmp_path / "box", JOURNAL) as journal,
        ):
            async with box_at(tmp_path / "box", hub.port, journal=journal) as box:
                state = box.uplink.state
                journal.append(TELEMETRY, telemetry(0))
                await until(lambda: state.alarm.connected and state.bulk.connected)
                await drained(box)
                for number in range(1, 4):
                    gated.open.clear()
                    gated.asked.clear()
                    hub.ingest.sessions._ends[BOX.box, "alarm"]()  # the hub ends the alarm session
                    await gated.asked.wait()  # the alarm channel has said how far each stream goes
                    before = sum(info.acked for info in journal.streams())
                    journal.append(TELEMETRY, telemetry(number))
                    await journal.flush()
                    await until(partial(acked_beyond, journal, before))
                    gated.open.set()
                    await until(lambda: state.alarm.connected)
                journal.append(ALARM, alarm(1))
                await drained(box)
                assert (state.forks, state.hub_restores, state.notes) == (0, 0, [])
    finally:
        await store.close()
    found = stored(tmp_path / "hub")
    found.check_cover()
    assert (found.count(), found.copies) == (5, 0)
