"""Streams that the journal holds nothing of any more, because the hub confirmed all of them: how far they went.

A hub that is restored from an older backup may never have heard of such a stream. It must be told that there was one,
so that what is lost is said. Kept are the newest, in the journal's own file, in the transaction that removes the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from anju_edge.journal.streams import StreamInfo

MAX_KEPT = 64
KV_KEY = "journal.forgotten"  # in the table kv of boxes in the field: the value stays
_ENTRY = struct.Struct(">16sBQ32s")
_NO_HASH = bytes(32)


def tombstone(stream: bytes, lane: int, last: int, running: bytes) -> StreamInfo:
    """Returns what Hello says of such a stream. `running` is the hash at its end; empty where it is unknown."""
    return StreamInfo(stream, lane, last + 1, last, True, last, running, "")


def pack(streams: Iterable[StreamInfo]) -> bytes:
    """Returns the newest of `streams` (oldest first) as bytes."""
    newest = list(streams)[-MAX_KEPT:]
    return b"".join(_ENTRY.pack(info.stream, info.lane, info.last, info.acked_hash or _NO_HASH) for info in newest)


def unpack(data: bytes) -> list[StreamInfo]:
    """Returns the streams, oldest first; what is no whole entry is passed over."""
    whole = len(data) - len(data) % _ENTRY.size
    return [
        tombstone(stream, lane, last, b"" if running == _NO_HASH else running)
        for stream, lane, last, running in _ENTRY.iter_unpack(data[:whole])
    ]
