"""A certificate of the district's own for the console: two files that somebody else puts there, checked as a pair.

Whatever is wrong with them is said with whose it is and what to do next. Any key that browsers take is taken: P-256,
P-384, RSA from 2048 bits on; which one it is was not the hub's choice.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from anju_base.whole_file import replace_file
from anju_central.access.certificates import pem
from anju_central.access.console_certificates import is_for, is_signed_by, names_of

LAST_GOOD: Final = "last-good.pem"
MOST_BYTES: Final = 1 << 20
RSA_BITS_MIN: Final = 2_048  # Baseline Requirements of the CA/Browser Forum, section 6.1.5
WARNED_BEFORE: Final = timedelta(days=30)


class DistrictUnusable(Exception):
    """The pair cannot be used; the text names the file, what is wrong, whose it is, and what to do."""


@dataclass(frozen=True, slots=True)
class DistrictCertificate:
    """A pair that fits together. `pem`: key, certificate, what signed it."""

    pem: bytes
    leaf: x509.Certificate


def read_pair(certificate: Path, key: Path, names: Sequence[str]) -> DistrictCertificate:
    """Reads and checks the two files; `names` = under which operators ask, () = whatever it is for.

    Raises DistrictUnusable.
    """
    try:
        return _checked(certificate, key, names)
    except DistrictUnusable:
        raise
    except Exception as error:  # the parser names more kinds of errors than its documents do
        raise DistrictUnusable(f"{certificate}: cannot be understood ({error}); copy it once more, whole") from error


def _checked(certificate: Path, key: Path, names: Sequence[str]) -> DistrictCertificate:
    chain = _certificates(certificate, _bytes(certificate))
    private = _private(key, _bytes(key))
    leaf = chain[0]
    if leaf.public_key() != private.public_key():
        raise DistrictUnusable(
            f"{key}: is not the key of {certificate.name}; whoever ordered that certificate has its key, or the files "
            "are being replaced one after the other"
        )
    for below, above in itertools.pairwise(chain):
        if not is_signed_by(below, above):
            raise DistrictUnusable(
                f"{certificate}: a certificate in it did not sign the one before it; put the console's first, then "
                "what signed it, in that order"
            )
    if not _is_for_servers(leaf):
        raise DistrictUnusable(f"{certificate}: is not for web servers; order one of that kind (serverAuth)")
    if not names_of(leaf):
        raise DistrictUnusable(
            f"{certificate}: names no host (subjectAltName), browsers refuse it; order one that does"
        )
    if names and not any(is_for(leaf, name) for name in names):
        raise DistrictUnusable(
            f"{certificate}: is for {_listed(leaf)}, not for {' or '.join(names)}; order it for that name, or correct "
            "hosts under [console]"
        )
    data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(*chain)
    return DistrictCertificate(data, leaf)


def read_last_good(folder: Path) -> DistrictCertificate | None:
    """The pair that was good before, None where there is none. `folder` = `DATA/console`."""
    try:
        return read_pair(folder / LAST_GOOD, folder / LAST_GOOD, ())
    except DistrictUnusable:
        return None


def keep(folder: Path, pair: DistrictCertificate) -> None:
    """Puts a good pair beside, for a start with damaged files. A full or read-only disk makes the pair no worse."""
    kept = folder / LAST_GOOD
    with contextlib.suppress(OSError):
        if kept.exists() and kept.read_bytes() == pair.pem:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(kept, pair.pem)


def dates_trouble(path: Path, leaf: x509.Certificate, now: datetime) -> str:
    """What is to be done about a certificate's dates, "" while nothing is. It is used all the same."""
    next_one = "order the next one and put it with its key into the same two files; no restart is needed"
    if now > leaf.not_valid_after_utc:
        return f"{path}: ended on {leaf.not_valid_after_utc.date()}, browsers refuse it; {next_one}"
    if now < leaf.not_valid_before_utc:
        return f"{path}: begins on {leaf.not_valid_before_utc.date()}; set the hub's clock, or wait until then"
    if now > leaf.not_valid_after_utc - WARNED_BEFORE:
        return f"{path}: ends on {leaf.not_valid_after_utc.date()}; {next_one}"
    return ""


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        if error.errno == errno.ENOENT:
            why = "there is no such file; put it there, or correct its path under [console]"
        elif error.errno == errno.EACCES:
            why = "the hub may not read it: chgrp anju-central, chmod 640, the folders above it too"
        else:
            why = f"{error.strerror or error}; look at the disk"
        raise DistrictUnusable(f"{path}: {why}") from error


def _certificates(path: Path, data: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise DistrictUnusable(f"{path}: no certificates in PEM; copy it once more, whole") from error


def _private(path: Path, data: bytes) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(data, None)
    except TypeError as error:
        raise DistrictUnusable(f"{path}: has a passphrase, which nobody can type here: openssl pkey -in OLD") from error
    except ValueError as error:
        raise DistrictUnusable(f"{path}: no private key in PEM; copy it once more, whole") from error
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= RSA_BITS_MIN:
        return key
    raise DistrictUnusable(f"{path}: browsers refuse such a key; order a certificate for a P-256 one")


def _is_for_servers(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return ExtendedKeyUsageOID.SERVER_AUTH in usage


def _listed(leaf: x509.Certificate) -> str:
    names = sorted(names_of(leaf))
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
