"""Rows of accounts as the queries take and make them, within a transaction that is open: its session knows the caller.

Nobody gives more than he has: a role only to somebody whose rights all are the caller's, communities only out of the
caller's. An account beyond that is not told from none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import RIGHTS, Caller, Communities, Role
from anju_central.registry.errors import BeyondYours, OwnAccount, UnknownAccount
from anju_central.registry.rows import known_community
from anju_central.registry.scope import caller_of
from anju_central.registry.tables import Account, AccountCommunity, AccountLink, LoginSession, RecoveryCode


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as people see it. `link_ends_ms` is of a link that can still be used; times are UTC ms."""

    account: str
    full_name: str
    role: Role
    communities: Communities
    has_password: bool
    has_second_factor: bool
    locked_until_ms: int | None
    disabled_ms: int | None
    made_ms: int
    made_by: str
    link_ends_ms: int | None
    sessions: int
    seen_ms: int | None


@dataclass(frozen=True, slots=True)
class NewLink:
    """A one-time link: the SHA-256 of its token, and until when it counts (UTC ms)."""

    token_hash: bytes
    ends_ms: int


def within(communities: Communities, of: Communities) -> bool:
    """Whether all of the communities are among the others."""
    if of == "every":
        return True
    return communities != "every" and communities <= of


def scope_text(communities: Communities) -> str:
    """Communities as an audit entry names them."""
    return communities if communities == "every" else ",".join(sorted(communities)) or "none"


def rights_text(role: Role, communities: Communities) -> str:
    """What an account may do and where, as an audit entry says it."""
    return f"{role} of {scope_text(communities)}"


def check_may_give(caller: Caller, role: Role, communities: Communities) -> None:
    """Raises BeyondYours."""
    if role is Role.HUB or not RIGHTS[role] <= RIGHTS[caller.role]:
        raise BeyondYours(f"the role {role}")
    if not within(communities, caller.communities):
        raise BeyondYours(f"the scope {scope_text(communities)}")


async def communities_of(session: AsyncSession, account: Account) -> Communities:
    """Returns what an account may see."""
    if account.every_community:
        return "every"
    chosen = select(AccountCommunity.community).where(AccountCommunity.account == account.account)
    return frozenset(await session.scalars(chosen))


async def scopes(session: AsyncSession) -> dict[str, set[str]]:
    """Returns the named communities of all accounts."""
    found: dict[str, set[str]] = {}
    for row in await session.scalars(select(AccountCommunity)):
        found.setdefault(row.account, set()).add(row.community)
    return found


async def known_account(session: AsyncSession, account: str) -> Account:
    """Returns the row, locked until the transaction ends where it changes something. Raises UnknownAccount."""
    row = await session.get(Account, account, with_for_update=True)
    if row is None:
        raise UnknownAccount(account)
    return row


async def account_of_another(session: AsyncSession, account: str) -> Account:
    """Returns the row, locked, of an account that the caller may change.

    Raises UnknownAccount, OwnAccount, and BeyondYours where its role is more than the caller's.
    """
    caller = caller_of(session)
    row = await known_account(session, account)
    if not within(await communities_of(session, row), caller.communities):
        raise UnknownAccount(account)
    if row.account == caller.account:
        raise OwnAccount
    if not RIGHTS[row.role] <= RIGHTS[caller.role]:
        raise BeyondYours(f"the role {row.role}")
    return row


async def set_communities(session: AsyncSession, account: Account, communities: Communities) -> None:
    """Writes down what an account may see. Raises UnknownCommunity."""
    account.every_community = communities == "every"
    wanted: Collection[str] = () if communities == "every" else communities
    chosen = select(AccountCommunity).where(AccountCommunity.account == account.account)
    known = {row.community: row for row in await session.scalars(chosen)}
    for community, row in known.items():
        if community not in wanted:
            await session.delete(row)
    for community in sorted(set(wanted) - known.keys()):
        await known_community(session, community)
        session.add(AccountCommunity(account=account.account, community=community))


async def end_sessions_of(session: AsyncSession, account: str, now_ms: int, but: bytes | None = None) -> int:
    """Ends all sessions of an account but one. Returns how many there were."""
    chosen = select(LoginSession).where(LoginSession.account == account, LoginSession.ended_ms.is_(None))
    rows = [row for row in await session.scalars(chosen) if row.token_hash != but]
    for row in rows:
        row.ended_ms = now_ms
    return len(rows)


async def withdraw_links(session: AsyncSession, account: str, now_ms: int) -> None:
    """No link of an account that is open counts any more."""
    chosen = select(AccountLink).where(
        AccountLink.account == account, AccountLink.used_ms.is_(None), AccountLink.withdrawn_ms.is_(None)
    )
    for row in await session.scalars(chosen):
        row.withdrawn_ms = now_ms


async def drop_second_factor(session: AsyncSession, account: Account) -> None:
    """An account has no second factor any more, and no recovery codes."""
    account.totp_secret = account.totp_offered = account.totp_last_step = None
    for row in await session.scalars(select(RecoveryCode).where(RecoveryCode.account == account.account)):
        await session.delete(row)


async def add_link(session: AsyncSession, account: str, link: NewLink, now_ms: int) -> None:
    """Adds a link in the place of those that are open."""
    await withdraw_links(session, account, now_ms)
    made_by = caller_of(session).account
    session.add(
        AccountLink(token_hash=link.token_hash, account=account, made_ms=now_ms, made_by=made_by, ends_ms=link.ends_ms)
    )
