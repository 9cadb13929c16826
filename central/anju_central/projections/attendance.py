"""Attendance: check-ins by local day, each request once, with what was annulled.

A box that believed a wrong date named a wrong day. When its clock is corrected (`clock_fix`), the boots' clocks kept
here tell which check-ins were on a day in truth.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_central.projections.projection import Change, CheckInRecord, identify, resolve, signed
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.stamps import Anchors
from anju_protos.v1.event_pb2 import ANNULMENT, CHECK_IN, CLOCK_FIX, Anchor, Annulment, CheckIn, ClockFix, Stamp

SQL: Final = load_queries("anju_central.projections.queries", "attendance")
_INTEGER_MAX: Final = 2**63 - 1  # SQLite's


class Attendance:
    """See the module."""

    name = "attendance"
    logs: tuple[LogName, ...] = ("activity",)

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds check-ins, annulments and boots' clocks."""
        changed: dict[bytes, None] = {}
        for fact in rows:
            if fact.event.key_id:
                continue
            try:
                if fact.event.kind == CHECK_IN:
                    key = _check_in(db, fact)
                elif fact.event.kind == ANNULMENT:
                    key = _annulment(db, fact)
                elif fact.event.kind == CLOCK_FIX and not fact.by_hub:
                    _clock(db, fact.box, ClockFix.FromString(fact.event.payload).anchor)
                    continue
                else:
                    continue
            except DecodeError:
                continue
            if key is not None:
                changed[key] = None
        return [_record(row) for key in changed for row in db.execute(SQL.check_in, (key,))]

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Telemetry holds no check-ins."""
        return []


def _check_in(db: sqlite3.Connection, fact: LogRecord) -> bytes | None:
    seen = CheckIn.FromString(fact.event.payload)
    key = identify(db, SQL.digest, fact)
    if key is None:
        return None
    is_duplicate = bool(seen.nonce) and bool(db.execute(SQL.same_request, (fact.community, seen.nonce)).fetchone())
    db.execute(
        SQL.add_check_in,
        (
            key,
            fact.pos,
            fact.community,
            fact.box,
            seen.session_day,
            seen.resident,
            seen.activity,
            seen.kiosk,
            seen.method,
            fact.event.mark,
            fact.received_ms,
            fact.event.stamp.SerializeToString(),
            seen.nonce,
            is_duplicate,
            fact.digest(),
            signed(fact.event.stamp.boot),
            min(fact.event.stamp.elapsed_ms, _INTEGER_MAX),
        ),
    )
    return None if is_duplicate else key


def _annulment(db: sqlite3.Connection, fact: LogRecord) -> bytes:
    annulled = Annulment.FromString(fact.event.payload)
    key = resolve(db, fact, annulled.annuls)
    db.execute(SQL.add_annulment, (key, annulled.reason, fact.received_ms))
    return key


def _clock(db: sqlite3.Connection, box: str, anchor: Anchor) -> None:
    boot, anchors = signed(anchor.boot), Anchors()
    for (known,) in db.execute(SQL.boot_clock, (box, boot)):
        anchors.add(Anchor.FromString(known))
    if anchors.add(anchor):
        data = anchor.SerializeToString(deterministic=True)
        db.execute(SQL.set_boot_clock, (box, boot, anchor.offset_ms, data))


def check_ins_of_day(db: sqlite3.Connection, community: str, day: date, zone: tzinfo) -> list[CheckInRecord]:
    """Returns what may be a community's check-ins of a day there, in order of arrival.

    Those whose box named that day or none, and those that were on it by their boot's clock whatever their box named.
    """
    midnight = datetime.combine(day, time(), zone)
    try:
        bounds_ms = [round(moment.timestamp() * 1000) for moment in (midnight, midnight + timedelta(days=1))]
    except (OverflowError, ValueError):  # the first and the last day that a calendar knows
        bounds_ms = [0, 0]
    rows = db.execute(SQL.check_ins_of_day, (day.isoformat(), community, *bounds_ms))
    return [_record(row) for row in rows]


def _record(row: tuple[Any, ...]) -> CheckInRecord:  # Any: what the query gives, column by column
    values = (*row[:-2], Stamp.FromString(row[-2]), bool(row[-1]))
    return CheckInRecord(*values)
