"""The kiosk's HTTP side over real sockets, with a small real box behind it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvloop
from aiohttp import ClientError, ClientResponse, ClientSession, web

import kiosk_openapi
from anju_edge.kiosk import security
from anju_edge.kiosk.backend import Banner, CardTap, CheckInResult, KioskProfile, Text
from anju_edge.kiosk.http_door import GUARD, listen
from anju_edge.kiosk.server import STATS, KioskServerSettings, make_app
from anju_edge.kiosk.sse import MAX_TAPS, Outbox
from anju_protos.v1.event_pb2 import ACKED, RESPONDING
from support.contracts import Contract
from support.kiosk_backend import CALLIGRAPHY, CHOIR, MemoryBox
from support.paired import DeskRig

NONCE = "00112233445566778899aabbccddeeff"
WAIT_S = 5.0
CONTRACT = Contract(kiosk_openapi.document())


@dataclass
class Kiosk:
    box: MemoryBox
    app: web.Application
    port: int
    http: ClientSession
    rig: DeskRig
    _paired: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, rest: str = "", kiosk: str = "lobby-1") -> str:
        return f"{self.origin}/kiosk/{kiosk}{rest}"

    async def post(
        self, what: str, body: object, kiosk: str = "lobby-1", **headers: str
    ) -> tuple[int, dict[str, Any]]:  # Any: JSON, held against the contract
        headers = {"Origin": self.origin, **await self.paired(kiosk)} | headers
        async with self.http.post(self.url(f"/api/{what}", kiosk), json=body, headers=headers) as response:
            return response.status, await self._checked("POST", response)

    async def get(self, rest: str, kiosk: str = "lobby-1", **headers: str) -> tuple[int, dict[str, Any]]:
        headers = await self.paired(kiosk) | headers
        async with self.http.get(self.url(rest, kiosk), headers=headers) as response:
            return response.status, await self._checked("GET", response)

    async def paired(self, kiosk: str = "lobby-1") -> dict[str, str]:
        """Headers of a page that is paired."""
        if kiosk not in self._paired and kiosk in self.box.profiles:
            self._paired[kiosk] = await self.rig.cookie(self.box, kiosk)
        return self._paired.get(kiosk, {})

    async def _checked(self, method: str, response: ClientResponse) -> dict[str, Any]:
        """Every answer is held against the document that the page's types are made from."""
        body: dict[str, Any] = await response.json()
        CONTRACT.check_answer(method, response.url.path, response.status, body)
        return body


@contextlib.asynccontextmanager
async def serving(
    box: MemoryBox, web_root: Path, settings: KioskServerSettings | None = None, **extra: list[web.RouteDef]
) -> AsyncIterator[Kiosk]:
    rig = DeskRig(web_root)
    routes = extra.get("routes", [])
    app = make_app(box, web_root, rig.desk, rig.own_screen, settings=settings, extra_routes=routes)
    runner = web.AppRunner(app)
    await runner.setup()
    server = await listen(runner, "127.0.0.1", 0)
    try:
        async with ClientSession() as http:
            yield Kiosk(box, app, server.sockets[0].getsockname()[1], http, rig)
    finally:
        server.close()
        await runner.cleanup()


@pytest.fixture
def web_root(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>kiosk</title>", encoding="utf-8")
    (tmp_path / "assets" / "page.js").write_text("export {};\n" * 50, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    return tmp_path


@pytest.fixture
async def kiosk(web_root: Path) -> AsyncIterator[Kiosk]:
    async with serving(MemoryBox(), web_root) as one:
        yield one


async def events(response: ClientResponse) -> AsyncIterator[tuple[str, dict[str, object]]]:
    name = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
            CONTRACT.check("StreamMessage", {"event": name, "data": data})
            yield name, data


async def test_all_that_a_page_may_ask_for_is_in_the_contract(kiosk: Kiosk) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in kiosk.app.router.routes()
        if route.resource is not None and "/api/" in route.resource.canonical and route.method != "HEAD"
    }
    assert served == CONTRACT.operations()


# What a person does.


async def test_a_check_in_is_recorded_once_and_undone_by_the_same_kiosk(kiosk: Kiosk) -> None:
    body = {"token": "card-1", "nonce": NONCE}
    status, first = await kiosk.post("check-in", body)
    assert (status, first["outcome"], first["name"], first["undo_s"]) == (200, "recorded", "王*秀", 10)
    assert await kiosk.post("check-in", body) == (200, first)  # the same request again, as after a lost answer
    assert len(kiosk.box.recorded) == 1
    status, again = await kiosk.post("check-in", body | {"nonce": NONCE[::-1]})
    assert (again["outcome"], again["at"]) == ("duplicate", "09:02")
    assert await kiosk.post("undo", {"ref": first["ref"]}) == (200, {"outcome": "undone"})
    assert kiosk.box.annulled == {first["ref"]}
    assert (await kiosk.post("undo", {"ref": "c999"}))[1]["outcome"] == "unknown"


async def test_several_open_sessions_are_a_choice_and_the_card_stays_on_the_box(kiosk: Kiosk) -> None:
    kiosk.box.change(activities=(CALLIGRAPHY, dataclasses.replace(CHOIR, open_now=True)))
    _, choice = await kiosk.post("check-in", {"token": "card-1", "nonce": NONCE})
    assert choice["outcome"] == "choose"
    assert "card-1" not in json.dumps(choice)
    _, result = await kiosk.post(
        "check-in", {"token": choice["tap"], "activity": "choir", "nonce": NONCE.replace("0", "1")}
    )
    assert result["outcome"] == "recorded"


async def test_what_the_disk_did_not_take_is_not_confirmed(kiosk: Kiosk) -> None:
    kiosk.box.disk_ok = False
    status, answer = await kiosk.post("check-in", {"token": "card-1", "nonce": NONCE})
    assert (status, answer["outcome"], answer["fault"]) == (503, "not_recorded", "box")
    assert answer["next"] == {
        "zh": "未能记录，请找工作人员",
        "en": "It could not be recorded. Please ask staff",
    }
    status, answer = await kiosk.post("staff", {"about": "unknown_card"})
    assert (status, answer["error"]) == (503, "not_recorded")
    status, answer = await kiosk.post("help", {"held_ms": 1500})  # rings all the same, unconfirmed
    assert (status, answer["outcome"], answer["recorded"]) == (200, "raised", False)


async def test_help_needs_the_hold_and_staff_a_known_reason(kiosk: Kiosk) -> None:
    assert (await kiosk.post("help", {"held_ms": 1499}))[1]["outcome"] == "too_short"
    assert (await kiosk.post("help", {"held_ms": 1500}))[1]["outcome"] == "raised"
    assert kiosk.box.helps == [("lobby-1", 1500)]
    status, asked = await kiosk.post("staff", {"about": "unknown_card"})
    assert (status, asked["outcome"]) == (200, "asked")
    assert asked["next"]["zh"] == "还没有人收到，着急请直接去找工作人员"
    assert (await kiosk.post("staff", {"about": "anything"}))[0] == 400


async def test_only_a_responders_device_sees_where_and_takes_an_incident(kiosk: Kiosk) -> None:
    kiosk.box.profiles["duty-1"] = KioskProfile(role="responder", actor="m-01")
    kiosk.box.show(
        Banner(
            "s1",
            "sos",
            False,
            False,
            zone=Text("3栋2单元", "Building 3"),
            flat="3-2-501",
            by=Text("1栋互助组", "Building 1 group"),
        )
    )
    _, lobby = await kiosk.get("/api/state")
    assert not any(
        word in json.dumps(lobby, ensure_ascii=False) for word in ("3栋", "Building 3", "3-2-501", "1栋", "Building 1")
    )
    _, duty = await kiosk.get("/api/state", "duty-1")
    assert "3-2-501" in json.dumps(duty)
    assert (lobby["state"]["incidents"], len(duty["state"]["incidents"])) == ([], 1)
    status, refused = await kiosk.post("respond", {"incident": "s1"})
    assert (status, refused["error"]) == (403, "not_a_responder")
    assert (await kiosk.post("respond", {"incident": "s1"}, "duty-1"))[1]["outcome"] == "going"
    assert kiosk.box.going == [("s1", "m-01")]
    _, late = await kiosk.post("respond", {"incident": "s1", "actor": "m-03"}, "duty-1")
    assert late["outcome"] == "assisting"


async def test_a_board_is_told_of_no_call_and_takes_nothing(kiosk: Kiosk) -> None:
    kiosk.box.profiles["board-1"] = KioskProfile(role="board")
    kiosk.box.show(Banner("s1", "sos", False, False, zone=Text("3栋2单元", "Building 3"), flat="3-2-501"))
    _, board = await kiosk.get("/api/state", "board-1")
    state = board["state"]
    assert (state["banner"], state["incidents"], state["incidents_open"], state["more_at_hub"]) == (None, [], 0, 0)
    assert state["activities"]
    for what, body in (
        ("help", {"held_ms": 2_000}),
        ("check-in", {"token": "card-1", "nonce": "00" * 16}),
        ("staff", {"about": "other"}),
        ("respond", {"incident": "s1"}),
    ):
        assert (await kiosk.post(what, body, "board-1"))[0] == 403, what
    assert (kiosk.box.helps, kiosk.box.staff, kiosk.box.going) == ([], [], [])


async def test_each_screen_is_told_in_the_words_for_its_reader(kiosk: Kiosk) -> None:
    kiosk.box.profiles["duty-1"] = KioskProfile(role="responder", actor="m-01")
    seen = Banner("s1", "sos", True, False, state=ACKED, by=Text("值班员", "The operator"), told=("operator",))
    kiosk.box.show(seen)

    async def told(name: str) -> tuple[str, str]:
        banner = (await kiosk.get("/api/state", name))[1]["state"]["banner"]
        return banner["headline"]["zh"], banner["next"]["en"]

    assert await told("lobby-1") == ("有人需要帮助", "It was seen, nobody is going yet. Please keep the way clear")
    assert await told("duty-1") == ("值班员已看到，还没有人去", "If you can go, press “I'm going”")
    kiosk.box.show(dataclasses.replace(seen, from_here=True))
    assert await told("lobby-1") == ("有人看到了您的求助", "Nobody has set out yet. Please stay here")
    kiosk.box.show(dataclasses.replace(seen, state=RESPONDING, help_coming=True, mine=True))
    assert await told("duty-1") == ("您正赶去", "If you cannot get there, phone the operator at once")


async def test_a_beat_names_what_is_on_the_screen_and_nothing_else(kiosk: Kiosk) -> None:
    beat = {"build": "b", "uptime_s": 5, "errors": 0, "screen": "home"}
    assert (await kiosk.post("beat", beat | {"incidents": ["s1", "s2"]}))[0] == 200
    assert kiosk.box.beats[-1].incidents == ("s1", "s2")
    for wrong in ("s1", [1], ["<script>"], ["s"] * 21):
        assert (await kiosk.post("beat", beat | {"incidents": wrong}))[0] == 400


async def test_a_page_beats(kiosk: Kiosk) -> None:
    _, answer = await kiosk.post("beat", {"build": "b", "uptime_s": 5, "errors": 1, "screen": "home"})
    assert kiosk.box.beats[0].errors == 1
    assert answer["build"] == (await kiosk.get("/api/state"))[1]["build"]


# Events.


async def test_a_page_hears_states_taps_and_beats(web_root: Path) -> None:
    async with serving(MemoryBox(), web_root, KioskServerSettings(heartbeat_s=0.05)) as kiosk:
        async with (
            asyncio.timeout(WAIT_S),
            kiosk.http.get(kiosk.url("/api/events"), headers=await kiosk.paired()) as response,
        ):
            heard = events(response)
            name, first = await anext(heard)
            assert (name, first["state"]["offline"]) == ("state", False)  # type: ignore[index]  # JSON
            assert (await anext(heard))[0] == "beat"
            await kiosk.box.tap_card("card-1")
            tap = await next_of(heard, "card_tap")
            assert tap["result"]["outcome"] == "recorded"  # type: ignore[index]  # JSON
            assert "card-1" not in json.dumps(tap)
            kiosk.box.change(offline=True)
            assert (await next_of(heard, "state"))["state"]["offline"] is True  # type: ignore[index]  # JSON
            kiosk.box.state = dataclasses.replace(kiosk.box.state, local_time="09:03")  # unannounced, as minutes are
            assert (await next_of(heard, "state"))["state"]["local_time"] == "09:03"  # type: ignore[index]  # JSON


async def next_of(heard: AsyncIterator[tuple[str, dict[str, object]]], wanted: str) -> dict[str, object]:
    async for name, data in heard:
        if name == wanted:
            return data
    raise AssertionError(f"the stream ended before {wanted}")


async def test_the_newest_streams_win_and_all_end_with_the_server(web_root: Path) -> None:
    async with serving(MemoryBox(), web_root) as kiosk, asyncio.timeout(WAIT_S):
        async with contextlib.AsyncExitStack() as stack:
            paired, url = await kiosk.paired(), kiosk.url("/api/events")
            open_ones = [await stack.enter_async_context(kiosk.http.get(url, headers=paired)) for _ in range(5)]
            for response in open_ones[1:]:
                assert (await anext(events(response)))[0] == "state"
            assert len([event async for event in _until_closed(open_ones[0])]) <= 1
    assert kiosk.box.pages == 0


async def _until_closed(response: ClientResponse) -> AsyncIterator[tuple[str, dict[str, object]]]:
    with contextlib.suppress(ClientError):  # cut off in the middle
        async for event in events(response):
            yield event


async def test_a_slow_page_gets_the_newest_state_and_the_last_taps() -> None:
    outbox, box = Outbox(), MemoryBox()
    for number in range(20):
        outbox.put(dataclasses.replace(box.state, unsent=number))
        outbox.put(CardTap(f"t{number}", CheckInResult("unknown_card")))
    outbox.end()
    changes = [await outbox.next() for _ in range(MAX_TAPS + 2)]
    assert [tap.tap_id for tap in changes if isinstance(tap, CardTap)] == [f"t{n}" for n in range(20 - MAX_TAPS, 20)]
    assert changes[-2:] == [dataclasses.replace(box.state, unsent=19), None]
    assert outbox.dropped == 20 - MAX_TAPS


# Guards.


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "kiosk@127.0.0.1", "[::2]"])
async def test_a_foreign_host_is_misdirected(kiosk: Kiosk, host: str) -> None:
    status, answer = await kiosk.get("/api/state", Host=host)
    assert (status, answer["error"], answer["fault"]) == (421, "wrong_host", "setup")


async def test_own_hosts_are_served(web_root: Path) -> None:
    async with serving(MemoryBox(), web_root, KioskServerSettings(hosts=["box.lan", "192.168.7.2"])) as kiosk:
        for host in ("box.lan", "BOX.LAN:8090", "192.168.7.2:80", f"localhost:{kiosk.port}"):
            assert (await kiosk.get("/api/state", Host=host))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_foreign_page_changes_nothing(kiosk: Kiosk, headers: dict[str, str]) -> None:
    status, answer = await kiosk.post("check-in", {"token": "card-1", "nonce": NONCE}, **headers)
    assert (status, answer["error"]) == (403, "foreign_page")
    assert not kiosk.box.recorded


async def test_a_form_post_is_refused(kiosk: Kiosk) -> None:
    headers = {"Origin": kiosk.origin, **await kiosk.paired()}
    async with kiosk.http.post(kiosk.url("/api/help"), data={"held_ms": "2000"}, headers=headers) as response:
        assert response.status == 400
    assert not kiosk.box.helps


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("check-in", {"token": "card-1"}),
        ("check-in", {"token": "card-1", "nonce": "zz"}),
        ("check-in", {"token": "x" * 200, "nonce": NONCE}),
        ("check-in", {"token": "a\u0000b", "nonce": NONCE}),
        ("check-in", {"token": ["card-1"], "nonce": NONCE}),
        ("check-in", []),
        ("undo", {"ref": "../../etc"}),
        ("undo", {"ref": "' or 1=1"}),
        ("help", {"held_ms": "1500"}),
        ("help", {"held_ms": -1}),
        ("help", {"held_ms": True}),
        ("help", {"held_ms": 1e3}),
        ("beat", {"build": "b"}),
    ],
)
async def test_a_bad_body_is_the_pages_fault(kiosk: Kiosk, what: str, body: object) -> None:
    status, answer = await kiosk.post(what, body)
    if body == {"ref": "../../etc"}:
        assert answer["outcome"] == "unknown"  # a harmless id
    else:
        assert (status, answer["fault"]) == (400, "page")
    assert not kiosk.box.recorded
    assert not kiosk.box.helps


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 4_000, b"\xff\xfe", b'"text"', b"null"])
async def test_a_body_that_is_no_object_is_the_pages_fault(kiosk: Kiosk, raw: bytes) -> None:
    headers = {"Origin": kiosk.origin, "Content-Type": "application/json", **await kiosk.paired()}
    async with kiosk.http.post(kiosk.url("/api/check-in"), data=raw, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["fault"] == "page"


async def test_a_large_body_is_not_read(kiosk: Kiosk) -> None:
    status, _ = await kiosk.post("check-in", {"token": "x" * 10_000, "nonce": NONCE})
    assert status == 413


async def test_floods_are_slowed_but_help_passes_every_cap(web_root: Path) -> None:
    settings = KioskServerSettings(actions=security.Rate(3, 0.001))
    async with serving(MemoryBox(), web_root, settings) as kiosk:
        statuses = [(await kiosk.post("check-in", {"token": f"c{i}", "nonce": NONCE}))[0] for i in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        answers = [await kiosk.post("help", {"held_ms": 1600}) for _ in range(8)]
        assert {(status, answer["outcome"]) for status, answer in answers} == {(200, "raised")}
        assert len(kiosk.box.helps) == 3  # beyond the cap the running incident answers, without further events
        kiosk.box.profiles["lobby-2"] = KioskProfile()
        assert (await kiosk.post("check-in", {"token": "c", "nonce": NONCE}, "lobby-2"))[0] == 200


async def test_unknown_kiosks_and_paths_say_so(kiosk: Kiosk) -> None:
    status, answer = await kiosk.get("/api/state", "nobody")
    assert (status, answer["error"], answer["fault"]) == (404, "unknown_kiosk", "setup")
    assert (await kiosk.get("/api/everything"))[0] == 404
    assert (await kiosk.get("/api/help"))[0] == 405
    for path in ("../secret.txt", "%2e%2e%2fsecret.txt", "secret.txt"):
        async with kiosk.http.get(f"{kiosk.origin}/kiosk/assets/{path}") as response:
            assert response.status == 404


async def test_pages_are_served_from_memory_with_guarding_headers(kiosk: Kiosk, web_root: Path) -> None:
    (web_root / "index.html").unlink()
    (web_root / "assets" / "page.js").unlink()
    async with kiosk.http.get(kiosk.url()) as response:
        assert response.status == 200
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
    async with kiosk.http.get(f"{kiosk.origin}/kiosk/assets/page.js") as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Content-Type"].startswith("text/javascript")
        assert (await response.text()).startswith("export")


async def test_a_box_without_a_built_page_says_so_and_still_serves_the_api(tmp_path: Path) -> None:
    async with serving(MemoryBox(), tmp_path) as kiosk:
        async with kiosk.http.get(kiosk.url()) as response:
            assert response.status == 503
            assert "请联系工作人员" in await response.text()
        assert (await kiosk.get("/api/state"))[0] == 200


async def test_extra_routes_stand_behind_the_same_host_list(web_root: Path) -> None:
    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async with serving(MemoryBox(), web_root, routes=[web.get("/healthz", healthz)]) as kiosk:
        for host, status in (("127.0.0.1", 200), ("evil.example", 421)):
            async with kiosk.http.get(f"{kiosk.origin}/healthz", headers={"Host": host}) as response:
                assert response.status == status


# Slow and many clients.


async def test_a_client_that_never_finishes_its_header_is_dropped(web_root: Path) -> None:
    limits = security.ConnectionLimits(header_s=0.05)
    async with serving(MemoryBox(), web_root, KioskServerSettings(connections=limits)) as kiosk:
        async with asyncio.timeout(WAIT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", kiosk.port)
            writer.write(b"GET /kiosk/lobby-1 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
            assert kiosk.app[GUARD].shed["too_slow"] == 1
            async with kiosk.http.get(
                kiosk.url("/api/events"), headers=await kiosk.paired()
            ) as response:  # an open stream is not a slow client
                heard = events(response)
                await anext(heard)
                await asyncio.sleep(0.06)
                kiosk.box.announce()
                assert (await anext(heard))[0] == "state"


async def test_one_address_cannot_take_all_connections(web_root: Path) -> None:
    limits = security.ConnectionLimits(per_address=3)
    async with serving(MemoryBox(), web_root, KioskServerSettings(connections=limits)) as kiosk:
        async with asyncio.timeout(WAIT_S):
            held = [await asyncio.open_connection("127.0.0.1", kiosk.port) for _ in range(3)]
            reader, refused = await asyncio.open_connection("127.0.0.1", kiosk.port)
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            for _, writer in [*held, (reader, refused)]:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()
            assert kiosk.app[GUARD].shed["too_many"] == 1
            assert (await kiosk.get("/api/state"))[0] == 200
    assert kiosk.app[STATS]["wrong_host"] == 0


async def test_a_few_addresses_that_hold_everything_keep_nobody_from_calling_for_help(web_root: Path) -> None:
    limits = security.ConnectionLimits(total=12, per_address=6, header_s=WAIT_S)
    async with serving(MemoryBox(), web_root, KioskServerSettings(connections=limits)) as kiosk:
        async with asyncio.timeout(WAIT_S):
            held = [
                await asyncio.open_connection("127.0.0.1", kiosk.port, local_addr=(f"127.0.0.{2 + number // 6}", 0))
                for number in range(12)
            ]
            status, answer = await kiosk.post("help", {"held_ms": 1_600})
            assert (status, answer["outcome"]) == (200, "raised")
            assert kiosk.app[GUARD].shed["made_room"] == 1
            for _, writer in held:
                writer.close()


def test_the_guard_works_on_the_loop_of_production(web_root: Path) -> None:
    async def ask() -> None:
        async with serving(MemoryBox(), web_root) as kiosk:
            assert (await kiosk.get("/api/state"))[0] == 200
            assert kiosk.app[GUARD].shed == {}

    uvloop.run(ask())


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("BOX.lan", "box.lan"),
        (None, None),
        ("", None),
        ("a/b", None),
        ("[::1", None),
        ("user@box.lan", None),
    ],
)
def test_host_header(header: str | None, host: str | None) -> None:
    assert security.host_of(header) == host


def test_buckets_refill_and_are_bounded() -> None:
    limiter, rate = security.RateLimiter(max_keys=2), security.Rate(2, 1)
    assert [limiter.allows(("a", ""), rate, 0.0) for _ in range(3)] == [True, True, False]
    assert limiter.allows(("a", ""), rate, 1.0)
    for key in "bcd":
        limiter.allows((key, ""), rate, 1.0)
    assert [limiter.allows(("a", ""), rate, 1.0) for _ in range(2)] == [True, True]  # forgotten, so full again
