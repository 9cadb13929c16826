"""JT/T 808 frames in a stream: bytes in any chunks in, messages out. The frames themselves are in `frames.py`.

Some terminals send a delimiter within a frame as it is, unescaped (a longitude of 108.94 degrees begins 06 7E), so that
every report of one place comes in two pieces. Source: hylexus/jt-framework issue 71 (a frame of 2022).
"""

from __future__ import annotations

from anju_drivers.jt808.frames import (
    ALTERNATIVE,
    MAX_FRAME_BYTES,
    STANDARD,
    DamagedMessage,
    Dialect,
    Message,
    Text,
    parse,
)

_MIN_HELD_BYTES = 3  # message id and half of the attributes: a body of 126 bytes has the delimiter in its length


class FrameDecoder:
    """Bytes in any chunks in, messages out. feed() never raises and keeps at most 8 KiB.

    What lies between two delimiters is a frame or junk, and its checksum tells which, so a lost delimiter costs one
    frame at most. A frame that was cut by its own delimiter is said as damaged, and put together when its rest
    came. A stream that begins with E7 is read in both dialects until one of them gives a good frame.
    """

    def __init__(self) -> None:
        self._decoders: list[_DialectDecoder] | None = None
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return any(decoder.is_incomplete for decoder in self._decoders or [])

    def feed(self, data: bytes) -> list[Message | Text | DamagedMessage]:
        if self._decoders is None:
            if not data:
                return []
            is_alternative = data[0] == ALTERNATIVE.delimiter[0]
            self._decoders = (
                [_DialectDecoder(ALTERNATIVE), _DialectDecoder(STANDARD)]
                if is_alternative
                else [_DialectDecoder(STANDARD)]
            )
        if len(self._decoders) == 1:
            found = self._decoders[0].feed(data)
        else:
            found = self._feed_both(data, self._decoders)
        self.dropped += sum(isinstance(one, DamagedMessage) for one in found)
        return found

    def _feed_both(self, data: bytes, decoders: list[_DialectDecoder]) -> list[Message | Text | DamagedMessage]:
        for at in range(len(data)):  # byte by byte, so that chunks do not decide which is first
            for decoder in decoders:
                found = decoder.feed(data[at : at + 1])
                if any(isinstance(one, Message) for one in found):
                    self._decoders = [decoder]
                    return found + decoder.feed(data[at + 1 :])
        return []


class _DialectDecoder:
    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._buffer = bytearray()
        self._held = b""  # pieces of a frame that may hold its delimiter unescaped
        self._has_begun = False  # a delimiter was seen: what follows is a frame, not noise before the first one
        self._is_skipping = False

    @property
    def is_incomplete(self) -> bool:
        return bool(self._buffer) or self._is_skipping

    def feed(self, data: bytes) -> list[Message | Text | DamagedMessage]:
        found: list[Message | Text | DamagedMessage] = []
        delimiter = self._dialect.delimiter
        first, *rest = data.split(delimiter)
        self._take(first, found)
        for piece in rest:
            self._end(found)
            self._has_begun = True
            self._take(piece, found)
        return found

    def _take(self, piece: bytes, found: list[Message | Text | DamagedMessage]) -> None:
        self._buffer += piece
        while self._buffer[:1] == b"(" and not self._is_skipping:
            end = self._buffer.find(b")")
            if end < 0:
                break
            found.append(Text(bytes(self._buffer[: end + 1])))
            del self._buffer[: end + 1]
        if len(self._buffer) > MAX_FRAME_BYTES:
            self._is_skipping = True
            self._buffer.clear()

    def _end(self, found: list[Message | Text | DamagedMessage]) -> None:
        piece, was_skipping = bytes(self._buffer), self._is_skipping
        self._buffer.clear()
        self._is_skipping = False
        if was_skipping:
            found.append(DamagedMessage("too long"))
            return
        whole = self._read(self._held + self._dialect.delimiter + piece) if self._held else None
        if whole is not None:
            self._held = b""
            found.append(whole)
            return
        if not piece:
            if self._held:
                self._hold(piece)
            return
        message = parse(self._dialect.plain(piece), is_alternative=self._dialect is ALTERNATIVE)
        if message is not None and message.checksum_ok:
            self._held = b""
            found.append(message)
        elif self._has_begun:
            self._hold(piece)
            found.append(DamagedMessage("too short") if message is None else DamagedMessage("checksum", message))

    def _read(self, data: bytes) -> Message | None:
        """A frame whose terminal escapes only some bytes or none: proven by its length beside its checksum."""
        for plain in (data, self._dialect.plain(data)):
            message = parse(plain, is_alternative=self._dialect is ALTERNATIVE)
            if message is not None and message.checksum_ok and message.body_len_ok:
                return message
        return None

    def _hold(self, piece: bytes) -> None:
        """Keeps a damaged piece that is shorter than its head says: the rest may follow behind a bare delimiter."""
        joined = self._held + self._dialect.delimiter + piece if self._held else piece
        self._held = next((one for one in (joined, piece) if _MIN_HELD_BYTES <= len(one) < _whole_bytes(one)), b"")


def _whole_bytes(piece: bytes) -> int:
    """How long the frame that begins like this is, without delimiters, if nothing in it is escaped."""
    if len(piece) < _MIN_HELD_BYTES + 1:
        return _MIN_HELD_BYTES + 1
    attributes = int.from_bytes(piece[2:4], "big")
    head = (17 if attributes & 0x4000 else 12) + (4 if attributes & 0x2000 else 0)
    return head + (attributes & 0x3FF) + 1
