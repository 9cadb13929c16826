"""What ingest asks of an event store, and the values that pass between them. `sqlite_store.py` is the real one.

Duties of every implementation (one test suite for all, `tests/central/test_stores.py`):

- One writer holds the cursors. For each submission it calls `receive_batch.receive(cursor, batch)`, appends what that
  returns, moves the cursor to `outcome.cursor` and commits; only then does the future resolve. Submissions of many
  boxes share a transaction; urgent ones have a queue of their own that is served first. A failed group is retried one
  by one; a submission that cannot be committed fails its future with `StoreUnavailable` and moves nothing.
- A cursor belongs to (community, stream). A stream id that another community owns (a disk image carried from one
  site to another) is received with `aside="foreign"`: everything in it is quarantined, and the owner's cursor stays.
- `outcome.cursor.hash` after each appended batch is a checkpoint. Checkpoints may be thinned with age, and are the
  only thing that tells where two copies of a disk went different ways.
- `outcome.rehomed` names events that a box moved to a new stream after a fork. The store compares each with the
  fact that it holds under that origin (same stream, seq and digest), and with earlier re-homed events of that origin;
  the same fact is kept in its place but never projected again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from anju_central.store.hub_event import HubEvent
from anju_protos.v1.event_pb2 import EventRef
from anju_protos.v1.uplink_pb2 import Ack, Batch, Checkpoint, Cursor, StreamState


class StoreUnavailable(Exception):
    """The store cannot commit now. Nothing was acknowledged; the box keeps its events and comes again."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One batch on its way to the writer.

    `community` comes from what the hub knows of the box, never from the box. `lane`, `sealed` and `note` (why it was
    born) are those of the stream's entry in Hello; lane and note that came with the first batch of a stream hold.
    """

    box: str
    community: str
    lane: int
    sealed: bool
    batch: Batch
    urgent: bool
    note: str = ""


@dataclass(slots=True)
class LogPositions:
    """The newest position of each log. Moved by the writer after its commit, read by anyone."""

    alarm: int = 0
    activity: int = 0
    telemetry: int = 0


@dataclass(frozen=True, slots=True)
class StoredStream:
    """A stream as the hub has it. `lane` is a Lane, times are UTC ms; counts are events."""

    stream: bytes
    box: str
    community: str
    lane: int
    sealed: bool
    by_hub: bool
    note: str
    seq: int
    events: int
    skipped: int
    lost: int
    quarantined: int
    born_ms: int
    forked_ms: int | None


class EventStore(Protocol):
    """Facts by (stream, seq), each once. All methods are called in the event loop."""

    @property
    def epoch(self) -> bytes:
        """16 random bytes of this database's life. A restore from backup makes a new one."""
        ...

    @property
    def heads(self) -> LogPositions:
        """The newest committed position of each log; safe to read from any thread."""
        ...

    @property
    def fault(self) -> str | None:
        """Why the store cannot record now, None when it can."""
        ...

    def on_commit(self, notify: Callable[[], None]) -> None:
        """Calls `notify` after each commit, in any thread: it must be short and thread-safe."""
        ...

    async def cursors(self, community: str, streams: Sequence[StreamState]) -> list[Cursor]:
        """Returns one cursor for each of `streams`, in order; seq 0 and no hash for a stream not seen before."""
        ...

    async def checkpoints(self, community: str, stream: bytes) -> list[Checkpoint]:
        """Returns the points whose running hash is still known, ascending by seq, the cursor being the last."""
        ...

    def submit(self, submission: Submission) -> asyncio.Future[Ack]:
        """Queues a batch for the writer. The ack resolves after the commit.

        Raises StoreUnavailable (from the future) when it could not be committed.
        """
        ...

    def append(self, event: HubEvent) -> asyncio.Future[EventRef]:
        """Queues a fact of the hub's own. Its identity resolves after the commit, or raises StoreUnavailable."""
        ...

    async def streams(self) -> list[StoredStream]:
        """Returns all streams, the hub's own too, oldest first. Raises StoreUnavailable when they cannot be read."""
        ...

    async def ping(self) -> None:
        """Returns when the writer answered. Raises StoreUnavailable when it is ending."""
        ...

    async def close(self) -> None:
        """Commits what waits and closes; whoever comes later gets StoreUnavailable."""
        ...
