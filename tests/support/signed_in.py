"""Who works at a console of a hub that is a process of its own: an account and a session, put into its registry.

Before the hub runs, or beside it: what another process changed a hub sees within two seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from pathlib import Path

import httpx

from anju_central.access.caller import COMMAND_LINE, NEEDS_SECOND_FACTOR, Caller, Communities, Purpose, Role
from anju_central.access.secrets_of_people import hash_of, new_token
from anju_central.access.sessions import ABSOLUTE_MS, IDLE_MS
from anju_central.access.token_scopes import METRICS
from anju_central.registry.account_rows import NewLink
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.queries.account_secrets import confirm_totp, find_login, offer_totp
from anju_central.registry.queries.accounts import add_account
from anju_central.registry.queries.sessions import NewSession, begin_session
from anju_central.registry.queries.tokens import add_token
from support.people import DAY_MS, PAGE, cookie

SEEN_WITHIN_S = 30.0
LOOK_AGAIN_S = 0.1


async def signed_in(
    data_dir: Path, account: str = "op-li", role: Role = Role.OPERATOR, communities: Communities = "every"
) -> dict[str, str]:
    """Returns the headers of a page of that account's: the session's cookie, and what a page sends besides."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True, mode=0o700)
    registry = await Registry.open(sqlite_url(data_dir / REGISTRY_FILE))
    try:
        now_ms = time.time_ns() // 1_000_000
        with contextlib.suppress(AlreadyThere):
            link = NewLink(secrets.token_bytes(32), now_ms + 1)
            await add_account(COMMAND_LINE, registry, account, "", role, communities, link, now_ms)
        token = new_token()
        caller = Caller(account, role, communities, Purpose.DEVICE_MAINTENANCE)
        login = await find_login(COMMAND_LINE, registry, account)
        assert login is not None
        step = time.time_ns() if login.totp_secret is not None else None
        new = NewSession(hash_of(token), now_ms + IDLE_MS, now_ms + ABSOLUTE_MS, step)
        await begin_session(caller, registry, new, now_ms)
        if role in NEEDS_SECOND_FACTOR and step is None:
            await offer_totp(caller, registry, secrets.token_bytes(20), now_ms)
            await confirm_totp(caller, registry, 1, [], new.token_hash, now_ms)
    finally:
        await registry.close()
    ((name, value),) = cookie(token).items()
    return {**PAGE, "Cookie": f"{name}={value}"}


def sign_in(data_dir: Path, account: str = "op-li", role: Role = Role.OPERATOR) -> dict[str, str]:
    """As `signed_in`, where no loop runs."""
    return asyncio.run(signed_in(data_dir, account, role))


async def token_for_figures(data_dir: Path) -> dict[str, str]:
    """Adds a machine's token for /metrics, before the hub runs; returns the header that presents it."""
    registry = await Registry.open(sqlite_url(data_dir / REGISTRY_FILE))
    token, now_ms = new_token(), time.time_ns() // 1_000_000
    try:
        await add_token(COMMAND_LINE, registry, "figures", METRICS, hash_of(token), now_ms + DAY_MS, now_ms)
    finally:
        await registry.close()
    return {"Authorization": f"Bearer {token}"}


async def logged_in(base: str, account: str, password: str) -> dict[str, str]:
    """Logs in as a person does; returns the headers of the page."""
    async with httpx.AsyncClient(base_url=base, headers=PAGE) as http:
        answer = await http.post("/api/session", json={"account": account, "password": password})
        answer.raise_for_status()
        ((name, value),) = http.cookies.items()
    return {**PAGE, "Cookie": f"{name}={value}"}


async def let_in(base: str, headers: dict[str, str]) -> None:
    """Waits until a hub that runs knows the session, and its second factor where it has one.

    The two are written one after the other, and a hub may read them in between: then nothing is allowed yet.
    """
    async with httpx.AsyncClient(base_url=base, headers=headers) as http, asyncio.timeout(SEEN_WITHIN_S):
        while not _is_in(await http.get("/api/session")):  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_AGAIN_S)


def _is_in(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.json()["second_factor"] != "must_enrol"
