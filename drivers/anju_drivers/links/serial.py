"""Serial ports: open exclusively, hand bytes over at once, and come back by themselves after an unplug.

A driver gives `SerialLink` two plain functions, `received(data)` and `changed(up, detail)`, and awaits `run()`. Bytes
go from the event loop's reader straight to `received`, with no queue and no task switch between: an alarm's path runs
through here.

Ports are named by what stays the same: `/dev/serial/by-id/...` or `/dev/serial/by-path/...`; a glob such as
`/dev/serial/by-id/*CP2102*` takes the first match. A `/dev/ttyUSB0` works but gets a warning with the better name,
since the number changes with the order of plugging. Any other path is opened as it is, a pseudo-terminal too.

Two programs that read one port each get a part of the bytes, and cards are lost unseen. So a port is ours alone: by
flock for those who ask (EAGAIN), by TIOCEXCL for those who do not (EBUSY for all but root). Who had it open before us
keeps it, which is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import glob
import logging
import os
import re
import termios
from collections.abc import Callable
from dataclasses import dataclass
from errno import EAGAIN, EBUSY
from pathlib import Path
from types import TracebackType
from typing import Self

import serial
import serial_asyncio_fast

from anju_drivers.errors import LinkLost

_log = logging.getLogger(__name__)

BY_ID = Path("/dev/serial/by-id")
BY_PATH = Path("/dev/serial/by-path")
RETRY_MIN_S, RETRY_MAX_S = 0.25, 1.0  # a returning port is looked for at least once a second: open again within 3 s
MAX_UNSENT_BYTES = 64 * 1024
CLOSE_S = 5.0  # the system needs at most so long to close a port whose unsent bytes were dropped
OURSELVES = "this box"
PSEUDO_TERMINALS = range(136, 144)  # major numbers of /dev/pts/N; each container counts its own (kernel devices.txt)
_UNSTABLE = re.compile(r"/dev/tty(USB|ACM)\d+")


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """Where and how to open a port. Always 8 data bits, no parity, 1 stop bit: no device we know wants other."""

    port: str
    baud: int = 9600
    rtscts: bool = False


def stable_name(port: str) -> str | None:
    """The by-id, else by-path name of the device that `port` is now; None where udev gave none."""
    real = os.path.realpath(port)
    for folder in (BY_ID, BY_PATH):
        with contextlib.suppress(OSError):
            for link in sorted(folder.iterdir()):
                if os.path.realpath(link) == real:
                    return str(link)
    return None


def resolve(port: str) -> str:
    """The path to open for a configured `port`. Raises `LinkLost` when a glob matches nothing."""
    if not any(sign in port for sign in "*?["):
        return port
    matches = sorted(glob.glob(port))
    if not matches:
        raise LinkLost(port, "no device with such a name is plugged in")
    return matches[0]


class _Bytes(asyncio.Protocol):
    """Transport events to the open port's owner; a bug in `received` ends the port, so that its owner sees it."""

    def __init__(self, name: str, received: Callable[[bytes], None]) -> None:
        self._name, self._received = name, received
        self.ended: asyncio.Future[LinkLost] = asyncio.get_running_loop().create_future()
        self.closed = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        if self.ended.done():
            return
        try:
            self._received(data)
        except BaseException as error:
            self.ended.set_exception(error)
            raise

    def connection_lost(self, exc: BaseException | None) -> None:
        self.closed.set()
        if not self.ended.done():
            self.ended.set_result(LinkLost(self._name, _cause(exc) if exc else "closed"))


class SerialPort:
    """One open port, from `open_port`. Leave its `async with` to release it."""

    def __init__(
        self, name: str, transport: serial_asyncio_fast.SerialTransport, protocol: _Bytes, shared_with: str = ""
    ) -> None:
        self.name = name
        self.shared_with = shared_with  # programs that had it open before us, and take bytes from us
        self._transport, self._protocol = transport, protocol

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def write(self, data: bytes) -> None:
        """Sends without waiting. Raises `LinkLost` when the port is gone or takes no more bytes."""
        if self._transport.is_closing():
            raise LinkLost(self.name, "closed")
        if self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            raise LinkLost(self.name, "the device takes no more bytes")
        self._transport.write(data)

    async def lost(self) -> LinkLost:
        """Waits until the device is gone and says why. Raises what `received` raised, if it did."""
        return await asyncio.shield(self._protocol.ended)

    async def close(self) -> None:
        """Releases the port; what was not sent yet is dropped, so that a stuck device cannot hold us."""
        if not self._transport.is_closing():
            port = self._transport.serial
            with contextlib.suppress(OSError, termios.error):
                if port is not None:
                    fcntl.ioctl(port.fileno(), termios.TIOCNXCL)  # a pseudo-terminal outlives its last close
                    port.reset_output_buffer()  # the kernel's close() waits up to 30 s for unsent bytes
            self._transport.abort()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._protocol.closed.wait()
        except TimeoutError:  # as when somebody cancelled the task in which the library closes: it never says "closed"
            _log.warning("%s is not closed after %g s; going on without it", self.name, CLOSE_S)


def _open(path: str, settings: SerialSettings) -> tuple[serial.Serial, str]:
    """The open port, ours alone from now on, and who has it open besides. Raises what pyserial does, or `LinkLost`."""
    try:
        port = serial.Serial(path, settings.baud, rtscts=settings.rtscts, exclusive=True, timeout=0, write_timeout=0)
    except OSError as error:
        if error.errno in (EAGAIN, EBUSY):
            raise LinkLost(settings.port, _held_by(holders(path))) from error
        raise
    with contextlib.suppress(OSError, termios.error):
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    return port, ", ".join(one for one in holders(path) if one != OURSELVES)


def holders(path: str) -> list[str]:
    """The programs that have a device open, as far as this user may see them; `OURSELVES` is this process."""
    found = []
    try:
        wanted = _device(path)
    except OSError:
        return []
    for opened in glob.iglob("/proc/[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(opened).startswith("/dev/") and _device(opened) == wanted:
                number = opened.split("/")[2]
                if int(number) == os.getpid():
                    found.append(OURSELVES)
                else:
                    found.append(f"{Path(f'/proc/{number}/comm').read_text(errors='replace').strip()} (pid {number})")
    return sorted(set(found))


def _device(path: str) -> tuple[int, int]:
    """Which device a path leads to: a container has names of its own for it, and pseudo-terminals with our numbers."""
    found = os.stat(path)
    is_pseudo = os.major(found.st_rdev) in PSEUDO_TERMINALS
    return found.st_rdev, found.st_dev if is_pseudo else 0


def _held_by(others: list[str]) -> str:
    if OURSELVES in others:
        return "another program holds this port: this box itself, for another driver; give each its own port"
    who = f": {', '.join(others)}" if others else ""
    return f"another program holds this port{who}; end it (see: fuser -v), then the port is opened by itself"


async def open_port(settings: SerialSettings, received: Callable[[bytes], None]) -> SerialPort:
    """Opens once. Raises `LinkLost` when the device is absent, held by another process or not permitted."""
    path = resolve(settings.port)
    loop = asyncio.get_running_loop()
    # In a thread: a half-dead USB adapter may hold open() for seconds, and alarms of other drivers must not wait.
    opening = loop.run_in_executor(None, _open, path, settings)
    try:
        port, shared_with = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_discard)
        raise
    except (OSError, termios.error, ValueError) as error:
        raise LinkLost(settings.port, _cause(error)) from error
    protocol = _Bytes(settings.port, received)
    transport = serial_asyncio_fast.SerialTransport(loop, protocol, port)
    return SerialPort(settings.port, transport, protocol, shared_with)


def _discard(opening: asyncio.Future[tuple[serial.Serial, str]]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].close()


def _cause(error: BaseException) -> str:
    """The system's word alone: pyserial wraps it in a long sentence that a technician need not read."""
    number = getattr(error, "errno", None)
    if not isinstance(number, int):
        return "unplugged" if "readiness to read" in str(error) else str(error)
    return os.strerror(number)


class SerialLink:
    """A serial device that may be unplugged and come back.

    `received(data)` gets bytes as they come. `changed(up, detail)` is told once per change of state, first with the
    outcome of the first attempt; it may call `write`. Both run in the event loop and must not block.
    """

    def __init__(
        self,
        settings: SerialSettings,
        received: Callable[[bytes], None],
        changed: Callable[[bool, str], None] | None = None,
    ) -> None:
        self.settings = settings
        self._received, self._changed = received, changed
        self._port: SerialPort | None = None
        self._up: bool | None = None

    @property
    def is_open(self) -> bool:
        return self._port is not None

    def write(self, data: bytes) -> None:
        """Sends without waiting. Raises `LinkLost` while the device is away."""
        if self._port is None:
            raise LinkLost(self.settings.port, "not open")
        self._port.write(data)

    async def run(self) -> None:
        """Keeps the port open until cancelled; the port is released when this ends.

        Raises only what `received` or `changed` raised: an absent device is waited for.
        """
        better = stable_name(self.settings.port) if _UNSTABLE.fullmatch(self.settings.port) else None
        if better:
            _log.warning("%s changes with the order of plugging; write %s instead", self.settings.port, better)
        loop = asyncio.get_running_loop()
        pause_s = RETRY_MIN_S
        while True:
            try:
                port = await open_port(self.settings, self._received)
            except LinkLost as absent:
                self._report_link(False, absent.cause)
            else:
                opened_s = loop.time()
                async with port:
                    self._port = port
                    try:
                        self._report_link(True, self._opened(port))
                        lost = await port.lost()
                    finally:
                        self._port = None
                self._report_link(False, lost.cause)
                if loop.time() - opened_s > 5:  # else it flaps: keep the longer pause
                    pause_s = RETRY_MIN_S
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, RETRY_MAX_S)

    def _opened(self, port: SerialPort) -> str:
        if not port.shared_with:
            return port.name
        _log.warning("%s: also open in %s, which takes bytes from us; end that program", port.name, port.shared_with)
        return f"{port.name}, also open in {port.shared_with}: end that program"

    def _report_link(self, up: bool, detail: str) -> None:
        if up is self._up:
            return
        self._up = up
        if up:
            _log.info("%s: open", self.settings.port)
        else:
            _log.warning("%s: lost or absent (%s); looking for it every second", self.settings.port, detail)
        if self._changed:
            self._changed(up, detail)
