"""Screens approved at the console: a real box and a real hub, the box's pages in its LAN, an operator's requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from anju_central.access.caller import Role
from anju_edge.gateway import Running
from anju_edge.kiosk.pairing.desk import Key, Waits
from anju_edge.kiosk.pairing.paired_page import PageKind, PairedPage, Unknown
from anju_protos.v1.event_pb2 import ACTIVITY, COMMAND_RESULT, CommandResult, Event
from support.running_box import box_config, running_box, until
from support.signed_in import signed_in
from support.whole import RESPONDER, Operator, at_hub, eventually, facts_at, grpc_port, hub_config, running_hub

HOME = "192.168.1.31"
BOX = "box-1"
Json = dict[str, Any]  # Any: JSON


@dataclass
class Screen:
    """A neighbour's page in the LAN of a box, which asks every now and then."""

    box: Running
    page: str = RESPONDER
    address: str = HOME
    ticket: str = ""
    key: str = ""
    code: str = ""

    def ask(self) -> bool:
        shown = self.box.pairing.desk.ask(self.page, PageKind.NEIGHBOUR, self.address, self.ticket, self.key)
        if isinstance(shown, Key):
            self.key = shown.cookie
            return True
        assert isinstance(shown, Waits)
        self.ticket, self.code = shown.ticket, shown.code
        return False

    def look(self) -> PairedPage | Unknown:
        return self.box.pairing.desk.recognise(self.page, PageKind.NEIGHBOUR, self.address, self.key)


@dataclass
class Site:
    box: Running
    operator: Operator
    folder: Path
    page: Mapping[str, str]  # headers of a technician's page

    async def pages(self) -> Json:
        url = f"{self.operator.base}/api/boxes/{BOX}/pages"
        async with self.operator.session.get(url, headers=self.page) as answer:
            assert answer.status == 200, await answer.text()
            found = await answer.json()
        assert isinstance(found, dict)
        return found

    async def post(self, path: str, body: object = None, box: str = BOX) -> tuple[int, Json]:
        url = f"{self.operator.base}/api/boxes/{box}/pages{path}"
        async with self.operator.session.post(url, json=body or {}, headers=self.page) as answer:
            return answer.status, await answer.json()

    async def approve(self, code: str, kind: str = "neighbour", label: str = "") -> tuple[int, Json]:
        return await self.post("", {"code": code, "kind": kind, "label": label})


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with at_site(tmp_path) as one:
        yield one


@asynccontextmanager
async def at_site(folder: Path) -> AsyncIterator[Site]:
    config = box_config(folder)
    central = hub_config(folder / "hub", config.box.roster)
    page = await signed_in(central.data_dir, "tech-1", Role.TECHNICIAN)
    async with running_hub(central) as operator:
        edge = at_hub(config, grpc_port(central))
        edge = replace(edge, sync=replace(edge.sync, status_period_s=0.1))
        async with running_box(edge) as box:
            await operator.online()
            here = Site(box, operator, folder, page)
            await eventually(lambda: _is_known(here))
            yield here


async def _is_known(site: Site) -> bool:
    found = await site.pages()
    return bool(found["is_known"] and found["is_connected"])


async def _waits(site: Site) -> bool:
    return bool((await site.pages())["waiting"])


async def _paired(site: Site, count: int) -> bool:
    return len((await site.pages())["paired"]) == count


async def test_a_page_is_approved_and_revoked_at_the_console(site: Site) -> None:
    screen = Screen(site.box)
    screen.ask()
    await eventually(lambda: _waits(site))
    shown = await site.pages()
    [waiting] = shown["waiting"]
    assert (waiting["page"], waiting["kind"], waiting["address"], waiting["why"]) == (
        RESPONDER,
        "neighbour",
        HOME,
        "new",
    )
    assert screen.code not in str(shown), "the code is read out by whoever stands before the page"
    taking = asyncio.create_task(until(screen.ask))
    status, done = await site.approve(f"{screen.code[:4]} {screen.code[4:]}", label="3栋大厅")
    await taking
    assert (status, done["page"], done["kept"], done["fetched"]) == (200, RESPONDER, True, True)
    assert isinstance(screen.look(), PairedPage)
    await eventually(lambda: _paired(site, 1))
    [page] = (await site.pages())["paired"]
    assert (page["id"], page["label"], page["address"], page["own_screen"]) == (done["id"], "3栋大厅", HOME, False)
    assert (await site.approve(screen.code))[1]["id"] == done["id"], "a second time it is the same page"
    assert (await site.post(f"/{done['id']}/revoke"))[0] == 200
    assert screen.look() is Unknown.REVOKED
    await eventually(lambda: _paired(site, 0))
    assert await site.post(f"/{done['id']}/revoke") == (
        404,
        {"error": "unknown_page", "message": "the box has no such page any more", "kind": ""},
    )


async def test_what_is_refused_says_why(site: Site) -> None:
    screen = Screen(site.box)
    screen.ask()
    site.box.pairing.desk._patience_s = 0.01
    status, refused = await site.approve(screen.code, "kiosk")
    assert (status, refused["error"], refused["kind"]) == (409, "other_kind", "neighbour")
    assert (await site.approve("12"))[1]["error"] == "malformed_code"
    assert (await site.approve("00000000"))[1]["error"] == "unknown_code"
    assert (await site.post("", {"code": screen.code, "kind": "wall"}))[0] == 422
    assert (await site.post("", {"code": "1" * 41, "kind": "kiosk"}))[0] == 422
    assert (await site.post("", {"code": "12345678", "kind": "kiosk"}, box="nobody"))[0] == 404
    assert screen.look() is Unknown.NEW


async def test_each_command_of_the_hub_leaves_one_result(site: Site) -> None:
    screen = Screen(site.box)
    screen.ask()
    taking = asyncio.create_task(until(screen.ask))
    await site.approve(screen.code)
    await taking
    await site.approve("12")

    def results() -> list[CommandResult]:
        facts: list[Event] = [one.event for one in facts_at(site.folder / "hub") if one.event.kind == COMMAND_RESULT]
        return [CommandResult.FromString(event.payload) for event in facts]

    await until(lambda: not site.box.journal.waiting().get(ACTIVITY, 0))
    await until(lambda: len(results()) == 2)
    assert [(one.outcome, one.detail) for one in results()] == [
        (CommandResult.DONE, ""),
        (CommandResult.FAILED, "malformed_code"),
    ]


async def test_a_box_that_is_away_gets_nothing_and_that_is_said(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    central = hub_config(tmp_path / "hub", config.box.roster)
    page = await signed_in(central.data_dir, "tech-1", Role.TECHNICIAN)
    async with running_hub(central) as operator, aiohttp.ClientSession(headers=page) as http:
        url = f"{operator.base}/api/boxes/{BOX}/pages"
        async with http.post(url, json={"code": "12345678", "kind": "kiosk"}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (503, "box-away")
        async with http.get(url) as answer:
            shown = await answer.json()
            assert (shown["is_known"], shown["is_connected"], shown["paired"]) == (False, False, [])


async def test_paired_pages_go_on_while_the_hub_is_away(tmp_path: Path) -> None:
    async with at_site(tmp_path) as site:
        screen = Screen(site.box)
        screen.ask()
        taking = asyncio.create_task(until(screen.ask))
        await site.approve(screen.code)
        await taking
    async with running_box(box_config(tmp_path)) as box:  # another start, without a hub
        screen.box = box
        page = screen.look()
        assert isinstance(page, PairedPage)
        assert page.by == "hub"
