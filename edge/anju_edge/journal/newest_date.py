"""The newest date that a journal's own events are sure of, for a box whose kept clock is gone."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from anju_edge.date_check import is_possible
from anju_edge.journal.journal import Journal
from anju_protos.v1.event_pb2 import CLOCK_FIX, SYNCED, ClockFix, Event

_EVENT_MAX_BYTES = 1 << 20


async def newest_sure_ms(journal: Journal) -> int:
    """Returns UTC ms, 0 when the newest event of no stream is sure of the date. Reads one event of each stream."""
    newest_ms = 0
    for info in journal.streams():
        batch = await journal.read(info.stream, info.last - 1, 1, _EVENT_MAX_BYTES) if info.last else None
        for data in batch.events if batch is not None else ():
            true_ms = _sure_ms(data)
            if is_possible(true_ms):
                newest_ms = max(newest_ms, true_ms)
    return newest_ms


def _sure_ms(data: bytes) -> int:
    try:
        event = Event.FromString(data)
        if event.kind == CLOCK_FIX and not event.key_id:
            anchor = ClockFix.FromString(event.payload).anchor
            return event.stamp.elapsed_ms + anchor.offset_ms if anchor.boot == event.stamp.boot else 0
    except DecodeError:
        return 0
    return event.stamp.wall_ms - event.stamp.error_ms if event.stamp.quality == SYNCED else 0
