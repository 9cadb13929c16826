"""What a device simulator is, and the pseudo-terminal it speaks through.

A simulator speaks the bytes of its device over the same kind of link, from the device's side: tests, the demo and
training all use it. It listens on 127.0.0.1 only, or makes a pseudo-terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

MAX_UNSENT_BYTES = 64 * 1024


@runtime_checkable
class Simulator(Protocol):
    """A device that is not there. What it can be made to do (press, tap, move) are methods of its own.

    `link` is what the driver's option for its device takes: a path or a URL; it stays the same over unplug and replug.
    """

    @property
    def link(self) -> str: ...

    @property
    def ready(self) -> asyncio.Event:
        """Set while a driver could connect."""

    def driver_options(self) -> dict[str, object]:
        """The driver's table of `edge.toml` that reaches this simulator."""

    async def run(self) -> None:
        """Serves the link until cancelled."""

    async def demonstrate(self) -> str:
        """Makes the device do the one thing it is for (a press, a tap, a movement); returns a line for a person."""

    def unplug(self) -> None:
        """Takes the device off its link, as pulling the plug does."""

    def replug(self) -> None:
        """Puts it back under the same name."""


class PtyDevice:
    """The device's end of a serial line: a raw pseudo-terminal under a symlink that outlives unplug and replug.

    `received(data)` gets what the driver writes. Baud rates are ignored by the kernel here; a wrong one must be
    simulated as wrong bytes. Use inside a running event loop.
    """

    def __init__(self, link: Path | None = None, received: Callable[[bytes], None] | None = None) -> None:
        self._folder = None if link else tempfile.TemporaryDirectory(prefix="anju-device-")
        self._link = link or Path(self._folder.name if self._folder else "") / "tty"
        self._received = received
        self._master: int | None = None
        self._unsent = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def link(self) -> str:
        return str(self._link)

    def plug(self) -> None:
        """Makes the pseudo-terminal and points the symlink at it. Does nothing when plugged already."""
        if self._master is not None:
            return
        self._loop = asyncio.get_running_loop()
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        fresh = self._link.with_name(self._link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(slave))
        fresh.replace(self._link)
        os.close(slave)  # the driver's open is then the only one: its close and our unplug are both seen at once
        self._master = master
        self._loop.add_reader(master, self._read)

    def unplug(self) -> None:
        """Hangs up, and removes the symlink as udev would."""
        if self._master is None:
            return
        self._stop_io()
        os.close(self._master)
        self._master = None
        self._unsent.clear()
        self._link.unlink(missing_ok=True)

    def close(self) -> None:
        """Unplugs for good."""
        self.unplug()
        if self._folder:
            self._folder.cleanup()

    def send(self, data: bytes) -> bool:
        """Bytes to the driver; those that no one reads are dropped beyond 64 KiB. False when unplugged."""
        if self._master is None:
            return False
        room = MAX_UNSENT_BYTES - len(self._unsent)
        self._unsent += data[:room]
        self._write()
        return True

    def _write(self) -> None:
        if self._master is None or self._loop is None:
            return
        with contextlib.suppress(BlockingIOError):
            while self._unsent:
                del self._unsent[: os.write(self._master, self._unsent)]
        if self._unsent:
            self._loop.add_writer(self._master, self._write)
        else:
            self._loop.remove_writer(self._master)

    def _read(self) -> None:
        if self._master is None or self._loop is None:
            return
        try:
            data = os.read(self._master, 4096)
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody has the line open; reading again would spin, so look again later
            self._loop.remove_reader(self._master)
            self._loop.call_later(0.05, self._listen, self._master)
            return
        if data and self._received:
            self._received(data)

    def _listen(self, master: int) -> None:
        if self._master == master and self._loop is not None and not self._loop.is_closed():
            self._loop.add_reader(master, self._read)

    def _stop_io(self) -> None:
        if self._master is not None and self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._master)
            self._loop.remove_writer(self._master)


class SerialDevice:
    """What simulators of serial devices share: the line, and the plug. Give it a `demonstrate`; see `Simulator`.

    Overrides: `plugged` when the device begins anew, `unplugged`, `received` for what the driver writes.
    """

    def __init__(self, link: Path | None = None) -> None:
        self._pty = PtyDevice(link, self.received)
        self.ready = asyncio.Event()

    @property
    def link(self) -> str:
        return self._pty.link

    def driver_options(self) -> dict[str, object]:
        return {"port": self.link}

    async def run(self) -> None:
        """Keeps the device plugged in until cancelled."""
        self.replug()
        try:
            await asyncio.Event().wait()
        finally:
            self.ready.clear()
            self._pty.close()

    def unplug(self) -> None:
        self.ready.clear()
        self.unplugged()
        self._pty.unplug()

    def replug(self) -> None:
        self.plugged()
        self._pty.plug()
        self.ready.set()

    def send(self, data: bytes) -> None:
        """Puts any bytes on the line."""
        self._pty.send(data)

    def plugged(self) -> None:
        """Power comes: what the device remembered is gone."""

    def unplugged(self) -> None:
        """The plug is pulled."""

    def received(self, data: bytes) -> None:
        """Bytes that the driver wrote; a device that only speaks does not mind them."""


class ServingDevice(ABC):
    """What simulators of devices that a driver calls share: the plug. `serving` is what it does while plugged in."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self._plugged = asyncio.Event()
        self._unplugged = asyncio.Event()
        self._plugged.set()

    @abstractmethod
    def serving(self) -> AbstractAsyncContextManager[object]:
        """A driver can connect as long as this context lasts."""

    async def run(self) -> None:
        """Serves until cancelled."""
        while True:
            await self._plugged.wait()
            self._unplugged.clear()
            async with self.serving():
                self.ready.set()
                try:
                    await self._unplugged.wait()
                finally:
                    self.ready.clear()

    def unplug(self) -> None:
        self._plugged.clear()
        self._unplugged.set()

    def replug(self) -> None:
        self._plugged.set()


class PushingDevice:
    """What simulators of devices that only push share: there is nothing to serve, and unplugged they push nothing."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()

    async def run(self) -> None:
        self.replug()
        await asyncio.Event().wait()

    def unplug(self) -> None:
        self.ready.clear()

    def replug(self) -> None:
        self.ready.set()
