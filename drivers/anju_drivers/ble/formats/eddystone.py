"""Eddystone frames, service UUID FEAA: who it is (UID, EID), a link (URL), telemetry (TLM); and KKM's sensor frame.

Sources: google/eddystone protocol specification (UID, URL, TLM, EID); FEAA frames 40 and 41 are Google's Find Hub
network; 21 is KKM's (KBeacon K6).
"""

from __future__ import annotations

import math

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, coin_cell_pct, i8, i16, signed_8_8, u16, u32

UUID = 0xFEAA
_SCHEMES = ("http://www.", "https://www.", "http://", "https://")
_ENDINGS = (".com/", ".org/", ".edu/", ".net/", ".info/", ".biz/", ".gov/",
            ".com", ".org", ".edu", ".net", ".info", ".biz", ".gov")  # fmt: skip


def decode(value: bytes) -> Values | None:
    """Any frame of this service."""
    if len(value) < 4:
        return None
    match value[0]:
        case 0x00:
            name = uid(value)
            return None if name is None else {"tx_power_dbm": i8(value, 1), "device_ids": [name]}
        case 0x10:
            return _url(value)
        case 0x20:
            return _telemetry(value)
        case 0x30:
            return _ephemeral(value)
        case 0x40 | 0x41:
            return {"uri": f"{SNIFFYPEDIA}Service/Find_Hub/"}
        case _:
            return None


def uid(value: bytes) -> str | None:
    """`namespace/instance` in hex of a UID frame; some beacons leave out its two reserved bytes."""
    if len(value) not in (18, 20) or value[0] != 0x00:
        return None
    return f"{value[2:12].hex()}/{value[12:18].hex()}"


def url(value: bytes) -> str | None:
    """The link of a URL frame."""
    if len(value) < 4 or value[0] != 0x10 or value[2] >= len(_SCHEMES):
        return None
    text = _SCHEMES[value[2]]
    for code in value[3:]:
        if code < len(_ENDINGS):
            text += _ENDINGS[code]
        elif 0x20 < code < 0x7F:
            text += chr(code)
        else:
            return None
    return text


def _url(value: bytes) -> Values | None:
    link = url(value)
    return None if link is None else {"tx_power_dbm": i8(value, 1), "uri": link}


def _telemetry(value: bytes) -> Values | None:
    if len(value) != 14 or value[1] != 0x00:  # version 1 is encrypted
        return None
    read: Values = {"tx_count": u32(value, 6), "uptime_ms": u32(value, 10) * 100}
    if u16(value, 2):  # 0 = mains, no battery
        read["battery_v"] = u16(value, 2) / 1000
    if i16(value, 4) != -0x8000:  # -128 C = no sensor
        read["temperature_c"] = signed_8_8(value, 4)
    return read


def _ephemeral(value: bytes) -> Values | None:
    if len(value) != 10:
        return None
    return {"tx_power_dbm": i8(value, 1), "device_ids": [f"{value[2:10].hex()}/0"]}


def kkm(value: bytes) -> Values | None:
    """KKM sensor frame: 21, version, mask, mV, temperature and humidity 8.8, acceleration 3 x mg."""
    if len(value) != 15 or value[0] != 0x21:
        return None
    x, y, z = i16(value, 9), i16(value, 11), i16(value, 13)
    return {
        "temperature_c": signed_8_8(value, 5),
        "humidity_pct": u16(value, 7) / 256,
        "acceleration_mg": round(math.sqrt(x * x + y * y + z * z), 1),
        "acceleration_x_mg": x,
        "acceleration_y_mg": y,
        "acceleration_z_mg": z,
        "voltage_v": u16(value, 3) / 1000,
        "battery_pct": coin_cell_pct(u16(value, 3) / 1000),
    }
