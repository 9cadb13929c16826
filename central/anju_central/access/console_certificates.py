"""Builds the console's own authority and its certificates. No files, no clock.

    console authority (on the hub, for these names alone) --- the console's certificate   serverAuth, at most 397 days

Browsers judge dates and know nothing of the boxes' root, so neither has anything to do with it. Operators' machines are
asked to trust this authority, whose key has to stay on the hub to renew by itself: a name constraint therefore lets it
speak for the hub's own names and addresses and for nothing else, in no browser that keeps to RFC 5280, section
4.2.1.10. Its dates come from no clock; a hub whose clock was wrong on its first day need not be trusted anew.
At most 397 days: Baseline Requirements of the CA/Browser Forum, section 6.3.2 (398, of which one is for time zones).
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from anju_central.access.certificates import (
    Key,
    PublicKey,
    certificate_base,
    general_name,
    issuer_key_id,
    key_usage,
)

AUTHORITY_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
AUTHORITY_TO: Final = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
LIFE: Final = timedelta(days=397)  # from the first second to the last
BACKDATED: Final = timedelta(days=1)  # an operator's clock may be slow
RENEWED_AFTER: Final = LIFE / 3
AUTHORITY_PATH: Final = "/console-authority.crt"  # where a running hub hands its authority out
THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")  # who sits at the hub, or comes by a tunnel
# A clock outside is certainly wrong, and nothing is renewed by it: no hub of this version ran before, and the authority
# ends after.
EARLIEST_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
LATEST_NOW: Final = AUTHORITY_TO - LIFE


def make_authority(key: Key, names: Iterable[str]) -> x509.Certificate:
    """The console's authority, which may speak for `names` and for this machine, and for nobody else."""
    hosts = _hosts(names)
    permitted = [x509.DNSName(host) for host in hosts if isinstance(host, str)]
    networks = [x509.IPAddress(ipaddress.ip_network(host)) for host in hosts if not isinstance(host, str)]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Anju console {secrets.token_hex(4)}")])
    builder = certificate_base(key.public_key(), subject, subject, AUTHORITY_FROM, AUTHORITY_TO)
    builder = _for_servers(builder, key, signs=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.NameConstraints([*permitted, *networks], None), critical=True)
    return builder.sign(key, hashes.SHA256())


def make_leaf(
    key: PublicKey, names: Iterable[str], authority: x509.Certificate, authority_key: Key, now: datetime
) -> x509.Certificate:
    """The console's certificate for `names` and for this machine."""
    hosts = [general_name(name) for name in dict.fromkeys((*names, *THIS_MACHINE))]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anju console")])
    start = (min(max(now, EARLIEST_NOW), LATEST_NOW) - BACKDATED).replace(microsecond=0)
    end = start + LIFE - timedelta(seconds=1)  # both ends count (RFC 5280, section 4.1.2.5)
    builder = certificate_base(key, subject, authority.subject, start, end)
    builder = _for_servers(builder, authority_key, signs=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return builder.sign(authority_key, hashes.SHA256())


def names_of(certificate: x509.Certificate) -> frozenset[str]:
    """The names and addresses that a certificate is for, as configured ones are written; `*.example` stays so."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return frozenset()
    return frozenset(str(name.value).lower() for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def is_for(certificate: x509.Certificate, name: str) -> bool:
    """Whether a browser that asks for `name` takes it (RFC 6125, 6.4.3: a star stands for one label, the first)."""
    names = names_of(certificate)
    _, dot, rest = name.partition(".")
    return name in names or (bool(dot) and f"*.{rest}" in names)


def may_speak_for(authority: x509.Certificate, names: Iterable[str]) -> bool:
    """Whether the constraint of an authority of ours lets it sign for all `names` and for this machine."""
    try:
        allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except (x509.ExtensionNotFound, ValueError):
        return False
    said = {name.value for name in allowed or ()}
    return all((host if isinstance(host, str) else ipaddress.ip_network(host)) in said for host in _hosts(names))


def is_signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether `authority` signed it directly."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_due(leaf: x509.Certificate, now: datetime) -> bool:
    """Whether a leaf of ours is to be replaced: after a third of its life, or when it is from the future.

    A clock that is certainly wrong renews nothing: browsers have clocks of their own and go by the leaf that is there.
    """
    if not EARLIEST_NOW <= now <= LATEST_NOW:
        return False
    return not leaf.not_valid_before_utc <= now < leaf.not_valid_before_utc + RENEWED_AFTER


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the whole certificate as browsers show it: pairs of capital digits with colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _hosts(names: Iterable[str]) -> Sequence[str | ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Names and addresses apart, with those of this machine, each once."""
    return [_host(name) for name in dict.fromkeys((*names, *THIS_MACHINE))]


def _host(name: str) -> str | ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return name


def _for_servers(builder: x509.CertificateBuilder, issuer: Key, *, signs: bool) -> x509.CertificateBuilder:
    builder = builder.add_extension(issuer_key_id(issuer.public_key()), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.add_extension(key_usage(signs=signs), critical=True)
