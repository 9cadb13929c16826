"""RFXtrx433 on a serial port: its bytes in, whole frames out, and what a decoded packet is. No I/O.

What a packet says is decoded by pyRFXtrx, see `packets.py`.

Frame: length (of what follows), type, subtype, sequence number, data; 38400 8N1, no checksum. The sequence number is
the transceiver's own, not the sender's. Source: pyRFXtrx 0.34 (LGPL-3, used as a library), packet types as in RFXCOM's
public list. A frame counts only when its type is known and, for the types that raise alarms, its length is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MIN_LENGTH, MAX_LENGTH = 4, 40
INTERFACE, TRANSMITTER = 0x01, 0x02
LIGHTING4, CHIME, SECURITY1 = 0x13, 0x16, 0x20
RESET, STATUS, START = 0x00, 0x02, 0x07  # interface commands
_LENGTHS = {TRANSMITTER: (4,), LIGHTING4: (9,), SECURITY1: (8,)}
_TYPES = frozenset(  # those of pyRFXtrx, and those of the list that it does not know
    (
        *range(0x01, 0x04),
        *range(0x10, 0x22),
        0x28,
        0x30,
        0x31,
        *range(0x40, 0x44),
        0x48,
        *range(0x4E, 0x62),
        *range(0x70, 0x75),
        0x76,
        0x77,
        0x7F,
    )
)
_WAIT, _NO_FRAME = -1, 0


class FrameDecoder:
    """Bytes in any chunks in, whole frames out. Never raises and holds at most one frame.

    `frames` counts whole frames, `skipped` the bytes that belonged to none.
    """

    def __init__(self) -> None:
        self._rest = b""
        self.frames = 0
        self.skipped = 0

    @property
    def pending(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        buffer = self._rest + data
        found: list[bytes] = []
        at, end = 0, len(buffer)
        while at < end:
            size = _size(buffer, at, end)
            if size == _WAIT:
                break
            if size == _NO_FRAME:
                self.skipped += buffer[at] != 0  # zeros are what the transceiver sends while it starts
                at += 1
                continue
            found.append(buffer[at : at + size])
            self.frames += 1
            at += size
        self._rest = buffer[at:]
        return found

    def idle(self) -> list[bytes]:
        """The line fell silent in the middle of what looked like a frame: it was none. Finds what it hid."""
        found: list[bytes] = []
        while self._rest:
            buffer, self._rest = self._rest[1:], b""
            self.skipped += 1
            found += self.feed(buffer)
        return found


def _size(buffer: bytes, at: int, end: int) -> int:
    """Whole size of the frame at `at`, 0 when there is none, -1 when more bytes must tell."""
    length = buffer[at]
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        return _NO_FRAME
    if at + 1 >= end:
        return _WAIT
    kind = buffer[at + 1]
    if kind not in _TYPES or length not in _LENGTHS.get(kind, (length,)):
        return _NO_FRAME
    return length + 1 if end - at > length else _WAIT


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, decoded. `kind` is pyRFXtrx's class, `values` its attributes by our names, only those it has.

    `command` is the text of a remote's command, `status` the whole status byte of a Security1 packet.
    """

    kind: str
    packet_type: int
    subtype: int
    sequence: int
    type_string: str
    id_string: str
    rssi: int | None = None
    battery: int | None = None
    command: str = ""
    status: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_tampered(self) -> bool:
        return self.status is not None and bool(self.status & 0x80)


def command(code: int, sequence: int = 0) -> bytes:
    """An interface command: RESET, STATUS or START."""
    return bytes((0x0D, 0x00, 0x00, sequence & 0xFF, code)) + bytes(9)
