"""The SDT protocol of licensed id card readers (SAM-V): bytes in any chunks in, frames out; commands as bytes.

Frame, both ways: AA AA AA 96 69, length (2 bytes, big-endian), then so many bytes, the last of which makes the XOR
over length and bytes zero. Host: command, parameter, data. Reader: SW1 SW2 SW3, data; SW1 and SW2 come from the card,
SW3 from the reader. Source: the SAM module's protocol note (softs.im), public readers' code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("aaaaaa9669")
HEAD_BYTES = len(PREAMBLE) + 2
MAX_LENGTH = 4096  # the longest known, text, photo and fingerprint, is 2314
TEXT_BYTES = 256
_MIN_LENGTH = 3

RESET, STATUS, MODULE_NUMBER = b"\x10\xff", b"\x11\xff", b"\x12\xff"
FIND, SELECT, READ, READ_WITH_FINGER = b"\x20\x01", b"\x20\x02", b"\x30\x01", b"\x30\x10"

OK, FOUND, NO_SUCH_ITEM, NOT_FOUND, NOT_SELECTED, READ_FAILED = 0x90, 0x9F, 0x91, 0x80, 0x81, 0x41
SELF_TEST_FAILED, NOT_AUTHORISED = 0x60, 0x66
MEANINGS = {
    OK: "operation ok",
    FOUND: "card found",
    NO_SUCH_ITEM: "the card does not hold this item",
    0x10: "checksum error seen by the reader",
    0x11: "length error seen by the reader",
    0x21: "command error",
    0x23: "not permitted",
    0x24: "unknown error",
    0x31: "card failed to authenticate the reader",
    0x32: "reader failed to authenticate the card",
    0x33: "information verification error",
    0x37: "information length error",
    0x40: "wrong card",
    READ_FAILED: "read failed",
    0x47: "random number failed",
    SELF_TEST_FAILED: "self test failed",
    NOT_AUTHORISED: "reader is not authorised",
    NOT_FOUND: "no card",
    NOT_SELECTED: "select failed (also: card already read and still on the reader)",
}


class Result(StrEnum):
    OK = "ok"
    NO_CARD = "no_card"
    ERROR = "error"


def command(what: bytes, data: bytes = b"") -> bytes:
    """The frame for command and parameter `what`."""
    return _frame(what + data)


def reply(sw3: int, data: bytes = b"") -> bytes:
    """The frame a reader sends; for simulators and tests."""
    return _frame(bytes((0, 0, sw3)) + data)


def _frame(body: bytes) -> bytes:
    sized = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + sized + bytes((reduce(xor, sized),))


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """One frame without its checksum byte. Kept out of `repr`: it may hold a person's data.

    `body` is what stands between length and checksum. `skipped` counts bytes before it that belonged to no frame.
    """

    body: bytes
    declared_len: int
    checksum_ok: bool
    skipped: int = 0

    @property
    def is_reply(self) -> bool:
        """Replies begin with the card's status word, in all of the reader's own answers 00 00; no command does."""
        return len(self.body) >= 3 and (self.body[0] == 0 or self.body[0] >= 0x61)

    @property
    def sw3(self) -> int:
        return self.body[2] if len(self.body) > 2 else -1

    @property
    def data(self) -> bytes:
        return self.body[3:] if self.is_reply else self.body[2:]

    @property
    def result(self) -> Result:
        if self.sw3 in (OK, FOUND):
            return Result.OK
        return Result.NO_CARD if self.sw3 in (NOT_FOUND, NOT_SELECTED) else Result.ERROR

    @property
    def meaning(self) -> str:
        """The reader's word in English."""
        if self.sw3 == OK and len(self.data) == 8:
            return "selected"
        return MEANINGS.get(self.sw3, f"status {self.sw3:02x}")


@dataclass(frozen=True, slots=True, repr=False)
class CardData:
    """What a read brought: the card's text; of photo and fingerprint their sizes only."""

    text: bytes
    photo_len: int
    finger_len: int | None


def card_data(frame: Frame) -> CardData | None:
    """The parts of a reply to a read, or None when it is another reply or its lengths do not add up.

    A read with fingerprint is answered with three length words instead of two. The photo (WLT, which only a licensed
    library can decode) and the fingerprint are left where they are and forgotten with the frame.
    """
    if not frame.is_reply or frame.sw3 != OK:
        return None
    data = frame.data
    for words in (2, 3):
        sizes = [int.from_bytes(data[at : at + 2], "big") for at in range(0, 2 * words, 2)]
        if len(data) == 2 * words + sum(sizes) and sizes[0] == TEXT_BYTES:
            return CardData(data[2 * words : 2 * words + TEXT_BYTES], sizes[1], sizes[2] if words == 3 else None)
    return None


def module_number(data: bytes) -> str:
    """The security module's number as printed on readers: `05.03-20090903-0000056789-1023456789`, empty if it is none.

    16 bytes: two words and three double words, little-endian.
    """
    if len(data) != 16:
        return ""
    sizes = ((0, 2, 2), (2, 4, 2), (4, 8, 8), (8, 12, 10), (12, 16, 10))
    parts = [f"{int.from_bytes(data[start:stop], 'little'):0{width}d}" for start, stop, width in sizes]
    return f"{parts[0]}.{'-'.join(parts[1:])}"


class FrameDecoder:
    """Bytes in, frames out, damaged ones too and counted in `dropped`. feed() never raises, keeps at most one frame.

    Sync is found again by the preamble: after a damaged frame the search goes on from its second byte, so that a good
    one inside is not lost. Extra AA before a frame are skipped. What ends a frame may begin the next one: some readers
    answer a read that timed out with `00 05` and three bytes (AAAAAA96690005050505), and with AA AA of what follows its
    sum is right.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._borrowed = 0  # bytes at the buffer's start that ended the frame before
        self._skipped = 0
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        """In the middle of a frame."""
        return self._buffer.startswith(PREAMBLE)

    @property
    def pending(self) -> int:
        """Bytes of the unfinished frame."""
        return len(self._buffer) - self._borrowed

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        buffer = self._buffer
        frames: list[Frame] = []
        while True:
            start = buffer.find(PREAMBLE)
            if start < 0:
                self._skip(len(buffer) - _begun(buffer))
                return frames
            self._skip(start)
            if len(buffer) < HEAD_BYTES:
                return frames
            length = int.from_bytes(buffer[5:7], "big")
            if not _MIN_LENGTH <= length <= MAX_LENGTH:
                self.dropped += 1
                self._skip(1)
                continue
            if len(buffer) < HEAD_BYTES + length:
                return frames
            end = HEAD_BYTES + length
            is_good = reduce(xor, buffer[5:end]) == 0
            frames.append(Frame(bytes(buffer[HEAD_BYTES : end - 1]), length, is_good, self._skipped))
            self._skipped = 0
            if is_good:
                self._borrowed = _begun(buffer[:end])
                del buffer[: end - self._borrowed]
            else:
                self.dropped += 1
                self._borrowed = max(self._borrowed - 1, 0)
                del buffer[:1]

    def idle(self) -> list[Frame]:
        """The line fell silent: what was taken for a frame will not end. Finds what it hid."""
        frames: list[Frame] = []
        while self.is_incomplete:
            self.dropped += 1
            self._skip(1)
            frames += self.feed(b"")
        return frames

    def _skip(self, count: int) -> None:
        self._skipped += max(count - self._borrowed, 0)
        self._borrowed = max(self._borrowed - count, 0)
        del self._buffer[:count]


def _begun(data: bytes | bytearray) -> int:
    """How many bytes of a preamble stand at the end."""
    return next(size for size in range(len(PREAMBLE) - 1, -1, -1) if data.endswith(PREAMBLE[:size]))
