"""The console's certificate that the hub makes by itself, and its authority: two files in `DATA/console/`.

`authority.pem` holds key and certificate of the authority, `server.pem` key and certificate of the console with the
authority behind it: each is replaced whole, so a power cut between them costs one more certificate and nothing else.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from anju_base.whole_file import replace_file
from anju_central.access.certificates import Key, is_p256, new_key, pem
from anju_central.access.console_certificates import (
    THIS_MACHINE,
    fingerprint,
    is_due,
    is_signed_by,
    make_authority,
    make_leaf,
    may_speak_for,
    names_of,
)

log = logging.getLogger(__name__)

FOLDER: Final = "console"  # in the data folder
AUTHORITY: Final = "authority.pem"
SERVER: Final = "server.pem"
SET_ASIDE: Final = ".damaged"
MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """What the hub made. `pem`: key, certificate, authority; `trouble`: what a person should mend, "" if nothing."""

    pem: bytes
    leaf: x509.Certificate
    authority: x509.Certificate
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Pair:
    key: Key
    certificates: Sequence[x509.Certificate]

    @property
    def pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(*self.certificates)


def read_own(data_dir: Path) -> OwnCertificate | None:
    """What is there, whether it is still good or not; None where nothing can be read. Writes nothing."""
    folder = data_dir / FOLDER
    server, authority = _read(folder / SERVER), _read(folder / AUTHORITY)
    if server is None or len(server.certificates) < 2:
        return None
    trouble = "" if authority else _lost(folder / AUTHORITY, server.certificates[0])
    return OwnCertificate(server.pem, server.certificates[0], server.certificates[1], trouble)


def own_certificate(data_dir: Path, names: Sequence[str], now: datetime) -> OwnCertificate:
    """The console's certificate for `names`, made or renewed where it is time to.

    An authority is made where there is none, or where it may not speak for `names`. One that cannot be read is not
    replaced as long as a certificate of it runs: operators would have to trust another. What cannot be written is used
    all the same and tried again later.
    """
    folder = data_dir / FOLDER
    server, authority = _read(folder / SERVER), _read(folder / AUTHORITY)
    if server is not None and authority is None and _is_usable(server, names, now):
        leaf = server.certificates[0]
        return OwnCertificate(server.pem, leaf, server.certificates[1], _lost(folder / AUTHORITY, leaf))
    trouble = ""
    if authority is None or not may_speak_for(authority.certificates[0], names):
        authority = new_authority(names)
        trouble = _write(folder / AUTHORITY, authority.pem)
        log.warning(
            "the console has a new authority, which operators' machines must be told to trust: SHA-256 %s",
            fingerprint(authority.certificates[0]),
        )
    root = authority.certificates[0]
    if server is None or not _is_good(server, root, names) or is_due(server.certificates[0], now):
        key = new_key()
        server = _Pair(key, (make_leaf(key.public_key(), names, root, authority.key, now), root))
        trouble = _write(folder / SERVER, server.pem) or trouble
        log.info("the console has a new certificate, until %s", server.certificates[0].not_valid_after_utc.date())
    return OwnCertificate(server.pem, server.certificates[0], root, trouble)


def new_authority(names: Sequence[str]) -> _Pair:
    """A fresh authority for `names`."""
    key = new_key()
    return _Pair(key, (make_authority(key, names),))


def replace_authority(data_dir: Path, names: Sequence[str], now: datetime) -> OwnCertificate:
    """Makes authority and certificate anew, for when the hub's disk was in foreign hands. Raises OSError."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(folder / AUTHORITY, new_authority(names).pem)
    return own_certificate(data_dir, names, now)


def _is_good(server: _Pair, root: x509.Certificate, names: Sequence[str]) -> bool:
    leaf, *above = server.certificates
    return above == [root] and is_signed_by(leaf, root) and names_of(leaf) == {*names, *THIS_MACHINE}


def _is_usable(server: _Pair, names: Sequence[str], now: datetime) -> bool:
    """Whether browsers that trust its authority still take it, by the hub's clock."""
    if len(server.certificates) != 2:
        return False
    leaf, root = server.certificates
    return _is_good(server, root, names) and now <= leaf.not_valid_after_utc


def _lost(path: Path, leaf: x509.Certificate) -> str:
    return (
        f"{path}: cannot be read, so the console's certificate cannot be renewed and ends on "
        f"{leaf.not_valid_after_utc.date()}: put the file back from the hub's backup, or make a new authority by "
        "`anju-central console new-authority` and let operators' machines trust that one"
    )


def _read(path: Path) -> _Pair | None:
    """Key and certificates of a file of ours; None for one that is missing or damaged."""
    try:
        return _parsed(path)
    except (OSError, ValueError):
        return None


def _parsed(path: Path) -> _Pair:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES)
    try:
        key = load_pem_private_key(data, None)
        certificates = tuple(x509.load_pem_x509_certificates(data))
        fits = certificates[0].public_key() == key.public_key()
    except Exception as error:  # the parser names more kinds of errors than its documents do
        raise ValueError(f"{path}: no key and certificate in PEM") from error
    if not (fits and isinstance(key, Key) and is_p256(key)):
        raise ValueError(f"{path}: no P-256 key with its certificate")
    return _Pair(key, certificates)


def _write(path: Path, data: bytes) -> str:
    """Replaces a file; what was damaged stays beside. Returns what went wrong."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and _read(path) is None:
            with contextlib.suppress(OSError):
                path.replace(path.with_name(f"{path.name}{SET_ASIDE}"))
        replace_file(path, data)
    except OSError as error:
        sentence = f"{path}: cannot be written ({error.strerror or error}); make room, or look at the folder's owner"
        log.error("%s", sentence)
        return sentence
    return ""
