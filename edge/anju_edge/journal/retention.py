"""What goes when room is short: confirmed rows first, then the oldest unconfirmed TELEMETRY, as a skip. Nothing else.

One call does one small slice, so that an alarm never waits longer than that. ALARM and ACTIVITY rows that the hub has
not confirmed are never touched: when nothing else is left, the file grows into their reserve and then to the disk's
end.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from anju_edge.journal.card import KeyMissing
from anju_edge.journal.confirmed_streams import KV_KEY, MAX_KEPT, pack, tombstone
from anju_edge.journal.faults import RowDamaged
from anju_edge.journal.settings import MIB, JournalSettings
from anju_edge.journal.sql import KV, ROWS, STORE
from anju_edge.journal.store import Store
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import HASH_CHECKPOINT_EVERY, row_key
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Skip

SPARE_BYTES = 2 * MIB  # free pages inside the file that new rows can use while the disk has none


class SpaceShortage(Enum):
    NONE = "none"
    QUOTA = "quota"
    DISK = "disk"


def space_shortage(settings: JournalSettings, used_bytes: int, spare_bytes: int, disk_free_bytes: int) -> SpaceShortage:
    """Returns what is short: the file's quota (less the reserve), or the disk while the file has no spare pages."""
    if used_bytes > settings.quota_bytes - settings.reserve_bytes:
        return SpaceShortage.QUOTA
    if disk_free_bytes < settings.floor_bytes and spare_bytes < SPARE_BYTES:
        return SpaceShortage.DISK
    return SpaceShortage.NONE


def confirmed_target(settings: JournalSettings, stream: Stream) -> int:
    """Returns up to which seq confirmed rows may go without any shortage."""
    if stream.sealed and stream.acked >= stream.last:
        return stream.last
    target = stream.acked - settings.keep_acked
    return target - target % HASH_CHECKPOINT_EVERY if target > 0 else 0


def trim_confirmed(store: Store, settings: JournalSettings) -> bool:
    """Trims one slice of confirmed rows, or removes a stream that is done with. Returns whether it found one.

    Of a journal that is encrypted by now, rows from before go as soon as they are confirmed.
    """
    for stream in list(store.streams.values()):
        if stream.rehome_after is not None:
            continue
        target = confirmed_target(settings, stream)
        if store.overwrites and target < stream.acked and store.starts_plain(stream):
            target = stream.acked
        if target > stream.base and trim(store, stream, target):
            return True
        if stream.sealed and stream.last == stream.base == stream.acked:
            remove_stream(store, stream)
            return True
    if store.overwrites and not any(store.starts_plain(stream) for stream in store.streams.values()):
        store.overwrites = False
        store.purge_due = True
    return False


def make_room(store: Store, pins: Mapping[bytes, tuple[int, int]]) -> Stream | None:
    """Frees one slice under a shortage. Returns the stream that gave something, None when nothing may go."""
    for stream in store.streams.values():
        if stream.acked > stream.base and stream.rehome_after is None and trim(store, stream, stream.acked):
            return stream
    for stream in sorted(store.streams.values(), key=lambda stream: stream.number):
        if stream.lane == TELEMETRY and evict_unacked(store, stream, pins.get(stream.id), Skip.QUOTA):
            return stream
    return None


def trim(store: Store, stream: Stream, target: int, slice_rows: int = 2048) -> bool:
    """Deletes rows that hold up to `slice_rows` confirmed events, oldest first, up to `target`.

    A row goes as a whole: one of which the hub has confirmed a part stays. Returns whether the base moved.
    """
    target = min(target, stream.acked)
    upto = min(target, stream.base + slice_rows)
    if upto < target and upto - upto % HASH_CHECKPOINT_EVERY > stream.base:
        upto -= upto % HASH_CHECKPOINT_EVERY  # there the running hash is at hand
    skip = store.skip_at_or_before(stream, upto)
    if skip is not None and skip[1] > upto:  # the base cannot stand inside a skip, its hash is unknown there
        upto = skip[1] if skip[1] <= target else skip[0] - 1
    if upto <= stream.base:
        return False
    try:
        upto = _row_border(store, stream, upto)
        if upto <= stream.base:
            return False
        base_hash = store.chain(stream, upto)
    except (RowDamaged, KeyMissing):
        base_hash = None
    if base_hash is None:
        if not stream.acked_hash:
            return False
        upto, base_hash = stream.acked, stream.acked_hash
    move_base(store, stream, upto, base_hash)
    return True


def _row_border(store: Store, stream: Stream, upto: int) -> int:
    """The highest seq up to `upto`, itself where it can be, at which a row or a skip ends; else the base.

    Raises `RowDamaged` where confirmed rows are missing or wrong: they need no care.
    """
    border = store.row_end(stream, upto) or 0
    if (skip := store.skip_at_or_before(stream, upto)) is not None:
        border = max(border, skip[1])
    if border > stream.base:
        return border
    _, row = store.row_over(stream, upto) or (0, None)
    if row is None or row.first > stream.base + 1:
        raise RowDamaged(stream.id, stream.base + 1)
    return stream.base


def move_base(store: Store, stream: Stream, upto: int, base_hash: bytes) -> None:
    """Lets go of what is confirmed up to a seq, and deletes the rows that hold nothing else."""
    edge = row_key(stream.number, upto)
    with store.transaction():
        store.save_cursor(stream, upto, base_hash)
        store.connection.execute(ROWS[stream.lane].delete_rows, (stream.low, edge))
        store.connection.execute(STORE.delete_skips_ending_by, (stream.low, edge, upto))
        store.connection.execute(STORE.delete_hash_checkpoints, (stream.low, edge))
    stream.base, stream.base_hash, stream.ack_unsaved = upto, base_hash, False
    for seq in [seq for seq in stream.known if seq < upto]:
        del stream.known[seq]
    store.wal_pages += 8


def remove_stream(store: Store, stream: Stream) -> None:
    """Removes a sealed stream of which the hub has everything and nothing is held; only how far it went stays."""
    broken = stream.broken_at is not None and stream.base >= stream.broken_at
    last_hash = b"" if broken else stream.base_hash
    kept = [*store.confirmed_streams.values(), tombstone(stream.id, stream.lane, stream.last, last_hash)]
    del kept[:-MAX_KEPT]
    with store.transaction():
        store.connection.execute(KV.put, (KV_KEY, pack(kept)))
        store.connection.execute(STORE.delete_stream, (stream.number,))
        store.connection.execute(STORE.delete_head, (stream.number,))
        store.connection.execute(STORE.delete_hash_checkpoints, (stream.low, stream.high))
        store.connection.execute(STORE.delete_skips, (stream.low, stream.high))
    del store.streams[stream.id]
    store.confirmed_streams = {info.stream: info for info in kept}


def evict_unacked(
    store: Store, stream: Stream, pinned: tuple[int, int] | None, cause: int, max_rows: int = 1000
) -> int:
    """Turns the oldest unconfirmed events of a stream, whole rows of them, into a skip.

    Returns how many, 0 = all pinned or none left. Of a row of which the hub has confirmed a part, all goes.
    """
    found = _oldest_unpinned(store, stream, pinned)
    if found is None:
        return 0
    start, last = found
    first = max(start, stream.acked + 1)
    upto = first + max_rows - 1
    if pinned is not None and first < pinned[0]:
        upto = min(upto, pinned[0] - 1)
    if ahead := store.skips(stream, first, max(upto, last)):
        upto = min(upto, ahead[0][0] - 1)
    last = max(last, store.row_end(stream, upto) or 0)
    if stream.rehome_after is not None and last > stream.rehome_after:
        return 0  # on its way to another stream
    try:
        hash_after = store.hash_to_keep(stream, last)
    except RowDamaged as damage:
        if damage.seq <= first:
            raise
        last = damage.seq - 1
        hash_after = store.hash_to_keep(stream, last)
    if hash_after is None:
        raise RowDamaged(stream.id, first)
    base, base_hash, skipped_from = stream.base, stream.base_hash, first
    if start < first and stream.acked_hash:  # the part that is confirmed goes too
        base, base_hash = stream.acked, stream.acked_hash
    elif start < first:  # the hash there cannot be told without a key: then the skip names that part as well
        skipped_from = start
    with store.transaction():
        keys = (row_key(stream.number, first), row_key(stream.number, last))
        store.connection.execute(ROWS[stream.lane].delete_rows, keys)
        store.put_skip(stream, skipped_from, last, cause, hash_after)
        if stream.ack_unsaved or base > stream.base:
            store.save_cursor(stream, base, base_hash)
    stream.base, stream.base_hash, stream.ack_unsaved = base, base_hash, False
    store.count_skipped(stream)
    store.wal_pages += 8
    return last - first + 1


def _oldest_unpinned(store: Store, stream: Stream, pinned: tuple[int, int] | None) -> tuple[int, int] | None:
    """The numbers of the first row with unconfirmed events and none that is pinned."""
    after = stream.acked
    while (first := store.first_row(stream, after)) is not None:
        start, last = store.extent(stream, first)
        if pinned is None or last < pinned[0] or start > pinned[1]:
            return start, last
        after = max(last, pinned[1])
    return None
