"""The hub's commands at the box: each once, within its time to live, with one result."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from anju_edge.commands.runner import CommandRefused, CommandRunner, Done
from anju_protos.v1.control_pb2 import Command
from anju_protos.v1.event_pb2 import COMMAND_RESULT, CommandResult
from support.box_parts import Parts, box_parts

ID = bytes(range(16))


class Lamp:
    """Something that a command does, and how often it did."""

    def __init__(self) -> None:
        self.done = 0
        self.held = asyncio.Event()

    async def switch(self, arguments: Mapping[str, str]) -> Done:
        self.done += 1
        if arguments.get("wait"):
            await self.held.wait()
        if arguments.get("refuse"):
            raise CommandRefused("dark", kind="lamp")
        return Done({"now": "on"})


def runner(parts: Parts, tasks: asyncio.TaskGroup, lamp: Lamp) -> CommandRunner:
    return CommandRunner(parts.recorder, tasks, {"lamp": lamp.switch})


async def outcomes(parts: Parts) -> list[tuple[int, str]]:
    results = [CommandResult.FromString(event.payload) for event in await parts.of_kind(COMMAND_RESULT)]
    return [(one.outcome, one.detail) for one in results]


async def test_a_command_told_again_is_answered_again_and_done_once(tmp_path: Path) -> None:
    lamp = Lamp()
    async with box_parts(tmp_path) as parts, asyncio.TaskGroup() as tasks:
        commands = runner(parts, tasks, lamp)
        told = Command(id=ID, kind="lamp", ttl_s=10)
        first, second = await asyncio.gather(commands.take(told), commands.take(told))
        assert first == second == await commands.take(told)
        assert (first.done, dict(first.details), first.command) == (True, {"now": "on"}, ID)
        assert lamp.done == 1
        assert await outcomes(parts) == [(CommandResult.DONE, "")]


async def test_a_command_goes_on_when_its_stream_is_gone(tmp_path: Path) -> None:
    lamp = Lamp()
    async with box_parts(tmp_path) as parts, asyncio.TaskGroup() as tasks:
        commands = runner(parts, tasks, lamp)
        told = Command(id=ID, kind="lamp", arguments={"wait": "yes"}, ttl_s=10)
        asking = asyncio.create_task(commands.take(told))
        await asyncio.sleep(0)
        asking.cancel()
        lamp.held.set()
        assert (await commands.take(told)).done, "the hub that comes back gets the one answer"
        assert lamp.done == 1


@pytest.mark.parametrize(
    ("told", "refused", "outcome"),
    [
        (Command(id=ID, kind="lamp"), "expired", CommandResult.EXPIRED),
        (Command(id=ID, kind="lamp", arguments={"refuse": "yes"}, ttl_s=9), "dark", CommandResult.FAILED),
        (Command(id=ID, kind="siren", ttl_s=9), "unknown_kind", CommandResult.FAILED),
        (Command(id=b"short", kind="lamp", ttl_s=9), "malformed", None),
    ],
)
async def test_what_is_not_done_says_why(
    tmp_path: Path, told: Command, refused: str, outcome: CommandResult.Outcome.ValueType | None
) -> None:
    async with box_parts(tmp_path) as parts, asyncio.TaskGroup() as tasks:
        answer = await runner(parts, tasks, Lamp()).take(told)
        assert (answer.done, answer.refused) == (False, refused)
        assert [one for one, _ in await outcomes(parts)] == ([] if outcome is None else [outcome])


async def test_a_command_ends_with_its_time_to_live(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as parts, asyncio.TaskGroup() as tasks:
        told = Command(id=ID, kind="lamp", arguments={"wait": "yes"}, ttl_s=1)
        assert (await runner(parts, tasks, Lamp()).take(told)).refused == "expired"
