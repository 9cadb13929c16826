"""Claims the box: a code becomes a certificate, and the files in `DATA/identity`.

It may be cut off at any step and done again: the key is made once, in `identity.new`, and the hub gives the same
certificate to the same key. The code's secret stays here; nothing that depends on it is sent before the pin was found
right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from anju_base.address import Address
from anju_base.whole_file import replace_file
from anju_edge.identity.enrolment_client import HubCalls, NotServed, Part, Report, fetch_roots, reach, silent
from anju_edge.identity.files import CERTIFICATE, FOLDER, HUB, ROOTS
from anju_edge.identity.key import (
    PREPARED,
    Identity,
    IdentityDamaged,
    check_certificate,
    finish_claim,
    give_to_owner,
    hub_json,
    own_key,
    read_identity,
    take_prepared,
)
from anju_protos.claim_code import ClaimCode, pin_of, proof_of
from anju_protos.enrolment import CLAIM_PATH, NONCE_PATH, Reason


class AlreadyClaimed(Exception):
    """The box has an identity; it is not replaced unless that is asked for."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the hub gave: certificate chain, roots (PEM), and the port of its gRPC listener."""

    chain_pem: bytes
    roots_pem: bytes
    grpc_port: int


@dataclass(frozen=True, slots=True)
class Place:
    """What the box is set up as; empty = takes what the code says."""

    box: str = ""
    community: str = ""


async def claim(
    data: Path, code: ClaimCode, hub: Address, place: Place, report: Report = silent, *, replace: bool = False
) -> Identity:
    """Claims the box at `hub` (its enrolment listener). Returns the identity, which is on disk then.

    Raises AlreadyClaimed, NotServed, IdentityDamaged, OSError.
    """
    finish_claim(data)
    if (data / FOLDER).exists() and not replace:
        raise AlreadyClaimed(f"{data / FOLDER}: this box was claimed already; --replace gives it a new key")
    prepared = data / PREPARED
    key = own_key(prepared)
    give_to_owner(data, prepared)
    await reach(hub, report)
    root = pinned_root(await fetch_roots(hub), code)
    report(Part.PIN, root.subject.rfc4514_string().removeprefix("CN="))
    calls = HubCalls(hub, root.public_bytes(Encoding.PEM))
    nonce = _nonce(await calls.call(Part.PROOF, NONCE_PATH))
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    csr = request.public_bytes(Encoding.DER)
    body = {
        "claim": code.claim_id,
        "csr": csr.hex(),
        "nonce": nonce.hex(),
        "proof": proof_of(code.proof_key, csr, nonce).hex(),
        "box": place.box,
        "community": place.community,
    }
    granted = await calls.call(Part.PROOF, CLAIM_PATH, body)
    report(Part.PROOF, "")
    grant = read_grant(granted, key)
    replace_file(prepared / ROOTS, grant.roots_pem, 0o644)
    replace_file(prepared / HUB, hub_json(Address(hub.host, grant.grpc_port), hub), 0o644)
    replace_file(prepared / CERTIFICATE, grant.chain_pem, 0o644)
    take_prepared(data)
    identity = read_identity(data)
    report(Part.CERTIFICATE, f"{identity.community} / {identity.box}")
    return identity


def pinned_root(roots_pem: bytes, code: ClaimCode) -> x509.Certificate:
    """The root that the code pins. Raises NotServed when it is not among them: another hub's code, or no hub at all."""
    try:
        roots = x509.load_pem_x509_certificates(roots_pem)
    except ValueError as error:
        raise NotServed(
            Reason.PORTAL, Part.PIN, "what answers is no Anju hub: its roots are no certificates"
        ) from error
    for root in roots:
        spki = root.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if pin_of(spki) == code.pin:
            return root
    names = ", ".join(root.subject.rfc4514_string().removeprefix("CN=") for root in roots)
    raise NotServed(Reason.OTHER_HUB, Part.PIN, f"this hub has {names}")


def read_grant(granted: Mapping[str, object], key: object) -> Grant:
    """The parts of a grant, checked against the box's key. Raises NotServed for one that cannot be."""
    certificate, roots = granted.get("certificate"), granted.get("roots")
    community, box, port = granted.get("community"), granted.get("box"), granted.get("grpc_port")
    if not (
        isinstance(certificate, str)
        and isinstance(roots, str)
        and isinstance(community, str)
        and isinstance(box, str)
        and isinstance(port, int)
        and 0 < port < 65_536
    ):
        raise NotServed(Reason.HUB_FAULT, Part.CERTIFICATE, "the hub's answer is not whole")
    try:
        check_certificate(certificate.encode(), key, community, box)
    except IdentityDamaged as error:
        raise NotServed(Reason.HUB_FAULT, Part.CERTIFICATE, error.reason) from error
    return Grant(certificate.encode(), roots.encode(), port)


def _nonce(answer: Mapping[str, object]) -> bytes:
    try:
        return bytes.fromhex(str(answer.get("nonce", "")))
    except ValueError as error:
        raise NotServed(Reason.HUB_FAULT, Part.PROOF, "the hub's answer is not whole") from error
