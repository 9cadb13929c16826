"""Reading the event store's logs in order, beside the writer: what projections fold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from anju_central.database import connect
from anju_central.store_append import unpack
from anju_protos.v1.event_pb2 import Event, EventRef
from anju_protos.v1.uplink_pb2 import EventRun

RowLog = Literal["alarm", "activity"]
LogName = Literal["alarm", "activity", "telemetry"]
LOG_NAMES: Final[tuple[LogName, ...]] = ("alarm", "activity", "telemetry")


@dataclass(frozen=True, slots=True)
class Logged:
    """One fact of the ALARM or ACTIVITY log. `ref` is where it lies, `first_ref` its first identity."""

    pos: int
    ref: EventRef
    box: str
    community: str
    by_hub: bool
    received_ms: int
    again: bool  # a copy of a fact that is here already: never to be projected
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
    """One accepted batch of the TELEMETRY log, without copies of facts that are here already, and its digest.

    `last` holds the newest event by (device, kind, boot), `counts` the events by (device, boot), `boots` the lowest
    and highest elapsed ms by boot: what projections need, found in one pass for all of them.
    """

    __slots__ = ("boots", "box", "community", "counts", "events", "last", "pos", "received_ms")

    def __init__(self, pos: int, box: str, community: str, received_ms: int, events: Sequence[Event]) -> None:
        self.pos, self.box, self.community, self.received_ms, self.events = pos, box, community, received_ms, events
        self.last: dict[tuple[str, int, int], Event] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.boots: dict[int, tuple[int, int]] = {}
        last, counts = self.last, self.counts
        for event in events:
            device, boot = event.device, event.stamp.boot
            last[device, event.kind, boot] = event
            counts[device, boot] = counts.get((device, boot), 0) + 1
        edges = (*events[:1], *events[-1:], *last.values())  # elapsed time runs forward in a boot's part of a batch
        for event in edges:
            at_ms = event.stamp.elapsed_ms
            low, high = self.boots.get(event.stamp.boot, (at_ms, at_ms))
            self.boots[event.stamp.boot] = (min(low, at_ms), max(high, at_ms))


class LogReader:
    """A read-only connection to a store file, for one thread."""

    def __init__(self, path: Path) -> None:
        self._db: sqlite3.Connection = connect(path, "full", read_only=True)

    def epoch(self) -> bytes:
        """Returns the store's epoch."""
        (epoch,) = self._db.execute("select value from meta where key = 'epoch'").fetchone()
        return bytes(epoch)

    def head(self, log: LogName) -> int:
        """Returns the newest position of a log, 0 when it is empty."""
        (pos,) = self._db.execute(f"select coalesce(max(pos), 0) from {log}_log").fetchone()
        return int(pos)

    def rows(self, log: RowLog, after: int, limit: int) -> list[Logged]:
        """Returns up to `limit` facts behind position `after`, in order."""
        found = self._db.execute(
            f"select l.pos, s.stream, l.seq, s.box, s.community, s.by_hub, l.received_ms, l.again, l.bytes"
            f" from {log}_log l join stream s on s.id = l.stream where l.pos > ? order by l.pos limit ?",
            (after, limit),
        )
        return [
            Logged(
                pos,
                EventRef(stream=stream, seq=seq),
                box,
                community,
                bool(by_hub),
                received_ms,
                bool(again),
                data,
                Event.FromString(data),
            )
            for pos, stream, seq, box, community, by_hub, received_ms, again, data in found
        ]

    def batches(self, after: int, limit: int) -> list[TelemetryBatch]:
        """Returns up to `limit` telemetry batches behind position `after`, in order."""
        found = self._db.execute(
            "select l.pos, s.box, s.community, l.received_ms, l.again, l.packed, l.bytes"
            " from telemetry_log l join stream s on s.id = l.stream where l.pos > ? order by l.pos limit ?",
            (after, limit),
        )
        return [
            TelemetryBatch(pos, box, community, received_ms, _events(again, packed, data))
            for pos, box, community, received_ms, again, packed, data in found
        ]

    def close(self) -> None:
        """Closes the connection."""
        self._db.close()


def _events(again: str, packed: int, data: bytes) -> Sequence[Event]:
    events = EventRun.FromString(unpack(packed, data)).events
    if again:
        copies = set(json.loads(again))
        return [event for at, event in enumerate(events) if at not in copies]
    return events
