"""Sessions and machines' tokens in memory: what is asked at each request, with no I/O between question and answer.

Loaded from the registry, changed with each change of this process before it returns, read anew when another process
changed something (`RegistryLink`). While the registry cannot be asked, who is logged in stays so, over a restart too
(`last_sessions.py`), and who comes on shift logs in by its last good copy (`away.py`): an operator must hear an alarm
then, too.

A session ends at its absolute end, when it was not used for long, or when it or its account does;
an open live stream is use, since who watches at night presses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from anju_central.access.away import AwayLogIns
from anju_central.access.caller import (
    AWAY_RIGHTS,
    HUB,
    NEEDS_SECOND_FACTOR,
    RIGHTS,
    Caller,
    Communities,
    Purpose,
    Right,
    Role,
)
from anju_central.access.last_sessions import read_last_sessions, write_last_sessions
from anju_central.access.secrets_of_people import MAX_TOKEN_CHARS, hash_of, new_token
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.queries.account_secrets import Login, list_logins
from anju_central.registry.queries.away import AwaySession
from anju_central.registry.queries.sessions import (
    NewSession,
    SessionRow,
    begin_session,
    end_session,
    live_sessions,
    note_seen,
)
from anju_central.registry.queries.tokens import TokenRow, list_tokens

log = logging.getLogger(__name__)

MINUTE_MS: Final = 60_000
IDLE_MS: Final = 30 * MINUTE_MS
ABSOLUTE_MS: Final = 12 * 60 * MINUTE_MS  # a shift
WRITE_SEEN_EVERY_MS: Final = MINUTE_MS
WRITE_DOWN_EVERY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in. `ends_ms`, `idle_ends_ms` (UTC) are what people are told.

    `ends_s`, `idle_ends_s` are monotonic: when the wall clock is set back, no session lives longer.
    """

    token_hash: bytes
    account: str
    full_name: str
    role: Role
    communities: Communities
    has_second_factor: bool
    is_second_factor_proven: bool
    ends_ms: int
    idle_ends_ms: int
    ends_s: float
    idle_ends_s: float
    is_away: bool = False  # it began without the registry, which has not looked at it yet

    @property
    def must_enrol(self) -> bool:
        """Whether its role needs a second factor that the account does not have yet: it may do nothing else then."""
        return self.role in NEEDS_SECOND_FACTOR and not self.is_second_factor_proven

    @property
    def rights(self) -> frozenset[Right]:
        """What it may do now."""
        if self.must_enrol:
            return frozenset()
        return RIGHTS[self.role] & AWAY_RIGHTS if self.is_away else RIGHTS[self.role]

    def caller(self, purpose: Purpose) -> Caller:
        """Returns who asks, for a purpose."""
        return Caller(self.account, self.role, self.communities, purpose)


class Sessions:
    """Composed by the hub; used in the event loop only.

    `registry` gives the open one, or raises RegistryUnavailable. `last` is the file for a start without it.
    """

    def __init__(
        self,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
        monotonic_s: Callable[[], float],
        away: AwayLogIns,
        last: Path | None = None,
    ) -> None:
        self._registry = registry
        self._away = away
        self._last = last
        self._rows: dict[bytes, SessionRow] = {}  # as the registry knows them
        self._kept: list[SessionRow] | None = None
        self._now_ms = now_ms
        self._monotonic_s = monotonic_s
        self._sessions: dict[bytes, Session] = {}
        self._tokens: dict[bytes, TokenRow] = {}
        self._unwritten: dict[bytes, tuple[int, int]] = {}
        self._written_ms: dict[bytes, int] = {}
        self._ended: dict[bytes, Caller] = {}  # not yet in the registry
        self._turn = asyncio.Lock()  # what is read must not be older than what was just changed

    async def load(self, registry: Registry) -> None:
        """Takes what the registry holds. Raises RegistryUnavailable."""
        async with self._turn:
            used = {key: session.idle_ends_ms for key, session in self._sessions.items()}
            await self._away.settle(registry, used, self._now_ms())
            rows = await live_sessions(HUB, registry, self._now_ms())
            rows += [_away_row(one) for one in self._away.waiting()]
            tokens = await list_tokens(HUB, registry)
            await self._away.accounts.take(await list_logins(HUB, registry), tokens)
            known = self._sessions
            live = {row.token_hash: row for row in rows if row.token_hash not in self._ended}
            self._sessions = {key: self._session(row, known.get(key)) for key, row in live.items()}
            self._tokens = {row.token_hash: row for row in tokens}
            self._written_ms = {key: at_ms for key, at_ms in self._written_ms.items() if key in self._sessions}
            self._rows = live
        await self._keep()

    def restore(self) -> None:
        """Takes those who were logged in when the registry could be asked last. For a start without it."""
        self._away.accounts.restore()
        if self._last is None:
            return
        now_ms = self._now_ms()
        rows = [row for row in read_last_sessions(self._last) if now_ms < min(row.ends_ms, row.idle_ends_ms)]
        self._rows = {row.token_hash: row for row in rows}
        self._sessions = {row.token_hash: self._session(row) for row in rows}
        if rows:
            log.warning("%d who were logged in stay so", len(rows))

    async def _keep(self) -> None:
        """Writes who is logged in to the file, when that changed."""
        if self._last is None:
            return
        rows = []
        for key, row in self._rows.items():
            session = self._sessions.get(key)
            if session is not None:
                rows.append(replace(row, idle_ends_ms=session.idle_ends_ms // MINUTE_MS * MINUTE_MS))
        if rows != self._kept:
            self._kept = rows
            await asyncio.to_thread(write_last_sessions, self._last, rows)

    def _session(self, row: SessionRow, known: Session | None = None) -> Session:
        now_ms, now_s = self._now_ms(), self._monotonic_s()
        ends_s = now_s + min(row.ends_ms - now_ms, ABSOLUTE_MS) / 1000
        idle_ends_s = now_s + min(row.idle_ends_ms - now_ms, IDLE_MS) / 1000
        idle_ends_ms = row.idle_ends_ms
        if known is not None:  # its use may not be written down yet; and a clock that went back gives it no new life
            ends_s = min(ends_s, known.ends_s)
            idle_ends_s, idle_ends_ms = known.idle_ends_s, known.idle_ends_ms
        return Session(
            token_hash=row.token_hash,
            account=row.account,
            full_name=row.full_name,
            role=row.role,
            communities=row.communities,
            has_second_factor=row.has_second_factor,
            is_second_factor_proven=row.has_second_factor and row.second_factor_ms is not None,
            ends_ms=row.ends_ms,
            idle_ends_ms=idle_ends_ms,
            ends_s=ends_s,
            idle_ends_s=idle_ends_s,
            is_away=self._away.is_away(row.token_hash),
        )

    def find(self, token: str) -> Session | None:
        """Returns the session of a cookie, as it counts now; asking is no use of it."""
        if not token or len(token) > MAX_TOKEN_CHARS:
            return None
        return self.current(hash_of(token))

    def current(self, token_hash: bytes) -> Session | None:
        """Returns the session of a hash, as it counts now."""
        session = self._sessions.get(token_hash)
        if session is None:
            return None
        now_s, now_ms = self._monotonic_s(), self._now_ms()
        if now_s >= min(session.ends_s, session.idle_ends_s) or now_ms >= session.ends_ms:
            del self._sessions[token_hash]
            return None
        return session

    def use(self, token_hash: bytes) -> Session | None:
        """Notes that a session is in use, and returns it as it counts now."""
        session = self.current(token_hash)
        if session is None:
            return None
        now_ms = self._now_ms()
        idle_ends_ms = min(now_ms + IDLE_MS, session.ends_ms)
        idle_ends_s = self._monotonic_s() + IDLE_MS / 1000
        session = replace(session, idle_ends_ms=idle_ends_ms, idle_ends_s=idle_ends_s)
        self._sessions[token_hash] = session
        if abs(now_ms - self._written_ms.get(token_hash, 0)) >= WRITE_SEEN_EVERY_MS:
            self._written_ms[token_hash] = now_ms
            self._unwritten[token_hash] = (now_ms, idle_ends_ms)
        return session

    async def write_down(self) -> None:
        """Writes down which sessions were used and which ended. Never raises RegistryUnavailable."""
        seen, self._unwritten = self._unwritten, {}
        await self._keep()
        try:
            if not self._away.is_settled:
                await self.reload()
            if seen:
                await note_seen(HUB, self._registry(), seen)
            for token_hash, caller in list(self._ended.items()):
                await end_session(caller, self._registry(), token_hash, self._now_ms())
                del self._ended[token_hash]
        except RegistryUnavailable as error:
            self._unwritten = seen | self._unwritten
            log.warning("the use of sessions is not written down: %s", error)

    async def run(self) -> None:
        """Writes down every now and then, for ever."""
        while True:
            await asyncio.sleep(WRITE_DOWN_EVERY_S)
            try:
                await self.write_down()
            except Exception:
                log.exception("the use of sessions is not written down; trying again")

    async def begin(
        self, caller: Caller, totp_step: int | None = None, recovery_hash: bytes | None = None
    ) -> tuple[str, Session]:
        """Begins a session of the caller's account. Returns the token, which is nowhere else, and the session.

        Raises UnknownAccount, AccountDisabled, CodeSpent, RegistryUnavailable.
        """
        token, now_ms = new_token(), self._now_ms()
        new = NewSession(hash_of(token), now_ms + IDLE_MS, now_ms + ABSOLUTE_MS, totp_step, recovery_hash)
        async with self._turn:
            row = await begin_session(caller, self._registry(), new, now_ms)
            session = self._session(row)
            self._sessions[session.token_hash] = session
            self._rows[session.token_hash] = row
            self._written_ms[session.token_hash] = now_ms
        await self._keep()
        return token, session

    async def begin_away(
        self, login: Login, totp_step: int | None = None, recovery_hash: bytes | None = None
    ) -> tuple[str, Session]:
        """Begins a session that the registry learns of later. Returns what `begin` returns.

        `login` is what it was judged by.
        """
        token, now_ms = new_token(), self._now_ms()
        one = await self._away.began(login, hash_of(token), now_ms, IDLE_MS, totp_step, recovery_hash)
        row = _away_row(one)
        self._rows[row.token_hash] = row
        self._sessions[row.token_hash] = session = self._session(row)
        self._written_ms[row.token_hash] = now_ms
        await self._keep()
        return token, session

    async def end(self, session: Session) -> None:
        """Ends a session at once; it is written down when the registry can be asked."""
        self._sessions.pop(session.token_hash, None)
        self._ended[session.token_hash] = session.caller(Purpose.DEVICE_MAINTENANCE)
        await self.write_down()

    async def reload(self) -> None:
        """Takes over what was just changed. Raises RegistryUnavailable."""
        await self.load(self._registry())

    def token_scope(self, token: str) -> str | None:
        """Returns what a machine's token is for, None for one that counts no more or never did."""
        if not token or len(token) > MAX_TOKEN_CHARS:
            return None
        row = self._tokens.get(hash_of(token))
        return row.scope if row is not None and row.counts(self._now_ms()) else None


def _away_row(one: AwaySession) -> SessionRow:
    """A session that began without the registry, as the registry would give it."""
    return SessionRow(
        token_hash=one.token_hash,
        account=one.account,
        full_name="",
        role=one.role,
        communities=one.communities,
        made_ms=one.made_ms,
        seen_ms=one.made_ms,
        idle_ends_ms=one.idle_ends_ms,
        ends_ms=one.ends_ms,
        second_factor_ms=None if one.how == "password" else one.made_ms,
        has_second_factor=one.has_second_factor,
    )
