"""Accounts for a demonstration, with a new password at each start: an operator, a technician and a clerk."""

from __future__ import annotations

import contextlib
from typing import Final

from anju_central.access.caller import COMMAND_LINE, HUB, Role
from anju_central.access.passwords import Passwords
from anju_central.access.secrets_of_people import LINK_MS, hash_of, new_recovery_codes, new_token
from anju_central.cli.registry import now_ms
from anju_central.registry.account_rows import NewLink
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.queries.account_secrets import use_link
from anju_central.registry.queries.accounts import add_account, make_link

ACCOUNTS: Final = (  # role, log-in name, what it is for
    (Role.OPERATOR, "demo", "值班员", "operator"),
    (Role.TECHNICIAN, "demo-technician", "技术员（添加网关）", "technician (adds boxes)"),
    (Role.COMMUNITY_STAFF, "demo-clerk", "社区工作人员（人员档案）", "community staff (people)"),
)


async def add_accounts(registry: Registry) -> list[dict[str, str]]:
    """Gives each account a new password; returns what a person has to know: account, password, and what it is for."""
    passwords, made = Passwords(), []
    for role, account, zh, en in ACCOUNTS:
        first, again = (NewLink(hash_of(new_token()), now_ms() + LINK_MS) for _ in range(2))
        with contextlib.suppress(AlreadyThere):
            await add_account(COMMAND_LINE, registry, account, "", role, "every", first, now_ms())
        await make_link(COMMAND_LINE, registry, account, again, now_ms())
        password = new_recovery_codes()[0]  # three short groups, easily typed
        await use_link(HUB, registry, again.token_hash, await passwords.hash(password), now_ms())
        made.append({"account": account, "password": password, "zh": zh, "en": en})
    return made
