"""Incidents: one for each opening alarm, folded from the steps that boxes and the hub recorded.

The fold itself is `anju_protos.incidents`, the same as on the box. Here it meets reality: steps that come before
their alarm wait for it, a box's RESOLVED on a P1 only says "closed on site", an alarm after RESOLVED is linked to the
incident before it, and what the hub itself repeats (silence, quarantine) counts on the incident that is open already.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Final

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_central.projections.projection import Change, IncidentRecord, identify, ref_key, resolve
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos import incidents
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ALARM_RAISED, INCIDENT_STEP, P1, RESOLVED, TEST, Alarm, EventRef, IncidentStep

MAX_REPEATS: Final = 2**32 - 1  # what the field holds
LINK_WITHIN_MS: Final = 24 * 3_600_000  # a press on the next day is a new story
SQL: Final = load_queries("anju_central.projections.queries", "incidents")


class UnreadableFact(Exception):
    """The disk does not give back what was stored at a position of the ALARM log: nobody knows whose alarm it was."""


class Incidents:
    """See the module."""

    name = "incidents"
    logs: tuple[LogName, ...] = ("alarm",)

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds alarms and steps."""
        changed: dict[bytes, None] = {}
        for fact in rows:
            if fact.event.key_id:
                continue
            try:
                if fact.event.kind == ALARM_RAISED:
                    key = _open(db, fact)
                elif fact.event.kind == INCIDENT_STEP:
                    key = _step(db, fact)
                elif not fact.event.kind:
                    raise UnreadableFact(fact.pos)
                else:
                    continue
            except DecodeError:
                continue
            if key is not None:
                changed[key] = None
        return [record for key in changed if (record := incident_of(db, key)) is not None]

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Telemetry opens no incidents."""
        return []


def _open(db: sqlite3.Connection, fact: LogRecord) -> bytes | None:
    key = identify(db, SQL.digest, fact)
    if key is None:
        return None
    alarm = Alarm.FromString(fact.event.payload)
    if fact.by_hub:
        repeated = _count_repeat(db, fact, alarm)
        if repeated is not None:
            return repeated
    if alarm.HasField("joins"):
        joined = _join(db, fact, alarm)
        if joined is not None:
            return joined
    ref = EventRef(stream=key[:16], seq=int.from_bytes(key[16:], "big"))
    incident = incidents.open_incident(fact.community, fact.box, ref, fact.event)
    before = db.execute(
        SQL.before,
        (fact.community, fact.event.device, fact.pos, fact.received_ms - LINK_WITHIN_MS),
    ).fetchone()
    if before is not None and fact.event.device:
        earlier = Incident.FromString(before[0])
        if earlier.state >= RESOLVED:
            incident.linked_to.CopyFrom(earlier.id)
    changed_ms = fact.received_ms
    pending = db.execute(SQL.pending_steps, (key, fact.community))
    for received_ms, by_hub, step in pending.fetchall():
        incidents.add_step(incident, _judged(incident, IncidentStep.FromString(step), bool(by_hub)))
        changed_ms = max(changed_ms, received_ms)
    incidents.forget_counts(incident)
    db.execute(SQL.drop_pending, (key,))
    db.execute(
        SQL.add_incident,
        (
            key,
            fact.pos,
            fact.community,
            fact.box,
            fact.event.device,
            alarm.rule,
            _needs_people(incident),
            fact.event.mark,
            fact.received_ms,
            changed_ms,
            fact.digest(),
            incident.SerializeToString(deterministic=True),
        ),
    )
    return key


def _join(db: sqlite3.Connection, fact: LogRecord, alarm: Alarm) -> bytes | None:
    """A press of a device whose incident is open on the box: one incident, and the box's next step counts the press.

    None when that incident is not here or already resolved here: the press then opens its own, so that it is seen.
    """
    key = ref_key(alarm.joins) if fact.by_hub else resolve(db, fact, alarm.joins)
    held = db.execute(SQL.held, (key,)).fetchone()
    if held is None or held[1] != fact.community:
        return None
    incident = Incident.FromString(held[0])
    if not incidents.is_open(incident):
        return None
    reasons = sorted({*incident.reasons, *alarm.reasons})
    del incident.reasons[:]
    incident.reasons.extend(reasons)
    if alarm.priority and (not incident.priority or alarm.priority < incident.priority):
        incident.priority = alarm.priority
    incident.counter_went_back = incident.counter_went_back or alarm.counter_went_back
    if alarm.unknown_device:
        incidents.add_stranger(incident, fact.event.device)
    db.execute(
        SQL.set_joined,
        (incident.SerializeToString(deterministic=True), fact.received_ms, key),
    )
    return key


def _count_repeat(db: sqlite3.Connection, fact: LogRecord, alarm: Alarm) -> bytes | None:
    """The hub repeats an alarm of its own: one more on the incident that is open, if there is one."""
    held = db.execute(
        SQL.open_of_rule,
        (fact.box, fact.community, alarm.rule, fact.event.device),
    ).fetchone()
    if held is None:
        return None
    incident = Incident.FromString(held[1])
    incident.repeats = min(incident.repeats + 1 + alarm.repeats, MAX_REPEATS)
    db.execute(
        SQL.set_repeated,
        (incident.SerializeToString(deterministic=True), fact.received_ms, held[0]),
    )
    return bytes(held[0])


def _step(db: sqlite3.Connection, fact: LogRecord) -> bytes | None:
    step = IncidentStep.FromString(fact.event.payload)
    key = ref_key(step.incident) if fact.by_hub else resolve(db, fact, step.incident)
    step.at.CopyFrom(fact.event.stamp)
    step.ref.CopyFrom(fact.first_ref)
    held = db.execute(SQL.held, (key,)).fetchone()
    if held is None:
        db.execute(
            SQL.add_pending,
            (key, fact.pos, fact.community, fact.received_ms, fact.by_hub, step.SerializeToString()),
        )
        return None
    if held[1] != fact.community:
        return None  # a box speaks for its own community only
    incident = Incident.FromString(held[0])
    if not incidents.add_step(incident, _judged(incident, step, fact.by_hub)):
        return None
    incidents.forget_counts(incident)
    db.execute(
        SQL.set_stepped,
        (incident.SerializeToString(deterministic=True), _needs_people(incident), fact.received_ms, key),
    )
    return key


def _judged(incident: Incident, step: IncidentStep, by_hub: bool) -> IncidentStep:
    """A box's RESOLVED on a P1 means "closed on site", whatever the box says; REVIEWED it cannot say at all."""
    if not by_hub and step.state >= RESOLVED and incident.priority == P1:
        step.closed_on_site, step.state = True, RESOLVED
    return step


def _needs_people(incident: Incident) -> bool:
    return incidents.is_open(incident) or incidents.needs_hub_close(incident)


def incident_of(db: sqlite3.Connection, key: bytes) -> IncidentRecord | None:
    """Returns the incident of a key, None when it is not here."""
    records = _records(db, SQL.by_key, (key,))
    return records[0] if records else None


def open_incidents(db: sqlite3.Connection) -> list[IncidentRecord]:
    """Returns the incidents that need people, in order of arrival."""
    return _records(db, SQL.still_open)


def newly_closed(db: sqlite3.Connection, since_ms: int, limit: int) -> list[IncidentRecord]:
    """Returns up to `limit` closed incidents that changed after `since_ms` (UTC), the newest first."""
    return _records(db, SQL.newly_closed, (since_ms, limit))


def closed_before(
    db: sqlite3.Connection, since_ms: int, pos: int, limit: int, communities: Collection[str] | None = None
) -> list[IncidentRecord]:
    """Returns up to `limit` closed incidents before `pos` that changed after `since_ms` (UTC), the newest first.

    Tests are left out: every box makes one an hour, and closes it. `communities` None = of every one.
    """
    return _records(db, SQL.closed_before, (TEST, since_ms, pos, _json(communities), _json(communities), limit))


def newest_incidents(
    db: sqlite3.Connection, mark: int | None, limit: int, communities: Collection[str] | None = None
) -> list[IncidentRecord]:
    """Returns up to `limit` incidents, the newest first; `mark`, `communities` None = of any."""
    if mark is None:
        return _records(db, SQL.newest, (_json(communities), _json(communities), limit))
    return _records(db, SQL.newest_of_mark, (mark, _json(communities), _json(communities), limit))


def _json(communities: Collection[str] | None) -> str | None:
    """A set of names as one value of a statement."""
    return None if communities is None else json.dumps(sorted(communities))


def _records(db: sqlite3.Connection, query: str, args: tuple[object, ...] = ()) -> list[IncidentRecord]:
    return [IncidentRecord(Incident.FromString(data), *rest) for data, *rest in db.execute(query, args)]
