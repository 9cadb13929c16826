"""Accounts: the list, and what somebody does to the account of another. Who may: see `registry/account_rows.py`."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Communities, Right, Role
from anju_central.registry.account_rows import (
    AccountRow,
    NewLink,
    account_of_another,
    add_link,
    check_may_give,
    communities_of,
    drop_second_factor,
    end_sessions_of,
    known_account,
    rights_text,
    scopes,
    set_communities,
    withdraw_links,
    within,
)
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import AccountDisabled, AlreadyThere
from anju_central.registry.ids import check_account_name
from anju_central.registry.tables import Account, AccountLink, LoginSession


async def list_accounts(
    caller: Caller, registry: Registry, now_ms: int, account: str | None = None
) -> list[AccountRow]:
    """Returns the accounts by name, or the one that is named, whose communities all are the caller's.

    Raises NotAllowed.
    """
    caller.require(Right.SEE_ACCOUNTS)
    async with registry.read(caller) as session:
        chosen = select(Account).order_by(Account.account)
        if account is not None:
            chosen = chosen.where(Account.account == account)
        rows = (await session.scalars(chosen)).all()
        named = await scopes(session)
        links = await _open_links(session, now_ms)
        sessions = await _live_sessions(session, now_ms)
        listed = []
        for row in rows:
            communities: Communities = "every" if row.every_community else frozenset(named.get(row.account, ()))
            if within(communities, caller.communities):
                live, seen_ms = sessions.get(row.account, (0, None))
                listed.append(_row(row, communities, links.get(row.account), live, seen_ms, now_ms))
        return listed


def _row(
    row: Account, communities: Communities, link_ends_ms: int | None, sessions: int, seen_ms: int | None, now_ms: int
) -> AccountRow:
    is_locked = row.locked_until_ms is not None and row.locked_until_ms > now_ms
    return AccountRow(
        account=row.account,
        full_name=row.full_name,
        role=row.role,
        communities=communities,
        has_password=row.password_hash is not None,
        has_second_factor=row.totp_secret is not None,
        locked_until_ms=row.locked_until_ms if is_locked else None,
        disabled_ms=row.disabled_ms,
        made_ms=row.made_ms,
        made_by=row.made_by,
        link_ends_ms=link_ends_ms,
        sessions=sessions,
        seen_ms=seen_ms,
    )


async def _open_links(session: AsyncSession, now_ms: int) -> dict[str, int]:
    chosen = select(AccountLink.account, AccountLink.ends_ms).where(
        AccountLink.used_ms.is_(None), AccountLink.withdrawn_ms.is_(None), AccountLink.ends_ms > now_ms
    )
    return {row.account: row.ends_ms for row in await session.execute(chosen)}


async def _live_sessions(session: AsyncSession, now_ms: int) -> dict[str, tuple[int, int | None]]:
    chosen = (
        select(LoginSession.account, func.count(), func.max(LoginSession.seen_ms))
        .where(LoginSession.ended_ms.is_(None), LoginSession.idle_ends_ms > now_ms)
        .group_by(LoginSession.account)
    )
    return {account: (count, seen_ms) for account, count, seen_ms in await session.execute(chosen)}


async def add_account(
    caller: Caller,
    registry: Registry,
    account: str,
    full_name: str,
    role: Role,
    communities: Communities,
    link: NewLink,
    now_ms: int,
) -> None:
    """Adds an account without a password, and the link with which its owner sets one.

    Raises NotAllowed, NotAnAccountName, AlreadyThere, BeyondYours, UnknownCommunity.
    """
    caller.require(Right.MANAGE_ACCOUNTS)
    check_account_name(account)
    check_may_give(caller, role, communities)
    try:
        async with registry.write(caller) as session:
            if await session.get(Account, account) is not None:
                raise AlreadyThere("account", account)
            row = Account(account=account, full_name=full_name or account, role=role, made_ms=now_ms)
            row.made_by = caller.account
            row.every_community, row.failed_tries = communities == "every", 0
            session.add(row)
            await session.flush()  # before what refers to it
            await set_communities(session, row, communities)
            await add_link(session, account, link, now_ms)
            record(session, "account.add", account, None, now_ms, rights_text(role, communities))
    except IntegrityError as error:  # another request was quicker
        raise AlreadyThere("account", account) from error


async def make_link(
    caller: Caller, registry: Registry, account: str, link: NewLink, now_ms: int, *, drop_factor: bool = False
) -> None:
    """Resets an account of another: its sessions end, its password counts no more, the link sets a new one.

    The second factor stays, unless it is lost and `drop_factor` says so. Raises NotAllowed, UnknownAccount, OwnAccount,
    BeyondYours, AccountDisabled.
    """
    caller.require(Right.MANAGE_ACCOUNTS)
    async with registry.write(caller) as session:
        row = await account_of_another(session, account)
        if row.disabled_ms is not None:
            raise AccountDisabled(account)
        row.password_hash, row.failed_tries, row.locked_until_ms = None, 0, None
        ended = await end_sessions_of(session, account, now_ms)
        if drop_factor:
            await drop_second_factor(session, row)
        await add_link(session, account, link, now_ms)
        detail = f"{ended} sessions ended{', second factor dropped' if drop_factor else ''}"
        record(session, "account.reset", account, None, now_ms, detail)


async def change_role(
    caller: Caller, registry: Registry, account: str, role: Role, communities: Communities, now_ms: int
) -> None:
    """Gives an account of another a role and communities; its sessions end. The same again changes nothing.

    Raises NotAllowed, UnknownAccount, OwnAccount, BeyondYours, UnknownCommunity.
    """
    caller.require(Right.MANAGE_ACCOUNTS)
    check_may_give(caller, role, communities)
    async with registry.write(caller) as session:
        row = await account_of_another(session, account)
        before = (row.role, await communities_of(session, row))
        if before == (role, communities):
            return
        row.role = role
        await set_communities(session, row, communities)
        await end_sessions_of(session, account, now_ms)
        detail = f"{rights_text(*before)} -> {rights_text(role, communities)}"
        record(session, "account.role", account, None, now_ms, detail)


async def disable_account(caller: Caller, registry: Registry, account: str, now_ms: int) -> None:
    """Ends an account of another with all its sessions, until it is enabled. Doing it again changes nothing.

    Raises NotAllowed, UnknownAccount, OwnAccount, BeyondYours.
    """
    caller.require(Right.MANAGE_ACCOUNTS)
    async with registry.write(caller) as session:
        row = await account_of_another(session, account)
        if row.disabled_ms is not None:
            return
        row.disabled_ms = now_ms
        await end_sessions_of(session, account, now_ms)
        await withdraw_links(session, account, now_ms)
        record(session, "account.disable", account, None, now_ms)


async def enable_account(caller: Caller, registry: Registry, account: str, now_ms: int) -> None:
    """Takes back `disable_account`. Raises NotAllowed, UnknownAccount, OwnAccount, BeyondYours."""
    caller.require(Right.MANAGE_ACCOUNTS)
    async with registry.write(caller) as session:
        row = await account_of_another(session, account)
        if row.disabled_ms is not None:
            row.disabled_ms = None
            record(session, "account.enable", account, None, now_ms)


async def unlock_account(caller: Caller, registry: Registry, account: str, now_ms: int) -> None:
    """Forgets the wrong tries of an account of another.

    Raises NotAllowed, UnknownAccount, OwnAccount, BeyondYours.
    """
    caller.require(Right.MANAGE_ACCOUNTS)
    async with registry.write(caller) as session:
        row = await account_of_another(session, account)
        if row.failed_tries or row.locked_until_ms is not None:
            row.failed_tries, row.locked_until_ms = 0, None
            record(session, "account.unlock", account, None, now_ms)


async def end_sessions(caller: Caller, registry: Registry, account: str, now_ms: int, but: bytes | None = None) -> int:
    """Ends all sessions of an account, the caller's own or one that it may manage, but the one of the hash `but`.

    Returns how many there were. Raises NotAllowed, UnknownAccount, BeyondYours.
    """
    async with registry.write(caller) as session:
        if account == caller.account:
            row = await known_account(session, account)
        else:
            caller.require(Right.MANAGE_ACCOUNTS)
            row = await account_of_another(session, account)
        ended = await end_sessions_of(session, row.account, now_ms, but)
        if ended:
            record(session, "account.end-sessions", account, None, now_ms, str(ended))
        return ended
