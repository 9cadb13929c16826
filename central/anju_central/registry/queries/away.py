"""Log-ins of a time when the registry could not be asked, brought into it: judged once more, and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Communities, Role
from anju_central.access.secrets_of_people import hash_of
from anju_central.registry.account_rows import communities_of
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.tables import Account, LoginSession, RecoveryCode

GOES_ON = "goes on"


@dataclass(frozen=True, slots=True)
class AwaySession:
    """A session that began by the last good copy, and what it was judged by. Times are UTC ms."""

    token_hash: bytes
    account: str
    role: Role
    communities: Communities
    password_mark: bytes = field(repr=False)  # SHA-256 of the hash: tells whether the password was changed
    has_second_factor: bool
    made_ms: int
    idle_ends_ms: int
    ends_ms: int
    totp_step: int | None
    recovery_hash: bytes | None = field(repr=False)

    @property
    def how(self) -> str:
        """What proved who it is."""
        if self.totp_step is not None:
            return "password and code"
        return "password" if self.recovery_hash is None else "password and recovery code"


@dataclass(frozen=True, slots=True)
class AwayTries:
    """Wrong tries meanwhile, and what the account has of them now: `failed_tries` in a row, and its lock (UTC ms)."""

    wrong: int
    failed_tries: int
    locked_until_ms: int | None


async def settle_away(
    caller: Caller,
    registry: Registry,
    sessions: Sequence[AwaySession],
    tries: Mapping[str, AwayTries],
    now_ms: int,
) -> None:
    """Writes down log-ins and wrong tries of the time without the registry. Doing it again changes nothing.

    A session goes on where its account is as it was; else it is written down as ended.
    """
    async with registry.write(caller) as session:
        for one in sessions:
            if await session.get(LoginSession, one.token_hash) is not None:
                continue  # the hub ended between this and forgetting it
            account = await session.get(Account, one.account, with_for_update=True)
            why = await _why_not(session, account, one)
            if account is not None:
                live = LoginSession(token_hash=one.token_hash, account=one.account)
                live.made_ms = live.seen_ms = one.made_ms
                live.idle_ends_ms, live.ends_ms = one.idle_ends_ms, one.ends_ms
                live.second_factor_ms = None if one.how == "password" else one.made_ms
                live.ended_ms = now_ms if why else None
                session.add(live)
            judged = f"ended: {why}" if why else GOES_ON
            detail = f"{one.how}; while the registry was away; {judged}"
            record(session, "session.away", one.account, None, one.made_ms, detail)
        for name, counted in tries.items():
            account = await session.get(Account, name, with_for_update=True)
            if account is not None:
                account.failed_tries, account.locked_until_ms = counted.failed_tries, counted.locked_until_ms
                detail = f"{counted.wrong} tries while the registry was away"
                record(session, "account.wrong-password", name, None, now_ms, detail)


async def _why_not(session: AsyncSession, account: Account | None, one: AwaySession) -> str:
    """Returns why a session does not go on, "" when it does; what proved it is used up."""
    if account is None:
        return "there is no such account"
    if account.disabled_ms is not None:
        return "the account is disabled"
    if hash_of(account.password_hash or "") != one.password_mark:
        return "the password is another"
    if (account.role, await communities_of(session, account)) != (one.role, one.communities):
        return "role or communities are others"
    if (account.totp_secret is not None) != one.has_second_factor:
        return "the second factor is another"
    if one.totp_step is not None:
        if account.totp_last_step == one.totp_step:
            return "its code was used before"
        account.totp_last_step = max(one.totp_step, account.totp_last_step or 0)
    if one.recovery_hash is not None:
        code = await session.get(RecoveryCode, one.recovery_hash, with_for_update=True)
        if code is None or code.account != account.account or code.used_ms is not None:
            return "its recovery code was used before"
        code.used_ms = one.made_ms
    return ""
