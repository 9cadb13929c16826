"""The audit entry of a change, added to the session that makes the change: both are committed, or neither."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.scope import caller_of
from anju_central.registry.tables import AuditEntry

MAX_DETAIL = 1_000


def record(
    session: AsyncSession, action: str, subject: str, community: str | None, now_ms: int, detail: str = ""
) -> None:
    """Says who did what to whom. `detail` names no person and holds no secret."""
    caller = caller_of(session)
    session.add(
        AuditEntry(
            at_ms=now_ms,
            account=caller.account,
            role=caller.role,
            purpose=caller.purpose,
            action=action,
            subject=subject,
            community=community,
            detail=detail[:MAX_DETAIL],
        )
    )
