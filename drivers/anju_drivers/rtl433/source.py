"""Where rtl_433's lines come from: its own unit by UDP, a stream socket, or a child process. Each comes back by itself.

`received(data)` gets bytes of lines as they come, in the event loop and without a queue; `changed(up, detail)` is told
once per change of state. A program that keeps running and says nothing hangs: it is ended and started again, and counts
as away until lines come.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import signal
from collections.abc import Callable

from anju_drivers.errors import LinkLost
from anju_drivers.links.address import fails_or_moves, present_address
from anju_drivers.rtl433.settings import Source

_log = logging.getLogger(__name__)

RETRY_MIN_S, RETRY_MAX_S = 0.5, 10.0
_STEADY_S = 5.0
_KILL_S = 0.5
_CHUNK_BYTES = 16 * 1024
_HINTS = (
    (b"no supported devices", "no SDR stick is plugged in"),
    (b"usb_claim_interface", "another program holds the SDR stick"),
    (b"libusb_error_busy", "another program holds the SDR stick"),
    (b"libusb_error_access", "this user may not open the SDR stick"),
)


class LineSource:
    """Runs until cancelled."""

    def __init__(
        self,
        name: str,
        source: Source,
        received: Callable[[bytes], None],
        changed: Callable[[bool, str], None],
        silent_s: float,
    ) -> None:
        self.name = name
        self.restarts = 0  # of what said nothing for `silent_s`
        self._source, self._received, self._changed = source, received, changed
        self._silent_s = silent_s
        self._is_silent = False
        self._up: bool | None = None

    async def run(self) -> None:
        """Reads lines until cancelled. Raises what `received` or `changed` raised, and nothing else."""
        if self._source.udp is not None:
            await self._listen(self._source.udp)
        loop = asyncio.get_running_loop()
        pause_s = RETRY_MIN_S
        while True:
            began_s = loop.time()
            try:
                cause = await (self._connect() if self._source.unix else self._spawn())
            except LinkLost as lost:
                cause = lost.cause
            self._report_link(False, cause)
            if loop.time() - began_s > _STEADY_S:
                pause_s = RETRY_MIN_S
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, RETRY_MAX_S)

    def _report_link(self, up: bool, detail: str) -> None:
        if up is self._up:
            return
        self._up = up
        if up:
            _log.info("%s: lines come (%s)", self.name, detail)
        else:
            _log.warning("%s: no lines (%s); trying again by itself", self.name, detail)
        self._changed(up, detail)

    async def _listen(self, address: tuple[str, int]) -> None:
        """One datagram, one line. Only this machine may send where the address is its own loopback."""
        loop = asyncio.get_running_loop()
        bound = present_address(address[0])
        try:
            transport, protocol = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._received), local_addr=(bound, address[1])
            )
        except OSError as error:
            raise LinkLost(f"{address[0]}:{address[1]}", error.strerror or str(error)) from error
        try:
            self._report_link(True, f"listening on port {address[1]}")
            await fails_or_moves(protocol.failure, address[0], bound)
        finally:
            transport.close()

    async def _connect(self) -> str:
        """Reads a stream socket to its end and says why it ended."""
        path = self._source.unix
        try:
            reader, writer = await asyncio.open_unix_connection(path)
        except OSError as error:
            raise LinkLost(path, error.strerror or str(error)) from error
        try:
            self._opened(path)
            await self._read(reader)
            return "the other end closed"
        except OSError as error:
            raise LinkLost(path, error.strerror or str(error)) from error
        finally:
            writer.close()

    async def _spawn(self) -> str:
        """Runs the program until it ends; it is gone, with its own children, when this ends."""
        command = self._source.command
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise LinkLost(command[0], getattr(error, "strerror", None) or str(error)) from error
        hint = asyncio.create_task(_hint(process.stderr), name=f"{self.name} messages")
        try:
            self._opened(os.path.basename(command[0]))
            await self._read(process.stdout)
            code = await process.wait()
            return await hint or f"{os.path.basename(command[0])} ended with {code}"
        finally:
            await _end(process)
            hint.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hint

    def _opened(self, detail: str) -> None:
        if not self._is_silent:  # else only a line shows that it works again
            self._report_link(True, detail)

    async def _read(self, reader: asyncio.StreamReader | None) -> None:
        """Reads to the end. Raises `LinkLost` after `silent_s` without a byte."""
        while reader is not None:
            try:
                async with asyncio.timeout(self._silent_s):
                    data = await reader.read(_CHUNK_BYTES)
            except TimeoutError:
                self._is_silent = True
                self.restarts += 1
                _log.debug("%s: silent, begun again for the %d. time", self.name, self.restarts)
                raise LinkLost(self.name, f"no line for {self._silent_s:g} s, begun again") from None
            if not data:
                return
            if self._is_silent:
                self._is_silent = False
                self._report_link(True, "lines come again")
            self._received(data)


async def _hint(reader: asyncio.StreamReader | None) -> str:
    """What the program's own messages say of its stick; they are read to their end and not kept or logged."""
    found = ""
    tail = b""
    while reader is not None and (data := await reader.read(_CHUNK_BYTES)):
        tail = tail[-256:] + data.lower()
        found = found or next((word for sign, word in _HINTS if sign in tail), "")
    return found


async def _end(process: asyncio.subprocess.Process) -> None:
    """Asks the program and its children to stop, then makes them."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_KILL_S):
                await process.wait()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes], None]) -> None:
        self._received = received
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_loopback = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        own = transport.get_extra_info("sockname")[0]
        self._is_loopback = ipaddress.ip_address(own).is_loopback

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        if self._is_loopback and not ipaddress.ip_address(str(addr[0])).is_loopback:
            return
        try:
            self._received(data + b"\n")
        except BaseException as error:
            if not self.failure.done():
                self.failure.set_exception(error)
            raise

    def error_received(self, exc: Exception) -> None:
        _log.debug("UDP: %s", exc)
