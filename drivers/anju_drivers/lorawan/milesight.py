"""Milesight sensors: channel id, channel type, value, repeated. The same bytes mean other things by model.

`03 00 01` is an open door of a WS301, a person seen by a WS202, an occupied room of a VS370, a leak of a WS303. So a
channel is read by model; of an unknown model only what is the same in all of them is read, and the rest is passed over
by its length. The first channel of unknown length ends the reading, and what was read before it holds. Both are told in
`unknown`: what was not read may have been a call.

Source: tables of Milesight-IoT/SensorDecoders and TheThingsNetwork/lorawan-devices (data only). The README example of
the WS301 contradicts its own table; the table is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Values: TypeAlias = dict[str, object]
_Reader: TypeAlias = Callable[[bytes], Values]
_Channel: TypeAlias = tuple[int, int]

PORT = 85


def decode(payload: bytes, model: str = "") -> Values:
    """What a payload says. `model` in lower case ("ws101"); never raises, whatever the bytes."""
    channels = {**_COMMON, **MODELS.get(model, {})}
    values: Values = {}
    at = 0
    while at + 2 <= len(payload):
        channel = payload[at], payload[at + 1]
        known = channels.get(channel)
        if known is None:
            size = _setting(channel)
            if size is None:
                _add(values, _unknown(f"channel {payload[at : at + 2].hex(' ')}"))
                size = None if model else _LENGTHS.get(channel)
            if size is None:
                break
            at += 2 + size
            continue
        size, read = known
        value = payload[at + 2 : at + 2 + size]
        if len(value) < size:
            _add(values, _unknown(f"short channel {payload[at : at + 2].hex(' ')}"))
            break
        _add(values, read(value))
        at += 2 + size
    return values


def _add(values: Values, found: Values) -> None:
    for name, one in found.items():
        before = values.get(name)
        values[name] = before + one if isinstance(before, list) and isinstance(one, list) else one


def _unknown(*codes: str) -> Values:
    return {"unknown": list(codes)}


def _setting(channel: _Channel) -> int | None:
    """Length of an echoed setting; None for what is none that we know."""
    match channel:
        case (0xFE | 0xFF, kind):
            return _SETTINGS.get(kind)
        case (0xF8 | 0xF9 as which, kind) if kind in _MORE_SETTINGS:
            return _MORE_SETTINGS[kind] + (which == 0xF8)
        case _:
            return None


def _choice(name: str, *words: str) -> _Reader:
    return lambda value: {name: words[value[0]]} if value[0] < len(words) else _unknown(f"{name} {value[0]:02x}")


def _u16(value: bytes, at: int = 0) -> int:
    return int.from_bytes(value[at : at + 2], "little")


def _i16(value: bytes, at: int = 0) -> int:
    return int.from_bytes(value[at : at + 2], "little", signed=True)


def _battery(value: bytes) -> Values:
    return {"battery_pct": value[0]} if value[0] <= 100 else {}


def _button(value: bytes) -> Values:
    return {"button": {1: "short", 2: "long", 3: "double"}.get(value[0], f"unknown {value[0]}")}


_PRESSES = {0: "short", 1: "double", 2: "long", 3: "long"}  # 3: as one of the maker's tables counts, from 1


def _numbered_button(value: bytes) -> Values:
    """Button of a scene panel (WS136, WS156): number, chosen mode, press."""
    return {"button": _PRESSES.get(value[2], f"unknown {value[2]}"), "button_number": value[0]}


def _installed(value: bytes) -> Values:
    return {"installed": value[0] == 0}


def _temperature(value: bytes) -> Values:
    return {"temperature_c": _i16(value) / 10}


def _version(name: str) -> _Reader:
    return lambda value: {name: f"v{value[0]:x}.{value[1] >> 4 if name == 'hardware_version' else value[1]:x}"}


_ALARMS = ("fall", "motionless", "dwell", "out_of_bed", "occupied", "vacant", "bradypnea", "tachypnea", "lying_down")
_ALARM_STATES = {1: "triggered", 2: "deactivated", 3: "ignored", 4: "respiratory_status"}
_BREATHING = {1: "no_data", 2: "normal", 3: "tachypnea", 4: "bradypnea", 5: "undetectable"}


def _alarm(value: bytes) -> Values:
    kind = _ALARMS[value[2]] if value[2] < len(_ALARMS) else f"unknown {value[2]}"
    state = _ALARM_STATES.get(value[3], f"unknown {value[3]}")
    codes = [f"alarm {word}" for word in (kind, state) if word.startswith("unknown")]
    return {"alarms": [{"alarm_id": _u16(value), "type": kind, "state": state}]} | (_unknown(*codes) if codes else {})


def _radar(value: bytes) -> Values:
    where = ("normal", "vacant", "in_bed", "out_of_bed", "fall")
    how = ("normal", "motionless", "abnormal", "lying_down")
    values: Values = {}
    _add(values, _choice("detection", *where)(value[:1]))
    _add(values, _choice("target", *how)(value[1:2]))
    return values


def _regions(value: bytes) -> Values:
    """How many there are, and a bit for each."""
    bits = int.from_bytes(value[1:5], "little")
    return {"regions_occupied": [bool(bits >> at & 1) for at in range(min(value[0], 32))]}


def _breathing(value: bytes) -> Values:
    known = _BREATHING.get(value[0])
    return ({"respiratory": known} if known else {}) | {"respiratory_rate": _u16(value, 1) / 100}


def _nothing(_: bytes) -> Values:
    return {}


_COMMON: Mapping[_Channel, tuple[int, _Reader]] = {
    (0x01, 0x75): (1, _battery),
    (0xFF, 0x2E): (1, _button),
    (0xFF, 0x34): (3, _numbered_button),
    (0xFF, 0x01): (1, lambda value: {"ipso_version": f"v{value[0] >> 4}.{value[0] & 0x0F}"}),
    (0xFF, 0x09): (2, _version("hardware_version")),
    (0xFF, 0x0A): (2, _version("firmware_version")),
    (0xFF, 0xFF): (2, _nothing),
    (0xFF, 0x08): (6, lambda value: {"serial_number": value.hex()}),
    (0xFF, 0x16): (8, lambda value: {"serial_number": value.hex()}),
    (0xFF, 0x0F): (1, _nothing),
    (0xFF, 0xFE): (1, _nothing),
    (0xFF, 0x0B): (1, lambda _: {"device_status": "on"}),
}
# A device's echo of its settings (channels FE and FF): passed over by length, so that a button behind it is heard.
_SETTINGS: Mapping[int, int] = {
    0x02: 2, 0x03: 2, 0x04: 1, 0x06: 9, 0x10: 1, 0x11: 4, 0x17: 2, 0x27: 1, 0x28: 1, 0x2F: 1, 0x35: 8, 0x3D: 1,
    0x3E: 1, 0x40: 1, 0x42: 1, 0x4A: 1, 0x64: 1, 0x68: 1, 0x69: 1, 0x6A: 3, 0x74: 1, 0x75: 6, 0x76: 2, 0x7E: 5,
    0x7F: 1, 0x80: 2, 0x81: 2, 0x83: 3, 0x84: 1, 0x8E: 3, 0x8F: 1, 0x95: 2, 0x96: 8, 0x98: 5, 0x99: 5, 0xB2: 1,
    0xBA: 10, 0xBD: 2,
}  # fmt: skip
# Lengths of what only the model could explain.
_LENGTHS: Mapping[_Channel, int] = {
    (0x03, 0x00): 1, (0x04, 0x00): 1, (0x05, 0x00): 1, (0x03, 0x67): 2, (0x04, 0x68): 1, (0x03, 0x82): 2,
    (0x04, 0xD6): 1, (0x83, 0x67): 3, (0x20, 0xCE): 9, (0x03, 0xF8): 6, (0x04, 0xF9): 4, (0x05, 0xFA): 8,
    (0x06, 0xFB): 5,
}  # fmt: skip
# The same on channels F8 (with a byte of result behind) and F9.
_MORE_SETTINGS: Mapping[int, int] = {
    0x48: 1, 0x49: 9, 0x4A: 5, 0x4B: 9, 0x4C: 5, 0x4D: 1, 0x4E: 1, 0x4F: 12, 0x50: 2, 0x51: 6, 0x52: 3, 0x53: 3,
    0x56: 2, 0x85: 2, 0x86: 1, 0x87: 1, 0x91: 5, 0xB1: 7, 0xB2: 3, 0xB3: 1, 0xB4: 3, 0xB5: 6,
}  # fmt: skip
_OCCUPANCY = _choice("occupancy", "vacant", "occupied")
_HISTORY = (9, _nothing)  # what was, sent later: no state of now
_SHORT_HISTORY = (8, _nothing)
_CLIMATE: Mapping[_Channel, tuple[int, _Reader]] = {
    (0x03, 0x67): (2, _temperature),
    (0x04, 0x68): (1, lambda value: {"humidity_pct": value[0] / 2}),
}
_LEAK = (1, _choice("leak", "normal", "leak"))

MODELS: Mapping[str, Mapping[_Channel, tuple[int, _Reader]]] = {
    "ws101": {},
    "ws136": {},
    "ws156": {},
    "ws201": {
        (0x03, 0x82): (2, lambda value: {"distance_mm": _u16(value)}),
        (0x04, 0xD6): (1, lambda value: {"remaining_pct": value[0]}),
    },
    "ws202": {
        (0x03, 0x00): (1, _choice("pir", "normal", "trigger")),
        (0x04, 0x00): (1, _choice("light", "dark", "light")),
    },
    "ws203": {
        **_CLIMATE,
        (0x05, 0x00): (1, _OCCUPANCY),
        (0x83, 0x67): (3, lambda value: _temperature(value) | {"temperature_alarm": value[2] == 1}),
        (0x20, 0xCE): _HISTORY,
    },
    "ws301": {
        (0x03, 0x00): (1, _choice("door", "close", "open")),
        (0x04, 0x00): (1, _installed),
    },
    "ws303": {(0x03, 0x00): _LEAK},
    "em300-th": {**_CLIMATE, (0x20, 0xCE): (7, _nothing)},
    "em300-mcs": {**_CLIMATE, (0x06, 0x00): (1, _choice("door", "close", "open")), (0x20, 0xCE): _SHORT_HISTORY},
    "em300-sld": {**_CLIMATE, (0x05, 0x00): _LEAK, (0x20, 0xCE): _SHORT_HISTORY},
    "em300-zld": {**_CLIMATE, (0x05, 0x00): _LEAK, (0x20, 0xCE): _SHORT_HISTORY},
    "em300-mld": {(0x05, 0x00): _LEAK},
    "vs340": {(0x03, 0x00): (1, _OCCUPANCY)},
    "vs341": {(0x03, 0x00): (1, _OCCUPANCY)},
    "vs330": {
        (0x02, 0x82): (2, lambda value: {"distance_mm": _u16(value)}),
        (0x03, 0x8E): (1, _OCCUPANCY),
        (0x04, 0x8E): (1, _nothing),
    },
    "vs370": {
        (0x03, 0x00): (1, _OCCUPANCY),
        (0x04, 0x00): (1, lambda value: {"illuminance": {0: "dim", 1: "bright", 254: "disable"}.get(value[0])}),
    },
    "vs373": {
        (0x03, 0xF8): (6, _radar),
        (0x04, 0xF9): (4, lambda value: {"regions_occupied": [one == 0 for one in value]}),
        (0x05, 0xFA): (8, lambda value: {"out_of_bed_min": [_u16(value, at) for at in (0, 2, 4, 6)]}),
        (0x06, 0xFB): (5, _alarm),
        (0x07, 0xB0): (8, _radar),  # from here on firmware 1.0.2
        (0x08, 0xB1): (3, _breathing),
        (0x09, 0xB2): (6, _nothing),
        (0x0A, 0xB3): (5, _regions),
        (0x0B, 0xB4): (9, _nothing),
        (0x0C, 0xB4): (9, _nothing),
        (0x20, 0xCE): _HISTORY,
    },
}
