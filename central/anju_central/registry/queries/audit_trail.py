"""The audit as people read it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from anju_central.access.caller import Caller, Purpose, Right, Role
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.tables import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to whom, when (UTC ms) and what for."""

    entry: int
    at_ms: int
    account: str
    role: Role
    purpose: Purpose
    action: str
    subject: str
    community: str | None
    detail: str


async def read_audit(
    caller: Caller,
    registry: Registry,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 100,
    kinds: Collection[str] = (),
    *,
    account: str | None = None,
    since_ms: int | None = None,
    until_ms: int | None = None,
) -> list[AuditRow]:
    """Returns the newest entries, of one subject or of all, those before entry `before`. Raises NotAllowed.

    `kinds` are what actions begin with, as `account.`: a box may be called as an account is. `account` is who did it;
    times are UTC ms, `until_ms` is the first that is out.
    """
    caller.require(Right.SEE_AUDIT)
    chosen = select(AuditEntry).order_by(AuditEntry.entry.desc()).limit(limit)
    if subject is not None:
        chosen = chosen.where(AuditEntry.subject == subject)
    if kinds:
        chosen = chosen.where(or_(*(AuditEntry.action.startswith(kind, autoescape=True) for kind in kinds)))
    if account is not None:
        chosen = chosen.where(AuditEntry.account == account)
    if since_ms is not None:
        chosen = chosen.where(AuditEntry.at_ms >= since_ms)
    if until_ms is not None:
        chosen = chosen.where(AuditEntry.at_ms < until_ms)
    if before is not None:
        chosen = chosen.where(AuditEntry.entry < before)
    async with registry.read(caller) as session:
        return [
            AuditRow(
                entry=row.entry,
                at_ms=row.at_ms,
                account=row.account,
                role=row.role,
                purpose=row.purpose,
                action=row.action,
                subject=row.subject,
                community=row.community,
                detail=row.detail,
            )
            for row in await session.scalars(chosen)
        ]


async def note_audit_read(caller: Caller, registry: Registry, what: str, now_ms: int) -> None:
    """Somebody looks into the audit. Raises NotAllowed."""
    caller.require(Right.SEE_AUDIT)
    async with registry.write(caller) as session:
        record(session, "audit.read", "audit", None, now_ms, what)
