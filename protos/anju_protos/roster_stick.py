"""A roster that goes to a box on a stick: signed by the hub, readable by that box alone. The hub seals, the box opens.

    file = "anju roster\\n" | RosterStick: a body, its signature, and the certificates of the key that signed it
    body = for which box, at which revision, and the packed bundle under a key that is wrapped to the box's own key

The box trusts a signature of a key for which one of its pinned roots vouches as an authority. No I/O.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding
from google.protobuf.message import DecodeError

from anju_protos.bundle import SnapshotDamaged, parse
from anju_protos.key_wrap import KEY_BYTES, NotUnwrapped, unwrap_key, wrap_key
from anju_protos.v1.control_pb2 import RosterBundle, RosterStick, RosterStickBody

MAGIC: Final = b"anju roster\n"
MOST_BYTES: Final = 16 << 20
_SIGNED_AS: Final = b"anju roster on a stick, version 1\n"  # no certificate begins so: the key signs these, too
_NONCE: Final = bytes(12)

Refusal = Literal["no-stick", "damaged", "other-hub", "other-box", "other-key"]


class StickRefused(Exception):
    """A file is none that this box takes. `code` stays the same for years."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code: Refusal = code


def seal_stick(
    packed: bytes,
    revision: int,
    box_uri: str,
    box_key: ec.EllipticCurvePublicKey,
    issuing_key: ec.EllipticCurvePrivateKey,
    issuing: Sequence[x509.Certificate],
    made_ms: int,
) -> bytes:
    """Returns the file for a box. `packed` as `bundle.pack` makes it, `issuing` the certificates of `issuing_key`.

    Raises ValueError for a box's key that is not P-256.
    """
    key = secrets.token_bytes(KEY_BYTES)
    purpose = _purpose(box_uri, revision)
    body = RosterStickBody(
        box=box_uri,
        revision=revision,
        made_ms=made_ms,
        wrapped_key=wrap_key(key, box_key, purpose),
        encrypted=AESGCM(key).encrypt(_NONCE, packed, purpose),
    ).SerializeToString()
    signature = issuing_key.sign(_SIGNED_AS + body, ec.ECDSA(hashes.SHA256()))
    ders = [certificate.public_bytes(Encoding.DER) for certificate in issuing]
    return MAGIC + RosterStick(body=body, signature=signature, issuing=ders).SerializeToString()


def open_stick(
    data: bytes, box_uri: str, box_key: ec.EllipticCurvePrivateKey, roots: Sequence[x509.Certificate]
) -> RosterBundle:
    """Returns the bundle in a file. Raises StickRefused, for whatever bytes."""
    body = _trusted_body(data, roots)
    if body.box != box_uri:
        raise StickRefused("other-box")
    purpose = _purpose(box_uri, body.revision)
    try:
        key = unwrap_key(body.wrapped_key, box_key, purpose)
        bundle = parse(AESGCM(key).decrypt(_NONCE, body.encrypted, purpose))
    except NotUnwrapped as error:
        raise StickRefused("other-key") from error
    except (InvalidTag, SnapshotDamaged) as error:
        raise StickRefused("damaged") from error
    if bundle.revision != body.revision:
        raise StickRefused("damaged")
    return bundle


def _trusted_body(data: bytes, roots: Sequence[x509.Certificate]) -> RosterStickBody:
    """What a hub of ours signed. Raises StickRefused."""
    if not data.startswith(MAGIC):
        raise StickRefused("no-stick")
    try:
        stick = RosterStick.FromString(data[len(MAGIC) :])
    except DecodeError as error:
        raise StickRefused("damaged") from error
    keys = [key for der in stick.issuing if (key := _vouched_key(der, roots)) is not None]
    if not keys:
        raise StickRefused("other-hub")
    for key in keys:
        try:
            key.verify(stick.signature, _SIGNED_AS + stick.body, ec.ECDSA(hashes.SHA256()))
            return RosterStickBody.FromString(stick.body)
        except (InvalidSignature, DecodeError):
            continue
    raise StickRefused("damaged")


def _vouched_key(der: bytes, roots: Sequence[x509.Certificate]) -> ec.EllipticCurvePublicKey | None:
    """The key of an issuing certificate that a root of ours signed. Dates are the hub's to check, and have no end."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound, x509.DuplicateExtension):
        return None
    if not is_authority or not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    return key if any(_signed(certificate, root) for root in roots) else None


def _signed(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _purpose(box_uri: str, revision: int) -> bytes:
    return f"{box_uri} roster {revision}".encode()
