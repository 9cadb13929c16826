"""An SMTP session that takes alarm mails and nothing else: no relay, little memory, few connections.

The server's own DATA command throws a whole mail away when it is too large. Cameras put the text first and megabytes
of pictures after it, so here the beginning is kept, the rest is read and forgotten, and the trigger survives.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
from asyncio import StreamReaderProtocol
from collections import Counter
from collections.abc import Callable
from typing import AnyStr, Protocol, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from anju_drivers.errors import LinkLost
from anju_drivers.links.address import fails_or_moves, present_address
from anju_drivers.links.slots import ConnectionSlots
from anju_drivers.mail_in.frames import MAX_MAIL_BYTES

MAX_SENT_BYTES = 32 * 1024 * 1024  # of one mail; beyond it the connection is closed
SESSION_S = 60.0
GOODBYE_S = 2.0  # for answers that somebody does not read
MAX_CONNECTIONS, MAX_SETTLED, MAX_PER_PEER = 512, 32, 8

_PROMPTS = {  # what is asked for, in base64
    "LOGIN": ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"),
    "PLAIN": ("",),
}

logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would log recipients, which are secrets here


class MailTaker(Protocol):
    """Decides who may send, and takes what they send."""

    def knows(self, recipient: str, peer: str) -> bool: ...

    async def take(self, recipients: list[str], content: bytes) -> None: ...


def _is_lan(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local


class MailHandler:
    """The hooks of the SMTP server: a recipient must be known, a mail goes to its taker."""

    def __init__(self, taker: MailTaker) -> None:
        self._taker = taker
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._taking: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Ends what is still being read."""
        for task in self._taking:
            task.cancel()
        if self._taking:
            await asyncio.wait(self._taking)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offers the login in the older spelling too, as large providers do for old mailers."""
        session.host_name = hostname
        old = [one.replace("AUTH ", "AUTH=", 1) for one in responses if one.startswith("250-AUTH ")]
        return [*responses[:-1], *old, responses[-1]]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if not self._taker.knows(address, peer_of(session)):
            return "550 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        taking = asyncio.create_task(self._taker.take(list(envelope.rcpt_tos), content), name="mail")
        self._taking.add(taking)
        taking.add_done_callback(self._taken)
        await asyncio.shield(taking)  # a camera that hangs up now has sent its alarm all the same
        return "250 taken"

    def _taken(self, task: asyncio.Task[None]) -> None:
        self._taking.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self.failure.done():
            self.failure.set_exception(error)

    async def handle_exception(self, error: Exception) -> str:
        """A bug must not stay between server and camera: it ends the driver. A broken connection is none."""
        if not isinstance(error, OSError | asyncio.IncompleteReadError) and not self.failure.done():
            self.failure.set_exception(error)
        return "451 try later"


def peer_of(session: Session) -> str:
    """The address of the other side, empty when it is unknown."""
    return str(session.peer[0]) if isinstance(session.peer, tuple) else ""


class AlarmMailSession(SMTP):
    """One connection."""

    def __init__(
        self,
        handler: MailHandler,
        slots: ConnectionSlots[AlarmMailSession],
        loop: asyncio.AbstractEventLoop,
        hung_up: Counter[str],
    ) -> None:
        super().__init__(
            handler,
            data_size_limit=MAX_SENT_BYTES,
            hostname="gateway",
            ident="ESMTP ready",  # without the first word some say HELO and miss that a login is offered
            timeout=SESSION_S,
            auth_require_tls=False,  # else a login is neither offered nor taken
            command_call_limit=200,
            loop=loop,
        )
        self._slots, self._hung_up = slots, hung_up
        self.is_busy = False  # a mail is on its way
        self.has_spoken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not _is_lan(peer) or not self._slots.enter(self, peer, self.loop.time()):
            self.hang_up()

    def connection_lost(self, error: Exception | None) -> None:
        self._slots.leave(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The other side has said all: what it sent is still taken (`_end`), while the library would forget it."""
        return StreamReaderProtocol.eof_received(self)

    def hang_up(self) -> None:
        """Ends the connection at once."""
        if self.transport is not None:
            self._hung_up["connections"] += 1
            cast("asyncio.WriteTransport", self.transport).abort()  # uvloop's is one by its methods, not by its type

    async def push(self, status: AnyStr) -> None:
        """Sends an answer. The library calls it with None where the connection ended while it handled an error."""
        if status is not None:
            await super().push(status)

    async def handle_exception(self, error: Exception) -> str:
        """Ends a connection that has nothing more to say; any other error is the handler's."""
        if isinstance(error, asyncio.IncompleteReadError):
            await self._end()
        return str(await super().handle_exception(error))

    async def _end(self) -> None:
        """Sends the answers that are under way. The end of the connection cancels this."""
        self._writer.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self.loop.create_future()
        self.hang_up()
        await self.loop.create_future()

    async def smtp_AUTH(self, arg: str | None) -> None:
        """Takes any login, also after HELO and a second time: many cameras cannot leave it out and hang up if refused.

        The recipient is the secret; user and password are neither compared nor kept. RFC 4954, section 4; AUTH LOGIN
        (an Internet draft that every mailer follows) asks for the user and then for the password.
        """
        if await self.check_helo_needed("HELO"):
            return
        mechanism, _, first = (arg or "").strip().partition(" ")
        prompts = _PROMPTS.get(mechanism.upper(), ())
        if not prompts:
            await self.push("504 use AUTH LOGIN or PLAIN")
            return
        for prompt in prompts[1:] if first else prompts:
            await self.push(f"334 {prompt}")
            if (await self._answer_line()).strip() == b"*":
                await self.push("501 login given up")
                return
        await self.push("235 any login will do")

    async def _answer_line(self) -> bytes:
        """One line of any length; what is beyond the reader's limit is forgotten."""
        kept = b""
        while True:
            try:
                return kept + await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as overrun:
                kept = await self._reader.read(max(1, overrun.consumed))

    async def smtp_DATA(self, arg: str) -> None:
        """RFC 5321, section 4.1.1.4, keeping the first MiB of the mail."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self.is_busy = True
        try:
            self.envelope.content = await self._read_mail()
        finally:
            self.is_busy = False
        status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self.envelope = Envelope()
        await self.push(status)

    async def _read_mail(self) -> bytes:
        kept = bytearray()
        size, at_start = 0, True
        while True:
            try:
                piece = await self._reader.readuntil(b"\r\n")
                ends = True
            except asyncio.LimitOverrunError as overrun:  # a line of any length is taken in pieces
                piece, ends = await self._reader.read(max(1, overrun.consumed)), False
            if at_start and piece == b".\r\n":
                return bytes(kept)
            size += len(piece)
            if size > MAX_SENT_BYTES:
                self.hang_up()
                await asyncio.get_running_loop().create_future()  # the end of the connection cancels this
            if len(kept) < MAX_MAIL_BYTES:
                kept += piece[1:] if at_start and piece.startswith(b".") else piece
                del kept[MAX_MAIL_BYTES:]
            at_start = ends


async def serve(bind: str, port: int, taker: MailTaker, opened: Callable[[int], None], hung_up: Counter[str]) -> None:
    """Serves until cancelled; the port is free when this ends. `opened` is told the port; `hung_up` counts.

    Raises `LinkLost` when it cannot listen, and what `taker` raised.
    """
    handler = MailHandler(taker)
    slots: ConnectionSlots[AlarmMailSession] = ConnectionSlots(MAX_CONNECTIONS, MAX_SETTLED, MAX_PER_PEER)
    loop = asyncio.get_running_loop()

    def accept() -> AlarmMailSession:
        return AlarmMailSession(handler, slots, loop, hung_up)

    try:  # the library's UnthreadedController cannot begin in a loop that runs already; it does this one call
        bound = present_address(bind)
        server = await loop.create_server(accept, bound, port, backlog=32)
    except OSError as error:
        raise LinkLost(f"{bind}:{port}", error.strerror or str(error)) from error
    opened(server.sockets[0].getsockname()[1])
    try:
        await fails_or_moves(handler.failure, bind, bound)
    finally:
        server.close()
        slots.hang_up()
        await handler.close()
        await server.wait_closed()
