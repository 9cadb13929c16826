"""JT/T 808 frames, 2013 and 2019: bytes of a terminal in, messages out; and what the box says to it.

Frame: 7E, head, body, XOR of head and body, 7E; inside, 7E is 7D 02 and 7D is 7D 01. Some terminals use E7 (escapes
E6 01/02 and 3E 01/02), and some mix in text in brackets. Head: message id, attributes (bits 0-9 body length, 10-12
cipher, 13 sub-packets, 14 = 2019), [2019: version], id of 6 or 10 bytes, serial, [count and number of sub-packets].
Source: JT/T 808-2013 and -2019, section 4; traccar Jt808FrameDecoder and Jt808ProtocolDecoder (behaviour).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import xor

MAX_FRAME_BYTES = 4096  # on the wire: twice the longest body, and the head
_TEXT = ord("(")


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A frame that was unescaped. `checksum_ok` false: nothing in it can be trusted."""

    msg_id: int
    attributes: int
    is_2019: bool
    version: int | None
    terminal: bytes
    serial: int
    packets: int
    number: int  # of this sub-packet, from 1; 0 = the message is whole
    body: bytes
    checksum_ok: bool
    raw: bytes
    is_alternative: bool = False  # framed by E7

    @property
    def terminal_id(self) -> str:
        """As digits; some vendors put a MAC there, so hex."""
        return self.terminal.hex()

    @property
    def body_len(self) -> int:
        """The length the head states."""
        return self.attributes & 0x3FF

    @property
    def body_len_ok(self) -> bool:
        return self.body_len == len(self.body)

    @property
    def is_encrypted(self) -> bool:
        return bool(self.attributes >> 10 & 7)


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """A text in brackets, in which some lock controllers answer."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class DamagedMessage:
    reason: str
    message: Message | None = None


class Dialect:
    """A delimiter and its escapes."""

    def __init__(self, delimiter: int, escapes: dict[bytes, bytes]) -> None:
        self.delimiter = bytes([delimiter])
        self._escapes = escapes
        self._marks = frozenset(one[0] for one in escapes)

    def plain(self, data: bytes) -> bytes:
        if not any(mark in data for mark in self._marks):
            return data
        out = bytearray()
        at = 0
        while at < len(data):
            meant = self._escapes.get(data[at : at + 2])
            out += data[at : at + 1] if meant is None else meant
            at += 1 if meant is None else 2
        return bytes(out)

    def wire(self, data: bytes) -> bytes:
        """A frame as it is sent, delimiters included."""
        codes = {plain[0]: code for code, plain in self._escapes.items()}
        return self.delimiter + b"".join(codes.get(one, bytes([one])) for one in data) + self.delimiter


STANDARD = Dialect(0x7E, {b"\x7d\x01": b"\x7d", b"\x7d\x02": b"\x7e"})
ALTERNATIVE = Dialect(0xE7, {b"\xe6\x01": b"\xe6", b"\xe6\x02": b"\xe7", b"\x3e\x01": b"\x3e", b"\x3e\x02": b"\x3d"})


def parse(data: bytes, *, is_alternative: bool = False) -> Message | None:
    """A frame without its delimiters, unescaped; None when it is too short to have a head."""
    if len(data) < 13:
        return None
    attributes = int.from_bytes(data[2:4], "big")
    is_2019, has_packets = bool(attributes & 0x4000), bool(attributes & 0x2000)
    at = 5 if is_2019 else 4
    id_end = at + (10 if is_2019 else 6)
    end = id_end + (6 if has_packets else 2)
    if len(data) < end + 1:
        return None
    packets, number = (int.from_bytes(data[id_end + 2 + 2 * one : id_end + 4 + 2 * one], "big") for one in (0, 1))
    return Message(
        msg_id=int.from_bytes(data[:2], "big"),
        attributes=attributes,
        is_2019=is_2019,
        version=data[4] if is_2019 else None,
        terminal=data[at:id_end],
        serial=int.from_bytes(data[id_end : id_end + 2], "big"),
        packets=packets if has_packets else 0,
        number=number if has_packets else 0,
        body=data[end:-1],
        checksum_ok=reduce(xor, data) == 0,
        raw=data,
        is_alternative=is_alternative,
    )


def encode(
    msg_id: int,
    terminal: bytes,
    serial: int,
    body: bytes,
    version: int | None = None,
    packets: int = 0,
    number: int = 0,
    dialect: Dialect = STANDARD,
) -> bytes:
    """A frame in the 2013 form, or with a `version` in the 2019 form. Raises `ValueError` for an unfit id or body."""
    is_2019 = version is not None
    if len(terminal) != (10 if is_2019 else 6) or len(body) > 0x3FF:
        raise ValueError("the id must have 6 bytes (2019: 10), the body at most 1023")
    attributes = len(body) | (0x4000 if is_2019 else 0) | (0x2000 if packets else 0)
    head = msg_id.to_bytes(2, "big") + attributes.to_bytes(2, "big")
    head += (bytes([version]) if version is not None else b"") + terminal + (serial & 0xFFFF).to_bytes(2, "big")
    head += packets.to_bytes(2, "big") + number.to_bytes(2, "big") if packets else b""
    plain = head + body
    return dialect.wire(plain + bytes([reduce(xor, plain)]))


class Downlink:
    """What the box says on one connection, in the form and under the id the terminal uses, with its own serials."""

    def __init__(self) -> None:
        self._serial = 0

    def _send(self, to: Message, msg_id: int, body: bytes) -> bytes:
        serial, self._serial = self._serial, (self._serial + 1) & 0xFFFF
        dialect = ALTERNATIVE if to.is_alternative else STANDARD
        return encode(msg_id, to.terminal, serial, body, to.version, dialect=dialect)

    def answer(self, to: Message, result: int = 0) -> bytes:
        """8001: 0 = taken, 1 = failed, 2 = wrong, 3 = not supported, 4 = alarm confirmed."""
        return self._send(to, 0x8001, to.serial.to_bytes(2, "big") + to.msg_id.to_bytes(2, "big") + bytes([result]))

    def registered(self, to: Message) -> bytes:
        """8100: registered; the code to authenticate with is the terminal's own id in digits."""
        return self._send(to, 0x8100, to.serial.to_bytes(2, "big") + b"\x00" + to.terminal_id.encode())

    def server_time(self, to: Message, utc_now_s: float) -> bytes:
        """8004 (2019): the time in UTC, as BCD."""
        return self._send(to, 0x8004, bytes.fromhex(f"{datetime.fromtimestamp(utc_now_s, UTC):%y%m%d%H%M%S}"))

    def server_date(self, to: Message, utc_now_s: float) -> bytes:
        """8109, asked for by 0109: year u16, month, day, hour, minute, second in UTC, result 0."""
        now = datetime.fromtimestamp(utc_now_s, UTC)
        parts = bytes([now.month, now.day, now.hour, now.minute, now.second, 0])
        return self._send(to, 0x8109, now.year.to_bytes(2, "big") + parts)

    # Commands a gateway may give.

    def locate(self, to: Message) -> bytes:
        """8201: report the position now; answered by 0201."""
        return self._send(to, 0x8201, b"")

    def track(self, to: Message, interval_s: int, for_s: int) -> bytes:
        """8202: report every `interval_s` seconds for `for_s` seconds; an interval of 0 stops it."""
        if not 0 <= interval_s <= 0xFFFF or not 0 <= for_s <= 0xFFFFFFFF:
            raise ValueError("interval_s must fit 16 bits, for_s 32 bits")
        return self._send(to, 0x8202, interval_s.to_bytes(2, "big") + (for_s.to_bytes(4, "big") if interval_s else b""))

    def interval(self, to: Message, interval_s: int) -> bytes:
        """8103, parameter 0029: the usual interval between reports. Raises `ValueError` outside 1 to 86400."""
        if not 1 <= interval_s <= 86400:
            raise ValueError("interval_s must be from 1 to 86400")
        return self._send(to, 0x8103, b"\x01" + (0x0029).to_bytes(4, "big") + b"\x04" + interval_s.to_bytes(4, "big"))

    def confirm_alarm(self, to: Message, alarm_bits: int) -> bytes:
        """8203: a person has confirmed these alarms of the report `to`; the terminal then clears them."""
        return self._send(to, 0x8203, to.serial.to_bytes(2, "big") + alarm_bits.to_bytes(4, "big"))

    def text(self, to: Message, text: str, *, speak: bool = False) -> bytes:
        """8300: shows a text, such as that help is coming; with `speak` it is read out too. Emergency flag set."""
        return self._send(to, 0x8300, bytes([0x01 | 0x04 | (0x08 if speak else 0)]) + text.encode("gbk", "replace"))

    def restart(self, to: Message) -> bytes:
        """8105, command 4: restart the terminal."""
        return self._send(to, 0x8105, b"\x04")


class Reassembly:
    """Sub-packets of a message put together; at most 4 messages and 64 KiB wait, the oldest is given up."""

    MAX_MESSAGES, MAX_BYTES = 4, 64 * 1024

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, int, int], dict[int, bytes]] = {}
        self.given_up = 0

    @property
    def held_bytes(self) -> int:
        return sum(len(body) for parts in self._waiting.values() for body in parts.values())

    def take(self, message: Message) -> bytes | None:
        """The whole body once its last part came, else None. Parts may come in any order and twice."""
        if not 1 <= message.number <= message.packets or message.packets > 256:
            self.given_up += 1
            return None
        key = (message.msg_id, message.packets, (message.serial - message.number + 1) & 0xFFFF)
        parts = self._waiting.setdefault(key, {})
        parts[message.number] = message.body
        if len(parts) == message.packets:
            del self._waiting[key]
            return b"".join(parts[number] for number in range(1, message.packets + 1))
        while len(self._waiting) > self.MAX_MESSAGES or self.held_bytes > self.MAX_BYTES:
            del self._waiting[next(iter(self._waiting))]
            self.given_up += 1
        return None
