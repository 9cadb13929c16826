"""The structures inside advertising data: type, length, value.

Source: Bluetooth Core Specification Supplement, part A; assigned numbers of AD types, 2.3.
"""

from __future__ import annotations

FLAGS = 0x01
UUID32_LIST = 0x05
SHORT_NAME, COMPLETE_NAME = 0x08, 0x09
SERVICE_DATA_16 = 0x16
MANUFACTURER_DATA = 0xFF


def structures(data: bytes) -> list[tuple[int, bytes]]:
    """(type, value) in order. A structure that runs past the end, and all behind it, is left out; so is padding."""
    found: list[tuple[int, bytes]] = []
    at, end = 0, len(data)
    while at < end:
        length = data[at]
        stop = at + 1 + length
        if length == 0 or stop > end:
            break
        found.append((data[at + 1], data[at + 2 : stop]))
        at = stop
    return found


def truncated(data: bytes) -> bytes:
    """What stands behind the last whole structure: a structure cut short; padding counts as nothing."""
    at, end = 0, len(data)
    while at < end and data[at] and at + 1 + data[at] <= end:
        at += 1 + data[at]
    return data[at:] if at < end and data[at] else b""


def encode(*parts: tuple[int, bytes]) -> bytes:
    """Advertising data of these structures."""
    return b"".join(bytes((len(value) + 1, kind)) + value for kind, value in parts)


def service_data(uuid16: int, value: bytes) -> tuple[int, bytes]:
    return SERVICE_DATA_16, uuid16.to_bytes(2, "little") + value


def manufacturer_data(company: int, value: bytes) -> tuple[int, bytes]:
    return MANUFACTURER_DATA, company.to_bytes(2, "little") + value
