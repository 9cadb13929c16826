"""A Dahua recorder that is not there: HTTP digest and an event stream. On 127.0.0.1 only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from anju_drivers.dahua.driver import PATH
from anju_drivers.options import Options
from anju_drivers.testing.camera import PASSWORD, USER, StreamSimulator


def part(body: bytes, length: int | None = None, content_type: str = "text/plain") -> bytes:
    """A part as cameras write it; a negative `length` leaves the header out, another one than the body's is a lie."""
    size = len(body) if length is None else length
    header = f"Content-Length:{size}\r\n" if size >= 0 else ""
    return f"--myboundary\r\nContent-Type: {content_type}\r\n{header}\r\n".encode() + body + b"\r\n\r\n"


def event(code: str, action: str = "Start", index: int = 0, data: Mapping[str, object] | None = None) -> bytes:
    """An event line, its data as the multi-line JSON of the firmware."""
    line = f"Code={code};action={action};index={index}"
    return f"{line};data={json.dumps(data, indent=3)}\n".encode() if data is not None else line.encode()


class RecorderSimulator(StreamSimulator):
    """A recorder or camera; `index` is 0-based as on the wire, channels in the methods are 1-based."""

    content_type = "multipart/x-mixed-replace; boundary=myboundary"
    realm = "Login to SIM"
    has_stream = True  # False: a device that speaks RPC2 only

    def serves(self, path: str) -> bool:
        return self.has_stream and path == PATH

    def driver_options(self) -> dict[str, object]:
        return {"url": self.link, "user": USER, "password": PASSWORD, "retry_s": 0.5}

    def heartbeat(self) -> None:
        self.send(part(b"Heartbeat"))

    def event(
        self, code: str, action: str = "Start", channel: int = 1, data: Mapping[str, object] | None = None
    ) -> None:
        self.send(part(event(code, action, channel - 1, data)))

    def motion(self, channel: int = 1, active: bool = True) -> None:
        self.event("VideoMotion", "Start" if active else "Stop", channel, {"RegionName": ["Region1"]})

    def fall(self, channel: int = 1) -> None:
        self.event("TumbleDetection", "Start", channel)

    def call_button(self) -> None:
        self.event("DoorbellPressed", "Pulse")

    def picture(self, size: int = 50_000) -> None:
        """A picture part of noise."""
        self.send(part(b"\xff\xd8\xff\xe0" + secrets.token_bytes(size) + b"\xff\xd9", content_type="image/jpeg"))

    async def demonstrate(self) -> str:
        self.motion()
        self.motion(active=False)
        return "someone walked past the camera"


def simulate(options: Mapping[str, object]) -> RecorderSimulator:
    """Option: `port` on 127.0.0.1, any free one by default."""
    return RecorderSimulator(Options(options, {"port": "TCP port on 127.0.0.1"}).integer("port", 0, 0, 65535))
