"""Repairs a readable file with damaged rows, and enters what was salvaged from an unreadable one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path

from anju_edge.journal.boot_keys import keep_boot_key
from anju_edge.journal.card import BootKey, Card, KeyMissing
from anju_edge.journal.emergency.emergency_file import EmergencyFile
from anju_edge.journal.emergency.moving import settle_personal
from anju_edge.journal.faults import RowDamaged
from anju_edge.journal.retention import move_base
from anju_edge.journal.segments import sound_row
from anju_edge.journal.sql import ROWS, STORE
from anju_edge.journal.store import Store
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import HASH_CHECKPOINT_EVERY, LANES, SEQ_MASK, row_key
from anju_protos.chain import HASH_BYTES, link_lost
from anju_protos.v1.uplink_pb2 import Skip

_SCRUB_BYTES = 64 << 10  # at once: a card reads about as much in a few milliseconds


def open_checked(
    path: Path,
    *,
    synchronous: str = "FULL",
    hard_limit_bytes: int = 0,
    card: Card | None = None,
    emergency: EmergencyFile | None = None,
) -> Store:
    """Opens a journal as `Store.open` does, and repairs what is damaged at the ends of its live streams."""
    store = Store.open(path, synchronous=synchronous, hard_limit_bytes=hard_limit_bytes, card=card, emergency=emergency)
    try:
        check_tails(store)
        keep_boot_key(store)
        settle_personal(store)
    except BaseException:
        store.close()
        raise
    return store


def begin_encryption(store: Store, own: BootKey) -> None:
    """Encrypts what is written from here on by a key of this start, unless one does already. Raises sqlite3.Error.

    What is kept of people moves; rows that are there go as the hub confirms them, and are overwritten.
    """
    if store.card.own is not None:
        return
    store.card.begin(own)
    try:
        keep_boot_key(store)  # before the first row
        settle_personal(store)
    except BaseException:
        store.card.own = None
        raise


def check_tails(store: Store) -> None:
    """Looks at the last thousand numbers of each live stream, and repairs what is damaged there."""
    for stream in list(store.streams.values()):
        is_checked = False
        while not stream.sealed and not is_checked:
            try:
                store.check_rows(stream, max(stream.base, stream.last - HASH_CHECKPOINT_EVERY))
                if stream.head is None:
                    stream.head = store.chain(stream, stream.last)
                is_checked = True
            except RowDamaged as damage:
                repair_row(store, damage.stream, damage.seq)
            except KeyMissing:
                _seal_unknown(store, stream)


def _seal_unknown(store: Store, stream: Stream) -> None:
    """Seals a live stream whose running hash at the end is of an earlier start and was not kept; nothing is lost."""
    with store.transaction():
        store.connection.execute(STORE.seal_damaged_stream, (stream.last + 1, stream.number))
    stream.sealed, stream.broken_at, stream.note = True, stream.last + 1, "salvage"


def end_rehoming(store: Store, stream: Stream) -> None:
    """Notes that nothing of this stream is left to move."""
    with store.transaction():
        store.connection.execute(STORE.end_rehoming, (stream.number,))
    stream.rehome_after = None


def repair_row(store: Store, ident: bytes, seq: int) -> int:
    """Puts a skip where rows are missing or wrong, and seals the stream if it is live. Returns numbers lost.

    A damaged row loses all that it held. From there the running hash is unknown: the stream's `broken_at`. Damage among
    confirmed rows only trims them.
    """
    stream = store.streams[ident]
    first, last, end = _lost(store, stream, seq)
    if stream.acked >= first and stream.acked_hash:
        if stream.acked > stream.base:
            move_base(store, stream, stream.acked, stream.acked_hash)
        if stream.acked >= last:
            return 0
        first = stream.acked + 1
    stream.head = None
    try:
        before = store.chain(stream, first - 1)
    except (RowDamaged, KeyMissing):
        before = None  # there is more damage before it, to be repaired when it is met
    lost = link_lost(before or b"", first, last)
    broken_at = first if stream.broken_at is None else min(first, stream.broken_at)
    with store.transaction():
        store.delete_rows(stream, first, end)
        store.connection.execute(STORE.delete_hash_checkpoints, (row_key(stream.number, first), stream.high))
        store.put_skip(stream, first, last, Skip.SALVAGE, lost)
        store.connection.execute(STORE.seal_damaged_stream, (broken_at, stream.number))
    stream.sealed, stream.broken_at, stream.note = True, broken_at, "salvage"
    stream.known.clear()
    store.count_skipped(stream)
    store.repaired += last - first + 1
    return last - first + 1


def _lost(store: Store, stream: Stream, seq: int) -> tuple[int, int, int]:
    """(first, last) of the numbers that are lost with `seq`, and up to where rows are to be deleted."""
    found = store.row_over(stream, seq)
    if found is not None:
        end, row = found
        if row is None or row.first <= seq:
            first, last = store.extent(stream, seq)
            return first, last, end
        last = row.first - 1
    else:
        last = stream.last
    if ahead := store.skips(stream, seq, last):
        last = ahead[0][0] - 1
    return seq, last, last


def scrub(store: Store, max_rows: int) -> bool:
    """Checks the CRC of some rows, going on where it stopped. Returns True when it came round.

    Raises `RowDamaged`, or sqlite3.Error with CORRUPT where the tree itself is damaged.
    """
    lane = LANES[store.scrub_lane]
    at, size = store.scrub_key, 0
    for key, crc, data in store.connection.execute(ROWS[lane].list_rows_after, (at, max_rows)):
        store.scrub_key = key
        if sound_row(key, crc, data) is None:
            for stream in store.streams.values():
                if stream.low <= key <= stream.high and stream.lane == lane:
                    raise RowDamaged(stream.id, key & SEQ_MASK)
        else:
            size += len(data)
        if size > _SCRUB_BYTES:
            break
    if store.scrub_key == at:
        store.scrub_lane, store.scrub_key = (store.scrub_lane + 1) % len(LANES), 0
        return store.scrub_lane == 0
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
    stream.last = last
    stream.head = hash_after if len(hash_after) == HASH_BYTES else None  # encrypted: told when its key is here
    store.count_skipped(stream)


def break_at(store: Store, stream: Stream, seq: int) -> None:
    """Notes that from `seq` on the running hash is no longer the one the hub may know."""
    with store.transaction():
        store.connection.execute(STORE.set_broken_at, (seq, stream.number))
    stream.broken_at = seq


def copy_rows(store: Store, stream: Stream, rows: Sequence[tuple[int, int, bytes]], last: int) -> None:
    """Enters salvaged rows (key, CRC, data) at the end of a stream.

    They are sound and follow each other; their events count from the stream's end to `last`.
    """
    running = stream.head
    at = stream.last
    checkpoints = []
    for key, crc, data in rows:
        row = sound_row(key, crc, data)
        if row is None:
            raise RowDamaged(stream.id, at + 1)
        if row.key_id:
            running = None  # what is in it is told when its key is here, and its hash
            at = min(row.last, last)
            continue
        events = row.events(store.card)
        if events is None:
            raise RowDamaged(stream.id, at + 1)
        for event in events[at + 1 - row.first : last + 1 - row.first]:
            running = None if running is None else sha256(running + event).digest()
        at = min(row.last, last)
        if running is not None and not row.form and not at % HASH_CHECKPOINT_EVERY:
            checkpoints.append((key, running))
    with store.transaction():
        store.insert_rows(stream.lane, list(chain.from_iterable(rows)))
        store.connection.executemany(STORE.put_hash_checkpoint, checkpoints)
    stream.last, stream.head = at, running
