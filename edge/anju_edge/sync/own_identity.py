"""What proves to the hub who this box is: its key, its certificate, the roots it trusts, and where the hub is.

`DATA/identity/` holds `key.pem`, `certificate.pem` (the box's, then what signed it), `roots.pem` (pinned private roots)
and `hub.json` ({"grpc": "host:port", ...}). Reading never raises for what is in them: it says what is wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from anju_base.address import parse_address

FOLDER: Final = "identity"
KEY, CERTIFICATE, ROOTS, HUB = "key.pem", "certificate.pem", "roots.pem", "hub.json"
MOST_BYTES: Final = 1 << 20  # of a file; certificates of a box are 2 kB

Print = tuple[tuple[int, int, int] | None, ...]  # what changes with files: inode, size, time of each


class Fault(StrEnum):
    """Why a box has nothing to show, or will be refused with it; stable."""

    MISSING = "IDENTITY_MISSING"
    DAMAGED = "IDENTITY_DAMAGED"
    OTHER_BOX = "IDENTITY_OTHER_BOX"
    EXPIRED = "CERTIFICATE_EXPIRED"


WORDS: Final = {
    Fault.MISSING: (
        "这个网关还没有接入，请运行 anju-edge claim",
        "this box was never claimed: run `anju-edge claim CODE`",
    ),
    Fault.DAMAGED: (
        "密钥或证书文件损坏，请重新接入：anju-edge claim",
        "its key or certificate files are damaged: claim it anew by `anju-edge claim CODE`",
    ),
    Fault.OTHER_BOX: (
        "证书属于另一个网关，请核对 [box] 的 id 和 community",
        "the certificate is another box's: correct id and community of [box], or claim this box anew",
    ),
    Fault.EXPIRED: (
        "证书已到期，连上中心的登记端口后会自动续期",
        "the certificate has ended; it is renewed by itself as soon as the hub's enrolment port can be reached",
    ),
}


def in_words(fault: Fault, detail: str = "") -> str:
    """Returns `CODE: Chinese · English (detail)`."""
    zh, en = WORDS[fault]
    return f"{fault.value}: {zh} · {en}" + (f" ({detail})" if detail else "")


class IdentityUnusable(Exception):
    """There is no identity that could be shown. `detail` names the file and what is wrong."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(in_words(fault, detail))
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Identity:
    """PEM texts that fit together. `ends_ms`: the certificate's end, UTC."""

    key: bytes
    chain: bytes
    roots: bytes
    box: str
    community: str
    ends_ms: int


def has_identity(folder: Path) -> bool:
    """Whether any of its files is there: then nothing goes over a plain line, whatever is wrong with them."""
    return any((folder / name).exists() for name in (KEY, CERTIFICATE, ROOTS))


def read_identity(folder: Path) -> Identity:
    """Reads and checks the files. Raises IdentityUnusable."""
    if not has_identity(folder):
        raise IdentityUnusable(Fault.MISSING)
    # here, since boxes without an identity go without the memory for it
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from anju_protos.box_uri import box_of

    key, chain, roots = (_bytes(folder / name) for name in (KEY, CERTIFICATE, ROOTS))
    at = KEY
    try:
        private = load_pem_private_key(key, None)
        at = CERTIFICATE
        own = x509.load_pem_x509_certificates(chain)[0]
        named = box_of(own)
        at = ROOTS
        x509.load_pem_x509_certificates(roots)
    except (ValueError, TypeError) as error:
        raise IdentityUnusable(Fault.DAMAGED, f"{folder / at}: not readable as PEM") from error
    if own.public_key() != private.public_key():
        raise IdentityUnusable(Fault.DAMAGED, f"{folder / KEY}: is not the key of {CERTIFICATE}")
    if named is None:
        raise IdentityUnusable(Fault.DAMAGED, f"{folder / CERTIFICATE}: names no box")
    community, box = named
    return Identity(key, chain, roots, box, community, int(own.not_valid_after_utc.timestamp() * 1000))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise IdentityUnusable(Fault.DAMAGED, f"{path}: {error.strerror or error}") from error


def hub_address(folder: Path) -> str:
    """Returns the hub's gRPC address as it was given at the claim, "" where there is none."""
    try:
        told = json.loads((folder / HUB).read_bytes()[:MOST_BYTES])
        address = told.get("grpc") if isinstance(told, dict) else None
        return str(parse_address(address)) if isinstance(address, str) else ""
    except (OSError, ValueError, RecursionError):
        return ""


def print_of(folder: Path) -> Print:
    """What changes with the files."""
    return tuple(_print_of(folder / name) for name in (KEY, CERTIFICATE, ROOTS, HUB))


def _print_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
