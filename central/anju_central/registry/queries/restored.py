"""A registry that was put back from an older copy: what it has open ends, what was closed since is closed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller
from anju_central.registry.account_rows import communities_of, rights_text, set_communities
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.queries.account_secrets import Login
from anju_central.registry.rows import known_box, revoke_certificates
from anju_central.registry.tables import (
    Account,
    AccountLink,
    Claim,
    Community,
    LoginSession,
    MachineToken,
    RecoveryCode,
)

SUBJECT = "registry"


@dataclass(frozen=True, slots=True)
class Settled:
    """What ended, and what a person has to do anew. Names of boxes, accounts and tokens."""

    sessions: int
    links: list[str]  # of accounts
    claims: list[str]  # of boxes
    tokens: list[str]
    changed: list[str]  # accounts that are as they were known last
    lost: list[str]  # accounts that the copy does not have
    unknown: list[str]  # accounts of which nothing newer than the copy is known


async def settle_restored(
    caller: Caller, registry: Registry, logins: Mapping[str, Login], tokens: frozenset[bytes], now_ms: int
) -> Settled:
    """Ends all sessions, one-time links and claim codes; accounts become as `logins` knows them; of the machines'
    tokens those stay that are among `tokens`, the ones that counted last.
    """
    async with registry.write(caller) as session:
        settled = Settled(
            sessions=await _end_sessions(session, now_ms),
            links=await _end_links(session, now_ms),
            claims=await _end_claims(session, now_ms),
            tokens=await _end_tokens(session, tokens, now_ms),
            changed=[],
            lost=[],
            unknown=[],
        )
        rows = {row.account: row for row in await session.scalars(select(Account).order_by(Account.account))}
        for name, row in rows.items():
            login = logins.get(name)
            if login is None:
                settled.unknown.append(name)
            elif await _as_known(session, row, login, now_ms):
                settled.changed.append(name)
        settled.lost.extend(sorted(logins.keys() - rows.keys()))
        detail = (
            f"{settled.sessions} sessions, {len(settled.links)} links, {len(settled.claims)} codes, "
            f"{len(settled.tokens)} tokens ended; {len(settled.changed)} accounts as known last, "
            f"{len(settled.lost)} not in the copy"
        )
        record(session, "registry.restored", SUBJECT, None, now_ms, detail)
        return settled


async def forget_key(caller: Caller, registry: Registry, box: str, now_ms: int) -> None:
    """A box has another key than the copy knows: its certificates there count no more, it is served by its name.

    Raises UnknownBox.
    """
    async with registry.write(caller) as session:
        row = await known_box(session, box)
        await revoke_certificates(session, box, now_ms)
        record(session, "certificate.forget", box, row.community, now_ms, "the registry was put back from a copy")


async def _end_sessions(session: AsyncSession, now_ms: int) -> int:
    rows = (await session.scalars(select(LoginSession).where(LoginSession.ended_ms.is_(None)))).all()
    for row in rows:
        row.ended_ms = now_ms
    return sum(row.ends_ms > now_ms for row in rows)


async def _end_links(session: AsyncSession, now_ms: int) -> list[str]:
    chosen = select(AccountLink).where(AccountLink.used_ms.is_(None), AccountLink.withdrawn_ms.is_(None))
    rows = (await session.scalars(chosen)).all()
    for row in rows:
        row.withdrawn_ms = now_ms
    return sorted({row.account for row in rows if row.ends_ms > now_ms})


async def _end_claims(session: AsyncSession, now_ms: int) -> list[str]:
    chosen = select(Claim).where(Claim.used_ms.is_(None), Claim.withdrawn_ms.is_(None))
    rows = (await session.scalars(chosen)).all()
    for row in rows:
        row.withdrawn_ms = now_ms
    return sorted(row.box for row in rows if row.ends_ms > now_ms)


async def _end_tokens(session: AsyncSession, known: frozenset[bytes], now_ms: int) -> list[str]:
    chosen = select(MachineToken).where(MachineToken.revoked_ms.is_(None), MachineToken.token_hash.not_in(known))
    rows = (await session.scalars(chosen)).all()
    for row in rows:
        row.revoked_ms = now_ms
    return sorted(row.name for row in rows if row.ends_ms > now_ms)


async def _as_known(session: AsyncSession, row: Account, login: Login, now_ms: int) -> bool:
    """Makes an account as it was known last. Returns whether it was otherwise. Communities that are gone stay gone."""
    chosen = select(RecoveryCode).where(RecoveryCode.account == row.account, RecoveryCode.used_ms.is_(None))
    codes = {code.code_hash: code for code in await session.scalars(chosen)}
    scope = login.communities
    if scope != "every":
        scope &= frozenset(await session.scalars(select(Community.community)))
    before = (row.role, await communities_of(session, row))
    what = []
    if before != (login.role, scope):
        row.role = login.role
        await set_communities(session, row, scope)
        what.append(f"{rights_text(*before)} -> {rights_text(login.role, scope)}")
    if row.password_hash != login.password_hash:
        row.password_hash = login.password_hash
        what.append("password")
    if row.totp_secret != login.totp_secret or codes.keys() != login.recovery_hashes:
        row.totp_secret, row.totp_offered = login.totp_secret, None
        for code_hash, code in codes.items():
            if code_hash not in login.recovery_hashes:
                code.used_ms = now_ms
        for code_hash in login.recovery_hashes - codes.keys():
            session.add(RecoveryCode(code_hash=code_hash, account=row.account, made_ms=now_ms))
        what.append("second factor")
    if (row.disabled_ms is None) != (login.disabled_ms is None):
        row.disabled_ms = login.disabled_ms
        what.append("disabled" if login.disabled_ms is not None else "enabled")
    steps = [step for step in (row.totp_last_step, login.totp_last_step) if step is not None]
    row.totp_last_step = max(steps, default=None) if row.totp_secret is not None else None
    row.failed_tries, row.locked_until_ms = login.failed_tries, login.locked_until_ms
    if what:
        record(session, "account.as-known-last", row.account, None, now_ms, "; ".join(what))
    return bool(what)
