"""What a log-in is judged by, as the registry knew it last, in a file: for as long as the registry cannot be asked.

An operator who comes on shift must see and acknowledge alarms whatever a database does. Log-in names, roles, hashes of
passwords and recovery codes, sealed second factors, who is disabled or locked: nothing that opens a session by itself,
and no name of a person.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from anju_base.whole_file import replace_file
from anju_central.access.caller import Role
from anju_central.registry.queries.account_secrets import Login
from anju_central.registry.queries.tokens import TokenRow

log = logging.getLogger(__name__)

LAST_ACCOUNTS_FILE: Final = "accounts.last.json"
MAX_BYTES: Final = 16 << 20  # 10,000 accounts take 12 MB


class LastAccounts:
    """Composed by the hub; used in the event loop only. `path` None = in memory alone."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.logins: dict[str, Login] = {}
        self.tokens: frozenset[bytes] = frozenset()  # SHA-256 of machines' tokens that were not revoked

    def restore(self) -> None:
        """Takes what the file says, for a start without the registry. What cannot be read is logged, and is nothing."""
        if self._path is None:
            return
        try:
            logins, self.tokens = read_last_accounts(self._path)
            self.logins = {login.account: login for login in logins}
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.warning("%s cannot be read: %s; nobody can log in until the registry is back", self._path, error)

    async def take(self, logins: Iterable[Login], tokens: Iterable[TokenRow]) -> None:
        """The registry was asked. Writes the file when it says something new."""
        known = {login.account: replace(login, full_name="", totp_offered=None) for login in logins}
        live = frozenset(token.token_hash for token in tokens if token.revoked_ms is None)
        is_new = (known, live) != (self.logins, self.tokens)
        self.logins, self.tokens = known, live
        if self._path is not None and (is_new or not self._path.exists()):
            await asyncio.to_thread(write_last_accounts, self._path, known.values(), live)

    def find(self, account: str) -> Login | None:
        """Returns an account as it was known last."""
        return self.logins.get(account)

    def __bool__(self) -> bool:
        """Whether any account is known."""
        return bool(self.logins)


def write_last_accounts(path: Path, logins: Iterable[Login], tokens: Iterable[bytes]) -> None:
    """Replaces the file. What cannot be written is logged: the copy in memory counts."""
    rows = [_row(login) for login in logins]
    content = json.dumps({"accounts": rows, "tokens": sorted(token.hex() for token in tokens)}, indent=0)
    try:
        replace_file(path, content.encode(), 0o600)
    except OSError as error:
        log.warning("%s is not written: %s; look at the disk", path, error)


def read_last_accounts(path: Path) -> tuple[list[Login], frozenset[bytes]]:
    """Returns what the file says. Raises OSError, and ValueError, TypeError, KeyError, AttributeError for nonsense."""
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o022:
            raise ValueError("others may write it")
        found = json.loads(file.read(MAX_BYTES))
    return [_login(row) for row in found["accounts"]], frozenset(map(bytes.fromhex, found["tokens"]))


def _row(login: Login) -> dict[str, object]:
    return {
        "account": login.account,
        "role": login.role.value,
        "communities": login.communities if login.communities == "every" else sorted(login.communities),
        "password_hash": login.password_hash,
        "totp": None if login.totp_secret is None else login.totp_secret.hex(),
        "totp_last_step": login.totp_last_step,
        "recovery": sorted(code.hex() for code in login.recovery_hashes),
        "failed_tries": login.failed_tries,
        "locked_until_ms": login.locked_until_ms,
        "disabled_ms": login.disabled_ms,
    }


def _login(row: Mapping[str, Any]) -> Login:  # Any: JSON
    sites = row["communities"]
    return Login(
        account=str(row["account"]),
        full_name="",
        role=Role(row["role"]),
        communities="every" if sites == "every" else frozenset(map(str, sites)),
        password_hash=row["password_hash"] and str(row["password_hash"]),
        totp_secret=None if row["totp"] is None else bytes.fromhex(row["totp"]),
        totp_offered=None,
        totp_last_step=_number(row["totp_last_step"]),
        recovery_hashes=frozenset(map(bytes.fromhex, row["recovery"])),
        failed_tries=int(row["failed_tries"]),
        locked_until_ms=_number(row["locked_until_ms"]),
        disabled_ms=_number(row["disabled_ms"]),
    )


def _number(found: object) -> int | None:
    return None if found is None else int(str(found))
