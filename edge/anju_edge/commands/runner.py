"""Runs the hub's commands: each once, within its time to live, with one result that is answered and recorded.

The same id gets the same answer again while the box runs. What runs here must be safe to be told twice over a restart:
there is no journal of intents yet, so after a crash in between the hub gets no answer and says that it does not know.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from anju_edge.journal.recorder import Recorder
from anju_protos.v1.control_pb2 import Command, CommandAnswer
from anju_protos.v1.event_pb2 import COMMAND_RESULT, CommandResult

_log = logging.getLogger(__name__)

ID_BYTES: Final = 16
MOST_ANSWERS: Final = 256
LIVES_AT_MOST_S: Final = 60


class CommandRefused(Exception):
    """A command was not carried out: `reason` is a stable code, `details` what belongs to it."""

    def __init__(self, reason: str, **details: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


@dataclass(frozen=True, slots=True)
class Done:
    """A command was carried out."""

    details: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Mapping[str, str]], Awaitable[Done]]


class TaskMaker(Protocol):
    """Whoever owns the tasks in which commands run, and waits for them."""

    def create_task(self, work: Coroutine[object, object, CommandAnswer], *, name: str) -> asyncio.Task[CommandAnswer]:
        """Starts one."""


class CommandRunner:
    """`handlers` by kind. They raise CommandRefused."""

    def __init__(self, recorder: Recorder, tasks: TaskMaker, handlers: Mapping[str, Handler]) -> None:
        self._recorder = recorder
        self._tasks = tasks
        self._handlers = handlers
        self._answers: OrderedDict[bytes, asyncio.Task[CommandAnswer]] = OrderedDict()

    async def take(self, command: Command) -> CommandAnswer:
        """Carries a command out and returns its answer. It goes on when whoever waits for it is gone."""
        running = self._answers.get(command.id)
        if running is None:
            if len(command.id) != ID_BYTES:
                return CommandAnswer(command=command.id, refused="malformed")
            running = self._tasks.create_task(self._run(command), name=f"command {command.kind[:40]}")
            self._answers[command.id] = running
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
        return await asyncio.shield(running)

    async def _run(self, command: Command) -> CommandAnswer:
        answer = await self._answer(command)
        outcome = CommandResult.DONE if answer.done else CommandResult.FAILED
        if answer.refused == "expired":
            outcome = CommandResult.EXPIRED
        result = CommandResult(command=command.id, outcome=outcome, detail=answer.refused)
        self._recorder.record(COMMAND_RESULT, result.SerializeToString())
        _log.info("command %s of the hub: %s", command.kind[:40], answer.refused or "done")
        return answer

    async def _answer(self, command: Command) -> CommandAnswer:
        handler = self._handlers.get(command.kind)
        if handler is None:
            return CommandAnswer(command=command.id, refused="unknown_kind")
        if not command.ttl_s:
            return CommandAnswer(command=command.id, refused="expired")
        try:
            async with asyncio.timeout(min(command.ttl_s, LIVES_AT_MOST_S)):
                done = await handler(dict(command.arguments))
        except CommandRefused as refused:
            return CommandAnswer(command=command.id, refused=refused.reason, details=refused.details)
        except TimeoutError:
            return CommandAnswer(command=command.id, refused="expired")
        return CommandAnswer(command=command.id, done=True, details=dict(done.details))
