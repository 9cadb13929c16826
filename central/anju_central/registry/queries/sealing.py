"""Which keys seal what is encrypted in the registry, and rows from before it was: each change of it is in the audit."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, or_, select

from anju_central.access.caller import Caller
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.tables import Account, AuditEntry

SUBJECT = "registry.key"
ACTION = "registry.key"
Seal = Callable[[bytes, str], bytes]


async def keys_in_use(caller: Caller, registry: Registry) -> list[str]:
    """Returns the ids of the keys with which something was sealed, the newest first."""
    chosen = select(AuditEntry.detail).where(AuditEntry.subject == SUBJECT, AuditEntry.action == ACTION)
    async with registry.read(caller) as session:
        found = (await session.scalars(chosen.order_by(AuditEntry.entry.desc()))).all()
    return list(dict.fromkeys(found))


async def note_key(caller: Caller, registry: Registry, key_id: str, now_ms: int) -> None:
    """This key seals from now on."""
    async with registry.write(caller) as session:
        record(session, ACTION, SUBJECT, None, now_ms, key_id)


async def seal_second_factors(
    caller: Caller, registry: Registry, plain_bytes: int, seal: Seal, now_ms: int
) -> list[str]:
    """Seals the second factors that lie as they are, known by their length. Returns whose they were."""
    is_plain = or_(func.length(Account.totp_secret) == plain_bytes, func.length(Account.totp_offered) == plain_bytes)
    async with registry.write(caller) as session:
        rows = (await session.scalars(select(Account).where(is_plain).with_for_update())).all()
        for row in rows:
            if row.totp_secret is not None and len(row.totp_secret) == plain_bytes:
                row.totp_secret = seal(row.totp_secret, row.account)
            if row.totp_offered is not None and len(row.totp_offered) == plain_bytes:
                row.totp_offered = seal(row.totp_offered, row.account)
            record(session, "account.totp-sealed", row.account, None, now_ms)
        return sorted(row.account for row in rows)
