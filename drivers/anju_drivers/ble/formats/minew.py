"""Minew, service data FFE1: frames A1 of its bands, buttons and sensors.

Layouts as public decoders read them (reelyactive advlib-ble-services, MIT).
"""

from __future__ import annotations

from collections.abc import Callable

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, i16, reversed_hex, signed_8_8, u16

UUID = 0xFFE1
URI = f"{SNIFFYPEDIA}Organization/Shenzhen_Minew_Technologies_Co_Ltd/"


def service(value: bytes) -> Values | None:
    """Service data: A1, frame type, usually battery, the values, the address last (reversed)."""
    if len(value) < 2 or value[0] != 0xA1:
        return None
    known = _FRAMES.get(value[1])
    if known is None:
        return None
    length, read = known
    if length is not None and len(value) != length:
        return None
    values = read(value)
    return None if values is None else values | {"uri": URI}


def service_address(value: bytes) -> str | None:
    """The sender's address that an A1 frame ends with (before the name, in an info frame), 12 hex digits."""
    if service(value) is None:
        return None
    return reversed_hex(value, 3) if value[1] == 0x08 else reversed_hex(value, len(value) - 6)


def _battery(value: bytes) -> Values:
    return {"battery_pct": value[2]}


def vector(value: bytes, at: int) -> list[float]:
    """Three axes, 8.8 each."""
    return [signed_8_8(value, at + step) for step in (0, 2, 4)]


def _info(value: bytes) -> Values | None:
    if len(value) < 9:
        return None
    return _battery(value) | {"name": value[9:].decode("utf-8", "replace").rstrip("\0")}


_FRAMES: dict[int, tuple[int | None, Callable[[bytes], Values | None]]] = {
    0x01: (13, lambda v: _battery(v) | {"temperature_c": signed_8_8(v, 3), "humidity_pct": signed_8_8(v, 5)}),
    0x02: (10, lambda v: _battery(v) | {"light": [bool(v[3] & 1)]}),
    0x03: (15, lambda v: _battery(v) | {"acceleration_g": vector(v, 3)}),
    0x05: (11, lambda v: _battery(v) | {"illuminance_lx": u16(v, 3)}),
    0x07: (8, lambda _: {}),
    0x08: (None, _info),
    0x11: (11, lambda v: _battery(v) | {"motion": [bool(u16(v, 3) & 1)]}),
    0x12: (11, lambda v: _battery(v) | {"volatileOrganicCompoundsConcentration": u16(v, 3) / 1000}),
    0x13: (11, lambda v: _battery(v) | {"temperature_c": signed_8_8(v, 3)}),
    0x15: (
        20,
        lambda v: {
            "acceleration_g": vector(v, 2),
            "angular_velocity_dps": [_rate(v, 8), _rate(v, 10), _rate(v, 12)],
        },
    ),
    0x16: (15, lambda v: _battery(v) | {"magnetic_field": [_field(v, 3), _field(v, 5), _field(v, 7)]}),
    0x17: (13, lambda v: _battery(v) | {"pressure_pa": 100 * (i16(v, 3) + u16(v, 5) / 65536)}),
    0x18: (14, lambda v: _battery(v) | {"motion": [bool(v[7] & 1)]}),
    0x19: (11, lambda v: _battery(v) | {"luminousFlux": u16(v, 3)}),
    0x20: (10, lambda v: _battery(v) | {"contact_closed": [not v[3] & 1], "tamper": [bool(v[3] & 1)]}),
    0x21: (10, lambda v: _battery(v) | {"liquid": [bool(v[3] & 1)]}),
}


def _rate(value: bytes, at: int) -> float:
    """Degrees a second in hundredths."""
    return i16(value, at) / 100


def _field(value: bytes, at: int) -> float:
    """Gauss, 8.8 in hundredths."""
    return signed_8_8(value, at) / 100
