"""A journal in memory with the uplink's view of the real one, for the simulator: its disk can be lost or put back."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from anju_edge.journal.rehome import with_origin
from anju_edge.journal.streams import LANES, StreamInfo
from anju_protos import chain
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Batch, Skip


@dataclass
class MemoryStream:
    """One stream. `rows` are what is held, `hashes` the running hash at each seq outside skips."""

    ident: bytes
    lane: int
    note: str
    sealed: bool = False
    base: int = 0
    last: int = 0
    acked: int = 0
    rows: dict[int, bytes] = field(default_factory=dict)
    skips: list[tuple[int, int, int, bytes]] = field(default_factory=list)
    hashes: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hashes[0] = chain.genesis(self.ident)

    def append(self, data: bytes) -> None:
        self.last += 1
        self.rows[self.last] = data
        self.hashes[self.last] = chain.link(self.hashes[self.last - 1], data)

    def skip(self, first: int, last: int, cause: int) -> None:
        """Replaces rows by a skip; the hash at its end stays what it was."""
        for seq in range(first, last + 1):
            del self.rows[seq]
            if seq < last:
                del self.hashes[seq]
        self.skips.append((first, last, cause, self.hashes[last]))
        self.skips.sort()


Image = tuple[dict[bytes, MemoryStream], dict[int, bytes]]


class MemoryJournal:
    """Implements `uplink.JournalPort`. What is appended is durable at once."""

    def __init__(self, rng: random.Random, *, keep_acked: int = 40) -> None:
        self._rng, self._keep_acked = rng, keep_acked
        self._streams: dict[bytes, MemoryStream] = {}
        self._live: dict[int, MemoryStream] = {}
        self._pins: dict[bytes, tuple[int, int]] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.changes = 0
        for lane in LANES:
            self._open_stream(lane, "install")

    # ---- recording

    def append(self, lane: int, *events: bytes) -> None:
        """Records events, durable at once."""
        for data in events:
            self._live[lane].append(data)
        self._changed()

    def evict_unacked(self, count: int) -> list[bytes]:
        """Gives up the oldest `count` unacked TELEMETRY events of the live stream that are not in flight."""
        stream = self._live[TELEMETRY]
        first = stream.acked + 1
        pinned = self._pins.get(stream.ident)
        if pinned is not None:
            first = max(first, pinned[1] + 1)
        last = min(first + count - 1, stream.last)
        if last < first or any(seq not in stream.rows for seq in range(first, last + 1)):
            return []
        lost = [stream.rows[seq] for seq in range(first, last + 1)]
        stream.skip(first, last, Skip.QUOTA)
        self._changed()
        return lost

    @property
    def is_moving(self) -> bool:
        """Whether rows of a fork wait to be moved; here they move at once."""
        return False

    # ---- disk

    def restart(self) -> None:
        """The box starts again: what was appended is there."""

    def image(self) -> Image:
        """Returns a copy of the disk."""
        return copy.deepcopy((self._streams, {lane: stream.ident for lane, stream in self._live.items()}))

    def put_back(self, image: Image) -> None:
        """Replaces the disk by an image."""
        streams, live = copy.deepcopy(image)
        self._streams = streams
        self._live = {lane: streams[ident] for lane, ident in live.items()}
        self._pins.clear()
        self._changed()

    def everything(self) -> list[bytes]:
        """Returns all events that are still held."""
        return [data for stream in self._streams.values() for data in stream.rows.values()]

    # ---- what the uplink sees

    def streams(self) -> list[StreamInfo]:
        return [
            StreamInfo(
                stream.ident,
                stream.lane,
                stream.base + 1,
                stream.last,
                stream.sealed,
                stream.acked,
                stream.hashes.get(stream.acked, b""),
                stream.note,
            )
            for stream in self._streams.values()
        ]

    async def read(self, stream: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None:
        held = self._streams.get(stream)
        if held is None or (position := max(after, held.base)) >= held.last:
            return None
        batch = Batch(stream=stream, first_seq=position + 1)
        size = 0
        while position < held.last and len(batch.events) + len(batch.skips) < max_events and size < max_bytes:
            skip = next((skip for skip in held.skips if skip[0] <= position + 1 <= skip[1]), None)
            if skip is not None:
                cause = Skip.Cause.ValueType(skip[2])
                batch.skips.append(Skip(first=position + 1, last=skip[1], cause=cause, hash_after=skip[3]))
                position = skip[1]
                continue
            position += 1
            batch.events.append(held.rows[position])
            size += len(held.rows[position])
        batch.hash_end = held.hashes[position]
        return batch

    async def hash_at(self, stream: bytes, seq: int) -> bytes | None:
        held = self._streams.get(stream)
        return None if held is None or seq < held.base else held.hashes.get(seq)

    async def acked(self, stream: bytes, seq: int) -> None:
        held = self._streams.get(stream)
        if held is None:
            return
        held.acked = max(held.acked, min(seq, held.last))
        target = held.acked - (0 if held.sealed else self._keep_acked)  # a sealed stream's end stays known
        while held.base < target and not any(first <= held.base + 1 <= last for first, last, *_ in held.skips):
            held.base += 1
            del held.rows[held.base]
            held.hashes.pop(held.base - 1, None)

    def pin(self, stream: bytes, first: int, last: int) -> None:
        self._pins[stream] = (first, last)

    def unpin(self, stream: bytes) -> None:
        self._pins.pop(stream, None)

    async def seal(self, lane: int, note: str) -> bytes:
        self._live[lane].sealed = True
        return self._open_stream(lane, note)

    async def fork(self, common: Mapping[bytes, int]) -> None:
        old = dict(self._streams)
        for lane in LANES:
            self._live[lane].sealed = True
            self._open_stream(lane, "fork")
        for ident, after in common.items():
            stream = old.get(ident)
            if stream is None:
                continue
            first = max(after, stream.base) + 1
            for seq in range(first, stream.last + 1):
                if seq in stream.rows:
                    self._live[stream.lane].append(with_origin(stream.rows[seq], ident, seq))
                    stream.skip(seq, seq, Skip.REHOMED)
        self._changed()

    def waiting(self) -> dict[int, int]:
        counts = dict.fromkeys(LANES, 0)
        for stream in self._streams.values():
            counts[stream.lane] += sum(seq > stream.acked for seq in stream.rows)
        return counts

    async def changed(self, seen: int) -> int:
        if self.changes <= seen:
            raise RuntimeError("the simulator looks at `changes` instead of waiting")
        return self.changes

    def _open_stream(self, lane: int, note: str) -> bytes:
        ident = self._rng.randbytes(16)
        self._streams[ident] = self._live[lane] = MemoryStream(ident, lane, note)
        self._changed()
        return ident

    def _changed(self) -> None:
        self.changes += 1
        self.on_change()
