"""MOKO: manufacturer data 0A62 of its P1 proximity beacon, service data FEE0 and EA00 of its buttons (BXP-B).

Layouts as public decoders read them: reelyactive advlib-ble-manufacturers (MIT); the maker's own app for BXP-B-D. FEE0
is Huami's number too: its frames are of other lengths (4 and 20 bytes).
"""

from __future__ import annotations

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, u16

COMPANY = 0x0A62
BUTTON_UUID, BUTTON_INFO_UUID = 0xFEE0, 0xEA00
_TRIGGERS = {0x20: "single press", 0x21: "double press", 0x22: "long press"}
_INACTIVE = 0x23
_TRIGGERED = 0x02  # beside it only 01: a password is set


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


def button(value: bytes) -> tuple[Values, int] | None:
    """A trigger frame: frame, flags, how often it was triggered (u16), an id of 1 to 6 bytes, type, firmware.

    Returns what it says and the count. Nothing is pressed in a frame whose trigger is over: it may be sent for ever.
    """
    if not 7 <= len(value) <= 12 or not 0x20 <= value[0] <= 0x2F or value[1] & ~0x03:
        return None
    values: Values = {}
    if value[1] & _TRIGGERED:
        if value[0] == _INACTIVE:
            values["inactive"] = True
        else:
            values["button"] = _TRIGGERS.get(value[0], f"unknown {value[0]:02x}")
    return values, u16(value, 2)


def button_info(value: bytes) -> Values | None:
    """What it is besides: its battery in mV at byte 13."""
    return {"battery_v": u16(value, 13) / 1000} if len(value) >= 21 and value[0] == 0x00 else None
