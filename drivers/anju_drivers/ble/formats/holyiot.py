"""HolyIOT: service data 5242 of its trackers and buttons, 180A of its beacons B1.

Layout as custom-components/ble_monitor (MIT) reads it, checked against its captures.
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import Values, i8, i16

UUID, BEACON_UUID = 0x5242, 0x180A
_NAMES = {3: "humidity_pct", 4: "vibration", 5: "side"}


def service(value: bytes, address: bytes) -> Values | None:
    """Kind, battery, address, ..., measurement type at byte 10 and its value behind it.

    None when the address inside is not the sender's: somebody else uses this unregistered UUID.
    """
    if len(value) != 13 or value[2:8] != address:
        return None
    kind = value[10]
    read: Values = {"battery_pct": value[1]}
    if kind == 1:
        whole = i8(value, 11)
        read["temperature_c"] = whole + (-value[12] if value[11] & 0x80 else value[12]) / 100
    elif kind == 2:
        read["pressure"] = 80000 + i16(value, 11)
    elif kind in _NAMES:
        read[_NAMES[kind]] = value[11]
    elif kind == 6:
        read["button"] = "toggle" if value[11] else "released"
    else:
        return None
    return read


def beacon(value: bytes, address: bytes) -> Values | None:
    """A B1's battery: frame 01 or 02, address, a byte of unknown meaning, percent. Other uses of 180A give None."""
    if len(value) != 9 or value[0] not in (0x01, 0x02) or value[1:7] != address:
        return None
    return {"battery_pct": value[8]}
