"""The bytes of a Dahua event stream in, events, heartbeats and counts out. No I/O.

Text parts of an endless multipart (`GET eventManager.cgi?action=attach`), bare JSON events, or DHIP frames (TCP 5000).
Firmwares leave out the blank line after the headers, write lengths that are too big or none, LF for CRLF, two events
in one part, and JSON with `=`, `;` and line ends inside. So this decoder goes by content: an event ends with its line,
with the length where that falls on a complete event, or when its JSON closes; never only at the next boundary, which
is the next heartbeat. Sources as in `codes.py`; traps from rroller/dahua #477 #504 and openHAB ipcamera.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from anju_drivers.dahua.codes import Event, read_event, read_head
from anju_drivers.errors import FrameError
from anju_drivers.framing.damaged import Damaged
from anju_drivers.framing.json_text import read_json
from anju_drivers.framing.xml import text_of

MAX_LINE_BYTES = 8 * 1024
MAX_DATA_BYTES = 64 * 1024
MAX_PICTURE_BYTES = 2 * 1024 * 1024
_MAX_DELIMITER = 80
_DHIP = b"\x20\x00\x00\x00DHIP"
_DHIP_HEADER = 32
_WITH_DATA = re.compile(rb"[^\r\n]*?Code\s*=[^\r\n{\[]*?;\s*data\s*=\s*(?=[{\[])", re.IGNORECASE)
_COMPLETE = re.compile(rb"\s*Code\s*=\s*[\w.-]+(?:\s*;\s*action\s*=\s*\w+)?\s*;\s*index\s*=\s*-?\d+\s*", re.IGNORECASE)
_CODE = re.compile(rb"Code\s*=", re.IGNORECASE)
_HEADER = re.compile(rb"(Content-[A-Za-z-]+|[A-Za-z][A-Za-z-]{2,40})\s*:\s*(.*)", re.DOTALL)
_BOUNDARY = re.compile(rb"--([0-9A-Za-z'()+_,./:=?-]{1,72})")
_NEXT_PART = (b"--", b"Code=", b"Heartbeat")  # at a line's start they end JSON that never closed


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The camera lives."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture came and was skipped unread."""


Message: TypeAlias = Event | Heartbeat | Picture | Damaged


class DahuaDecoder:
    """Bytes in any chunks in, messages out, damage counted in `dropped`; the same for every chunking. Never raises.

    `content_type` is the HTTP header of the stream, `types` the site's own codes -> kinds, keys in lower case. Memory:
    at most one document of 64 KiB beside the chunk being fed.
    """

    def __init__(self, content_type: str = "", types: Mapping[str, str] | None = None) -> None:
        found = re.search(r"boundary\s*=\s*\"?([^\s;\"]+)", content_type, re.IGNORECASE)
        self._token = found[1].strip("-").encode("ascii", "replace") if found else b""
        self._types = types or {}
        self._buffer = bytearray()
        self._step: Callable[[list[Message]], bool] = self._line
        self._in_headers = False
        self._type = b""
        self._length: int | None = None  # what the headers declare
        self._left: int | None = None  # of the body that has begun
        self._head: str | None = None  # of the event whose JSON is coming; None: the JSON is the event
        self._scanned, self._depth, self._in_text, self._escaped = 0, 0, False, False
        self._skipped = 0
        self.dropped = 0
        self.declared_length: int | None = None  # of the last DHIP frame

    @property
    def is_incomplete(self) -> bool:
        """True in the middle of a message: a connection that ends here has cut it."""
        return self._step == self._json or self._step == self._dhip or bool(self._buffer.strip())

    def feed(self, data: bytes) -> list[Message]:
        self._buffer += data
        out: list[Message] = []
        while self._step(out):
            pass
        return out

    def close(self) -> list[Message]:
        """What a stream that ended here still holds: a line without its end, or an event whose JSON was cut."""
        out: list[Message] = []
        if self._step == self._json and self._head is not None:
            self._cut(out, len(self._buffer))
        elif self._step == self._line and _COMPLETE.fullmatch(self._buffer):
            self._take_line(out, self._consume(len(self._buffer)))
        elif self._step == self._line and self._buffer.strip().lower() == b"heartbeat":
            out.append(Heartbeat())
            self._buffer.clear()
        return out

    # Each step returns True when it moved on, False when it needs more bytes. It decides only by bytes that every
    # chunking would show it, so it waits while a match may still become one.

    def _line(self, out: list[Message]) -> bool:
        buffer = self._buffer
        if not buffer:
            return False
        if _DHIP.startswith(buffer[: len(_DHIP)]):
            if len(buffer) < len(_DHIP):
                return False
            self._step = self._dhip
            return True
        if buffer[0] in b"{[":
            self._begin_json(None)
            return True
        if buffer.startswith((b"Code=", b"Heartbeat")):
            self._enter_body()
        newline = buffer.find(b"\n", 0, MAX_LINE_BYTES)
        end = newline if newline >= 0 else min(len(buffer), MAX_LINE_BYTES)
        if self._is_whole_body(newline):
            self._take_line(out, self._consume(self._left or 0))
            return True
        with_data = _WITH_DATA.match(buffer, 0, min(end + 1, MAX_LINE_BYTES))
        if with_data:
            self._begin_json(text_of(self._consume(with_data.end())))
            return True
        if newline >= 0:
            self._take_line(out, self._consume(newline + 1))
            return True
        if len(buffer) >= MAX_LINE_BYTES:
            self.dropped += 1
            line = self._consume(MAX_LINE_BYTES)
            if _CODE.search(line):
                self._take_line(out, line)
            self._step = self._skip_line
            return True
        return False

    def _is_whole_body(self, newline: int) -> bool:
        """The declared length falls on the end of a complete line whose line end has not come."""
        left = self._left
        if left is None or len(self._buffer) < left or 0 <= newline < left:
            return False
        return bool(_COMPLETE.fullmatch(self._buffer, 0, left)) or self._buffer[:left].strip() == b"Heartbeat"

    def _skip_line(self, out: list[Message]) -> bool:
        newline = self._buffer.find(b"\n")
        self._consume(newline + 1 if newline >= 0 else len(self._buffer))
        if newline >= 0:
            self._step = self._line
        return newline >= 0

    def _take_line(self, out: list[Message], line: bytes) -> None:
        line = line.strip()
        if not line:
            if self._in_headers:
                self._in_headers = False
                self._left = self._length
                if self._type.startswith((b"image/", b"video/", b"audio/")):
                    self._left = None
                    self._begin_picture(out)
            return
        boundary = _BOUNDARY.match(line)
        if boundary:
            self._token = self._token or boundary[1].strip(b"-")
            self._in_headers, self._type, self._length, self._left = True, b"", None, None
        elif _CODE.search(line):
            head = line[: line.find(b"data=")] if b"data=" in line else line
            self._emit(out, text_of(head), {})
        elif line.lower() == b"heartbeat":
            out.append(Heartbeat())
        elif not self._take_header(line):
            self.dropped += 1

    def _take_header(self, line: bytes) -> bool:
        """Content headers count wherever they stand: a part may come without its boundary line."""
        found = _HEADER.fullmatch(line.strip())
        if not found or _CODE.match(line.strip()):
            return False
        name, value = found[1].lower(), found[2].strip()
        if name == b"content-type":
            self._in_headers, self._type = True, value.lower()
        elif name == b"content-length":
            self._in_headers = True
            self._length = int(value) if value.isdigit() and len(value) < 10 else None
        return self._in_headers

    def _enter_body(self) -> None:
        """A body that no blank line announced."""
        if self._in_headers:
            self._in_headers, self._left = False, self._length

    def _consume(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        if self._left is not None:
            self._left = self._left - size if self._left > size else None
        return taken

    # ---- JSON

    def _begin_json(self, head: str | None) -> None:
        self._head = head
        self._scanned, self._depth, self._in_text, self._escaped = 0, 0, False, False
        self._step = self._json

    def _json(self, out: list[Message]) -> bool:
        buffer = self._buffer
        for at in range(self._scanned, min(len(buffer), MAX_DATA_BYTES)):
            byte = buffer[at]
            if byte == ord("\n"):
                rest = bytes(buffer[at + 1 : at + 1 + len(_NEXT_PART[-1])])
                if rest.startswith(_NEXT_PART):
                    return self._cut(out, at + 1)
                if any(mark.startswith(rest) for mark in _NEXT_PART):
                    self._scanned = at
                    return False
            if self._in_text:
                self._in_text = self._escaped or byte != ord('"')
                self._escaped = byte == ord("\\") and not self._escaped
            elif byte == ord('"'):
                self._in_text, self._escaped = True, False
            elif byte in b"{[":
                self._depth += 1
            elif byte in b"}]":
                self._depth -= 1
                if self._depth <= 0:
                    return self._close_json(out, at + 1)
            elif byte == ord("-") and at and buffer[at - 1] == ord("-"):  # a boundary glued to it
                return self._cut(out, at - 1)
        if len(buffer) >= MAX_DATA_BYTES:
            return self._cut(out, MAX_DATA_BYTES)
        self._scanned = len(buffer)
        return False

    def _cut(self, out: list[Message], size: int) -> bool:
        """The JSON did not close: the event is kept, its data is not."""
        self.dropped += 1
        if self._head is None:
            out.append(Damaged("JSON cut in the middle"))
        else:
            self._emit(out, self._head, {})
        self._consume(size)
        self._step = self._line
        return True

    def _close_json(self, out: list[Message], size: int) -> bool:
        value = _load(bytes(self._buffer[:size]))
        if self._head is None:
            self._take_json(out, value)
        else:
            self._emit(out, self._head, value if isinstance(value, Mapping) else {})
        self._consume(size)
        self._step = self._line
        return True

    def _take_json(self, out: list[Message], value: object) -> None:
        """An event of its own, as door stations send them, or a DHIP message with a list of them."""
        if not isinstance(value, Mapping):
            self.dropped += 1
            out.append(Damaged("JSON without an event"))
            return
        params = value.get("params")
        events = params.get("eventList") if isinstance(params, Mapping) else None
        for one in events if isinstance(events, list) else [value]:
            if isinstance(one, Mapping) and "Code" in one:
                data = one.get("Data")
                try:
                    event = read_event(
                        str(one["Code"]),
                        str(one.get("Action", "")),
                        one.get("Index"),
                        data if isinstance(data, Mapping) else {},
                        self._types,
                    )
                except FrameError as error:
                    self.dropped += 1
                    out.append(Damaged(error.reason))
                else:
                    out.append(event)

    def _emit(self, out: list[Message], head: str, data: Mapping[str, object]) -> None:
        try:
            event = read_head(head, data, self._types)
        except FrameError as error:
            self.dropped += 1
            out.append(Damaged(error.reason))
            return
        out.append(Heartbeat() if event.raw_type.lower() == "heartbeat" else event)

    # ---- DHIP and pictures

    def _dhip(self, out: list[Message]) -> bool:
        """32 bytes of header, the length of the JSON as u32 little-endian at 16."""
        buffer = self._buffer
        if len(buffer) < _DHIP_HEADER:
            return False
        self.declared_length = int.from_bytes(buffer[16:20], "little")
        if self.declared_length > MAX_DATA_BYTES:
            self.dropped += 1
            self._consume(_DHIP_HEADER)
            self._step = self._skip_line
            return True
        end = _DHIP_HEADER + self.declared_length
        if len(buffer) < end:
            return False
        self._take_json(out, _load(bytes(buffer[_DHIP_HEADER:end])))
        self._consume(end)
        self._step = self._line
        return True

    def _begin_picture(self, out: list[Message]) -> None:
        self._skipped = 0
        out.append(Picture())
        self._step = self._picture

    def _picture(self, out: list[Message]) -> bool:
        """Skips to the part's length, to a boundary line before it, or to the size limit."""
        buffer = self._buffer
        limit = MAX_PICTURE_BYTES if self._length is None else min(self._length, MAX_PICTURE_BYTES)
        left = limit - self._skipped
        found = re.search(rb"--+" + re.escape(self._token) + rb"(?:--)?[ \t]{0,4}\r?\n", buffer[:left])
        if found:
            self._consume(found.start())
            self._step = self._line
            return True
        if len(buffer) >= left:
            self._consume(left)
            self._step = self._line
            return True
        spare = max(0, len(buffer) - _MAX_DELIMITER)
        self._consume(spare)
        self._skipped += spare
        return False


def _load(body: bytes) -> object:
    try:
        value = read_json(text_of(body), strict=False)  # line ends inside texts were seen
    except (ValueError, RecursionError):
        return None
    return value
