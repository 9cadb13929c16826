"""The running hash of a stream, computed alike on box and hub.

`h(0) = SHA-256("anju stream" || stream)`, then `h(n) = SHA-256(h(n-1) || bytes(n))` over the events' stored bytes. It
binds every event to all before it, so that two copies of a box's disk that went different ways are told apart at the
first event that differs. A skip stands for events whose bytes are gone: it carries the hash at its end, and the
receiver goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

HASH_BYTES = 32


def genesis(stream: bytes) -> bytes:
    """Returns the hash before the first event of a stream (16-byte id)."""
    return sha256(b"anju stream" + stream).digest()


def link(previous: bytes, event: bytes) -> bytes:
    """Returns the running hash after `event` (its stored bytes)."""
    return sha256(previous + event).digest()


def link_all(previous: bytes, events: Iterable[bytes]) -> bytes:
    """Returns the running hash after all of `events`, in order."""
    for event in events:
        previous = sha256(previous + event).digest()
    return previous


def link_lost(previous: bytes, first: int, last: int) -> bytes:
    """Returns the hash after a range of numbers whose bytes were never on disk: both sides can compute it."""
    return sha256(b"anju lost" + previous + first.to_bytes(8, "big") + last.to_bytes(8, "big")).digest()
