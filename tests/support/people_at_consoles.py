"""People who come to a console in a browser: by a one-time link, or with a session that they have already."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import BrowserContext

from anju_central.access.caller import COMMAND_LINE, Role
from anju_central.access.secrets_of_people import LINK_MS, hash_of, new_token
from anju_central.registry.account_rows import NewLink
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.queries.accounts import add_account


async def invited(data_dir: Path, account: str, role: Role = Role.OPERATOR, full_name: str = "") -> str:
    """Adds an account to a hub's registry before the hub runs; returns the token of its one-time link."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True, mode=0o700)
    token, now_ms = new_token(), time.time_ns() // 1_000_000
    registry = await Registry.open(sqlite_url(data_dir / REGISTRY_FILE))
    try:
        link = NewLink(hash_of(token), now_ms + LINK_MS)
        await add_account(COMMAND_LINE, registry, account, full_name, role, "every", link, now_ms)
    finally:
        await registry.close()
    return token


async def carry(context: BrowserContext, base: str, page_of: Mapping[str, str]) -> None:
    """Lets a browser carry the session of `signed_in`."""
    name, _, value = page_of["Cookie"].partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": base}])
