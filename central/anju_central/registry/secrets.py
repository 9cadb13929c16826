"""What stands encrypted in the registry, by a key that is no part of it: a copy of the registry alone tells nothing.

One key of 32 bytes, in `registry.key` of the data folder (0600) or as a systemd credential of that name; each purpose
gets a key of its own out of it (HKDF-SHA256, RFC 5869), so that nothing written for one can be read as another's. The
file may hold several, one a line, `ID:HEX`: the first encrypts, all decrypt, so that a key can be changed.

A sealed value is `version (1) || key id (4) || nonce (12) || AES-256-GCM (NIST SP 800-38D)`; whose it is (an account, a
resident) is associated data: moved to another row it opens no more.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from anju_base.whole_file import replace_file

KEY_FILE: Final = "registry.key"
TOTP: Final = "totp"  # purposes, the word that `open` takes
KEY_BYTES: Final = 32
VERSION: Final = 1
ID_BYTES: Final = 4
NONCE_BYTES: Final = 12
OVERHEAD_BYTES: Final = 1 + ID_BYTES + NONCE_BYTES + 16
MAX_FILE_BYTES: Final = 4096
NOTE: Final = (
    "# the key of what is encrypted in the hub's registry; keep a copy, not beside the backups (docs/hub.md, 7)\n"
)
Reason = Literal["missing", "damaged", "other-key"]


class SecretsUnavailable(Exception):
    """A sealed value cannot be written or read now. `reason`: no key, key or value damaged, or the key is another."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class _Key:
    id: bytes
    key: bytes


class SecretBox:
    """Seals and opens values of one purpose. Given by `RegistrySecrets.open`."""

    def __init__(self, owner: RegistrySecrets, purpose: str) -> None:
        self._owner = owner
        self._purpose = purpose

    def seal(self, plain: bytes, whose: str) -> bytes:
        """Returns what may be stored in `whose` row. Raises SecretsUnavailable where there is no key."""
        key = self._owner.newest()
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = bytes([VERSION]) + key.id
        return head + nonce + AESGCM(self._derived(key)).encrypt(nonce, plain, self._about(head, whose))

    def unseal(self, sealed: bytes, whose: str) -> bytes:
        """Returns what was sealed for this purpose and row. Raises SecretsUnavailable."""
        if len(sealed) < OVERHEAD_BYTES or sealed[0] != VERSION:
            raise SecretsUnavailable("damaged", "what is stored is no sealed value: restore the registry")
        head, nonce, rest = sealed[: 1 + ID_BYTES], sealed[1 + ID_BYTES :][:NONCE_BYTES], sealed[OVERHEAD_BYTES - 16 :]
        key = self._owner.of_id(head[1:])
        try:
            return AESGCM(self._derived(key)).decrypt(nonce, rest, self._about(head, whose))
        except InvalidTag as error:
            raise SecretsUnavailable("damaged", "a sealed value was changed, or is another row's") from error

    def mark(self, plain: bytes) -> bytes:
        """Returns 32 bytes that are the same for the same value: finds doubles, tells nothing to who lacks the key."""
        return self.marks(plain)[0]

    def marks(self, plain: bytes) -> list[bytes]:
        """Returns the mark under each key there is, the newest first: rows from before a change of keys are found by
        one of the others. Raises SecretsUnavailable where there is no key.
        """
        self._owner.newest()
        keys = (_derive(key, self._purpose + ":mark") for key in self._owner.keys)
        return [hmac.digest(key, plain, "sha256") for key in keys]

    def _derived(self, key: _Key) -> bytes:
        return _derive(key, self._purpose)

    def _about(self, head: bytes, whose: str) -> bytes:
        return head + f"{self._purpose}\0{whose}".encode()


class RegistrySecrets:
    """The keys of one registry. Nothing here raises before something is sealed or opened: a hub starts without its key.

    A file that is put back is seen at the next question. `key_file` is where a new key goes.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.key_file = folder / KEY_FILE
        credentials = environment.get("CREDENTIALS_DIRECTORY")
        self._files = [Path(credentials) / KEY_FILE] if credentials else []
        self._files.append(self.key_file)
        self.keys: list[_Key] = []
        self._damage = ""
        self.read()

    def open(self, purpose: str) -> SecretBox:
        """Returns what seals and opens values of one purpose, a short English word that never changes."""
        return SecretBox(self, purpose)

    @property
    def ids(self) -> list[str]:
        """The ids of the keys there are, the newest first; an id tells nothing about its key."""
        return [key.id.hex() for key in self.keys]

    def fault(self) -> SecretsUnavailable | None:
        """Why nothing can be sealed now, None when it can."""
        if self.keys:
            return None
        if self._damage:
            return SecretsUnavailable("damaged", f"{self._damage}: put the right file back from its copy")
        where = " or ".join(str(path) for path in self._files)
        return SecretsUnavailable("missing", f"{where} is missing: put it back from its copy")

    def read(self) -> None:
        """Looks at the files anew."""
        found: list[_Key] = []
        self._damage = ""
        for path in self._files:
            try:
                found += [key for key in _read(path) if key not in found]
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                self._damage = f"{path}: {error}"
        self.keys = found

    def make(self) -> str:
        """Makes the key, unless there is one by now. Returns its id. Raises OSError, SecretsUnavailable."""
        self.read()
        if not self.keys and not self._damage:
            fresh = self.key_file.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
            replace_file(fresh, _text([_new_key()]), 0o600)
            try:
                with suppress(FileExistsError):  # another process was quicker: its key counts
                    os.link(fresh, self.key_file)
            finally:
                fresh.unlink()
            self.read()
        return self.newest().id.hex()

    def add_new(self) -> str:
        """Puts a new key before those there are: it seals from now on. Returns its id. Raises OSError.

        A file that cannot be read is kept beside as `registry.key.damaged`.
        """
        try:
            old = _read(self.key_file)
        except FileNotFoundError:
            old = []
        except ValueError:
            self.key_file.replace(self.key_file.with_name(f"{KEY_FILE}.damaged"))
            old = []
        fresh = _new_key()
        replace_file(self.key_file, _text([fresh, *old]), 0o600)
        self.read()
        return fresh.id.hex()

    def newest(self) -> _Key:
        """Returns the key that seals. Raises SecretsUnavailable."""
        if not self.keys:
            self.read()
        if (fault := self.fault()) is not None:
            raise fault
        return self.keys[0]

    def of_id(self, key_id: bytes) -> _Key:
        """Returns the key of an id. Raises SecretsUnavailable."""
        for again in (False, True):
            if again:
                self.read()  # it may have been put back
            for key in self.keys:
                if key.id == key_id:
                    return key
        if (fault := self.fault()) is not None:
            raise fault
        raise SecretsUnavailable(
            "other-key",
            f"sealed with key {key_id.hex()}, and {self.key_file} holds {', '.join(self.ids)}: put that key back",
        )


def _derive(key: _Key, purpose: str) -> bytes:
    info = b"anju registry " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key.key)


def _new_key() -> _Key:
    return _key(secrets.token_bytes(KEY_BYTES))


def _key(key: bytes) -> _Key:
    return _Key(hashlib.sha256(b"anju registry key id " + key).digest()[:ID_BYTES], key)


def _text(keys: list[_Key]) -> bytes:
    return (NOTE + "".join(f"{key.id.hex()}:{key.key.hex()}\n" for key in keys)).encode("ascii")


def _read(path: Path) -> list[_Key]:
    """Returns the keys of a file, the newest first. Raises FileNotFoundError, OSError, ValueError; never says a key."""
    with path.open("rb") as file:
        text = file.read(MAX_FILE_BYTES)
    keys = []
    for number, line in enumerate(text.decode("ascii", "replace").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        key_id, _, digits = line.strip().partition(":")
        try:
            key = _key(bytes.fromhex(digits))
        except ValueError:
            raise ValueError(f"line {number} is no key") from None
        if len(key.key) != KEY_BYTES or key.id.hex() != key_id:
            raise ValueError(f"line {number} is no whole key")
        keys.append(key)
    if not keys:
        raise ValueError("holds no key")
    return keys
