"""What every projection is, and what it publishes when something changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from anju_base.sql_queries import load_queries
from anju_central.store.log_reader import LogName, LogRecord, RowLog, TelemetrySummary
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import Anchor, EventRef, Stamp

SQL: Final = load_queries("anju_central.projections.queries", "projection")


@dataclass(frozen=True, slots=True)
class BoxChanged:
    """Something about a box was folded, which the hub received at `received_ms`."""

    box: str
    community: str
    received_ms: int


@dataclass(frozen=True, slots=True)
class BootSeen:
    """Elapsed times of one boot that events span, in ms. `began_pos` rises from boot to boot; None = not known."""

    box: str
    boot: int
    first_ms: int
    last_ms: int
    began_pos: int | None = None


@dataclass(frozen=True, slots=True)
class AnchorFound:
    """A clock anchor of one of the box's boots."""

    box: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident as it stands. `received_ms` is when its opening event came, `changed_ms` its newest step."""

    incident: Incident
    pos: int
    received_ms: int
    changed_ms: int
    rule: str


@dataclass(frozen=True, slots=True)
class CheckInRecord:
    """One check-in as it stands."""

    id: bytes
    community: str
    box: str
    day: str
    resident: str
    activity: str
    kiosk: str
    method: int
    mark: int
    received_ms: int
    at: Stamp
    annulled: bool


Change = BoxChanged | BootSeen | AnchorFound | IncidentRecord | CheckInRecord


class Projection(Protocol):
    """A fold over the store's logs into tables of its own (`schema/<name>/`).

    Folding is deterministic for each log, and gives the same for any interleaving of the logs: each log has a cursor
    of its own so that alarms never wait behind telemetry. The caller owns the transaction.
    """

    name: str
    logs: tuple[LogName, ...]

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        """Folds facts of a row log, in order. Copies (`is_copy`) have been left out."""
        ...

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        """Folds the summaries of some telemetry streams, in any order of the streams."""
        ...


def ref_key(ref: EventRef) -> bytes:
    """Returns an identity as a key: stream, then seq as 8 bytes big-endian."""
    return ref.stream + ref.seq.to_bytes(8, "big")


def signed(boot: int) -> int:
    """Returns a boot id as SQLite's signed 64 bits."""
    return boot - (1 << 64) if boot >= 1 << 63 else boot


def unsigned(boot: int) -> int:
    """Returns the boot id for its signed form."""
    return boot + (1 << 64) if boot < 0 else boot


def identify(db: sqlite3.Connection, digest_of: str, fact: LogRecord) -> bytes | None:
    """Returns the key under which a fact is to be kept, or None when the same fact is there already.

    `digest_of` is the query that gives the digest of what is kept under a key.

    It is the fact's first identity. After a fork two different facts may claim one: the second keeps the identity it
    has now, and in its stream the claimed one means it (`alias`).
    """
    claimed = ref_key(fact.first_ref)
    held = db.execute(digest_of, (claimed,)).fetchone()
    if held is None:
        return claimed
    if held[0] == fact.digest():
        return None
    own = ref_key(fact.ref)
    db.execute(SQL.add_alias, (fact.ref.stream, claimed, own))
    return own


def resolve(db: sqlite3.Connection, fact: LogRecord, ref: EventRef) -> bytes:
    """Returns the key of what `ref` means in a fact of this stream."""
    claimed = ref_key(ref)
    alias = db.execute(SQL.alias, (fact.ref.stream, claimed)).fetchone()
    return bytes(alias[0]) if alias else claimed
