"""The live stream as people get it: their communities and rights alone, as long as their session, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from anju_central.access.caller import COMMAND_LINE, Role
from anju_central.access.sessions import IDLE_MS
from anju_central.api import watch_routes
from anju_central.registry.account_rows import NewLink
from anju_central.registry.queries.accounts import change_role, disable_account, end_sessions, make_link
from support.events import ACTIVITY, ALARM, Box, alarm, check_in
from support.hubs import Hub, running
from support.people import add_person, cookie
from support.served import served

NINGDU = frozenset({"ningdu"})
OTHER = frozenset({"other"})


class Stream:
    """What a page is told: (event, data) one after another."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, str]:
        name = data = ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data = line.removeprefix("data: ")
            elif not line and name:
                return name, data
        raise EOFError

    async def until(self, wanted: str) -> list[tuple[str, str]]:
        """Everything up to the first event of a name."""
        told = [await self.next()]
        while told[-1][0] != wanted:
            told.append(await self.next())
        return told


@asynccontextmanager
async def following(base: str, token: str) -> AsyncIterator[Stream]:
    async with (
        httpx.AsyncClient(timeout=30, cookies=cookie(token)) as http,
        http.stream("GET", f"{base}/api/stream") as got,
    ):
        assert got.status_code == 200
        stream = Stream(got.aiter_lines())
        assert (await stream.next())[0] == "hello"
        yield stream


async def publish_all(hub: Hub) -> None:
    """News of both communities, of every kind; ningdu's come first."""
    await hub.take(Box("alarm", ALARM), alarm())
    await hub.take(Box("activity", ACTIVITY), check_in())
    for box, community in (("box-1", "ningdu"), ("box-2", "other")):
        hub.contacts.connected(box, community, "control")
    changes = hub.parts.console.changes
    before = changes.last
    sending = asyncio.create_task(hub.parts.console.run())
    async with asyncio.timeout(30):
        while changes.last < before + 2:
            await changes.wait(changes.last)
    sending.cancel()
    hub.parts.console.reload()


@pytest.mark.parametrize(
    ("role", "communities", "kinds"),
    [
        (Role.OPERATOR, "every", {"incident", "check_in", "box"}),
        (Role.OPERATOR, NINGDU, {"incident", "check_in", "box"}),
        (Role.OPERATOR, OTHER, {"box"}),
        (Role.PROGRAMME_OFFICER, NINGDU, {"check_in"}),
        (Role.TECHNICIAN, NINGDU, {"box"}),
        (Role.PROGRAMME_OFFICER, OTHER, set()),
    ],
)
async def test_a_page_is_told_what_its_person_may_see(
    tmp_path: Path, role: Role, communities: Any, kinds: set[str]
) -> None:
    async with running(tmp_path) as hub, served(hub) as base:
        token, _ = await add_person(hub.parts, "op-7", role, communities)
        async with following(base, token) as stream, asyncio.timeout(60):
            await publish_all(hub)
            told = await stream.until("reload")
            assert {name for name, _ in told} - {"beat", "reload"} == kinds
            if communities == OTHER:
                assert not [data for _, data in told if "ningdu" in data or "柠都" in data]


async def test_news_of_others_hold_no_beat_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_routes, "HEARTBEAT_S", 0.3)
    async with running(tmp_path) as hub, served(hub) as base:
        token, _ = await add_person(hub.parts, "op-7", Role.OPERATOR, OTHER)

        async def chatter() -> None:
            while True:
                hub.parts.console.changes.publish("incident", "{}", community="ningdu")
                await asyncio.sleep(0.02)

        talking = asyncio.create_task(chatter())
        async with following(base, token) as stream, asyncio.timeout(30):
            assert [await stream.next() for _ in range(3)]
        talking.cancel()


@pytest.mark.parametrize("how", ["disabled", "reset", "ended", "role", "logged out"])
async def test_a_session_that_ends_takes_its_stream_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(watch_routes, "HEARTBEAT_S", 0.3)
    async with running(tmp_path) as hub, served(hub) as base:
        token, session = await add_person(hub.parts, "op-7", Role.OPERATOR, NINGDU)
        registry, now_ms = hub.parts.registry.registry, hub.clock.ms
        async with following(base, token) as stream, asyncio.timeout(60):
            assert (await stream.next())[0] == "beat"
            if how == "disabled":  # by the command line, beside the hub
                await disable_account(COMMAND_LINE, registry, "op-7", now_ms)
            elif how == "reset":
                await make_link(COMMAND_LINE, registry, "op-7", NewLink(b"l" * 32, now_ms + 1), now_ms)
            elif how == "ended":
                await end_sessions(COMMAND_LINE, registry, "op-7", now_ms)
            elif how == "role":
                await change_role(COMMAND_LINE, registry, "op-7", Role.OPERATOR, OTHER, now_ms)
            else:
                await hub.parts.accounts.sessions.end(session)
            await hub.parts.registry.poll()
            with pytest.raises(EOFError):
                await stream.until("never")


async def test_an_open_stream_is_use_until_the_shift_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_routes, "HEARTBEAT_S", 0.1)
    async with running(tmp_path) as hub, served(hub) as base:
        token, session = await add_person(hub.parts, "op-7", Role.OPERATOR, NINGDU)
        async with following(base, token) as stream, asyncio.timeout(100):
            for _ in range(20):
                hub.clock.advance(IDLE_MS / 1000 * 0.9)
                await stream.next()
                assert (await stream.next())[0] == "beat"
            hub.clock.advance((session.ends_ms - hub.clock.ms) / 1000)
            with pytest.raises(EOFError):
                await stream.until("never")
        assert hub.parts.accounts.sessions.find(token) is None


async def test_of_a_community_alone_the_newest_are_listed_however_many_others_there_are(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), *(alarm(f"ble:{number}", at_ms=number) for number in range(30)))
        async with hub.person("op-7", Role.OPERATOR, OTHER) as http:
            assert (await http.get("/api/incidents?state=all&limit=5")).json() == []
        async with hub.person("op-8", Role.OPERATOR, NINGDU) as http:
            assert len((await http.get("/api/incidents?state=all&limit=5")).json()) == 5
