"""What a RAK module says on its serial port. No I/O.

Sources: RAK RUI3 AT command manual (+EVT:RXP2P:RSSI:SNR:payload) and public captures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anju_drivers.errors import FrameError

MAX_LINE_BYTES = 1024
_RXP2P = re.compile(
    rb"\+EVT:RXP2P:\s*(?:RSSI\s)?\s*(-?\d{1,4})\s*:\s*(?:SNR\s)?\s*(-?\d{1,3})\s*:"
    rb"(?:\s*(\d{1,3})\s*:)?\s*((?:[0-9A-Fa-f]{2}){0,255})\s*"
)


@dataclass(frozen=True, slots=True)
class RakPacket:
    """A LoRa packet between peers: bytes and no sender's name."""

    rssi_dbm: int
    snr_db: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class RakStatus:
    """Any other line: an answer, a receive timeout or error. Never a packet."""

    text: str

    @property
    def is_stopped(self) -> bool:
        """The receiver left its receive mode, or may have."""
        return self.text.upper().startswith(("+EVT:RXP2P RECEIVE TIMEOUT", "+EVT:RXP2P RECEIVE ERROR"))


class RakLines:
    """Bytes in any chunks in, lines out, ended by CR, LF or both; longer ones are skipped and counted in `dropped`."""

    max_bytes = MAX_LINE_BYTES

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_skipping = False
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        found: list[bytes] = []
        *lines, rest = data.replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            whole, self._rest = bytes(self._rest + line).strip(b"\0 \t"), bytearray()
            if self._is_skipping:
                self._is_skipping = False
            elif len(whole) > self.max_bytes:
                self.dropped += 1
            elif whole:
                found.append(whole)
        self._rest += rest
        if self._is_skipping:
            self._rest.clear()
        elif len(self._rest) > self.max_bytes:
            self._rest.clear()
            self._is_skipping = True
            self.dropped += 1
        return found


def read_rak_line(line: bytes) -> RakPacket | RakStatus:
    """One line. Raises `FrameError` for a packet that is damaged.

    Some firmware writes the words RSSI and SNR before the numbers, or the payload's length before the payload.
    """
    found = _RXP2P.fullmatch(line.strip())
    if found:
        payload = bytes.fromhex(found[4].decode())
        if found[3] and int(found[3]) != len(payload):
            raise FrameError("declared length differs")
        return RakPacket(int(found[1]), int(found[2]), payload)
    text = line.decode("ascii", "replace").strip()
    if text.startswith("+EVT:RXP2P:"):
        raise FrameError("damaged packet line")
    return RakStatus(text[:80])
