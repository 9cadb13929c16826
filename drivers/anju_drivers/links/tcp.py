"""Bands that dial in over TCP: a listener that nobody unknown can fill, slow down or starve of memory.

Whoever reaches the port can open connections and say nothing, half a frame, or far too much. So a connection is
untrusted until its driver calls `trust`; untrusted ones have few slots, the oldest gives way to the newest, and each
has little time and few bytes. A trusted connection never gives way to an untrusted one. Bytes beyond the rate are not
lost: reading pauses, and TCP slows the sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from anju_drivers.errors import LinkLost
from anju_drivers.links.address import CHECK_S, check_address, present_address

CHUNK_BYTES = 2048  # read at a time: no connection holds the loop for long
_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """What a listener grants. Times in seconds, rates per connection with a burst allowance."""

    connections: int = 256
    untrusted: int = 64  # of those that are older than `grace_s`
    per_address: int = 256  # bands behind one NAT or VPN share an address
    grace_s: float = 1.0  # in which a newcomer is pushed out only when the listener is full
    first_frame_s: float = 20.0  # from connecting to the first whole frame
    frame_s: float = 15.0  # from the first byte of a frame to its last
    idle_s: float = 1800.0  # without a whole frame
    bytes_per_s: float = 8192.0
    burst_bytes: float = 65536.0
    untrusted_bytes_per_s: float = 1024.0
    untrusted_burst_bytes: float = 4096.0
    unsent_bytes: int = 16384  # replies a peer does not read


class TcpHandler(Protocol):
    """The driver's side of one connection. What it raises ends the listener, see `TcpListener.watch`."""

    @property
    def is_incomplete(self) -> bool:
        """True in the middle of a frame."""

    def received(self, data: bytes) -> int:
        """Takes bytes; returns how many whole frames they completed. `data` is its own copy."""

    def lost(self, cause: str) -> None:
        """The connection is gone, whoever ended it. Called once, never before `received` returned."""


class TcpConnection(asyncio.BufferedProtocol):
    """One connection, from accept to its end. `peer` is the address it came from."""

    def __init__(self, listener: TcpListener) -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(CHUNK_BYTES)
        self._transport: asyncio.Transport | None = None
        self._handler: TcpHandler | None = None
        self._cause = "closed by the device"
        self._resume: asyncio.TimerHandle | None = None
        self.since_s = self._good_s = self._refilled_s = self._loop.time()
        self._began_s: float | None = None  # when the frame being received began
        self._is_silent = True
        self._allowance = listener.limits.untrusted_burst_bytes
        self.is_trusted = False
        self.peer = ""

    # ---- for the driver

    def send(self, data: bytes) -> None:
        """Replies; a peer that does not read them is closed."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > self._listener.limits.unsent_bytes:
            self._listener.shed["replies not read"] += 1
            self.close("replies not read")

    def trust(self) -> None:
        """A known device speaks here: the connection keeps its slot and gets the full allowance."""
        if not self.is_trusted:
            self.is_trusted = True
            self._allowance = self._listener.limits.burst_bytes
            self._listener.trusted(self)

    def close(self, cause: str) -> None:
        """Ends it at once, unsent bytes included."""
        self._cause = cause
        if self._transport is not None:
            self._transport.abort()

    def finish(self, cause: str) -> None:
        """Ends it after what was sent."""
        self._cause = cause
        if self._transport is not None:
            self._transport.close()

    # ---- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self.peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._listener.entered(self):
            self._transport.abort()
            return
        with self._listener.reporting():
            self._handler = self._listener.make(self)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._handler is None or self._transport is None or self._transport.is_closing():
            return
        with self._listener.reporting():
            frames = self._handler.received(bytes(self._buffer[:nbytes]))
        now_s = self._loop.time()
        if frames:
            self._good_s, self._is_silent = now_s, False
        if not self._handler.is_incomplete:
            self._began_s = None
        elif frames or self._began_s is None:
            self._began_s = now_s
        self._spend(nbytes, now_s)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._transport = None
        if self._resume:
            self._resume.cancel()
        self._listener.left(self)
        if self._handler is not None:
            handler, self._handler = self._handler, None
            with self._listener.reporting():
                handler.lost(self._cause)

    # ---- for the listener

    def overdue(self, now_s: float) -> str:
        """Why its time is over, or nothing."""
        limits = self._listener.limits
        if self._is_silent and now_s - self.since_s >= limits.first_frame_s:
            return "no frame"
        if self._began_s is not None and now_s - self._began_s >= limits.frame_s:
            return "frame too slow"
        if now_s - self._good_s >= limits.idle_s:
            return "silent"
        return ""

    def _spend(self, size: int, now_s: float) -> None:
        limits = self._listener.limits
        rate = limits.bytes_per_s if self.is_trusted else limits.untrusted_bytes_per_s
        burst = limits.burst_bytes if self.is_trusted else limits.untrusted_burst_bytes
        self._allowance = min(burst, self._allowance + (now_s - self._refilled_s) * rate) - size
        self._refilled_s = now_s
        if self._allowance < 0 and self._transport is not None and not self._transport.is_closing():
            self._listener.slowed += 1
            self._transport.pause_reading()
            self._resume = self._loop.call_later(-self._allowance / rate, self._read_on)

    def _read_on(self) -> None:
        self._resume = None
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()


class TcpListener:
    """A running listener, from `listen_for_bands`. `shed` counts ended connections by cause, `slowed` pauses."""

    def __init__(self, make: Callable[[TcpConnection], TcpHandler], limits: TcpLimits) -> None:
        self.make, self.limits = make, limits
        self.port = 0
        self.check_address: Callable[[], None] = lambda: None
        self.shed: Counter[str] = Counter()
        self.slowed = 0
        self._open: dict[TcpConnection, None] = {}  # in the order they came
        self._untrusted: dict[TcpConnection, None] = {}
        self._addresses: Counter[str] = Counter()
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def connections(self) -> int:
        return len(self._open)

    async def watch(self, tick: Callable[[float], None]) -> None:
        """Ends connections whose time is over and calls `tick` with the loop's time, at least once a second.

        Runs until cancelled. Raises what a `TcpHandler` raised, or what `fail` was given: a bug must not stay hidden;
        and `LinkLost` when this machine no longer has the address.
        """
        limits = self.limits
        pause_s = min(1.0, limits.first_frame_s / 4, limits.frame_s / 4, limits.idle_s / 4)
        checked_s = asyncio.get_running_loop().time()
        while True:
            await asyncio.wait([self._failure], timeout=pause_s)
            if self._failure.done():
                self._failure.result()
            now_s = asyncio.get_running_loop().time()
            for connection in list(self._open):
                if cause := connection.overdue(now_s):
                    self._end(connection, cause)
            self._shed_untrusted(now_s, limits.untrusted)
            tick(now_s)
            if now_s - checked_s >= CHECK_S:
                checked_s = now_s
                self.check_address()

    def fail(self, error: BaseException) -> None:
        """Makes `watch` raise `error`."""
        if not self._failure.done():
            self._failure.set_exception(error)

    # ---- for connections

    def entered(self, connection: TcpConnection) -> bool:
        """Finds a slot, at the cost of the oldest untrusted connection where there is none. False: all are trusted."""
        limits, peer = self.limits, connection.peer
        if self._addresses[peer] >= limits.per_address and not self._shed_oldest_untrusted("address full", peer):
            self.shed["refused: address full"] += 1
            return False
        if len(self._open) >= limits.connections and not self._shed_oldest_untrusted("full"):
            self.shed["refused: full"] += 1
            return False
        self._shed_untrusted(connection.since_s, limits.untrusted - 1)
        self._open[connection] = self._untrusted[connection] = None
        self._addresses[peer] += 1
        return True

    def trusted(self, connection: TcpConnection) -> None:
        self._untrusted.pop(connection, None)

    def left(self, connection: TcpConnection) -> None:
        self._untrusted.pop(connection, None)
        if connection in self._open:
            del self._open[connection]
            self._addresses[connection.peer] -= 1
            if self._addresses[connection.peer] <= 0:
                del self._addresses[connection.peer]

    @contextlib.contextmanager
    def reporting(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.fail(error)
            raise

    def end_all(self, cause: str) -> None:
        for connection in list(self._open):
            connection.close(cause)

    def _shed_untrusted(self, now_s: float, most: int) -> None:
        """Ends the oldest untrusted connections beyond `most`, as far as they had their time to send a frame."""
        while len(self._untrusted) > most and now_s - next(iter(self._untrusted)).since_s >= self.limits.grace_s:
            self._shed_oldest_untrusted("too many untrusted")

    def _shed_oldest_untrusted(self, cause: str, peer: str | None = None) -> bool:
        for connection in self._untrusted:
            if peer is None or connection.peer == peer:
                self._end(connection, cause)
                return True
        return False

    def _end(self, connection: TcpConnection, cause: str) -> None:
        self.shed[cause] += 1
        connection.close(cause)
        self.left(connection)  # its slot is free now, not when the loop gets to it


@contextlib.asynccontextmanager
async def listen_for_bands(
    make: Callable[[TcpConnection], TcpHandler], bind: str, port: int, limits: TcpLimits | None = None
) -> AsyncIterator[TcpListener]:
    """Listens on one address while the context lasts; port 0 takes a free one, see `TcpListener.port`.

    `make` is called for each connection that found a slot. Await `TcpListener.watch` inside the context. Raises
    `LinkLost` when the address is taken or not of this machine.
    """
    listener = TcpListener(make, limits or TcpLimits())
    loop = asyncio.get_running_loop()
    bound = present_address(bind)
    try:
        server = await loop.create_server(
            lambda: TcpConnection(listener), bound, port, backlog=_BACKLOG, family=socket.AF_UNSPEC
        )
    except OSError as error:
        raise LinkLost(f"{bind}:{port}", error.strerror or str(error)) from error
    listener.port = server.sockets[0].getsockname()[1]
    listener.check_address = lambda: check_address(bind, bound)
    try:
        yield listener
    finally:
        server.close()
        listener.end_all("the box stops listening")
        await server.wait_closed()
        if listener.connections:
            await asyncio.sleep(0)  # connection_lost of the aborted ones is on its way
