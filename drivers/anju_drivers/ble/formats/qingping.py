"""Qingping / Cleargrass: service data FDCD (and FFF9) of their sensors.

Layout as custom-components/ble_monitor (MIT) reads it: frame, product, address (reversed), then type, length, value.
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import Values, i16_le, u16_le, u32_le

UUID, OLD_UUID = 0xFDCD, 0xFFF9
_MODELS = {
    0x01: "CGG1", 0x04: "CGH1", 0x07: "CGG1", 0x09: "CGP1W", 0x0C: "CGD1", 0x0E: "CGDN1", 0x10: "CGDK2", 0x12: "CGPR1",
    0x18: "CGP23W", 0x1E: "CGC1", 0x24: "CGDN1", 0x5D: "CGP22C",
}  # fmt: skip


def service(value: bytes, address: bytes) -> tuple[str, Values] | None:
    """(model, values). None for unknown models and for an address that is not the sender's."""
    if len(value) < 9:
        return None
    model = _MODELS.get(value[1])
    if model is None or (model != "CGDN1" and value[2:8][::-1] != address):  # CGDN1 sends a neighbouring address
        return None
    read: Values = {}
    at = 8
    while at + 2 <= len(value):
        kind, size = value[at], value[at + 1]
        at += 2
        if at + size > len(value):
            break
        match kind, size:
            case 0x01, 4:
                read["temperature_c"] = i16_le(value, at) / 10
                read["humidity_pct"] = u16_le(value, at + 2) / 10
            case 0x02, 1:
                read["battery_pct"] = value[at]
            case 0x04, 1:
                read["opening"] = int(value[at] == 0)
            case 0x07, 2:
                read["pressure"] = u16_le(value, at) / 10
            case 0x08, 4:
                read["motion"] = value[at]
                read["illuminance_lx"] = u16_le(value, at + 1) + value[at + 3]
                if value[at]:
                    read["motion_timer"] = 1
            case 0x09, 4:
                read["illuminance_lx"] = u32_le(value, at)
            case 0x0F, 1:
                read["packet"] = value[at]
            case 0x11, 1:
                read["light"] = value[at]
            case 0x12, 4:
                read["pm2.5"] = u16_le(value, at)
                read["pm10"] = u16_le(value, at + 2)
            case 0x13, 2:
                read["co2"] = u16_le(value, at)
            case _:
                pass
        at += size
    return (model, read) if read else None
