"""Which box is at the other end of a TLS line: what its certificate says, and nothing else."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from anju_central.access.certificates import spki_hash
from anju_protos.box_uri import box_of

if TYPE_CHECKING:
    import grpc  # commands that read certificates do without it

TLS: Final = b"TLSv1.3"


@dataclass(frozen=True, slots=True)
class ProvenBox:
    """What a certificate says. `spki` is the SHA-256 of its SubjectPublicKeyInfo; `ends_ms` is UTC."""

    box: str
    community: str
    spki: bytes
    ends_ms: int


@functools.lru_cache(maxsize=256)  # a box comes with three streams at a time
def read_certificate(pem: bytes) -> ProvenBox | None:
    """Returns whose certificate it is, None if it is no box's. That it is valid, TLS has checked."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        named = box_of(certificate)
        spki = spki_hash(certificate)
        ends_ms = int(certificate.not_valid_after_utc.timestamp() * 1000)
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    if named is None or ExtendedKeyUsageOID.CLIENT_AUTH not in usages:
        return None
    return ProvenBox(box=named[1], community=named[0], spki=spki, ends_ms=ends_ms)


def proven_box(context: grpc.aio.ServicerContext[Any, Any]) -> ProvenBox | None:  # Any: of any method
    """Returns the box that made this call, None without a certificate of a box over TLS 1.3.

    The properties are those of grpc 1.85: texts to lists of bytes.
    """
    properties: Mapping[str, Sequence[bytes]] = context.auth_context()  # type: ignore[assignment]  # stubs: bytes
    certificates = properties.get("x509_pem_cert", ())
    if len(certificates) != 1 or list(properties.get("ssl_tls_version", ())) != [TLS]:
        return None
    return read_certificate(certificates[0])
