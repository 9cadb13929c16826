"""Encrypts what stands on the card: rows and their running hashes, by a key that only this process and the hub have.

A key is made anew at each start of the process, and lies on the card wrapped to the hub's public key (`key_wrap`).
Each encryption takes the next number of a counter for its nonce. Stream and seq would not do: a commit that failed is
written again with other bytes under the same numbers (alarms merge meanwhile), and its first try may stand in the log.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Final

from anju_protos.chain import HASH_BYTES

if TYPE_CHECKING:  # a journal that is not encrypted pays nothing for it
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID_BYTES: Final = 8
TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_MARK: Final = Struct(f">{KEY_ID_BYTES}sQ")  # which key, and the counter of the nonce
HASH_BOX_BYTES: Final = _MARK.size + HASH_BYTES + TAG_BYTES
BODY_BOX_EXTRA_BYTES: Final = _MARK.size + TAG_BYTES
_PLACE: Final = Struct(">Qc")
_HASH, _BODY, _WHOLE = b"h", b"b", b"w"
_VALUE = b"anju value "
BOXED: Final = b"\0"  # before an encrypted value: no message begins so (protobuf has no field 0)


class KeyMissing(Exception):
    """What stands there is of an earlier start, and the hub has not given that start's key back yet."""

    def __init__(self, key_id: bytes) -> None:
        super().__init__(f"the key {key_id.hex()} of an earlier start is not here")
        self.key_id = key_id


class BoxDamaged(Exception):
    """What stands there was not written under that key at that place."""


def _invalid_tag() -> type[Exception]:
    """What `decrypt` raises for damage; looked up only then, since an import costs as much as a box does."""
    from cryptography.exceptions import InvalidTag

    return InvalidTag


def key_id_of(key: bytes) -> bytes:
    """Returns what names a key on the card and says nothing of it."""
    return sha256(b"anju boot key id" + key).digest()[:KEY_ID_BYTES]


def is_boxed(value: bytes) -> bool:
    """Whether a value that is kept by name is encrypted."""
    return value.startswith(BOXED) and len(value) >= len(BOXED) + BODY_BOX_EXTRA_BYTES


def key_of_boxed(value: bytes) -> bytes:
    """Returns the name of the key that such a value is encrypted by."""
    return value[len(BOXED) : len(BOXED) + KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key as it lies on the card: its name, itself wrapped to the hub's key."""

    key_id: bytes
    wrapped: bytes


class BootKey:
    """The key of this start, which encrypts. Used by one thread."""

    def __init__(self, hub: ec.EllipticCurvePublicKey, identity: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        from anju_protos.key_wrap import KEY_BYTES, purpose_of, wrap_key

        key = os.urandom(KEY_BYTES)
        self._cipher = AESGCM(key)
        self._count = 0
        self.key_id = key_id_of(key)
        self.wrapped = WrappedKey(self.key_id, wrap_key(key, hub, purpose_of(identity, self.key_id)))

    def hash_box(self, place: int, running: bytes) -> bytes:
        """Returns a running hash encrypted, bound to the row's key `place`; HASH_BOX_BYTES long."""
        return self._box(place, _HASH, running)

    def body_box(self, place: int, body: bytes) -> bytes:
        """Returns a row's body encrypted, bound to the row's key `place`; BODY_BOX_EXTRA_BYTES longer."""
        return self._box(place, _BODY, body)

    def whole_box(self, place: int, whole: bytes) -> bytes:
        """Returns running hash and body in one box, bound to the row's key `place`; BODY_BOX_EXTRA_BYTES longer."""
        return self._box(place, _WHOLE, whole)

    def boxed_value(self, name: str, value: bytes) -> bytes:
        """Returns a value that is kept by name, encrypted, as it stands there."""
        return BOXED + self._encrypt(value, _VALUE + name.encode())

    def _box(self, place: int, what: bytes, plain: bytes) -> bytes:
        return self._encrypt(plain, _PLACE.pack(place, what))

    def _encrypt(self, plain: bytes, bound_to: bytes) -> bytes:
        self._count += 1
        mark = _MARK.pack(self.key_id, self._count)
        nonce = self._count.to_bytes(_NONCE_BYTES, "big")
        return mark + self._cipher.encrypt(nonce, plain, bound_to)

    def opener(self) -> AESGCM:
        return self._cipher


@dataclass(slots=True)
class Card:
    """What a process can encrypt and read: its own key, None = nothing is encrypted, and those that the hub gave back.

    Shared by all connections of the journal, changed only by its writer's thread.
    """

    own: BootKey | None = None
    _openers: dict[bytes, AESGCM] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.own is not None:
            self.begin(self.own)

    def begin(self, own: BootKey) -> None:
        """From here on everything is encrypted by this key."""
        self.own = own
        self._openers[own.key_id] = own.opener()

    def add(self, keys: Mapping[bytes, bytes]) -> int:
        """Takes keys that the hub unwrapped, by their names; returns how many are new. Others' are passed over."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        from anju_protos.key_wrap import KEY_BYTES

        before = len(self._openers)
        for key_id, key in keys.items():
            if len(key) == KEY_BYTES and key_id_of(key) == key_id:
                self._openers.setdefault(key_id, AESGCM(key))
        return len(self._openers) - before

    def has(self, key_id: bytes) -> bool:
        return key_id in self._openers

    def open_hash(self, place: int, box: bytes) -> bytes:
        """Returns a running hash, as it stands in a row or skip: itself, or in its box. Raises as `open_body`."""
        return self._open(place, _HASH, box) if len(box) == HASH_BOX_BYTES else box

    def open_body(self, place: int, box: bytes) -> bytes:
        """Returns what `body_box` encrypted. Raises `KeyMissing` and `BoxDamaged`."""
        return self._open(place, _BODY, box)

    def open_whole(self, place: int, box: bytes) -> bytes:
        """Returns what `whole_box` encrypted. Raises as `open_body`."""
        return self._open(place, _WHOLE, box)

    def open_value(self, name: str, value: bytes) -> bytes:
        """Returns a value by name, as it stands there, or what it was before `boxed_value`. Raises as `open_body`."""
        return self._decrypt(value[len(BOXED) :], _VALUE + name.encode()) if is_boxed(value) else value

    def _open(self, place: int, what: bytes, box: bytes) -> bytes:
        return self._decrypt(box, _PLACE.pack(place, what))

    def _decrypt(self, box: bytes, bound_to: bytes) -> bytes:
        if len(box) < BODY_BOX_EXTRA_BYTES:
            raise BoxDamaged
        key_id, count = _MARK.unpack_from(box)
        opener = self._openers.get(key_id)
        if opener is None:
            raise KeyMissing(key_id)
        try:
            return opener.decrypt(count.to_bytes(_NONCE_BYTES, "big"), box[_MARK.size :], bound_to)
        except _invalid_tag() as error:
            raise BoxDamaged from error
