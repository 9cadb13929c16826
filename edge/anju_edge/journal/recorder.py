"""Turns a fact into an event's bytes and hands it to the journal, with the side-table rows that belong to it.

The one place that knows which kind travels in which lane. Side statements without an event of their own (the running
time, a closed incident) wait for the next event and go in its transaction.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable
from typing import TypeAlias

from anju_edge.clock import Clock, Floor, RunningTime
from anju_edge.journal.entries import PendingEvent, Side, SideStatement
from anju_edge.journal.journal import Journal
from anju_edge.journal.sql import KV
from anju_protos.v1.event_pb2 import (
    ACTIVITY,
    ALARM,
    ALARM_RAISED,
    ANNULMENT,
    BOOT,
    CHECK_IN,
    CLOCK_FIX,
    COMMAND_RESULT,
    INCIDENT_STEP,
    P2,
    REAL,
    RECEIPT,
    REQUEST,
    ROSTER_APPLIED,
    TELEMETRY,
    VISIT,
    Event,
    EventRef,
    Kind,
    Lane,
    Mark,
    Stamp,
)

_ACTIVITY_KINDS = frozenset(
    {CHECK_IN, ANNULMENT, REQUEST, VISIT, RECEIPT, COMMAND_RESULT, ROSTER_APPLIED, BOOT, CLOCK_FIX}
)
URGENT_TRIGGERS = frozenset({"fall", "call_button", "tamper"})
KEEP_TIME_MS = 60_000

SideRow: TypeAlias = Callable[[EventRef], Side | None]


def lane_of(kind: int, *, urgent: bool = False) -> Lane.ValueType:
    """Returns the lane of a kind. `urgent` = a camera trigger that may be a call for help.

    An alarm of P3 or P4 opens an incident too, and travels in the lane of its steps: the hub folds both in order.
    """
    if kind in (INCIDENT_STEP, ALARM_RAISED):
        return ALARM
    return ACTIVITY if kind in _ACTIVITY_KINDS or urgent else TELEMETRY


class Recorder:
    """Writes events of this box. `record` never blocks and never raises on storage faults."""

    def __init__(self, journal: Journal, clock: Clock, running: RunningTime) -> None:
        self.journal = journal
        self.clock = clock
        self.running = running
        self.by_kind: Counter[int] = Counter()
        self._waiting: deque[Side] = deque()
        self._kept_ms = -KEEP_TIME_MS

    def record(
        self,
        kind: Kind.ValueType,
        payload: bytes,
        *,
        device: str = "",
        mark: Mark.ValueType = REAL,
        urgent: bool = False,
        stamp: Stamp | None = None,
        side: SideRow | None = None,
    ) -> tuple[PendingEvent, Event]:
        """Appends one event; returns its number (awaitable until durable) and the event as stored.

        `payload` is the message that `kind` names, serialized. `side` gives, for the event's identity, the statement
        that goes in its transaction.
        """
        event = Event(kind=kind, stamp=stamp or self.clock.stamp(), device=device, payload=payload, mark=mark)
        self.by_kind[kind] += 1
        lane = lane_of(kind, urgent=urgent)
        if lane != TELEMETRY:
            event.blind = int.from_bytes(os.urandom(8), "big")
        if side is not None:
            statement = side(self.next_ref(lane))
        elif kind == CLOCK_FIX:  # with the event itself: a restart a moment later still knows the date
            statement = self.keep_time()
        else:
            statement = self._due(event.stamp.elapsed_ms)
        return self.journal.append(lane, event.SerializeToString(), statement), event

    def next_ref(self, lane: Lane.ValueType) -> EventRef:
        """Returns the identity of the lane's next event: the loop alone hands numbers out, nothing comes between."""
        live = self.journal._live[lane]
        return EventRef(stream=live.ident, seq=live.next_seq)

    def later(self, statement: Side) -> None:
        """Keeps a side statement for one of the next events' transactions."""
        self._waiting.append(statement)

    def running_ms(self) -> int:
        """The box's running time over all boots."""
        return self.running.total_at(self.clock.boot, self.clock.elapsed_ms())

    def _due(self, elapsed_ms: int) -> Side | None:
        if self._waiting:
            return self._waiting.popleft()
        return self.keep_time() if elapsed_ms - self._kept_ms >= KEEP_TIME_MS else None

    def keep_time(self) -> SideStatement:
        """The statement that keeps the running time and the last sure date, for the next start."""
        elapsed_ms = self.clock.elapsed_ms()
        self._kept_ms = elapsed_ms
        self.running.total_at(self.clock.boot, elapsed_ms)
        anchor = self.clock.anchor()
        if anchor is None:
            return KV.put, ("running_time", self.running.encode())
        floor = Floor(elapsed_ms + anchor.offset_ms, anchor)  # only a date we are sure of
        return KV.put_two, ("running_time", self.running.encode(), "clock_floor", floor.encode())


def is_urgent(priority: int) -> bool:
    """True for P1 and P2."""
    return 0 < priority <= P2
