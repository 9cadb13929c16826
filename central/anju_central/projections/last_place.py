"""Last place: the zone where each device was last heard, how old that was, and its last valid position."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from google.protobuf.message import DecodeError

from anju_central.projections.projection import Change, signed
from anju_central.store_reader import Logged, LogName, RowLog, TelemetryBatch
from anju_protos.v1.event_pb2 import ALARM_RAISED, POSITION, PRESENCE, Alarm, Event, Position, Presence

PLACE = (
    "insert into place (box, device, boot, zone, receiver, change, at_ms, at, age_ms)"
    " values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict do update"
    " set zone = ?4, receiver = ?5, change = ?6, at_ms = ?7, at = ?8, age_ms = ?9 where at_ms <= ?7"
)
FIX = (
    "insert into place (box, device, boot, position, position_ms, position_at) values (?1, ?2, ?3, ?4, ?5, ?6)"
    " on conflict do update set position = ?4, position_ms = ?5, position_at = ?6 where position_ms <= ?5"
)


class LastPlace:
    """See the module."""

    name = "last_place"
    logs: tuple[LogName, ...] = ("alarm", "telemetry")

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[Logged]) -> list[Change]:
        """Folds the places that alarms carry."""
        for fact in rows:
            if not fact.by_hub:
                _fold(db, fact.box, fact.event)
        return []

    def fold_batches(self, db: sqlite3.Connection, batches: Sequence[TelemetryBatch]) -> list[Change]:
        """Folds the newest presence and position of each device and boot."""
        newest: dict[tuple[str, str, int, int], Event] = {}
        for batch in batches:
            for (device, kind, boot), event in batch.last.items():
                if kind in (PRESENCE, POSITION):
                    held = newest.get((batch.box, device, kind, boot))
                    if held is None or held.stamp.elapsed_ms <= event.stamp.elapsed_ms:
                        newest[batch.box, device, kind, boot] = event
        for (box, *_), event in newest.items():
            _fold(db, box, event)
        return []


def _fold(db: sqlite3.Connection, box: str, event: Event) -> None:
    if event.key_id or not event.device:
        return
    stamp = event.stamp
    key = (box, event.device, signed(stamp.boot))
    try:
        if event.kind == PRESENCE:
            seen = Presence.FromString(event.payload)
            age_ms = seen.heard_ago_ms
            at_ms = max(stamp.elapsed_ms - age_ms, 0)
            db.execute(PLACE, (*key, seen.zone, seen.receiver, seen.change, at_ms, stamp.SerializeToString(), age_ms))
        elif event.kind == POSITION:
            if Position.FromString(event.payload).fix_valid:
                db.execute(FIX, (*key, event.payload, stamp.elapsed_ms, stamp.SerializeToString()))
        elif event.kind == ALARM_RAISED:
            alarm = Alarm.FromString(event.payload)
            if alarm.HasField("last_place"):
                last = alarm.last_place
                at_ms = max(stamp.elapsed_ms - last.age_ms, 0)
                db.execute(PLACE, (*key, last.zone, last.receiver, 0, at_ms, stamp.SerializeToString(), last.age_ms))
            if alarm.HasField("position") and alarm.position.fix_valid:
                db.execute(FIX, (*key, alarm.position.SerializeToString(), stamp.elapsed_ms, stamp.SerializeToString()))
    except DecodeError:
        return
