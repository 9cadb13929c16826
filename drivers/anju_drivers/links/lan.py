"""Cameras and receivers on the LAN: a guarded HTTP listener for those that push, an endless GET for those that stream.

The listener binds to one chosen address, takes few and small requests, answers in a few bytes and never fetches
anything. Whoever pushes is known by a secret in the path and by address, since such devices can add no header.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from anju_drivers.errors import DeviceRefused, LinkLost
from anju_drivers.links.address import bind_address as bind_address
from anju_drivers.links.address import fails_or_moves, present_address
from anju_drivers.links.http_body import received
from anju_drivers.links.http_log import HttpLog
from anju_drivers.links.http_login import Login, LoginMiddleware, NoLoginOffered, challenge
from anju_drivers.links.slots import ConnectionSlots

NO_LOGIN_ACTION = (
    "set the camera's web login to digest, or allow_basic = true where its password may go over the LAN in the clear"
)
_log = logging.getLogger(__name__)

_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_MAX_PEERS = 256
_NO_LOG = logging.Logger("anju_drivers.links.lan.access", logging.CRITICAL + 1)  # paths hold secrets


@dataclass(frozen=True, slots=True)
class PushLimits:
    """What one listener takes at most."""

    body_bytes: int = 4 * 1024 * 1024  # a document and a picture or two; pictures pass through unread
    header_s: float = 3.0  # from connecting, or from a request's first byte, to the end of its headers
    body_s: float = 10.0
    idle_s: float = 75.0  # some cameras keep their connection between events
    connections: int = 512
    settled: int = 64  # of those that are older than a moment, see `ConnectionSlots`; all of them, and of one address
    per_peer: int = 16
    requests_per_s: float = 200.0  # per peer, with a burst of twice that


class PushBody(Protocol):
    """Takes one request's body as it comes, without blocking. What it raises ends the listener, see `failed`."""

    def feed(self, data: bytes) -> None: ...

    def end(self) -> int | None:
        """The body is whole: returns the HTTP status to answer, None for 200. Not called for one that was cut."""


class PushReceiver(Protocol):
    """Decides who may push, before a byte of the body is read."""

    def begin(self, path: str, peer: str, content_type: str) -> PushBody | None:
        """The taker of this body, or None to answer 404."""


QueryReceiver: TypeAlias = Callable[[str, str, Mapping[str, str]], int | None]
"""Takes path, peer and fields of a request that carries all in its URL. Returns the status, None when it takes none."""


class _Gate:
    """The connections, and how many requests each peer may make."""

    def __init__(self, limits: PushLimits) -> None:
        self.limits = limits
        self.slots: ConnectionSlots[_Connection] = ConnectionSlots(limits.connections, limits.settled, limits.per_peer)
        self.too_slow = 0
        self.log = HttpLog("a listener for pushes", _log)
        self._allowance: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def may_ask(self, peer: str, now_s: float) -> bool:
        rate = self.limits.requests_per_s
        left, since_s = self._allowance.pop(peer, (2 * rate, now_s))
        left = min(2 * rate, left + (now_s - since_s) * rate)
        self._allowance[peer] = (max(0.0, left - 1), now_s)
        while len(self._allowance) > _MAX_PEERS:
            self._allowance.popitem(last=False)
        return left >= 1


class _Connection(web.RequestHandler):
    """One connection: it has a slot or is refused politely, and is closed when its headers take too long."""

    __slots__ = ("_gate", "_is_in", "_timer", "has_spoken", "is_busy")

    def __init__(self, server: _Server, gate: _Gate, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            logger=gate.log,
            access_log=_NO_LOG,
            keepalive_timeout=gate.limits.idle_s,
            lingering_time=0,
        )
        self._gate = gate
        self._is_in = False
        self.is_busy = self.has_spoken = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._gate.slots.enter(self, peer, asyncio.get_running_loop().time()):
            if hasattr(transport, "write"):  # uvloop's transports are none of asyncio's classes
                transport.write(_BUSY)
            transport.close()
            return
        self._is_in = True
        super().connection_made(transport)
        self._start_timer()

    def data_received(self, data: bytes) -> None:
        if not self._is_in:
            return
        if not self.is_busy:
            self._start_timer()
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        if not self._is_in:
            return
        self._gate.slots.leave(self)
        self._stop_timer()
        super().connection_lost(exc)

    def request_began(self) -> None:
        self.is_busy = True
        self._stop_timer()

    def request_ended(self, accepted: bool) -> None:
        self.is_busy = False
        self.has_spoken = self.has_spoken or accepted

    def hang_up(self) -> None:
        """Ends it at once: somebody else needs the slot."""
        self._stop_timer()
        self.force_close()

    def _start_timer(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._gate.limits.header_s, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        self._gate.too_slow += 1
        self.force_close()


class _Server(web.Server):
    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], gate: _Gate) -> None:
        super().__init__(handler, handler_cancellation=True)
        self._gate = gate

    def __call__(self) -> _Connection:
        return _Connection(self, self._gate, asyncio.get_running_loop())


class PushListener:
    """A running listener, from `listen_for_push`. `shed` counts connections that gave way or were too slow."""

    def __init__(
        self, receiver: PushReceiver, limits: PushLimits, query: QueryReceiver | None, asks_login: bool
    ) -> None:
        self._receiver, self._query = receiver, query
        self._asks_login = asks_login
        self._gate = _Gate(limits)
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._bind = self._bound = ""
        self.port = 0

    @property
    def malformed(self) -> int:
        """Requests that were no HTTP."""
        return self._gate.log.malformed

    @property
    def shed(self) -> int:
        return self._gate.slots.shed + self._gate.too_slow

    async def failed(self) -> None:
        """Waits until a `PushBody` raised and raises it here: a bug there must not stay in a log of HTTP errors.

        Raises `LinkLost` when this machine no longer has the address.
        """
        await fails_or_moves(self._failure, self._bind, self._bound)

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if not self._failure.done():
                self._failure.set_exception(error)
            raise

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        if not isinstance(connection, _Connection):
            raise TypeError("requests come over our own connections only")
        connection.request_began()
        status = 500
        try:
            status = await self._read_body(request)
        finally:
            connection.request_ended(status < 400)
        response = web.Response(status=status)
        if status == 401:
            response.headers["WWW-Authenticate"] = challenge()
        elif status >= 400:
            response.force_close()
        return response

    async def _read_body(self, request: web.BaseRequest) -> int:
        """Reads the body into its taker and returns the status to answer."""
        limits, peer = self._gate.limits, request.remote or ""
        if not self._gate.may_ask(peer, asyncio.get_running_loop().time()):
            return 429
        if self._query and (request.method == "GET" or (request.query_string and not request.body_exists)):
            with self._reporting():
                status = self._query(request.path, peer, dict(request.query))
            if status is not None:
                return status
        if request.method not in ("POST", "PUT"):
            return 405
        body = self._receiver.begin(request.path, peer, request.headers.get("Content-Type", ""))
        if body is None:
            return 404
        if self._asks_login and not request.body_exists and "Authorization" not in request.headers:
            return 401  # curl --digest and cameras built on it send the body only to who asks for a login
        if (request.content_length or 0) > limits.body_bytes:
            return 413
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        size = 0
        try:
            async with asyncio.timeout(limits.body_s):
                async for chunk in received(request.content):
                    size += len(chunk)
                    if size > limits.body_bytes:
                        return 413
                    with self._reporting():
                        body.feed(chunk)
        except TimeoutError:
            return 408
        except (aiohttp.ClientError, web.RequestPayloadError, HttpProcessingError, ConnectionResetError):
            return 400  # the body broke its own framing, or its sender went
        with self._reporting():
            return body.end() or 200


def turned_away(listener: PushListener | None, refused: int) -> dict[str, int]:
    """What a driver with such a listener set aside: `refused` requests of nobody that it knows, and the rest."""
    counts = {"wrong secret or address": refused}
    if listener is not None:
        counts |= {"connections": listener.shed, "no HTTP": listener.malformed}
    return {cause: count for cause, count in counts.items() if count}


@contextlib.asynccontextmanager
async def listen_for_push(
    receiver: PushReceiver,
    bind: str,
    port: int,
    limits: PushLimits | None = None,
    *,
    query: QueryReceiver | None = None,
    asks_login: bool = False,
) -> AsyncIterator[PushListener]:
    """Listens on one address while the context lasts; port 0 takes a free one, see `PushListener.port`.

    Without `query` nothing is taken from a URL alone. The secret in the path is what counts; with `asks_login` who
    sends no body is asked for a login, since some hold it back until then, and any login will do.
    Raises `LinkLost` when the address is taken or not of this machine.
    """
    listener = PushListener(receiver, limits or PushLimits(), query, asks_login)
    web_server = _Server(listener._answer, listener._gate)
    loop = asyncio.get_running_loop()
    try:
        bound = present_address(bind)
        server = await loop.create_server(web_server, bound, port, backlog=64)
    except OSError as error:
        raise LinkLost(f"{bind}:{port}", error.strerror or str(error)) from error
    listener.port = server.sockets[0].getsockname()[1]
    listener._bind, listener._bound = bind, bound
    try:
        yield listener
    finally:
        server.close()
        await web_server.shutdown(0.2)
        await server.wait_closed()


class HttpRefused(LinkLost):
    """The device answered with a status that is no stream. 401 means that the credentials were refused."""

    def __init__(self, link: str, status: int) -> None:
        super().__init__(link, f"HTTP status {status}")
        self.status = status


class EndlessBody:
    """The body of a response that never ends."""

    def __init__(self, link: str, response: aiohttp.ClientResponse) -> None:
        self._link, self._response = link, response
        self.content_type = response.headers.get("Content-Type", "")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Bytes as they come. Ends when the device closes; raises `LinkLost` when it breaks or falls silent."""
        with _translated(self._link):
            async for chunk in self._response.content.iter_any():
                yield chunk


@contextlib.contextmanager
def _translated(link: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:  # aiohttp's own timeouts are kinds of it
        raise LinkLost(link, "no answer in time") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise LinkLost(link, str(error) or type(error).__name__) from error


@contextlib.asynccontextmanager
async def endless_get(
    url: str,
    login: Login,
    *,
    read_timeout_s: float = 30.0,
    connect_timeout_s: float = 5.0,
    certificate_sha256: bytes | None = None,
) -> AsyncIterator[EndlessBody]:
    """One GET with a login whose body is read for ever. One failed login at most per call: cameras lock users out.

    Redirects are not followed. Raises `HttpRefused` for another status than 200, `DeviceRefused` where no way of
    logging in is offered that we would use, `LinkLost` for all else, also when no byte comes for `read_timeout_s`. An
    https certificate is checked against `certificate_sha256` where given.
    """
    timeout = aiohttp.ClientTimeout(
        total=None, connect=connect_timeout_s, sock_connect=connect_timeout_s, sock_read=read_timeout_s
    )
    pinned = aiohttp.Fingerprint(certificate_sha256) if certificate_sha256 else True
    async with aiohttp.ClientSession(
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        middlewares=(LoginMiddleware(login),),
    ) as session:
        try:
            with _translated(url):
                response = await session.get(
                    url, allow_redirects=False, ssl=pinned, headers={"Accept-Encoding": "identity", "Accept": "*/*"}
                )
        except NoLoginOffered as offered:
            raise DeviceRefused(url, str(offered), NO_LOGIN_ACTION) from offered
        async with response:
            if response.status != 200:
                raise HttpRefused(url, response.status)
            yield EndlessBody(url, response)
            response.close()  # an endless body cannot be drained for reuse
