"""Decides which page is served: recognises keys, gives codes, takes approvals, lets the box's own screen in.

Nothing here knows HTTP. A page that is not recognised is told why, and may do nothing else.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from anju_edge.kiosk.pairing.page_book import BookIsFull, PageBook
from anju_edge.kiosk.pairing.paired_page import (
    LABEL_CHARS,
    LOOPBACK,
    PageKind,
    PairedPage,
    Unknown,
    fits,
    hash_of,
)
from anju_edge.kiosk.pairing.waiting_pages import DIGITS, Ticket, WaitingPage, WaitingPages
from anju_edge.kiosk.security import Rate, RateLimiter

NEW_CODES: Final = Rate(10, 0.05)  # of one address
WRONG_CODES: Final = Rate(10, 0.1)  # of everybody who approves
PATIENCE_S: Final = 5.0  # pages ask every two seconds
LAUNCH_MS: Final = 60_000
MOST_LAUNCHES: Final = 16

Refusal = Literal[
    "malformed_code", "unknown_code", "same_code_twice", "other_kind", "too_many_wrong", "full", "unknown_page", "label"
]


class PairingRefused(Exception):
    """Why a page was not approved or revoked; `kind` is what the page with that code really is."""

    def __init__(self, reason: Refusal, kind: PageKind | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind


class TooManyCodes(Exception):
    """One address asks for codes as no person does."""


@dataclass(frozen=True, slots=True)
class Approved:
    """`kept`: it is on disk. `fetched`: the page has its key; else it takes it when it asks again, if it does."""

    page: PairedPage
    kept: bool
    fetched: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """A page that shows a code. `ticket` is its cookie."""

    ticket: str
    code: str
    left_s: int
    why: Unknown
    old_address: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A page that was approved, and what it shows from now on."""

    page: PairedPage
    cookie: str


class PairingDesk:
    """`box` names the cookies: two boxes behind one address (of a test) are two places."""

    def __init__(
        self,
        box: str,
        book: PageBook,
        now_ms: Callable[[], int],
        true_ms: Callable[[], int | None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.box = box
        self.book = book
        self._now_ms = now_ms
        self._true_ms = true_ms
        self._patience_s = patience_s
        self._waiting = WaitingPages()
        self._limiter = RateLimiter()
        self._launches: OrderedDict[str, tuple[str, int]] = OrderedDict()  # token -> page, until
        self.on_change: list[Callable[[], None]] = []

    # ---- pages

    def recognise(self, page: str, kind: PageKind, address: str, cookie: str) -> PairedPage | Unknown:
        """Returns the paired page that this cookie belongs to, or why there is none."""
        page_id, _, key = cookie.partition(".")
        found = self.book.get(page_id)
        if found is None:
            return Unknown.REVOKED if self.book.is_revoked(page_id) else Unknown.NEW
        if not fits(key, found):
            return Unknown.NEW
        if found.page != page or found.kind != kind:
            return Unknown.OTHER_KIND
        if found.address != address:
            return Unknown.MOVED
        self.book.seen(page_id)
        return found

    def ask(self, page: str, kind: PageKind, address: str, ticket_text: str, cookie: str) -> Waits | Key:
        """A page that is not recognised asks what to show. Raises TooManyCodes."""
        now_ms = self._now_ms()
        ticket = self._waiting.ticket(ticket_text, page, address, now_ms)
        if ticket is not None:
            waiting = self._waiting.polled(ticket, page, kind, address, now_ms)
            if not waiting.is_ready:
                return self._waits(waiting, ticket, cookie, now_ms)
            given = f"{waiting.page_id}.{waiting.key}"
            approved = self.recognise(page, kind, address, given)
            if isinstance(approved, PairedPage):
                waiting.fetched.set()
                return Key(approved, given)
            self._waiting.forget(ticket)  # revoked since, or for something else now: the code has done its work
        if not self._limiter.allows((address, "codes"), NEW_CODES, now_ms / 1000):
            raise TooManyCodes
        ticket = self._waiting.issue(page, address, now_ms)
        waiting = self._waiting.polled(ticket, page, kind, address, now_ms)
        return self._waits(waiting, ticket, cookie, now_ms)

    def _waits(self, waiting: WaitingPage, ticket: Ticket, cookie: str, now_ms: int) -> Waits:
        known = self.recognise(waiting.page, waiting.kind, waiting.address, cookie)
        waiting.why = known if isinstance(known, Unknown) else Unknown.NEW
        old = self.book.get(cookie.partition(".")[0]) if waiting.why is Unknown.MOVED else None
        if old is not None and old.is_own_screen:
            waiting.why, old = Unknown.NEW, None
        waiting.formerly = old.id if old is not None else ""
        left_s = waiting.left_ms(now_ms) // 1000
        return Waits(ticket.text, waiting.code, left_s, waiting.why, old.address if old is not None else "")

    # ---- whoever approves

    def waiting(self) -> list[WaitingPage]:
        """Returns the pages that show a code now."""
        return self._waiting.open_ones(self._now_ms())

    def left_s(self, waiting: WaitingPage) -> int:
        """Returns how long the code of a page still counts."""
        return waiting.left_ms(self._now_ms()) // 1000

    async def approve(self, code: str, kind: str = "", label: str = "", by: str = "box") -> Approved:
        """Pairs the page that shows this code. A second time it is the same page, not another one.

        `kind`: what it must be, "" for whatever it is. Raises PairingRefused.
        """
        digits = "".join(
            sign for sign in unicodedata.normalize("NFKC", code) if not sign.isspace() and sign not in "-_."
        )
        label = label.strip()
        if len(digits) != DIGITS or not digits.isascii() or not digits.isdecimal():
            raise PairingRefused("malformed_code")
        if len(label) > LABEL_CHARS or not label.isprintable():
            raise PairingRefused("label")
        if not self._waiting.with_code(digits, self._now_ms()):
            if not self._limiter.allows(("", "wrong"), WRONG_CODES, self._now_ms() / 1000):
                raise PairingRefused("too_many_wrong")
            await self._waiting.expect(digits, self._patience_s)
        shown = self._waiting.with_code(digits, self._now_ms())
        if not shown:
            raise PairingRefused("unknown_code")
        if len(shown) > 1:
            raise PairingRefused("same_code_twice")
        [waiting] = shown
        if kind and kind != waiting.kind:
            raise PairingRefused("other_kind", waiting.kind)
        kept = True
        if not waiting.key or self.book.get(waiting.page_id) is None:
            kept = await self._pair(waiting, label, by)
        page = self.book.get(waiting.page_id)
        if page is None:  # revoked in the same moment
            raise PairingRefused("unknown_code")
        await self._fetched(waiting)
        return Approved(page, kept, waiting.fetched.is_set())

    async def _pair(self, waiting: WaitingPage, label: str, by: str) -> bool:
        key = secrets.token_urlsafe(32)
        before = self._before(waiting)
        page = PairedPage(
            id=before.id if before is not None else secrets.token_hex(4),
            page=waiting.page,
            kind=waiting.kind,
            address=waiting.address,
            key_hash=hash_of(key),
            label=label or (before.label if before is not None else ""),
            by=by,
            since_ms=self._true_ms() or 0,
        )
        waiting.page_id = page.id
        waiting.key = key  # from here on a second approval of this code is the same one
        try:
            kept = await self.book.put(page)
        except BookIsFull:
            waiting.page_id = waiting.key = ""
            raise PairingRefused("full") from None
        waiting.is_ready = True
        self._changed()
        return kept

    def _before(self, waiting: WaitingPage) -> PairedPage | None:
        """Returns the page that this one was: by its old key, else one of the same name at the same address."""
        if waiting.formerly:
            return self.book.get(waiting.formerly)
        same = (one for one in self.book.pages if (one.page, one.address) == (waiting.page, waiting.address))
        return next(same, None)

    async def _fetched(self, waiting: WaitingPage) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                await waiting.fetched.wait()
        except TimeoutError:
            pass

    async def revoke(self, page_id: str) -> tuple[PairedPage, bool]:
        """Puts a page out at once. Returns it, and whether that is on disk. Raises PairingRefused."""
        page = self.book.get(page_id)
        if page is None:
            raise PairingRefused("unknown_page")
        kept = await self.book.revoke(page_id)
        self._changed()
        return page, kept

    def _changed(self) -> None:
        for tell in self.on_change:
            tell()

    # ---- the box's own screen

    def launch(self, page: str) -> str:
        """Returns what opens a page on the box's own screen once, within a minute."""
        token = secrets.token_urlsafe(24)
        self._launches[token] = (page, self._now_ms() + LAUNCH_MS)
        while len(self._launches) > MOST_LAUNCHES:
            self._launches.popitem(last=False)
        return token

    async def enter(self, page: str, kind: PageKind, token: str) -> Key | None:
        """Takes what `launch` gave; None for anything else. Whether it is on disk matters not: it is opened anew."""
        wanted, until_ms = self._launches.pop(token, ("", 0))
        if wanted != page or self._now_ms() >= until_ms:
            return None
        key = secrets.token_urlsafe(32)
        since_ms = self._true_ms() or 0
        opened = PairedPage(secrets.token_hex(4), page, kind, LOOPBACK, hash_of(key), by="box", since_ms=since_ms)
        try:
            await self.book.put(opened)
        except BookIsFull:
            return None
        self._changed()
        return Key(opened, f"{opened.id}.{key}")
