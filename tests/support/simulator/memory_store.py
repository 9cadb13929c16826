"""An event store in memory, for the simulator and for tests that need none on disk: the duties of `event_store.py`."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from anju_central.store import receive_batch
from anju_central.store.event_store import Submission
from anju_protos.v1.uplink_pb2 import Ack, Checkpoint, Cursor, StreamState


@dataclass
class MemoryRows:
    """One stream: events by seq, skips, checkpoints, and which events are copies of facts that were here already."""

    community: str
    stream: bytes
    cursor: Cursor
    rows: dict[int, bytes] = field(default_factory=dict)
    skips: list[tuple[int, int, int]] = field(default_factory=list)
    aside: list[tuple[int, int]] = field(default_factory=list)
    copies: set[int] = field(default_factory=set)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    forked: int = 0

    def check(self) -> None:
        """Raises AssertionError unless delivered, skipped and quarantined numbers are 1..cursor, each once."""
        spans = [(seq, seq) for seq in self.rows] + [(first, last) for first, last, _ in self.skips] + self.aside
        expected = 1
        for first, last in sorted(spans):
            assert first == expected, f"stream {self.stream.hex()}: {first} follows {expected - 1}"
            expected = last + 1
        assert expected == self.cursor.seq + 1
        assert list(self.rows) == sorted(self.rows), "out of order"


class MemoryStore:
    """Implements `EventStore`; `take` is the commit."""

    def __init__(self, epoch: bytes = bytes(16)) -> None:
        self.epoch = epoch
        self.streams: dict[tuple[str, bytes], MemoryRows] = {}
        self.appended: list[bytes] = []  # by the last `take`
        self._owners: dict[bytes, str] = {}
        self._rehomed: dict[tuple[str, bytes, int], set[bytes]] = {}

    def backup(self) -> MemoryStore:
        """Returns a copy."""
        return copy.deepcopy(self)

    async def cursors(self, community: str, streams: Sequence[StreamState]) -> list[Cursor]:
        found = (self.streams.get((community, state.stream)) for state in streams)
        return [
            rows.cursor if rows is not None else Cursor(stream=state.stream)
            for state, rows in zip(streams, found, strict=True)
        ]

    async def checkpoints(self, community: str, stream: bytes) -> list[Checkpoint]:
        rows = self.streams.get((community, stream))
        return list(rows.checkpoints) if rows is not None else []

    def submit(self, submission: Submission) -> asyncio.Future[Ack]:
        done: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        done.set_result(self.take(submission))
        return done

    def take(self, submission: Submission) -> Ack:
        """Commits a batch and returns its ack."""
        community, stream = submission.community, submission.batch.stream
        owner = self._owners.setdefault(stream, community)
        key = (community, stream)
        rows = self.streams.setdefault(key, MemoryRows(community, stream, Cursor(stream=stream)))
        outcome = receive_batch.receive(rows.cursor, submission.batch, aside="" if owner == community else "foreign")
        rows.forked += outcome.forked
        self.appended = [] if outcome.rewind else list(outcome.events)
        if not outcome.rewind and outcome.cursor.seq > rows.cursor.seq:
            self._append(rows, outcome)
        return outcome.ack(0)

    def _append(self, rows: MemoryRows, outcome: receive_batch.Outcome) -> None:
        for seq, data in zip(outcome.seqs, outcome.events, strict=True):
            rows.rows[seq] = data
            if sha256(data).digest() in self._rehomed.get((rows.community, rows.stream, seq), ()):
                rows.copies.add(seq)  # its re-homed copy came first: this hub is older than the fork
        for moved in outcome.rehomed:
            if self._holds(rows.community, moved):
                rows.copies.add(moved.seq)
            key = (rows.community, moved.origin_stream, moved.origin_seq)
            self._rehomed.setdefault(key, set()).add(moved.digest)
        rows.skips += [(skip.first, skip.last, skip.cause) for skip in outcome.skips]
        rows.aside += [(aside.first, aside.last) for aside in outcome.quarantined]
        rows.cursor = outcome.cursor
        rows.checkpoints.append(Checkpoint(stream=rows.stream, seq=outcome.cursor.seq, hash=outcome.cursor.hash))

    def _holds(self, community: str, moved: receive_batch.Rehomed) -> bool:
        if moved.digest in self._rehomed.get((community, moved.origin_stream, moved.origin_seq), ()):
            return True
        origin = self.streams.get((community, moved.origin_stream))
        data = origin.rows.get(moved.origin_seq) if origin is not None else None
        return data is not None and sha256(data).digest() == moved.digest
