"""A camera that is not there and mails its alarms to a server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import socket
from collections.abc import Mapping

from anju_drivers.options import Options
from anju_drivers.testing.simulation import PushingDevice

CAMERA = "training"
BOUNDARY = "*****MAIL_BOUNDARY*****"


def dahua_text(event: str, channel: int = 1) -> str:
    """The text of a Dahua mail, dates day first."""
    return (
        f"Alarm Event: {event}\r\nAlarm Input Channel: {channel}\r\n"
        "Alarm Start Time(D/M/Y H:M:S): 02/03/2026 10:27:46\r\nAlarm Device Name: SIM\r\nAlarm Name: \r\n"
        "IP Address: 192.0.2.6\r\n"
    )


def mail(text: str, picture: bytes = b"", subject: str = "IPC Message") -> bytes:
    """A mail with its text in base64, and a picture where one is given."""
    head = f"From: <camera@example.test>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    body = 'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    body += base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
    if not picture:
        return (head + body).encode()
    image = base64.encodebytes(picture).decode().replace("\n", "\r\n")
    return (
        f'{head}Content-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n\r\n--{BOUNDARY}\r\n{body}\r\n--{BOUNDARY}\r\n'
        "Content-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{image}\r\n--{BOUNDARY}--\r\n"
    ).encode()


class MailSimulator(PushingDevice):
    """Sends to `link`, `smtp://address:port`. There is nothing to serve; while unplugged it sends nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.recipient = f"{secrets.token_hex(8)}@gateway.test"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.replies: list[str] = []

    @property
    def link(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    def driver_options(self) -> dict[str, object]:
        return {"bind": "127.0.0.1", "port": self._port, "cameras": {CAMERA: {"recipient": self.recipient}}}

    async def send(self, content: bytes, recipient: str = "") -> str:
        """Sends one mail; returns the first reply that is no success, else the last one. Empty when nobody listens."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return ""
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
        steps = (b"", b"EHLO camera", b"MAIL FROM:<camera@example.test>", b"", b"DATA", stuffed + b"\r\n.")
        reply = ""
        try:
            for number, step in enumerate(steps):
                line = f"RCPT TO:<{recipient or self.recipient}>".encode() if number == 3 else step
                if number:
                    writer.write(line + b"\r\n")
                reply = await self._reply(reader)
                self.replies.append(reply)
                if reply[:1] not in "23":
                    break
            writer.write(b"QUIT\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            return reply
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        return reply

    async def _reply(self, reader: asyncio.StreamReader) -> str:
        while True:
            line = (await reader.readuntil(b"\n")).decode("ascii", "replace").strip()
            if line[3:4] != "-":
                return line

    async def motion(self, active: bool = True, channel: int = 1) -> str:
        return await self.send(mail(dahua_text(f"Motion Detection {'Start' if active else 'Stop'}", channel)))

    async def demonstrate(self) -> str:
        if not self.ready.is_set():
            return "the camera is unplugged"
        reply = await self.motion()
        await self.motion(active=False)
        return f"a movement was mailed, the server answered {reply[:3] or 'nothing'}"


def simulate(options: Mapping[str, object]) -> MailSimulator:
    """No options: port and recipient are chosen, and its `driver_options` make a server for them."""
    Options(options, {})
    return MailSimulator()
