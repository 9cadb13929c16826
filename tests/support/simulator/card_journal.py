"""The box's real journal file, encrypted, for the simulator: rows, cursors, trims and forks are the real code.

What is appended is committed at once. A start of the box knows none of the keys of the starts before it: they come back
from the hub, as `card.py` of the simulator carries them, and until then what they encrypted cannot be read.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from anju_edge.journal.card import BootKey, Card, KeyMissing, WrappedKey
from anju_edge.journal.entries import NewStream, PendingEvent, Rehoming
from anju_edge.journal.faults import log_path
from anju_edge.journal.journal import _rows_to_move
from anju_edge.journal.rehome import with_origin
from anju_edge.journal.repair import open_checked
from anju_edge.journal.retention import evict_unacked, remove_stream, trim
from anju_edge.journal.store import Store
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import LANES, StreamInfo
from anju_edge.journal.transaction import write
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Batch, Skip

Image = tuple[bytes, dict[bytes, list[bytes]]]


class CardJournal:
    """Implements `uplink.JournalPort`. `identity`: as whom the box wraps its keys to the hub's."""

    def __init__(
        self,
        rng: random.Random,
        folder: Path,
        hub: ec.EllipticCurvePublicKey,
        identity: str,
        *,
        keep_acked: int = 40,
    ) -> None:
        self._rng, self._keep_acked = rng, keep_acked
        self._path = folder / "journal.sqlite"
        self._hub, self._identity = hub, identity
        self._pins: dict[bytes, tuple[int, int]] = {}
        self._told: dict[bytes, list[bytes]] = {}  # all that was ever written, by stream: what an eviction takes away
        self.on_change: Callable[[], None] = lambda: None
        self.changes = 0
        self.evicted_locked = 0
        self._store = self._open()
        write(self._store, [NewStream(rng.randbytes(16), lane, "install") for lane in LANES])

    def _open(self) -> Store:
        card = Card(BootKey(self._hub, self._identity))
        return open_checked(self._path, synchronous="NORMAL", card=card)

    def close(self) -> None:
        self._store.close()

    # ---- recording

    def append(self, lane: int, *events: bytes) -> None:
        """Records events in one commit."""
        live = self._live(lane)
        write(
            self._store,
            [PendingEvent(live.id, seq, lane, data, None) for seq, data in enumerate(events, live.last + 1)],
        )
        self._told.setdefault(live.id, []).extend(events)
        self._changed()

    def evict_unacked(self, count: int) -> list[bytes]:
        """Gives up about `count` of the oldest unacked TELEMETRY events of the live stream, keys or no keys."""
        stream = self._live(TELEMETRY)
        before = self._store.skips(stream, stream.acked, stream.last)
        if not evict_unacked(self._store, stream, self._pins.get(stream.id), Skip.QUOTA, max_rows=count):
            return []
        self.evicted_locked += bool(self.locked_keys())
        gone = {seq for first, last, *_ in before for seq in range(first, last + 1)}
        skips = self._store.skips(stream, stream.acked, stream.last)
        now = {seq for first, last, *_ in skips for seq in range(max(first, stream.acked + 1), last + 1)}
        self._changed()
        return [self._told[stream.id][seq - 1] for seq in sorted(now - gone)]

    # ---- starts and the disk

    def restart(self) -> None:
        """Another start of the box, by another key; in half of the cases after a crash, that left the log as it was."""
        if self._rng.random() < 0.5:
            self._store.save_acks()
            self._store.close()
        else:
            self._store.emergency.close()
            self._store.connection.close()
        self._pins.clear()
        self._store = self._open()

    def image(self) -> Image:
        """Returns a copy of the disk."""
        self._store.checkpoint()
        return self._path.read_bytes(), copy.deepcopy(self._told)

    def put_back(self, image: Image) -> None:
        """Replaces the disk by an image, and starts the box on it."""
        self._store.emergency.close()
        self._store.connection.close()
        data, told = image
        log_path(self._path).unlink(missing_ok=True)
        self._path.write_bytes(data)
        self._told = copy.deepcopy(told)
        self._pins.clear()
        self._store = self._open()
        self._changed()

    # ---- keys

    def locked_keys(self) -> list[WrappedKey]:
        """The wrapped keys of earlier starts that are not here."""
        return self._store.locked_keys()

    def add_keys(self, keys: Mapping[bytes, bytes]) -> None:
        """Takes keys back, and goes on with what waited for them."""
        if self._store.card.add(keys):
            self._finish_rehoming()
            self._changed()

    def locked_up_to(self) -> dict[bytes, int]:
        """By live stream, the last seq that cannot be read for want of a key."""
        return self._store.locked_up_to()

    # ---- what the uplink sees

    def streams(self) -> list[StreamInfo]:
        return self._store.infos()

    async def read(self, stream: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None:
        return self._store.read(stream, after, max_events, max_bytes)

    async def hash_at(self, stream: bytes, seq: int) -> bytes | None:
        return self._store.hash_at(stream, seq)

    async def acked(self, stream: bytes, seq: int) -> None:
        store = self._store
        held = store.ack(stream, seq)
        if held is None or held.rehome_after is not None:
            return
        target = held.acked if held.sealed and held.acked >= held.last else held.acked - self._keep_acked
        while target > held.base and trim(store, held, target):
            pass
        if held.sealed and held.last == held.base == held.acked:
            remove_stream(store, held)

    def pin(self, stream: bytes, first: int, last: int) -> None:
        self._pins[stream] = (first, last)

    def unpin(self, stream: bytes) -> None:
        self._pins.pop(stream, None)

    async def seal(self, lane: int, note: str) -> bytes:
        ident = self._rng.randbytes(16)
        write(self._store, [NewStream(ident, lane, note)])
        self._changed()
        return ident

    async def fork(self, common: Mapping[bytes, int]) -> None:
        lane_of = {info.stream: info.lane for info in self._store.infos()}
        new = [
            NewStream(
                self._rng.randbytes(16), lane, "fork", {s: seq for s, seq in common.items() if lane_of.get(s) == lane}
            )
            for lane in LANES
        ]
        write(self._store, new)
        self._finish_rehoming()
        self._changed()

    def waiting(self) -> dict[int, int]:
        counts = dict.fromkeys(LANES, 0)
        for info in self._store.infos():
            counts[info.lane] += info.waiting
        return counts

    async def changed(self, seen: int) -> int:
        if self.changes <= seen:
            raise RuntimeError("the simulator looks at `changes` instead of waiting")
        return self.changes

    def _finish_rehoming(self) -> None:
        """As `Journal._finish_rehoming`: what cannot be read waits for its key."""
        store = self._store
        for old in [stream for stream in store.streams.values() if stream.rehome_after is not None]:
            try:
                while (found := _rows_to_move(store, old.id)) is not None:
                    first, events = found
                    live = self._live(old.lane)
                    moved = [with_origin(data, old.id, seq) for seq, data in enumerate(events, first)]
                    rows = [
                        PendingEvent(live.id, seq, old.lane, data, None)
                        for seq, data in enumerate(moved, live.last + 1)
                    ]
                    write(store, [Rehoming(old.id, old.lane, first, first + len(events) - 1, tuple(rows))])
                    self._told.setdefault(live.id, []).extend(moved)
            except KeyMissing:
                continue

    @property
    def is_moving(self) -> bool:
        """Whether rows of a fork wait to be moved, for want of a key."""
        return any(stream.rehome_after is not None for stream in self._store.streams.values())

    def _live(self, lane: int) -> Stream:
        live = self._store.live(lane)
        assert live is not None
        return live

    def _changed(self) -> None:
        self.changes += 1
        self.on_change()
