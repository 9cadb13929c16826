"""Every route of the real server, asked by everybody who must not and by who may; and pages that come and go."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, DummyCookieJar, web
from aiohttp.typedefs import Handler

import kiosk_openapi
from anju_edge.kiosk.access import LOOPBACK, OPEN, ROUTES, access_to
from anju_edge.kiosk.backend import Banner, KioskProfile
from anju_edge.kiosk.http_door import listen
from anju_edge.kiosk.pairing.own_screen import NAME, read_key
from anju_edge.kiosk.pairing.paired_page import PageKind
from anju_edge.kiosk.security import Rate
from anju_edge.kiosk.server import KioskServerSettings, make_app
from support.contracts import Contract
from support.kiosk_backend import MemoryBox
from support.paired import DeskRig

HOME, OTHER, HERE = "192.168.1.31", "192.168.1.77", "127.0.0.1"
NONCE = "00112233445566778899aabbccddeeff"
PAGES = {"lobby-1": PageKind.KIOSK, "duty-1": PageKind.NEIGHBOUR, "board-1": PageKind.BOARD}
BODIES: Mapping[str, Mapping[str, object]] = {
    "pair": {},
    "launch": {"key": "x"},
    "check-in": {"token": "card-1", "nonce": NONCE},
    "undo": {"ref": "c1"},
    "help": {"held_ms": 1_500},
    "staff": {"about": "other"},
    "respond": {"incident": "s1"},
    "beat": {"build": "b", "uptime_s": 1, "errors": 0, "screen": "home"},
}
CONTRACT = Contract(kiosk_openapi.document())
Json = dict[str, Any]  # Any: JSON


@web.middleware
async def from_elsewhere(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The peer's address as a test wants it: tests speak over loopback, and pages stand in a LAN."""
    return await handler(request.clone(remote=request.headers.get("X-Test-Peer", HERE)))


@dataclass
class Site:
    box: MemoryBox
    rig: DeskRig
    app: web.Application
    base: str
    http: ClientSession
    key: str


@dataclass
class Browser:
    """One browser at an address, which keeps cookies as browsers do."""

    site: Site
    page: str = "duty-1"
    address: str = HOME
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Json]:
        async with self.request(method, path, body, **headers) as response:
            self._keep(response)
            text = await response.text()
            return response.status, json.loads(text) if text[:1] == "{" else {"text": text}

    def request(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # Any: aiohttp's own
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"X-Test-Peer": self.address, "Origin": self.site.base, "Cookie": cookie} | headers
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        return self.site.http.request(method, self.site.base + path, headers=headers, allow_redirects=False, data=data)

    def _keep(self, response: ClientResponse) -> None:
        for name, morsel in response.cookies.items():
            assert morsel["httponly"], "no script reads a key"
            assert morsel["samesite"] == "Strict"
            assert morsel["path"] == f"/kiosk/{self.page}"
            self.cookies[name] = morsel.value

    async def post(self, what: str, page: str = "") -> tuple[int, Json]:
        return await self.ask("POST", f"/kiosk/{page or self.page}/api/{what}", BODIES[what])

    async def pair(self) -> Json:
        status, answer = await self.post("pair")
        assert status == 200, answer
        CONTRACT.check_answer("POST", f"/kiosk/{self.page}/api/pair", status, answer)
        return answer

    async def pair_up(self) -> str:
        """Gets paired as a person does it; returns the page's id."""
        code = (await self.pair())["code"]
        done = await self.site.rig.desk.approve(code)
        assert (await self.pair())["state"] == "paired"
        return done.page.id


async def healthz(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>kiosk</title>", encoding="utf-8")
    (tmp_path / "assets" / "page.js").write_text("export {};", encoding="utf-8")
    profiles = {
        "lobby-1": KioskProfile(),
        "duty-1": KioskProfile(role="responder", actor="m-01"),
        "board-1": KioskProfile(role="board"),
    }
    box = MemoryBox(profiles=profiles)
    box.show(Banner("s1", "sos", acked=False, help_coming=False, flat="3-2-501"))
    rig = DeskRig(tmp_path)
    routes = [web.get("/healthz", healthz), web.get("/metrics", healthz)]
    settings = KioskServerSettings(heartbeat_s=0.2, actions=Rate(burst=1_000, per_s=100))
    app = make_app(box, tmp_path, rig.desk, rig.own_screen, settings=settings, extra_routes=routes)
    app.middlewares.insert(0, from_elsewhere)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    server = await listen(runner, "127.0.0.1", 0)
    try:
        async with ClientSession(cookie_jar=DummyCookieJar()) as http:
            base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield Site(box, rig, app, base, http, read_key(tmp_path / "run" / NAME))
    finally:
        server.close()
        await runner.cleanup()


def all_routes(app: web.Application) -> set[tuple[str, str]]:
    return {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }


def untouched(box: MemoryBox) -> bool:
    return not (box.recorded or box.helps or box.staff or box.going or box.beats or box.annulled)


def test_the_table_and_the_server_name_the_same_routes(site: Site) -> None:
    assert all_routes(site.app) == set(ROUTES)
    assert access_to("GET", "/kiosk/{kiosk}/api/everything") == access_to("PUT", "/healthz"), "denied unless named"
    assert not access_to("DELETE", "/kiosk/{kiosk}").is_open


async def keys(site: Site) -> dict[str, Browser]:
    """Who asks: at each page each kind of caller that there is."""
    made: dict[str, Browser] = {}
    for page in PAGES:
        good = Browser(site, page)
        await good.pair_up()
        moved = Browser(site, page, OTHER, dict(good.cookies))
        wrong = Browser(site, page, HOME, {name: value[:-4] + "AAAA" for name, value in good.cookies.items()})
        gone = Browser(site, page, "192.168.1.99")
        await site.rig.desk.revoke(await gone.pair_up())
        foreign = next(name for name in PAGES if name != page)
        other = Browser(site, foreign, "192.168.1.55")
        await other.pair_up()
        of_other = {name.replace(foreign, page): value for name, value in other.cookies.items()}
        made |= {
            f"{page} nothing": Browser(site, page),
            f"{page} nothing here": Browser(site, page, HERE),
            f"{page} wrong key": wrong,
            f"{page} another address": moved,
            f"{page} revoked": gone,
            f"{page} key of another kind": Browser(site, page, "192.168.1.55", of_other),
            f"{page} right": good,
        }
    return made


async def test_all_routes_asked_by_everybody(site: Site) -> None:
    callers = await keys(site)
    for (method, route), access in ROUTES.items():
        for who, browser in callers.items():
            path = route.replace("{kiosk}", browser.page).replace("{name}", "page.js")
            what = path.rpartition("/")[2]
            if what == "events":
                async with browser.request(method, path) as response:
                    status, answer = response.status, {}
                    if status != 200:
                        answer = await response.json()
            else:
                status, answer = await browser.ask(method, path, BODIES[what] if method == "POST" else None)
            where = f"{method} {path} asked by {who}: {status} {answer}"
            if access is OPEN:
                assert status in (200, 308), where
                assert "501" not in json.dumps(answer), where
            elif access is LOOPBACK:
                # /launch knows no caller but the one with the key
                assert status == (403 if browser.address != HERE else 401 if what == "launch" else 200), where
            elif not who.endswith("right"):
                assert (status, answer["error"]) == (401, "not_paired"), where
            elif PAGES[browser.page] in access.kinds:
                assert status == 200, where
            else:
                assert status == 403, where
                assert answer["error"] in ("not_a_responder", "not_a_kiosk"), where


async def test_an_unpaired_page_raises_acknowledges_and_checks_in_nothing(site: Site) -> None:
    callers = await keys(site)
    for who, browser in callers.items():
        if who.endswith("right"):
            continue
        for what in ("help", "respond", "check-in", "undo", "staff", "beat"):
            for page in PAGES:
                status, answer = await browser.post(what, page)
                assert (status, answer["error"]) == (401, "not_paired"), (who, what)
    assert untouched(site.box)


async def test_the_head_of_a_page_is_guarded_as_its_body(site: Site) -> None:
    status, _ = await Browser(site).ask("HEAD", "/kiosk/duty-1/api/state")
    assert status == 401


async def test_before_pairing_a_page_learns_its_code_and_nothing_of_the_community(site: Site) -> None:
    browser = Browser(site)
    answer = await browser.pair()
    assert answer["state"] == "waiting"
    assert len(answer["code"]) == 9
    assert (answer["kind"], answer["page"], answer["box"], answer["why"]) == ("neighbour", "duty-1", "box-1", "new")
    assert 595 <= answer["left_s"] <= 600
    assert "柠都" not in json.dumps(answer, ensure_ascii=False)
    assert (await browser.pair())["code"] == answer["code"], "it stays while somebody reads it out"
    assert (await Browser(site).pair())["code"] != answer["code"]


async def test_a_paired_page_is_served_until_it_is_revoked_and_then_told_on_its_stream(site: Site) -> None:
    browser, beside = Browser(site), Browser(site, address=OTHER)
    page_id, _ = await browser.pair_up(), await beside.pair_up()
    async with asyncio.timeout(5), contextlib.AsyncExitStack() as stack:
        responses = [
            await stack.enter_async_context(one.request("GET", "/kiosk/duty-1/api/events")) for one in (browser, beside)
        ]
        streams = [read(response) for response in responses]
        for stream in streams:
            assert (await anext(stream))[0] == "state"
        site.box.change(offline=True)
        await site.rig.desk.revoke(page_id)
        site.box.change(local_time="10:00")
        heard = [name async for name, _ in streams[0]]
        assert heard[-1] == "unpaired"
        assert "state" not in heard, "what was on its way is not shown any more"
        assert (await anext(streams[1]))[0] == "state", "the others go on"
    status, answer = await browser.ask("GET", "/kiosk/duty-1/api/state")
    assert (status, answer["error"]) == (401, "not_paired")
    assert (await browser.pair())["why"] == "revoked"
    assert (await beside.ask("GET", "/kiosk/duty-1/api/state"))[0] == 200


async def read(response: ClientResponse) -> AsyncIterator[tuple[str, Json]]:
    name = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: ") and name != "beat":
            data = json.loads(line.removeprefix("data: "))
            CONTRACT.check("StreamMessage", {"event": name, "data": data})
            yield name, data


async def test_a_page_that_moved_says_where_it_was_and_its_old_stream_ends(site: Site) -> None:
    browser = Browser(site)
    page_id = await browser.pair_up()
    moved = Browser(site, address=OTHER, cookies=dict(browser.cookies))
    answer = await moved.pair()
    assert (answer["why"], answer["old_address"], answer["address"]) == ("moved", HOME, OTHER)
    async with asyncio.timeout(5), browser.request("GET", "/kiosk/duty-1/api/events") as response:
        stream = read(response)
        assert (await anext(stream))[0] == "state"
        assert await moved.pair_up() == page_id
        assert [name async for name, _ in stream][-1] == "unpaired"


async def test_a_page_whose_screen_has_another_role_now_asks_again(site: Site) -> None:
    browser = Browser(site, "lobby-1")
    await browser.pair_up()
    site.box.profiles["lobby-1"] = KioskProfile(role="responder")
    status, _ = await browser.ask("GET", "/kiosk/lobby-1/api/state")
    assert status == 401
    answer = await browser.pair()
    assert (answer["why"], answer["kind"]) == ("other_kind", "neighbour")


async def test_each_load_of_the_page_gives_the_key_another_400_days(site: Site) -> None:
    browser = Browser(site)
    await browser.pair_up()
    async with browser.request("GET", "/kiosk/duty-1") as response:
        morsel = response.cookies["anju-page-box-1-duty-1"]
        assert morsel["max-age"] == str(400 * 86_400)
        assert morsel.value == browser.cookies["anju-page-box-1-duty-1"]
    async with Browser(site).request("GET", "/kiosk/duty-1") as response:
        assert not response.cookies, "nothing to prove for a page that is not paired"


# The box's own screen.


async def test_the_own_screen_shows_no_code_and_is_opened_by_the_keys_file(site: Site) -> None:
    browser = Browser(site, "lobby-1", HERE)
    answer = await browser.pair()
    assert (answer["state"], answer["code"]) == ("own_screen", "")
    assert site.rig.desk.waiting() == []
    path = "/kiosk/lobby-1/api/launch"
    for wrong in ("", site.key[:-1], "0" * 64, "\udcff"):
        body = json.dumps({"key": wrong}).encode()
        headers = {"Origin": site.base, "Content-Type": "application/json"}
        async with site.http.post(site.base + path, data=body, headers=headers) as response:
            assert response.status in (400, 401)
    assert (await Browser(site, "lobby-1", HOME).ask("POST", path, {"key": site.key}))[0] == 403, "from here alone"
    status, answer = await browser.ask("POST", path, {"key": site.key})
    assert status == 200
    CONTRACT.check_answer("POST", path, 200, answer)
    stolen = Browser(site, "lobby-1", HOME)
    assert (await stolen.ask("GET", answer["path"]))[0] == 200, "in the LAN it opens nothing: the page asks for a code"
    assert not stolen.cookies
    assert (await browser.ask("GET", answer["path"]))[0] == 303
    assert (await browser.pair())["state"] == "paired"
    assert (await browser.ask("GET", "/kiosk/lobby-1/api/state"))[0] == 200
    again = Browser(site, "lobby-1", HERE)
    assert (await again.ask("GET", answer["path"]))[0] == 200, "the address of a browser's command line opens it once"
    assert (await again.pair())["state"] == "own_screen"
    assert (await browser.ask("POST", "/kiosk/nobody/api/launch", {"key": site.key}))[0] == 404


# Floods.


async def test_a_thousand_pages_that_ask_keep_nobody_from_being_paired(site: Site) -> None:
    paired = Browser(site)
    await paired.pair_up()
    statuses = [
        (await Browser(site, address=f"10.1.{number // 250}.{number % 250 + 1}").post("pair"))[0]
        for number in range(1_000)
    ]
    assert set(statuses) == {200}
    assert len(site.rig.desk.waiting()) <= 64
    one = [(await Browser(site, address=OTHER).post("pair"))[0] for _ in range(30)]
    assert set(one) == {200, 429}
    assert one.count(200) <= 10
    assert (await paired.post("help"))[1]["outcome"] == "raised"
    late = Browser(site, address="192.168.1.200")
    await late.pair_up()


async def test_a_foreign_page_gets_no_code_and_a_form_neither(site: Site) -> None:
    browser = Browser(site)
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        status, answer = await browser.ask("POST", "/kiosk/duty-1/api/pair", {}, **headers)
        assert (status, answer["error"]) == (403, "foreign_page")
    async with site.http.post(f"{site.base}/kiosk/duty-1/api/pair", data={}, headers={"Origin": site.base}) as response:
        assert response.status == 400
