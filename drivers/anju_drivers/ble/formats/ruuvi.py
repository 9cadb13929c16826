"""Ruuvi: manufacturer data 0499, formats 3, 5 (RuuviTag) and 6 (Ruuvi Air); formats 2 and 4 in an Eddystone URL.

Source: docs.ruuvi.com, communication, Bluetooth advertisements. Values a tag marks as not available are left out.
"""

from __future__ import annotations

import base64
import binascii
import math

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, coin_cell_pct, i16, u16

COMPANY = 0x0499
URI = f"{SNIFFYPEDIA}Organization/Ruuvi_Innovations_Ltd_Oy/"
_NONE_16, _NONE_I16 = 0xFFFF, -0x8000
_LUX_STEP = math.log(65536) / 254
_URL_DATA = 11  # scheme, "ruu.vi/#" and the frame's own two bytes


def manufacturer(value: bytes) -> Values | None:
    """Format 5 in SI units: Pa, g, V; format 6; any other format only tells the maker."""
    if not value:
        return None
    if value[0] == 0x05:
        return _tag(value) if len(value) == 24 else None
    if value[0] == 0x06:
        return _air(value) if len(value) == 20 else None
    return {"uri": URI}


def _tag(value: bytes) -> Values:
    power = u16(value, 13)
    read: Values = {
        "tx_count": u16(value, 16),
        "device_ids": [value[18:24].hex()],
        "uri": f"{SNIFFYPEDIA}Product/Ruuvi_RuuviTag/",
    }
    if i16(value, 1) != _NONE_I16:
        read["temperature_c"] = i16(value, 1) / 200
    if u16(value, 3) != _NONE_16:
        read["humidity_pct"] = u16(value, 3) / 400
    if u16(value, 5) != _NONE_16:
        read["pressure_pa"] = u16(value, 5) + 50000
    acceleration = [i16(value, at) for at in (7, 9, 11)]
    if _NONE_I16 not in acceleration:
        read["acceleration_g"] = [part / 1000 for part in acceleration]
    if power >> 5 != 0x7FF:
        read["battery_v"] = (1600 + (power >> 5)) / 1000
    if power & 0x1F != 0x1F:
        read["tx_power_dbm"] = 2 * (power & 0x1F) - 40
    return read


def _air(value: bytes) -> Values:
    flags = value[16]
    volatile, nitrogen = value[11] * 2 + (flags >> 6 & 1), value[12] * 2 + (flags >> 7)
    read: Values = {"tx_count": value[15], "uri": f"{SNIFFYPEDIA}Product/Ruuvi_Air/"}
    if i16(value, 1) != _NONE_I16:
        read["temperature_c"] = i16(value, 1) / 200
    if u16(value, 3) != _NONE_16:
        read["humidity_pct"] = u16(value, 3) / 400
    if u16(value, 5) != _NONE_16:
        read["pressure_pa"] = u16(value, 5) + 50000
    if u16(value, 7) != _NONE_16:
        read["pm2.5"] = u16(value, 7) / 10
    if u16(value, 9) != _NONE_16:
        read["carbonDioxideConcentration"] = u16(value, 9)
    if volatile != 511:
        read["volatileOrganicCompoundsConcentration"] = _ppm_of_index(volatile)
    if nitrogen != 511:
        read["nitrogenOxideIndex"] = nitrogen
    if value[13] != 0xFF:
        read["illuminance_lx"] = round(math.exp(value[13] * _LUX_STEP), 2) - 1
    return read


def _ppm_of_index(index: int) -> float:
    """Sensirion's VOC index (1 to 500) as ppm.

    Source: Sensirion, "What is Sensirion's VOC Index?": ethanol ppb = (ln(501 - index) - 6.24) * -381.97; times 0.58
    as Ruuvi's public decoders count it.
    """
    return (math.log(501 - min(index, 500)) - 6.24) * -381.97 * 0.58 / 1000


def tag_values(value: bytes) -> Values | None:
    """Formats 3 and 5 in what users of tags are used to: hPa, milli-g, and a battery percentage."""
    if value[:1] == b"\x03" and len(value) >= 14:
        return _format_3(value)
    if value[:1] != b"\x05" or len(value) < 18:
        return None
    power, x, y, z = u16(value, 13), i16(value, 7), i16(value, 9), i16(value, 11)
    voltage_v = (1600 + (power >> 5)) / 1000
    read: Values = {"tx_power": 2 * (power & 0x1F) - 40, "motion": 0, "motion_timer": 0, "packet": u16(value, 16)}
    if power >> 5 != 0x7FF:
        read |= {"voltage_v": voltage_v, "battery_pct": coin_cell_pct(voltage_v)}
    if i16(value, 1) != _NONE_I16:
        read["temperature_c"] = round(i16(value, 1) / 200, 2)
    if u16(value, 3) != _NONE_16:
        read["humidity_pct"] = round(u16(value, 3) / 400, 2)
    if u16(value, 5) != _NONE_16:
        read["pressure"] = round((u16(value, 5) + 50000) / 100, 2)
    if _NONE_I16 not in (x, y, z):
        read |= _acceleration(x, y, z)
    return read


def _format_3(value: bytes) -> Values:
    x, y, z = i16(value, 6), i16(value, 8), i16(value, 10)
    voltage_v = u16(value, 12) / 1000
    return {
        "humidity_pct": value[1] * 0.5,
        "temperature_c": _sign_and_magnitude(value[2], value[3]),
        "pressure": round((u16(value, 4) + 50000) / 100, 2),
        "voltage_v": voltage_v,
        "battery_pct": coin_cell_pct(voltage_v),
    } | _acceleration(x, y, z)


def _acceleration(x: int, y: int, z: int) -> Values:
    return {
        "acceleration_mg": math.sqrt(x * x + y * y + z * z),
        "acceleration_x_mg": x,
        "acceleration_y_mg": y,
        "acceleration_z_mg": z,
    }


def _sign_and_magnitude(whole: int, hundredths: int) -> float:
    size = (whole & 0x7F) + hundredths / 100
    return round(-size if whole & 0x80 else size, 2)


def url_values(frame: bytes) -> Values | None:
    """Formats 2 and 4: an Eddystone URL `ruu.vi/#` and 8 (or 9) base64 letters."""
    if frame[:1] != b"\x10" or frame[3:_URL_DATA] != b"ruu.vi/#" or len(frame) < _URL_DATA + 8:
        return None
    try:
        data = base64.b64decode(frame[_URL_DATA : _URL_DATA + 8], b"-_", validate=True)
    except binascii.Error:
        return None
    if len(data) != 6 or data[0] not in (2, 4):
        return None
    return {
        "humidity_pct": data[1] * 0.5,
        "temperature_c": _sign_and_magnitude(data[2], data[3]),
        "pressure": round((u16(data, 4) + 50000) / 100, 2),
    }
