"""SeTracker ("Watch") frames: bytes of a GPS watch in, frames out; and what the box may say to it.

Frame: `[MF*ID*LLLL*content]` or `[MF*ID*SEQ*LLLL*content]`; LLLL counts the content's bytes on the wire, in hex.
Watches get LLLL wrong, and Wi-Fi names bring raw brackets, so frames end where the brackets balance; a bracket that
never closes is undone by the next frame's head. Binary content escapes 7D 5B 5D 2C 2A as 7D01..7D05. No checksum.
Source: traccar WatchFrameDecoder and WatchProtocolDecoder (behaviour), its issue threads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anju_drivers.framing.damaged import Damaged

MAX_FRAME_BYTES = 16 * 1024
_HEAD = re.compile(rb"\[([0-9A-Za-z]{1,8})\*([^*\[\],]{1,32})\*(?:([0-9A-Fa-f]{1,8})\*)?([0-9A-Fa-f]{4})\*", re.DOTALL)
_LOOSE_HEAD = re.compile(rb"\[([0-9A-Za-z]{1,8})\*([0-9A-Za-z]{1,32})\*")
_NEXT_HEAD = (frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), b"*")
_BRACKET = re.compile(rb"[\[\]]")
_ESCAPE = re.compile(rb"\x7d(.?)", re.DOTALL)
_PLAIN = {b"\x01": b"\x7d", b"\x02": b"[", b"\x03": b"]", b"\x04": b",", b"\x05": b"*"}


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """A frame of a watch. `content` is as on the wire, escapes included; `declared_len` None: no length was given."""

    manufacturer: str
    device_id: str
    sequence: str | None
    declared_len: int | None
    content: bytes
    raw: bytes

    @property
    def identity(self) -> str:
        """The device id as it stands in a device key; blanks and control characters of a damaged one show as `_`."""
        return re.sub(r"[^!-~]", "_", self.device_id.lower())

    @property
    def length_ok(self) -> bool:
        return self.declared_len == len(self.content)

    @property
    def command(self) -> str:
        """What kind of message it is: `LK`, `UD_LTE`, `heart`."""
        return self.content.split(b",", 1)[0].decode("ascii", "replace")

    def fields(self) -> list[str]:
        """The content's fields, unescaped, its command first."""
        return [unescape(part)[0].decode("utf-8", "replace") for part in self.content.split(b",")]


def unescape(data: bytes) -> tuple[bytes, int]:
    """The bytes that were meant, and how many escapes made no sense; those are kept as they came."""
    wrong = 0

    def plain(found: re.Match[bytes]) -> bytes:
        nonlocal wrong
        if found[1] in _PLAIN:
            return _PLAIN[found[1]]
        wrong += 1
        return found[0]

    return (_ESCAPE.sub(plain, data), wrong) if b"\x7d" in data else (data, 0)


def escape(data: bytes) -> bytes:
    """Binary content as it goes on the wire."""
    for code, plain in _PLAIN.items():  # 7D first
        data = data.replace(plain, b"\x7d" + code)
    return data


class FrameDecoder:
    """Bytes in any chunks in, frames out. feed() never raises and keeps at most 16 KiB.

    Bytes between frames are skipped without a word. `dropped` counts frames that were cut, too long or without a head.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0
        self._declared_end = -1
        self._is_skipping = False  # inside a frame that is too long
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._buffer) or self._is_skipping

    def feed(self, data: bytes) -> list[Frame | Damaged]:
        self._buffer += data
        found: list[Frame | Damaged] = []
        while self._step(found):
            pass
        return found

    def _step(self, found: list[Frame | Damaged]) -> bool:
        """Goes to the next bracket; False when it needs more bytes."""
        buffer = self._buffer
        if not self._depth:
            start = buffer.find(b"[")
            del buffer[: len(buffer) if start < 0 else start]
            if not buffer:
                return False
            self._scanned, self._depth, self._declared_end = 1, 1, -1
        match = _BRACKET.search(buffer, self._scanned)
        if match is None:
            self._scanned = len(buffer)
            return self._shorten(found)
        at = match.start()
        if buffer[at] == ord("["):
            is_head = self._is_head(at)
            if is_head is None:
                self._scanned = at
                return self._shorten(found)
            if is_head:
                self._cut(found, at)
                return True
            self._depth += 1
            self._scanned = at + 1
            return True
        self._depth -= 1
        self._scanned = at + 1
        if self._depth and at != self._end_by_length():
            return True
        self._deliver(found, at + 1)
        return True

    def _is_head(self, at: int) -> bool | None:
        """Whether a bracket inside a frame begins the next one, as in `[3G*8`; None when too few bytes came yet."""
        letters, star = _NEXT_HEAD
        seen = self._buffer[at + 1 : at + 5]
        for index, byte in enumerate(seen):
            if (byte != star[0]) if index == 2 else (byte not in letters):
                return False
        return True if len(seen) == 4 else None

    def _end_by_length(self) -> int:
        """Where the frame ends if its length is right."""
        if self._declared_end < 0:
            head = _HEAD.match(self._buffer)
            self._declared_end = head.end() + int(head[4], 16) if head else 1 << 30
        return self._declared_end

    def _shorten(self, found: list[Frame | Damaged]) -> bool:
        if len(self._buffer) > MAX_FRAME_BYTES:
            if not self._is_skipping:
                self.dropped += 1
                found.append(Damaged("too long"))
            self._is_skipping = True
            gone = self._scanned - 1 if self._scanned < len(self._buffer) else self._scanned - 4
            del self._buffer[1:gone]
            self._scanned -= gone - 1
        return False

    def _cut(self, found: list[Frame | Damaged], at: int) -> None:
        """The next frame begins at `at`, inside this one: the last bracket before it may still have been the end."""
        if self._buffer[at - 1] == ord("]"):
            self._deliver(found, at)
            return
        if not self._is_skipping:
            self.dropped += 1
            found.append(Damaged("too long" if at > MAX_FRAME_BYTES else "cut by the next frame"))
        self._begin_again(at)

    def _deliver(self, found: list[Frame | Damaged], end: int) -> None:
        raw = bytes(self._buffer[:end])
        was_skipping = self._is_skipping
        self._begin_again(end)
        if was_skipping:
            return
        frame = parse(raw) if end <= MAX_FRAME_BYTES else None
        if frame is None:
            self.dropped += 1
            found.append(Damaged("no head" if end <= MAX_FRAME_BYTES else "too long"))
        else:
            found.append(frame)

    def _begin_again(self, at: int) -> None:
        del self._buffer[:at]
        self._scanned, self._depth, self._declared_end, self._is_skipping = 0, 0, -1, False


def parse(raw: bytes) -> Frame | None:
    """A frame from bracket to bracket; None without a head. A missing or wrong length is no reason to drop it."""
    head = _HEAD.match(raw)
    if head is not None:
        sequence = head[3].decode() if head[3] else None
        content = raw[head.end() : -1]
        return Frame(head[1].decode(), head[2].decode("ascii", "replace"), sequence, int(head[4], 16), content, raw)
    head = _LOOSE_HEAD.match(raw)
    if head is None:
        return None
    content = raw[head.end() : -1].rpartition(b"*")[2]
    return Frame(head[1].decode(), head[2].decode(), None, None, content, raw)


def encode(manufacturer: str, device_id: str, content: bytes, sequence: str | None = None) -> bytes:
    """A frame; `content` goes out as it is, see `escape` for binary."""
    middle = f"{sequence}*" if sequence is not None else ""
    return f"[{manufacturer}*{device_id}*{middle}{len(content):04X}*".encode() + content + b"]"


def reply_to(frame: Frame) -> bytes:
    """What the watch waits for, or nothing: positions and most health values are not answered."""
    command = frame.command
    if command.startswith("AL"):
        content = b"AL"
    elif command == "INIT":
        content = b"INIT,1"
    elif command == "JXTK":
        content = b"JXTKR,1"
    elif command == "CONFIG":  # repeated until it is taken
        content = b"CONFIG,1"
    elif command in ("LK", "TKQ", "TKQ2") or command.lower() in ("bphrt", "oxygen", "btemp2"):
        content = command.encode()
    else:
        return b""
    return encode(frame.manufacturer, frame.device_id, content, frame.sequence)


# What the box may tell a watch. Some "3G" watches take commands with the manufacturer SG only.


def encode_locate(device_id: str, manufacturer: str = "SG") -> bytes:
    """Locate now: the watch reports about every 20 s for some minutes."""
    return encode(manufacturer, device_id, b"CR")


def encode_interval(device_id: str, interval_s: int, manufacturer: str = "SG") -> bytes:
    """Report every `interval_s` seconds. Raises `ValueError` outside 10 to 65535."""
    if not 10 <= interval_s <= 65535:
        raise ValueError("interval_s must be from 10 to 65535")
    return encode(manufacturer, device_id, f"UPLOAD,{interval_s}".encode())


def encode_find(device_id: str, manufacturer: str = "SG") -> bytes:
    """Let the watch ring until a key is pressed."""
    return encode(manufacturer, device_id, b"FIND")


def encode_reset(device_id: str, manufacturer: str = "SG") -> bytes:
    """Restart the watch."""
    return encode(manufacturer, device_id, b"RESET")


def encode_sos_number(device_id: str, place: int, telephone: str, manufacturer: str = "SG") -> bytes:
    """The number the watch calls at an SOS; `place` 1 to 3. Raises `ValueError` for what is no number."""
    if place not in (1, 2, 3) or not re.fullmatch(r"\+?[0-9]{0,20}", telephone):
        raise ValueError("place must be 1 to 3, the telephone number digits")
    return encode(manufacturer, device_id, f"SOS{place},{telephone}".encode())


def encode_zone(device_id: str, language: int, offset_h: int, manufacturer: str = "SG") -> bytes:
    """Language (1 = Chinese, 0 = English) and hours ahead of UTC. Raises `ValueError` outside -12 to 14."""
    if not -12 <= offset_h <= 14:
        raise ValueError("offset_h must be from -12 to 14")
    return encode(manufacturer, device_id, f"LZ,{language},{offset_h}".encode())


def encode_removal_alarm(device_id: str, is_on: bool, manufacturer: str = "SG") -> bytes:
    """Whether taking the watch off is an alarm."""
    return encode(manufacturer, device_id, f"REMOVE,{int(is_on)}".encode())


def encode_low_battery_alarm(device_id: str, is_on: bool, manufacturer: str = "SG") -> bytes:
    """Whether a low battery is an alarm."""
    return encode(manufacturer, device_id, f"LOWBAT,{int(is_on)}".encode())
