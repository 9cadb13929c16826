"""Builds each kind of certificate. No files, no clock.

    private root (offline key) -+- hub's server certificate       serverAuth, DNS and IP names, 1970 to 9999
                                +- issuing certificate            may only sign boxes (clientAuth), 1970 to 9999
                                      +- a box's certificate      clientAuth, URI name, 90 days

P-256 everywhere. What runs from 1970 to 9999 is checked by boxes, whose clock nobody trusts (ADR 0014). A certificate
names its issuer's key (AKI) and its own (SKI): TLS and other verifiers then agree, whatever the order of the roots.
The server's certificate is signed by the root itself: whoever steals the issuing key of a running hub can make boxes,
never a hub. Source for the end in 9999: RFC 5280, section 4.1.2.5, "no well-defined expiration date".
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from anju_protos.box_uri import box_uri

FROM_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
NO_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
BOX_LIFE: Final = timedelta(days=90)
BACKDATED: Final = timedelta(days=1)  # a hub whose clock is set back a little must not refuse its newest boxes

Key = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


def new_key() -> Key:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def is_p256(key: object) -> bool:
    """Whether a public or private key is on the one curve that we use."""
    return isinstance(key, Key | PublicKey) and isinstance(key.curve, ec.SECP256R1)


def spki_of(certificate: x509.Certificate | x509.CertificateSigningRequest | PublicKey) -> bytes:
    """The public key as DER SubjectPublicKeyInfo."""
    key = certificate if isinstance(certificate, PublicKey) else certificate.public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def spki_hash(certificate: x509.Certificate | x509.CertificateSigningRequest | PublicKey) -> bytes:
    """SHA-256 of the public key (DER SubjectPublicKeyInfo)."""
    return hashlib.sha256(spki_of(certificate)).digest()


def make_root(key: Key) -> x509.Certificate:
    """A private root. Its subject is its own: two roots with one name confuse verifiers."""
    name = _name(f"Anju private root {secrets.token_hex(4)}")
    builder = _authority(key.public_key(), name, name, path_length=1)
    return builder.add_extension(issuer_key_id(key.public_key()), critical=False).sign(key, hashes.SHA256())


def cross_sign(new_root: x509.Certificate, old_root: x509.Certificate, old_key: Key) -> x509.Certificate:
    """The new root, signed by the old one: who trusts only the old one trusts what the new one signed."""
    builder = _authority(_public(new_root), new_root.subject, old_root.subject, path_length=1)
    return builder.add_extension(issuer_key_id(old_key.public_key()), critical=False).sign(old_key, hashes.SHA256())


def make_issuing(issuing: PublicKey, name: x509.Name | None, root: x509.Certificate, root_key: Key) -> x509.Certificate:
    """What signs boxes, and nothing else. The same key under another root keeps its `name`."""
    name = name or _name(f"Anju issuing {secrets.token_hex(4)}")
    builder = _authority(issuing, name, root.subject, path_length=0)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return builder.add_extension(issuer_key_id(root_key.public_key()), critical=False).sign(root_key, hashes.SHA256())


def make_server(server: PublicKey, hosts: Sequence[str], root: x509.Certificate, root_key: Key) -> x509.Certificate:
    """The hub's certificate for all `hosts` (names or IP addresses) under which boxes reach it."""
    names = [general_name(host) for host in hosts]
    builder = certificate_base(server, _name("Anju hub"), root.subject, FROM_1970, NO_END)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(key_usage(signs=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.add_extension(issuer_key_id(root_key.public_key()), critical=False).sign(root_key, hashes.SHA256())


def make_box(
    box_key: PublicKey, community: str, box: str, issuing: x509.Certificate, issuing_key: Key, now: datetime
) -> x509.Certificate:
    """A box's certificate. Only the key is the box's own choice, whatever else its request asked for."""
    builder = certificate_base(box_key, _name(box), issuing.subject, now - BACKDATED, now + BOX_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(key_usage(signs=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(box_uri(community, box))])
    builder = builder.add_extension(names, critical=False)
    return builder.add_extension(issuer_key_id(issuing_key.public_key()), critical=False).sign(
        issuing_key, hashes.SHA256()
    )


def hosts_of(server: x509.Certificate) -> list[str]:
    """Under which names and addresses a hub's certificate is good, in the order in which they were given."""
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress)]


def pem(*certificates: x509.Certificate) -> bytes:
    """Certificates as PEM, one after the other."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def _public(certificate: x509.Certificate) -> PublicKey:
    key = certificate.public_key()
    if not isinstance(key, PublicKey):
        raise ValueError("must have a P-256 key")
    return key


def general_name(host: str) -> x509.GeneralName:
    """A name or IP address as a certificate has it."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def issuer_key_id(issuer: PublicKey) -> x509.AuthorityKeyIdentifier:
    """Names the key of whoever signs (AKI)."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer)


def key_usage(*, signs: bool) -> x509.KeyUsage:
    """What a key is for: to sign certificates, or to speak for itself."""
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def certificate_base(
    key: PublicKey, subject: x509.Name, issuer: x509.Name, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    """What every certificate says, its own key's name (SKI) included."""
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _authority(key: PublicKey, subject: x509.Name, issuer: x509.Name, path_length: int) -> x509.CertificateBuilder:
    builder = certificate_base(key, subject, issuer, FROM_1970, NO_END)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(key_usage(signs=True), critical=True)
