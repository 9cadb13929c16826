"""Commands to boxes: one answer, of the box that was asked; and who may say what of pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from anju_central.access.caller import HUB, Role
from anju_central.control.commands import MOST_AT_ONCE, BoxAway, BoxCommands, NoAnswer, TooManyCommands
from anju_central.registry.queries.audit_trail import read_audit
from anju_protos.v1.control_pb2 import BoxStatus, Command, CommandAnswer, ControlDown, PageLine
from support.hubs import running


class Line:
    """A box's control stream: what was sent on it."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[Command] = asyncio.Queue()

    async def send(self, frame: ControlDown) -> None:
        self.sent.put_nowait(frame.command)


async def test_an_answer_is_of_the_box_that_was_asked(tmp_path: Path) -> None:
    commands, line = BoxCommands(answer_s=5), Line()
    with pytest.raises(BoxAway):
        await commands.ask("box-1", "page.approve", {})
    with commands.line("box-1", line.send):
        asking = asyncio.create_task(commands.ask("box-1", "page.approve", {"code": "12345678"}))
        command = await line.sent.get()
        assert (command.kind, dict(command.arguments), len(command.id)) == ("page.approve", {"code": "12345678"}, 16)
        assert 0 < command.ttl_s <= 5
        answer = CommandAnswer(command=command.id, done=True)
        commands.answered("box-2", answer)
        commands.answered("box-1", CommandAnswer(command=b"another"))
        assert not asking.done()
        commands.answered("box-1", answer)
        assert (await asking).done
        commands.answered("box-1", answer)  # late and twice: nobody waits


async def test_no_answer_and_too_many_are_said() -> None:
    commands, line = BoxCommands(answer_s=0.01), Line()
    with commands.line("box-1", line.send), pytest.raises(NoAnswer):
        await commands.ask("box-1", "page.revoke", {})
    patient = BoxCommands(answer_s=30)
    with patient.line("box-1", line.send), patient.line("box-2", line.send):
        asking = [asyncio.create_task(patient.ask("box-1", "page.revoke", {})) for _ in range(MOST_AT_ONCE)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyCommands):
            await patient.ask("box-1", "page.revoke", {})
        other = asyncio.create_task(patient.ask("box-2", "page.revoke", {}))
        await asyncio.sleep(0)
        assert not other.done(), "another box is not held up"
        for task in (*asking, other):
            task.cancel()
        await asyncio.gather(*asking, other, return_exceptions=True)
    assert not patient._waiting


async def test_the_newest_stream_of_a_box_counts() -> None:
    commands, old, new = BoxCommands(answer_s=5), Line(), Line()
    with commands.line("box-1", old.send):
        with commands.line("box-1", new.send):
            asking = asyncio.create_task(commands.ask("box-1", "page.revoke", {}))
            command = await new.sent.get()
            commands.answered("box-1", CommandAnswer(command=command.id))
            await asking
        with pytest.raises(BoxAway):
            await commands.ask("box-1", "page.revoke", {})


PEOPLE = [role for role in Role if role is not Role.HUB]


async def test_who_may_see_and_who_may_approve(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.contacts.connected("box-1", "ningdu", "control")
        lines = [
            PageLine(page="duty-1", kind="neighbour", address="192.168.1.31", left_s=500, why="moved", label="大厅"),
            PageLine(id="ab12", page="hall", kind="kiosk", address="loopback", since_ms=1_764_000_000_000),
        ]
        hub.contacts.status("box-1", BoxStatus(pages=lines))
        line, wanted = Line(), {"code": "12345678", "kind": "neighbour"}
        with hub.parts.desk.pages.commands.line("box-1", line.send):
            for role in PEOPLE:
                async with hub.person(f"one-{role}", role, frozenset({"ningdu"})) as somebody:
                    seen = await somebody.get("/api/boxes/box-1/pages")
                    manages = role in (Role.TECHNICIAN, Role.SUPERVISOR)
                    if role in (Role.PROGRAMME_OFFICER, Role.PRIVACY_OFFICER):
                        assert seen.status_code == 403
                    else:
                        assert seen.status_code == 200
                        body = seen.json()
                        assert body["may_manage"] is manages
                        assert (body["waiting"][0]["why"], body["paired"][0]["own_screen"]) == ("moved", True)
                    asking = asyncio.create_task(somebody.post("/api/boxes/box-1/pages", json=wanted))
                    if manages:
                        command = await line.sent.get()
                        told = {"id": "cd34", "page": "duty-1", "kind": "neighbour", "kept": "yes", "fetched": ""}
                        answer = CommandAnswer(command=command.id, done=True, details=told)
                        hub.parts.desk.pages.commands.answered("box-1", answer)
                        done = (await asking).json()
                        assert (done["kept"], done["fetched"]) == (True, False)
                    else:
                        assert (await asking).status_code == 403
            assert line.sent.empty()
            async with hub.person("another", Role.TECHNICIAN, frozenset({"other"})) as other:
                assert (await other.get("/api/boxes/box-1/pages")).status_code == 404, "as if there were none"
                assert (await other.post("/api/boxes/box-1/pages", json=wanted)).status_code == 404
        entries = [one for one in await read_audit(HUB, hub.parts.registry.registry) if one.action == "page.approve"]
        assert [one.detail for one in entries] == ["duty-1 neighbour cd34"] * 2
        assert "12345678" not in str(entries)


async def test_an_answer_that_never_came_stands_in_the_audit(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.parts.desk.pages.commands._answer_s = 0.01
        with hub.parts.desk.pages.commands.line("box-1", Line().send):
            answer = await hub.http.post("/api/boxes/box-1/pages", json={"code": "12345678", "kind": "kiosk"})
        assert (answer.status_code, answer.json()["error"]) == (503, "no-answer")
        entries = await read_audit(HUB, hub.parts.registry.registry)
        assert "nobody knows" in next(one for one in entries if one.action == "page.approve").detail
