"""Frames out of a stream that may hold anything."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.framing.resync import Cut, Rejected, Resync

MAX_BYTES = 2 + 255 + 2


def cut(buffer: bytearray, at: int) -> Cut[bytes]:
    """`A`, length, content, sum u16 of the content."""
    have = len(buffer) - at
    if have < 2:
        return Cut(0)
    size = 2 + buffer[at + 1] + 2
    if have < size:
        return Cut(0)
    content = bytes(buffer[at + 2 : at + size - 2])
    if sum(content, 77).to_bytes(2, "big") == buffer[at + size - 2 : at + size]:
        return Cut(size, content)
    return Cut(-1)


def frame(content: bytes) -> bytes:
    return b"A" + bytes([len(content)]) + content + sum(content, 77).to_bytes(2, "big")


def reader() -> Resync[bytes]:
    return Resync(re.compile(b"A"), cut)


def good(found: list[bytes | Rejected[bytes]]) -> list[bytes]:
    return [one for one in found if isinstance(one, bytes)]


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(1, 9))
def test_any_chunking_gives_the_same_frames(contents: list[bytes], size: int) -> None:
    stream = b"".join(map(frame, contents))
    resync = reader()
    found = [one for at in range(0, len(stream), size) for one in resync.feed(stream[at : at + size])]
    assert good(found) == contents
    assert resync.dropped == 0


@given(st.binary(max_size=40).filter(lambda junk: junk.count(b"A") <= 8), st.binary(max_size=60))
def test_a_good_frame_is_taken_at_once_behind_any_noise(junk: bytes, content: bytes) -> None:
    assert good(reader().feed(junk + frame(content)))[-1:] == [content]


@given(st.lists(st.binary(max_size=400), max_size=20))
def test_memory_is_bounded(chunks: list[bytes]) -> None:
    resync = reader()
    for chunk in chunks:
        resync.feed(b"A\xff" + chunk.replace(b"A", b"B"))
        assert len(resync._buffer) <= MAX_BYTES + 402


def test_a_length_that_is_too_long_does_not_hold_up_the_next_frame() -> None:
    resync = reader()
    found = resync.feed(b"A\xf0half a frame" + frame(b"help"))
    assert found == [Rejected("cut by the next frame"), b"help"]
    assert not resync.is_incomplete


def test_one_damage_counts_once() -> None:
    resync = reader()
    found = resync.feed(b"A\x01xxxA\x01xxx" + frame(b"a") + b"A\x01xxx" + frame(b"b"))
    assert good(found) == [b"a", b"b"]
    assert resync.dropped == 2
