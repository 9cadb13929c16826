"""Boxes: when the hub last heard of each, its boots with what is known of their clocks, its roster and health."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from google.protobuf.message import DecodeError

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
)

UPSERT_BOOT = (
    "insert into boot (box, boot, first_ms, last_ms, first_received_ms) values (?, ?, ?, ?, ?) on conflict do update"
    " set first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms),"
    " first_received_ms = min(first_received_ms, excluded.first_received_ms)"
)
UPSERT_BOX = (
    "insert into box (box, community, last_received_ms, {log}_events) values (?, ?, ?, ?) on conflict do update"
    " set last_received_ms = max(last_received_ms, excluded.last_received_ms),"
    " {log}_events = {log}_events + excluded.{log}_events"
)


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
                    UPSERT_BOOT, (box, boot_id, event.stamp.elapsed_ms, event.stamp.elapsed_ms, fact.received_ms)
                )
                db.execute(
                    "update boot set software = ?, cause = ?, began_pos = iif(began_pos < 0, ?, began_pos)"
                    " where box = ? and boot = ?",
                    (boot.software, boot.cause, fact.pos, box, boot_id),
                )
                return [BootSeen(box, unsigned(boot_id), event.stamp.elapsed_ms, event.stamp.elapsed_ms, fact.pos)]
            if event.kind == ROSTER_APPLIED:
                db.execute(UPSERT_BOX.format(log="activity"), (box, fact.community, fact.received_ms, 0))
                db.execute("update box set roster = ? where box = ?", (event.payload, box))
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
        db.executemany(
            "update boot set health = ?1, health_ms = ?2 where box = ?3 and boot = ?4 and health_ms <= ?2", health
        )
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
        UPSERT_BOX.format(log=log),
        [(box, community, received_ms, count) for box, (community, received_ms, count) in heard.items()],
    )
    db.executemany(
        UPSERT_BOOT, [(box, signed(boot), low, high, got_ms) for (box, boot), (low, high, got_ms) in spans.items()]
    )
    changes: list[Change] = [BoxChanged(box, community, got_ms) for box, (community, got_ms, _) in heard.items()]
    changes += [BootSeen(box, boot, low, high) for (box, boot), (low, high, _) in spans.items()]
    return changes


def _anchor(db: sqlite3.Connection, box: str, anchor: Anchor) -> list[Change]:
    db.execute("insert or ignore into anchor values (?, ?)", (box, anchor.SerializeToString(deterministic=True)))
    return [AnchorFound(box, anchor)]
