"""PN532 over a serial line (HSU): bytes in any chunks in, frames out; commands as bytes; what a listed target is.

Frame: 00 00 FF, LEN, LCS (LEN + LCS = 0), TFI (D4 host, D5 reader) and data, DCS (all from TFI on = 0), 00. LEN FF with
LCS FF announces the extended form: a length of two bytes and its checksum. 00 FF is an acknowledgement, FF 00 asks for
the last frame again. Source: NXP UM0701-02, sections 6.2 and 7.3.5; nfcpy's tests for odd frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HOST, READER = 0xD4, 0xD5
MAX_LEN = 265  # the longest the chip makes: TFI and 264 bytes
GET_FIRMWARE_VERSION, SAM_CONFIGURATION, RF_CONFIGURATION, IN_LIST_PASSIVE_TARGET = 0x02, 0x14, 0x32, 0x4A
WAKE_UP = b"\x55\x55" + bytes(14)  # from power-down; the zeros give the chip time
ACK, NAK = bytes.fromhex("0000ff00ff00"), bytes.fromhex("0000ffff0000")
_START = b"\x00\xff"
_WITH_STATUS = frozenset({0x16, 0x40, 0x42, 0x44, 0x46, 0x4E, 0x50, 0x52, 0x54, 0x86, 0x8E, 0x90, 0x92, 0x94})
_TT1_SENS_RES = b"\x0c\x00"


class Kind(StrEnum):
    ACK = "ack"
    NAK = "nak"
    ERROR = "error"
    COMMAND = "command"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """One frame, or a damaged one with its `error`. Kept out of `repr`: it may hold a card's number.

    `command` is the command it is or answers; `data` what follows it; `code` the error code of an error frame.
    """

    kind: Kind | None
    command: int = 0
    data: bytes = b""
    is_extended: bool = False
    code: int = 0
    error: str = ""


def command(code: int, data: bytes = b"") -> bytes:
    """The host's frame."""
    return _frame(bytes((HOST, code)) + data)


def response(code: int, data: bytes = b"") -> bytes:
    """The reader's answer to command `code`; for simulators and tests."""
    return _frame(bytes((READER, code + 1)) + data)


def _frame(body: bytes) -> bytes:
    size = len(body)
    if size < 0xFF:
        head = bytes((size, -size & 0xFF))
    else:
        length = size.to_bytes(2, "big")
        head = b"\xff\xff" + length + bytes((-sum(length) & 0xFF,))
    return b"\x00" + _START + head + body + bytes((-sum(body) & 0xFF, 0))


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """A card in the field, by the answer to InListPassiveTarget. Kept out of `repr`: a UID is a person's token.

    `fields` as in the manual: sens_res, sel_res, uid (106 kbit/s type A), jewel_id (Topaz), sensb_res (type B),
    sensf_res (FeliCa).
    """

    fields: dict[str, bytes]

    @property
    def uid(self) -> bytes:
        """What names the card: UID of type A, the id of a Topaz, the IDm of a FeliCa; empty for others."""
        if "sensf_res" in self.fields:
            return self.fields["sensf_res"][1:9]
        return self.fields.get("uid") or self.fields.get("jewel_id", b"")

    @property
    def is_random(self) -> bool:
        """A UID of 4 bytes that begins with 08 is made up for each tap (ISO/IEC 14443-3): a phone, some bank cards."""
        return len(self.uid) == 4 and self.uid[0] == 0x08

    @property
    def token(self) -> str:
        return f"nfc:{self.uid.hex().upper()}"


def targets(data: bytes) -> tuple[int, Target | None]:
    """The number of targets and the first of them, from the data of an answer to InListPassiveTarget.

    The answer does not name the modulation, so the shape decides. A target that has none of the known shapes is None.
    """
    if not data:
        return 0, None
    count, first = data[0], data[2:]
    if not count:
        return 0, None
    return count, _target(first)


def _target(first: bytes) -> Target | None:
    if first[:2] == _TT1_SENS_RES and len(first) >= 6:  # Topaz: no SAK, no UID length
        return Target({"sens_res": first[:2], "jewel_id": first[2:6]})
    if len(first) >= 4 and first[3] in (4, 7, 10) and len(first) >= 4 + first[3]:
        uid = first[4 : 4 + first[3]]
        return Target({"sens_res": first[:2], "sel_res": first[2:3], "uid": uid})
    if len(first) >= 12 and first[0] == 0x50:  # ATQB: 50, PUPI 4, application 4, protocol 3
        return Target({"sensb_res": first[:12]})
    if len(first) >= 18 and first[0] in (18, 20) and first[1] == 1 and len(first) >= first[0]:
        return Target({"sensf_res": first[1 : first[0]]})
    return None


def status(frame: Frame) -> int | None:
    """The status byte of answers that begin with one, 0 = done; None for other frames."""
    return frame.data[0] if frame.kind is Kind.RESPONSE and frame.command in _WITH_STATUS and frame.data else None


class FrameDecoder:
    """Bytes in, frames out, damaged ones with their reason and counted in `dropped`.

    feed() never raises and keeps at most one frame. Bytes between frames (wake-up, preamble, noise) are skipped without
    a word; after a damaged frame the search goes on inside it.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        """In the middle of a frame."""
        return self._buffer.startswith(_START)

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        buffer = self._buffer
        frames: list[Frame] = []
        while True:
            start = buffer.find(_START)
            if start < 0:
                del buffer[: len(buffer) - buffer.endswith(b"\x00")]
                return frames
            del buffer[:start]
            found = _read(buffer)
            if found is None:
                return frames
            frame, size = found
            frames.append(frame)
            if frame.error:
                self.dropped += 1
                size = 1
            del buffer[:size]

    def idle(self) -> list[Frame]:
        """The line fell silent: the unfinished frame will not end. Finds what it hid."""
        frames: list[Frame] = []
        while self.is_incomplete:
            self.dropped += 1
            del self._buffer[:1]
            frames += self.feed(b"")
        return frames


def _read(buffer: bytearray) -> tuple[Frame, int] | None:
    """The frame that begins with the start code at 0, and its size; None while bytes are missing."""
    if len(buffer) < 4:
        return None
    length, check = buffer[2], buffer[3]
    if length == 0 and check == 0xFF:
        return Frame(Kind.ACK), 4
    if length == 0xFF and check == 0:
        return Frame(Kind.NAK), 4
    is_extended = length == check == 0xFF
    at = 4
    if is_extended:
        if len(buffer) < 7:
            return None
        length, check, at = int.from_bytes(buffer[4:6], "big"), buffer[6], 7
        is_length_ok = (buffer[4] + buffer[5] + check) & 0xFF == 0
    else:
        is_length_ok = (length + check) & 0xFF == 0
    if not is_length_ok or not 1 <= length <= MAX_LEN:
        return Frame(None, error="LEN/LCS"), 0
    if len(buffer) < at + length + 1:
        return None
    body = bytes(buffer[at : at + length])
    if sum(buffer[at : at + length + 1]) & 0xFF:
        return Frame(None, error="DCS"), 0
    return _meaning(body, is_extended), at + length + 1


def _meaning(body: bytes, is_extended: bool) -> Frame:
    if len(body) == 1:
        return Frame(Kind.ERROR, code=body[0], is_extended=is_extended)
    if body[0] == HOST:
        return Frame(Kind.COMMAND, body[1], body[2:], is_extended)
    if body[0] == READER and body[1]:
        return Frame(Kind.RESPONSE, body[1] - 1, body[2:], is_extended)
    return Frame(None, error="TFI")
