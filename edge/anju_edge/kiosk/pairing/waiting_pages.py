"""Codes of pages that wait to be approved. The code needs no memory: a page that is forgotten comes again with its own.

What a page holds meanwhile (`Ticket`) is its number and when it began, under a key of this run: the code follows from
them, the page and its address. So a flood of pages that ask can push a page out of the list but not take its code
away, and a restart begins new codes. Ages are running time: a clock that jumps ends no code and lengthens none.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Final

from anju_edge.kiosk.pairing.paired_page import PageKind, Unknown

CODE_MS: Final = 600_000
DIGITS: Final = 8
GONE_MS: Final = 30_000  # a page that has not asked for so long is closed
MOST_WAITING: Final = 64
MOST_PER_ADDRESS: Final = 4
MOST_EXPECTED: Final = 8
_NONCE_HEX: Final = 16


@dataclass(slots=True)
class WaitingPage:
    """A page that shows `code`. `id` is for lists; `formerly`: the id under which it was paired, if it was.

    `key` is its new key once it is approved, `page_id` the id that it was given; `is_ready`: it may have it; `fetched`
    is set when it took it.
    """

    id: str
    page: str
    kind: PageKind
    address: str
    code: str
    issued_ms: int
    polled_ms: int
    why: Unknown
    formerly: str = ""
    key: str = field(default="", repr=False)
    page_id: str = ""
    is_ready: bool = False
    fetched: asyncio.Event = field(default_factory=asyncio.Event)

    def left_ms(self, now_ms: int) -> int:
        """Returns how long the code still counts."""
        return max(0, self.issued_ms + CODE_MS - now_ms)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a waiting page holds, as a cookie."""

    nonce: str
    issued_ms: int
    mac: str

    @property
    def text(self) -> str:
        return f"{self.nonce}.{self.issued_ms}.{self.mac}"


class WaitingPages:
    """The pages that wait, as far as they are remembered: at most MOST_WAITING, and MOST_PER_ADDRESS of one address.

    When all places are taken, whoever holds most loses its oldest; among equals the one that was quiet longest goes.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._pages: OrderedDict[str, WaitingPage] = OrderedDict()  # by nonce
        self._expected: dict[str, asyncio.Event] = {}

    def ticket(self, text: str, page: str, address: str, now_ms: int) -> Ticket | None:
        """Returns the ticket that a page brings, None for one that does not count (any more, here, or at all)."""
        nonce, _, rest = text.partition(".")
        issued, _, mac = rest.partition(".")
        if len(nonce) != _NONCE_HEX or not issued.isascii() or not issued.isdecimal() or len(issued) > 15:
            return None
        ticket = Ticket(nonce, int(issued), mac)
        wanted = self._mac(nonce, ticket.issued_ms, page, address)
        good = hmac.compare_digest(mac.encode("utf-8", "surrogatepass"), wanted.encode())
        return ticket if good and 0 <= now_ms - ticket.issued_ms < CODE_MS else None

    def issue(self, page: str, address: str, now_ms: int) -> Ticket:
        """Returns a new ticket."""
        nonce = secrets.token_hex(_NONCE_HEX // 2)
        return Ticket(nonce, now_ms, self._mac(nonce, now_ms, page, address))

    def polled(self, ticket: Ticket, page: str, kind: PageKind, address: str, now_ms: int) -> WaitingPage:
        """A page asks again: it is remembered from here on, if it was not."""
        known = self._pages.get(ticket.nonce)
        if known is None:
            self._make_room(address, now_ms)
            code = self._code(ticket, page, address)
            known = WaitingPage(ticket.nonce[:6], page, kind, address, code, ticket.issued_ms, now_ms, Unknown.NEW)
            self._pages[ticket.nonce] = known
        known.polled_ms = now_ms
        if known.code in self._expected:
            self._expected[known.code].set()
        return known

    def forget(self, ticket: Ticket) -> None:
        """Takes a page's code away: it must ask for another one."""
        self._pages.pop(ticket.nonce, None)

    def open_ones(self, now_ms: int) -> list[WaitingPage]:
        """Returns those that are not approved yet and still ask."""
        self._forget_old(now_ms)
        return [one for one in self._pages.values() if not one.key and now_ms - one.polled_ms < GONE_MS]

    def with_code(self, code: str, now_ms: int) -> list[WaitingPage]:
        """Returns the pages that show a code, the approved ones too."""
        self._forget_old(now_ms)
        return [one for one in self._pages.values() if one.code == code and now_ms - one.polled_ms < GONE_MS]

    async def expect(self, code: str, patience_s: float) -> None:
        """Waits until a page with this code asks, or patience ends: it may have been pushed out of the list."""
        if len(self._expected) >= MOST_EXPECTED:
            return
        asked = self._expected.setdefault(code, asyncio.Event())
        try:
            async with asyncio.timeout(patience_s):
                await asked.wait()
        except TimeoutError:
            pass
        finally:
            self._expected.pop(code, None)

    def _forget_old(self, now_ms: int) -> None:
        for nonce in [nonce for nonce, one in self._pages.items() if not one.left_ms(now_ms)]:
            del self._pages[nonce]

    def _make_room(self, address: str, now_ms: int) -> None:
        self._forget_old(now_ms)
        own = [nonce for nonce, one in self._pages.items() if one.address == address]
        if len(own) >= MOST_PER_ADDRESS:
            del self._pages[own[0]]
        if len(self._pages) < MOST_WAITING:
            return
        held = Counter(one.address for one in self._pages.values())
        greedy, most = held.most_common(1)[0]
        if most > 1:
            oldest = next(nonce for nonce, one in self._pages.items() if one.address == greedy)
        else:
            oldest = min(self._pages, key=lambda nonce: self._pages[nonce].polled_ms)
        del self._pages[oldest]

    def _mac(self, nonce: str, issued_ms: int, page: str, address: str) -> str:
        return self._digest("ticket", nonce, issued_ms, page, address).hex()[:32]

    def _code(self, ticket: Ticket, page: str, address: str) -> str:
        digest = self._digest("code", ticket.nonce, ticket.issued_ms, page, address)
        return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"

    def _digest(self, what: str, nonce: str, issued_ms: int, page: str, address: str) -> bytes:
        text = "\0".join((what, nonce, str(issued_ms), page, address))
        return hmac.digest(self._secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
