"""The registry's part in enrolment, in memory: for tests of what is decided, beside the real one."""

from __future__ import annotations

from dataclasses import replace

from anju_central.access.authority import Issued
from anju_central.access.claims import CertificateRecord, ClaimRecord
from anju_protos.claim_code import ClaimCode

WEEK_MS = 7 * 86_400_000


class MemoryClaims:
    """A `ClaimStore`. `claims` by name, `certificates` in the order of their making, `states` of boxes."""

    def __init__(self) -> None:
        self.claims: dict[str, ClaimRecord] = {}
        self.certificates: list[CertificateRecord] = []
        self.states: dict[str, str] = {}

    def add(self, code: ClaimCode, box: str, community: str, now_ms: int, life_ms: int = WEEK_MS) -> None:
        """A new code for a box."""
        record = ClaimRecord(code.claim_id, box, community, code.proof_key, now_ms, now_ms + life_ms)
        self.claims[code.claim_id] = record
        self.states.setdefault(box, "unused")

    async def claim(self, claim_id: str) -> ClaimRecord | None:
        return self.claims.get(claim_id)

    async def certificate_by_serial(self, serial: str) -> CertificateRecord | None:
        return next((self._now(one) for one in self.certificates if one.serial == serial), None)

    async def newest_certificate(self, box: str) -> CertificateRecord | None:
        return next((self._now(one) for one in reversed(self.certificates) if one.box == box), None)

    async def use_claim(self, claim_id: str, issued: Issued, now_ms: int) -> bool:
        record = self.claims[claim_id]
        if record.used_ms is not None or record.withdrawn_ms is not None:
            return False
        self.claims[claim_id] = replace(record, used_ms=now_ms, used_spki=issued.spki)
        gone = [replace(one, revoked_ms=now_ms) if one.box == record.box else one for one in self.certificates]
        self.certificates[:] = gone
        self._record(record.box, record.community, issued, now_ms)
        self.states[record.box] = "claimed"
        return True

    async def wrong_proof(self, claim_id: str, now_ms: int, lock_after: int) -> None:
        record = self.claims[claim_id]
        tries = record.failed_tries + 1
        self.claims[claim_id] = replace(
            record, failed_tries=tries, locked_ms=now_ms if tries >= lock_after else record.locked_ms
        )

    async def renewed(self, box: str, issued: Issued, now_ms: int) -> bool:
        community = next(one.community for one in self.certificates if one.box == box)
        self._record(box, community, issued, now_ms)
        return True

    def _record(self, box: str, community: str, issued: Issued, now_ms: int) -> None:
        record = CertificateRecord(
            box, community, issued.serial, issued.spki, issued.to_ms, now_ms, issued.der, "claimed"
        )
        self.certificates.append(record)

    def _now(self, record: CertificateRecord) -> CertificateRecord:
        return replace(record, box_state=self.states[record.box])
