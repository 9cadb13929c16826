"""The box's key, certificate, trusted roots and hub: the files in `DATA/identity/`, and which of them are good.

    key.pem          P-256, 0600, made here, leaves the box never
    certificate.pem  the box's certificate, then what signed it
    roots.pem        the hub's private roots: nothing else is trusted
    hub.json         {"grpc": "host:port", "enrolment": "host:port"}

What is read whole and fits together is kept once more in `last-good/`: a card that loses a file does not cost the box
its identity. A claim is prepared in `identity.new/` and takes its place whole.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from anju_base.address import Address, parse_address
from anju_base.whole_file import replace_file
from anju_edge.identity.files import CERTIFICATE, FOLDER, HUB, KEY, MOST_BYTES, ROOTS
from anju_protos.box_uri import box_of

log = logging.getLogger(__name__)

PREPARED: Final = "identity.new"
REPLACED: Final = "identity.old"
LAST_GOOD: Final = "last-good"
FILES: Final = (KEY, ROOTS, HUB, CERTIFICATE)  # in the order in which they are written: the last one makes it whole

Key = ec.EllipticCurvePrivateKey


class IdentityMissing(Exception):
    """The box was not claimed yet."""


class IdentityDamaged(Exception):
    """A file of the identity cannot be used, nor its last good copy. `reason` names the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the box is. The PEM texts are what TLS takes; `certificate` is the box's own. `damage`: which file of the
    identity is bad, empty while the files themselves are in use."""

    key_pem: bytes = field(repr=False)
    chain_pem: bytes
    roots_pem: bytes
    grpc: Address
    enrolment: Address
    certificate: x509.Certificate
    community: str
    box: str
    damage: str = ""

    @property
    def leaf_pem(self) -> bytes:
        """The box's own certificate alone. The hub has what signed it, and would keep a copy for each connection."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def issued_ms(self) -> int:
        """When it was issued, UTC ms, up to a day: the hub backdates."""
        return int(self.certificate.not_valid_before_utc.timestamp() * 1000)

    @property
    def ends_ms(self) -> int:
        """When it ends, UTC ms, by the hub's clock."""
        return int(self.certificate.not_valid_after_utc.timestamp() * 1000)


def read_identity(data: Path, *, keep: bool = True) -> Identity:
    """Reads `DATA/identity`, or its last good copy. Without `keep` nothing is written.

    Raises IdentityMissing, IdentityDamaged.
    """
    folder = data / FOLDER
    if keep:
        finish_claim(data)
    if not folder.is_dir():
        raise IdentityMissing("the box was not claimed yet: anju-edge claim CODE")
    try:
        identity = _read(folder)
    except IdentityDamaged as damaged:
        try:
            kept = _read(folder / LAST_GOOD, damaged.reason)
        except IdentityDamaged:
            raise damaged from None
        log.error("%s; the last good copy is in use", damaged.reason)
        return kept
    if keep:
        _keep(folder)
    return identity


def own_key(folder: Path) -> Key:
    """The key in a folder; made there if there is none. Never replaces one. Raises IdentityDamaged, OSError."""
    path = folder / KEY
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        replace_file(path, _pem(ec.generate_private_key(ec.SECP256R1())), 0o600)
    return read_key(path)


def read_key(path: Path) -> Key:
    """A P-256 key. Raises IdentityDamaged."""
    try:
        key = load_pem_private_key(_bytes(path), None)
    except (ValueError, TypeError) as error:
        raise IdentityDamaged(f"{path}: no private key") from error
    if not isinstance(key, Key) or not isinstance(key.curve, ec.SECP256R1):
        raise IdentityDamaged(f"{path}: must be a P-256 key")
    return key


def hub_json(grpc: Address, enrolment: Address) -> bytes:
    """The file that says where the hub is."""
    return json.dumps({"grpc": str(grpc), "enrolment": str(enrolment)}).encode() + b"\n"


def take_prepared(data: Path) -> None:
    """What was prepared in `identity.new` becomes the identity; an earlier one stays in `identity.old`."""
    folder, prepared, replaced = data / FOLDER, data / PREPARED, data / REPLACED
    _read(prepared)  # never something that does not fit together
    give_to_owner(data, prepared, *(prepared / name for name in FILES))
    if folder.exists():
        _remove(replaced)
        folder.rename(replaced)
    prepared.rename(folder)
    _sync(data)


def finish_claim(data: Path) -> None:
    """Ends a `take_prepared` that was cut short between its two renames."""
    if (data / PREPARED / CERTIFICATE).exists() and not (data / FOLDER).exists():
        with suppress(IdentityDamaged, OSError):
            take_prepared(data)


def store_renewed(data: Path, identity: Identity, chain_pem: bytes, roots_pem: bytes) -> Identity:
    """Writes a renewed certificate and the roots beside it. Returns the identity. Raises IdentityDamaged, OSError."""
    folder = data / FOLDER
    check_certificate(chain_pem, load_pem_private_key(identity.key_pem, None), identity.community, identity.box)
    _certificates(folder / ROOTS, roots_pem)
    if identity.damage:  # the files on the card are bad: all are written anew from what is in use
        replace_file(folder / KEY, identity.key_pem, 0o600)
        replace_file(folder / HUB, hub_json(identity.grpc, identity.enrolment), 0o644)
    replace_file(folder / ROOTS, roots_pem, 0o644)  # first: both certificates fit the wider trust
    replace_file(folder / CERTIFICATE, chain_pem, 0o644)
    give_to_owner(data, *(folder / name for name in FILES))
    return read_identity(data)


def check_certificate(chain_pem: bytes, key: object, community: str, box: str) -> x509.Certificate:
    """The box's own certificate of a chain, when it is for this key, community and box. Raises IdentityDamaged."""
    certificate = _certificates(Path(CERTIFICATE), chain_pem)[0]
    if not isinstance(key, Key) or _spki(certificate) != _spki(key):
        raise IdentityDamaged(f"{CERTIFICATE}: is for another key")
    if box_of(certificate) != (community, box):
        raise IdentityDamaged(f"{CERTIFICATE}: is for another community or box")
    return certificate


def give_to_owner(data: Path, *paths: Path) -> None:
    """What root wrote belongs to whom the data folder belongs to: the service must read it."""
    if os.geteuid() == 0:
        owner = data.stat()
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid)


def _read(folder: Path, damage: str = "") -> Identity:
    key = read_key(folder / KEY)
    roots, chain = _bytes(folder / ROOTS), _bytes(folder / CERTIFICATE)
    _certificates(folder / ROOTS, roots)
    certificate = _certificates(folder / CERTIFICATE, chain)[0]
    named = box_of(certificate)
    if named is None:
        raise IdentityDamaged(f"{folder / CERTIFICATE}: is no certificate of a box")
    if _spki(certificate) != _spki(key):
        raise IdentityDamaged(f"{folder / CERTIFICATE}: is for another key than {KEY}")
    try:
        hub = json.loads(_bytes(folder / HUB))
        grpc, enrolment = parse_address(str(hub["grpc"])), parse_address(str(hub["enrolment"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IdentityDamaged(f"{folder / HUB}: names no hub") from error
    return Identity(_pem(key), chain, roots, grpc, enrolment, certificate, *named, damage)


def _keep(folder: Path) -> None:
    """Keeps what is in use once more. A card that takes no copy costs nothing now."""
    kept = folder / LAST_GOOD
    try:
        wanted = {name: _bytes(folder / name) for name in FILES}
        if all((kept / name).exists() and _bytes(kept / name) == data for name, data in wanted.items()):
            return
        kept.mkdir(mode=0o700, exist_ok=True)
        for name, data in wanted.items():
            replace_file(kept / name, data, 0o600)
        give_to_owner(folder, kept, *(kept / name for name in FILES))
    except (OSError, IdentityDamaged) as error:
        log.warning("%s: cannot be kept: %s", kept, error)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise IdentityDamaged(f"{path}: {error.strerror or error}") from error


def _certificates(path: Path, data: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise IdentityDamaged(f"{path}: no certificates") from error


def _pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _spki(of: x509.Certificate | Key) -> bytes:
    return of.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _remove(folder: Path) -> None:
    """Removes an identity that was replaced before: its key is dead at the hub."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if folder.exists():
        folder.rmdir()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
