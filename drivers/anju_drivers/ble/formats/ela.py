"""ELA Innovation tags (manufacturer data 0757) and what is sold as Teltonika EYE (089A).

Sources: ELA Innovation, "Bluetooth advertising formats"; Teltonika, EYE sensor protocol; layouts as public decoders
(reelyactive advlib-ble-manufacturers, custom-components/ble_monitor, MIT) read them.
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, i8, i16, i16_le, u16, u16_le

COMPANY, EYE_COMPANY = 0x0757, 0x089A
TEMPERATURE_UUID, HUMIDITY_UUID = 0x2A6E, 0x2A6F
URI = f"{SNIFFYPEDIA}Organization/ELA_Innovation_SA/"
_LENGTHS = {0x06: 7, 0x12: 3, 0x21: 5, 0x32: 3, 0x42: 3, 0x56: 7, 0x62: 3, 0x92: 3, 0xB2: 3, 0xF1: 2, 0xF2: 3}
_MODELS = (("PUCK_TH", "Blue Puck RHT"), ("PUCK_T", "Blue Puck T"), ("P RHT", "Blue Puck RHT"), ("C T", "Blue Coin T"),
           ("P T", "Blue Puck T"), ("C RHT", "Blue Coin RHT"), ("P MAG", "Blue Puck MAG"), ("P MOV", "Blue Puck MOV"),
           ("P PIR", "Blue Puck PIR"), ("P TOUCH", "Blue Puck TOUCH"))  # fmt: skip


def manufacturer(value: bytes) -> Values | None:
    """One ELA frame: type and value. A type we do not know still tells the maker; a wrong length tells nothing.

    The temperature probe sends type 12 with a signed value; MAG, MOV, DI, PIR and TOUCH send a counter whose lowest
    bit is the state.
    """
    if not value:
        return None
    kind = value[0]
    if kind not in _LENGTHS:
        return {"uri": URI}
    if len(value) != _LENGTHS[kind]:
        return None
    state = [bool(value[1] & 1)]
    read: Values = {"uri": URI}
    match kind:
        case 0x06:
            read["device_ids"] = [value[1:7].hex()]
        case 0x12:
            read["temperature_c"] = i16_le(value, 1) / 100
        case 0x21:
            read["humidity_pct"] = value[1]
            if value[2] == 0x12:
                read["temperature_c"] = i16_le(value, 3) / 100
        case 0x32 | 0x62:
            read["contact_closed"] = state
        case 0x42 | 0x92:
            read["motion"] = state
        case 0x56:
            read["acceleration_g"] = [i16_le(value, at) / 1000 for at in (1, 3, 5)]
        case 0xB2:
            read["button_pressed"] = state
        case 0xF1:
            read["battery_pct"] = value[1]
        case 0xF2:
            read["battery_v"] = u16_le(value, 1) / 1000
    return read


def touch_count(value: bytes) -> int | None:
    """How often a TOUCH tag's state changed, modulo 65536: tells one press from the next."""
    return u16_le(value, 1) if len(value) == 3 and value[0] == 0xB2 else None


def model(local_name: str) -> str:
    """The product that a tag's advertised name stands for, else the maker."""
    for start, name in _MODELS:
        if local_name.startswith(start):
            return name
    return "ELA"


def climate(uuid16: int, value: bytes) -> Values | None:
    """Temperature or humidity characteristic sent as service data."""
    if uuid16 == TEMPERATURE_UUID and len(value) == 2:
        return {"temperature_c": i16_le(value, 0) / 100}
    if uuid16 == HUMIDITY_UUID and len(value) == 1:
        return {"humidity_pct": value[0]}
    return None


def eye(value: bytes) -> Values | None:
    """EYE sensor: version 01, flags, then the values that the flags announce, in bit order."""
    if len(value) < 2 or value[0] != 0x01:
        return None
    flags, at = value[1], 2
    need = 2 * bool(flags & 1) + bool(flags & 2) + 2 * bool(flags & 16) + 3 * bool(flags & 32) + bool(flags & 128)
    if len(value) < at + need:
        return None
    read: Values = {}
    if flags & 0x01:
        read["temperature_c"] = i16(value, at) / 100
        at += 2
    if flags & 0x02:
        read["humidity_pct"] = value[at]
        at += 1
    if flags & 0x04:
        read["magnetic_field_detected"] = flags >> 3 & 1
    if flags & 0x10:
        read["moving"] = value[at] >> 7
        read["movement_counter"] = u16(value, at) & 0x7FFF
        at += 2
    if flags & 0x20:
        read["pitch"] = i8(value, at)
        read["roll"] = i16(value, at + 1)
        at += 3
    if flags & 0x40:
        read["battery_low"] = 1
    if flags & 0x80:
        read["voltage_v"] = round(2.0 + value[at] * 0.01, 3)
    return read
