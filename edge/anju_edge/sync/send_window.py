"""One session's sending side: which stream is next, what is in flight, what an ack means. No I/O, time is an argument.

Order of service: live streams before sealed ones, within that ALARM, ACTIVITY, TELEMETRY. Each batch is answered by
one ack, in order of the batches of its stream. An ack that says rewind means that the hub did not take the batch:
everything in flight on that stream is void and sent again from the hub's cursor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import zstandard

from anju_edge.journal.streams import StreamInfo
from anju_edge.sync.pacing import MOST_BATCH_BYTES, Pacer, Sent
from anju_protos.v1.uplink_pb2 import Ack, Batch, EventList

REWINDS_BEFORE_STUCK: Final = 2  # at one cursor without progress, within a session
ALARM_BATCHES: Final = 4  # in flight on the alarm channel, which has neither credits nor pacing
HEADER_BYTES: Final = 64  # a batch's own fields and the frames around it, about
ZSTD_LEVEL: Final = 3


@dataclass(frozen=True, slots=True)
class Read:
    """What to ask the journal for."""

    info: StreamInfo
    after: int
    max_events: int
    max_bytes: int
    changes: int  # how often the journal had changed when this was asked


@dataclass(frozen=True, slots=True)
class Acked:
    """The hub has the stream up to `seq`, on disk. `quarantined` of the batch's events it could not understand."""

    stream: bytes
    seq: int
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Rewound:
    """The hub sent us back to `seq`."""

    stream: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """The hub keeps sending us back to `seq`, or further back than it confirmed: say Hello again and compare."""

    stream: bytes
    seq: int


Output = Acked | Rewound | Stuck


@dataclass(frozen=True, slots=True)
class _InFlight:
    last: int
    sent: Sent


@dataclass(slots=True)
class _Flow:
    info: StreamInfo
    sent_to: int
    acked: int
    more: bool = True  # as far as we know the journal has something after sent_to
    in_flight: deque[_InFlight] = field(default_factory=deque)
    stale: int = 0  # answers still to come for batches that a rewind made void
    rewinds: int = 0


class SendWindow:
    """The sending side of one session. `paced` is None on the alarm channel: no credits, no bound by time."""

    def __init__(
        self,
        streams: Sequence[StreamInfo],
        cursors: Mapping[bytes, int],
        paced: Pacer | None,
        *,
        batch_events: int,
        zstd: bool = False,
        always_zstd: bool = False,
    ) -> None:
        self._flows = {
            info.stream: _Flow(
                info, cursors[info.stream], cursors[info.stream], not _is_sent(info, cursors[info.stream])
            )
            for info in sorted(streams, key=lambda info: (info.sealed, info.lane))
        }
        self._pacer = paced or Pacer()
        self._paced = paced is not None
        self._batch_events = batch_events
        self._zstd, self._always_zstd = zstd, always_zstd
        self._ratio = 1.0  # wire bytes per journal byte, smoothed
        self._changes = 0
        self.credits = 0

    def in_flight(self, stream: bytes) -> tuple[int, int] | None:
        """Returns (first, last) of a stream's numbers in flight, None if there are none."""
        flow = self._flows[stream]
        return (flow.acked + 1, flow.sent_to) if flow.in_flight else None

    def oldest_s(self, now: float) -> float:
        """Returns for how long the oldest batch in flight has waited for its ack; 0 if none is."""
        return max((now - flow.in_flight[0].sent.at for flow in self._flows.values() if flow.in_flight), default=0.0)

    def changed(self) -> None:
        """Notes that the journal may have something new for any stream."""
        self._changes += 1
        for flow in self._flows.values():
            flow.more = not _is_sent(flow.info, flow.sent_to)

    def next_read(self, now: float) -> Read | None:
        """Returns what to send next, None when there is nothing to send or no more may be in flight."""
        if not self._may_send(now):
            return None
        for flow in self._flows.values():
            if flow.more:
                return Read(flow.info, flow.sent_to, self._batch_events, self._read_bytes(), self._changes)
        self._pacer.starved()
        return None

    def _may_send(self, now: float) -> bool:
        if not self._paced:
            return sum(len(flow.in_flight) for flow in self._flows.values()) < ALARM_BATCHES
        if self.credits <= 0:
            self._pacer.starved()  # the hub holds us back: that says nothing about the line
            return False
        return self._pacer.may_send(now)

    def _read_bytes(self) -> int:
        return int(self._pacer.batch_bytes / self._ratio) if self._paced else MOST_BATCH_BYTES

    def on_read(self, read: Read, batch: Batch | None, now: float) -> Batch | None:
        """Takes the journal's answer (already filled where it is trimmed); returns what to put on the wire."""
        flow = self._flows[read.info.stream]
        if batch is None:
            flow.more = read.changes != self._changes  # else something came while the journal looked
            return None
        if read.after != flow.sent_to:
            return None  # a rewind came in between; it is read again
        count = len(batch.events)
        last = batch.first_seq + count - 1 + sum(skip.last - skip.first + 1 for skip in batch.skips)
        size = batch.ByteSize()
        if self._zstd and (self._always_zstd or self._pacer.slow):
            size = self._compress(batch, size)
        flow.sent_to = last
        flow.in_flight.append(_InFlight(last, self._pacer.sent(size + HEADER_BYTES, now)))
        if self._paced:
            self.credits -= 1
        return batch

    def _compress(self, batch: Batch, plain_size: int) -> int:
        """Packs the batch's events where that saves bytes; returns the batch's size."""
        count = len(batch.events)
        packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(EventList(events=batch.events).SerializeToString())
        if len(packed) < plain_size:
            del batch.events[:]
            batch.events_zstd, batch.event_count = packed, count
        size = batch.ByteSize()
        self._ratio += (size / plain_size - self._ratio) / 4
        return size

    def credited(self, batches: int) -> None:
        """Takes credit from the hub."""
        self.credits += batches

    def acked(self, ack: Ack, now: float) -> list[Output]:
        """Takes the hub's answer to the oldest batch in flight on its stream."""
        flow = self._flows.get(ack.stream)
        if flow is None:
            return []
        if flow.stale:
            flow.stale -= 1
            if ack.rewind:
                return []
        elif flow.in_flight:
            batch = flow.in_flight.popleft()
            if ack.rewind:
                self._pacer.rewound(batch.sent)
            else:
                self._pacer.acked(batch.sent, now)
        if ack.rewind:
            return self._rewind(flow, ack.seq)
        if ack.seq < flow.acked:
            return [Stuck(ack.stream, ack.seq)]
        progress = ack.seq > flow.acked
        flow.acked = ack.seq
        if progress:
            flow.rewinds = 0
        if ack.seq > flow.sent_to:  # a session before this one got further than its acks
            flow.sent_to = ack.seq
        return [Acked(ack.stream, ack.seq, ack.quarantined)] if progress or ack.quarantined else []

    def _rewind(self, flow: _Flow, seq: int) -> list[Output]:
        flow.stale += len(flow.in_flight)
        for batch in flow.in_flight:
            self._pacer.rewound(batch.sent)
        flow.in_flight.clear()
        stream = flow.info.stream
        if seq < flow.acked:
            return [Stuck(stream, seq)]
        flow.rewinds = 0 if seq > flow.acked else flow.rewinds + 1
        confirmed: list[Output] = [Acked(stream, seq)] if seq > flow.acked else []
        flow.acked = flow.sent_to = seq
        flow.more = True
        if flow.rewinds >= REWINDS_BEFORE_STUCK:
            return [Stuck(stream, seq)]
        return [*confirmed, Rewound(stream, seq)]


def _is_sent(info: StreamInfo, sent_to: int) -> bool:
    """True when nothing can follow: of many streams that are done none shall be asked for at each change."""
    return info.sealed and sent_to >= info.last
