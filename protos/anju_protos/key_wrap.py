"""A box's key of one boot, wrapped so that only the hub can open it. The box wraps, the hub unwraps; no I/O.

    wrapped = version (1 byte) | ephemeral public key (65 bytes, uncompressed point) | AES-256-GCM of the key (48 bytes)

The wrapping key is HKDF-SHA-256 (RFC 5869) over the ECDH secret of a P-256 key made for this one wrap and the hub's;
its info names both public keys and what the key is for. It encrypts once, so its nonce is zero.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_BYTES: Final = 32
WRAPPED_BYTES: Final = 1 + 65 + KEY_BYTES + 16
_VERSION: Final = 1
_POINT_BYTES: Final = 65
_NONCE: Final = bytes(12)


class NotUnwrapped(Exception):
    """The hub cannot open a wrapped key: wrapped to another hub's key, of another box or boot, or damaged."""


def purpose_of(box_uri: str, key_id: bytes) -> bytes:
    """Returns what a box wraps a key for. The hub says the same of the box whose certificate asks: no other gets it."""
    return box_uri.encode() + b" boot key " + key_id


def wrap_key(key: bytes, hub: ec.EllipticCurvePublicKey, purpose: bytes) -> bytes:
    """Returns `key` (32 bytes) wrapped to the hub's P-256 public key.

    `purpose` names community, box and boot; who unwraps must say the same. Raises ValueError for another size or curve.
    """
    if len(key) != KEY_BYTES or hub.curve.name != "secp256r1":
        raise ValueError("a key of 32 bytes is wrapped to a P-256 key")
    once = ec.generate_private_key(ec.SECP256R1())
    point = _point(once.public_key())
    wrapping = _wrapping_key(once.exchange(ec.ECDH(), hub), point, _point(hub), purpose)
    return bytes([_VERSION]) + point + AESGCM(wrapping).encrypt(_NONCE, key, purpose)


def unwrap_key(wrapped: bytes, hub: ec.EllipticCurvePrivateKey, purpose: bytes) -> bytes:
    """Returns the key that `wrap_key` wrapped for the same purpose. Raises `NotUnwrapped`, for whatever bytes."""
    if len(wrapped) != WRAPPED_BYTES or wrapped[0] != _VERSION:
        raise NotUnwrapped("not a wrapped key of a version that this hub knows")
    point, sealed = wrapped[1 : 1 + _POINT_BYTES], wrapped[1 + _POINT_BYTES :]
    try:
        once = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        wrapping = _wrapping_key(hub.exchange(ec.ECDH(), once), point, _point(hub.public_key()), purpose)
        return AESGCM(wrapping).decrypt(_NONCE, sealed, purpose)
    except (ValueError, InvalidTag) as error:
        raise NotUnwrapped("wrapped to another key, for another purpose, or damaged") from error


def _wrapping_key(secret: bytes, once: bytes, hub: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"anju boot key" + once + hub + purpose).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
