"""Boxes: when the hub last heard of each, its boots with what is known of their clocks, its roster and health."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_central.projections.projection import AnchorFound, BootSeen, BoxChanged, Change, signed, unsigned
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.event_pb2 import (
    ALARM_RAISED,
    BOOT,
    CLOCK_FIX,
    HEALTH,
    ROSTER_APPLIED,
    Alarm,
    Anchor,
    Boot,
    ClockFix,
    RosterApplied,
)

SQL: Final = load_queries("anju_central.projections.queries", "boxes")
_HEARD_BY: Final[dict[LogName, str]] = {
    "alarm": SQL.heard_by_alarm,
    "activity": SQL.heard_by_activity,
    "telemetry": SQL.heard_by_telemetry,
}


class Boxes:
    """See the module."""

    name = "boxes"
    logs: tuple[LogName, ...] = ("alarm", "activity", "telemetry")

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds facts of boxes; the hub's own tell nothing about a box."""
        changes: list[Change] = []
        heard: dict[str, tuple[str, int, int]] = {}
        spans: dict[tuple[str, int], tuple[int, int, int]] = {}
        for fact in rows:
            if fact.by_hub:
                continue
            stamp = fact.event.stamp
            _, _, count = heard.get(fact.box, ("", 0, 0))
            heard[fact.box] = (fact.community, fact.received_ms, count + 1)
            _widen(spans, fact.box, stamp.boot, stamp.elapsed_ms, fact.received_ms)
            changes += self._fold(db, fact)
        return changes + _upsert(db, log, heard, spans)

    def _fold(self, db: sqlite3.Connection, fact: LogRecord) -> list[Change]:
        event = fact.event
        box = fact.box
        if event.key_id:
            return []
        try:
            if event.kind == ALARM_RAISED:
                alarm = Alarm.FromString(event.payload)
                return _anchor(db, box, alarm.anchor) if alarm.HasField("anchor") else []
            if event.kind == CLOCK_FIX:
                return _anchor(db, box, ClockFix.FromString(event.payload).anchor)
            if event.kind == BOOT:
                boot = Boot.FromString(event.payload)
                boot_id = signed(boot.boot or event.stamp.boot)
                db.execute(
                    SQL.widen_boot, (box, boot_id, event.stamp.elapsed_ms, event.stamp.elapsed_ms, fact.received_ms)
                )
                db.execute(
                    SQL.begin_boot,
                    (boot.software, boot.cause, fact.pos, box, boot_id),
                )
                return [BootSeen(box, unsigned(boot_id), event.stamp.elapsed_ms, event.stamp.elapsed_ms, fact.pos)]
            if event.kind == ROSTER_APPLIED:
                db.execute(SQL.heard_by_activity, (box, fact.community, fact.received_ms, 0))
                db.execute(SQL.set_roster, (event.payload, box))
        except DecodeError:
            return []
        return []

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Folds telemetry: counts, boots and the last health of each boot."""
        heard: dict[str, tuple[str, int, int]] = {}
        spans: dict[tuple[str, int], tuple[int, int, int]] = {}
        health: list[tuple[object, ...]] = []
        for summary in summaries:
            box, received_ms = summary.box, summary.received_ms
            _, last_ms, count = heard.get(box, ("", 0, 0))
            heard[box] = (summary.community, max(last_ms, received_ms), count + summary.count)
            for (_, kind, boot), event in summary.last.items():
                if kind == HEALTH and not event.key_id:
                    health.append((event.payload, event.stamp.elapsed_ms, box, signed(boot)))
            for boot, (low, high) in summary.boots.items():
                _widen(spans, box, boot, low, received_ms)
                _widen(spans, box, boot, high, received_ms)
        changes = _upsert(db, "telemetry", heard, spans)
        db.executemany(SQL.set_health, health)
        return changes


def _widen(spans: dict[tuple[str, int], tuple[int, int, int]], box: str, boot: int, at_ms: int, got_ms: int) -> None:
    low, high, received_ms = spans.get((box, boot), (at_ms, at_ms, got_ms))
    spans[box, boot] = (min(low, at_ms), max(high, at_ms), min(received_ms, got_ms))


def _upsert(
    db: sqlite3.Connection,
    log: LogName,
    heard: dict[str, tuple[str, int, int]],
    spans: dict[tuple[str, int], tuple[int, int, int]],
) -> list[Change]:
    db.executemany(
        _HEARD_BY[log],
        [(box, community, received_ms, count) for box, (community, received_ms, count) in heard.items()],
    )
    db.executemany(
        SQL.widen_boot, [(box, signed(boot), low, high, got_ms) for (box, boot), (low, high, got_ms) in spans.items()]
    )
    changes: list[Change] = [BoxChanged(box, community, got_ms) for box, (community, got_ms, _) in heard.items()]
    changes += [BootSeen(box, boot, low, high) for (box, boot), (low, high, _) in spans.items()]
    return changes


def _anchor(db: sqlite3.Connection, box: str, anchor: Anchor) -> list[Change]:
    db.execute(SQL.add_anchor, (box, anchor.SerializeToString(deterministic=True)))
    return [AnchorFound(box, anchor)]


def read_last_received(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Returns (box, UTC ms when the hub last received something) of each box."""
    return db.execute(SQL.last_received).fetchall()


def read_boots(db: sqlite3.Connection) -> list[BootSeen]:
    """Returns what is known of all boots, of each box in the order of their first sight."""
    return [
        BootSeen(box, unsigned(boot), first_ms, last_ms, began_pos if began_pos >= 0 else None)
        for box, boot, first_ms, last_ms, began_pos in db.execute(SQL.boots)
    ]


def read_anchors(db: sqlite3.Connection) -> list[AnchorFound]:
    """Returns all clock anchors."""
    return [AnchorFound(box, Anchor.FromString(data)) for box, data in db.execute(SQL.anchors)]


def read_roster(db: sqlite3.Connection, box: str) -> RosterApplied | None:
    """Returns what a box last said of its roster."""
    row = db.execute(SQL.roster, (box,)).fetchone()
    return RosterApplied.FromString(row[0]) if row is not None and row[0] is not None else None


def read_software(db: sqlite3.Connection, box: str) -> str:
    """Returns the software of a box's newest boot that named one, else nothing."""
    row = db.execute(SQL.software, (box,)).fetchone()
    return str(row[0]) if row is not None else ""
