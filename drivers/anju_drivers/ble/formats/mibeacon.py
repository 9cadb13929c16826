"""Xiaomi MiBeacon, service data FE95: frame, decryption, and the objects inside.

Written here and not taken from the library `xiaomi-ble`, because that one knows no bed sensor (MJZNZ018H), rounds
humidity, and costs 28 MB of imports; only the object table of the devices we want is needed. AES-CCM comes from
`cryptography`.

Sources: iot.mi.com, BLE access, "MiBeacon protocol" and "object definition"; products and objects as
custom-components/ble_monitor (MIT) and its captures show them.
"""

from __future__ import annotations

from typing import NamedTuple

from anju_drivers.ble.formats import ccm, mibeacon_objects
from anju_drivers.ble.formats.values import Values, u16_le

UUID = 0xFE95
_ENCRYPTED, _HAS_ADDRESS, _HAS_CAPABILITY, _HAS_OBJECT, _MESH = 0x0008, 0x0010, 0x0020, 0x0040, 0x0080
_LEGACY_KEY_MIDDLE = bytes.fromhex("8d3d3c97")
_ASSOCIATED = b"\x11"


class Message(NamedTuple):
    """`values` is None when the object could not be read: no key, a wrong key, or nothing inside."""

    model: str
    packet: int
    encrypted: bool
    counter: int | None
    values: Values | None


def decode(value: bytes, address: bytes, key: bytes | None = None) -> Message | None:
    """One advertisement. None for mesh and version 0 or 1 frames, unknown products, a foreign address inside."""
    if len(value) < 5:
        return None
    control = u16_le(value, 0)
    version = control >> 12
    if control & _MESH or version < 2:
        return None
    model = mibeacon_objects.MODELS.get(u16_le(value, 2))
    if model is None:
        return None
    at = 5
    if control & _HAS_ADDRESS:
        if value[at : at + 6][::-1] != address:
            return None
        at += 6
    if control & _HAS_CAPABILITY:
        if at >= len(value):
            return None
        at += 2 if value[at] & 0x20 else 1
    packet, encrypted = value[4], bool(control & _ENCRYPTED)
    if not control & _HAS_OBJECT or at > len(value):
        return Message(model, packet, encrypted, None, None)
    payload: bytes | None = value[at:]
    counter = None
    if encrypted:
        payload = _decrypt_legacy(value, at, address, key) if version <= 3 else _decrypt(value, at, address, key)
        if payload is not None and version > 3:
            counter = int.from_bytes(value[4:5] + value[-7:-4], "little")
    values = None if payload is None else _objects(payload, model)
    return Message(model, packet, encrypted, counter, values)


def _decrypt(value: bytes, at: int, address: bytes, key: bytes | None) -> bytes | None:
    """Version 4 and 5: 16-byte key; behind the cipher text 3 bytes of counter and 4 of integrity code."""
    if key is None or len(key) != 16 or len(value) < at + 8:
        return None
    nonce = address[::-1] + value[2:5] + value[-7:-4]
    return ccm.decrypt(key, nonce, value[at:-7] + value[-4:], _ASSOCIATED)


def _decrypt_legacy(value: bytes, at: int, address: bytes, key: bytes | None) -> bytes | None:
    """Version 2 and 3: 12-byte key, 3 bytes of counter and one of a check that nobody documents.

    The integrity code is cut off, so this is CCM without its check: counter mode from block 1 on.
    """
    if key is None or len(key) != 12 or len(value) < at + 5:
        return None
    whole_key = key[:6] + _LEGACY_KEY_MIDDLE + key[6:]
    nonce = value[0:5] + value[-4:-1] + address[::-1][:5]
    return ccm.decrypt_unchecked(whole_key, nonce, value[at:-4])


def _objects(payload: bytes, model: str) -> Values | None:
    read: Values = {}
    at = 0
    while at + 3 <= len(payload):
        kind, size = u16_le(payload, at), payload[at + 2]
        stop = at + 3 + size
        if stop > len(payload):
            break
        read |= mibeacon_objects.read(kind, payload[at + 3 : stop], model)
        at = stop
    return read or None
