"""From what a Minew receiver heard to what the BLE decoders take: one advertising report for each advertisement.

A receiver in JSON-LONG reads some advertisements itself and posts only the values. They are put back into the bytes
they were read from, so that one set of decoders, and one set of SOS identities, serves serial and LAN receivers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from anju_drivers.ble import ad
from anju_drivers.ble.formats import minew
from anju_drivers.ble.formats.ibeacon import APPLE
from anju_drivers.ble.frames import RSSI_UNKNOWN, AdvertisingReport
from anju_drivers.minew.frames import Heard, number

PUBLIC, RANDOM = 0, 1
_FLAGS = (ad.FLAGS, b"\x06")
_UUID = re.compile(r"[0-9a-f]{32}")
# Phones and computers: their private addresses change every few minutes, and where the receiver does not say that an
# address is random, this is how they are told from bands. Apple's iBeacon (02 15) is not among them.
_PHONES = (b"\xff\x4c\x00", b"\xff\x06\x00", b"\x16\xf3\xfe", b"\x16\xf1\xfc")


def reports(heard: Heard) -> Iterator[AdvertisingReport]:
    """The reports of one sender, in the order of the push."""
    rebuilt = rebuild(heard.address, heard.decoded) if heard.decoded else b""
    if not heard.packets and heard.decoded:
        yield AdvertisingReport(heard.address, PUBLIC, 0, rebuilt, RSSI_UNKNOWN)
    for packet in heard.packets:
        data = packet.advert or rebuilt
        yield AdvertisingReport(
            heard.address, _address_type(heard.address, data, packet.is_random), 0, data, packet.rssi_dbm
        )


def _address_type(address: bytes, data: bytes, is_random: bool | None) -> int:
    """Public unless the firmware or the payload says otherwise: an adopted band must not vanish for old firmware.

    Firmware before 3.1.3 leaves the flag 0 for everybody, so a 0 is no proof.
    """
    if is_random:
        return RANDOM
    may_be_private = address[0] < 0x80  # the two top bits 00 or 01: Core volume 6, part B, 1.3.2.2
    is_phone = any(sign in data for sign in _PHONES) and b"\xff\x4c\x00\x02\x15" not in data
    return RANDOM if may_be_private and is_phone else PUBLIC


def rebuild(address: bytes, decoded: Mapping[str, object]) -> bytes:
    """Advertising data that says the same as a JSON-LONG entry's values; empty where it says nothing we know.

    Field names as in captures (S1) and in the maker's manual (iBeacon, of which there is no public capture).
    """
    structures = []
    battery = _number(decoded, "battery", 1, 100)  # 0 is what a receiver writes where the advert has no battery
    temperature, humidity = _number(decoded, "temperature", -100, 127), _number(decoded, "humidity", 0, 100)
    uuid = str(decoded.get("ibeaconUuid", "")).lower().replace("-", "")
    major, minor = _number(decoded, "ibeaconMajor", 0, 0xFFFF), _number(decoded, "ibeaconMinor", 0, 0xFFFF)
    if _UUID.fullmatch(uuid) and major is not None and minor is not None:
        power = _number(decoded, "ibeaconTxPower", -128, 127) or 0
        numbers = round(major).to_bytes(2, "big") + round(minor).to_bytes(2, "big")
        beacon = b"\x02\x15" + bytes.fromhex(uuid) + numbers + round(power).to_bytes(1, "big", signed=True)
        structures.append(ad.manufacturer_data(APPLE, beacon))
    if temperature is not None and humidity is not None and battery is not None:
        climate = _fixed(temperature) + _fixed(humidity)
        structures.append(ad.service_data(minew.UUID, b"\xa1\x01" + bytes((round(battery),)) + climate + address[::-1]))
    elif battery is not None:
        structures.append(ad.service_data(minew.UUID, b"\xa1\x08" + bytes((round(battery),)) + address[::-1]))
    return ad.encode(_FLAGS, *structures) if structures else b""


def _number(decoded: Mapping[str, object], name: str, low: float, high: float) -> float | None:
    value = number(decoded.get(name))
    return value if value is not None and low <= value <= high else None


def _fixed(value: float) -> bytes:
    """8.8, signed."""
    return round(value * 256).to_bytes(2, "big", signed=True)
