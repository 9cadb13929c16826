"""Frames with a head and a length, cut out of a stream that may hold anything.

A length field that is wrong, or noise that looks like a head, would make a plain reader wait for bytes that never come
while a good frame lies behind it. So while a frame is incomplete, the heads after it are tried too, and a frame whose
checksum holds is taken at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

FrameT = TypeVar("FrameT")

MAX_TRIES = 8  # heads tried behind an incomplete frame: noise must not cost time either


@dataclass(frozen=True, slots=True)
class Cut(Generic[FrameT]):
    """What stands at a head: `size` > 0 bytes of a good frame, 0 = more bytes are needed, < 0 = no good frame.

    A `frame` with a negative size is one that is whole but cannot be trusted.
    """

    size: int
    frame: FrameT | None = None


@dataclass(frozen=True, slots=True)
class Rejected(Generic[FrameT]):
    """Bytes that are no good frame; `frame` is given where its bounds were clear."""

    reason: str
    frame: FrameT | None = None


class Resync(Generic[FrameT]):
    """Bytes in any chunks in, frames and rejects out. `cut(buffer, at)` judges the head at `at`; it must not raise.

    Memory: one frame and a chunk, as long as `cut` never asks for more than a frame's largest size.
    """

    def __init__(self, head: re.Pattern[bytes], cut: Callable[[bytearray, int], Cut[FrameT]]) -> None:
        self._head, self._cut = head, cut
        self._buffer = bytearray()
        self._is_lost = False  # since the last good frame something was rejected, and said once
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[FrameT | Rejected[FrameT]]:
        self._buffer += data
        found: list[FrameT | Rejected[FrameT]] = []
        while self._step(found):
            pass
        return found

    def _step(self, found: list[FrameT | Rejected[FrameT]]) -> bool:
        buffer = self._buffer
        start = self._head.search(buffer)
        if start is None:
            last = bytes(buffer[-1:])
            buffer.clear()
            if self._head.match(last + last):  # heads are a byte, or the same byte twice: half of one may be here
                buffer += last
            return False
        del buffer[: start.start()]
        cut = self._cut(buffer, 0)
        if cut.size > 0 and cut.frame is not None:
            self._accept(found, cut.size, cut.frame)
            return True
        if cut.size < 0:
            self._reject(found, "checksum" if cut.frame is not None else "not a frame", cut.frame)
            del buffer[:1]
            return True
        at = 0
        for _ in range(MAX_TRIES):
            later = self._head.search(buffer, at + 1)
            if later is None:
                break
            at = later.start()
            inner = self._cut(buffer, at)
            if inner.size > 0 and inner.frame is not None:
                self._reject(found, "cut by the next frame", None)
                del buffer[:at]
                self._accept(found, inner.size, inner.frame)
                return True
        return False

    def _accept(self, found: list[FrameT | Rejected[FrameT]], size: int, frame: FrameT) -> None:
        del self._buffer[:size]
        self._is_lost = False
        found.append(frame)

    def _reject(self, found: list[FrameT | Rejected[FrameT]], reason: str, frame: FrameT | None) -> None:
        if frame is None and self._is_lost:
            return  # still the same damage
        self._is_lost = True
        self.dropped += 1
        found.append(Rejected(reason, frame))
