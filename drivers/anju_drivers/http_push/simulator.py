"""A VIGI camera and a script that push to a listener on 127.0.0.1; neither is there."""

from __future__ import annotations

import io
import json
import secrets
import socket
from collections.abc import Mapping
from datetime import datetime

import aiohttp

from anju_drivers.options import Options
from anju_drivers.testing.simulation import PushingDevice

MAC = "02-00-5e-10-00-02"  # locally administered: no real camera has it
SENDER = "training"
BOUNDARY = "ReportEventBoundary"


def vigi_document(*types: str, camera: str = "", when: str = "") -> bytes:
    """A body as a VIGI camera writes it; `when` has no zone."""
    time_text = when or datetime.now().astimezone().strftime("%Y%m%d%H%M%S")
    event: dict[str, object] = {"dateTime": time_text, "event_type": list(types)}
    if camera:
        event["camera"] = camera
    return json.dumps(
        {"ip": "127.0.0.1", "mac": MAC, "protocol": "HTTP", "device_name": "SIM", "event_list": [event]}
    ).encode()


def with_picture(document: bytes, picture: bytes) -> bytes:
    """The document and a picture as multipart."""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="event"\r\nContent-Type: application/json\r\n'
        f"Content-Length: {len(document)}\r\n\r\n"
    ).encode() + b"\r\n".join(
        (
            document,
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"'.encode(),
            b"Content-Type: image/jpeg\r\n",
            picture,
            f"--{BOUNDARY}--\r\n".encode(),
        )
    )


class PushSimulator(PushingDevice):
    """Posts to `link`. There is nothing to serve: `run` only waits. While unplugged it posts nothing.

    Without a `link` it chooses a free port and a secret, and `driver_options` makes a listener for them.
    """

    def __init__(self, link: str = "") -> None:
        super().__init__()
        self._secret = secrets.token_urlsafe(18)
        self._port = 0
        if not link:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self._port = free.getsockname()[1]
            link = f"http://127.0.0.1:{self._port}/push/{self._secret}"
        self.link = link

    def driver_options(self) -> dict[str, object]:
        return {"bind": "127.0.0.1", "port": self._port, "senders": {SENDER: {"secret": self._secret}}}

    async def post(self, body: bytes, content_type: str = "application/json", webhook: bool = False) -> int:
        """Posts one body; returns the status, 0 when nobody listens."""
        link = self.link.replace("/push/", "/t/") if webhook else self.link
        try:
            async with aiohttp.ClientSession() as session:
                async with session.post(
                    link, data=io.BytesIO(body), headers={"Content-Type": content_type}
                ) as response:
                    return response.status
        except aiohttp.ClientError:
            return 0

    async def vigi(self, *types: str) -> int:
        return await self.post(vigi_document(*types))

    async def webhook(self, kind: str, **fields: object) -> int:
        return await self.post(json.dumps({"kind": kind, **fields}).encode(), webhook=True)

    async def demonstrate(self) -> str:
        if not self.ready.is_set():
            return "the camera is unplugged"
        return f"a call button was pushed, the listener answered {await self.webhook('call_button')}"


def simulate(options: Mapping[str, object]) -> PushSimulator:
    """Option: `push_url`, a listener's URL with its secret; a free port and a new secret by default."""
    table = Options(options, {"push_url": "http://127.0.0.1:<port>/push/<secret>"})
    return PushSimulator(table.text("push_url", ""))
