"""The certificate that browsers see, kept while the hub runs: the district's own, or else one that the hub makes.

Nothing about it ever keeps the hub from starting or ends a connection: a district's pair that cannot be used leaves the
last good one in use, also over a restart, and without one the hub's own. A new one counts from the next connection on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from anju_central.access.certificates import pem
from anju_central.access.console_certificates import THIS_MACHINE, fingerprint, names_of
from anju_central.access.console_files import FOLDER, own_certificate
from anju_central.access.district_certificate import (
    DistrictCertificate,
    DistrictUnusable,
    dates_trouble,
    keep,
    read_last_good,
    read_pair,
)
from anju_central.config import CentralConfig

log = logging.getLogger(__name__)

POLL_S: Final = 2.0
LOOK_AGAIN_S: Final = 60.0  # dates pass, and clocks jump, without a file that changes
LOOKS_BEFORE_TROUBLE: Final = 3  # in a row: who replaces two files does it one after the other
# Of TLS 1.2 what forward secrecy and AEAD leave (RFC 9325, section 4.2); those of 1.3 all are so.
SUITES_OF_1_2: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"

Print = tuple[tuple[int, int, int] | None, ...]  # what changes with files: inode, size, time of each


@dataclass(frozen=True, slots=True)
class InUse:
    """What browsers see.

    `pem`: key, certificate, what signed it; `authority`: who signed the hub's own, None for the district's; `trouble`:
    what a person should mend, "" if nothing.
    """

    pem: bytes
    leaf: x509.Certificate
    authority: x509.Certificate | None
    trouble: str = ""


def choose(config: CentralConfig, now: datetime, last_good: DistrictCertificate | None = None) -> InUse:
    """What is to be shown now; makes, renews and keeps files where it is time to. `last_good`: what is in memory."""
    own_names = config.console_names
    trouble = ""
    if config.console.certificate is not None and config.console.key is not None:
        folder = config.data_dir / FOLDER
        try:
            pair = read_pair(config.console.certificate, config.console.key, own_names)
            server_context(pair.pem)
        except (DistrictUnusable, ssl.SSLError) as error:
            kept = last_good or read_last_good(folder)
            if kept is not None:
                return InUse(kept.pem, kept.leaf, None, f"{_sentence(config, error)}; the last good one stays in use")
            trouble = f"{_sentence(config, error)}; until then the console shows one that the hub made"
        else:
            keep(folder, pair)
            return InUse(pair.pem, pair.leaf, None, dates_trouble(config.console.certificate, pair.leaf, now))
    own = own_certificate(config.data_dir, own_names, now)
    return InUse(own.pem, own.leaf, own.authority, trouble or own.trouble)


def _sentence(config: CentralConfig, error: DistrictUnusable | ssl.SSLError) -> str:
    if isinstance(error, DistrictUnusable):
        return str(error)
    return (
        f"{config.console.certificate}: browsers would refuse it ({error.reason}); order a certificate for a P-256 key"
    )


def server_context(chain: bytes) -> ssl.SSLContext:
    """TLS 1.2 and 1.3 for browsers. `chain`: key, certificate, what signed it. Raises ssl.SSLError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES_OF_1_2)
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    # Python loads from files alone, and what was checked is what must count: a file that nobody else can change
    handle = os.memfd_create("console", os.MFD_CLOEXEC)
    with open(handle, "wb") as file:
        file.write(chain)
        file.flush()
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    return context


class ConsoleCertificate:
    """See the module. Use `open`. `on_trouble` is called, in the loop, each time that another trouble is there."""

    def __init__(self, config: CentralConfig, now_ms: Callable[[], int], in_use: InUse) -> None:
        self._config = config
        self._now_ms = now_ms
        self._in_use = in_use
        self._context = server_context(in_use.pem)
        self._print = _print_of(config)
        self._looked_ms = now_ms()
        self._looks = 0  # at another trouble, in a row
        self.on_trouble: Callable[[str], None] = lambda _trouble: None

    @classmethod
    def open(cls, config: CentralConfig, now_ms: Callable[[], int]) -> ConsoleCertificate:
        """Takes what there is, makes what is missing."""
        opened = cls(config, now_ms, choose(config, _date(now_ms)))
        if opened.trouble:
            log.error("%s", opened.trouble)
        return opened

    @property
    def trouble(self) -> str:
        """What a person should mend, "" if nothing."""
        return self._in_use.trouble

    @property
    def is_district(self) -> bool:
        """Whether it is a certificate of the district's own, which browsers trust by themselves."""
        return self._in_use.authority is None

    @property
    def hosts(self) -> frozenset[str]:
        """Under which names and addresses operators may ask."""
        names = self._config.console_names or names_of(self._in_use.leaf)
        return frozenset((*names, *THIS_MACHINE))

    @property
    def authority_pem(self) -> bytes | None:
        """The certificate that operators' machines are to trust; None where they need none of the hub's."""
        authority = self._in_use.authority
        return None if authority is None else pem(authority)

    def context(self) -> ssl.SSLContext:
        """For the next connection."""
        return self._context

    def notices(self) -> list[str]:
        """What a person has to look at."""
        return [self.trouble] if self.trouble else []

    async def run(self) -> None:
        """Looks for new files and for dates, for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.poll()

    async def poll(self) -> None:
        """Takes over what changed since the last look."""
        seen = await asyncio.to_thread(_print_of, self._config)
        is_time = abs(self._now_ms() - self._looked_ms) >= LOOK_AGAIN_S * 1000
        if seen == self._print and not self._looks and not is_time:
            return
        last_good = DistrictCertificate(self._in_use.pem, self._in_use.leaf) if self.is_district else None
        found = await asyncio.to_thread(choose, self._config, _date(self._now_ms), last_good)
        self._print = seen  # what was made just now is looked at once more
        self._looked_ms = self._now_ms()
        if found.trouble and found.trouble != self.trouble:
            self._looks += 1
            if self._looks < LOOKS_BEFORE_TROUBLE:
                return
            log.error("%s", found.trouble)
            self.on_trouble(found.trouble)
        self._looks = 0
        self._use(found)

    def _use(self, found: InUse) -> None:
        if found.pem == self._in_use.pem:
            self._in_use = replace(self._in_use, trouble=found.trouble)
            return
        self._context = server_context(found.pem)
        self._in_use = found
        log.info(
            "the console shows another certificate from the next connection on: until %s, SHA-256 %s",
            found.leaf.not_valid_after_utc.date(),
            fingerprint(found.leaf),
        )


def _date(now_ms: Callable[[], int]) -> datetime:
    return datetime.fromtimestamp(now_ms() // 1000, UTC)


def _print_of(config: CentralConfig) -> Print:
    console = config.console
    files = [path for path in (console.certificate, console.key) if path is not None]
    files += sorted((config.data_dir / FOLDER).glob("*.pem"))
    return tuple(_print(path) for path in files)


def _print(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
