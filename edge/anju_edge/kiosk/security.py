"""Guards of the box's LAN pages: who may ask, how often, how much, how slowly.

Threats and controls: DNS rebinding (exact Host list, else 421), requests forged by a foreign page (Origin and
Sec-Fetch-Site, JSON only), script injection (content security policy), floods (token buckets per address), slow
clients (`ConnectionGuard`: few connections, a timer on each request's head). A press for help passes every cap here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def host_of(header: str | None) -> str | None:
    """Host name or address of a Host header, lower case, without port and brackets; None if it cannot be one."""
    if not header or any(sign in header for sign in "/@?# \\"):
        return None
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def is_own_page(host: str | None, origin: str | None, fetch_site: str | None) -> bool:
    """True when a request that changes something was sent by our own page.

    Browsers put Origin on every POST, so one without it is not our page. `host` is the Host header that has already
    passed the allow list.
    """
    if fetch_site not in (None, "same-origin") or not origin or not host:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:  # such as an unclosed bracket
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_s` each second."""

    burst: float
    per_s: float


class RateLimiter:
    """Token buckets by key; at most `max_keys` are remembered, the longest unused is forgotten first."""

    def __init__(self, max_keys: int = 1_024) -> None:
        self._max_keys = max_keys
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def allows(self, key: tuple[str, str], rate: Rate, now_s: float) -> bool:
        """Takes one token for `key` if there is one. `now_s` is monotonic."""
        tokens, then = self._buckets.pop(key, (rate.burst, now_s))
        tokens = min(rate.burst, tokens + (now_s - then) * rate.per_s)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now_s)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return allowed


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """`header_s`: from connecting, or from the first byte of a later request, to the end of its head."""

    total: int = 64
    per_address: int = 16
    header_s: float = 3.0
    idle_s: float = 75.0  # between two requests


FAIR_SHARE = 4  # connections of one address that nobody takes away


class ConnectionGuard:
    """Wraps an HTTP protocol factory so that slow or many clients cannot use up the box.

    A connection beyond the limits is dropped at once; one with a request head that is not whole within `header_s` is
    dropped then. The server holds `serving(transport)` from the end of a head to the answer.
    """

    def __init__(self, limits: ConnectionLimits | None = None) -> None:
        self.limits = limits or ConnectionLimits()
        self.shed: Counter[str] = Counter()
        self._open: dict[asyncio.BaseTransport, str] = {}
        self._waiting: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}
        self._busy: Counter[asyncio.BaseTransport] = Counter()

    def wrap(self, factory: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """`factory` as it is given to `loop.create_server`, guarded."""
        return lambda: _GuardedProtocol(self, factory())

    @contextlib.contextmanager
    def serving(self, transport: asyncio.BaseTransport | None) -> Iterator[None]:
        """A request's head is whole and its answer is on the way: what comes meanwhile is its body."""
        if transport is None:  # it has gone already
            yield
            return
        self._stop_timer(transport)
        self._busy[transport] += 1
        try:
            yield
        finally:
            self._busy[transport] -= 1
            if self._busy[transport] <= 0:
                del self._busy[transport]

    def opened(self, transport: asyncio.Transport) -> bool:
        """False when the connection must not be served; it is closed already then."""
        address = str((transport.get_extra_info("peername") or ("",))[0])
        held = Counter(self._open.values())
        if held[address] >= self.limits.per_address or (len(self._open) >= self.limits.total and not self._room(held)):
            self.shed["too_many"] += 1
            transport.abort()
            return False
        self._open[transport] = address
        self._start_timer(transport)
        return True

    def heard(self, transport: asyncio.Transport) -> None:
        """Bytes came: of a head, if no request is being answered."""
        if transport not in self._busy and transport not in self._waiting and transport in self._open:
            self._start_timer(transport)

    def closed(self, transport: asyncio.BaseTransport) -> None:
        self._stop_timer(transport)
        self._open.pop(transport, None)

    def _start_timer(self, transport: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        self._waiting[transport] = loop.call_later(self.limits.header_s, self._too_slow, transport)

    def _stop_timer(self, transport: asyncio.BaseTransport) -> None:
        if timer := self._waiting.pop(transport, None):
            timer.cancel()

    def _room(self, held: Counter[str]) -> bool:
        """Makes room when all are taken: whoever holds most loses its oldest. A press for help must get in."""
        greedy, most = held.most_common(1)[0]
        if most <= FAIR_SHARE:
            return False
        oldest = next(transport for transport, address in self._open.items() if address == greedy)
        self.shed["made_room"] += 1
        self.closed(oldest)
        cast("asyncio.Transport", oldest).abort()
        return True

    def _too_slow(self, transport: asyncio.Transport) -> None:
        self._waiting.pop(transport, None)
        self.shed["too_slow"] += 1
        transport.abort()


class _GuardedProtocol(asyncio.Protocol):
    def __init__(self, guard: ConnectionGuard, inner: asyncio.Protocol) -> None:
        self._guard, self._inner = guard, inner
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast("asyncio.Transport", transport)  # uvloop's is one by its methods, not by its type
        if self._guard.opened(stream):
            self._transport = stream
            self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._guard.closed(self._transport)
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._guard.heard(self._transport)
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._transport is not None else None

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


def allowed_hosts(hosts: Collection[str]) -> frozenset[str]:
    """The Host names served: loopback and the configured ones (names or addresses, without port)."""
    return LOOPBACK_HOSTS | {host.strip("[]").lower() for host in hosts}
