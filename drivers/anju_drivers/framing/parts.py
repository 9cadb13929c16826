"""Documents and pictures out of a camera's endless multipart stream, whatever the camera did to the multipart.

A general multipart reader trusts boundaries and Content-Length and hands a part over when the next one begins. Alarm
streams of cameras break both (wrong or missing lengths, LF for CRLF, documents with no boundary between them), and an
alarm must not wait for the part after it. So this scanner goes by content: a document ends at the end of its root
element or object, and boundaries only say what comes next and where a picture ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

MAX_DOCUMENT_BYTES = 64 * 1024
MAX_PICTURE_BYTES = 2 * 1024 * 1024
MAX_HEADER_BYTES = 4096
_MAX_DELIMITER = 80
_MAX_ROOT = 64
_MAX_PROLOG = 1024
_TOKEN = rb"[0-9A-Za-z'()+_,./:=?-]{1,70}"
_ANY_DELIMITER = re.compile(rb"--(" + _TOKEN + rb")[ \t]{0,4}\r?\n")
_DELIMITER_SO_FAR = re.compile(rb"--[0-9A-Za-z'()+_,./:=?-]{0,72}[ \t]{0,4}\r?")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]{0,62})(?=[\s/>])")
_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_PICTURE_STARTS = b"\xff\x89"  # first bytes of JPEG and PNG


def _media_type(content_type: str) -> tuple[str, bytes]:
    """Lower-case type and the boundary's token, its leading dashes taken off: some cameras count them in."""
    kind, _, parameters = content_type.partition(";")
    found = re.search(r"boundary\s*=\s*(\"[^\"]*\"|[^\s;]+)", parameters, re.IGNORECASE)
    token = found[1].strip('"').strip("-") if found else ""
    return kind.strip().lower(), token.encode("ascii", "replace")


class PartKind(StrEnum):
    XML = "xml"
    JSON = "json"
    PICTURE = "picture"  # told when it begins; its bytes are skipped unread
    CUT = "cut"  # a document that another part interrupted
    OVERSIZE = "oversize"


@dataclass(frozen=True, slots=True)
class Part:
    kind: PartKind
    body: bytes = b""


class PartScanner:
    """Bytes in any chunks in, parts out; the same for every chunking. feed() never raises.

    `roots` are the root elements that may stand without part headers, in any case and under any prefix.
    `content_type` is the HTTP header's word for the whole; its boundary may be corrected by the first boundary line.
    Memory: at most one document, 64 KiB, beside the chunk being fed.
    """

    def __init__(self, roots: tuple[str, ...], content_type: str = "") -> None:
        names = b"|".join(re.escape(root.encode()) for root in roots)
        self._start = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,20}:)?(?:" + names + rb")(?=[\s/>])", re.IGNORECASE)
        self._type, self._token = _media_type(content_type)
        self._is_token_seen = False
        self._buffer = bytearray()
        self._is_bare = bool(self._type) and not self._type.startswith("multipart/")
        self._step: Callable[[list[Part]], bool] = self._body if self._is_bare else self._seek
        self._header_bytes = 0
        self._length: int | None = None
        self._skipped = 0
        self._scanned = 0
        self._end: re.Pattern[bytes] | None = None
        self._depth, self._in_text, self._escaped = 0, False, False

    @property
    def is_incomplete(self) -> bool:
        """True in the middle of a part: a connection that ends here has cut it."""
        if self._step == self._picture:
            return self._length is not None and self._skipped + len(self._buffer) < self._length
        if self._step == self._headers:
            return bool(self._header_bytes or self._buffer)
        return self._step != self._seek and not (self._is_bare and self._step == self._body)

    @property
    def held_bytes(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Part]:
        self._buffer += data
        parts: list[Part] = []
        while self._step(parts):
            pass
        return parts

    # Each step returns True when it moved on, False when it needs more bytes. It decides only by bytes that every
    # chunking would show it, so it waits while a match may still become one.

    def _seek(self, parts: list[Part]) -> bool:
        """Between parts: skips junk up to a boundary line or the start of a known document."""
        buffer = self._buffer
        position = 0
        while True:
            tag, dashes = buffer.find(b"<", position), buffer.find(b"--", position)
            if tag < 0 and dashes < 0:
                del buffer[: len(buffer) - 1 if buffer.endswith(b"-") else len(buffer)]
                return False
            position = min(at for at in (tag, dashes) if at >= 0)
            if buffer[position] == ord("<"):
                if self._start.match(buffer, position) or buffer.startswith(b"<?xml", position):
                    del buffer[:position]
                    self._begin_xml()
                    return True
                rest = bytes(buffer[position : position + _MAX_ROOT])
                may_start = b"<?xml".startswith(rest) or re.fullmatch(rb"<[\w.:-]*", rest)
                if len(rest) < _MAX_ROOT and may_start:
                    del buffer[:position]
                    return False
                position += 1
                continue
            found = _ANY_DELIMITER.match(buffer, position)
            if found and self._accept(found[1]):
                is_last = found[1].strip(b"'").endswith(b"--")
                del buffer[: found.end()]
                if not is_last:
                    self._header_bytes, self._length, self._type = 0, None, ""
                    self._step = self._headers
                return True
            rest = bytes(buffer[position : position + _MAX_DELIMITER])
            if not found and len(rest) < _MAX_DELIMITER and _DELIMITER_SO_FAR.fullmatch(rest):
                del buffer[:position]
                return False
            position += 1

    def _accept(self, token: bytes) -> bool:
        """Whether a boundary line's token is this stream's; until one was, the first line teaches it."""
        name = token.strip(b"-")
        if self._token and name == self._token:
            self._is_token_seen = True
        elif not self._is_token_seen and name:
            self._token, self._is_token_seen = name, True
        return name == self._token

    def _headers(self, parts: list[Part]) -> bool:
        buffer = self._buffer
        if buffer.startswith((b"<", b"{")):  # no blank line before the body
            self._step = self._body
            return True
        newline = buffer.find(b"\n", 0, MAX_HEADER_BYTES - self._header_bytes)
        if newline < 0:
            if self._header_bytes + len(buffer) < MAX_HEADER_BYTES:
                return False
            self._step = self._seek
            return True
        line = bytes(buffer[:newline]).strip()
        if line.startswith(b"--"):  # a part without a body
            self._step = self._seek
            return True
        del buffer[: newline + 1]
        self._header_bytes += newline + 1
        if not line:
            self._step = self._body
            return True
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-type":
            self._type = value.strip().lower().decode("ascii", "replace")
        elif name.strip().lower() == b"content-length" and value.strip().isdigit() and len(value) < 16:
            self._length = int(value)
        return True

    def _body(self, parts: list[Part]) -> bool:
        """Chooses by the declared type for pictures, by the first byte for all else."""
        buffer = self._buffer
        if self._type.startswith(("image/", "video/", "audio/")):
            self._begin_picture(parts, self._type.startswith("image/"))
            return True
        blank = len(buffer) - len(buffer.lstrip(_BLANK))
        if blank:
            del buffer[:blank]
        if not buffer or (len(buffer) < 3 and _BOM.startswith(buffer)):
            return False
        if buffer.startswith(_BOM):
            del buffer[:3]
        elif buffer[0] == ord("<"):
            self._begin_xml()
        elif buffer[0] in b"{[":
            self._scanned, self._depth, self._in_text, self._escaped = 0, 0, False, False
            self._step = self._json
        elif buffer[0] == ord("-") or (self._is_bare and buffer[0] not in _PICTURE_STARTS):
            self._step = self._seek
        else:
            self._begin_picture(parts, buffer[0] in _PICTURE_STARTS or "octet-stream" in self._type)
        return True

    def _begin_picture(self, parts: list[Part], is_picture: bool) -> None:
        self._skipped, self._scanned = 0, 0
        if is_picture:
            parts.append(Part(PartKind.PICTURE))
        self._step = self._picture

    def _picture(self, parts: list[Part]) -> bool:
        """Skips to the part's length, to a boundary line before it, or to the size limit."""
        buffer = self._buffer
        limit = MAX_PICTURE_BYTES if self._length is None else min(self._length, MAX_PICTURE_BYTES)
        left = limit - self._skipped
        delimiter = re.compile(rb"--+" + re.escape(self._token) + rb"(?:--)?[ \t]{0,4}\r?\n")
        found = delimiter.search(buffer, 0, left)
        if found:
            del buffer[: found.start()]
            self._step = self._seek
            return True
        if len(buffer) >= left:
            del buffer[:left]
            if limit == MAX_PICTURE_BYTES:
                parts.append(Part(PartKind.OVERSIZE))
            self._step = self._seek
            return True
        spare = max(0, len(buffer) - _MAX_DELIMITER)
        del buffer[:spare]
        self._skipped += spare
        return False

    def _begin_xml(self) -> None:
        self._end, self._scanned = None, 0
        self._step = self._xml

    def _xml(self, parts: list[Part]) -> bool:
        """Up to the end of the root element, of the size, or to where another part interrupts."""
        buffer = self._buffer
        if self._end is None:
            root = _ROOT.search(buffer, 0, _MAX_PROLOG)
            if root is None:
                if len(buffer) < _MAX_PROLOG:
                    return False
                return self._skip(parts, PartKind.CUT, 1)
            close = buffer.find(b">", root.end(), MAX_DOCUMENT_BYTES)
            if close < 0:
                if len(buffer) < MAX_DOCUMENT_BYTES:
                    return False
                return self._skip(parts, PartKind.OVERSIZE, MAX_DOCUMENT_BYTES)
            if buffer[close - 1] == ord("/"):
                return self._deliver(parts, PartKind.XML, close + 1)
            ends = [rb"(?P<close></" + re.escape(root[1]) + rb"\s{0,8}>)", self._start.pattern]
            if self._token:
                ends.append(rb"\n--" + re.escape(self._token) + rb"(?=[-\r\n \t])")
            self._end, self._scanned = re.compile(b"|".join(ends), re.IGNORECASE), root.end()
        found = self._end.search(buffer, self._scanned, MAX_DOCUMENT_BYTES)
        if found is None:
            if len(buffer) >= MAX_DOCUMENT_BYTES:
                return self._skip(parts, PartKind.OVERSIZE, MAX_DOCUMENT_BYTES)
            self._scanned = max(self._scanned, len(buffer) - 2 * _MAX_DELIMITER)
            return False
        if found["close"]:
            return self._deliver(parts, PartKind.XML, found.end())
        return self._skip(parts, PartKind.CUT, found.start())

    def _json(self, parts: list[Part]) -> bool:
        buffer = self._buffer
        for at in range(self._scanned, min(len(buffer), MAX_DOCUMENT_BYTES)):
            byte = buffer[at]
            if self._in_text:
                if byte == ord("\n"):  # no JSON text holds a raw line end
                    return self._skip(parts, PartKind.CUT, at)
                self._in_text = self._escaped or byte != ord('"')
                self._escaped = byte == ord("\\") and not self._escaped
            elif byte == ord('"'):
                self._in_text, self._escaped = True, False
            elif byte in b"{[":
                self._depth += 1
            elif byte in b"}]":
                self._depth -= 1
                if self._depth == 0:
                    return self._deliver(parts, PartKind.JSON, at + 1)
            elif byte == ord("<"):
                return self._skip(parts, PartKind.CUT, at)
            elif byte == ord("-") and buffer[at - 1] == ord("-"):  # a boundary line
                return self._skip(parts, PartKind.CUT, at - 1)
        if len(buffer) >= MAX_DOCUMENT_BYTES:
            return self._skip(parts, PartKind.OVERSIZE, MAX_DOCUMENT_BYTES)
        self._scanned = len(buffer)
        return False

    def _deliver(self, parts: list[Part], kind: PartKind, size: int) -> bool:
        parts.append(Part(kind, bytes(self._buffer[:size])))
        del self._buffer[:size]
        self._step = self._seek
        return True

    def _skip(self, parts: list[Part], kind: PartKind, size: int) -> bool:
        parts.append(Part(kind))
        del self._buffer[:size]
        self._step = self._seek
        return True
