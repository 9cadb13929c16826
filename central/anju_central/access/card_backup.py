"""The hub's card keys in a backup: all in one file for its owner alone, and how they come back beside newer ones.

Whoever has that file and a box's card reads the card; without it, what waits on boxes is lost once the hub's disk is.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from anju_base.whole_file import replace_file
from anju_central.access.authority import AuthorityDamaged
from anju_central.access.card_keys import CARD_KEY, load_card_keys

SUFFIX: Final = ".card-keys"
_PEM: Final = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n?", re.DOTALL)


def card_keys_copy(backup_file: Path) -> Path:
    """Where the card keys are in a backup."""
    return backup_file.with_name(f"{backup_file.name}{SUFFIX}")


def back_up_card_keys(folder: Path, target: Path) -> bool:
    """Writes all keys in `folder`, the one in use first. Returns False where there is none. Raises as `read_key`."""
    if not (folder / CARD_KEY).exists():
        return False
    replace_file(target, b"".join(map(_pem, load_card_keys(folder))))
    return True


def put_back_card_keys(source: Path, folder: Path, now_s: float | None = None) -> int:
    """Puts the keys of a backup into `folder`; returns how many were not there. Nothing that is there goes.

    Where no key is in use, the first one is; else they unwrap what was wrapped to them. Raises AuthorityDamaged for a
    file that holds no keys, OSError.
    """
    keys = read_card_keys(source)
    had_one = (folder / CARD_KEY).exists()
    known = {_point(key) for key in (load_card_keys(folder) if had_one else ())}
    missing = [key for key in keys if _point(key) not in known]
    if missing and not had_one:
        replace_file(folder / CARD_KEY, _pem(missing[0]))
    at_s = int(time.time() if now_s is None else now_s)
    for number, key in enumerate(missing[not had_one :]):
        replace_file(folder / f"card-{at_s:010d}-{number}.key", _pem(key))
    return len(missing)


def read_card_keys(source: Path) -> list[ec.EllipticCurvePrivateKey]:
    """Reads the keys of a backup. Raises AuthorityDamaged, OSError."""
    keys = []
    for pem in _PEM.findall(source.read_bytes()):
        try:
            key = load_pem_private_key(pem, None)
        except ValueError as error:
            raise AuthorityDamaged(f"{source}: {error}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise AuthorityDamaged(f"{source}: holds a key of another kind")
        keys.append(key)
    if not keys:
        raise AuthorityDamaged(f"{source}: holds no key")
    return keys


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
