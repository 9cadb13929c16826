"""Certificates that boxes got."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from anju_central.access.caller import Caller
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.rows import NewCertificate, add_certificate_row, serving_box
from anju_central.registry.tables import Certificate


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate as the registry has it; `claim` None: a renewal."""

    serial: str
    box: str
    community: str
    claim: int | None
    spki: bytes
    from_ms: int
    to_ms: int
    der: bytes
    revoked_ms: int | None


async def add_certificate(
    caller: Caller, registry: Registry, box: str, certificate: NewCertificate, now_ms: int
) -> None:
    """Adds a renewal, the box's newest certificate from now on. Raises UnknownBox, BoxIsOut."""
    async with registry.write(caller) as session:
        row = await serving_box(session, box)
        add_certificate_row(session, box, row.community, certificate, now_ms, None)
        record(session, "certificate.renew", box, row.community, now_ms, f"certificate {certificate.serial}")


async def newest_certificate(caller: Caller, registry: Registry, box: str) -> CertificateRow | None:
    """Returns the newest certificate of a box, also one that was revoked."""
    async with registry.read(caller) as session:
        chosen = select(Certificate).where(Certificate.box == box).order_by(Certificate.certificate.desc()).limit(1)
        row = await session.scalar(chosen)
        if row is None:
            return None
        return CertificateRow(
            serial=row.serial,
            box=row.box,
            community=row.community,
            claim=row.claim,
            spki=row.spki,
            from_ms=row.from_ms,
            to_ms=row.to_ms,
            der=row.der,
            revoked_ms=row.revoked_ms,
        )
