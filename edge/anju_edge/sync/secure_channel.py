"""The box's lines to its hub: with its certificate where it has one, plain on loopback where it has none.

gRPC cannot give a channel another certificate. So a new one, or new roots, make a new line: it is connected beside the
old one, whoever streams moves over, and the old one is closed. Files are looked at in the background; nothing that an
alarm waits for touches the disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import grpc

from anju_base.address import parse_address
from anju_edge.identity.files import FOLDER, has_identity, hub_address, print_of
from anju_edge.sync.identity_fault import Fault, IdentityUnusable, in_words

if TYPE_CHECKING:
    from anju_edge.identity.key import Identity

log = logging.getLogger(__name__)

POLL_S: Final = 2.0
# gRPC's limit for one attempt to connect (it goes by another name there). A handshake is three round trips and 6 kB up
# and down: 2 s, enough for a plain line, ended it again and again on slow lines and before a hub that all return to.
HANDSHAKE_MS: Final = 12_000
CONNECT_S: Final = 15.0  # for a new line beside the old one, before it is tried anew
Options = Sequence[tuple[str, int]]


class NoLine(Exception):
    """There is nothing to connect with; says why, `CODE: words`."""


@dataclass(eq=False, slots=True)
class Line:
    """A connection to the hub that one or two channels use. `version` is that of the identity it was made with."""

    name: str
    channel: grpc.aio.Channel
    version: int
    users: int = 0


class HubLines:
    """Makes lines and knows when they are out of date. `address` is "host:port", "" = the one of the claim.

    `box`, `community`: as configured. `true_ms` is the corrected time, None while nobody knows the date.
    """

    def __init__(
        self,
        address: str,
        data: Path | None = None,
        box: str = "",
        community: str = "",
        true_ms: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._configured = address
        self._data = data
        self._box = box
        self._community = community
        self._true_ms = true_ms
        self.options: Options = ()
        self.address = address
        self.version = 0
        self.trouble = ""  # why the files on disk are not in use, or no new line could be made with them
        self._identity: Identity | None = None
        self._shown: tuple[bytes, bytes, bytes] | None = None  # of it: roots, key and certificate
        self._fault = Fault.MISSING
        self._credentials: grpc.ChannelCredentials | None = None
        self._print: object = None
        self._changed = asyncio.Event()
        self._addressed = asyncio.Event()
        self._lines: dict[str, Line] = {}
        self._prepared: dict[str, Line] = {}
        if data is not None:
            self._print = print_of(data / FOLDER)
            self._take_over(*_read(data))

    # ---- what there is to show

    def _take_over(self, identity: Identity | IdentityUnusable, address: str) -> None:
        """Takes what was read into use; damaged files leave the last good."""
        self.address = self._configured or address
        if self.address:
            self._addressed.set()
        if isinstance(identity, IdentityUnusable):
            unusable = identity
            self._fault = unusable.fault
            is_new = unusable.fault == Fault.MISSING and self._identity is None  # never claimed: nothing is wrong
            self.trouble = "" if is_new else str(unusable)
            if unusable.fault != Fault.MISSING:
                words = "what was read before stays in use" if self._identity else "the hub cannot be reached"
                log.error("%s; %s", unusable, words)
            return
        self.trouble = in_words(Fault.DAMAGED, identity.damage) if identity.damage else ""
        shown = (identity.roots_pem, identity.key_pem, identity.leaf_pem)
        if shown == self._shown:
            return
        self._identity = identity
        self._shown = shown
        self._credentials = grpc.ssl_channel_credentials(*shown)
        self.version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def run(self) -> None:
        """Looks for new files, for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.poll()

    async def poll(self) -> None:
        """Takes over what changed since the last look."""
        if self._data is None:
            return
        now = await asyncio.to_thread(print_of, self._data / FOLDER)
        if now != self._print:
            self._print = now
            self._take_over(*await asyncio.to_thread(_read, self._data))

    async def addressed(self) -> None:
        """Returns when it is known where the hub is: at once, or with the first claim."""
        if not self.address:
            await self._addressed.wait()

    def fault(self) -> str:
        """Returns why the hub will not take what this box has to show, `CODE: words`; "" where nothing is wrong.

        A certificate that has ended by the corrected time is shown all the same: the time may be wrong.
        """
        identity = self._identity
        if identity is None:
            without_hub = not self.address and self._fault == Fault.MISSING
            return "" if without_hub or self._is_plain() else self.trouble or in_words(self._fault)
        if (identity.box, identity.community) != (self._box, self._community):
            return in_words(Fault.OTHER_BOX, f"{identity.box} of {identity.community}")
        true_ms = self._true_ms()
        if true_ms is not None and identity.ends_ms <= true_ms:
            return in_words(Fault.EXPIRED)
        return ""

    def _is_plain(self) -> bool:
        """Only to this machine, and only where there never was an identity."""
        if self._identity is not None or not self.address:
            return False
        nothing = self._data is None or self._fault == Fault.MISSING
        return nothing and parse_address(self.address).is_loopback

    # ---- lines

    @asynccontextmanager
    async def line(self, name: str, *, own_connection: bool) -> AsyncIterator[Line]:
        """Gives a line for as long as the block runs: `own_connection`, or one that others use too. Raises NoLine."""
        line = self._prepared.pop(name, None)
        if line is not None and line.version != self.version:
            await self._release(line)
            line = None
        if line is None:
            line = self._take(name, own_connection=own_connection)
        try:
            yield line
        finally:
            await self._release(line)

    async def prepare(self, line: Line, name: str, *, own_connection: bool) -> None:
        """Returns when `line` is out of date and another one stands connected for the next `line(name)`."""
        while True:
            while line.version == self.version:
                await self._changed.wait()
            fresh = self._take(name, own_connection=own_connection)
            try:
                async with asyncio.timeout(CONNECT_S):
                    await fresh.channel.channel_ready()
            except TimeoutError:
                await self._release(fresh)
                self.trouble = "the hub does not answer to the new certificate; the connection with the old one goes on"
                log.warning("%s", self.trouble)
                continue
            except BaseException:
                await self._release(fresh)
                raise
            self._prepared[name] = fresh
            return

    def own_channel(self) -> grpc.aio.Channel:
        """Returns a channel on a connection of its own, which the caller closes. Raises NoLine."""
        return self._channel(own_connection=True)

    async def close(self) -> None:
        """Closes what was prepared and nobody took."""
        while self._prepared:
            await self._release(self._prepared.popitem()[1])

    def _take(self, name: str, *, own_connection: bool) -> Line:
        key = name if own_connection else "shared"
        line = self._lines.get(key)
        if own_connection or line is None or line.version != self.version or self._credentials is None:
            line = Line(key, self._channel(own_connection=own_connection), self.version)
            self._lines[key] = line
        line.users += 1
        return line

    async def _release(self, line: Line) -> None:
        line.users -= 1
        if line.users == 0:
            if self._lines.get(line.name) is line:
                del self._lines[line.name]
            await line.channel.close(None)

    def _channel(self, *, own_connection: bool) -> grpc.aio.Channel:
        # Plain channels share connections by themselves; ones with credentials do when they are one channel.
        options = dict(self.options) | {"grpc.use_local_subchannel_pool": int(own_connection)}
        if self._credentials is not None and self.address:
            options["grpc.min_reconnect_backoff_ms"] = HANDSHAKE_MS
            return grpc.aio.secure_channel(self.address, self._credentials, options=[*options.items()])
        if self._is_plain():
            return grpc.aio.insecure_channel(self.address, options=[*options.items()])
        raise NoLine(self.fault() or "HUB_ADDRESS_MISSING: 不知道中心地址 · the hub's address is not known")


def _read(data: Path) -> tuple[Identity | IdentityUnusable, str]:
    """What is in the files, or their last good copy, or why that is unusable; and the claim's address of the hub."""
    folder = data / FOLDER
    address = hub_address(folder)
    if not has_identity(folder):
        return IdentityUnusable(Fault.MISSING), address
    # here, since boxes without an identity go without the memory for it
    from anju_edge.identity.key import IdentityDamaged, IdentityMissing, read_identity

    try:
        identity = read_identity(data, keep=False)
    except IdentityMissing:
        return IdentityUnusable(Fault.MISSING), address
    except IdentityDamaged as damaged:
        return IdentityUnusable(Fault.DAMAGED, damaged.reason), address
    return identity, str(identity.grpc)
