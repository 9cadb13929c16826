"""Last place: the zone where each device was last heard, how old that was, and its last valid position."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_central.projections.many_rows import put_many
from anju_central.projections.projection import Change, signed
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.event_pb2 import ALARM_RAISED, POSITION, PRESENCE, Alarm, Event, Position, Presence, Stamp

SQL: Final = load_queries("anju_central.projections.queries", "last_place")


class LastPlace:
    """See the module."""

    name = "last_place"
    logs: tuple[LogName, ...] = ("alarm", "telemetry")

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds the places that alarms carry."""
        pending = _PendingRows()
        for fact in rows:
            if not fact.by_hub:
                pending.add(fact.box, fact.event)
        pending.write(db)
        return []

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Folds the newest presence and position of each device and boot."""
        pending = _PendingRows()
        for summary in summaries:
            for (_, kind, _), event in summary.last.items():
                if kind in (PRESENCE, POSITION):
                    pending.add(summary.box, event)
        pending.write(db)
        return []


class _PendingRows:
    """Rows of one fold, by statement. Each statement keeps the newest, so their order does not matter."""

    def __init__(self) -> None:
        self._places: list[tuple[object, ...]] = []
        self._fixes: list[tuple[object, ...]] = []

    def add(self, box: str, event: Event) -> None:
        if event.key_id or not event.device:
            return
        stamp = event.stamp
        key = (box, event.device, signed(stamp.boot))
        try:
            if event.kind == PRESENCE:
                seen = Presence.FromString(event.payload)
                self._place(key, stamp, seen.zone, seen.receiver, seen.change, seen.heard_ago_ms)
            elif event.kind == POSITION:
                if Position.FromString(event.payload).fix_valid:
                    self._fixes.append((*key, event.payload, stamp.elapsed_ms, stamp.SerializeToString()))
            elif event.kind == ALARM_RAISED:
                alarm = Alarm.FromString(event.payload)
                if alarm.HasField("last_place"):
                    last = alarm.last_place
                    self._place(key, stamp, last.zone, last.receiver, 0, last.age_ms)
                if alarm.HasField("position") and alarm.position.fix_valid:
                    fix = alarm.position.SerializeToString()
                    self._fixes.append((*key, fix, stamp.elapsed_ms, stamp.SerializeToString()))
        except DecodeError:
            return

    def _place(
        self, key: tuple[str, str, int], stamp: Stamp, zone: str, receiver: str, change: int, age_ms: int
    ) -> None:
        at_ms = max(stamp.elapsed_ms - age_ms, 0)
        self._places.append((*key, zone, receiver, change, at_ms, stamp.SerializeToString(), age_ms))

    def write(self, db: sqlite3.Connection) -> None:
        """Writes all of it. Raises sqlite3.Error."""
        put_many(db, SQL.set_zone, self._places)
        put_many(db, SQL.set_position, self._fixes)


def zone_rows(db: sqlite3.Connection, box: str) -> list[tuple[str, str, bytes, int]]:
    """Returns (device, zone, Stamp of the event that named it, its age then in ms) of each device and boot of a box."""
    return db.execute(SQL.zones, (box,)).fetchall()
