"""Attendance: check-ins by local day, each request once, with what was annulled."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from google.protobuf.message import DecodeError

from anju_central.projections.projection import Change, CheckInRecord, identify, resolve
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.event_pb2 import ANNULMENT, CHECK_IN, Annulment, CheckIn, Stamp

COLUMNS = "id, community, box, day, resident, activity, kiosk, method, mark, received_ms, at"
ANNULLED = "exists (select 1 from annulment a where a.id = check_in.id)"


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
        return [record for key in changed for record in check_ins(db, "id = ? and twin = 0", (key,))]

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Telemetry holds no check-ins."""
        return []


def _check_in(db: sqlite3.Connection, fact: LogRecord) -> bytes | None:
    seen = CheckIn.FromString(fact.event.payload)
    key = identify(db, "check_in", fact)
    if key is None:
        return None
    is_duplicate = bool(seen.nonce) and bool(
        db.execute(
            "select 1 from check_in where community = ? and nonce = ? and nonce <> x''", (fact.community, seen.nonce)
        ).fetchone()
    )
    db.execute(
        "insert into check_in values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    db.execute("insert or ignore into annulment values (?, ?, ?)", (key, annulled.reason, fact.received_ms))
    return key


def check_ins(db: sqlite3.Connection, where: str, args: tuple[object, ...]) -> list[CheckInRecord]:
    """Returns the check-ins that `where` (SQL with ? for `args`) selects, in order of arrival."""
    records: list[CheckInRecord] = []
    for row in db.execute(f"select {COLUMNS}, {ANNULLED} from check_in where {where} order by pos", args):
        values = (*row[:10], Stamp.FromString(row[10]), bool(row[11]))
        records.append(CheckInRecord(*values))
    return records
