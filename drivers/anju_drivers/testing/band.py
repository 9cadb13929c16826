"""A band that is not there: it dials the driver's port and speaks a family's bytes.

One class for all families; what they say comes from a `BandVoice`. It dials 127.0.0.1 only.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Protocol

from anju_drivers.options import Options

REDIAL_S = 0.1
REPLY_S = 5.0
_MAX_HEARD_BYTES = 64 * 1024

SIMULATOR_OPTIONS = {
    "port": "TCP port of the driver, 0 to take a free one; 0",
    "device": "id of the simulated band; one of the simulator's own",
}


class BandVoice(Protocol):
    """What a family's band says; each call is a new message with the next serial, in the device's own time."""

    device: str

    def login(self) -> bytes:
        """Empty where the protocol has none."""

    def heartbeat(self) -> bytes: ...

    def position(self, latitude: float, longitude: float, *, fix: bool = True) -> bytes: ...

    def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> bytes:
        """An SOS; with `stored_s`, one that was stored that many seconds ago."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BandSimulator:
    """Dials the driver, logs in, and redials when the connection ends. `ready` is set while it wants to be connected.

    `heard` holds what the driver sent since the last connect, at most 64 KiB.
    """

    def __init__(self, voice: BandVoice, port: int = 0) -> None:
        self.voice = voice
        self.ready = asyncio.Event()
        self.connected = asyncio.Event()
        self.heard = bytearray()
        self._port = port or free_port()
        self._plugged = asyncio.Event()
        self._plugged.set()
        self._writer: asyncio.StreamWriter | None = None
        self._changed = asyncio.Event()
        self._extra: list[asyncio.StreamWriter] = []

    @property
    def link(self) -> str:
        return f"127.0.0.1:{self._port}"

    def driver_options(self) -> dict[str, object]:
        return {"bind": "127.0.0.1", "port": self._port, "devices": [self.voice.device]}

    async def run(self) -> None:
        """Keeps the band connected until cancelled."""
        try:
            while True:
                self.ready.clear()
                await self._plugged.wait()
                self.ready.set()
                with contextlib.suppress(OSError):
                    await self._serve()
                await asyncio.sleep(REDIAL_S)
        finally:
            self.ready.clear()
            self.let_go()
            await asyncio.sleep(0)  # so that the sockets are closed when this ends

    def unplug(self) -> None:
        """Out of coverage: the connection breaks and is not made again."""
        self._plugged.clear()
        self.ready.clear()
        self.hang_up()

    def replug(self) -> None:
        self._plugged.set()

    def hang_up(self) -> None:
        """Breaks the connection; the band dials again at once."""
        if self._writer is not None:
            self._writer.transport.abort()
        self.connected.clear()

    async def send(self, data: bytes) -> None:
        """Any bytes over the connection, which is waited for."""
        async with asyncio.timeout(REPLY_S):
            await self.connected.wait()
        if self._writer is not None:
            self._writer.write(data)
            await self._writer.drain()

    async def until_heard(self, reply: bytes, timeout_s: float = REPLY_S) -> None:
        """Until the driver has sent `reply`. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout_s):
            while reply not in self.heard:
                self._changed.clear()
                await self._changed.wait()

    async def heartbeat(self) -> None:
        await self.send(self.voice.heartbeat())

    async def position(self, latitude: float, longitude: float, *, fix: bool = True) -> None:
        await self.send(self.voice.position(latitude, longitude, fix=fix))

    async def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> None:
        await self.send(self.voice.press(low_battery=low_battery, fall=fall, stored_s=stored_s))

    async def demonstrate(self) -> str:
        if not self._plugged.is_set():
            return "the band is out of coverage"
        with contextlib.suppress(TimeoutError, OSError):
            await self.press()
            return "SOS was pressed on the band"
        return "the driver cannot be reached"

    async def dribble(self, data: bytes, pause_s: float = 0.05) -> None:
        """Says `data` a byte at a time on a connection of its own, until done or cut off."""
        writer = await self._another()
        with contextlib.suppress(OSError):
            for byte in data:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(pause_s)

    async def half_open(self, count: int = 1) -> None:
        """Opens connections that never say anything; they stay until `let_go`."""
        for _ in range(count):
            await self._another()

    def let_go(self) -> None:
        """Drops the connections of `dribble` and `half_open`."""
        for writer in self._extra:
            writer.transport.abort()
        self._extra.clear()

    async def _another(self) -> asyncio.StreamWriter:
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._extra.append(writer)
        return writer

    async def _serve(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer = writer
        self.heard.clear()
        try:
            login = self.voice.login()
            if login:
                writer.write(login)
                await writer.drain()
            self.connected.set()
            while data := await reader.read(4096):
                self.heard += data
                del self.heard[:-_MAX_HEARD_BYTES]
                self._changed.set()
        finally:
            self.connected.clear()
            self._writer = None
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def band_simulator_options(options: Mapping[str, object], device: str) -> tuple[str, int]:
    """The id and port of a simulator's table. Raises `DriverConfigError`."""
    table = Options(
        {key: str(value) if key == "device" else value for key, value in options.items()}, SIMULATOR_OPTIONS
    )
    return table.text("device", device), table.integer("port", 0, 0, 65535)
