"""Reads one open journal file: streams, rows, skips, running hashes. Blocks; used by one thread.

Invariant, for each stream: rows and skips together cover base + 1 .. last, and `head` is the running hash at `last`. A
row may hold several events (`segments.py`); of these, numbers up to the base, and those that a skip names, are gone
although the row still stands, and all others are held once.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from anju_edge.journal.card import (
    HASH_BOX_BYTES,
    KEY_ID_BYTES,
    BoxDamaged,
    Card,
    KeyMissing,
    WrappedKey,
    is_boxed,
    key_of_boxed,
)
from anju_edge.journal.confirmed_streams import KV_KEY, unpack
from anju_edge.journal.emergency.emergency_file import EmergencyFile
from anju_edge.journal.faults import RowDamaged
from anju_edge.journal.segments import Row, sound_row
from anju_edge.journal.sql import EMERGENCY, KV, ROWS, STORE
from anju_edge.journal.stream import Stream, infos
from anju_edge.journal.streams import SEQ_MASK, StreamInfo, row_key
from anju_protos.chain import HASH_BYTES, genesis
from anju_protos.v1.uplink_pb2 import Batch, Skip


class JournalReader:
    """One open file and what it says of its streams."""

    writable = False

    def __init__(
        self, connection: sqlite3.Connection, path: Path, card: Card, emergency: EmergencyFile | None = None
    ) -> None:
        self.card = card
        self.emergency = emergency or EmergencyFile.beside(path)
        self.connection = connection
        self.path = path
        self.streams: dict[bytes, Stream] = {}
        self.confirmed_streams: dict[bytes, StreamInfo] = {}
        self._unpacked: tuple[int, bytes, list[bytes]] = (0, b"", [])  # the segment that was read last
        self.load()

    @classmethod
    def open_reading(cls, path: Path, card: Card) -> JournalReader:
        """Opens the file for reading only, while it cannot be written. Raises sqlite3.Error."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=1.0)
        try:
            return JournalReader(connection, path, card)
        except BaseException:
            close_quietly(connection)
            raise

    def close(self) -> None:
        """Closes the file; SQLite moves the WAL into it when this is the last connection. Never raises."""
        close_quietly(self.connection)

    def load(self) -> None:
        """Reads what the file says of its streams."""
        rows = self.connection.execute(STORE.list_streams).fetchall()
        for number, ident, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at, rehome_after in rows:
            stream = Stream(
                number, ident, lane, bool(sealed), note, base, base_hash, acked, acked_hash, broken_at, rehome_after
            )
            last_skip = self.skip_at_or_before(stream, SEQ_MASK)
            stream.last = max(base, acked, self._last_row(stream), last_skip[1] if last_skip else 0)
            stream.head = self._kept_head(stream)
            self.streams[ident] = stream
            self.count_skipped(stream)
        with contextlib.suppress(sqlite3.OperationalError):  # an older file, read only: no such table
            for (data,) in self.connection.execute(KV.get, (KV_KEY,)):
                self.confirmed_streams = {info.stream: info for info in unpack(data) if info.stream not in self.streams}

    def infos(self) -> list[StreamInfo]:
        """Returns what Hello says of all streams, oldest first; before them those of which nothing is held any more."""
        return [*self.confirmed_streams.values(), *infos(self.streams)]

    def _kept_head(self, stream: Stream) -> bytes | None:
        """The running hash at the stream's end, where it is kept in the clear: its row may be of an earlier start."""
        with contextlib.suppress(sqlite3.OperationalError):  # an older file, read only: no such table
            found = self.connection.execute(STORE.get_head, (stream.number,)).fetchone()
            if (
                found is not None
                and stream.broken_at is None
                and found[0] == stream.last
                and len(found[1]) == HASH_BYTES
            ):
                return bytes(found[1])
        return None

    def _last_row(self, stream: Stream) -> int:
        return self.row_end(stream, SEQ_MASK) or 0

    def row_end(self, stream: Stream, seq: int) -> int | None:
        """Returns the highest seq up to `seq` at which a row ends."""
        range_of_keys = (stream.low, row_key(stream.number, seq))
        found = self.connection.execute(ROWS[stream.lane].last_key, range_of_keys).fetchone()
        return int(found[0]) & SEQ_MASK if found else None

    def live(self, lane: int) -> Stream | None:
        """Returns the lane's live stream."""
        return next((stream for stream in self.streams.values() if stream.lane == lane and not stream.sealed), None)

    def skips(self, stream: Stream, after: int, upto: int) -> list[tuple[int, int, int, bytes]]:
        """Returns (first, last, cause, hash at last) of the skips that reach into (after, upto], ascending."""
        covering = self.skip_at_or_before(stream, after + 1)
        low = row_key(stream.number, covering[0] if covering and covering[1] > after else after + 1)
        rows = self.connection.execute(STORE.list_skips, (low, row_key(stream.number, upto)))
        return [(key & SEQ_MASK, last, cause, hash_after) for key, last, cause, hash_after in rows]

    def skip_at_or_before(self, stream: Stream, seq: int) -> tuple[int, int, int, bytes] | None:
        range_of_keys = (stream.low, row_key(stream.number, seq))
        found = self.connection.execute(STORE.skip_at_or_before, range_of_keys).fetchone()
        return (found[0] & SEQ_MASK, found[1], found[2], found[3]) if found else None

    def count_skipped(self, stream: Stream) -> None:
        start = max(stream.acked, stream.base)
        stream.skipped = sum(
            last - max(first, start + 1) + 1 for first, last, _, _ in self.skips(stream, start, stream.last)
        )

    def rows(self, stream: Stream, first: int, last: int) -> list[bytes]:
        """Returns the events first..last, all of them. Raises `RowDamaged` at the first that is missing or wrong."""
        events: list[bytes] = []
        at = first
        for key, crc, data in self._rows_from(stream, first):
            end = key & SEQ_MASK
            held = self._events(key, crc, data)
            if held is None or end - len(held) >= at:
                break
            events += held[at - end - 1 :]
            at = end + 1
            if at > last:
                break
        if at <= last:
            raise RowDamaged(stream.id, at)
        del events[last - first + 1 :]
        return events

    def _rows_from(self, stream: Stream, seq: int) -> Iterator[tuple[int, int, bytes]]:
        """(key, CRC, data) of the rows that end at `seq` or later, ascending, as they are read."""
        range_of_keys = (row_key(stream.number, seq), stream.high)
        return self.connection.execute(ROWS[stream.lane].list_rows, range_of_keys)

    def _events(self, key: int, crc: int, data: bytes) -> list[bytes] | None:
        """The events of a row, None where it is damaged. The uplink asks for a segment in parts: the last is kept."""
        if self._unpacked[0] == key and self._unpacked[1] == data:
            return self._unpacked[2]
        row = sound_row(key, crc, data)
        events = None if row is None else row.events(self.card)
        if row is not None and events is not None and row.form:
            self._unpacked = (key, data, events)
        return events

    def row_over(self, stream: Stream, seq: int) -> tuple[int, Row | None] | None:
        """Returns (last seq, what it holds) of the first row that ends at `seq` or later.

        What it holds is None where the row is damaged; the answer is None where there is no row.
        """
        for key, crc, data in self._rows_from(stream, seq):
            row = sound_row(key, crc, data)
            with contextlib.suppress(KeyMissing):  # what it holds can be told all the same
                if row is not None and self._events(key, crc, data) is None:
                    row = None
            return key & SEQ_MASK, row
        return None

    def read(self, ident: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None:
        """Returns what follows `after`: events and skips without a gap, with the running hash at the end.

        Starts later than after + 1 when the rows there are trimmed. None = nothing there, or nothing that can be read
        yet. `hash_end` is empty where damage broke the chain. Raises `RowDamaged` when the very first row is.
        """
        stream = self.streams.get(ident)
        if stream is None:
            return None
        limit = stream.last if stream.rehome_after is None else min(stream.last, stream.rehome_after)
        position = max(after, stream.base)
        if position >= limit:
            return None
        try:
            running = self.chain(stream, position)
        except KeyMissing:
            return None
        skips = self.skips(stream, position, limit)
        batch = Batch(stream=ident, first_seq=position + 1)
        events: list[bytes] = []
        size, at = 0, 0
        while position < limit and len(events) + len(batch.skips) < max_events and size < max_bytes:
            if at < len(skips) and skips[at][0] <= position + 1:
                _, last, cause, hash_box = skips[at]
                try:
                    hash_after = self.skip_hash(stream, last, hash_box)
                except KeyMissing:
                    break
                batch.skips.append(Skip(first=position + 1, last=last, cause=_cause(cause), hash_after=hash_after))
                position, running, at = last, hash_after, at + 1
                continue
            upto = min(limit, skips[at][0] - 1 if at < len(skips) else limit)
            upto = min(upto, position + max_events - len(events) - len(batch.skips), position + 256)
            try:
                rows = self.rows(stream, position + 1, upto)
            except KeyMissing:
                break
            except RowDamaged as damage:
                if position + 1 == batch.first_seq and damage.seq == batch.first_seq:
                    raise
                if damage.seq == position + 1:
                    break
                rows = self.rows(stream, position + 1, damage.seq - 1)
            for data in rows:
                if events and size + len(data) > max_bytes:
                    size = max_bytes
                    break
                size += len(data)
                events.append(data)
                position += 1
                if running is not None:
                    running = sha256(running + data).digest()
        if not events and not batch.skips:
            return None
        batch.events.extend(events)
        if running is not None:
            stream.remember(position, running)
            if stream.broken_at is None or position < stream.broken_at:
                batch.hash_end = running
        stream.read_to = max(stream.read_to, position)
        return batch

    def hash_at(self, ident: bytes, seq: int) -> bytes | None:
        """Returns the running hash at `seq`; None = cannot be told: trimmed, in a skip, beyond damage or the end.

        b"" = not yet: it is of an earlier start, whose key is not here.
        """
        stream = self.streams.get(ident)
        if stream is None:
            tombstone = self.confirmed_streams.get(ident)
            if tombstone is None or tombstone.last != seq:
                return None
            return tombstone.acked_hash or None
        if stream.broken_at is not None and seq >= stream.broken_at:
            return None
        try:
            return self.chain(stream, seq)
        except KeyMissing:
            return b""

    def chain(self, stream: Stream, seq: int) -> bytes | None:
        """The running hash at `seq` from the nearest known point before it. Raises `RowDamaged` and `KeyMissing`."""
        if seq == 0:
            return genesis(stream.id)
        if seq < stream.base or seq > stream.last:
            return None
        if seq == stream.last and stream.head is not None:
            return stream.head
        if (known := stream.known.get(seq)) is not None:
            return known
        point, running = stream.base, stream.base_hash
        if point < stream.acked <= seq and stream.acked_hash:
            point, running = stream.acked, stream.acked_hash
        if (skip := self.skip_at_or_before(stream, seq)) is not None:
            if skip[1] > seq:
                return None
            if skip[1] >= point:
                point, running = skip[1], self.skip_hash(stream, skip[1], skip[3])
        if (end := self._hash_in_segment(stream, point, seq)) is not None:
            point, running = end
        checkpoint = self.connection.execute(
            STORE.last_hash_checkpoint,
            (row_key(stream.number, point), row_key(stream.number, seq)),
        ).fetchone()
        if checkpoint is not None:
            point, running = checkpoint[0] & SEQ_MASK, checkpoint[1]
        while point < seq:
            upto = min(seq, point + 512)
            for data in self.rows(stream, point + 1, upto):
                running = sha256(running + data).digest()
            point = upto
        stream.remember(seq, running)
        return running

    def _hash_in_segment(self, stream: Stream, after: int, upto: int) -> tuple[int, bytes] | None:
        """(seq, running hash) at the last segment's end above `after` and up to `upto`, if that is how the rows end.

        Raises `RowDamaged` where that row is wrong. Past the point where damage broke the chain, what segments say is
        not what the hub was told.
        """
        end = self.row_end(stream, upto)
        if end is None or end <= after or (stream.broken_at is not None and end >= stream.broken_at):
            return None
        found = self.row_over(stream, end)
        if found is None or found[1] is None:
            raise RowDamaged(stream.id, end)
        running = found[1].running_hash(self.card)
        return (end, running) if running else None

    def skip_hash(self, stream: Stream, last: int, hash_after: bytes) -> bytes:
        """Returns the running hash at a skip's end, as it stands in the file encrypted or not. Raises `KeyMissing`."""
        try:
            return self.card.open_hash(row_key(stream.number, last), hash_after)
        except BoxDamaged:
            raise RowDamaged(stream.id, last) from None

    def hash_to_keep(self, stream: Stream, seq: int) -> bytes | None:
        """The running hash at `seq` as a skip keeps it: without its key, as it stands in the row. Raises `RowDamaged`.

        Raises `KeyMissing` where no row ends there.
        """
        try:
            return self.chain(stream, seq)
        except KeyMissing:
            found = self.row_over(stream, seq)
            if found is None or found[0] != seq or found[1] is None or not found[1].hash_end:
                raise
            return found[1].hash_end

    def locked_keys(self) -> list[WrappedKey]:
        """Returns the wrapped keys on the disk of which the card has none."""
        try:
            found = self.connection.execute(STORE.list_boot_keys).fetchall()
        except sqlite3.OperationalError:  # an older file, read only: no such table
            return []
        return [WrappedKey(key_id, wrapped) for _, key_id, wrapped in found if not self.card.has(key_id)]

    def locked_up_to(self) -> dict[bytes, int]:
        """Returns, by live stream, the last seq of what is encrypted by keys that are not here, a skip's hash included.

        That stands before what this start wrote, so the border is found by halving.
        """
        found: dict[bytes, int] = {}
        for stream in self.streams.values():
            if stream.sealed:
                continue
            start = low = max(stream.acked, stream.base)
            high = stream.last
            while low < high:
                middle = (low + high + 1) // 2
                end, row = self.row_over(stream, middle) or (stream.last, None)
                if row is not None and row.key_id and not self.card.has(row.key_id):
                    found[stream.id] = low = end
                else:  # behind a skip the row may begin far above
                    high = min(middle, row.first if row is not None else middle) - 1
            for _, last, _, hash_after in self.skips(stream, start, stream.last):
                if len(hash_after) == HASH_BOX_BYTES and not self.card.has(hash_after[:KEY_ID_BYTES]):
                    found[stream.id] = max(last, found.get(stream.id, 0))
        return found

    def query(self, sql: str, args: Sequence[object]) -> list[tuple[object, ...]]:
        """Reads the side tables. Raises ValueError for anything but a SELECT."""
        if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
            raise ValueError(f"not a read: {sql}")
        return self.connection.execute(sql, tuple(args)).fetchall()

    def kept(self, name: str) -> bytes | None:
        """Returns a value by its name, decrypted; None where there is none, or not what was written.

        Raises `KeyMissing`.
        """
        found = self.connection.execute(KV.get, (name,)).fetchone()
        if found is None or not isinstance(found[0], bytes):
            return None
        try:
            return self.card.open_value(name, found[0])
        except BoxDamaged:
            return None

    def is_kept_as_now(self, name: str) -> bool:
        """Whether a value stands as this start keeps it: by its own key, or plain. Also where there is none."""
        found = self.connection.execute(KV.get, (name,)).fetchone()
        if found is None or not isinstance(found[0], bytes):
            return True
        boxed, own = is_boxed(found[0]), self.card.own
        return not boxed if own is None else boxed and key_of_boxed(found[0]) == own.key_id

    def kept_for_emergency(self, name: str) -> bytes | None:
        """Returns what the emergency file keeps by a name, None where there is nothing."""
        found = self.emergency.query(EMERGENCY.get_kept, (name,))
        return found[0][0] if found and isinstance(found[0][0], bytes) else None

    def ack(self, ident: bytes, seq: int) -> Stream | None:
        """Takes the hub's cursor, in memory; `save_acks` or the next trim saves it. Returns the stream if it moved."""
        stream = self.streams.get(ident)
        if stream is None or min(seq, stream.last) <= stream.acked:
            return None
        seq = min(seq, stream.last)
        try:
            running = self.chain(stream, seq)
        except (RowDamaged, KeyMissing):
            running = None  # confirmed rows need no bytes any more
        stream.acked, stream.acked_hash, stream.ack_unsaved = seq, running or b"", True
        self.count_skipped(stream)
        return stream

    def check_rows(self, stream: Stream, after: int) -> None:
        """Raises `RowDamaged` at the first row that ends above `after` and whose CRC is wrong."""
        for key, crc, data in self._rows_from(stream, after + 1):
            if sound_row(key, crc, data) is None:
                raise RowDamaged(stream.id, key & SEQ_MASK)

    def first_row(self, stream: Stream, after: int) -> int | None:
        """Returns the lowest seq above `after` that a row holds and no skip names."""
        while (found := self.row_over(stream, after + 1)) is not None:
            row = found[1]
            first = after + 1 if row is None else max(after + 1, row.first)
            skip = self.skip_at_or_before(stream, first)
            if skip is None or skip[1] < first:
                return first
            after = skip[1]
        return None

    def extent(self, stream: Stream, seq: int) -> tuple[int, int]:
        """Returns (first, last) of what the row over `seq` holds, up to the next skip; `seq` is one that it holds.

        Of a damaged row it is what neither its neighbours hold nor skips name.
        """
        end, row = self.row_over(stream, seq) or (seq, None)
        first = max(stream.base + 1, (self.row_end(stream, seq - 1) or 0) + 1, row.first if row else 1)
        if (skip := self.skip_at_or_before(stream, seq)) is not None:
            first = max(first, skip[1] + 1)
        ahead = self.skips(stream, seq, end)
        return first, ahead[0][0] - 1 if ahead else end


def close_quietly(connection: sqlite3.Connection) -> None:
    """Closes a connection whose last words nobody needs."""
    with contextlib.suppress(sqlite3.Error):
        connection.close()


def _cause(value: int) -> Skip.Cause.ValueType:
    return Skip.Cause.ValueType(value)
