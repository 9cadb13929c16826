"""The district's own authority as a running hub has it: it signs boxes, and tells them which roots to trust.

Files in `DATA/tls/`: `issuing.key` and `issuing.pem` (the key and its certificates, newest root first), `roots.pem`
(the private roots that boxes are to trust). The issuing key may come from a systemd credential instead
(`LoadCredentialEncrypted=issuing.key:...`), and is then not on the disk. The root's key is not on the hub at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from anju_central.access.certificates import Key, PublicKey, is_p256, make_box, pem, spki_hash, spki_of
from anju_protos.claim_code import pin_of

FOLDER: Final = "tls"  # in the data folder
ROOTS: Final = "roots.pem"
ISSUING_KEY: Final = "issuing.key"
ISSUING: Final = "issuing.pem"
SERVER_KEY: Final = "server.key"
SERVER: Final = "server.pem"
CLIENTS: Final = "clients.pem"
MOST_BYTES: Final = 1 << 20


class AuthorityMissing(Exception):
    """There is no authority yet."""


class AuthorityDamaged(Exception):
    """A file of the authority cannot be used; the text names it and says what to do."""


class RequestRefused(ValueError):
    """A certificate request is none that we sign."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A box's new certificate. `serial`: hexadecimal, lower case; `spki`: SHA-256 of its key; times are UTC ms."""

    certificate: x509.Certificate
    serial: str
    spki: bytes
    from_ms: int
    to_ms: int

    @property
    def der(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class Authority:
    """What signs boxes. `issuing`: its certificate under the newest root."""

    key: Key
    issuing: x509.Certificate
    roots: tuple[x509.Certificate, ...]

    @property
    def pin(self) -> int:
        """The pin of the root that new codes name: the newest."""
        return pin_of(spki_of(self.roots[0]))

    @property
    def roots_pem(self) -> bytes:
        """The roots that boxes are to trust."""
        return pem(*self.roots)

    def chain_pem(self, der: bytes) -> bytes:
        """A box's certificate with what signed it, as the box presents them."""
        return pem(x509.load_der_x509_certificate(der), self.issuing)

    def issue(self, key: PublicKey, community: str, box: str, now_ms: int) -> Issued:
        """Signs a box's key. Raises ValueError for ids that are none, RequestRefused for another kind of key."""
        if not is_p256(key):
            raise RequestRefused("the key must be P-256")
        now = datetime.fromtimestamp(now_ms // 1000, UTC)
        certificate = make_box(key, community, box, self.issuing, self.key, now)
        return Issued(
            certificate,
            f"{certificate.serial_number:x}",
            spki_hash(certificate),
            int(certificate.not_valid_before_utc.timestamp()) * 1000,
            int(certificate.not_valid_after_utc.timestamp()) * 1000,
        )


def key_of_request(der: bytes) -> PublicKey:
    """The key of a certificate request (PKCS #10, DER) whose sender has it. Raises RequestRefused."""
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
        if not isinstance(key, PublicKey) or not is_p256(key):
            raise RequestRefused("the key must be P-256")
        if not request.is_signature_valid:
            raise RequestRefused("the request is not signed with its own key")
    except RequestRefused:
        raise
    except Exception as error:  # the parser names more kinds of errors than its documents do
        raise RequestRefused("no certificate request") from error
    return key


def load_authority(folder: Path, environment: Mapping[str, str] = os.environ) -> Authority:
    """Reads the authority in `DATA/tls`. Raises AuthorityMissing or AuthorityDamaged."""
    roots = read_certificates(folder / ROOTS)
    issuing = read_certificates(folder / ISSUING)
    path = issuing_key_path(folder, environment)
    key = read_key(path)
    if spki_of(key.public_key()) != spki_of(issuing[0]):
        raise AuthorityDamaged(f"{path}: is not the key of {folder / ISSUING}; put both back from one backup")
    if not any(_signed(issuing[0], root) for root in roots):
        raise AuthorityDamaged(f"{folder / ISSUING}: no root of {ROOTS} signed it; put both back from one backup")
    return Authority(key, issuing[0], tuple(roots))


def issuing_key_path(folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the issuing key is: the systemd credential of that name if the service was given one, else the file."""
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / ISSUING_KEY).exists():
        return Path(credentials) / ISSUING_KEY
    return folder / ISSUING_KEY


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file, at least one. Raises AuthorityMissing or AuthorityDamaged."""
    try:
        return x509.load_pem_x509_certificates(read_file(path))
    except ValueError as error:
        raise AuthorityDamaged(f"{path}: no certificates in PEM; put it back from a backup") from error


def read_key(path: Path, passphrase: bytes | None = None) -> Key:
    """A P-256 key in PEM. Raises AuthorityMissing, AuthorityDamaged; ValueError for a wrong passphrase."""
    data = read_file(path)
    try:
        key = load_pem_private_key(data, passphrase)
    except (ValueError, TypeError) as error:
        if passphrase is not None and b"ENCRYPTED" in data:
            raise ValueError(f"{path}: the passphrase is wrong") from error
        raise AuthorityDamaged(f"{path}: no private key in PEM; put it back from a backup") from error
    if not isinstance(key, Key) or not is_p256(key):
        raise AuthorityDamaged(f"{path}: must be a P-256 key")
    return key


def read_file(path: Path) -> bytes:
    """At most 1 MiB of a file. Raises AuthorityMissing when there is none, AuthorityDamaged when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError as error:
        raise AuthorityMissing(f"{path}: there is none; make the authority by `anju-central ca init`") from error
    except OSError as error:
        raise AuthorityDamaged(f"{path}: {error.strerror or error}; look at its owner and the disk") from error


def _signed(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
