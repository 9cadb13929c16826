"""Log-ins while the registry is away: judged by its last good copy, short, for alarms alone, accounted for afterwards.

What happened meanwhile (sessions, codes that were used up, wrong tries) stands in a file until it is in the registry's
audit: a code counts once over restarts, too, and a session of an account that changed meanwhile ends then.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from anju_base.whole_file import replace_file
from anju_central.access.caller import HUB, Role
from anju_central.access.last_accounts import LastAccounts
from anju_central.access.secrets_of_people import hash_of
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.queries.account_secrets import Login
from anju_central.registry.queries.away import AwaySession, AwayTries, settle_away

log = logging.getLogger(__name__)

AWAY_FILE: Final = "log_ins.away.json"
AWAY_MS: Final = 4 * 3_600_000  # of a session: it is looked at again when the registry is back, and at each new shift
MOST_OF_ONE: Final = 100  # log-ins of one account in one absence: nobody does that many, and the file has an end
MAX_BYTES: Final = 16 << 20


class AwayLogIns:
    """Composed by the hub; used in the event loop only. `path` None = in memory alone."""

    def __init__(self, accounts: LastAccounts, path: Path | None) -> None:
        self.accounts = accounts
        self._path = path
        self._sessions: dict[bytes, AwaySession] = {}
        self._tries: dict[str, AwayTries] = {}
        self._fault = ""
        self._turn = asyncio.Lock()  # one write of the file after another
        self._read()

    def waiting(self) -> list[AwaySession]:
        """Returns the sessions that the registry does not know yet."""
        return list(self._sessions.values())

    def is_away(self, token_hash: bytes) -> bool:
        """Whether a session began without the registry, which has not looked at it yet."""
        return token_hash in self._sessions

    @property
    def is_settled(self) -> bool:
        """Whether the registry knows everything."""
        return not self._sessions and not self._tries

    def judged_by(self, login: Login) -> Login:
        """Returns an account with what it did meanwhile: codes used up, tries, lock."""
        mine = [one for one in self._sessions.values() if one.account == login.account]
        steps = [step for step in (login.totp_last_step, *(one.totp_step for one in mine)) if step is not None]
        used = {one.recovery_hash for one in mine}
        tries = self._tries.get(login.account)
        if tries is not None:
            login = replace(login, failed_tries=tries.failed_tries, locked_until_ms=tries.locked_until_ms)
        return replace(
            login, totp_last_step=max(steps, default=None), recovery_hashes=frozenset(login.recovery_hashes - used)
        )

    def find(self, account: str) -> Login | None:
        """Returns an account as it was known last, with what it did meanwhile."""
        login = self.accounts.find(account)
        return None if login is None else self.judged_by(login)

    def is_full(self, account: str) -> bool:
        """Whether an account logged in so often that it may not once more before the registry is back."""
        return sum(one.account == account for one in self._sessions.values()) >= MOST_OF_ONE

    async def began(
        self, login: Login, token_hash: bytes, now_ms: int, idle_ms: int, step: int | None, recovery: bytes | None
    ) -> AwaySession:
        """Notes a session that begins now; wrong tries before it are forgotten."""
        one = AwaySession(
            token_hash=token_hash,
            account=login.account,
            role=login.role,
            communities=login.communities,
            password_mark=hash_of(login.password_hash or ""),
            has_second_factor=login.totp_secret is not None,
            made_ms=now_ms,
            idle_ends_ms=now_ms + idle_ms,
            ends_ms=now_ms + AWAY_MS,
            totp_step=step,
            recovery_hash=recovery,
        )
        self._sessions[token_hash] = one
        if login.failed_tries or login.locked_until_ms is not None:
            before = self._tries.get(login.account, AwayTries(0, 0, None))
            self._tries[login.account] = AwayTries(before.wrong, 0, None)
        log.warning("%s logged in while the registry is away, by what it said last", login.account)
        await self._write()
        return one

    async def count_failed_try(self, login: Login, now_ms: int, wait_ms: Callable[[int], int]) -> None:
        """Counts a wrong password or code as the registry does: not while the account is locked."""
        login = self.judged_by(login)
        if login.locked_until_ms is not None and login.locked_until_ms > now_ms:
            return
        before = self._tries.get(login.account, AwayTries(0, login.failed_tries, login.locked_until_ms))
        wait = wait_ms(before.failed_tries + 1)
        locked_until_ms = now_ms + wait if wait else before.locked_until_ms
        self._tries[login.account] = AwayTries(before.wrong + 1, before.failed_tries + 1, locked_until_ms)
        await self._write()

    async def settle(self, registry: Registry, idle_ends_ms: Mapping[bytes, int], now_ms: int) -> None:
        """Tells the registry what happened. It stays here while it cannot be written there.

        `idle_ends_ms`: until when sessions live by their last use.
        """
        if self.is_settled:
            return
        sessions = [
            replace(one, idle_ends_ms=min(max(one.idle_ends_ms, idle_ends_ms.get(one.token_hash, 0)), one.ends_ms))
            for one in self._sessions.values()
        ]
        tries = dict(self._tries)
        try:
            await settle_away(HUB, registry, sessions, tries, now_ms)
        except RegistryUnavailable as error:
            if str(error) != self._fault:
                log.warning("log-ins of the time without it are not in the registry yet: %s", error)
            self._fault = str(error)
            return
        self._fault = ""
        for one in sessions:
            self._sessions.pop(one.token_hash, None)
        for account, known in tries.items():
            if self._tries.get(account) == known:
                del self._tries[account]
        log.info("%d log-ins of the time without the registry are in its audit now", len(sessions))
        await self._write()

    async def _write(self) -> None:
        if self._path is None:
            return
        async with self._turn:
            content = {
                "sessions": [_row(one) for one in self._sessions.values()],
                "tries": {
                    name: [one.wrong, one.failed_tries, one.locked_until_ms] for name, one in self._tries.items()
                },
            }
            try:
                if self.is_settled:
                    await asyncio.to_thread(self._path.unlink, missing_ok=True)
                else:
                    await asyncio.to_thread(replace_file, self._path, json.dumps(content).encode(), 0o600)
            except OSError as error:  # a disk that is full is one more reason to let an operator in
                log.warning("%s is not written: %s; look at the disk", self._path, error)

    def _read(self) -> None:
        if self._path is None:
            return
        with contextlib.suppress(FileNotFoundError):
            try:
                with open(self._path, "rb") as file:
                    if os.fstat(file.fileno()).st_mode & 0o022:
                        raise ValueError("others may write it")
                    found = json.loads(file.read(MAX_BYTES))
                sessions = [_session(row) for row in found["sessions"]]
                tries = {
                    str(name): AwayTries(int(wrong), int(failed), None if until is None else int(until))
                    for name, (wrong, failed, until) in found["tries"].items()
                }
            except FileNotFoundError:
                raise
            except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                log.warning("%s cannot be read: %s; log-ins of that time end", self._path, error)
                return
            self._sessions = {one.token_hash: one for one in sessions}
            self._tries = tries


def _row(one: AwaySession) -> dict[str, object]:
    return {
        "token_hash": one.token_hash.hex(),
        "account": one.account,
        "role": one.role.value,
        "communities": one.communities if one.communities == "every" else sorted(one.communities),
        "password_mark": one.password_mark.hex(),
        "has_second_factor": one.has_second_factor,
        "made_ms": one.made_ms,
        "idle_ends_ms": one.idle_ends_ms,
        "ends_ms": one.ends_ms,
        "totp_step": one.totp_step,
        "recovery": None if one.recovery_hash is None else one.recovery_hash.hex(),
    }


def _session(row: Mapping[str, Any]) -> AwaySession:  # Any: JSON
    sites, step, recovery = row["communities"], row["totp_step"], row["recovery"]
    return AwaySession(
        token_hash=bytes.fromhex(row["token_hash"]),
        account=str(row["account"]),
        role=Role(row["role"]),
        communities="every" if sites == "every" else frozenset(map(str, sites)),
        password_mark=bytes.fromhex(row["password_mark"]),
        has_second_factor=bool(row["has_second_factor"]),
        made_ms=int(row["made_ms"]),
        idle_ends_ms=int(row["idle_ends_ms"]),
        ends_ms=int(row["ends_ms"]),
        totp_step=None if step is None else int(step),
        recovery_hash=None if recovery is None else bytes.fromhex(recovery),
    )
