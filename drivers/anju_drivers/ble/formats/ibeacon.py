"""iBeacon and AltBeacon: an identity and nothing else.

Sources: Apple, Proximity Beacon Specification R1; AltBeacon Protocol Specification v1.0.
"""

from __future__ import annotations

from typing import NamedTuple

from anju_drivers.ble.formats.values import SNIFFYPEDIA, Values, i8, u16

APPLE = 0x004C
_MAKERS = {
    0x0006: "Microsoft",
    0x004C: "Apple, Inc.",
    0x0059: "Nordic Semiconductor ASA",
    0x0075: "Samsung Electronics Co. Ltd.",
    0x00E0: "Google",
    0x0118: "Radius Networks, Inc.",
    0x0157: "Anhui Huami Information Technology Co., Ltd.",
}


class Beacon(NamedTuple):
    """Which beacon it is. `uuid` is 32 hex digits in lower case."""

    uuid: str
    major: int
    minor: int
    tx_power_dbm: int

    @property
    def name(self) -> str:
        """`uuid/major/minor`, numbers in decimal, as configurations write it."""
        return f"{self.uuid}/{self.major}/{self.minor}"


def ibeacon(value: bytes) -> Beacon | None:
    """Manufacturer data of Apple: 02 15, UUID, major, minor (big-endian), power at 1 m."""
    if len(value) < 23 or value[0] != 0x02 or value[1] != 0x15:
        return None
    return Beacon(value[2:18].hex(), u16(value, 18), u16(value, 20), i8(value, 22))


def altbeacon(value: bytes) -> Beacon | None:
    """Manufacturer data of any company: BE AC, 20 bytes of identity read as UUID, major and minor, power at 1 m."""
    if len(value) < 23 or value[0] != 0xBE or value[1] != 0xAC:
        return None
    return Beacon(value[2:18].hex(), u16(value, 18), u16(value, 20), i8(value, 22))


def ibeacon_id(value: bytes) -> Values | None:
    """The identity as one signature, all in hex: `uuid/major/minor`."""
    beacon = ibeacon(value)
    if beacon is None or len(value) != 23:
        return None
    return {
        "tx_power_dbm": beacon.tx_power_dbm,
        "device_ids": [f"{beacon.uuid}/{beacon.major:04x}/{beacon.minor:04x}"],
        "uri": f"{SNIFFYPEDIA}Organization/Apple_Inc/iBeacon/",
    }


def ibeacon_values(beacon: Beacon) -> Values:
    """The identity in parts, and the temperature and humidity that Cypress tags hide in the minor number."""
    return {
        "uuid": beacon.uuid,
        "tracker_id": beacon.uuid,
        "major": beacon.major,
        "minor": beacon.minor,
        "tx_power_dbm": beacon.tx_power_dbm,
        "cypress_temperature": 175.72 * ((beacon.minor & 0xFF) * 256) / 65536 - 46.85,
        "cypress_humidity": 125.0 * (beacon.minor & 0xFF00) / 65536 - 6,
    }


def altbeacon_values(company: int, beacon: Beacon) -> Values:
    return {
        "manufacturer": _MAKERS.get(company, "Other"),
        "uuid": beacon.uuid,
        "tracker_id": beacon.uuid,
        "major": beacon.major,
        "minor": beacon.minor,
        "tx_power_dbm": beacon.tx_power_dbm,
    }
