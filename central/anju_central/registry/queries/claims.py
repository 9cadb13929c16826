"""Claims: one-time codes, each for one box. Only the hash of a secret comes here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import ClaimSpent, UnknownClaim
from anju_central.registry.rows import NewCertificate, add_certificate_row, revoke_certificates, serving_box
from anju_central.registry.tables import Box, BoxState, Claim


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A code as the registry has it: `name` and `secret_hash` as in `anju_protos/claim_code.py`, times UTC ms.

    `used_spki` is the SHA-256 of the key that used it.
    """

    name: str
    box: str
    community: str
    secret_hash: bytes
    made_ms: int
    ends_ms: int
    used_ms: int | None
    used_spki: bytes | None
    failed_tries: int
    locked_ms: int | None
    withdrawn_ms: int | None


async def make_claim(
    caller: Caller, registry: Registry, box: str, name: str, secret_hash: bytes, ends_ms: int, now_ms: int
) -> ClaimRow:
    """Makes a code for a box; one that is open is withdrawn. A box that has a key keeps it until the code is used.

    Raises NotAllowed, UnknownBox, BoxIsOut.
    """
    caller.require(Right.MANAGE_BOXES)
    async with registry.write(caller) as session:
        row = await serving_box(session, box)
        open_ones = select(Claim).where(Claim.box == box, Claim.used_ms.is_(None), Claim.withdrawn_ms.is_(None))
        for earlier in await session.scalars(open_ones):
            earlier.withdrawn_ms = now_ms
        await session.flush()  # the database knows one open claim at a time
        claim = Claim(box=box, community=row.community, name=name, secret_hash=secret_hash, failed_tries=0)
        claim.made_ms, claim.made_by, claim.ends_ms = now_ms, caller.account, ends_ms
        session.add(claim)
        record(session, "claim.make", box, row.community, now_ms)
        await session.flush()
        return _row(claim)


async def find_claim(caller: Caller, registry: Registry, name: str) -> ClaimRow | None:
    """Returns the claim of that name, whether it still counts or not."""
    async with registry.read(caller) as session:
        claim = await session.scalar(select(Claim).where(Claim.name == name))
        return _row(claim) if claim is not None else None


async def newest_claim(caller: Caller, registry: Registry, box: str) -> ClaimRow | None:
    """Returns the last claim that was made for a box."""
    async with registry.read(caller) as session:
        chosen = select(Claim).where(Claim.box == box).order_by(Claim.claim.desc()).limit(1)
        claim = await session.scalar(chosen)
        return _row(claim) if claim is not None else None


async def count_wrong_proof(caller: Caller, registry: Registry, name: str, lock_after: int, now_ms: int) -> ClaimRow:
    """Counts a wrong proof for a claim; at `lock_after` of them it is locked. Raises UnknownClaim."""
    async with registry.write(caller) as session:
        row = await _locked_row(session, name)
        row.failed_tries += 1
        if row.failed_tries >= lock_after and row.locked_ms is None:
            row.locked_ms = now_ms
        record(session, "claim.wrong-proof", row.box, row.community, now_ms)
        return _row(row)


async def use_claim(caller: Caller, registry: Registry, name: str, certificate: NewCertificate, now_ms: int) -> None:
    """Uses a claim once: the certificate is the box's newest, its earlier ones count no more.

    Raises UnknownClaim, BoxIsOut, and ClaimSpent, also for the key that used it: look for what it got before.
    """
    async with registry.write(caller) as session:
        row = await _locked_row(session, name)
        _check_counts(row, now_ms)
        box = await serving_box(session, row.box)
        row.used_ms, row.used_spki = now_ms, certificate.spki
        await revoke_certificates(session, box.box, now_ms)
        add_certificate_row(session, box.box, box.community, certificate, now_ms, row.claim)
        _mark_claimed(box, now_ms)
        record(session, "claim.use", box.box, box.community, now_ms, f"certificate {certificate.serial}")


def _mark_claimed(box: Box, now_ms: int) -> None:
    if box.state is BoxState.UNUSED:
        box.state = BoxState.CLAIMED
    if box.claimed_ms is None:
        box.claimed_ms = now_ms


def _check_counts(row: Claim, now_ms: int) -> None:
    for reason, since_ms in (("used", row.used_ms), ("withdrawn", row.withdrawn_ms), ("locked", row.locked_ms)):
        if since_ms is not None:
            raise ClaimSpent(reason, since_ms, row.box)
    if now_ms >= row.ends_ms:
        raise ClaimSpent("expired", row.ends_ms, row.box)


async def _locked_row(session: AsyncSession, name: str) -> Claim:
    row = await session.scalar(select(Claim).where(Claim.name == name).with_for_update())
    if row is None:
        raise UnknownClaim
    return row


def _row(claim: Claim) -> ClaimRow:
    return ClaimRow(
        name=claim.name,
        box=claim.box,
        community=claim.community,
        secret_hash=claim.secret_hash,
        made_ms=claim.made_ms,
        ends_ms=claim.ends_ms,
        used_ms=claim.used_ms,
        used_spki=claim.used_spki,
        failed_tries=claim.failed_tries,
        locked_ms=claim.locked_ms,
        withdrawn_ms=claim.withdrawn_ms,
    )
