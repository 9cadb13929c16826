"""BTHome v2 and v1: frame, decryption and the objects inside.

Each call decodes one advertisement by itself. What needs a memory (which counter was heard, which packet id is a copy)
is the driver's work: the format would have a receiver drop a message whose counter did not rise, but a press that is
dropped is worse than one that rings twice.

Sources: https://bthome.io/format, /encryption and /v1 (state of 2026-04-30). Where the format is silent: bit 1 of the
first byte of v2 is "reserved" today and was "the sender's address follows" in 2022; such devices are still heard.
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from anju_drivers.ble.formats import ccm
from anju_drivers.ble.formats.bthome_objects import (
    BUTTON_EVENTS,
    COMMAND_EVENTS,
    DIMMER_EVENTS,
    NO_EVENT,
    OBJECTS,
    Form,
    Thing,
)
from anju_drivers.ble.formats.values import Values

UUID, V1_UUID, V1_ENCRYPTED_UUID = 0xFCD2, 0x181C, 0x181E
UUIDS = frozenset({UUID, V1_UUID, V1_ENCRYPTED_UUID})
_ENCRYPTED, _MAC, _TRIGGER = 0x01, 0x02, 0x04
_TAIL = 8  # counter and message integrity code, 4 bytes each
_KEY = 16
_V1_ASSOCIATED = b"\x11"
_ARGUMENTS_MASK = 0x1F  # of a command's length byte; the other bits are reserved
_V1_SIZE_MASK, _V1_FORM_SHIFT = 0x1F, 5
_V1_UNSIGNED, _V1_SIGNED, _V1_FLOAT = 0, 1, 2
_FLOATS = {2: "<e", 4: "<f", 8: "<d"}


class Event(NamedTuple):
    """Something that happened: `kind` such as "long_press"; `properties` steps of a dimmer, arguments of a command."""

    kind: str
    properties: dict[str, object] | None = None


class Message(NamedTuple):
    """One advertisement in BTHome's words.

    `values` {key: (value, unit)}, `binary` {key: bool}, `events` {key: event}; a key of which one message holds several
    gets `_1`, `_2`... `version` is what the message claims; `counter` is the encryption counter, None when nothing was
    decrypted. `device_type` and `firmware` are what a device says of itself.
    """

    version: int
    encrypted: bool
    trigger_based: bool
    mac_included: bool
    values: dict[str, tuple[object, str]]
    binary: dict[str, bool]
    events: dict[str, Event]
    counter: int | None
    device_type: int | None = None
    firmware: str = ""


def decode(value: bytes, address: bytes, key: bytes | None = None, uuid16: int = UUID) -> Message | None:
    """Service data of one device. None when it is no BTHome at all; a wrong key or version gives no values.

    A message that is not encrypted is read although there is a key: a pendant that was set back sends plainly, and a
    forged cry for help is the smaller harm.
    """
    if not value:
        return None
    is_v1 = uuid16 in (V1_UUID, V1_ENCRYPTED_UUID)
    if is_v1:
        message = Message(1, uuid16 == V1_ENCRYPTED_UUID, False, False, {}, {}, {}, None)
        start, nonce, associated = 0, address + b"\x1e\x18", _V1_ASSOCIATED
    else:
        message = _claimed(value[0])
        if message.version != 2:
            return message
        start = 7 if message.mac_included else 1
        sender = value[1:7][::-1] if message.mac_included else address
        nonce, associated = sender + b"\xd2\xfc" + value[:1], b""
    payload = value[start:]
    if message.encrypted:
        opened = _decrypt(payload, nonce, associated, key)
        if opened is None:
            return message
        payload = opened
        message = message._replace(counter=int.from_bytes(value[-_TAIL:-4], "little"))
    return _read(message, list(_v1_objects(payload) if is_v1 else _v2_objects(payload)))


def _claimed(head: int) -> Message:
    """A message of version 2 and later that says nothing yet, by its first byte."""
    return Message(head >> 5, bool(head & _ENCRYPTED), bool(head & _TRIGGER), bool(head & _MAC), {}, {}, {}, None)


def _decrypt(sealed: bytes, nonce: bytes, associated: bytes, key: bytes | None) -> bytes | None:
    """AES-CCM over cipher text, counter and integrity code, in this order. `nonce` still lacks the counter."""
    if key is None or len(key) != _KEY or len(sealed) <= _TAIL:
        return None
    return ccm.decrypt(key, nonce + sealed[-_TAIL:-4], sealed[:-_TAIL] + sealed[-4:], associated)


def _v2_objects(payload: bytes) -> Iterator[tuple[Thing, object]]:
    """What can be read. An unknown id ends it, because its length is unknown; so does an object that is cut off."""
    at, end = 0, len(payload)
    while at < end:
        thing = OBJECTS.get(payload[at])
        at += 1
        if thing is None:
            return
        size = thing.size
        if size is None:
            if at == end:
                return
            size = 1 + (payload[at] & _ARGUMENTS_MASK) if thing.form is Form.COMMAND else payload[at]
            at += 1
        if at + size > end:
            return
        if size:
            yield thing, _value(thing, payload[at : at + size])
        at += size


def _v1_objects(payload: bytes) -> Iterator[tuple[Thing, object]]:
    """Each object tells its length and number format in a byte before its id, so unknown ones can be passed over.

    Text, raw bytes and times go by the id, as in v2: the format's own examples mark them as unsigned integers.
    """
    at, end = 0, len(payload)
    while at + 1 < end:
        size, number_form = payload[at] & _V1_SIZE_MASK, payload[at] >> _V1_FORM_SHIFT
        stop = at + 1 + size
        if stop > end:
            return
        thing, data = OBJECTS.get(payload[at + 1]), payload[at + 2 : stop]
        if thing is not None and data:
            is_number = thing.form in (Form.UNSIGNED, Form.SIGNED)
            yield thing, _v1_number(thing, number_form, data) if is_number else _value(thing, data)
        at = stop


def _v1_number(thing: Thing, number_form: int, data: bytes) -> float | None:
    if number_form == _V1_FLOAT:
        layout = _FLOATS.get(len(data))
        number: float = struct.unpack(layout, data)[0] if layout is not None else math.nan
        return number * thing.times / thing.per if math.isfinite(number) else None
    return _number(thing, data, number_form == _V1_SIGNED) if number_form in (_V1_UNSIGNED, _V1_SIGNED) else None


def _number(thing: Thing, data: bytes, signed: bool) -> float:
    """Divided and not multiplied with 0.01: the result is the float nearest to what the device meant."""
    number = int.from_bytes(data, "little", signed=signed)
    return number if thing.per == 1 else number * thing.times / thing.per


def _value(thing: Thing, data: bytes) -> object:
    """What an object's bytes say; None when they say nothing."""
    match thing.form:
        case Form.UNSIGNED:
            return _number(thing, data, False)
        case Form.SIGNED:
            return _number(thing, data, True)
        case Form.FLAG:
            return any(data)
        case Form.BUTTON:
            return _event(BUTTON_EVENTS, data) or (None if data[0] == NO_EVENT else Event(f"unknown_{data[0]:02x}"))
        case Form.DIMMER:
            return _event(DIMMER_EVENTS, data, {"steps": int.from_bytes(data[1:], "little")})
        case Form.COMMAND:
            return _event(COMMAND_EVENTS, data, {"args": data[1:].hex()})
        case Form.TIME:
            return _time(data)
        case Form.TEXT:
            return _text(data)
        case Form.RAW:
            return data.hex()
        case Form.DEVICE_TYPE:
            return int.from_bytes(data, "little")
        case Form.FIRMWARE:
            return ".".join(map(str, reversed(data)))


def _event(names: Mapping[int, str], data: bytes, properties: dict[str, object] | None = None) -> Event | None:
    kind = names.get(data[0])
    return None if kind is None else Event(kind, properties)


def _time(data: bytes) -> str | None:
    try:
        return str(datetime.fromtimestamp(int.from_bytes(data, "little"), UTC))
    except (ValueError, OverflowError, OSError):  # v1 has room for years that no calendar has
        return None


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _read(message: Message, found: list[tuple[Thing, object]]) -> Message:
    """The message with its objects under their keys. One that says nothing keeps its number among its like."""
    totals = Counter((thing.key, thing.form is Form.FLAG) for thing, _ in found)
    numbers: Counter[tuple[str, bool]] = Counter()
    for thing, value in found:
        key = thing.key
        like = key, thing.form is Form.FLAG
        if totals[like] > 1:
            numbers[like] += 1
            key = f"{key}_{numbers[like]}"
        if thing.form is Form.DEVICE_TYPE and isinstance(value, int):
            message = message._replace(device_type=value)
        elif thing.form is Form.FIRMWARE:
            message = message._replace(firmware=str(value))
        elif isinstance(value, bool):
            message.binary[key] = value
        elif isinstance(value, Event):
            message.events[key] = value
        elif value is not None:
            message.values[key] = (value, thing.unit)
    return message


_NAMES = {
    "packet_id": "packet",
    "battery": "battery_pct",
    "temperature": "temperature_c",
    "humidity": "humidity_pct",
    "illuminance": "illuminance_lx",
    "voltage": "voltage_v",
    "acceleration": "acceleration_mg",
    "mass": "weight",
    "dew_point": "dewpoint",
    "pm25": "pm2.5",
    "carbon_dioxide": "co2",
    "volatile_organic_compounds": "tvoc",
}
_BINARY_NAMES = {
    "battery": "battery_low",
    "generic": "binary",
    "power": "switch",
    "gas": "gas_detected",
    "moisture": "moisture_detected",
}


def values(message: Message) -> Values:
    """The message in the words that all drivers of this family use.

    Of several numbers of a kind the last counts, of several packet ids the first (zeros behind a message read as
    more of them), and of several yes-or-no sensors whether any says yes.
    """
    read: Values = {}
    for key, (value, unit) in message.values.items():
        base = _base(key)
        name = _NAMES.get(base, base)
        if name == "packet" and name in read:
            continue
        if base == "volume" and unit == "mL":
            name = "volume_mL"
        elif base == "mass" and unit == "lb":
            read["weight_unit"] = "lbs"
        elif base == "distance" and unit == "mm":
            name = "distance_mm"
        read[name] = value
    for key, flag in message.binary.items():
        base = _base(key)
        name = _BINARY_NAMES.get(base, base)
        read[name] = int(flag or bool(read.get(name)))
    for key, event in message.events.items():
        read[key] = event.kind.replace("_", " ")
        if event.properties and "steps" in event.properties:
            read["steps"] = event.properties["steps"]
    if message.device_type is not None:
        read["device_type"] = message.device_type
    if message.firmware:
        read["firmware"] = message.firmware
    if message.counter is not None:
        read.setdefault("packet", message.counter)
    return read


def _base(key: str) -> str:
    head, _, number = key.rpartition("_")
    return head if head and number.isdigit() else key
