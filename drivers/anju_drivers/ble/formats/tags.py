"""Climate tags with one small frame each: Jaalee JHT, SwitchBot meters, MikroTik TG-BT5.

Layouts as custom-components/ble_monitor (MIT) reads them.
"""

from __future__ import annotations

import math

from anju_drivers.ble.formats.values import Values, i8, u16, u32_le

JAALEE_UUIDS = frozenset({0xF51C, 0xF525})
JAALEE_IBEACON = bytes.fromhex("ebefd08370a247c89837e7b5634df525")
SWITCHBOT_UUIDS = frozenset({0xFD3D, 0x0D00})
MIKROTIK = 0x094F
_SWITCHBOT_MODELS = {0x54: "Meter TH S1", 0x69: "Meter TH plus"}


def _sht3(value: bytes, at: int) -> Values:
    """Raw words of a Sensirion SHT3x: T = 175 x / 65535 - 45, RH = 100 x / 65535 (its data sheet, 4.13)."""
    return {
        "temperature_c": round(175 * u16(value, at) / 65535 - 45, 2),
        "humidity_pct": round(100 * u16(value, at + 2) / 65535, 2),
    }


def jaalee_service(value: bytes, address: bytes) -> Values | None:
    """Battery, address (reversed), raw temperature and humidity."""
    if len(value) != 11 or value[1:7][::-1] != address:
        return None
    return _sht3(value, 7) | {"battery_pct": value[0]}


def jaalee_ibeacon(value: bytes) -> Values | None:
    """An iBeacon with Jaalee's UUID: major and minor are raw temperature and humidity, the battery comes last."""
    if len(value) != 24 or value[:2] != b"\x02\x15" or value[2:18] != JAALEE_IBEACON:
        return None
    return _sht3(value, 18) | {"battery_pct": value[23]}


def switchbot(value: bytes) -> tuple[str, Values] | None:
    """(model, values) of a meter: letter, ..., battery, tenths, degrees (top bit: above zero), humidity."""
    model = _SWITCHBOT_MODELS.get(value[0] & 0x7F) if len(value) == 6 else None
    if model is None:
        return None
    degrees = (value[4] & 0x7F) + (value[3] & 0x0F) / 10
    return model, {
        "temperature_c": degrees if value[4] & 0x80 else -degrees,
        "humidity_pct": value[5] & 0x7F,
        "battery_pct": value[2] & 0x7F,
    }


def mikrotik(value: bytes) -> tuple[str, Values] | None:
    """(model, values) of an unencrypted TG-BT5: acceleration and temperature 8.8, uptime, flags, battery.

    The axes are read without a sign, as the vectors expect. -128 C means that the tag has no outside sensor.
    """
    if len(value) != 18 or value[1] & 1:
        return None
    x, y, z = (0.0 if value[at : at + 2] == b"\xff\xff" else value[at + 1] + value[at] / 256 for at in (4, 6, 8))
    temperature_c = i8(value, 11) + value[10] / 256
    flags = value[16]
    has_sensor = temperature_c != -128
    read: Values = {
        "version": value[0],
        "user_data": value[1],
        "acceleration_x_mg": x,
        "acceleration_y_mg": y,
        "acceleration_z_mg": z,
        "acceleration_mg": math.sqrt(x * x + y * y + z * z),
        "uptime": u32_le(value, 12),
        "battery_pct": value[17],
        "switch": flags & 1,
        "tilt": flags >> 1 & 1,
        "dropping": flags >> 2 & 1,
        "impact": int(bool(flags & 0x38)),
        "impact_x": flags >> 3 & 1,
        "impact_y": flags >> 4 & 1,
        "impact_z": flags >> 5 & 1,
    }
    if has_sensor:
        read["temperature_c"] = temperature_c
    return "TG-BT5-OUT" if has_sensor else "TG-BT5-IN", read
