"""AES-CCM with 4 bytes of integrity code, as advertisements of BTHome and Xiaomi use it (RFC 3610).

`cryptography` is imported at the first use: it takes 6 MB, and most sites have no encrypted device. A driver that has
keys calls `load` when it starts, so that the first press does not wait for it.
"""

from __future__ import annotations

import importlib


def load() -> None:
    """Imports what `decrypt` needs."""
    importlib.import_module("cryptography.hazmat.primitives.ciphers.aead")


def decrypt(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes | None:
    """The plain bytes of cipher text and code; None when key or code do not fit."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM

    try:
        return AESCCM(key, tag_length=4).decrypt(nonce, sealed, associated)
    except InvalidTag:
        return None


def decrypt_unchecked(key: bytes, nonce: bytes, cipher_text: bytes) -> bytes:
    """The plain bytes where the code was cut off: counter mode from block 1 on. Any key gives some bytes."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    first_block = bytes((14 - len(nonce),)) + nonce + (1).to_bytes(15 - len(nonce), "big")
    cipher = Cipher(algorithms.AES(key), modes.CTR(first_block)).decryptor()
    return cipher.update(cipher_text) + cipher.finalize()
