"""Reading the event store's logs in order, beside the writer: what projections fold."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Final, Literal

from google.protobuf.message import DecodeError
from zstandard import ZstdError

from anju_base.sql_queries import load_queries
from anju_central.store.append import unpack
from anju_central.store.database import connect
from anju_protos.v1.event_pb2 import Event, EventRef
from anju_protos.v1.uplink_pb2 import EventRun

log = logging.getLogger(__name__)
SQL: Final = load_queries("anju_central.store.queries", "log_reader")
RowLog = Literal["alarm", "activity"]
LogName = Literal["alarm", "activity", "telemetry"]
_KEY: Callable[[Event], tuple[str, int, int]] = attrgetter("device", "kind", "stamp.boot")
_BOOT = itemgetter(2)
LOG_NAMES: Final[tuple[LogName, ...]] = ("alarm", "activity", "telemetry")
_HEAD: Final[dict[LogName, str]] = {
    "alarm": SQL.alarm_head,
    "activity": SQL.activity_head,
    "telemetry": SQL.telemetry_head,
}
_RECEIVED: Final[dict[LogName, str]] = {
    "alarm": SQL.alarm_received,
    "activity": SQL.activity_received,
    "telemetry": SQL.telemetry_received,
}
_ROWS: Final[dict[RowLog, str]] = {"alarm": SQL.alarm_rows, "activity": SQL.activity_rows}


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One fact of the ALARM or ACTIVITY log. `ref` is where it lies, `first_ref` its first identity.

    `event` is empty, without a kind, when the disk does not give back what was stored.
    """

    pos: int
    ref: EventRef
    box: str
    community: str
    by_hub: bool
    received_ms: int
    is_copy: bool  # of a fact that is here already: never to be projected
    data: bytes
    event: Event

    @property
    def first_ref(self) -> EventRef:
        """The identity under which the fact was first recorded."""
        return self.event.origin if self.event.HasField("origin") else self.ref

    def digest(self) -> bytes:
        """Returns the SHA-256 of the bytes as first recorded, without an origin: equal for the same fact."""
        if not self.event.HasField("origin"):
            return sha256(self.data).digest()
        return sha256(self.data.removesuffix(Event(origin=self.event.origin).SerializeToString())).digest()


class TelemetryBatch:
    """One accepted batch of the TELEMETRY log, without copies of facts that are here already."""

    __slots__ = ("box", "community", "events", "pos", "received_ms", "stream")

    def __init__(
        self, pos: int, stream: int, box: str, community: str, received_ms: int, events: Sequence[Event]
    ) -> None:
        self.pos = pos
        self.stream = stream
        self.box = box
        self.community = community
        self.received_ms = received_ms
        self.events = events


class TelemetrySummary:
    """What projections need of some batches of one stream, found in one pass for all of them.

    `last` holds the newest event by (device, kind, boot) and `counts` how many there were, `boots` the lowest and
    highest elapsed ms by boot. Of a backlog many batches become one of these: each device is then written once.
    """

    __slots__ = ("boots", "box", "community", "count", "counts", "last", "received_ms")

    def __init__(self, box: str, community: str) -> None:
        self.box = box
        self.community = community
        self.received_ms = 0
        self.count = 0
        self.last: dict[tuple[str, int, int], Event] = {}
        self.counts: Counter[tuple[str, int, int]] = Counter()
        self.boots: dict[int, tuple[int, int]] = {}

    def add(self, batch: TelemetryBatch) -> None:
        """Adds the stream's next batch."""
        self.received_ms = max(self.received_ms, batch.received_ms)
        events = list(batch.events)
        if not events:
            return
        self.count += len(events)
        keys = list(map(_KEY, events))
        self.counts.update(keys)
        self.last.update(zip(keys, events, strict=True))
        one_boot = all(map(keys[0][2].__eq__, map(_BOOT, keys)))
        for event in (events[0], events[-1]) if one_boot else events:  # elapsed time runs forward in a boot
            at_ms, boot = event.stamp.elapsed_ms, event.stamp.boot
            low, high = self.boots.get(boot, (at_ms, at_ms))
            self.boots[boot] = (min(low, at_ms), max(high, at_ms))


def summarize(batches: Iterable[TelemetryBatch]) -> list[TelemetrySummary]:
    """Returns one summary for each stream in `batches`."""
    summaries: dict[int, TelemetrySummary] = {}
    for batch in batches:
        summary = summaries.get(batch.stream)
        if summary is None:
            summary = TelemetrySummary(batch.box, batch.community)
            summaries[batch.stream] = summary
        summary.add(batch)
    return list(summaries.values())


def read_epoch(db: sqlite3.Connection) -> bytes:
    """Returns the epoch of an open store."""
    (epoch,) = db.execute(SQL.epoch).fetchone()
    return bytes(epoch)


def read_head(db: sqlite3.Connection, name: LogName) -> int:
    """Returns the newest position of a log of an open store, 0 when it is empty."""
    (pos,) = db.execute(_HEAD[name]).fetchone()
    return int(pos)


class LogReader:
    """A read-only connection to a store file, for one thread."""

    def __init__(self, path: Path) -> None:
        self._db: sqlite3.Connection = connect(path, "full", read_only=True)

    def epoch(self) -> bytes:
        """Returns the store's epoch."""
        return read_epoch(self._db)

    def head(self, log: LogName) -> int:
        """Returns the newest position of a log, 0 when it is empty."""
        return read_head(self._db, log)

    def rows(self, log: RowLog, after: int, limit: int) -> list[LogRecord]:
        """Returns up to `limit` facts behind position `after`, in order."""
        rows = self._db.execute(_ROWS[log], (after, limit))
        return [
            LogRecord(
                pos,
                EventRef(stream=stream, seq=seq),
                box,
                community,
                bool(by_hub),
                received_ms,
                bool(is_copy),
                data,
                _event(data),
            )
            for pos, stream, seq, box, community, by_hub, received_ms, is_copy, data in rows
        ]

    def batches(self, after: int, limit: int) -> list[TelemetryBatch]:
        """Returns up to `limit` telemetry batches behind position `after`, in order."""
        rows = self._db.execute(SQL.telemetry_batches, (after, limit))
        return [
            TelemetryBatch(pos, stream, box, community, received_ms, _events(copies, packed, data))
            for pos, stream, box, community, received_ms, copies, packed, data in rows
        ]

    def batches_of(self, community: str, after: int, limit: int) -> list[TelemetryBatch]:
        """Returns up to `limit` telemetry batches of a community behind position `after`, in order."""
        rows = self._db.execute(SQL.telemetry_batches_of, (after, community, limit))
        return [
            TelemetryBatch(pos, stream, box, community, received_ms, _events(copies, packed, data))
            for pos, stream, box, community, received_ms, copies, packed, data in rows
        ]

    def received_ms(self, log: LogName, after: int) -> int | None:
        """Returns when what is next behind a position came, UTC ms; None when there is nothing."""
        row = self._db.execute(_RECEIVED[log], (after,)).fetchone()
        return None if row is None else int(row[0])

    def close(self) -> None:
        """Closes the connection."""
        self._db.close()


def _event(data: bytes) -> Event:
    try:
        return Event.FromString(data)
    except DecodeError:
        return Event()


def _events(copies: str, packed: int, data: bytes) -> Sequence[Event]:
    """The events of a stored batch; none when the disk does not give back what was stored."""
    try:
        events = EventRun.FromString(unpack(packed, data)).events
        left_out = set(json.loads(copies)) if copies else set()
    except (ZstdError, DecodeError, ValueError) as error:
        log.error("a stored batch of telemetry cannot be read and counts as empty: %s", error)
        return []
    return [event for index, event in enumerate(events) if index not in left_out] if left_out else events
