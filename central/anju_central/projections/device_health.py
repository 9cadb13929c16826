"""Device health: when each device was last heard, its battery and last state, how many events it made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from google.protobuf.message import DecodeError

from anju_central.projections.projection import Change, signed
from anju_central.store_reader import Logged, LogName, RowLog, TelemetryBatch
from anju_protos.v1.event_pb2 import ALARM_RAISED, DEVICE_STATE, Alarm, DeviceState, Event

HEARD = (
    "insert into device (box, device, boot, events, heard_ms, heard) values (?1, ?2, ?3, ?4, ?5, ?6)"
    " on conflict do update set events = events + ?4,"
    " heard = case when ?5 >= heard_ms then ?6 else heard end, heard_ms = max(heard_ms, ?5)"
)
ONE = "where box = ?1 and device = ?2 and boot = ?3"
BATTERY = f"update device set battery_pct = ?4, battery_ms = ?5 {ONE} and battery_ms <= ?5"
STATE = f"update device set state = ?4, state_ms = ?5 {ONE} and state_ms <= ?5"


class DeviceHealth:
    """See the module."""

    name = "device_health"
    logs: tuple[LogName, ...] = ("alarm", "activity", "telemetry")

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[Logged]) -> list[Change]:
        """Folds facts that name a device."""
        for fact in rows:
            if fact.event.device and not fact.by_hub:
                _fold(db, fact.box, [(fact.event, 1)])
        return []

    def fold_batches(self, db: sqlite3.Connection, batches: Sequence[TelemetryBatch]) -> list[Change]:
        """Folds the newest event of each device, boot and kind of the batches."""
        newest: dict[tuple[str, str, int, int], Event] = {}
        counts: dict[tuple[str, str, int], int] = {}
        for batch in batches:
            box = batch.box
            for (device, kind, boot), event in batch.last.items():
                if device:
                    held = newest.get((box, device, kind, boot))
                    if held is None or held.stamp.elapsed_ms <= event.stamp.elapsed_ms:
                        newest[box, device, kind, boot] = event
            for (device, boot), count in batch.counts.items():
                if device:
                    counts[box, device, boot] = counts.get((box, device, boot), 0) + count
        for (box, device, _, boot), event in newest.items():
            _fold(db, box, [(event, counts.pop((box, device, boot), 0))])
        return []


def _fold(db: sqlite3.Connection, box: str, events: Iterable[tuple[Event, int]]) -> None:
    for event, count in events:
        stamp = event.stamp
        key = (box, event.device, signed(stamp.boot))
        db.execute(HEARD, (*key, count, stamp.elapsed_ms, stamp.SerializeToString()))
        if event.key_id:
            continue
        try:
            if event.kind == DEVICE_STATE:
                state = DeviceState.FromString(event.payload)
                db.execute(STATE, (*key, event.payload, stamp.elapsed_ms))
                if state.HasField("battery_pct"):
                    db.execute(BATTERY, (*key, state.battery_pct, stamp.elapsed_ms))
            elif event.kind == ALARM_RAISED:
                alarm = Alarm.FromString(event.payload)
                if alarm.HasField("battery_pct"):
                    db.execute(BATTERY, (*key, alarm.battery_pct, stamp.elapsed_ms))
        except DecodeError:
            continue
