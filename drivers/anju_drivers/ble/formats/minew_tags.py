"""Minew, manufacturer data 0639: S3, S4, MSE and Connect V3 tags.

Layouts as public decoders read them (reelyactive advlib-ble-manufacturers, MIT).
"""

from __future__ import annotations

from anju_drivers.ble.formats.minew import URI, vector
from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, i8, reversed_hex, signed_8_8, u16, u16_le

COMPANY = 0x0639


def manufacturer(value: bytes) -> Values | None:
    """Manufacturer data: the first byte is the product line, the second the frame."""
    if len(value) < 2:
        return None
    match value[0]:
        case 0x51:
            return _mse(value)
        case 0xA3:
            return _s3(value)
        case 0xA4:
            return _s4(value)
        case 0xCA:
            return _connect(value)
        case _:
            return None


def manufacturer_address(value: bytes) -> str | None:
    """The sender's address where the frame carries it, 12 hex digits."""
    values = manufacturer(value) or {}
    ids = values.get("device_ids")
    return str(ids[0]).partition("/")[0] if isinstance(ids, list) else None


def _device(value: bytes, at: int) -> Values:
    return {"device_ids": [f"{reversed_hex(value, at)}/2"], "uri": URI}


def _version(value: bytes) -> str:
    return f"{value[2]}.{value[3]}.{value[4]}"


def _mse(value: bytes) -> Values | None:
    if len(value) < 7 or value[1] not in (0x01, 0x02):
        return None
    count, battery, flags = value[2], value[3], value[4]
    return {
        "battery_pct": battery,
        "button_pressed": [bool(flags & 0x20), bool(flags & 0x40)],
        "contact_closed": [not flags & 0x01],
        "motion": [bool(flags & 0x02)],
        "levelPercentage": 100 * (u16_le(value, 5) & 0x0FFF) / 0x0FFF,
        "tx_count": count,
        "uri": f"{SNIFFYPEDIA}Product/Minew_MSE{value[1]:02d}/",
    }


def _s3(value: bytes) -> Values | None:
    if value[1] == 1 and len(value) == 20:
        return _device(value, 12) | {"version": _version(value)}
    if value[1] == 3 and len(value) == 16:
        return _device(value, 7) | {
            "battery_pct": value[2],
            "temperature_c": signed_8_8(value, 3),
            "humidity_pct": signed_8_8(value, 5),
        }
    return None


def _s4(value: bytes) -> Values | None:
    if value[1] == 0 and len(value) == 18:
        return _device(value, 10) | {"version": _version(value)}
    if value[1] == 1 and len(value) == 15:  # door alarm, tamper alarm, trigger
        return _device(value, 7) | {"battery_pct": value[2], "contact_closed": [value[3] == 0]}
    return None


def _connect(value: bytes) -> Values | None:
    kind = value[1]
    if kind == 0x03:
        return _connect_blocks(value)
    if kind == 0x1B:
        return _connect_temperature(value)
    if len(value) != 24:
        return None
    if kind == 0x00:
        version = u16(value, 9)
        return _device(value, 2) | {
            "battery_pct": value[8],
            "version": f"{version >> 13 & 0x03}.{version >> 7 & 0x3F}.{version & 0x7F}",
        }
    if kind == 0x05:
        read: Values = {
            "name": value[9:17].decode("utf-8", "replace").replace("\0", ""),
            "temperature_c": signed_8_8(value, 5),
            "uri": URI,
        }
        if not value[3] & 0x02:  # a temperature-only model
            read["humidity_pct"] = signed_8_8(value, 7)
        if value[2] > 0:
            read["isMarked"] = [value[17] == 0x01]
        return read
    if kind == 0x18 and value[2] == 0x00:
        return {"passageCounts": [u16_le(value, 4), u16_le(value, 6)], "passageCountsCycle": value[3], "uri": URI}
    if kind == 0x18 and value[2] == 0x01:
        return {"numberOfOccupants": value[4] & 0x0F, "numberOfOccupantsCycle": value[3], "uri": URI}
    if kind == 0x1E:
        flags = value[6]
        return {
            "distance_m": u16_le(value, 4) / 1000,
            "distanceCycle": value[3],
            "contact_closed": [not flags & 0x01],
            "motion": [bool(flags & 0x02)],
            "occupancy": [bool(flags & 0x04)],
            "battery_low": bool(flags & 0x08),
            "occupancyDetectionCycle": value[7],
            "tamperCycle": value[8],
            "uri": URI,
        }
    return None


def _connect_blocks(value: bytes) -> Values | None:
    if len(value) < 6:
        return None
    read: Values = {"uri": URI}
    at, end = 2, len(value) - 4  # salt and checksum stand behind the blocks
    while at < end:
        match value[at]:
            case 0x03 if at + 7 <= end:
                read["acceleration_g"] = vector(value, at + 1)
                at += 7
            case 0x1F if at + 5 <= end:  # door and tamper: flags, then a counter for each
                read["contact_closed"] = [not value[at + 1] & 0x80]
                read["tamper"] = [bool(value[at + 1] & 0x40)]
                read |= {"isContactDetectedCycle": value[at + 2], "isTamperDetectedCycle": value[at + 4]}
                at += 5
            case 0x21 if at + 2 <= end:
                read["battery_pct"] = value[at + 1]
                at += 2
            case 0x22 if at + 2 <= end:
                read["contact_closed"] = [value[at + 1] == 0]
                at += 2
            case _:
                break  # a block of unknown length hides all that follow
    return read


def _connect_temperature(value: bytes) -> Values | None:
    if len(value) < 3 or value[2] & 0x80:  # the top bit says encrypted
        return None
    if value[2] == 0x02 and len(value) == 19:  # raw words of a Sensirion SHT4x (its data sheet, 4.6)
        return _device(value, 10) | {
            "battery_v": u16(value, 17) / 1000,
            "temperature_c": 175 * u16(value, 5) / 65535 - 45,
            "humidity_pct": 125 * u16(value, 7) / 65535 - 6,
        }
    if len(value) == 24:
        return _device(value, 6) | {
            "battery_v": u16(value, 12) / 1000,
            "temperature_c": signed_8_8(value, 14),
            "tx_power_dbm": i8(value, 17),
            "uri": f"{SNIFFYPEDIA}Product/Minew_MTB02/" if u16(value, 3) == 0x0007 else URI,
        }
    return None
