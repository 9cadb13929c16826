"""An event store in memory, for the simulator and for tests that need none on disk: the duties of `event_store.py`."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from anju_central.store import receive_batch
from anju_central.store.event_store import LogPositions, StoredStream, StoreUnavailable, Submission
from anju_central.store.hub_event import HubEvent
from anju_protos import chain
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, EventRef
from anju_protos.v1.uplink_pb2 import Ack, Batch, Checkpoint, Cursor, Skip, StreamState


def _nothing() -> None:
    """Nobody wants to know of commits."""


@dataclass
class MemoryRows:
    """One stream: events by seq, skips, checkpoints, and which events are copies of facts that were here already."""

    first: Submission  # what came with the first batch holds
    cursor: Cursor
    by_hub: bool = False
    sealed: bool = False
    rows: dict[int, bytes] = field(default_factory=dict)
    skips: list[tuple[int, int, int]] = field(default_factory=list)
    aside: list[tuple[int, int]] = field(default_factory=list)
    copies: set[int] = field(default_factory=set)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    forked: int = 0

    @property
    def community(self) -> str:
        return self.first.community

    @property
    def stream(self) -> bytes:
        return self.first.batch.stream

    @property
    def lane(self) -> int:
        return self.first.lane

    def stored(self) -> StoredStream:
        """Returns it as a store shows it; times are left out."""
        return StoredStream(
            self.stream,
            self.first.box,
            self.community,
            self.lane,
            self.sealed,
            self.by_hub,
            self.first.note,
            self.cursor.seq,
            len(self.rows),
            sum(last - first + 1 for first, last, _ in self.skips),
            sum(last - first + 1 for first, last, cause in self.skips if cause == Skip.LOST_AT_HUB),
            sum(last - first + 1 for first, last in self.aside),
            0,
            None,
        )

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
        self.heads = LogPositions()
        self.fault: str | None = None
        self._notify: Callable[[], None] = _nothing
        self._closed = False
        self.rows_of: dict[tuple[str, bytes], MemoryRows] = {}
        self.appended: list[bytes] = []  # by the last `take`
        self._owners: dict[bytes, str] = {}
        self._rehomed: dict[tuple[str, bytes, int], set[bytes]] = {}

    def backup(self) -> MemoryStore:
        """Returns a copy."""
        return copy.deepcopy(self)

    async def cursors(self, community: str, streams: Sequence[StreamState]) -> list[Cursor]:
        found = (self.rows_of.get((community, state.stream)) for state in streams)
        return [
            rows.cursor if rows is not None else Cursor(stream=state.stream)
            for state, rows in zip(streams, found, strict=True)
        ]

    async def checkpoints(self, community: str, stream: bytes) -> list[Checkpoint]:
        rows = self.rows_of.get((community, stream))
        return list(rows.checkpoints) if rows is not None else []

    def on_commit(self, notify: Callable[[], None]) -> None:
        self._notify = notify

    def submit(self, submission: Submission) -> asyncio.Future[Ack]:
        done: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        if self._closed:
            done.set_exception(StoreUnavailable("the hub is stopping"))
        else:
            done.set_result(self.take(submission))
        return done

    def append(self, event: HubEvent) -> asyncio.Future[EventRef]:
        done: asyncio.Future[EventRef] = asyncio.get_running_loop().create_future()
        if self._closed:
            done.set_exception(StoreUnavailable("the hub is stopping"))
            return done
        stream = sha256(f"{event.community}/{event.box}".encode()).digest()[:16]
        submission = Submission(event.box, event.community, ALARM, False, Batch(stream=stream), urgent=True)
        rows = self.rows_of.setdefault(("", stream), MemoryRows(submission, Cursor(stream=stream), by_hub=True))
        seq = rows.cursor.seq + 1
        rows.rows[seq] = event.data
        rows.cursor = Cursor(
            stream=stream, seq=seq, hash=chain.link(rows.cursor.hash or chain.genesis(stream), event.data)
        )
        self.heads.alarm += 1
        self._notify()
        done.set_result(EventRef(stream=stream, seq=seq))
        return done

    async def streams(self) -> list[StoredStream]:
        return [rows.stored() for rows in self.rows_of.values()]

    async def ping(self) -> None:
        if self._closed:
            raise StoreUnavailable("the hub is stopping")

    async def close(self) -> None:
        self._closed = True

    def take(self, submission: Submission) -> Ack:
        """Commits a batch and returns its ack."""
        community, stream = submission.community, submission.batch.stream
        owner = self._owners.setdefault(stream, community)
        key = (community, stream)
        rows = self.rows_of.setdefault(key, MemoryRows(submission, Cursor(stream=stream)))
        outcome = receive_batch.receive(rows.cursor, submission.batch, aside="" if owner == community else "foreign")
        rows.forked += outcome.forked
        self.appended = [] if outcome.rewind else list(outcome.events)
        if not outcome.rewind and outcome.cursor.seq > rows.cursor.seq:
            self._append(rows, outcome)
            rows.sealed = submission.sealed
        self._notify()
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
        if rows.lane == ALARM:
            self.heads.alarm += len(outcome.events)
        elif rows.lane == ACTIVITY:
            self.heads.activity += len(outcome.events)
        else:
            self.heads.telemetry += bool(outcome.events)
        rows.cursor = outcome.cursor
        rows.checkpoints.append(Checkpoint(stream=rows.stream, seq=outcome.cursor.seq, hash=outcome.cursor.hash))

    def _holds(self, community: str, moved: receive_batch.Rehomed) -> bool:
        if moved.digest in self._rehomed.get((community, moved.origin_stream, moved.origin_seq), ()):
            return True
        origin = self.rows_of.get((community, moved.origin_stream))
        data = origin.rows.get(moved.origin_seq) if origin is not None else None
        return data is not None and sha256(data).digest() == moved.digest
