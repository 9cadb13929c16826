"""ThinkRace IW / TRV frames: ASCII of a GPS watch in, frames out; and what the box may say to it.

Frame: `IW` or `TRV`, a command of four characters (`AP01`), arguments, `#`; at most 1024 bytes. No checksum, no length,
but a part of a voice message says how many bytes of audio it holds, and any of them may be a `#`:
`IWAP07,<yyyyMMddHHmmss>,<parts>,<part>,<bytes>,<audio>#`.
The answer is the command with its first letter one further (`BP01`). Source: traccar TrvProtocolDecoder (behaviour);
for voice the tests of public IW servers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from anju_drivers.framing.damaged import Damaged

MAX_FRAME_BYTES = 1024
MAX_VOICE_BYTES = 4096
_VOICE = re.compile(rb"(?:IW|TRV)AP07,\d{8,14},\d{1,5},\d{1,5},(\d{1,4}),")
_HEAD = re.compile(rb"(IW|TRV)([ACY]P[0-9A-Z]{2})")
# Answers to our own commands are not answered again.
_UNANSWERED = frozenset(f"AP{code}" for code in ("12", "14", "33", "34", "40", "76", "77", "84", "85", "86", "87"))
_INDEX_ONLY = re.compile(r",?\d{6}")


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """`rest` is what follows the command, without the `#`."""

    dialect: str
    command: str
    rest: str
    raw: bytes

    @property
    def args(self) -> list[str]:
        return self.rest.removeprefix(",").split(",")


class FrameDecoder:
    """Bytes in any chunks in, frames out. feed() never raises and keeps at most 1 KiB.

    What stands before a frame's head is skipped and counted in `dropped`; a `#` in a Wi-Fi name ends the frame early,
    and what then follows is skipped too.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_skipping = False
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._buffer.strip()) or self._is_skipping

    def feed(self, data: bytes) -> list[Frame | Damaged]:
        self._buffer += data
        found: list[Frame | Damaged] = []
        while (end := self._next_end()) >= 0:
            piece = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if self._is_skipping or (len(piece) >= MAX_FRAME_BYTES and not _VOICE.match(piece)):
                piece = piece[-MAX_FRAME_BYTES:]  # a good frame may stand at the end of too much
                self._is_skipping = False
                self._drop(found, "too long")
            found += self._read(piece)
        if len(self._buffer) > MAX_FRAME_BYTES and self._voice_end(len(self._buffer)) is None:
            self._is_skipping = True
            del self._buffer[:-MAX_FRAME_BYTES]
        return found

    def _next_end(self) -> int:
        """Where the `#` stands that ends the first frame; -1: more bytes are needed."""
        end = self._buffer.find(b"#")
        voice_end = self._voice_end(end if end >= 0 else len(self._buffer))
        if voice_end is None or end < 0:
            return end
        if len(self._buffer) <= voice_end:
            return -1
        return voice_end if self._buffer[voice_end] == ord("#") else end

    def _voice_end(self, before: int) -> int | None:
        """Where the audio ends of a voice message that begins before `before`."""
        voice = _VOICE.search(self._buffer, 0, min(len(self._buffer), before + 1))
        if voice is None or int(voice[1]) > MAX_VOICE_BYTES:
            return None
        return voice.end() + int(voice[1])

    def _read(self, piece: bytes) -> list[Frame | Damaged]:
        found: list[Frame | Damaged] = []
        voice = _VOICE.search(piece)
        heads = [one for one in _HEAD.finditer(piece) if voice is None or one.start() <= voice.start()]
        if not heads:
            if piece.strip():
                self._drop(found, "no head")
            return found
        first = heads[0]
        if piece[: first.start()].strip():
            self._drop(found, "bytes before a frame")
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            end = following.start() if following else len(piece)
            if following and _is_whole(head, piece):  # a Wi-Fi name that looks like a head
                end = len(piece)
            elif following:
                self._drop(found, "cut by the next frame")
                continue
            voice = _VOICE.match(piece, head.start())
            shown = voice.end() - 1 if voice else end  # the audio is not kept
            rest = piece[head.end() : shown].decode("utf-8", "replace")
            found.append(Frame(head[1].decode(), head[2].decode(), rest, piece[head.start() : end] + b"#"))
            break
        return found

    def _drop(self, found: list[Frame | Damaged], reason: str) -> None:
        self.dropped += 1
        found.append(Damaged(reason))


_CORE = re.compile(rb",?\d{6}[AV]\d{4}\.\d+[NS]\d{5}\.\d+[EW].*?,\d+,\d+,\d+,\d+")


def _is_whole(head: re.Match[bytes], piece: bytes) -> bool:
    """Whether a located frame got at least as far as its cell, where its Wi-Fi names begin."""
    core = _CORE.match(piece, head.end())
    following = _HEAD.search(piece, head.end())
    return core is not None and following is not None and core.end() <= following.start()


def reply_to(frame: Frame, utc_now_s: float) -> bytes:
    """What the watch waits for, or nothing. `utc_now_s` is put into the answer to a login."""
    answer = frame.dialect + chr(ord(frame.command[0]) + 1) + frame.command[1:]
    if frame.command == "AP00" and frame.dialect == "IW":
        return f"{answer},{datetime.fromtimestamp(utc_now_s, UTC):%Y%m%d%H%M%S},0#".encode()
    if frame.command == "AP14" and frame.dialect != "IW":
        return f"{answer},0.000,0.000#".encode()
    if frame.command == "AP07" and len(frame.args) >= 4:  # this part was received
        return f"{answer},{','.join(frame.args[:3])},1#".encode()
    if frame.command in _UNANSWERED or _INDEX_ONLY.fullmatch(frame.rest):
        return b""
    return f"{answer}#".encode()


def encode(command: str, rest: str = "", dialect: str = "IW") -> bytes:
    """A frame; `rest` begins with a comma where the protocol has one."""
    return f"{dialect}{command}{rest}#".encode()


# What the box may tell a watch. The commands are vendor practice [unverified]; the watch answers with the same index.


def encode_command(command: str, device_id: str, index: int, *args: str, dialect: str = "IW") -> bytes:
    """`IWBPxx,<imei>,<index 6 digits>,args#`. Raises `ValueError` for arguments that would break the frame."""
    if not re.fullmatch(r"BP[0-9A-Z]{2}", command) or not 0 <= index <= 999_999:
        raise ValueError("command must be BPxx, index from 0 to 999999")
    if any(re.search(r"[#,]", arg) for arg in (device_id, *args)):
        raise ValueError("arguments must not hold # or a comma")
    return encode(command, "".join(f",{part}" for part in (device_id, f"{index:06d}", *args)), dialect)


def encode_locate(device_id: str, index: int, dialect: str = "IW") -> bytes:
    """Locate now."""
    return encode_command("BP16", device_id, index, dialect=dialect)


def encode_interval(device_id: str, index: int, interval_s: int, dialect: str = "IW") -> bytes:
    """Report every `interval_s` seconds. Raises `ValueError` outside 10 to 65535."""
    if not 10 <= interval_s <= 65535:
        raise ValueError("interval_s must be from 10 to 65535")
    return encode_command("BP15", device_id, index, str(interval_s), dialect=dialect)


def encode_sos_numbers(device_id: str, index: int, telephones: list[str], dialect: str = "IW") -> bytes:
    """The numbers the watch calls at an SOS, at most three. Raises `ValueError` for what is no number."""
    if len(telephones) > 3 or not all(re.fullmatch(r"\+?[0-9]{3,20}", one) for one in telephones):
        raise ValueError("give at most three telephone numbers")
    return encode_command("BP12", device_id, index, *telephones, dialect=dialect)


def encode_measure_heart(device_id: str, index: int, dialect: str = "IW") -> bytes:
    """Measure the heart rate now; answered by APXL."""
    return encode_command("BPXL", device_id, index, dialect=dialect)
