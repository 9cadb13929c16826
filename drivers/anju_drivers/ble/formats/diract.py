"""DirAct: who met whom, manufacturer data 0583 (Code Blue Communications).

Layout as the public decoder reads it (reelyactive advlib-ble-manufacturers, MIT).
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values

COMPANY = 0x0583
_URI = f"{SNIFFYPEDIA}Organization/Code_Blue_Communications_Inc/DirAct/"
_LENGTHS = (9, 14, 19, 24)  # head and up to three neighbours of 5 bytes


def manufacturer(value: bytes) -> Values | None:
    """Frame 01: who is near now; frame 11: a page of the day's encounters."""
    if len(value) not in _LENGTHS:
        return None
    used = (value[1] & 0x1F) + 2
    neighbours = [value[at : at + 5] for at in (9, 14, 19) if at < used and at + 5 <= len(value)]
    match value[0]:
        case 0x01:
            return _proximity(value, neighbours)
        case 0x11:
            return _digest(value, neighbours)
        case _:
            return None


def _proximity(value: bytes, neighbours: list[bytes]) -> Values:
    sensors = int.from_bytes(value[6:9], "big")
    axes = [sensors >> shift & 0x3F for shift in (18, 12, 6)]
    read: Values = {
        "device_ids": [value[2:6].hex()],
        "battery_pct": int(100 * (sensors & 0x3F) / 63 + 0.5),
        "tx_count": value[1] >> 5,
        "nearest": [{"deviceId": one[:4].hex(), "rssi": (one[4] & 0x3F) - 92} for one in neighbours],
        "uri": _URI,
    }
    if 0x20 not in axes:
        read["acceleration_g"] = [(axis - 64 if axis > 0x20 else axis) / 16 for axis in axes]
    return read


def _digest(value: bytes, neighbours: list[bytes]) -> Values:
    page = value[1] >> 5
    met: list[object] = [None] * (3 * page)
    met += [{"deviceId": one[:4].hex(), "count": _count(one[4])} for one in neighbours]
    return {
        "device_ids": [value[2:6].hex()],
        "interactionDigest": {
            "timestamp": int.from_bytes(value[6:9], "big") & 0x7FFFFF,
            "interactions": met,
        },
        "uri": _URI,
    }


def _count(code: int) -> int:
    """Above 128 the counter goes in steps of 256."""
    return (code & 0x7F) << 8 if code > 0x80 else code
