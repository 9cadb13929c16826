"""A store in a process of its own, to be killed: submits events for ever and prints each ack once it has it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from anju_central.store.sqlite_store import SqliteEventStore
from anju_protos.v1.event_pb2 import Event, Lane
from anju_protos.v1.uplink_pb2 import StreamState
from support.events import ACTIVITY, ALARM, TELEMETRY, Box, alarm, check_in, presence

LANES: tuple[Lane.ValueType, ...] = (ALARM, ACTIVITY, TELEMETRY)


def event_at(lane: Lane.ValueType, seq: int) -> Event:
    """Returns the event that a stream of this lane has at `seq`: the same in every life."""
    if lane == ALARM:
        return alarm(at_ms=seq)
    return check_in(at_ms=seq) if lane == ACTIVITY else presence(at_ms=seq)


async def fill(folder: Path) -> None:
    """Resumes at the cursors, as a box does, and sends on."""
    store = SqliteEventStore.open(folder)
    boxes = [Box("kill", lane, f"box-{lane}") for lane in LANES]
    for box in boxes:
        [cursor] = await store.cursors(box.community, [StreamState(stream=box.stream, lane=box.lane)])
        box.seq, box.hash = cursor.seq, cursor.hash or box.hash
    print("ready", flush=True)
    size = {ALARM: 1, ACTIVITY: 3, TELEMETRY: 200}

    async def send(box: Box) -> None:
        while True:
            events = [event_at(box.lane, box.seq + 1 + n) for n in range(size[box.lane])]
            ack = await store.submit(box.submission(*events))
            print(f"{box.lane} {ack.seq}", flush=True)

    await asyncio.gather(*(send(box) for box in boxes))


if __name__ == "__main__":
    asyncio.run(fill(Path(sys.argv[1])))
