"""The objects of BTHome: which id says what, in how many bytes.

Source: https://bthome.io/format (state of 2026-04-30), its tables of sensors, binary sensors, events, device and misc
data. The keys are the names that receivers of BTHome use for their entities; several ids may share one.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Form(Enum):
    """How the bytes of a value are read."""

    UNSIGNED = "unsigned integer, little-endian"
    SIGNED = "signed integer, little-endian"
    FLAG = "one byte, 0 is no"
    TIME = "seconds since 1970, UTC"
    TEXT = "UTF-8"
    RAW = "any bytes"
    BUTTON = "one byte, of BUTTON_EVENTS"
    DIMMER = "one byte of DIMMER_EVENTS and how many steps"
    COMMAND = "one byte of COMMAND_EVENTS and its arguments"
    DEVICE_TYPE = "the maker's number for the product"
    FIRMWARE = "one byte for each part of a version, the last part first"


class Thing(NamedTuple):
    """One kind of object. `size` is None where a byte behind the id says it; a number is `integer * times / per`."""

    key: str
    form: Form
    size: int | None
    unit: str = ""
    per: int = 1
    times: int = 1


def _flag(key: str) -> Thing:
    return Thing(key, Form.FLAG, 1)


def _unsigned(key: str, size: int, unit: str = "", per: int = 1) -> Thing:
    return Thing(key, Form.UNSIGNED, size, unit, per)


def _signed(key: str, size: int, unit: str = "", per: int = 1, times: int = 1) -> Thing:
    return Thing(key, Form.SIGNED, size, unit, per, times)


PACKET_ID = 0x00

OBJECTS = {
    PACKET_ID: _unsigned("packet_id", 1),
    0x01: _unsigned("battery", 1, "%"),
    0x02: _signed("temperature", 2, "°C", 100),
    0x03: _unsigned("humidity", 2, "%", 100),
    0x04: _unsigned("pressure", 3, "mbar", 100),
    0x05: _unsigned("illuminance", 3, "lx", 100),
    0x06: _unsigned("mass", 2, "kg", 100),
    0x07: _unsigned("mass", 2, "lb", 100),
    0x08: _signed("dew_point", 2, "°C", 100),
    0x09: _unsigned("count", 1),
    0x0A: _unsigned("energy", 3, "kWh", 1000),
    0x0B: _unsigned("power", 3, "W", 100),
    0x0C: _unsigned("voltage", 2, "V", 1000),
    0x0D: _unsigned("pm25", 2, "µg/m³"),
    0x0E: _unsigned("pm10", 2, "µg/m³"),
    0x0F: _flag("generic"),
    0x10: _flag("power"),
    0x11: _flag("opening"),
    0x12: _unsigned("carbon_dioxide", 2, "ppm"),
    0x13: _unsigned("volatile_organic_compounds", 2, "µg/m³"),
    0x14: _unsigned("moisture", 2, "%", 100),
    0x15: _flag("battery"),
    0x16: _flag("battery_charging"),
    0x17: _flag("carbon_monoxide"),
    0x18: _flag("cold"),
    0x19: _flag("connectivity"),
    0x1A: _flag("door"),
    0x1B: _flag("garage_door"),
    0x1C: _flag("gas"),
    0x1D: _flag("heat"),
    0x1E: _flag("light"),
    0x1F: _flag("lock"),
    0x20: _flag("moisture"),
    0x21: _flag("motion"),
    0x22: _flag("moving"),
    0x23: _flag("occupancy"),
    0x24: _flag("plug"),
    0x25: _flag("presence"),
    0x26: _flag("problem"),
    0x27: _flag("running"),
    0x28: _flag("safety"),
    0x29: _flag("smoke"),
    0x2A: _flag("sound"),
    0x2B: _flag("tamper"),
    0x2C: _flag("vibration"),
    0x2D: _flag("window"),
    0x2E: _unsigned("humidity", 1, "%"),
    0x2F: _unsigned("moisture", 1, "%"),
    0x3A: Thing("button", Form.BUTTON, 1),
    0x3B: Thing("command", Form.COMMAND, None),
    0x3C: Thing("dimmer", Form.DIMMER, 2),
    0x3D: _unsigned("count", 2),
    0x3E: _unsigned("count", 4),
    0x3F: _signed("rotation", 2, "°", 10),
    0x40: _unsigned("distance", 2, "mm"),
    0x41: _unsigned("distance", 2, "m", 10),
    0x42: _unsigned("duration", 3, "s", 1000),
    0x43: _unsigned("current", 2, "A", 1000),
    0x44: _unsigned("speed", 2, "m/s", 100),
    0x45: _signed("temperature", 2, "°C", 10),
    0x46: _unsigned("uv_index", 1, per=10),
    0x47: _unsigned("volume", 2, "L", 10),
    0x48: _unsigned("volume", 2, "mL"),
    0x49: _unsigned("volume_flow_rate", 2, "m³/h", 1000),
    0x4A: _unsigned("voltage", 2, "V", 10),
    0x4B: _unsigned("gas", 3, "m³", 1000),
    0x4C: _unsigned("gas", 4, "m³", 1000),
    0x4D: _unsigned("energy", 4, "kWh", 1000),
    0x4E: _unsigned("volume", 4, "L", 1000),
    0x4F: _unsigned("water", 4, "L", 1000),
    0x50: Thing("timestamp", Form.TIME, 4),
    0x51: _unsigned("acceleration", 2, "m/s²", 1000),
    0x52: _unsigned("gyroscope", 2, "°/s", 1000),
    0x53: Thing("text", Form.TEXT, None),
    0x54: Thing("raw", Form.RAW, None),
    0x55: _unsigned("volume_storage", 4, "L", 1000),
    0x56: _unsigned("conductivity", 2, "µS/cm"),
    0x57: _signed("temperature", 1, "°C"),
    0x58: _signed("temperature", 1, "°C", per=100, times=35),
    0x59: _signed("count", 1),
    0x5A: _signed("count", 2),
    0x5B: _signed("count", 4),
    0x5C: _signed("power", 4, "W", 100),
    0x5D: _signed("current", 2, "A", 1000),
    0x5E: _unsigned("direction", 2, "°", 100),
    0x5F: _unsigned("precipitation", 2, "mm", 10),
    0x60: _unsigned("channel", 1),
    0x61: _unsigned("rotational_speed", 2, "rpm"),
    0x62: _signed("speed", 4, "m/s", 1_000_000),
    0x63: _signed("acceleration", 4, "m/s²", 1_000_000),
    0x64: _unsigned("light_level", 1),
    0x65: _unsigned("settings_revision", 1),
    0xF0: Thing("device_type", Form.DEVICE_TYPE, 2),
    0xF1: Thing("firmware", Form.FIRMWARE, 4),
    0xF2: Thing("firmware", Form.FIRMWARE, 3),
}

# 0 is "nothing of this button": it keeps the place of a button that was not pressed.
BUTTON_EVENTS = {
    0x01: "press",
    0x02: "double_press",
    0x03: "triple_press",
    0x04: "long_press",
    0x05: "long_double_press",
    0x06: "long_triple_press",
    0x80: "hold_press",
    0x81: "hold_release",  # not in the format's table; receivers know it as the end of a hold
    0xFE: "hold",  # of old firmware, before the press that ends it; no press of its own
}
NO_EVENT = 0x00
DIMMER_EVENTS = {0x01: "rotate_left", 0x02: "rotate_right"}
COMMAND_EVENTS = {0x00: "off", 0x01: "on", 0x02: "toggle", 0x03: "step_up", 0x04: "step_down"}
