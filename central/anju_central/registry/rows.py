"""Rows as the queries take and make them, within a transaction that is open: its session knows the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.errors import BoxIsOut, UnknownBox, UnknownCommunity
from anju_central.registry.tables import Box, BoxState, Certificate, Community

OUT: Final = frozenset({BoxState.RETIRED, BoxState.REVOKED})


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate that was signed. `serial` hexadecimal, `spki` SHA-256 of its SubjectPublicKeyInfo, times UTC ms."""

    serial: str
    spki: bytes
    from_ms: int
    to_ms: int
    der: bytes


async def known_community(session: AsyncSession, community: str) -> Community:
    """Returns the row. Raises UnknownCommunity."""
    row = await session.get(Community, community)
    if row is None:
        raise UnknownCommunity(community)
    return row


async def known_box(session: AsyncSession, box: str) -> Box:
    """Returns the row, locked until the transaction ends where it changes something. Raises UnknownBox."""
    row = await session.get(Box, box, with_for_update=True)
    if row is None:
        raise UnknownBox(box)
    return row


async def serving_box(session: AsyncSession, box: str) -> Box:
    """Returns the row of a box that may still be served, locked. Raises UnknownBox, BoxIsOut."""
    row = await known_box(session, box)
    if row.state in OUT:
        raise BoxIsOut(box, row.state)
    return row


async def revoke_certificates(session: AsyncSession, box: str, now_ms: int) -> None:
    """Marks every certificate of a box that is not marked yet."""
    chosen = select(Certificate).where(Certificate.box == box, Certificate.revoked_ms.is_(None))
    for certificate in await session.scalars(chosen):
        certificate.revoked_ms = now_ms


def add_certificate_row(
    session: AsyncSession, box: str, community: str, certificate: NewCertificate, now_ms: int, claim: int | None
) -> None:
    """Adds the row to a transaction that is open."""
    row = Certificate(serial=certificate.serial, box=box, community=community, claim=claim, spki=certificate.spki)
    row.from_ms, row.to_ms, row.made_ms = certificate.from_ms, certificate.to_ms, now_ms
    row.der = certificate.der
    session.add(row)
