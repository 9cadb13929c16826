"""Eview EV07B frames: bytes of an SOS pendant in, messages out; and what the box answers.

Frame: AB, flags (bit 4: an answer is wanted), length u16, CRC-16/XMODEM u16 over the body, serial u16, body; all little
endian. Body: command, then parts of length, key, data. Source: traccar Minifinder2ProtocolDecoder (behaviour).
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass
from functools import cached_property

from anju_drivers.framing.resync import Cut, Rejected, Resync

HEAD_BYTES = 8
MAX_BODY_BYTES = 4096
DATA, CONFIGURATION, SERVICES, SYSTEM, RESPONSE = 0x01, 0x02, 0x03, 0x04, 0x7F
IMEI_KEY, TIME_KEY = 0x01, 0x12
_ANSWER_WANTED = 1 << 4
_HEAD = re.compile(rb"\xab")


@dataclass(frozen=True)
class Message:
    """`parts` are (key, data) as far as they fit; `length_ok` says whether they tile the body."""

    flags: int
    serial: int
    declared_len: int
    body: bytes
    crc_ok: bool
    raw: bytes

    def __repr__(self) -> str:
        return f"Message(command={self.command:#04x}, serial={self.serial})"

    @property
    def command(self) -> int:
        return self.body[0]

    @property
    def is_answer_wanted(self) -> bool:
        return bool(self.flags & _ANSWER_WANTED)

    @property
    def length_ok(self) -> bool:
        return self.declared_len == len(self.body)

    @cached_property
    def parts(self) -> tuple[tuple[int, bytes], ...]:
        return self._parts[0]

    @property
    def is_tiled(self) -> bool:
        """Whether the parts fill the body to its last byte."""
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[tuple[tuple[int, bytes], ...], bool]:
        found: list[tuple[int, bytes]] = []
        at = 1
        while at + 2 <= len(self.body):
            length = self.body[at]
            end = at + 1 + length
            if not length or end > len(self.body):
                return tuple(found), False
            found.append((self.body[at + 1], self.body[at + 2 : end]))
            at = end
        return tuple(found), at == len(self.body)

    @cached_property
    def imei(self) -> str:
        """The id in the message, or nothing."""
        for key, data in self.parts:
            text = data[:15].decode("ascii", "replace")
            if key == IMEI_KEY and len(text) == 15 and text.isdecimal():
                return text
        return ""


class FrameDecoder:
    """Bytes in any chunks in, messages out. feed() never raises and keeps at most one frame and a chunk.

    A frame with a wrong checksum is rejected, unless its structure proves it: the parts of a data message tile the body
    and begin with an IMEI. Over TCP that is the firmware's slip, not noise, and there may be an SOS in it.
    """

    def __init__(self) -> None:
        self._resync = Resync(_HEAD, _cut)

    @property
    def dropped(self) -> int:
        return self._resync.dropped

    @property
    def is_incomplete(self) -> bool:
        return self._resync.is_incomplete

    def feed(self, data: bytes) -> list[Message | Rejected[Message]]:
        return self._resync.feed(data)


def _cut(buffer: bytearray, at: int) -> Cut[Message]:
    have = len(buffer) - at
    if have < HEAD_BYTES:
        return Cut(0)
    length = int.from_bytes(buffer[at + 2 : at + 4], "little")
    if not 1 <= length <= MAX_BODY_BYTES:
        return Cut(-1)
    size = HEAD_BYTES + length
    if have < size:
        return Cut(0)
    body = bytes(buffer[at + HEAD_BYTES : at + size])
    message = Message(
        flags=buffer[at + 1],
        serial=int.from_bytes(buffer[at + 6 : at + 8], "little"),
        declared_len=length,
        body=body,
        crc_ok=int.from_bytes(buffer[at + 4 : at + 6], "little") == crc_hqx(body, 0),
        raw=bytes(buffer[at : at + size]),
    )
    is_proven = message.command == DATA and message.is_tiled and bool(message.parts) and message.imei != ""
    return Cut(size, message) if message.crc_ok or is_proven else Cut(-1)


def encode(command: int, parts: list[tuple[int, bytes]], serial: int, flags: int = 0) -> bytes:
    """A frame. Raises `ValueError` for a part that is too long."""
    body = bytes([command]) + b"".join(bytes([len(data) + 1, key]) + data for key, data in parts)
    return encode_body(body, serial, flags)


def encode_body(body: bytes, serial: int, flags: int = 0) -> bytes:
    head = bytes([0xAB, flags]) + len(body).to_bytes(2, "little") + crc_hqx(body, 0).to_bytes(2, "little")
    return head + (serial & 0xFFFF).to_bytes(2, "little") + body


def reply_to(message: Message, utc_now_s: float) -> bytes:
    """What the pendant waits for, or nothing: the time where it asks for it, else taken (7F 01 00).

    A pendant that asks where it is gets no place: (0, 0) would be a lie.
    """
    if not message.is_answer_wanted:
        return b""
    if message.command == SERVICES and any(key == TIME_KEY for key, _ in message.parts):
        return encode(SERVICES, [(TIME_KEY, int(utc_now_s).to_bytes(4, "little"))], message.serial)
    return encode_body(bytes([RESPONSE, 0x01, 0x00]), message.serial)
