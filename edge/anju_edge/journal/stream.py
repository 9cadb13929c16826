"""What the writer's thread knows of a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_edge.journal.streams import SEQ_MASK, StreamInfo, row_key

_KNOWN_POINTS = 64


@dataclass(slots=True, eq=False)
class Stream:
    """What the writer knows of a stream, as of the last commit."""

    number: int
    id: bytes
    lane: int
    sealed: bool
    note: str
    base: int
    base_hash: bytes
    acked: int
    acked_hash: bytes  # empty where the cursor stands inside a skip
    broken_at: int | None
    rehome_after: int | None
    last: int = 0
    head: bytes | None = None
    skipped: int = 0  # numbers beyond the cursor that skips cover
    read_to: int = 0  # the uplink has seen this far: skips up to here must not grow
    ack_unsaved: bool = False
    known: dict[int, bytes] = field(default_factory=dict)

    @property
    def low(self) -> int:
        return row_key(self.number, 0)

    @property
    def high(self) -> int:
        return row_key(self.number, SEQ_MASK)

    def info(self) -> StreamInfo:
        comparable = self.broken_at is None or self.acked < self.broken_at
        return StreamInfo(
            stream=self.id,
            lane=self.lane,
            first=self.base + 1,
            last=self.last,
            sealed=self.sealed,
            acked=self.acked,
            acked_hash=self.acked_hash if comparable else b"",
            note=self.note,
            waiting=max(0, self.last - max(self.acked, self.base) - self.skipped),
        )

    def remember(self, seq: int, running: bytes) -> None:
        """Keeps the running hash at `seq` at hand."""
        known = self.known
        known[seq] = running
        if len(known) > _KNOWN_POINTS:
            del known[next(iter(known))]


def infos(streams: Mapping[bytes, Stream]) -> list[StreamInfo]:
    """Returns what Hello says of all streams, oldest first."""
    return [stream.info() for stream in sorted(streams.values(), key=lambda stream: stream.number)]
