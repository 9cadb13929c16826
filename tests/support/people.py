"""People of a hub under test: accounts with a session, without a password in between."""

from __future__ import annotations

import contextlib
import secrets
import time

from argon2 import PasswordHasher

from anju_central.access.caller import COMMAND_LINE, HUB, NEEDS_SECOND_FACTOR, Caller, Communities, Purpose, Role
from anju_central.access.passwords import Passwords
from anju_central.access.secrets_of_people import hash_of, new_token
from anju_central.access.sessions import Session
from anju_central.access.token_scopes import METRICS
from anju_central.api.cookies import HEADER, PLAIN_COOKIE
from anju_central.build_hub import Hub
from anju_central.registry.account_rows import NewLink
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.queries.account_secrets import confirm_totp, find_login, offer_totp
from anju_central.registry.queries.accounts import add_account
from anju_central.registry.queries.tokens import add_token

DAY_MS = 86_400_000
PAGE = {HEADER: "1"}  # what a page of the console sends with each request that acts


async def add_person(
    hub: Hub, account: str, role: Role = Role.OPERATOR, communities: Communities = "every"
) -> tuple[str, Session]:
    """Adds an account unless it is there, and begins a session of it, with a second factor where the role needs one.

    Returns the session's token and the session.
    """
    registry, now_ms = hub.registry.registry, hub.accounts.now_ms()
    link = NewLink(secrets.token_bytes(32), now_ms + DAY_MS)
    with contextlib.suppress(AlreadyThere):
        await add_account(COMMAND_LINE, registry, account, "", role, communities, link, now_ms)
    return await log_in(hub, account, role, communities)


async def log_in(hub: Hub, account: str, role: Role, communities: Communities) -> tuple[str, Session]:
    """Begins a session of an account that is there."""
    caller = Caller(account, role, communities, Purpose.DEVICE_MAINTENANCE)
    registry, now_ms = hub.registry.registry, hub.accounts.now_ms()
    login = await find_login(HUB, registry, account)
    assert login is not None
    if login.totp_secret is not None:
        return await hub.accounts.sessions.begin(caller, totp_step=time.time_ns())
    token, session = await hub.accounts.sessions.begin(caller)
    if role in NEEDS_SECOND_FACTOR:
        sealed = hub.accounts.own.factors.seal(secrets.token_bytes(20), account)
        await offer_totp(caller, registry, sealed, now_ms)
        await confirm_totp(caller, registry, 1, [], session.token_hash, now_ms)
        await hub.accounts.sessions.reload()
        session = hub.accounts.sessions.current(session.token_hash) or session
    return token, session


def cookie(token: str) -> dict[str, str]:
    """The cookie of a session on plain loopback."""
    return {PLAIN_COOKIE: token}


def weak_passwords() -> Passwords:
    """Hashes as a hub's, made with so little that a test has time for them."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def metrics_headers(hub: Hub) -> dict[str, str]:
    """Adds a machine's token for the figures; returns the header that presents it."""
    token, now_ms = new_token(), hub.accounts.now_ms()
    name, key = f"figures-{secrets.token_hex(4)}", hash_of(token)
    await add_token(COMMAND_LINE, hub.registry.registry, name, METRICS, key, now_ms + DAY_MS, now_ms)
    await hub.accounts.sessions.reload()
    return {"Authorization": f"Bearer {token}"}
