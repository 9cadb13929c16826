"""The button box's bytes: lines `C,<button>,<counter>*<XOR>` and CR LF. Knows no port and no clock.

`button` is 1 to 8, `counter` goes up by one with each press and may wrap at 65535; the XOR (two hex digits) is over
what stands before the star. Source: invented for this example; write the handbook and section here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor

MAX_LINE_BYTES = 32
_LINE = re.compile(rb"C,([1-8]),(\d{1,5})\*([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Press:
    """One press, or why a line is none."""

    button: int = 0
    counter: int = 0
    error: str = ""


def encode(button: int, counter: int) -> bytes:
    """The line the box sends."""
    body = b"C,%d,%d" % (button, counter)
    return body + b"*%02X\r\n" % reduce(xor, body)


class LineDecoder:
    """Bytes in any chunks in, presses out. feed() never raises and keeps at most one line."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.dropped = 0

    def feed(self, data: bytes) -> list[Press]:
        found = []
        for byte in data:
            if byte in b"\r\n":
                if self._buffer:
                    found.append(self._press(bytes(self._buffer)))
                    self._buffer.clear()
            elif len(self._buffer) <= MAX_LINE_BYTES:  # one more shows "too long"; line noise must not eat memory
                self._buffer.append(byte)
        return found

    def _press(self, line: bytes) -> Press:
        match = _LINE.fullmatch(line)
        if match is None:
            self.dropped += 1
            return Press(error="no line of this box")
        if reduce(xor, line[: line.index(b"*")]) != int(match[3], 16):
            self.dropped += 1
            return Press(error="checksum")
        return Press(int(match[1]), int(match[2]))
