"""Passwords: argon2id (RFC 9106), in threads, few at once, and refused beyond a short queue.

64 MiB and three passes in one lane: OWASP's least is 19 MiB and two; one lane, since a hub that folds alarms has few
cores. A hash that was made with less is made anew at the next log-in.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARS: Final = 12
MAX_CHARS: Final = 200
MIN_DIFFERENT: Final = 5
AT_ONCE: Final = 2
MOST_WAITING: Final = 16  # some seconds of work; beyond it whoever comes is told to try again
_T = TypeVar("_T")


def strong_hasher() -> PasswordHasher:
    """Returns the hasher that hubs use."""
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


class WeakPassword(Exception):
    """A password that is too easily guessed; says what would do."""


class TooBusy(Exception):
    """More passwords wait to be checked than is sensible."""


def check_strength(password: str, account: str) -> None:
    """Raises WeakPassword. Length counts, not kinds of characters (NIST SP 800-63B, section 3.1.1.2)."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise WeakPassword(f"use {MIN_CHARS} to {MAX_CHARS} characters")
    if len(set(password)) < MIN_DIFFERENT:
        raise WeakPassword(f"use at least {MIN_DIFFERENT} different characters")
    if account in password.lower():
        raise WeakPassword("leave the log-in name out of it")


class Passwords:
    """Hashes and checks. Used in the event loop only."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher if hasher is not None else strong_hasher()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys: str | None = None
        self.checks = 0  # how many passwords were compared, right or wrong

    async def hash(self, password: str) -> str:
        """Returns the hash in its own text form. Raises TooBusy."""
        return await self._in_turn(lambda: self._hasher.hash(_plain(password)))

    async def is_right(self, password_hash: str | None, password: str) -> bool:
        """Compares; without a hash it takes as long and is never right. Raises TooBusy."""
        return await self._in_turn(lambda: self._compare(password_hash, password))

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _compare(self, password_hash: str | None, password: str) -> bool:
        self.checks += 1
        if password_hash is None and self._nobodys is None:
            self._nobodys = self._hasher.hash("nobody has this one")
        try:
            self._hasher.verify(password_hash or self._nobodys or "", _plain(password))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    async def _in_turn(self, work: Callable[[], _T]) -> _T:
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def _plain(password: str) -> bytes:
    """One form for what keyboards make differently (NFKC), as bytes whatever it holds."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
