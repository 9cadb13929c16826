"""What enrolment asks of the registry (`access/claims.py`), as the hub's own doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from anju_central.access.authority import Issued
from anju_central.access.caller import HUB
from anju_central.access.claims import CertificateRecord, ClaimRecord
from anju_central.registry.database import Registry
from anju_central.registry.errors import BoxIsOut, ClaimSpent
from anju_central.registry.queries import certificates, claims
from anju_central.registry.queries.certificates import CertificateRow
from anju_central.registry.rows import NewCertificate


class RegistryClaims:
    """A `ClaimStore`. `registry` gives the open registry, or raises RegistryUnavailable."""

    def __init__(self, registry: Callable[[], Registry]) -> None:
        self._registry = registry

    async def claim(self, claim_id: str) -> ClaimRecord | None:
        """Returns the code of that name."""
        row = await claims.find_claim(HUB, self._registry(), claim_id)
        if row is None:
            return None
        fields = asdict(row)
        return ClaimRecord(claim_id=fields.pop("name"), proof_key=fields.pop("secret_hash"), **fields)

    async def certificate_by_serial(self, serial: str) -> CertificateRecord | None:
        """Returns the certificate of that serial number."""
        return _record(await certificates.certificate_by_serial(HUB, self._registry(), serial))

    async def newest_certificate(self, box: str) -> CertificateRecord | None:
        """Returns the certificate that a box got last."""
        return _record(await certificates.newest_certificate(HUB, self._registry(), box))

    async def use_claim(self, claim_id: str, issued: Issued, now_ms: int) -> bool:
        """Uses the code; False when it is not open any more."""
        try:
            await claims.use_claim(HUB, self._registry(), claim_id, _new(issued), now_ms)
        except (ClaimSpent, BoxIsOut):
            return False
        return True

    async def wrong_proof(self, claim_id: str, now_ms: int, lock_after: int) -> None:
        """Counts a wrong proof."""
        await claims.count_wrong_proof(HUB, self._registry(), claim_id, lock_after, now_ms)

    async def renewed(self, box: str, issued: Issued, now_ms: int) -> bool:
        """Records a renewal; False when the box is served no more."""
        try:
            await certificates.add_certificate(HUB, self._registry(), box, _new(issued), now_ms)
        except BoxIsOut:
            return False
        return True


def _record(row: CertificateRow | None) -> CertificateRecord | None:
    if row is None:
        return None
    return CertificateRecord(
        box=row.box,
        community=row.community,
        serial=row.serial,
        spki=row.spki,
        to_ms=row.to_ms,
        made_ms=row.made_ms,
        der=row.der,
        box_state=str(row.box_state),
        revoked_ms=row.revoked_ms,
    )


def _new(issued: Issued) -> NewCertificate:
    return NewCertificate(issued.serial, issued.spki, issued.from_ms, issued.to_ms, issued.der)
