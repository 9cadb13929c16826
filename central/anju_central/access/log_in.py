"""Who may log in: account, password and, where the account has one, a second factor.

Whoever does not know the password learns nothing: an unknown account, a wrong password, a wrong code and a locked
account get the same answer, after the same work and not before the same time. Who gave the right password is told that
a code is needed, that the account is disabled, or until when it is locked. The way back from a lock is time (half a
minute at first, 15 minutes at most), or a second person. An address that guesses waits, too, 5 minutes at most: behind
one address may be the whole duty room. Who is logged in already notices none of it.

While the registry cannot be asked or written, its last good copy judges in the same way (`away.py`).
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from anju_central.access.away import AwayLogIns
from anju_central.access.caller import HUB, Caller, Purpose
from anju_central.access.guesses import Guesses, Limits
from anju_central.access.passwords import Passwords, TooBusy
from anju_central.access.second_factor import SealedFactors, is_code, step_of
from anju_central.access.secrets_of_people import recovery_hash
from anju_central.access.sessions import Session, Sessions
from anju_central.registry.database import Registry
from anju_central.registry.errors import AccountDisabled, AccountLocked, CodeSpent
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.queries.account_secrets import Login, count_failed_try, find_login, keep_hash
from anju_central.registry.secrets import SecretsUnavailable

LogInReason = Literal["wrong", "code_needed", "locked", "disabled", "too_many", "no_key"]

log = logging.getLogger(__name__)

TRIES_BEFORE_LOCK: Final = 5
LOCK_FIRST_MS: Final = 30_000
LOCK_MAX_MS: Final = 900_000
ADDRESS: Final = Limits(20, 30.0, 300.0, rate_per_s=2.0, burst=20.0)
ANSWER_NOT_BEFORE_S: Final = 0.7  # longer than the check of a password takes, so that a row more or less does not show
MAX_NAME_CHARS: Final = 64
BUSY_AGAIN_S: Final = 3.0
AWAY_AGAIN_S: Final = 600.0  # the registry is not back sooner than somebody looks at it


class LogInRefused(Exception):
    """No session. `until_ms` (UTC) is given with "locked", `again_s` with "too_many"."""

    def __init__(self, reason: LogInReason, until_ms: int | None = None, again_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until_ms = until_ms
        self.again_s = again_s


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody proved besides the password: the step of a code, the hash of a recovery code, or nothing."""

    step: int | None = None
    recovery: bytes | None = None


def wait_ms(tries: int) -> int:
    """Returns for how long an account is locked after so many wrong tries in a row."""
    if tries < TRIES_BEFORE_LOCK:
        return 0
    return min(LOCK_MAX_MS, LOCK_FIRST_MS << min(tries - TRIES_BEFORE_LOCK, 16))


class LogIn:
    """Composed by the hub. `registry` gives the open one, or raises RegistryUnavailable."""

    def __init__(
        self,
        registry: Callable[[], Registry],
        sessions: Sessions,
        passwords: Passwords,
        away: AwayLogIns,
        factors: SealedFactors,
        now_ms: Callable[[], int],
        monotonic_s: Callable[[], float],
        *,
        not_before_s: float = ANSWER_NOT_BEFORE_S,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._registry = registry
        self._sessions = sessions
        self._passwords = passwords
        self._away = away
        self._factors = factors
        self._now_ms = now_ms
        self._monotonic_s = monotonic_s
        self._not_before_s = not_before_s
        self._pause = pause
        self._guesses = Guesses(ADDRESS)

    def check_address(self, address: str) -> None:
        """Counts a question that may be a guess. Raises LogInRefused for an address that has to wait."""
        now_s = self._monotonic_s()
        again_s = max(self._guesses.locked_for_s(address, now_s), self._guesses.busy_for_s(address, now_s))
        if again_s > 0:
            raise LogInRefused("too_many", again_s=again_s)

    def guessed_wrong(self, address: str) -> None:
        """An address gave something that counts for nothing."""
        self._guesses.wrong(address, self._monotonic_s())

    async def log_in(self, account: str, password: str, code: str, address: str) -> tuple[str, Session]:
        """Begins a session; returns its token. Raises LogInRefused, RegistryUnavailable where there is no copy."""
        self.check_address(address)
        began_s = asyncio.get_running_loop().time()
        try:
            return await self._judge(account.strip().lower()[:MAX_NAME_CHARS], password, code.strip())
        except LogInRefused as refused:
            if refused.reason == "wrong":
                self.guessed_wrong(address)
                left_s = self._not_before_s - (asyncio.get_running_loop().time() - began_s)
                if left_s > 0:
                    await self._pause(left_s)
            raise

    async def _judge(self, account: str, password: str, code: str) -> tuple[str, Session]:
        login = await self._find(account)
        await self.check_password(login, password)
        assert login is not None
        now_ms = self._now_ms()
        if login.disabled_ms is not None:
            raise LogInRefused("disabled")
        if login.locked_until_ms is not None and login.locked_until_ms > now_ms:
            raise LogInRefused("locked", until_ms=login.locked_until_ms)
        proof = await self.prove_second_factor(login, code)
        caller = Caller(login.account, login.role, login.communities, Purpose.DEVICE_MAINTENANCE)
        try:
            token, session = await self._sessions.begin(caller, proof.step, proof.recovery)
        except CodeSpent as error:  # two asked at once with one code
            raise LogInRefused("wrong") from error
        except AccountLocked as error:
            raise LogInRefused("locked", until_ms=error.until_ms) from error
        except AccountDisabled as error:
            raise LogInRefused("disabled") from error
        except RegistryUnavailable as error:
            if self._away.is_full(login.account):
                raise LogInRefused("too_many", again_s=AWAY_AGAIN_S) from error
            return await self._sessions.begin_away(login, proof.step, proof.recovery)
        with suppress(RegistryUnavailable):  # at the next log-in
            await self._strengthen(login, password)
        return token, session

    async def _find(self, account: str) -> Login | None:
        """Returns an account as the registry knows it, or as it was known last. Raises RegistryUnavailable."""
        try:
            login = await find_login(HUB, self._registry(), account)
        except RegistryUnavailable:
            if not self._away.accounts:
                raise
            return self._away.find(account)
        return None if login is None else self._away.judged_by(login)

    async def check_password(self, login: Login | None, password: str) -> None:
        """Compares a password; a wrong one is counted. Raises LogInRefused."""
        try:
            is_right = await self._passwords.is_right(login.password_hash if login is not None else None, password)
        except TooBusy as error:
            raise LogInRefused("too_many", again_s=BUSY_AGAIN_S) from error
        if not is_right:
            await self._count(login)
            raise LogInRefused("wrong")

    async def prove_second_factor(self, login: Login, code: str) -> Proof:
        """Returns what the code proves; nothing, where the account has no second factor. It is not used up here.

        A wrong one is counted as a wrong password is. Raises LogInRefused.
        """
        if login.totp_secret is None:
            return Proof()
        if not code:
            raise LogInRefused("code_needed")
        try:
            secret = self._factors.open(login.totp_secret, login.account)
            step = step_of(secret, code, self._now_ms(), login.totp_last_step)
        except SecretsUnavailable as error:
            log.error("the second factor of %s cannot be read: %s", login.account, error)
            if is_code(code):  # neither right nor wrong; a recovery code needs no key
                raise LogInRefused("no_key") from error
            step = None
        if step is not None:
            return Proof(step=step)
        given = recovery_hash(login.account, code)
        if any(hmac.compare_digest(given, known) for known in login.recovery_hashes):
            return Proof(recovery=given)
        await self._count(login)
        raise LogInRefused("wrong")

    async def _count(self, login: Login | None) -> None:
        if login is not None and login.password_hash is not None and login.disabled_ms is None:
            try:
                await count_failed_try(HUB, self._registry(), login.account, self._now_ms(), wait_ms)
            except RegistryUnavailable:
                await self._away.count_failed_try(login, self._now_ms(), wait_ms)

    async def _strengthen(self, login: Login, password: str) -> None:
        """Makes the hash anew where it was made with less than today's parameters."""
        if login.password_hash is not None and self._passwords.is_outdated(login.password_hash):
            try:
                stronger = await self._passwords.hash(password)
            except TooBusy:
                return  # at the next log-in
            before = login.password_hash
            await keep_hash(HUB, self._registry(), login.account, before, stronger, self._now_ms())
