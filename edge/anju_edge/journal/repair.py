"""Repairs a readable file with damaged rows, and enters what was salvaged from an unreadable one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path

from anju_edge.journal.faults import RowDamaged
from anju_edge.journal.retention import trim
from anju_edge.journal.sql import ROWS, STORE
from anju_edge.journal.store import Store
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import HASH_CHECKPOINT_EVERY, LANES, SEQ_MASK, row_crc, row_key
from anju_protos.chain import link_lost
from anju_protos.v1.uplink_pb2 import Skip


def open_checked(path: Path, *, synchronous: str = "FULL", hard_limit_bytes: int = 0) -> Store:
    """Opens a journal as `Store.open` does, and repairs what is damaged at the ends of its live streams."""
    store = Store.open(path, synchronous=synchronous, hard_limit_bytes=hard_limit_bytes)
    try:
        check_tails(store)
    except BaseException:
        store.close()
        raise
    return store


def check_tails(store: Store) -> None:
    """Links each live stream from its last hash checkpoint to its end, and repairs what is damaged there."""
    for stream in list(store.streams.values()):
        while not stream.sealed and stream.head is None:
            try:
                stream.head = store.chain(stream, stream.last)
            except RowDamaged as damage:
                repair_row(store, damage.stream, damage.seq)


def end_rehoming(store: Store, stream: Stream) -> None:
    """Notes that nothing of this stream is left to move."""
    with store.transaction():
        store.connection.execute(STORE.end_rehoming, (stream.number,))
    stream.rehome_after = None


def repair_row(store: Store, ident: bytes, seq: int) -> int:
    """Puts a skip where rows are missing or wrong, and seals the stream if it is live. Returns numbers lost.

    From there the running hash is unknown: the stream's `broken_at`. Damage among confirmed rows only trims them.
    """
    stream = store.streams[ident]
    if seq <= stream.acked and stream.acked_hash:
        trim(store, stream, stream.acked, slice_rows=SEQ_MASK)
        return 0
    following = store.first_row(stream, seq)
    last = following - 1 if following is not None else stream.last
    ahead = store.skips(stream, seq, last)
    if ahead:
        last = min(last, ahead[0][0] - 1)
    stream.head = None
    try:
        before = store.chain(stream, seq - 1)
    except RowDamaged as earlier:
        return repair_row(store, ident, earlier.seq) + repair_row(store, ident, seq)
    lost = link_lost(before or b"", seq, last)
    broken_at = seq if stream.broken_at is None else min(seq, stream.broken_at)
    with store.transaction():
        store.connection.execute(ROWS[stream.lane].delete_row, (row_key(stream.number, seq),))
        store.connection.execute(STORE.delete_hash_checkpoints, (row_key(stream.number, seq), stream.high))
        store.put_skip(stream, seq, last, Skip.SALVAGE, lost)
        store.connection.execute(STORE.seal_damaged_stream, (broken_at, stream.number))
    stream.sealed, stream.broken_at, stream.note = True, broken_at, "salvage"
    stream.known.clear()
    store.count_skipped(stream)
    store.repaired += last - seq + 1
    return last - seq + 1


def scrub(store: Store, max_rows: int) -> bool:
    """Checks the CRC of some rows, going on where it stopped. Returns True when it came round.

    Raises `RowDamaged`, or sqlite3.Error with CORRUPT where the tree itself is damaged.
    """
    lane = LANES[store.scrub_lane]
    found = store.connection.execute(ROWS[lane].list_rows_after, (store.scrub_key, max_rows)).fetchall()
    if not found:
        store.scrub_lane, store.scrub_key = (store.scrub_lane + 1) % len(LANES), 0
        return store.scrub_lane == 0
    for key, crc, data in found:
        store.scrub_key = key
        if not isinstance(data, bytes) or row_crc(key, data) != crc:
            for stream in store.streams.values():
                if stream.low <= key <= stream.high and stream.lane == lane:
                    raise RowDamaged(stream.id, key & SEQ_MASK)
    return False


def take_over(store: Store, stream: Stream) -> None:
    """Enters a salvaged stream, sealed and still without rows."""
    with store.transaction():
        store.connection.execute(
            STORE.insert_salvaged_stream,
            (
                stream.number,
                stream.id,
                stream.lane,
                stream.note,
                stream.base,
                stream.base_hash,
                stream.acked,
                stream.acked_hash,
                stream.broken_at,
            ),
        )
    store.streams[stream.id] = stream
    store.next_number = max(store.next_number, stream.number + 1)


def take_over_skip(store: Store, stream: Stream, first: int, last: int, cause: int, hash_after: bytes) -> None:
    """Enters a skip that a salvaged stream had."""
    with store.transaction():
        store.put_skip(stream, first, last, cause, hash_after)
    stream.last, stream.head = last, hash_after
    store.count_skipped(stream)


def break_at(store: Store, stream: Stream, seq: int) -> None:
    """Notes that from `seq` on the running hash is no longer the one the hub may know."""
    with store.transaction():
        store.connection.execute(STORE.set_broken_at, (seq, stream.number))
    stream.broken_at = seq


def copy_rows(store: Store, stream: Stream, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Enters consecutive salvaged rows (key, CRC, data) at the end of a stream."""
    running = stream.head or b""
    checkpoints = []
    for key, _, data in rows:
        running = sha256(running + data).digest()
        if not key & SEQ_MASK & HASH_CHECKPOINT_EVERY - 1:
            checkpoints.append((key, running))
    with store.transaction():
        store.insert_rows(stream.lane, list(chain.from_iterable(rows)))
        store.connection.executemany(STORE.put_hash_checkpoint, checkpoints)
    stream.last, stream.head = rows[-1][0] & SEQ_MASK, running
