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

from anju_central.access.caller import COMMAND_LINE, Caller, Communities, Purpose, Role
from anju_central.access.secrets_of_people import hash_of, new_token
from anju_central.access.sessions import ABSOLUTE_MS, IDLE_MS
from anju_central.registry.account_rows import NewLink
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.queries.accounts import add_account
from anju_central.registry.queries.sessions import NewSession, begin_session
from support.people import PAGE, cookie

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
        new = NewSession(hash_of(token), now_ms + IDLE_MS, now_ms + ABSOLUTE_MS)
        await begin_session(caller, registry, new, now_ms)
    finally:
        await registry.close()
    ((name, value),) = cookie(token).items()
    return {**PAGE, "Cookie": f"{name}={value}"}


def sign_in(data_dir: Path, account: str = "op-li", role: Role = Role.OPERATOR) -> dict[str, str]:
    """As `signed_in`, where no loop runs."""
    return asyncio.run(signed_in(data_dir, account, role))


async def let_in(base: str, headers: dict[str, str]) -> None:
    """Waits until a hub that runs knows the session."""
    async with httpx.AsyncClient(base_url=base, headers=headers) as http, asyncio.timeout(SEEN_WITHIN_S):
        while (await http.get("/api/session")).status_code != 200:  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_AGAIN_S)
