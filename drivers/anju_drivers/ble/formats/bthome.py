"""BTHome v2 (and v1) through the library `bthome-ble`, whose import costs 28 MB and a second on a small box.

It is therefore imported when the first such device is heard: `load()` does it, in a thread if the caller likes, and
`is_loaded()` tells whether `decode` can run without that pause. Each call decodes one advertisement by itself; what
needs a memory (the encryption counter must rise, a packet id tells one press from the next) is the driver's work.

Source: https://bthome.io/format; object ids of v1 and v2.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from anju_drivers.ble.formats.values import Values

UUID, V1_UUID, V1_ENCRYPTED_UUID = 0xFCD2, 0x181C, 0x181E
UUIDS = frozenset({UUID, V1_UUID, V1_ENCRYPTED_UUID})
_ENCRYPTED, _MAC, _TRIGGER = 0x01, 0x02, 0x04
_ENCRYPTION_TAIL = 8  # counter and message integrity code
_MODULE = "bthome_ble"


class Message(NamedTuple):
    """One advertisement in the library's words.

    `values` {key: (value, unit)}, `binary` {key: bool}, `events` {key: (event type, properties)}; a key of which one
    message holds several gets `_1`, `_2`... `version` is what the message claims; `counter` is the encryption counter,
    None when nothing was decrypted.
    """

    version: int
    encrypted: bool
    trigger_based: bool
    mac_included: bool
    values: dict[str, tuple[object, str]]
    binary: dict[str, bool]
    events: dict[str, tuple[str, dict[str, object] | None]]
    counter: int | None


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the library reads of an advertisement; its own class for it would bring a running Bluetooth stack."""

    address: str
    service_data: dict[str, bytes]
    name: str = ""
    rssi: int = 0
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    service_uuids: tuple[str, ...] = ()
    source: str = ""
    time: float = 0.0


def is_loaded() -> bool:
    return _parser() is not None


def _parser() -> Any:
    """The library's parser class, None until its import is complete (a half-read module has no such name yet).

    `Any`, because naming its type would mean importing it.
    """
    return getattr(sys.modules.get(_MODULE), "BTHomeBluetoothDeviceData", None)


def load() -> None:
    """Imports the library."""
    logging.getLogger(_MODULE).setLevel(logging.CRITICAL)  # it warns for each foreign or damaged advertisement
    importlib.import_module(_MODULE)


def decode(value: bytes, address: bytes, key: bytes | None = None, uuid16: int = UUID) -> Message | None:
    """Service data of one device. None when it is no BTHome at all; a wrong key or version gives no values."""
    if not value:
        return None
    if not is_loaded():
        load()
    text = ":".join(f"{byte:02X}" for byte in address)
    v1 = uuid16 in (V1_UUID, V1_ENCRYPTED_UUID)
    head = int(uuid16 == V1_ENCRYPTED_UUID) if v1 else value[0]
    encrypted = bool(head & _ENCRYPTED)
    parser = _parser()(bindkey=key)
    try:
        update = parser.update(_Heard(text, {f"0000{uuid16:04x}-0000-1000-8000-00805f9b34fb": value}))
    except (ValueError, IndexError, OverflowError, OSError):  # truncated objects and impossible dates
        update = None
    message = Message(
        1 if v1 else head >> 5, encrypted, bool(head & _TRIGGER), bool(head & _MAC), {}, {}, {},
        int.from_bytes(value[-_ENCRYPTION_TAIL:-4], "little") if encrypted and parser.bindkey_verified else None,
    )  # fmt: skip
    if update is None:
        return message
    for name, sensor in update.entity_values.items():
        if name.key != "signal_strength":
            described = update.entity_descriptions.get(name)
            unit = described.native_unit_of_measurement if described else None
            message.values[name.key] = (sensor.native_value, "None" if unit is None else str(unit))
    for name, flag in update.binary_entity_values.items():
        message.binary[name.key] = bool(flag.native_value)
    for name, event in update.events.items():
        message.events[name.key] = (str(event.event_type), event.event_properties)
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
    """The message in the words that all drivers of this family use. Of several values of a kind the last counts."""
    read: Values = {}
    for key, (value, unit) in message.values.items():
        base = _base(key)
        name = _NAMES.get(base, base)
        if base == "volume" and unit == "mL":
            name = "volume_mL"
        elif base == "mass" and unit == "lb":
            read["weight_unit"] = "lbs"
        elif base == "distance" and unit == "mm":
            name = "distance_mm"
        read[name] = str(value) if base == "timestamp" else value
    for key, flag in message.binary.items():
        base = _base(key)
        read[_BINARY_NAMES.get(base, base)] = int(flag)
    for key, (event, properties) in message.events.items():
        read[key] = event.replace("_", " ")
        if properties and "steps" in properties:
            read["steps"] = properties["steps"]
    if message.counter is not None:
        read.setdefault("packet", message.counter)
    return read


def _base(key: str) -> str:
    head, _, number = key.rpartition("_")
    return head if head and number.isdigit() else key
