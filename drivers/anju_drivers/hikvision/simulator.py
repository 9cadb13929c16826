"""Hikvision cameras that are not there: one whose alarm stream can be read, and one that pushes. On 127.0.0.1 only."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from datetime import datetime

import aiohttp

from anju_drivers.hikvision.stream import PATHS
from anju_drivers.options import Options
from anju_drivers.testing.camera import PASSWORD, USER, StreamSimulator
from anju_drivers.testing.simulation import PushingDevice

MAC = "02:00:5e:10:00:01"  # locally administered: no real camera has it
FALL_TYPE = "falldetection"  # no public sample of a fall event exists; sites map their camera's own word


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


class CameraSimulator(StreamSimulator):
    """A camera with HTTP digest and an alarm stream. Channel numbers are 1-based."""

    realm = "DS-SIM"

    def __init__(self, port: int = 0, password: str = PASSWORD, algorithm: str = "MD5") -> None:
        super().__init__(port, password, algorithm)
        self.old_firmware = False

    def serves(self, path: str) -> bool:
        return path in PATHS[self.old_firmware :]

    def driver_options(self) -> dict[str, object]:
        return {
            "url": self.link,
            "user": USER,
            "password": PASSWORD,
            "retry_s": 0.5,
            "types": {FALL_TYPE: "fall"},
        }

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


class PushCameraSimulator(PushingDevice):
    """A camera that posts its events to `link`, the listener's URL with its secret path.

    There is nothing to serve: `run` only waits. While unplugged it posts nothing.
    """

    def __init__(self, link: str) -> None:
        super().__init__()
        self.link = link
        self.statuses: list[int] = []

    def driver_options(self) -> dict[str, object]:
        """Nothing: the listener is configured first, and its URL is this simulator's option."""
        return {}

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
