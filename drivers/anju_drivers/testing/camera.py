"""A camera that is not there, with HTTP digest and an endless stream of events. On 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
import secrets
from collections.abc import AsyncIterator

from aiohttp import web

from anju_drivers.testing.http_server import serving_http
from anju_drivers.testing.simulation import ServingDevice

USER, PASSWORD = "anju", "training-only"
HEARTBEAT_S = 10.0
_MAX_WAITING = 1000


class StreamSimulator(ServingDevice):
    """The part of a camera that all vendors share; a vendor says what its stream's path, type and heartbeat are.

    `offers` are challenges that it names before its digest, each in a header of its own or all in one; `has_digest`
    false: it takes Basic only. `tells_stale`: it says so of an old nonce.
    `failed_logins` counts requests with wrong credentials, `streams` those that are open. `changed` is set whenever a
    request comes, a stream opens or ends, or the plug is moved.
    """

    content_type = "multipart/mixed; boundary=boundary"
    realm = "SIM"

    def __init__(self, port: int = 0, password: str = PASSWORD, algorithm: str = "MD5") -> None:
        super().__init__()
        self.changed = asyncio.Event()
        self.password, self.algorithm = password, algorithm
        self.heartbeat_s = HEARTBEAT_S
        self.offers: tuple[str, ...] = ()
        self.offers_in_one_header = False
        self.has_digest = True
        self.tells_stale = False
        self.failed_logins = 0
        self.requests: list[str] = []
        self._port = port
        self._nonce = secrets.token_hex(16)
        self._streams: set[asyncio.Queue[bytes]] = set()
        self._is_stalled = False

    def serves(self, path: str) -> bool:
        """Whether an event stream is to be had under this path."""
        raise NotImplementedError

    def heartbeat(self) -> None:
        """Sends what this camera says while nothing happens."""
        raise NotImplementedError

    @property
    def link(self) -> str:
        """Known after `ready` was set for the first time, unless a port was given."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def streams(self) -> int:
        return len(self._streams)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with serving_http(self._answer, self._port) as self._port:
            beating = asyncio.create_task(self._beat(), name="heartbeat")
            try:
                yield
            finally:
                self.changed.set()
                beating.cancel()
                await asyncio.wait([beating])

    def stall(self, stalled: bool = True) -> None:
        """Keeps streams open and says nothing, heartbeats included."""
        self._is_stalled = stalled

    def forget_nonce(self) -> None:
        """Makes every nonce so far stale."""
        self._nonce = secrets.token_hex(16)

    def send(self, data: bytes) -> None:
        """Any bytes to all open streams; a stream that is not read loses what exceeds 1000 pieces."""
        for waiting in self._streams:
            if not self._is_stalled and waiting.qsize() < _MAX_WAITING:
                waiting.put_nowait(data)

    async def _beat(self) -> None:
        while True:
            self.heartbeat()
            await asyncio.sleep(self.heartbeat_s)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request.path_qs)
        self.changed.set()
        if not self._is_login(request):
            return self._challenge(is_stale=self.tells_stale and "Authorization" in request.headers)
        if not self.serves(request.path):
            return web.Response(status=404)
        return await self._stream(request)

    def _challenge(self, is_stale: bool) -> web.Response:
        digest = f'Digest qop="auth", realm="{self.realm}", nonce="{self._nonce}", algorithm={self.algorithm}'
        offers = [*self.offers, digest + (", stale=true" if is_stale else "")] if self.has_digest else [*self.offers]
        response = web.Response(status=401, text="<html>401</html>", content_type="text/html")
        for offer in [", ".join(offers)] if self.offers_in_one_header else offers:
            response.headers.add("WWW-Authenticate", offer)
        return response

    async def _stream(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": self.content_type})
        await response.prepare(request)
        waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._streams.add(waiting)
        self.changed.set()
        try:
            self.heartbeat()
            with contextlib.suppress(ConnectionResetError):
                while True:
                    await response.write(await waiting.get())
        finally:
            self._streams.discard(waiting)
            self.changed.set()
        return response

    def _is_login(self, request: web.BaseRequest) -> bool:
        """Checks a digest as RFC 7616, section 3.4.1, with qop auth."""
        header = request.headers.get("Authorization", "")
        if not header:
            return False
        if not self.has_digest:
            is_right = header == "Basic " + base64.b64encode(f"{USER}:{self.password}".encode()).decode()
            self.failed_logins += not is_right
            return is_right
        credentials = {
            name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^",\s]+))', header)
        }
        if credentials.get("nonce") != self._nonce:
            return False

        def digest(text: str) -> str:
            return hashlib.new("sha256" if self.algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

        secret = digest(f"{USER}:{credentials.get('realm')}:{self.password}")
        rest = ":".join(credentials.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        asked = digest(f"{request.method}:{credentials.get('uri', '')}")
        if (
            credentials.get("response") == digest(f"{secret}:{rest}:{asked}")
            and credentials.get("uri") == request.path_qs
        ):
            return True
        self.failed_logins += 1
        return False
