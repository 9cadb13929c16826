"""A barcode or QR scanner's bytes in any chunks in, lines out.

A line ends at CR, LF, TAB, STX or ETX, or when the scanner falls silent (`idle`): which of them a scanner sends is a
setting of it. All other control characters belong to the code, such as GS (1D) in GS1 and RS, EOT in ISO 15434.

Modules (GM60, GM65, GM805 and others) answer a command, also the one that starts a scan, with STX and 00 00 01 00 33 31
right before the code; that answer is no part of the code, nor a code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LINE_BYTES = 4096
OVERLONG = "longer than 4096 bytes without terminator: drop"
_ENDS = re.compile(rb"[\r\n\t\x02\x03]")
_DONE = bytes.fromhex("000001003331")


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One scan, or why there is none. Kept out of `repr`: it may be a person's token."""

    text: str = ""
    error: str = ""


def text_of(raw: bytes) -> str:
    """UTF-8, else GB18030, as Chinese scanners send in their other setting. Raises `ValueError` when it is neither."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    return text.removeprefix("\ufeff")


class LineDecoder:
    """Bytes in, lines out; empty ones are none. feed() never raises and keeps at most 4096 bytes.

    What is longer is dropped up to the next end, said once as an error and counted in `dropped`, as is what is no text.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_dropping = False
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Line]:
        lines: list[Line] = []
        *ended, rest = _ENDS.split(data)
        for piece in ended:
            self._add(piece, lines)
            lines += self.idle()
        self._add(rest, lines)
        return lines

    def idle(self) -> list[Line]:
        """The scanner fell silent: what came so far is a line."""
        raw = bytes(self._buffer).removeprefix(_DONE)
        self._buffer.clear()
        self._is_dropping = False
        if not raw:
            return []
        try:
            text = text_of(raw)
        except ValueError:
            self.dropped += 1
            return [Line(error="neither UTF-8 nor GB18030")]
        return [Line(text)] if text else []

    def _add(self, piece: bytes, lines: list[Line]) -> None:
        if self._is_dropping:
            return
        if len(self._buffer) + len(piece) > MAX_LINE_BYTES:
            self._buffer.clear()
            self._is_dropping = True
            self.dropped += 1
            lines.append(Line(error=OVERLONG))
            return
        self._buffer += piece
