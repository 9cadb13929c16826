"""Hikvision cameras that are not there: one whose alarm stream can be read, and one that pushes. On 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import re
import secrets
from collections.abc import Mapping
from datetime import datetime

import aiohttp
from aiohttp import web

from anju_drivers.hikvision.stream import PATHS
from anju_drivers.options import Options

USER, PASSWORD = "anju", "training-only"
MAC = "02:00:5e:10:00:01"  # locally administered: no real camera has it
FALL_TYPE = "falldetection"  # no public sample of a fall event exists; sites map their camera's own word
HEARTBEAT_S = 10.0
_MAX_WAITING = 1000


def document(
    event: str, state: str = "active", channel: int = 1, *, mac: str = MAC, inside: str = "", when: str = ""
) -> bytes:
    """An event document as cameras write it; `inside` is put before the end."""
    time_text = when or datetime.now().astimezone().isoformat(timespec="seconds")
    lines = (
        '<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">',
        "<ipAddress>127.0.0.1</ipAddress>",
        f"<macAddress>{mac}</macAddress>",
        f"<channelID>{channel}</channelID>",
        f"<dateTime>{time_text}</dateTime>",
        f"<activePostCount>{int(state == 'active')}</activePostCount>",
        f"<eventType>{event}</eventType>",
        f"<eventState>{state}</eventState>",
        f"<eventDescription>{event} alarm</eventDescription>",
        inside,
        "</EventNotificationAlert>",
        "",
    )
    return "\r\n".join(line for line in lines if line or line is lines[-1]).encode()


def part(body: bytes, content_type: str = 'application/xml; charset="UTF-8"', length: int | None = None) -> bytes:
    """A multipart part; a negative `length` leaves the header out, another one than the body's is a lie."""
    size = len(body) if length is None else length
    header = f"Content-Length: {size}\r\n" if size >= 0 else ""
    return f"--boundary\r\nContent-Type: {content_type}\r\n{header}\r\n".encode() + body + b"\r\n"


class CameraSimulator:
    """A camera with HTTP digest and an alarm stream. Channel numbers are 1-based.

    `failed_logins` counts requests with wrong credentials, `streams` those that are open.
    """

    def __init__(self, port: int = 0, password: str = PASSWORD, algorithm: str = "MD5") -> None:
        self.ready = asyncio.Event()
        self.changed = asyncio.Event()  # set whenever a request comes, a stream opens or ends, or the plug is moved
        self.password, self.algorithm = password, algorithm
        self.heartbeat_s = HEARTBEAT_S
        self.failed_logins = 0
        self.requests: list[str] = []
        self.old_firmware = False
        self._port = port
        self._nonce = secrets.token_hex(16)
        self._plugged = asyncio.Event()
        self._unplugged = asyncio.Event()
        self._plugged.set()
        self._streams: set[asyncio.Queue[bytes]] = set()
        self._is_stalled = False

    @property
    def link(self) -> str:
        """Known after `ready` was set for the first time, unless a port was given."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def streams(self) -> int:
        return len(self._streams)

    def driver_options(self) -> dict[str, object]:
        return {
            "url": self.link,
            "user": USER,
            "password": PASSWORD,
            "retry_s": 0.5,
            "types": {FALL_TYPE: "fall"},
        }

    async def run(self) -> None:
        """Serves until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._plugged.wait()
            self._unplugged.clear()
            handlers = web.Server(self._answer, handler_cancellation=True)
            server = await loop.create_server(handlers, "127.0.0.1", self._port)
            self._port = server.sockets[0].getsockname()[1]
            self.ready.set()
            beating = asyncio.create_task(self._beat(), name="heartbeat")
            try:
                await self._unplugged.wait()
            finally:
                self.ready.clear()
                self.changed.set()
                beating.cancel()
                server.close()
                for connection in handlers.connections:
                    connection.force_close()
                await asyncio.wait([beating])

    def unplug(self) -> None:
        self._plugged.clear()
        self._unplugged.set()

    def replug(self) -> None:
        self._plugged.set()

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

    def event(self, event: str, state: str = "active", channel: int = 1, inside: str = "") -> None:
        self.send(part(document(event, state, channel, inside=inside)))

    def motion(self, channel: int = 1, active: bool = True) -> None:
        self.event("VMD", "active" if active else "inactive", channel)

    def fall(self, channel: int = 1) -> None:
        self.event(FALL_TYPE, channel=channel)

    def call_button(self, channel: int = 1) -> None:
        self.event("CallButtonPress", channel=channel)

    def video_loss(self, channel: int = 1) -> None:
        self.event("videoloss", "active", channel)

    def heartbeat(self) -> None:
        self.event("videoloss", "inactive", 0)

    def picture(self, size: int = 50_000) -> None:
        """A picture part of noise."""
        self.send(part(b"\xff\xd8\xff\xe0" + secrets.token_bytes(size) + b"\xff\xd9", "image/jpeg"))

    async def demonstrate(self) -> str:
        self.motion()
        self.motion(active=False)
        return "someone walked past the camera"

    async def _beat(self) -> None:
        while True:
            self.heartbeat()
            await asyncio.sleep(self.heartbeat_s)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request.path)
        self.changed.set()
        if not self._is_login(request):
            challenge = f'Digest qop="auth", realm="DS-SIM", nonce="{self._nonce}", algorithm={self.algorithm}'
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        if request.path not in PATHS[self.old_firmware :]:
            return web.Response(status=404)
        return await self._stream(request)

    async def _stream(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "multipart/mixed; boundary=boundary"})
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
        said = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^",\s]+))', header)}
        if said.get("nonce") != self._nonce:
            return False

        def digest(text: str) -> str:
            return hashlib.new("sha256" if self.algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

        secret = digest(f"{USER}:{said.get('realm')}:{self.password}")
        rest = ":".join(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        wanted = digest(f"{secret}:{rest}:{digest(f'{request.method}:{request.path_qs}')}")
        if said.get("response") == wanted:
            return True
        self.failed_logins += 1
        return False


class PushCameraSimulator:
    """A camera that posts its events to `link`, the listener's URL with its secret path.

    There is nothing to serve: `run` only waits. While unplugged it posts nothing.
    """

    def __init__(self, link: str) -> None:
        self.link = link
        self.ready = asyncio.Event()
        self.statuses: list[int] = []

    def driver_options(self) -> dict[str, object]:
        """Nothing: the listener is configured first, and its URL is this simulator's option."""
        return {}

    async def run(self) -> None:
        self.replug()
        await asyncio.Event().wait()

    def unplug(self) -> None:
        self.ready.clear()

    def replug(self) -> None:
        self.ready.set()

    async def post(self, body: bytes, content_type: str = 'application/xml; charset="UTF-8"') -> int:
        """Posts one body; returns the status, 0 when nobody listens."""
        try:
            async with aiohttp.ClientSession() as session:
                async with session.post(
                    self.link, data=io.BytesIO(body), headers={"Content-Type": content_type}
                ) as response:
                    self.statuses.append(response.status)
                    return response.status
        except aiohttp.ClientError:
            return 0

    async def motion(self, channel: int = 1) -> int:
        return await self.post(document("VMD", channel=channel))

    async def fall(self, channel: int = 1) -> int:
        return await self.post(document(FALL_TYPE, channel=channel))

    async def demonstrate(self) -> str:
        if not self.ready.is_set():
            return "the camera is unplugged"
        return f"motion was pushed, the listener answered {await self.motion()}"


def simulate(options: Mapping[str, object]) -> CameraSimulator | PushCameraSimulator:
    """Options: `port` for a camera with a stream (any free one by default), or `push_url` for one that pushes."""
    table = Options(options, {"port": "TCP port on 127.0.0.1", "push_url": "http://127.0.0.1:<port>/push/<secret>"})
    push_url = table.text("push_url", "")
    return PushCameraSimulator(push_url) if push_url else CameraSimulator(table.integer("port", 0, 0, 65535))
