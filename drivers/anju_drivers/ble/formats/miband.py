"""Huami: Mi Band heart rate and steps without a connection, and the Amazfit scale.

Layouts as custom-components/ble_monitor (MIT) reads them. A band shares its heart rate only when its owner turned
"discoverable" and "heart rate sharing" on.
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import Values, u16_le, u32_le

COMPANY, UUID = 0x0157, 0xFEE0


def band(value: bytes) -> Values | None:
    """Manufacturer data of 24 bytes: byte 3 is the heart rate, FF = not measuring."""
    if len(value) != 24:
        return None
    return {} if value[3] == 0xFF else {"heart_rate_bpm": value[3]}


def steps(value: bytes) -> Values | None:
    """Service data of 4 bytes: today's steps."""
    return {"steps": u32_le(value, 0)} if len(value) == 4 else None


def scale(value: bytes) -> Values | None:
    """Service data of 20 bytes; weights in kg, impedance in ohm. Zeros at 9 to 11 mean that somebody still moves."""
    if len(value) != 20:
        return None
    weight_kg = u16_le(value, 7) / 200
    settled = any(value[9:12])
    read: Values = {"non-stabilized_weight": weight_kg, "stabilized": int(settled), "weight_unit": "kg"}
    if settled:
        read |= {"weight": weight_kg, "impedance": u16_le(value, 5) / 10, "pulse": value[12]}
    return read
