"""The hub's side of TLS for boxes: key, certificate and trusted roots from files, taken anew while the hub runs.

`DATA/tls/` holds `server.pem` (the hub's certificate, then what signed it), `server.key` and `clients.pem` (roots and
issuing certificates that boxes are trusted by). A set that cannot be used leaves the last good one in use, also over a
restart: it is kept beside, in `last-good/`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from anju_base.whole_file import replace_file
from anju_central.config import CentralConfig, is_loopback, split_address

log = logging.getLogger(__name__)

FOLDER: Final = "tls"
KEPT: Final = "last-good"
CHAIN, KEY, CLIENTS = "server.pem", "server.key", "clients.pem"
POLL_S: Final = 2.0
LOOKS_BEFORE_DAMAGE: Final = 3  # in a row: who replaces three files does it one after the other
MOST_BYTES: Final = 1 << 20  # of a file; three certificates are 3 kB

Print = tuple[tuple[int, int, int] | None, ...]  # what changes with files: inode, size, time of each


class CertificatesMissing(OSError):
    """The hub may not listen for boxes: the sentence says why and what to do."""


class CertificatesDamaged(Exception):
    """The files cannot be used. `reason` names the file and what is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """One set of PEM texts that fit together."""

    chain: bytes
    key: bytes
    clients: bytes

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        """As gRPC takes it."""
        return grpc.ssl_server_certificate_configuration([(self.key, self.chain)], self.clients)


def read_files(folder: Path) -> ServerFiles:
    """Reads and checks the three files. Raises CertificatesDamaged."""
    files = ServerFiles(_bytes(folder / CHAIN), _bytes(folder / KEY), _bytes(folder / CLIENTS))
    leaf, *_ = _certificates(folder / CHAIN, files.chain)
    try:
        key = load_pem_private_key(files.key, None)
    except (ValueError, TypeError) as error:  # TypeError: it has a passphrase
        raise CertificatesDamaged(f"{folder / KEY}: no private key in PEM without a passphrase") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificatesDamaged(f"{folder / KEY}: must be a P-256 key")
    if leaf.public_key() != key.public_key():
        raise CertificatesDamaged(f"{folder / KEY}: is not the key of {CHAIN}")
    for trusted in _certificates(folder / CLIENTS, files.clients):
        if not _may_sign(trusted):
            raise CertificatesDamaged(f"{folder / CLIENTS}: holds a certificate that may sign nothing")
    return files


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES)
    except OSError as error:
        raise CertificatesDamaged(f"{path}: {error.strerror or error}") from error
    return data


def _certificates(path: Path, data: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise CertificatesDamaged(f"{path}: no certificates in PEM") from error


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


class ServerCertificates:
    """The files in use. `on_damage` is called once each time that they turn out to be unusable, in the loop.

    Use `open`. `handshake` is called by gRPC's threads; everything else in the loop.
    """

    def __init__(self, folder: Path, files: ServerFiles, damage: str) -> None:
        self._folder = folder
        self._given = self._files = files
        self._print = _print(folder)
        self._looks = LOOKS_BEFORE_DAMAGE if damage else 0  # at unusable files, in a row
        self.damage = damage  # why the files on disk are not in use, empty if they are
        self.taken = 0  # how often new files came into use
        self.on_damage: Callable[[str], None] = lambda _reason: None

    @classmethod
    def open(cls, folder: Path) -> ServerCertificates:
        """Reads the files, or the last good ones where they are damaged. Raises CertificatesMissing."""
        try:
            files = read_files(folder)
        except CertificatesDamaged as damaged:
            try:
                kept = read_files(folder / KEPT)
            except CertificatesDamaged:
                raise CertificatesMissing(
                    f"{damaged.reason}: boxes cannot be served; put the hub's files back from its backup, or make new "
                    "ones by `anju-central ca init`"
                ) from damaged
            log.error("%s: the last good key and certificates stay in use", damaged.reason)
            return cls(folder, kept, damaged.reason)
        _keep(folder, files)
        return cls(folder, files, "")

    def credentials(self) -> grpc.ServerCredentials:
        """For one server: certificates on both sides, new files at the next handshake."""
        self._given = self._files
        return grpc.dynamic_ssl_server_credentials(
            self._files.configuration(),
            self.handshake,  # type: ignore[arg-type]  # None = unchanged, as grpc documents; the stubs leave it out
            require_client_authentication=True,
        )

    def handshake(self) -> grpc.ServerCertificateConfiguration | None:
        """Returns what came into use since the last call, None when nothing did."""
        files = self._files
        if files is self._given:
            return None
        self._given = files
        return files.configuration()

    async def run(self) -> None:
        """Looks for new files, for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.poll()

    async def poll(self) -> None:
        """Takes over what changed since the last look."""
        now = await asyncio.to_thread(_print, self._folder)
        is_settling = 0 < self._looks < LOOKS_BEFORE_DAMAGE
        if now == self._print and not is_settling:
            return
        self._print = now
        try:
            files = await asyncio.to_thread(read_files, self._folder)
        except CertificatesDamaged as damaged:
            self._looks = min(self._looks + 1, LOOKS_BEFORE_DAMAGE)
            if self._looks == LOOKS_BEFORE_DAMAGE and damaged.reason != self.damage:
                self.damage = damaged.reason
                log.error("%s: the last good key and certificates stay in use", damaged.reason)
                self.on_damage(damaged.reason)
        else:
            self._use(files)

    def _use(self, files: ServerFiles) -> None:
        self._looks = 0
        self.damage = ""
        if files == self._files:
            return
        self._files = files
        self.taken += 1
        _keep(self._folder, files)
        log.info("new key and certificates are in use for boxes, from their next connection on")


def _print(folder: Path) -> Print:
    return tuple(_print_of(folder / name) for name in (CHAIN, KEY, CLIENTS))


def _print_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _keep(folder: Path, files: ServerFiles) -> None:
    """Puts a good set beside, for a start with damaged files."""
    kept = folder / KEPT
    try:
        if kept.is_dir() and read_files(kept) == files:
            return
    except CertificatesDamaged:
        pass
    try:
        kept.mkdir(mode=0o700, exist_ok=True)
        for name, data in ((CHAIN, files.chain), (KEY, files.key), (CLIENTS, files.clients)):
            replace_file(kept / name, data, mode=0o600)
    except OSError as error:  # a full or read-only disk: the files in use are not less good
        log.warning("%s: the hub's key and certificates cannot be kept beside: %s", kept, error)


def certificates_for(config: CentralConfig) -> ServerCertificates | None:
    """Returns what the hub's gRPC address needs, None for a loopback address without any. Raises CertificatesMissing.

    A folder that is there counts, whatever is in it: nobody turns encryption off by losing a file.
    """
    if has_certificates(config):
        return ServerCertificates.open(config.data_dir / FOLDER)
    host, _ = split_address(config.grpc_address)
    if is_loopback(host):
        return None
    raise CertificatesMissing(_none_for(config))


def has_certificates(config: CentralConfig) -> bool:
    """Whether boxes come by certificates: any of the files is there."""
    return any((config.data_dir / FOLDER / name).exists() for name in (CHAIN, KEY, CLIENTS, KEPT))


def certificates_fault(config: CentralConfig) -> str:
    """Returns what is wrong with the hub's certificates, "" if nothing is. Writes nothing."""
    if not has_certificates(config):
        host, _ = split_address(config.grpc_address)
        return "" if is_loopback(host) else _none_for(config)
    try:
        read_files(config.data_dir / FOLDER)
    except CertificatesDamaged as damaged:
        return damaged.reason
    return ""


def _none_for(config: CentralConfig) -> str:
    return (
        f"grpc_address {config.grpc_address}: boxes on other machines need certificates, and there are none in "
        f"{config.data_dir / FOLDER}: make them by `anju-central ca init`, or listen on 127.0.0.1"
    )


def add_port(server: grpc.aio.Server, address: str, certificates: ServerCertificates | None) -> int:
    """Lets a server listen, plain on a loopback address without certificates; returns the port.

    Raises RuntimeError when the address is taken, CertificatesMissing for another address without certificates.
    """
    if certificates is not None:
        return server.add_secure_port(address, certificates.credentials())
    host, _ = split_address(address)
    if not is_loopback(host):
        raise CertificatesMissing(f"{address}: without certificates boxes are served on 127.0.0.1 only")
    return server.add_insecure_port(address)
