"""What an account proves itself with: password, second factor, recovery codes, one-time links.

Hashes come here, and the secret of the second factor, sealed: both sides need it (`registry/secrets.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from anju_central.access.caller import Caller, Communities, Role
from anju_central.registry.account_rows import (
    communities_of,
    drop_second_factor,
    end_sessions_of,
    known_account,
    scopes,
)
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import AccountDisabled, CodeSpent, LinkSpent, NothingOffered
from anju_central.registry.tables import Account, AccountLink, LoginSession, RecoveryCode


@dataclass(frozen=True, slots=True)
class Login:
    """An account as its log-in sees it. Times are UTC ms; `recovery_hashes` are of codes that count."""

    account: str
    full_name: str
    role: Role
    communities: Communities
    password_hash: str | None = field(repr=False)
    totp_secret: bytes | None = field(repr=False)
    totp_offered: bytes | None = field(repr=False)
    totp_last_step: int | None
    recovery_hashes: frozenset[bytes] = field(repr=False)
    failed_tries: int
    locked_until_ms: int | None
    disabled_ms: int | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that still counts, and whose it is."""

    account: str
    full_name: str
    role: Role
    ends_ms: int


async def find_login(caller: Caller, registry: Registry, account: str) -> Login | None:
    """Returns what the log-in of an account is judged by."""
    async with registry.read(caller) as session:
        row = await session.get(Account, account)
        if row is None:
            return None
        codes = select(RecoveryCode.code_hash).where(RecoveryCode.account == account, RecoveryCode.used_ms.is_(None))
        return _login(row, await communities_of(session, row), await session.scalars(codes))


async def list_logins(caller: Caller, registry: Registry) -> list[Login]:
    """Returns what the log-ins of all accounts are judged by, by name."""
    async with registry.read(caller) as session:
        named = await scopes(session)
        codes: dict[str, set[bytes]] = {}
        for code in await session.scalars(select(RecoveryCode).where(RecoveryCode.used_ms.is_(None))):
            codes.setdefault(code.account, set()).add(code.code_hash)
        return [
            _login(
                row,
                "every" if row.every_community else frozenset(named.get(row.account, ())),
                codes.get(row.account, ()),
            )
            for row in await session.scalars(select(Account).order_by(Account.account))
        ]


def _login(row: Account, communities: Communities, codes: Iterable[bytes]) -> Login:
    return Login(
        account=row.account,
        full_name=row.full_name,
        role=row.role,
        communities=communities,
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        totp_offered=row.totp_offered,
        totp_last_step=row.totp_last_step,
        recovery_hashes=frozenset(codes),
        failed_tries=row.failed_tries,
        locked_until_ms=row.locked_until_ms,
        disabled_ms=row.disabled_ms,
    )


async def count_failed_try(
    caller: Caller, registry: Registry, account: str, now_ms: int, wait_ms: Callable[[int], int]
) -> None:
    """Counts a wrong password or code; `wait_ms` says how long the account is locked after so many in a row, 0 = not.

    While it is locked nothing is counted: who knocks on keeps it closed no longer. Raises UnknownAccount.
    """
    async with registry.write(caller) as session:
        row = await known_account(session, account)
        if row.locked_until_ms is not None and row.locked_until_ms > now_ms:
            return
        row.failed_tries += 1
        wait = wait_ms(row.failed_tries)
        if wait:
            row.locked_until_ms = now_ms + wait
        detail = f"try {row.failed_tries}" + (f", locked for {wait // 1000} s" if wait else "")
        record(session, "account.wrong-password", account, None, now_ms, detail)


async def keep_hash(
    caller: Caller, registry: Registry, account: str, before: str, password_hash: str, now_ms: int
) -> None:
    """Keeps the same password under a stronger hash, unless it was changed meanwhile. Raises UnknownAccount."""
    async with registry.write(caller) as session:
        row = await known_account(session, account)
        if row.password_hash == before:
            row.password_hash = password_hash
            record(session, "account.rehash", account, None, now_ms)


async def change_password(
    caller: Caller, registry: Registry, password_hash: str, keep_session: bytes, now_ms: int
) -> None:
    """Gives the caller's own account a new password; its other sessions end. Raises UnknownAccount."""
    async with registry.write(caller) as session:
        row = await known_account(session, caller.account)
        row.password_hash, row.failed_tries, row.locked_until_ms = password_hash, 0, None
        await end_sessions_of(session, row.account, now_ms, keep_session)
        record(session, "account.password", row.account, None, now_ms)


async def offer_totp(caller: Caller, registry: Registry, sealed: bytes, now_ms: int) -> None:
    """Begins a second factor of the caller's own account; the one that it has counts until the new one is confirmed."""
    async with registry.write(caller) as session:
        (await known_account(session, caller.account)).totp_offered = sealed
        record(session, "account.totp-begin", caller.account, None, now_ms)


async def confirm_totp(
    caller: Caller, registry: Registry, step: int, recovery_hashes: Collection[bytes], keep_session: bytes, now_ms: int
) -> None:
    """The second factor that was begun counts from now on, with these recovery codes; other sessions end.

    `step` is that of the code which confirmed it: it counts no second time. Raises NothingOffered.
    """
    async with registry.write(caller) as session:
        row = await known_account(session, caller.account)
        offered = row.totp_offered
        if offered is None:
            raise NothingOffered
        await drop_second_factor(session, row)
        await session.flush()  # the old codes go before the new ones come
        row.totp_secret, row.totp_last_step = offered, step
        for code in recovery_hashes:
            session.add(RecoveryCode(code_hash=code, account=row.account, made_ms=now_ms))
        await end_sessions_of(session, row.account, now_ms, keep_session)
        live = await session.get(LoginSession, keep_session)
        if live is not None and live.account == row.account:
            live.second_factor_ms = now_ms  # it has just proven it
        record(session, "account.totp", row.account, None, now_ms)


async def use_code(
    caller: Caller, registry: Registry, step: int | None, recovery_hash: bytes | None, now_ms: int
) -> None:
    """Uses up a code of the caller's own account where no session begins by it. Raises CodeSpent."""
    async with registry.write(caller) as session:
        row = await known_account(session, caller.account)
        if step is not None:
            if row.totp_last_step is not None and step <= row.totp_last_step:
                raise CodeSpent
            row.totp_last_step = step
        elif recovery_hash is not None:
            code = await session.get(RecoveryCode, recovery_hash, with_for_update=True)
            if code is None or code.account != row.account or code.used_ms is not None:
                raise CodeSpent
            code.used_ms = now_ms
        record(session, "account.code", row.account, None, now_ms)


async def find_link(caller: Caller, registry: Registry, token_hash: bytes, now_ms: int) -> LinkRow:
    """Returns whose link it is. Raises LinkSpent."""
    async with registry.read(caller) as session:
        link = await session.get(AccountLink, token_hash)
        if link is None or not _counts(link, now_ms):
            raise LinkSpent
        row = await session.get_one(Account, link.account)
        return LinkRow(row.account, row.full_name, row.role, link.ends_ms)


async def use_link(caller: Caller, registry: Registry, token_hash: bytes, password_hash: str, now_ms: int) -> str:
    """Sets the password of a link's account, once; returns the account. Raises LinkSpent, AccountDisabled."""
    async with registry.write(caller) as session:
        link = await session.get(AccountLink, token_hash, with_for_update=True)
        if link is None or not _counts(link, now_ms):
            raise LinkSpent
        row = await known_account(session, link.account)
        if row.disabled_ms is not None:
            raise AccountDisabled(row.account)
        link.used_ms = now_ms
        row.password_hash, row.failed_tries, row.locked_until_ms = password_hash, 0, None
        await end_sessions_of(session, row.account, now_ms)
        record(session, "account.link-used", row.account, None, now_ms)
        return row.account


def _counts(link: AccountLink, now_ms: int) -> bool:
    is_open = link.used_ms is None and link.withdrawn_ms is None
    return is_open and now_ms < link.ends_ms
