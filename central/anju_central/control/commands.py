"""Commands to boxes: sent on the box's control stream, answered on the same one, or not known what became of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import grpc

from anju_protos.v1.control_pb2 import Command, CommandAnswer, ControlDown

MOST_AT_ONCE: Final = 8  # of one box
ANSWER_S: Final = 12.0  # a page asks every two seconds, and the box waits five for it
Send = Callable[[ControlDown], Awaitable[None]]


class BoxAway(Exception):
    """The box is not connected: nothing was sent."""


class NoAnswer(Exception):
    """The command was sent and nobody knows what became of it."""


class TooManyCommands(Exception):
    """As many commands as are sent to a box at a time wait for their answer."""


class BoxCommands:
    """The control streams of boxes, as far as commands go. `answer_s`: how long an answer is awaited."""

    def __init__(self, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        self._lines: dict[str, Send] = {}
        self._waiting: dict[tuple[str, bytes], asyncio.Future[CommandAnswer]] = {}

    def begin(self, box: str, send: Send) -> None:
        """A box's stream; the newest counts."""
        self._lines[box] = send

    def end(self, box: str, send: Send) -> None:
        """That stream is over."""
        if self._lines.get(box) is send:
            del self._lines[box]

    @contextmanager
    def line(self, box: str, send: Send) -> Iterator[None]:
        """A box's stream while the block runs."""
        self.begin(box, send)
        try:
            yield
        finally:
            self.end(box, send)

    def answered(self, box: str, answer: CommandAnswer) -> None:
        """A box said what became of a command; one that nobody waits for any more is passed over."""
        waiting = self._waiting.get((box, answer.command))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def ask(self, box: str, kind: str, arguments: Mapping[str, str]) -> CommandAnswer:
        """Sends a command and returns its answer. Raises BoxAway, NoAnswer, TooManyCommands."""
        send = self._lines.get(box)
        if send is None:
            raise BoxAway
        if sum(1 for of, _ in self._waiting if of == box) >= MOST_AT_ONCE:
            raise TooManyCommands
        command = Command(id=secrets.token_bytes(16), kind=kind, arguments=arguments, ttl_s=int(self._answer_s))
        answer: asyncio.Future[CommandAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[box, command.id] = answer
        try:
            async with asyncio.timeout(self._answer_s):
                await send(ControlDown(command=command))
                return await answer
        except (TimeoutError, grpc.aio.AioRpcError, asyncio.InvalidStateError) as error:
            raise NoAnswer from error
        finally:
            del self._waiting[box, command.id]
