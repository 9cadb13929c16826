"""Small conversions that many payloads share, and what a decoder returns.

A decoder gets one structure's value (without company id or service UUID) and returns what it says as plain values, or
None when the bytes are not its own. It never raises on any bytes. Names carry the unit: `temperature_c`,
`battery_pct`, `tx_power_dbm`; lists such as `motion: [true]` hold one entry per sensor of the device.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Values: TypeAlias = dict[str, object]

SNIFFYPEDIA = "https://sniffypedia.org/"


def i8(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 1], "big", signed=True)


def u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def i16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big", signed=True)


def u16_le(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def i16_le(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little", signed=True)


def u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def u32_le(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def signed_8_8(data: bytes, at: int) -> float:
    """Fixed point: a signed integer byte and 256ths."""
    return i16(data, at) / 256


def reversed_hex(data: bytes, at: int, size: int = 6) -> str:
    """An address that is sent last byte first, as people write it."""
    return data[at : at + size][::-1].hex()


def coin_cell_pct(voltage_v: float) -> float:
    """About how full a CR2477 is: linear between 3.0 V (100 %), 2.6 V (60 %), 2.5 V (40 %) and 2.45 V (20 %).

    Source: custom-components/ble_monitor, as its users see it for Ruuvi and KKM tags.
    """
    if voltage_v >= 3.0:
        return 100
    if voltage_v >= 2.6:
        return round(60 + (voltage_v - 2.6) * 100, 1)
    if voltage_v >= 2.5:
        return round(40 + (voltage_v - 2.5) * 200, 1)
    if voltage_v >= 2.45:
        return round(20 + (voltage_v - 2.45) * 400, 1)
    return 0


def number(values: Mapping[str, object], *names: str) -> float | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, int | float):
            return value
    return None


def flag(values: Mapping[str, object], *names: str) -> bool | None:
    """The first of these that is there; of several sensors of a kind, whether any says yes."""
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            return any(value)
        if isinstance(value, int | float):
            return value != 0
    return None
