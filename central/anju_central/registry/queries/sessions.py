"""Sessions at the console. A session is known by the hash of its token alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from anju_central.access.caller import Caller, Communities, Role
from anju_central.registry.account_rows import known_account, scopes
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import AccountDisabled, AccountLocked, CodeSpent
from anju_central.registry.tables import Account, LoginSession, RecoveryCode

FORGET_MS = 7 * 86_400_000  # after their end: who logged in when stands in the audit
MOST = 20  # of one account; the oldest ends


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that counts, and what its account may do now. Times are UTC ms.

    `second_factor_ms` is when it was proven in this session, `has_second_factor` whether the account has one.
    """

    token_hash: bytes
    account: str
    full_name: str
    role: Role
    communities: Communities
    made_ms: int
    seen_ms: int
    idle_ends_ms: int
    ends_ms: int
    second_factor_ms: int | None
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that begins, and what proved it: the step of a code, or the hash of a recovery code, or neither."""

    token_hash: bytes
    idle_ends_ms: int
    ends_ms: int
    totp_step: int | None = None
    recovery_hash: bytes | None = None


async def live_sessions(caller: Caller, registry: Registry, now_ms: int) -> list[SessionRow]:
    """Returns all sessions that count."""
    async with registry.read(caller) as session:
        chosen = (
            select(LoginSession, Account)
            .join(Account, Account.account == LoginSession.account)
            .where(
                LoginSession.ended_ms.is_(None),
                LoginSession.ends_ms > now_ms,
                LoginSession.idle_ends_ms > now_ms,
                Account.disabled_ms.is_(None),
            )
        )
        named = await scopes(session)
        return [_row(live, account, named) for live, account in await session.execute(chosen)]


def _row(live: LoginSession, account: Account, named: Mapping[str, set[str]]) -> SessionRow:
    return SessionRow(
        token_hash=live.token_hash,
        account=account.account,
        full_name=account.full_name,
        role=account.role,
        communities="every" if account.every_community else frozenset(named.get(account.account, ())),
        made_ms=live.made_ms,
        seen_ms=live.seen_ms,
        idle_ends_ms=live.idle_ends_ms,
        ends_ms=live.ends_ms,
        second_factor_ms=live.second_factor_ms,
        has_second_factor=account.totp_secret is not None,
    )


async def begin_session(caller: Caller, registry: Registry, new: NewSession, now_ms: int) -> SessionRow:
    """Begins a session of the caller's account; wrong tries are forgotten, the code that proved it is used up.

    Raises UnknownAccount, AccountDisabled, AccountLocked, CodeSpent.
    """
    async with registry.write(caller) as session:
        row = await known_account(session, caller.account)
        if row.disabled_ms is not None:
            raise AccountDisabled(row.account)
        if row.locked_until_ms is not None and row.locked_until_ms > now_ms:
            raise AccountLocked(row.account, row.locked_until_ms)  # since the password was looked at
        how = "password"
        if new.totp_step is not None:
            if row.totp_last_step is not None and new.totp_step <= row.totp_last_step:
                raise CodeSpent
            row.totp_last_step, how = new.totp_step, "password and code"
        elif new.recovery_hash is not None:
            code = await session.get(RecoveryCode, new.recovery_hash, with_for_update=True)
            if code is None or code.account != row.account or code.used_ms is not None:
                raise CodeSpent
            code.used_ms, how = now_ms, "password and recovery code"
        row.failed_tries, row.locked_until_ms = 0, None
        chosen = select(LoginSession).where(LoginSession.account == row.account, LoginSession.ended_ms.is_(None))
        for older in (await session.scalars(chosen.order_by(LoginSession.made_ms.desc()).offset(MOST - 1))).all():
            older.ended_ms = now_ms
        await session.execute(delete(LoginSession).where(LoginSession.ends_ms < now_ms - FORGET_MS))
        live = LoginSession(token_hash=new.token_hash, account=row.account, made_ms=now_ms, seen_ms=now_ms)
        live.idle_ends_ms, live.ends_ms = new.idle_ends_ms, new.ends_ms
        live.second_factor_ms = None if how == "password" else now_ms
        session.add(live)
        record(session, "session.begin", row.account, None, now_ms, how)
        return _row(live, row, await scopes(session))


async def end_session(caller: Caller, registry: Registry, token_hash: bytes, now_ms: int) -> None:
    """Ends a session of the caller's account. Doing it again changes nothing."""
    async with registry.write(caller) as session:
        live = await session.get(LoginSession, token_hash)
        if live is not None and live.account == caller.account and live.ended_ms is None:
            live.ended_ms = now_ms
            record(session, "session.end", live.account, None, now_ms)


async def note_seen(caller: Caller, registry: Registry, seen: Mapping[bytes, tuple[int, int]]) -> None:
    """Keeps until when sessions live that were used: token hash -> (seen, idle end)."""
    async with registry.write(caller) as session:
        chosen = select(LoginSession).where(LoginSession.token_hash.in_(seen), LoginSession.ended_ms.is_(None))
        for live in await session.scalars(chosen):
            seen_ms, idle_ends_ms = seen[live.token_hash]
            live.seen_ms = max(live.seen_ms, seen_ms)
            live.idle_ends_ms = min(max(live.idle_ends_ms, idle_ends_ms), live.ends_ms)
