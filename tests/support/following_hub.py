"""The least a hub does with a journal: follow each stream, check each batch, remember what it got."""

from __future__ import annotations

from dataclasses import dataclass, field

from anju_edge.journal.journal import Journal
from anju_protos.chain import genesis, link
from anju_protos.v1.event_pb2 import Event
from anju_protos.v1.uplink_pb2 import Batch, Skip


@dataclass
class Followed:
    """One stream as the hub has it."""

    ident: bytes
    cursor: int = 0
    running: bytes = b""
    delivered: dict[int, bytes] = field(default_factory=dict)
    skips: list[tuple[int, int, int]] = field(default_factory=list)
    hashes: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.running = genesis(self.ident)

    def covered(self) -> list[int]:
        """Every number that was delivered or skipped, in order, as often as it was."""
        numbers = list(self.delivered)
        for first, last, _ in self.skips:
            numbers.extend(range(first, last + 1))
        return sorted(numbers)


class FollowingHub:
    """Takes exactly what follows its cursors and recomputes every running hash."""

    def __init__(self) -> None:
        self.streams: dict[bytes, Followed] = {}

    def take(self, batch: Batch) -> Followed:
        stream = self.streams.setdefault(batch.stream, Followed(batch.stream))
        assert batch.first_seq == stream.cursor + 1
        events, skips = list(batch.events), list(batch.skips)
        at = batch.first_seq
        while events or skips:
            if skips and skips[0].first == at:
                skip = skips.pop(0)
                assert skip.last >= skip.first
                stream.skips.append((skip.first, skip.last, skip.cause))
                stream.running, at = skip.hash_after, skip.last + 1
            else:
                assert not skips or skips[0].first > at
                data = events.pop(0)
                assert at not in stream.delivered
                stream.delivered[at] = data
                stream.running, at = link(stream.running, data), at + 1
        stream.cursor = at - 1
        stream.hashes[stream.cursor] = stream.running
        if batch.hash_end:
            assert batch.hash_end == stream.running
        return stream

    async def follow(self, journal: Journal, *, max_events: int = 500, ack: bool = True, batches: int = 10**9) -> int:
        """Reads up to `batches` batches of what the journal has. Returns how many events came."""
        came = 0
        for info in journal.streams():
            known = self.streams.setdefault(info.stream, Followed(info.stream))
            while batches > 0:
                batch = await journal.read(info.stream, known.cursor, max_events, 1 << 20)
                if batch is None:
                    break
                batches -= 1
                self.take(batch)
                came += len(batch.events)
                if ack:
                    await journal.acked(info.stream, known.cursor)
        return came

    def facts(self) -> dict[str, int]:
        """How often each fact (by its device) counts, by identity: a moved event is the same as where it came from."""
        seen: dict[tuple[bytes, int], str] = {}
        for stream in self.streams.values():
            for seq, data in stream.delivered.items():
                event = Event.FromString(data)
                origin = (event.origin.stream, event.origin.seq) if event.HasField("origin") else (stream.ident, seq)
                seen[origin] = event.device
        counts: dict[str, int] = {}
        for device in seen.values():
            counts[device] = counts.get(device, 0) + 1
        return counts

    def skipped(self, cause: Skip.Cause.ValueType | None = None) -> int:
        """How many numbers were skipped."""
        return sum(
            last - first + 1
            for stream in self.streams.values()
            for first, last, why in stream.skips
            if cause is None or why == cause
        )
