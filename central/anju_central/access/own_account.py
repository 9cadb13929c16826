"""What somebody does to the own account: password, second factor, and the one-time link that sets the first password.

Whoever changes what the account proves itself with gives the password again, and a code where there is a second factor:
a page that was left open gives nobody an account.
"""

from __future__ import annotations

from collections.abc import Callable

from anju_central.access.caller import HUB, Purpose
from anju_central.access.log_in import BUSY_AGAIN_S, LogIn, LogInRefused
from anju_central.access.passwords import Passwords, TooBusy, check_strength
from anju_central.access.second_factor import SealedFactors, new_secret, step_of
from anju_central.access.secrets_of_people import MAX_TOKEN_CHARS, hash_of, new_recovery_codes, recovery_hash
from anju_central.access.sessions import Session, Sessions
from anju_central.registry.database import Registry
from anju_central.registry.errors import LinkSpent, NothingOffered, UnknownAccount
from anju_central.registry.queries.account_secrets import (
    LinkRow,
    Login,
    change_password,
    confirm_totp,
    find_link,
    find_login,
    offer_totp,
    use_code,
    use_link,
)


class OwnAccount:
    """Composed by the hub. Methods raise LogInRefused, WeakPassword, RegistryRefused, RegistryUnavailable; those of the
    second factor SecretsUnavailable, too.
    """

    def __init__(
        self,
        registry: Callable[[], Registry],
        sessions: Sessions,
        passwords: Passwords,
        log_in: LogIn,
        factors: SealedFactors,
        now_ms: Callable[[], int],
    ) -> None:
        self._registry = registry
        self._sessions = sessions
        self._passwords = passwords
        self._log_in = log_in
        self.factors = factors
        self._now_ms = now_ms

    async def look_at_link(self, token: str, address: str) -> LinkRow:
        """Returns whose link it is, while it counts."""
        self._log_in.check_address(address)
        try:
            return await find_link(HUB, self._registry(), _link_hash(token), self._now_ms())
        except LinkSpent:
            self._log_in.guessed_wrong(address)
            raise

    async def use_link(self, token: str, password: str, address: str) -> str:
        """Sets the password of a link's account, once; returns the account. A weak password uses up nothing."""
        link = await self.look_at_link(token, address)
        check_strength(password, link.account)
        made = await self._hash(password)
        account = await use_link(HUB, self._registry(), _link_hash(token), made, self._now_ms())
        await self._sessions.reload()
        return account

    async def change_password(self, session: Session, password: str, new_password: str, code: str) -> None:
        """Gives the account a new password; its other sessions end."""
        await self._prove(session, password, code)
        check_strength(new_password, session.account)
        made = await self._hash(new_password)
        caller = session.caller(Purpose.DEVICE_MAINTENANCE)
        await change_password(caller, self._registry(), made, session.token_hash, self._now_ms())
        await self._sessions.reload()

    async def begin_totp(self, session: Session, password: str, code: str) -> bytes:
        """Returns the secret of a new second factor. It counts as soon as it is confirmed, the old one until then."""
        await self._prove(session, password, code)
        secret = new_secret()
        sealed = self.factors.seal(secret, session.account)
        await offer_totp(session.caller(Purpose.DEVICE_MAINTENANCE), self._registry(), sealed, self._now_ms())
        return secret

    async def confirm_totp(self, session: Session, code: str) -> tuple[list[str], Session]:
        """Turns the second factor on that was begun. Returns the recovery codes, shown this once, and what the session
        is now; the account's other sessions end.
        """
        login = await self._login(session)
        if login.totp_offered is None:
            raise NothingOffered
        step = step_of(self.factors.open(login.totp_offered, login.account), code, self._now_ms(), None)
        if step is None:
            raise LogInRefused("wrong")
        codes = new_recovery_codes()
        hashes = [recovery_hash(session.account, code) for code in codes]
        caller = session.caller(Purpose.DEVICE_MAINTENANCE)
        await confirm_totp(caller, self._registry(), step, hashes, session.token_hash, self._now_ms())
        await self._sessions.reload()
        return codes, self._sessions.current(session.token_hash) or session

    async def _prove(self, session: Session, password: str, code: str) -> None:
        """The caller is still who logged in. Raises LogInRefused."""
        login = await self._login(session)
        now_ms = self._now_ms()
        if login.locked_until_ms is not None and login.locked_until_ms > now_ms:
            raise LogInRefused("locked", until_ms=login.locked_until_ms)
        await self._log_in.check_password(login, password)
        proof = await self._log_in.prove_second_factor(login, code)
        caller = session.caller(Purpose.DEVICE_MAINTENANCE)
        if proof.step is not None or proof.recovery is not None:
            await use_code(caller, self._registry(), proof.step, proof.recovery, now_ms)

    async def _login(self, session: Session) -> Login:
        login = await find_login(HUB, self._registry(), session.account)
        if login is None:
            raise UnknownAccount(session.account)
        return login

    async def _hash(self, password: str) -> str:
        try:
            return await self._passwords.hash(password)
        except TooBusy as error:
            raise LogInRefused("too_many", again_s=BUSY_AGAIN_S) from error


def _link_hash(token: str) -> bytes:
    """What is kept of a link's token. Raises LinkSpent for what cannot be one."""
    if not token or len(token) > MAX_TOKEN_CHARS:
        raise LinkSpent
    return hash_of(token)
