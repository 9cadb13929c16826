"""Buttons and sensors of makers other than Milesight: model -> what its payloads say.

Sources (tables and bytes only): TheThingsNetwork/lorawan-devices e81f659 (TBPB100, Lansitec), akenza-io/
device-type-library 0c405d3d (Oxobutton, buttonboard, MClimate), TektelicCommunications/data-converters 39edfa0
(FINCH, SEAL), a public decoder of the AN301.
"""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.lorawan.milesight import Values
from anju_drivers.lorawan.payload_fields import PayloadReader, ShortPayload, byte_at, percent, unknown

_LANSITEC_ALARMS = {1: "sos", 2: "fall", 3: "danger_area", 4: None}  # 4: it was searched for


def _lansitec(payload: bytes, _: int) -> Values:
    """Helmet sensor and badges; the type is the first byte's upper half."""
    kind = byte_at(payload, 0) >> 4
    if kind == 0x08:
        code = byte_at(payload, 1)
        if code not in _LANSITEC_ALARMS:
            return unknown(f"alarm {code:02x}")
        call = _LANSITEC_ALARMS[code]
        return {"begins": [call]} if call else {}
    if kind == 0x02:
        return percent(byte_at(payload, 1))
    return {} if kind in (0x01, 0x03, 0x05, 0x07, 0x0C) else unknown(f"message {kind:x}")


_AN301_SIZES = {0x01: 1, 0x04: 2, 0x7D: 1, 0x77: 1, 0x05: 1, 0x03: 1, 0x14: 1}


def _an301(payload: bytes, port: int) -> Values:
    if port != 210:
        return unknown(f"message on port {port}")
    values: Values = {}
    begins: list[str] = []
    at = 1  # after a reserved byte
    while at < len(payload):
        kind = payload[at]
        if kind not in _AN301_SIZES:
            values |= unknown(f"item {kind:02x}")
            break
        value = int.from_bytes(payload[at + 1 : at + 1 + _AN301_SIZES[kind]], "big")
        if kind == 0x04:
            values["battery_mv"] = value
        elif value == 1 and kind in (0x14, 0x05, 0x03):
            begins.append({0x14: "sos", 0x05: "low_battery", 0x03: "tamper"}[kind])
        at += 1 + _AN301_SIZES[kind]
    return values | ({"begins": begins} if begins else {})


_TEKTELIC_SIZES = {
    "00ba": 1, "00d3": 1, "00bd": 2, "0000": 1, "0071": 6, "0067": 2, "0073": 2, "0295": 1,
}  # fmt: skip


def _tektelic(payload: bytes, port: int, calls: Mapping[int, str], button_bit: int | None) -> Values:
    """FINCH and SEAL: key of two bytes, value; `calls` tells which bit of the safety status (02 95) is what."""
    if port != 10:
        return {}
    values: Values = {}
    at = 0
    while at < len(payload):
        key = payload[at : at + 2].hex()
        if key not in _TEKTELIC_SIZES:
            return values | unknown(f"item {key}")
        size = _TEKTELIC_SIZES[key]
        value = int.from_bytes(payload[at + 2 : at + 2 + size], "big")
        if at + 2 + size > len(payload):
            raise ShortPayload
        if key == "0295":
            values["stands"] = {call: bool(value >> bit & 1) for bit, call in calls.items()}
            if button_bit is not None and value >> button_bit & 1:
                values["button"] = "once"
        elif key == "00d3":
            values |= percent(value & 0x7F)
        at += 2 + size
    return values


def _tbpb100(payload: bytes, port: int) -> Values:
    """Browan's push button: its first bit is on in the message of a press."""
    if port != 147:
        return unknown(f"message on port {port}")
    pressed: Values = {"button": "short"} if byte_at(payload, 0) & 0x01 else {}
    return pressed | {"battery_mv": (25 + (byte_at(payload, 1) & 0x0F)) * 100}


_MCLIMATE_PRESSES = {1: "short", 2: "double", 3: "triple"}


def _mclimate_button(payload: bytes, _: int) -> Values:
    pressed = byte_at(payload, 4)
    values: Values = {"battery_mv": payload[1] * 8 + 1600, "temperature_c": ((payload[2] & 3) << 8 | payload[3]) / 10}
    if pressed:
        values["button"] = _MCLIMATE_PRESSES.get(pressed, f"unknown {pressed}")
    return values


def _oxobutton(payload: bytes, _: int) -> Values:
    """Oxobutton Q (30), buttonboard (31) and Oxobutton 2 (39)."""
    kind, pressed = byte_at(payload, 0), byte_at(payload, 1)
    values = percent(byte_at(payload, 5 if kind == 0x39 else 6))
    if kind == 0x30:
        return values | ({"button": "short", "button_number": pressed} if pressed else {})
    if kind not in (0x31, 0x39):
        return unknown(f"message {kind:02x}")
    numbers = [number + 1 for number in range(6 if kind == 0x31 else 4) if pressed >> number & 1]
    is_long = kind == 0x31 and bool(pressed & 0x80)
    return values | ({"button": "long" if is_long else "short", "button_number": numbers[0]} if numbers else {})


def _other(_payload: bytes, _port: int) -> Values:
    """A device that the site knows and that calls nobody."""
    return {}


MODELS: Mapping[str, PayloadReader] = {
    "lansitec": _lansitec,
    "an301": _an301,
    "finch": lambda payload, port: _tektelic(payload, port, {7: "sos"}, 0),
    "seal": lambda payload, port: _tektelic(payload, port, {0: "sos", 1: "fall"}, None),
    "tbpb100": _tbpb100,
    "mclimate-button": _mclimate_button,
    "oxobutton": _oxobutton,
    "other": _other,
}
