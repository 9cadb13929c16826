"""A district's authority for tests: roots, issuing certificates, hubs and boxes, and what is wrong with a certificate.

P-256 everywhere, AKI and SKI, SAN and EKU on each leaf, as the product's own authority makes them.
"""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Key = ec.EllipticCurvePrivateKey
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
FOR_EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
HUB_NAMES: Final = ("localhost", "127.0.0.1", "::1")


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def spki(key: Key) -> bytes:
    """SHA-256 of a key's SubjectPublicKeyInfo, as the registry names a key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize()


def around_now(days: float = 90, *, from_days: float = -1) -> tuple[datetime, datetime]:
    """The dates of a box's certificate: from a day ago on, for so many days."""
    now = datetime.now(UTC)
    return now + timedelta(days=from_days), now + timedelta(days=days)


def box_uri(community: str, box: str) -> str:
    return f"urn:anju:community:{community}:box:{box}"


@dataclass
class Issued:
    """A leaf with its key, and what stands above it."""

    key: Key
    chain: bytes  # PEM: leaf, then issuing
    serial: int

    @property
    def key_pem(self) -> bytes:
        return key_pem(self.key)

    @property
    def spki(self) -> bytes:
        return spki(self.key)


@dataclass
class Authority:
    """A root and the issuing certificate under it."""

    name: str = "test district"
    root_key: Key = field(default_factory=new_key)
    issuing_key: Key = field(default_factory=new_key)
    root: x509.Certificate = field(init=False)
    issuing: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        subject = _name(f"{self.name} root")
        self.root = _certificate(subject, self.root_key.public_key(), subject, self.root_key, FOR_EVER, path_length=1)
        self.issuing = _certificate(
            _name(f"{self.name} issuing"),
            self.issuing_key.public_key(),
            subject,
            self.root_key,
            FOR_EVER,
            path_length=0,
        )

    @property
    def roots_pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    @property
    def clients_pem(self) -> bytes:
        """What a hub trusts boxes by."""
        return self.roots_pem + self.issuing.public_bytes(Encoding.PEM)

    def leaf(
        self,
        names: tuple[x509.GeneralName, ...],
        usage: ObjectIdentifier,
        dates: tuple[datetime, datetime],
        key: Key | None = None,
    ) -> Issued:
        own = key or new_key()
        made = _certificate(
            _name("leaf"), own.public_key(), self.issuing.subject, self.issuing_key, dates, names=names, usage=usage
        )
        chain = made.public_bytes(Encoding.PEM) + self.issuing.public_bytes(Encoding.PEM)
        return Issued(own, chain, made.serial_number)

    def hub(self, *names: str) -> Issued:
        """A hub's certificate for names and addresses."""
        return self.leaf(tuple(_host(name) for name in names or HUB_NAMES), SERVER, FOR_EVER)

    def box(
        self,
        box: str = "box-1",
        community: str = "ningdu",
        dates: tuple[datetime, datetime] | None = None,
        key: Key | None = None,
    ) -> Issued:
        """A box's certificate."""
        name = x509.UniformResourceIdentifier(box_uri(community, box))
        return self.leaf((name,), CLIENT, dates or around_now(), key)


def write_hub(folder: Path, hub: Issued, clients: bytes) -> None:
    """Puts a hub's files into `folder`, its data folder, each by one rename."""
    tls = folder / "tls"
    tls.mkdir(parents=True, exist_ok=True)
    _put(tls / "server.pem", hub.chain)
    _put(tls / "server.key", hub.key_pem, 0o600)
    _put(tls / "clients.pem", clients)


def write_box(folder: Path, box: Issued, roots: bytes, hub: str = "") -> None:
    """Puts a box's files into `folder`, its data folder, each by one rename.

    `hub`: host:port of gRPC; "" = what an earlier one said, or a hub that is nowhere.
    """
    identity = folder / "identity"
    identity.mkdir(parents=True, exist_ok=True)
    _put(identity / "key.pem", box.key_pem, 0o600)
    _put(identity / "certificate.pem", box.chain)
    _put(identity / "roots.pem", roots)
    if hub or not (identity / "hub.json").exists():
        hub = hub or "hub.invalid:7420"
        _put(identity / "hub.json", json.dumps({"grpc": hub, "enrolment": hub}).encode())


def _put(path: Path, data: bytes, mode: int = 0o644) -> None:
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_bytes(data)
    fresh.chmod(mode)
    os.replace(fresh, path)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: Key,
    dates: tuple[datetime, datetime],
    *,
    path_length: int | None = None,
    names: tuple[x509.GeneralName, ...] = (),
    usage: ObjectIdentifier | None = None,
) -> x509.Certificate:
    is_authority = path_length is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
