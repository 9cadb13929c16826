"""A community's events of the last days, in the order in which they came, for one thread that is not the loop's.

When it happened is the box's word where its clock was known, else when it came. Marks of tests and drills, the hub's
own facts, copies and what cannot be read are left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Final

from google.protobuf.message import DecodeError

from anju_central.store.log_reader import LogName, LogReader, RowLog
from anju_protos.rules.dry_run import Past
from anju_protos.rules.spells import Message
from anju_protos.v1.event_pb2 import (
    ALARM_RAISED,
    DEVICE_STATE,
    POSITION,
    PRESENCE,
    REAL,
    TRIGGER,
    UNSET,
    VITAL,
    Alarm,
    DeviceState,
    Event,
    Position,
    Presence,
    Trigger,
    Vital,
)

ROWS: Final = 500
BATCHES: Final = 20
_PARSERS: Final[Mapping[int, Callable[[bytes], Message]]] = {
    PRESENCE: Presence.FromString,
    POSITION: Position.FromString,
    ALARM_RAISED: Alarm.FromString,
    VITAL: Vital.FromString,
    DEVICE_STATE: DeviceState.FromString,
    TRIGGER: Trigger.FromString,
}


def past_events(store: Path, community: str, since_ms: int) -> Generator[Past, None, None]:
    """Gives what came since a moment (UTC ms). Raises sqlite3.Error when the store cannot be read."""
    reader = LogReader(store)
    try:
        logs = [_rows(reader, "alarm", community, since_ms), _rows(reader, "activity", community, since_ms)]
        logs.append(_batches(reader, community, since_ms))
        for received_ms, event in heapq.merge(*logs, key=itemgetter(0)):
            past = _past(event, received_ms)
            if past is not None:
                yield past
    finally:
        reader.close()


def _rows(reader: LogReader, log: RowLog, community: str, since_ms: int) -> Iterator[tuple[int, Event]]:
    after = _before(reader, log, since_ms)
    while rows := reader.rows(log, after, ROWS):
        after = rows[-1].pos
        for row in rows:
            if row.community == community and not row.by_hub and not row.is_copy:
                yield row.received_ms, row.event


def _batches(reader: LogReader, community: str, since_ms: int) -> Iterator[tuple[int, Event]]:
    after = _before(reader, "telemetry", since_ms)
    while batches := reader.batches_of(community, after, BATCHES):
        after = batches[-1].pos
        for batch in batches:
            for event in batch.events:
                yield batch.received_ms, event


def _before(reader: LogReader, log: LogName, since_ms: int) -> int:
    """The position behind which all of a log came at a moment or later: both grow together."""
    low, high = 0, reader.head(log)
    while low < high:
        middle = (low + high) // 2
        received_ms = reader.received_ms(log, middle)
        if received_ms is None or received_ms >= since_ms:
            high = middle
        else:
            low = middle + 1
    return low


def _past(event: Event, received_ms: int) -> Past | None:
    parse = _PARSERS.get(event.kind)
    if parse is None or event.mark != REAL or event.key_id or not event.device:
        return None
    try:
        message = parse(event.payload)
    except DecodeError:
        return None
    if isinstance(message, Alarm) and message.rule != "sos":  # a rule's own alarm is no word of a device
        return None
    stamp = event.stamp
    at_ms = stamp.wall_ms if stamp.quality != UNSET and stamp.wall_ms <= received_ms else received_ms
    return Past(at_ms, event.device, message)
