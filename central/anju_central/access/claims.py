"""Decides who gets a certificate: by a claim code, or by the certificate that it has. No sockets; time is an argument.

A code is good once. Whoever asks again with the same key and the right proof, since the answer was lost, gets the same
certificate again. A renewal is for the newest key of a box alone, whatever the age of its certificate up to a year, and
the registry's state decides. Wrong proofs lock a code; wrong codes lock an address (`guesses.py`).
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from anju_central.access.authority import Authority, Issued, RequestRefused, key_of_request
from anju_central.access.certificates import PublicKey, spki_hash
from anju_protos.box_uri import box_of
from anju_protos.claim_code import proof_of
from anju_protos.enrolment import RENEW_AFTER_END_MS, Reason

log = logging.getLogger(__name__)

WRONG_PROOFS_MAX: Final = 5  # of one code: who has it is never wrong, so this is somebody else
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
CLOCK_BACK_MS: Final = DAY_MS  # a hub's clock that is so far behind its own records is wrong
RENEWED_AGAIN_MS: Final = HOUR_MS  # a box that asks again so soon did not get the answer


class Refused(Exception):
    """No certificate. `facts` say more for people; they name no person and no secret."""

    def __init__(self, reason: Reason, **facts: str | int) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A code as the registry has it. `used_spki`: SHA-256 of the key that used it. Times are UTC ms."""

    claim_id: str
    box: str
    community: str
    proof_key: bytes = field(repr=False)
    made_ms: int
    ends_ms: int
    used_ms: int | None = None
    used_spki: bytes | None = None
    failed_tries: int = 0
    locked_ms: int | None = None
    withdrawn_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate that was issued. `box_state`: active, claimed, unused, retired or revoked, of its box, now."""

    box: str
    community: str
    serial: str
    spki: bytes
    to_ms: int
    made_ms: int
    der: bytes
    box_state: str
    revoked_ms: int | None = None


class ClaimStore(Protocol):
    """What the registry does for enrolment. Each call is one transaction."""

    async def claim(self, claim_id: str) -> ClaimRecord | None:
        """Returns the code of that name."""
        ...

    async def certificate_by_serial(self, serial: str) -> CertificateRecord | None:
        """Returns the certificate of that serial number (hexadecimal, lower case, no leading zeros)."""
        ...

    async def newest_certificate(self, box: str) -> CertificateRecord | None:
        """Returns the certificate that a box got last."""
        ...

    async def use_claim(self, claim_id: str, issued: Issued, now_ms: int) -> bool:
        """The code is used, and its box has this certificate and no earlier one.

        Returns False, and changes nothing, when the code is not open any more.
        """
        ...

    async def wrong_proof(self, claim_id: str, now_ms: int, lock_after: int) -> None:
        """Counts a wrong proof; locks the code at the `lock_after`th."""
        ...

    async def renewed(self, box: str, issued: Issued, now_ms: int) -> bool:
        """Records a renewal. Returns False, and changes nothing, when the box is served no more."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """What a box sends. `box`, `community`: what it is set up as, empty if nothing yet."""

    claim_id: str
    csr_der: bytes
    nonce: bytes
    proof: bytes
    box: str = ""
    community: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A certificate chain (PEM), and whose."""

    chain: bytes
    community: str
    box: str


class Enrolment:
    """Gives out certificates. `authority` is called for each, so that a new root or key is taken at once."""

    def __init__(
        self,
        authority: Callable[[], Authority],
        store: ClaimStore,
        now_ms: Callable[[], int],
        is_cloned: Callable[[str], bool] = lambda _box: False,
    ) -> None:
        self._is_cloned = is_cloned
        self._authority = authority
        self._store = store
        self._now_ms = now_ms

    async def claim(self, request: ClaimRequest) -> Grant:
        """Returns the certificate for a code. Raises Refused."""
        now_ms = self._now_ms()
        try:
            key = key_of_request(request.csr_der)
        except RequestRefused as error:
            raise Refused(Reason.REQUEST, why=str(error)) from error
        record = await self._proven(request, now_ms)
        again = record.used_spki == spki_hash(key)
        refuse_closed(record, now_ms, again=again)
        if (request.box and request.box != record.box) or (request.community and request.community != record.community):
            raise Refused(Reason.WRONG_COMMUNITY, community=record.community, box=record.box)
        if now_ms + CLOCK_BACK_MS < record.made_ms:
            raise Refused(Reason.HUB_CLOCK, behind_s=(record.made_ms - now_ms) // 1000)
        if not again:
            await self._first(record, key, now_ms)
        newest = await self._store.newest_certificate(record.box)
        if newest is None or newest.spki != spki_hash(key):
            raise Refused(Reason.CODE_USED, **_used(await self._store.claim(record.claim_id) or record))
        _refuse_dead(newest)
        return Grant(self._authority().chain_pem(newest.der), newest.community, newest.box)

    async def renew(self, certificate: x509.Certificate | None) -> Grant:
        """Returns a new certificate for the key of one that TLS has proven. Raises Refused."""
        now_ms = self._now_ms()
        record = await self._standing(certificate)
        if now_ms - record.to_ms > RENEW_AFTER_END_MS:
            raise Refused(Reason.CERTIFICATE_TOO_OLD, to_ms=record.to_ms)
        newest = await self._newest(record)
        if now_ms + CLOCK_BACK_MS < newest.made_ms:
            raise Refused(Reason.HUB_CLOCK, behind_s=(newest.made_ms - now_ms) // 1000)
        authority = self._authority()
        if newest.serial != record.serial and now_ms - newest.made_ms < RENEWED_AGAIN_MS:
            return Grant(authority.chain_pem(newest.der), newest.community, newest.box)
        assert certificate is not None
        issued = authority.issue(_key(certificate), record.community, record.box, now_ms)
        if not await self._store.renewed(record.box, issued, now_ms):
            await self._standing(certificate)
            raise Refused(Reason.BOX_RETIRED)
        log.info("box %s renewed its certificate, serial %s", record.box, issued.serial)
        return Grant(authority.chain_pem(issued.der), record.community, record.box)

    async def reason(self, certificate: x509.Certificate | None, claim_id: str) -> Refused:
        """Why the box with this certificate, or else with this code, is not served; `Reason.FINE` if it would be."""
        now_ms = self._now_ms()
        try:
            if certificate is not None:
                record = await self._standing(certificate)
                newest = await self._newest(record)
                if now_ms - record.to_ms > RENEW_AFTER_END_MS:
                    raise Refused(Reason.CERTIFICATE_TOO_OLD, to_ms=record.to_ms)
                if now_ms + CLOCK_BACK_MS < newest.made_ms:
                    raise Refused(Reason.HUB_CLOCK, behind_s=(newest.made_ms - now_ms) // 1000)
                if now_ms > record.to_ms:
                    raise Refused(Reason.CERTIFICATE_ENDED, to_ms=record.to_ms)
                if self._is_cloned(record.box):
                    raise Refused(Reason.CLONED)
            elif claim_id:
                claim = await self._store.claim(claim_id)
                if claim is None:
                    raise Refused(Reason.CODE_UNKNOWN)
                refuse_closed(claim, now_ms, again=False)
            else:
                raise Refused(Reason.NO_CERTIFICATE)
        except Refused as refused:
            return refused
        return Refused(Reason.FINE)

    async def _proven(self, request: ClaimRequest, now_ms: int) -> ClaimRecord:
        """The code whose secret the sender knows. A locked one is not tried any more."""
        record = await self._store.claim(request.claim_id)
        if record is None:
            raise Refused(Reason.CODE_UNKNOWN)
        if record.locked_ms is not None:
            raise Refused(Reason.CODE_LOCKED)
        if not hmac.compare_digest(proof_of(record.proof_key, request.csr_der, request.nonce), request.proof):
            await self._store.wrong_proof(record.claim_id, now_ms, WRONG_PROOFS_MAX)
            log.warning("a wrong proof for the code of box %s", record.box)
            raise Refused(Reason.CODE_UNKNOWN)
        return record

    async def _first(self, record: ClaimRecord, key: PublicKey, now_ms: int) -> None:
        issued = self._authority().issue(key, record.community, record.box, now_ms)
        if await self._store.use_claim(record.claim_id, issued, now_ms):
            log.info("box %s of %s is claimed, serial %s", record.box, record.community, issued.serial)

    async def _standing(self, certificate: x509.Certificate | None) -> CertificateRecord:
        """The record of a certificate whose box may speak."""
        if certificate is None:
            raise Refused(Reason.NO_CERTIFICATE)
        record = await self._store.certificate_by_serial(f"{certificate.serial_number:x}")
        if record is None or record.der != certificate.public_bytes(Encoding.DER):
            raise Refused(Reason.NO_CERTIFICATE)
        if box_of(certificate) != (record.community, record.box):
            raise Refused(Reason.WRONG_COMMUNITY, community=record.community, box=record.box)
        _refuse_dead(record)
        return record

    async def _newest(self, record: CertificateRecord) -> CertificateRecord:
        newest = await self._store.newest_certificate(record.box)
        if newest is None or newest.spki != record.spki:
            raise Refused(Reason.CERTIFICATE_OLD, since_ms=newest.made_ms if newest else 0)
        return newest


def refuse_closed(record: ClaimRecord, now_ms: int, *, again: bool) -> None:
    """Raises Refused when a code is not open; `again`: the key that used it asks, which is as good as open."""
    if record.locked_ms is not None:
        raise Refused(Reason.CODE_LOCKED)
    if record.withdrawn_ms is not None:
        raise Refused(Reason.CODE_WITHDRAWN)
    if record.used_ms is not None and not again:
        raise Refused(Reason.CODE_USED, **_used(record))
    if now_ms >= record.ends_ms and not again:
        raise Refused(Reason.CODE_EXPIRED, ends_ms=record.ends_ms)


def _used(record: ClaimRecord) -> dict[str, str | int]:
    return {"used_ms": record.used_ms or 0, "box": record.box}


def _refuse_dead(record: CertificateRecord) -> None:
    if record.box_state == "revoked":
        raise Refused(Reason.BOX_REVOKED)
    if record.box_state == "retired":
        raise Refused(Reason.BOX_RETIRED)
    if record.revoked_ms is not None:
        raise Refused(Reason.CERTIFICATE_OLD, since_ms=record.revoked_ms)


def _key(certificate: x509.Certificate) -> PublicKey:
    key = certificate.public_key()
    if not isinstance(key, PublicKey):
        raise Refused(Reason.NO_CERTIFICATE)
    return key
