"""RDM6300: bytes of a 125 kHz card reader in, cards out.

Frame: 02, 10 hex digits of the EM4100 number, 2 hex digits XOR of its 5 bytes, 03; 9600 8N1, repeated about every
65 ms while a card lies in the field. ID-12LA and ID-20LA modules put CR LF before the 03, and say a card once; some
send the XOR as one byte in place of its digits (esphome/issues #3610). Sources: module data sheets; python-rdm6300
tests (a card is gone after 0.5 s of silence); print forms as on common cards.
Near other electronics RDM6300 make up numbers whose sums are right, most often nothing but zeros
(arendst/Tasmota #9522, esprfid/esp-rfid #411): a sum of eight bits lets one in 256 through.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor

STX, ETX = 0x02, 0x03
HEX_DIGITS, NUMBER_DIGITS = 12, 10
GONE_AFTER_S = 0.5
_LINE_END = b"\r\n"
_HEX = frozenset(b"0123456789ABCDEFabcdef")


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """The five bytes of an EM4100 card. Kept out of `repr`: they are a person's token."""

    raw: bytes

    @property
    def token(self) -> str:
        return f"em4100:{self.raw.hex().upper()}"

    @property
    def version(self) -> int:
        """First byte: version or customer code."""
        return self.raw[0]

    @property
    def number(self) -> int:
        """The last four bytes, printed on cards with 10 digits."""
        return int.from_bytes(self.raw[1:], "big")

    @property
    def printed_10d(self) -> str:
        return f"{self.number:010d}"

    @property
    def printed_wiegand26(self) -> str:
        """`ddd,ddddd`: facility (third byte) and the last two bytes."""
        return f"{self.raw[2]:03d},{int.from_bytes(self.raw[3:], 'big'):05d}"


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """One attempt of the reader to say something. `error` is empty when `card` holds."""

    card: Card | None
    checksum: int | None = None
    error: str = ""


def encode(raw: bytes) -> bytes:
    """The frame a reader sends for the five bytes of a card."""
    return b"\x02" + (raw + bytes([reduce(xor, raw)])).hex().upper().encode() + b"\x03"


class FrameDecoder:
    """Reader bytes in, frames out, damaged ones with their reason and counted in `dropped`.

    Bytes between frames are skipped without a word: readers power up with noise. A frame we joined half-way has no
    start byte and is skipped so too, never taken for a card. feed() never raises and keeps at most one frame.
    """

    def __init__(self) -> None:
        self._digits: bytearray | None = None
        self._sum: int | None = None  # the byte behind ten digits: a digit, or the whole sum of some modules
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return self._digits is not None

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        for byte in data:
            held, self._sum = self._sum, None
            if held is None:
                if self._digits is not None and len(self._digits) == NUMBER_DIGITS:
                    self._sum = byte
                else:
                    self._take(byte, frames)
            elif byte == ETX and (card := self._of_raw_sum(held)) is not None:
                frames.append(Frame(card, held))
                self._digits = None
            else:
                self._take(held, frames)
                self._take(byte, frames)
        return frames

    def _of_raw_sum(self, checksum: int) -> Card | None:
        raw = bytes.fromhex((self._digits or b"").decode())
        return Card(raw) if any(raw) and reduce(xor, raw) == checksum else None

    def _take(self, byte: int, frames: list[Frame]) -> None:
        if self._digits is None:
            if byte == STX:
                self._digits = bytearray()
        elif byte in _HEX and len(self._digits) < HEX_DIGITS:
            self._digits.append(byte)
        elif byte not in _LINE_END or len(self._digits) < HEX_DIGITS:
            frames.append(self._end(byte, self._digits))
            self._digits = bytearray() if byte == STX else None

    def _end(self, byte: int, digits: bytearray) -> Frame:
        if len(digits) < HEX_DIGITS:
            error = "too short" if byte in (STX, ETX) else "not hex"
        elif byte != ETX:
            error = "no end byte"
        else:
            *raw, checksum = bytes.fromhex(digits.decode())
            if not any(raw):
                self.dropped += 1
                return Frame(None, None, "blank")
            if reduce(xor, raw) == checksum:
                return Frame(Card(bytes(raw)), checksum)
            self.dropped += 1
            return Frame(Card(bytes(raw)), checksum, "checksum")
        self.dropped += 1
        return Frame(None, None, error)


class Presentations:
    """Frames repeat while a card lies on the reader; a person presented it once.

    `take(card, now_s)` is true once in a presentation, at its frame number `frames`; a presentation ends after 0.5 s
    without that card.
    """

    def __init__(self, frames: int = 1) -> None:
        self._frames = frames
        self._seen: dict[bytes, tuple[float, int]] = {}  # when last, and how often

    def take(self, card: Card, now_s: float) -> bool:
        self._seen = {raw: (at_s, count) for raw, (at_s, count) in self._seen.items() if now_s - at_s < GONE_AFTER_S}
        count = self._seen.get(card.raw, (now_s, 0))[1] + 1
        self._seen[card.raw] = now_s, count
        return count == self._frames
