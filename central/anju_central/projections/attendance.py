"""Attendance: check-ins by local day, each request once, with what was annulled."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_central.projections.projection import Change, CheckInRecord, identify, resolve
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.event_pb2 import ANNULMENT, CHECK_IN, Annulment, CheckIn, Stamp

SQL: Final = load_queries("anju_central.projections.queries", "attendance")


class Attendance:
    """See the module."""

    name = "attendance"
    logs: tuple[LogName, ...] = ("activity",)

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds check-ins and annulments."""
        changed: dict[bytes, None] = {}
        for fact in rows:
            if fact.event.key_id:
                continue
            try:
                if fact.event.kind == CHECK_IN:
                    key = _check_in(db, fact)
                elif fact.event.kind == ANNULMENT:
                    key = _annulment(db, fact)
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
        ),
    )
    return None if is_duplicate else key


def _annulment(db: sqlite3.Connection, fact: LogRecord) -> bytes:
    annulled = Annulment.FromString(fact.event.payload)
    key = resolve(db, fact, annulled.annuls)
    db.execute(SQL.add_annulment, (key, annulled.reason, fact.received_ms))
    return key


def check_ins_of_day(db: sqlite3.Connection, community: str, day: str) -> list[CheckInRecord]:
    """Returns a community's check-ins of a day (ISO), and those whose box named no day, in order of arrival."""
    return [_record(row) for row in db.execute(SQL.check_ins_of_day, (day, community))]


def _record(row: tuple[Any, ...]) -> CheckInRecord:  # Any: what the query gives, column by column
    values = (*row[:-2], Stamp.FromString(row[-2]), bool(row[-1]))
    return CheckInRecord(*values)
