"""Device health: when each device was last heard, its battery and last state, how many events it made."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from google.protobuf.message import DecodeError

from anju_central.projections.many_rows import put_many
from anju_central.projections.projection import Change, signed
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.event_pb2 import ALARM_RAISED, DEVICE_STATE, Alarm, DeviceState, Event

HEARD = (
    "insert into device (box, device, boot, events, heard_ms, heard)",
    "on conflict do update set events = events + excluded.events,"
    " heard = case when excluded.heard_ms >= heard_ms then excluded.heard else heard end,"
    " heard_ms = max(heard_ms, excluded.heard_ms)",
)
# The row is there when these come: HEARD is written first.
BATTERY = (
    "insert into device (box, device, boot, battery_pct, battery_ms, heard_ms, heard)",
    "on conflict do update set battery_pct = excluded.battery_pct, battery_ms = excluded.battery_ms"
    " where battery_ms <= excluded.battery_ms",
)
STATE = (
    "insert into device (box, device, boot, state, state_ms, heard_ms, heard)",
    "on conflict do update set state = excluded.state, state_ms = excluded.state_ms"
    " where state_ms <= excluded.state_ms",
)


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
        for (insert, rest), rows in ((HEARD, self._heard), (STATE, self._states), (BATTERY, self._batteries)):
            put_many(db, insert, rest, rows)
