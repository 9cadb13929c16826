"""GT06 frames: bytes of a tracker in, messages out; and what the box says to it.

Frame: `7878 len8` or `7979 len16`, type, content, serial u16, CRC-16/X25 over length to serial, `0D0A`; the length
counts type to CRC. Source: GT06 protocol 1.8.1; traccar Gt06FrameDecoder and Gt06ProtocolDecoder (behaviour).
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass

from anju_drivers.framing.resync import Cut, Rejected, Resync
from anju_drivers.gt06 import topin

MAX_FRAME_BYTES = 4096
END = b"\r\n"
UNCHECKED_TYPES = frozenset({0x17, 0x69, 0xF3})  # Wi-Fi lists of some models: no checksum, and as length their count
_COUNTED_TYPES = frozenset({0x17, 0x69})
TOPIN_SOS = b"xx\x01\x99\r\n"  # Topin's sister protocol has no checksum at all; its SOS is these six bytes
_HEAD = re.compile(rb"xx|yy")  # 7878, 7979
_MAX_ENDS = 8
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc_x25(data: bytes) -> int:
    """CRC-16/X25: CRC-16/CCITT with the bits of every byte and of the result turned round, then inverted."""
    crc = crc_hqx(data.translate(_REVERSED), 0xFFFF) ^ 0xFFFF
    return _REVERSED[crc & 0xFF] << 8 | _REVERSED[crc >> 8]


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """`content` lies between type and serial. `crc_ok` None: this type has no checksum."""

    type: int
    content: bytes
    serial: int
    declared_len: int
    length_ok: bool
    crc_ok: bool | None
    raw: bytes

    @property
    def is_long(self) -> bool:
        return self.raw[:2] == b"yy"


class FrameDecoder:
    """Bytes in any chunks in, messages out, rejected ones with `crc_ok` false. feed() never raises.

    After a login of Topin's sister protocol messages without a checksum are of it.
    """

    def __init__(self) -> None:
        self._resync = Resync(_HEAD, self._cut)
        self._is_topin = False

    @property
    def dropped(self) -> int:
        return self._resync.dropped

    @property
    def is_incomplete(self) -> bool:
        return self._resync.is_incomplete

    def feed(self, data: bytes) -> list[Message | Rejected[Message]]:
        return self._resync.feed(data)

    def _cut(self, buffer: bytearray, at: int) -> Cut[Message]:
        is_short = buffer[at] == ord("x")
        self._is_topin |= is_short and topin.is_login(buffer, at)
        if self._is_topin and is_short:
            size = topin.size_of(buffer, at)
            if size >= 0:
                raw = bytes(buffer[at : at + size])
                return Cut(size, _message(raw, 3, raw[2], is_checked=False) if size else None)
        return _cut(buffer, at)


def _cut(buffer: bytearray, at: int) -> Cut[Message]:
    """A frame is taken by its length, or where the length is wrong, up to the `0D0A` at which the checksum holds."""
    head = 4 if buffer[at] == ord("y") else 3
    have = len(buffer) - at
    if have < head + 1:
        return Cut(0)
    if at == 0 and buffer.startswith(TOPIN_SOS):  # not within a frame that is still coming
        return Cut(len(TOPIN_SOS), _message(TOPIN_SOS, head, 1, is_checked=False))
    declared = int.from_bytes(buffer[at + 2 : at + head], "big")
    size = head + declared + 2
    if size > MAX_FRAME_BYTES:
        return Cut(-1)
    if declared == 0 and head == 3 and buffer[at + 3] in UNCHECKED_TYPES:
        end = buffer.find(END, at + 4, at + MAX_FRAME_BYTES)
        if end < 0:
            return Cut(0 if have < MAX_FRAME_BYTES else -1)
        return Cut(end + 2 - at, _message(bytes(buffer[at : end + 2]), head, declared, is_checked=False))
    for end in _ends(buffer, at, size):
        message = _message(bytes(buffer[at:end]), head, declared)
        if message is not None and message.crc_ok:
            return Cut(end - at, message)
    if head == 3 and buffer[at + 3] in _COUNTED_TYPES:
        listed = _wifi_size(buffer, at, declared)
        if listed == 0 or have < listed:
            return Cut(0)
        if buffer[at + listed - 2 : at + listed] == END:
            return Cut(listed, _message(bytes(buffer[at : at + listed]), head, declared, is_checked=False))
    if have >= size and buffer[at + size - 2 : at + size] == END:
        return Cut(-1, _message(bytes(buffer[at : at + size]), head, declared))
    return Cut(0 if have < size + 2 else -1)


def _wifi_size(buffer: bytearray, at: int, count: int) -> int:
    """Bytes of a Wi-Fi list: time 6, 7 an access point, count of cells, network 3, 5 a cell. 0: not known yet."""
    cells_at = at + 4 + 6 + 7 * count
    return 0 if len(buffer) <= cells_at else cells_at - at + 4 + 5 * buffer[cells_at] + len(END)


def _ends(buffer: bytearray, at: int, size: int) -> list[int]:
    """Where the frame may end, the end by its length first."""
    found = [at + one for one in (size, size + 2) if buffer[at + one - 2 : at + one] == END]
    end = at + 8
    for _ in range(_MAX_ENDS):
        end = buffer.find(END, end, at + MAX_FRAME_BYTES)
        if end < 0:
            break
        end += 2
        found.append(end)
    return found


def _message(raw: bytes, head: int, declared: int, *, is_checked: bool = True) -> Message | None:
    if len(raw) < head + (7 if is_checked else 3):
        return None
    if not is_checked:
        return Message(raw[head], raw[head + 1 : -2], 0, declared, False, None, raw)
    crc = int.from_bytes(raw[-4:-2], "big")
    return Message(
        type=raw[head],
        content=raw[head + 1 : -6],
        serial=int.from_bytes(raw[-6:-4], "big"),
        declared_len=declared,
        length_ok=declared == len(raw) - head - 2,
        crc_ok=crc == crc_x25(raw[2:-4]),
        raw=raw,
    )


def encode(kind: int, content: bytes, serial: int, *, is_long: bool = False) -> bytes:
    """A frame. Raises `OverflowError` for content that is too long for the short form."""
    length = len(content) + 5
    checked = (
        length.to_bytes(2 if is_long else 1, "big") + bytes([kind]) + content + (serial & 0xFFFF).to_bytes(2, "big")
    )
    return (b"yy" if is_long else b"xx") + checked + crc_x25(checked).to_bytes(2, "big") + END


def encode_ack(message: Message) -> bytes:
    """The answer to a message: its type and serial."""
    return encode(message.type, b"", message.serial, is_long=message.is_long)


def encode_unchecked(kind: int, content: bytes) -> bytes:
    """A frame without serial and checksum, as the answer to a Wi-Fi list."""
    return b"xx\x00" + bytes([kind]) + content + END


# What the box may tell a tracker: text commands of message 80, whose words differ by model [unverified].


def encode_command(text: str, serial: int, server_flag: int = 1) -> bytes:
    """A text command, such as `WHERE#`. Raises `ValueError` for one that is empty, too long or not ASCII."""
    data = text.encode("ascii", "strict") if text.isascii() else b""
    if not 1 <= len(data) <= 200:
        raise ValueError("the command must be 1 to 200 ASCII characters")
    return encode(0x80, bytes([len(data) + 4]) + server_flag.to_bytes(4, "big") + data + b"\x00\x02", serial)


def encode_locate(serial: int) -> bytes:
    """Report the position now."""
    return encode_command("WHERE#", serial)


def encode_interval(interval_s: int, serial: int) -> bytes:
    """Report every `interval_s` seconds. Raises `ValueError` outside 5 to 18000."""
    if not 5 <= interval_s <= 18000:
        raise ValueError("interval_s must be from 5 to 18000")
    return encode_command(f"TIMER,{interval_s}#", serial)


def encode_restart(serial: int) -> bytes:
    """Restart the tracker."""
    return encode_command("RESET#", serial)
