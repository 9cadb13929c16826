"""Alarms that the disk does not take, as a stream in memory that the hub can have at once.

A press must reach the operator whatever is broken. While the journal cannot be written, copies of what waits in the
ALARM lane are offered to the uplink as a stream of its own, opened with the fault and gone with it. Each copy carries
its first identity (`origin`), as re-homed events do: when the disk is back and the original arrives, the hub knows it
as the same fact. Nothing of this confirms anything to a device.
"""

from __future__ import annotations

import os

from anju_edge.journal.entries import PendingEvent
from anju_edge.journal.rehome import with_origin
from anju_edge.journal.streams import MEMORY_STREAM_NOTE, StreamInfo
from anju_protos import chain
from anju_protos.v1.event_pb2 import ALARM
from anju_protos.v1.uplink_pb2 import Batch

SHOWN_AT_MOST = 512  # of one fault; what comes later may be merged per device, and is told when the disk is back


class MemoryStream:
    """One fault's stream."""

    def __init__(self) -> None:
        self.ident = os.urandom(16)
        self._rows: list[bytes] = []
        self._hashes = [chain.genesis(self.ident)]
        self._acked = 0

    def add(self, entry: PendingEvent) -> bool:
        """Takes a copy; the entry must not be merged from then on. Returns False when the stream is full."""
        if len(self._rows) >= SHOWN_AT_MOST:
            return False
        entry.shown = True
        row = with_origin(entry.data, entry.stream, entry.seq)
        self._rows.append(row)
        self._hashes.append(chain.link(self._hashes[-1], row))
        return True

    def info(self) -> StreamInfo:
        """As the journal describes a stream. Nothing of it waits: the originals are counted where they are."""
        return StreamInfo(
            stream=self.ident,
            lane=ALARM,
            first=1,
            last=len(self._rows),
            sealed=False,
            acked=self._acked,
            acked_hash=self._hashes[self._acked],
            note=MEMORY_STREAM_NOTE,
        )

    def read(self, after: int, max_events: int, max_bytes: int) -> Batch | None:
        """As `Journal.read`."""
        events: list[bytes] = []
        size = 0
        for row in self._rows[after : after + max_events]:
            if events and size + len(row) > max_bytes:
                break
            events.append(row)
            size += len(row)
        if not events:
            return None
        return Batch(stream=self.ident, first_seq=after + 1, events=events, hash_end=self._hashes[after + len(events)])

    def hash_at(self, seq: int) -> bytes | None:
        """As `Journal.hash_at`."""
        return self._hashes[seq] if seq < len(self._hashes) else None

    def acked(self, seq: int) -> None:
        """Takes the hub's cursor."""
        self._acked = max(self._acked, min(seq, len(self._rows)))
