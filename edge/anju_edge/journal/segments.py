"""What a row of the journal holds: one event as its plain bytes, or several events of one commit.

A segment is at most one page of the file (an event that is larger by itself has a row of many pages), so that a commit
writes few pages and a damaged page costs the events on it and no others. See docs/adr/0018.

    data   = form (1 byte), events (2 bytes, big-endian), running hash at the last (32 bytes), body
    body   = an EventList (uplink.proto) of the events' bytes; form 2: the same as one zstd frame
    data   = form 3, events, the running hash and what follows it encrypted (`card.py`): the body's own form, the body
    data   = form 4, events, encrypted in one box: the running hash, the body's own form, the body; a body of form 0 is
             the bytes of the only event
    key    = stream number << 40 | seq of the *last* event
    CRC-32 = over data, from a start that only segments have; it covers the key

A row is a segment or a plain event by the CRC that fits: for the same bytes the two always differ. Software that knows
no segments finds a damaged row, says its events as lost and gives no number twice.

TELEMETRY has form 3, since it is evicted, and a skip takes over its hash without a key. ALARM and ACTIVITY are never
evicted: form 4, one box for few events of a commit. An ALARM event has a row of its own, whatever comes with it; before
form 4, all three had form 3 and a row an event. See docs/adr/0024.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Final
from zlib import crc32

import zstandard
from google.protobuf.message import DecodeError

from anju_edge.journal.card import (
    BODY_BOX_EXTRA_BYTES,
    HASH_BOX_BYTES,
    KEY_ID_BYTES,
    BootKey,
    BoxDamaged,
    Card,
)
from anju_edge.journal.streams import SEQ_MASK, row_crc, row_key
from anju_protos.chain import HASH_BYTES
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM
from anju_protos.v1.uplink_pb2 import EventList

SINGLE: Final = 0
PLAIN: Final = 1
ZSTD: Final = 2
ENCRYPTED: Final = 3
ENCRYPTED_WHOLE: Final = 4
MAX_EVENTS: Final = 500
# Of an encrypted row: a damaged one costs them all. Eight make encrypting no dearer than writing eight plain rows.
FEW_EVENTS: Final[Mapping[int, int]] = {ALARM: 1, ACTIVITY: 8}
# 4,096 - 35 is the most that a row keeps on its page (SQLite file format, 1.6); the record's header and the CRC take 11
SEGMENT_BYTES: Final = 4050
_HEADER: Final = Struct(f">BH{HASH_BYTES}s")
_ENCRYPTED_HEADER: Final = Struct(f">BH{HASH_BOX_BYTES}s")
_WHOLE_HEADER: Final = Struct(">BH")
_HEADERS: Final = {PLAIN: _HEADER, ZSTD: _HEADER, ENCRYPTED: _ENCRYPTED_HEADER, ENCRYPTED_WHOLE: _WHOLE_HEADER}
_FEW_BYTES: Final = SEGMENT_BYTES - 256  # of the events themselves: a row of several is never more than a page
_ROOM: Final = SEGMENT_BYTES - _ENCRYPTED_HEADER.size - BODY_BOX_EXTRA_BYTES - 1
_AIM: Final = 0.95  # of the room, where the size is guessed from segments before
_MAX_RAW_BYTES: Final = 64 << 10  # of several events; a single one may be as large as an event may be
_MAX_UNPACKED_BYTES: Final = 1 << 20
_LEVEL: Final = 1  # 72 events need a page at level 1 as at 3
_SEGMENT_CRC: Final = 0x53454721
_CRC_MASK: Final = 0xFFFF_FFFF
_ENOUGH_TO_JUDGE: Final = 16  # events: fewer say nothing of how well many compress


@dataclass(frozen=True, slots=True)
class Row:
    """A sound row: which numbers it holds, the running hash at its end (b"" = not kept), and what the events are.

    Of an encrypted row hash and body are as they stand there; in one box (form 4) the hash is part of the body. Which
    numbers it holds can be told without any key.
    """

    first: int
    last: int
    hash_end: bytes
    form: int  # 0 = one event's plain bytes
    body: bytes
    place: int  # its key

    @property
    def key_id(self) -> bytes:
        """The name of the key that it is encrypted by, b"" where it is not."""
        return self.body[:KEY_ID_BYTES] if self.form in (ENCRYPTED, ENCRYPTED_WHOLE) else b""

    def events(self, card: Card) -> list[bytes] | None:
        """Returns the events first..last, None where the body is not what its header says. Raises `KeyMissing`."""
        form, body = self.form, self.body
        try:
            if form == ENCRYPTED:
                opened = card.open_body(self.place, body)
                form, body = opened[0], opened[1:]
            elif form == ENCRYPTED_WHOLE:
                opened = card.open_whole(self.place, body)
                form, body = opened[HASH_BYTES], opened[HASH_BYTES + 1 :]
            if form == SINGLE:
                events = [body]
            else:
                events = list(EventList.FromString(_unpacked(body) if form == ZSTD else body).events)
        except (BoxDamaged, IndexError, DecodeError, ValueError, zstandard.ZstdError):
            return None
        return events if len(events) == self.last - self.first + 1 else None

    def running_hash(self, card: Card) -> bytes:
        """Returns the running hash at the end, b"" = not kept or not what was written. Raises `KeyMissing`."""
        try:
            if self.form == ENCRYPTED_WHOLE:
                return card.open_whole(self.place, self.body)[:HASH_BYTES]
            return card.open_hash(self.place, self.hash_end)
        except BoxDamaged:
            return b""


def segment_crc(key: int, data: bytes) -> int:
    """Returns a segment's CRC-32. It starts from the key, and elsewhere than that of a plain row."""
    return crc32(data, (key ^ key >> 32 ^ _SEGMENT_CRC) & _CRC_MASK)


def sound_row(key: object, crc: object, data: object) -> Row | None:
    """Returns what a row of the file holds, None where its CRC or its header is wrong."""
    if not isinstance(key, int) or not isinstance(data, bytes):
        return None
    last = key & SEQ_MASK
    form = data[0] if data else SINGLE
    header = _HEADERS.get(form)
    if header is not None and len(data) >= header.size and segment_crc(key, data) == crc:
        _, count, *hash_end = header.unpack_from(data)
        if not 0 < count <= last:
            return None
        return Row(last - count + 1, last, hash_end[0] if hash_end else b"", form, data[header.size :], key)
    return Row(last, last, b"", SINGLE, data, key) if row_crc(key, data) == crc else None


def segment_row(number: int, last: int, hash_end: bytes, packed: PackedEvents) -> tuple[int, int, bytes]:
    """Returns (key, CRC, data) of a segment that ends at seq `last` of the stream `number`."""
    key = row_key(number, last)
    data = _HEADER.pack(packed.form, packed.count, hash_end) + packed.body
    return key, segment_crc(key, data), data


def encrypted_row(
    own: BootKey, number: int, last: int, hash_end: bytes, packed: PackedEvents
) -> tuple[int, int, bytes]:
    """Returns the same, encrypted."""
    key = row_key(number, last)
    header = _ENCRYPTED_HEADER.pack(ENCRYPTED, packed.count, own.hash_box(key, hash_end))
    data = header + own.body_box(key, bytes([packed.form]) + packed.body)
    return key, segment_crc(key, data), data


def few_events_rows(
    own: BootKey, number: int, lane: int, last: int, running: bytes, events: Sequence[bytes]
) -> tuple[list[object], bytes, int]:
    """Returns (rows, running hash at their end, bytes) of events that follow `last`, encrypted, few a row.

    The rows are flat, key, CRC, data, key, ...; `running` is the hash at `last`. ALARM and ACTIVITY only.
    """
    most = FEW_EVENTS[lane]
    rows: list[object] = []
    size = at = 0
    while at < len(events):
        group = events[at : at + most]
        if len(group) > 1 and sum(map(len, group)) > _FEW_BYTES:
            group = group[: _fitting(group)]
        for data in group:
            running = sha256(running + data).digest()
        at += len(group)
        key = row_key(number, last + at)
        if len(group) == 1:
            body = running + b"\0" + group[0]
        else:
            body = running + b"\1" + EventList(events=group).SerializeToString()
        row = _WHOLE_HEADER.pack(ENCRYPTED_WHOLE, len(group)) + own.whole_box(key, body)
        size += len(row)
        rows += (key, segment_crc(key, row), row)
    return rows, running, size


def _fitting(events: Sequence[bytes]) -> int:
    """How many of the events lie on one page, at least one."""
    size = count = 0
    for data in events:
        size += len(data)
        if size > _FEW_BYTES:
            break
        count += 1
    return max(1, count)


@dataclass(frozen=True, slots=True)
class PackedEvents:
    """The events of one segment."""

    count: int
    form: int
    body: bytes


class SegmentPacker:
    """Cuts a run of events into segments of at most a page. Remembers how well events compress."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._event_bytes = 60.0  # packed

    def pack(self, events: Sequence[bytes]) -> list[PackedEvents]:
        """Returns the segments, in order, of about the same number of events each."""
        most = max(1, min(MAX_EVENTS, int(_ROOM * _AIM / self._event_bytes)))
        segments = math.ceil(len(events) / most)
        packed: list[PackedEvents] = []
        for number in range(segments):
            start, end = (len(events) * edge // segments for edge in (number, number + 1))
            packed += self._pack(events[start:end])
        return packed

    def _pack(self, events: Sequence[bytes]) -> list[PackedEvents]:
        count = len(events)
        raw = EventList(events=events).SerializeToString()
        form, body = PLAIN, raw
        if len(compressed := self._compressor.compress(raw)) < len(raw):
            form, body = ZSTD, compressed
        if count >= _ENOUGH_TO_JUDGE:
            self._event_bytes += (len(body) / count - self._event_bytes) / 4
        if count > 1 and (len(body) > _ROOM or len(raw) > _MAX_RAW_BYTES):
            return self._pack(events[: count // 2]) + self._pack(events[count // 2 :])
        return [PackedEvents(count, form, body)]


def _unpacked(body: bytes) -> bytes:
    """Raises ValueError for a frame that would be larger than any segment, ZstdError for what is none."""
    if not 0 <= zstandard.frame_content_size(body) <= _MAX_UNPACKED_BYTES:
        raise ValueError("no segment is so large")
    return zstandard.ZstdDecompressor().decompress(body)
