"""Bodies that Minew receivers (G1, MG3 and kin) post, in: the receiver and what it heard, out. No I/O.

Four forms, told by their first bytes and never by Content-Type, since firmware before 4 posts binary as
application/json: BB 01 "binary long", BB 02 "Connect", `[{"type": "Gateway"` JSON-LONG, `[{"gateway"` JSON-RAW.
Only newer firmware says whether a sender's address is random (binary: from 3.1.3), JSON never does.

Layouts as public decoders read them (reelyactive/barnowl-minew 272df34, MIT); Connect and JSON-RAW have no public
capture.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import NamedTuple

from anju_drivers.ble.frames import RSSI_UNKNOWN
from anju_drivers.errors import FrameError
from anju_drivers.framing.json_text import read_json

MAX_DEVICES = 4_096
MAX_ADVERT_BYTES = 255
_MAX_DIGITS = 20
_LARGEST = 1e18  # nothing that a gateway tells comes near it
_LONG, _CONNECT, _SHORT = b"\xbb\x01", b"\xbb\x02", b"\xbb\x00"
_TAIL = 0xDD
_RANDOM = 0x06
_LONG_HEAD = struct.Struct(">2sI6sH")
_DEVICE_HEAD = struct.Struct(">6sH")
_CONNECT_HEAD = struct.Struct("<2s4sII2sI")
_CONNECT_ENTRY = struct.Struct("<HBB6sbB")
_HEX = re.compile(r"([0-9A-Fa-f]{2})*")
_BLANK = b" \t\r\n\xef\xbb\xbf"


class Packet(NamedTuple):
    """One advertisement as a receiver heard it; `advert` may be empty. `response` is the firmware's flag byte."""

    advert: bytes
    rssi_dbm: int
    response: int | None = None

    @property
    def is_random(self) -> bool | None:
        """Whether the firmware says that the sender's address is random; None where it cannot say."""
        return None if self.response is None else bool(self.response & _RANDOM)


class Heard(NamedTuple):
    """One sender in a push: `address` as people write it.

    `decoded` holds what a JSON receiver has read from the advertisement itself (its own names); such entries often
    come without `packets`.
    """

    address: bytes
    packets: tuple[Packet, ...]
    decoded: Mapping[str, object] = {}


class Push(NamedTuple):
    """One body. `receiver` is the receiver's own address, empty where the form has none (Connect)."""

    form: str
    receiver: bytes
    heard: tuple[Heard, ...]
    declared_bytes: int = 0
    used_bytes: int = 0
    about: Mapping[str, object] = {}


def read_push(body: bytes) -> Push:
    """Raises `FrameError` for what is damaged or in none of the four forms."""
    head = body[:2]
    if head == _LONG:
        return _read_long(body)
    if head == _CONNECT:
        return _read_connect(body)
    if head == _SHORT:
        raise FrameError("binary short form, which has no public description: set the receiver to binary long")
    text = body.lstrip(_BLANK)
    if text[:1] in (b"[", b"{"):
        return _read_json(text)
    raise FrameError("empty body" if not text else "neither binary long, Connect nor JSON")


def _read_long(body: bytes) -> Push:
    end = len(body) - 1
    if end < _LONG_HEAD.size:
        raise FrameError("truncated body", body)
    _, declared, receiver, count = _LONG_HEAD.unpack_from(body)
    heard: list[Heard] = []
    at = _LONG_HEAD.size
    for _ in range(count):
        if at + 8 > end:
            raise FrameError("truncated body", body)
        address, packet_count = _DEVICE_HEAD.unpack_from(body, at)
        at += 8
        packets: list[Packet] = []
        for _ in range(packet_count):
            if at >= end:
                raise FrameError("truncated body", body)
            stop = at + 1 + body[at]
            if stop + 2 > end:
                raise FrameError("truncated body", body)
            rssi = body[stop + 1]
            packets.append(Packet(body[at + 1 : stop], rssi - 256 if rssi > 127 else rssi, body[stop]))
            at = stop + 2
        heard.append(Heard(address, tuple(packets)))
    if declared != len(body):
        raise FrameError("declared length differs", body)
    if at != end:
        raise FrameError("more bytes than devices", body)
    if body[at] != _TAIL:
        raise FrameError("tail byte is not DD", body)
    return Push("binary_long", receiver, tuple(heard), declared, at)


def _read_connect(body: bytes) -> Push:
    """Little-endian lengths; entries of (length, radio, flags, address, RSSI, advertisement, angle data)."""
    if len(body) < _CONNECT_HEAD.size:
        raise FrameError("truncated body", body)
    _, _, total, after_head, prefix, content = _CONNECT_HEAD.unpack_from(body)
    if prefix != b"\x84\x3e":
        raise FrameError("Connect body without 84 3E", body)
    if total != len(body) or after_head != len(body) - 14 or content != len(body) - 20:
        raise FrameError("declared length differs", body)
    heard: list[Heard] = []
    at = _CONNECT_HEAD.size
    while at < len(body):
        if at + _CONNECT_ENTRY.size > len(body):
            raise FrameError("truncated body", body)
        length, _, _, address, rssi, size = _CONNECT_ENTRY.unpack_from(body, at)
        stop, start = at + 2 + length, at + _CONNECT_ENTRY.size
        if stop > len(body) or start + size > stop:
            raise FrameError("truncated body", body)
        heard.append(Heard(address, (Packet(body[start : start + size], rssi),)))
        at = stop
    return Push("connect", b"", tuple(heard), total, at)


def _read_json(text: bytes) -> Push:
    try:
        value = read_json(text)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON", text) from error
    if not isinstance(value, list):
        raise FrameError("not an array", text)
    first = value[0] if value else None
    if isinstance(first, dict) and first.get("type") == "Gateway" and (receiver := _address(first.get("mac"))):
        form = "json_long"
    elif isinstance(first, dict) and (receiver := _address(first.get("gateway"))):
        form = "json_raw"
    else:
        raise FrameError("first element is not the gateway record: reject the post", text)
    heard = [one for entry in value[1 : MAX_DEVICES + 1] if (one := _heard(entry)) is not None]
    return Push(form, receiver, tuple(heard), about=first)


def _heard(entry: object) -> Heard | None:
    """One JSON entry; None for one without an address, which says nothing of anybody."""
    address = _address(entry.get("mac")) if isinstance(entry, dict) else None
    if address is None or not isinstance(entry, dict):
        return None
    rssi, data = number(entry.get("rssi")), _hex(entry.get("rawData"))
    if rssi is None or not -200 < rssi < 100:  # a press counts however strongly it was heard
        return Heard(address, (Packet(data, RSSI_UNKNOWN),) if data else (), entry)
    return Heard(address, (Packet(data, round(rssi)),), entry)


def number(value: object) -> float | None:
    """A number, also one that a firmware wrote as text; None for anything else."""
    if isinstance(value, str) and len(value) <= _MAX_DIGITS:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_LARGEST < value < _LARGEST else None  # also not NaN; JSON's whole numbers have no limit


def _address(value: object) -> bytes | None:
    """Six bytes from a text with or without colons; leading zeros that a firmware dropped come back."""
    if not isinstance(value, str):
        return None
    parts = value.replace("-", ":").split(":")
    digits = "".join(part.zfill(2) for part in parts) if len(parts) == 6 else value.zfill(12)
    try:
        address = bytes.fromhex(digits)
    except ValueError:
        return None
    return address if len(address) == 6 else None


def _hex(value: object) -> bytes:
    """The advertisement, empty where there is none. A cut one counts as far as it goes: its sender was heard."""
    digits = _HEX.match(value[: 2 * MAX_ADVERT_BYTES]) if isinstance(value, str) else None
    return bytes.fromhex(digits[0]) if digits else b""
