"""Device health: when each device was last heard, its battery and last state, how many events it made."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_central.projections.many_rows import put_many
from anju_central.projections.projection import Change, signed
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.event_pb2 import ALARM_RAISED, DEVICE_STATE, Alarm, DeviceState, Event

SQL: Final = load_queries("anju_central.projections.queries", "device_health")


class DeviceHealth:
    """See the module."""

    name = "device_health"
    logs: tuple[LogName, ...] = ("alarm", "activity", "telemetry")

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds facts that name a device."""
        pending = _PendingRows()
        for fact in rows:
            if fact.event.device and not fact.by_hub:
                pending.add(fact.box, fact.event, 1)
        pending.write(db)
        return []

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Folds the newest event of each device, boot and kind."""
        pending = _PendingRows()
        for summary in summaries:
            counts = summary.counts
            for key, event in summary.last.items():
                if key[0]:
                    pending.add(summary.box, event, counts[key])
        pending.write(db)
        return []


class _PendingRows:
    """Rows of one fold, by statement. Each statement keeps the newest, so their order does not matter."""

    def __init__(self) -> None:
        self._heard: list[tuple[object, ...]] = []
        self._states: list[tuple[object, ...]] = []
        self._batteries: list[tuple[object, ...]] = []

    def add(self, box: str, event: Event, count: int) -> None:
        stamp = event.stamp
        elapsed_ms = stamp.elapsed_ms
        key = (box, event.device, signed(stamp.boot))
        self._heard.append((*key, count, elapsed_ms, stamp.SerializeToString()))
        kind = event.kind
        if kind not in (DEVICE_STATE, ALARM_RAISED) or event.key_id:
            return
        try:
            if kind == DEVICE_STATE:
                state = DeviceState.FromString(event.payload)
                self._states.append((*key, event.payload, elapsed_ms, elapsed_ms, b""))
                if state.HasField("battery_pct"):
                    self._batteries.append((*key, state.battery_pct, elapsed_ms, elapsed_ms, b""))
            else:
                alarm = Alarm.FromString(event.payload)
                if alarm.HasField("battery_pct"):
                    self._batteries.append((*key, alarm.battery_pct, elapsed_ms, elapsed_ms, b""))
        except DecodeError:
            return

    def write(self, db: sqlite3.Connection) -> None:
        """Writes all of it. Raises sqlite3.Error."""
        put_many(db, SQL.add_heard, self._heard)  # first: the rows have to be there
        put_many(db, SQL.set_state, self._states)
        put_many(db, SQL.set_battery, self._batteries)


def device_rows(db: sqlite3.Connection, box: str) -> list[tuple[str, int, bytes, int | None]]:
    """Returns (device, events, newest Stamp, battery %) of each device and boot of a box."""
    return db.execute(SQL.devices, (box,)).fetchall()
