"""Certificates that boxes got."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from anju_central.access.caller import Caller
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.rows import NewCertificate, add_certificate_row, serving_box
from anju_central.registry.tables import Box, BoxState, Certificate


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate as the registry has it, and the state of its box now. `is_renewal`: it was got without a code."""

    serial: str
    box: str
    community: str
    box_state: BoxState
    is_renewal: bool
    spki: bytes
    from_ms: int
    to_ms: int
    made_ms: int
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
        chosen = _with_box().where(Certificate.box == box).order_by(Certificate.certificate.desc()).limit(1)
        found = (await session.execute(chosen)).first()
        return _row(*found) if found is not None else None


async def certificate_by_serial(caller: Caller, registry: Registry, serial: str) -> CertificateRow | None:
    """Returns the certificate of a serial number (hexadecimal, lower case, no leading zeros)."""
    async with registry.read(caller) as session:
        found = (await session.execute(_with_box().where(Certificate.serial == serial))).first()
        return _row(*found) if found is not None else None


def _with_box() -> Select[tuple[Certificate, BoxState]]:
    return select(Certificate, Box.state).join(Box, Box.box == Certificate.box)


def _row(certificate: Certificate, box_state: BoxState) -> CertificateRow:
    return CertificateRow(
        serial=certificate.serial,
        box=certificate.box,
        community=certificate.community,
        box_state=box_state,
        is_renewal=certificate.claim is None,
        spki=certificate.spki,
        from_ms=certificate.from_ms,
        to_ms=certificate.to_ms,
        made_ms=certificate.made_ms,
        der=certificate.der,
        revoked_ms=certificate.revoked_ms,
    )
