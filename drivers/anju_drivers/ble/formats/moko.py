"""MOKO TECHNOLOGY, manufacturer data 0A62, as its P1 proximity beacon sends it.

Layout as the public decoder reads it (reelyactive advlib-ble-manufacturers, MIT).
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, u16

COMPANY = 0x0A62


def manufacturer(value: bytes) -> Values | None:
    """Type 02, length of the rest, status (bit 0 motion, bit 3 contact open), ..., address, ..., mV at byte 16."""
    if len(value) < 18 or value[0] != 0x02 or len(value) != value[1] + 2:
        return None
    status = value[2]
    return {
        "battery_v": u16(value, 16) / 1000,
        "device_ids": [f"{value[4:10].hex()}/3"],
        "contact_closed": [not status & 0x08],
        "motion": [bool(status & 0x01)],
        "uri": f"{SNIFFYPEDIA}Organization/MOKO_Technology_Ltd/",
    }


def manufacturer_address(value: bytes) -> str | None:
    return value[4:10].hex() if manufacturer(value) else None
