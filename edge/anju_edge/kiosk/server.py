"""Kiosk pages over HTTP: `KioskBackend` in, JSON and server-sent events out.

Routes under `/kiosk/{kiosk}`: the page, `api/pair`, `api/state`, `api/events`, `api/check-in`, `api/undo`, `api/help`,
`api/staff`, `api/respond`, `api/beat`; who may use which stands in `access`. Every error is JSON and says whose fault
it is and what to do next: `{"error", "fault": "page" | "box" | "setup", "next": {"zh", "en"}, "detail"}`.

Where a screen stands decides what it may show: flat, zone and names of incidents leave the box for responders'
devices only, whatever the backend filled in.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from aiohttp import hdrs, web

from anju_drivers.errors import NotRecorded
from anju_edge.kiosk import security
from anju_edge.kiosk.access import Access, access_to
from anju_edge.kiosk.answers import (
    BeatAnswer,
    BeatMessage,
    CardTapMessage,
    PageState,
    StaffAnswer,
    StateMessage,
    UnpairedMessage,
)
from anju_edge.kiosk.backend import (
    Banner,
    CardTap,
    HelpResult,
    KioskBackend,
    KioskProfile,
    KioskState,
    Text,
    UnknownKiosk,
)
from anju_edge.kiosk.fields import Refused, bad_request, json_body
from anju_edge.kiosk.http_door import GUARD, add_headers
from anju_edge.kiosk.pages import Pages, StaticFile, load_pages
from anju_edge.kiosk.pairing.desk import PairingDesk
from anju_edge.kiosk.pairing.own_screen import OwnScreenKey
from anju_edge.kiosk.pairing.page_routes import PageDoor
from anju_edge.kiosk.pairing.paired_page import LOOPBACK, PageKind, Unknown, address_of
from anju_edge.kiosk.requests import (
    CheckInRequest,
    HelpRequest,
    RespondRequest,
    StaffRequest,
    UndoRequest,
    page_beat,
)
from anju_edge.kiosk.sse import Outbox, frame
from anju_protos.incident_texts import Reader, Words, say
from anju_protos.v1.event_pb2 import P3, RINGING

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_BODY_BYTES = 4_096
HEARTBEAT_S = 5.0
WRITE_S = 10.0  # a page that has not read for this long is gone
MAX_STREAMS_PER_KIOSK = 4
MAX_STREAMS = 32
HELP_MEMORY_S = 60.0
_KIOSK = r"{kiosk:[a-z0-9][a-z0-9-]{0,31}}"
_ACTIONS: Final = security.Rate(burst=20, per_s=2)  # K3 asks for 4 check-ins a minute
_READS: Final = security.Rate(burst=60, per_s=10)


@dataclass(frozen=True, slots=True)
class KioskServerSettings:
    """`hosts`: names or addresses, without port, under which the box is reached; loopback is always served."""

    hosts: Collection[str] = ()
    actions: security.Rate = _ACTIONS
    reads: security.Rate = _READS
    heartbeat_s: float = HEARTBEAT_S
    connections: security.ConnectionLimits = field(default_factory=security.ConnectionLimits)


@dataclass(eq=False, slots=True)
class _OpenStream:
    """One page that listens. `is_out`: it was revoked, and hears nothing but that."""

    task: asyncio.Task[object]
    kiosk: str
    page_id: str
    outbox: Outbox
    is_out: bool = False


class _Streams:
    """Open event streams by kiosk. The newest wins: a page that reloads must not wait for its dead predecessor."""

    def __init__(self) -> None:
        self._open: list[_OpenStream] = []

    def enter(self, stream: _OpenStream) -> None:
        of_kiosk = [other for other in self._open if other.kiosk == stream.kiosk]
        if len(of_kiosk) >= MAX_STREAMS_PER_KIOSK:
            self._drop(of_kiosk[0])
        elif len(self._open) >= MAX_STREAMS:
            self._drop(self._open[0])
        self._open.append(stream)

    def leave(self, stream: _OpenStream) -> None:
        if stream in self._open:
            self._open.remove(stream)

    def put_out(self, page_id: str) -> None:
        """The page is not paired any more: its streams say so and end, whatever was on its way to them."""
        for stream in self._open:
            if stream.page_id == page_id:
                stream.is_out = True
                stream.outbox.cut()

    def close(self) -> None:
        for stream in list(self._open):
            self._drop(stream)

    def _drop(self, stream: _OpenStream) -> None:
        self._open.remove(stream)
        stream.task.cancel()


STATS: Final = web.AppKey("kiosk_stats", Counter[str])  # requests by what became of them, for /metrics
_STREAMS: Final = web.AppKey("kiosk_streams", _Streams)


def make_app(
    backend: KioskBackend,
    web_root: Path,
    desk: PairingDesk,
    own_screen: OwnScreenKey,
    *,
    settings: KioskServerSettings | None = None,
    extra_routes: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """The box's HTTP application. `extra_routes` (healthz, metrics) stand behind the same Host list and headers."""
    settings = settings or KioskServerSettings()
    server = _KioskServer(backend, load_pages(web_root), PageDoor(backend, desk, own_screen), settings)
    desk.book.on_out.append(server.streams.put_out)
    app = web.Application(middlewares=[server.answer_errors, server.guard], client_max_size=MAX_BODY_BYTES)
    app[STATS] = server.stats
    app[GUARD] = server.connections
    app[_STREAMS] = server.streams
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_close_streams)
    base = f"/kiosk/{_KIOSK}"
    app.add_routes(
        [
            web.get("/kiosk/assets/{name:[A-Za-z0-9._-]+}", server.asset),
            web.get(base, server.page),
            web.get(f"{base}/", server.to_page),
            *server.door.routes(base),
            web.get(f"{base}/api/state", server.state),
            web.get(f"{base}/api/events", server.events),
            web.post(f"{base}/api/check-in", server.check_in),
            web.post(f"{base}/api/undo", server.undo),
            web.post(f"{base}/api/help", server.help),
            web.post(f"{base}/api/staff", server.staff),
            web.post(f"{base}/api/respond", server.respond),
            web.post(f"{base}/api/beat", server.beat),
            *extra_routes,
        ]
    )
    return app


async def _close_streams(app: web.Application) -> None:
    app[_STREAMS].close()


class _KioskServer:
    def __init__(self, backend: KioskBackend, pages: Pages, door: PageDoor, settings: KioskServerSettings) -> None:
        self._backend, self._pages, self._settings = backend, pages, settings
        self.door = door
        self._hosts = security.allowed_hosts(settings.hosts)
        self._limiter = security.RateLimiter()
        self._last_help: dict[str, tuple[float, HelpResult]] = {}
        self.stats: Counter[str] = Counter()
        self.connections = security.ConnectionGuard(settings.connections)
        self.streams = _Streams()

    # Middlewares, outermost first.

    @web.middleware
    async def answer_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            self.stats[str(refused.body["error"])] += 1
            return _json(refused.body, refused.status)
        except UnknownKiosk:
            self.stats["unknown_kiosk"] += 1
            return _json(
                Refused(
                    404,
                    "unknown_kiosk",
                    "setup",
                    "此屏幕尚未登记，请联系工作人员",
                    "This screen is not set up yet. Please call staff",
                    "no kiosk of this name in the box's configuration",
                ).body,
                404,
            )
        except NotRecorded as error:
            self.stats["not_recorded"] += 1
            return _json(_not_recorded(str(error)).body, 503)
        except web.HTTPRequestEntityTooLarge:
            self.stats["too_large"] += 1
            return _json(bad_request(f"more than {MAX_BODY_BYTES} bytes").body, 413)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            self.stats[f"http_{error.status}"] += 1
            body = Refused(error.status, "not_found", "page", "请返回首页", "Please go back", error.reason).body
            return _json(body, error.status)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        with self.connections.serving(request.transport):
            return await self._guarded(request, handler)

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get(hdrs.HOST)
        if security.host_of(host) not in self._hosts:
            raise Refused(
                421,
                "wrong_host",
                "setup",
                "请联系工作人员",
                "Please call staff",
                "this Host is not in the box's list of its own names",
            )
        if request.match_info.http_exception is not None:  # no such route
            return await handler(request)
        resource = request.match_info.route.resource
        access = access_to(request.method, resource.canonical if resource is not None else "")
        kiosk = request.match_info.get("kiosk")
        if kiosk is not None:
            if request.method == hdrs.METH_POST:
                self._check_post(request, host)
            self._check_rate(request, kiosk)
        self._check_access(request, access, kiosk)
        return await handler(request)

    def _check_post(self, request: web.Request, host: str | None) -> None:
        if not security.is_own_page(host, request.headers.get(hdrs.ORIGIN), request.headers.get("Sec-Fetch-Site")):
            raise Refused(
                403,
                "foreign_page",
                "setup",
                "请联系工作人员",
                "Please call staff",
                "the Origin of a change must be the kiosk page itself",
            )
        if request.content_type != "application/json":
            raise bad_request("Content-Type must be application/json")

    def _check_rate(self, request: web.Request, kiosk: str) -> None:
        if request.path.endswith("/api/help"):
            return  # a press for help passes every cap; help() itself keeps a flood from becoming many events
        is_action = request.method == hdrs.METH_POST and not request.path.endswith("/api/beat")
        rate = self._settings.actions if is_action else self._settings.reads
        key = (f"{request.remote} {kiosk}", "action" if is_action else "read")
        if not self._limiter.allows(key, rate, time.monotonic()):
            raise Refused(429, "too_many", "page", "请稍等几秒再试", "Please wait a few seconds and try again")

    def _check_access(self, request: web.Request, access: Access, kiosk: str | None) -> None:
        if access.is_open:
            return
        if access.is_loopback:
            if address_of(request.remote) != LOOPBACK:
                raise _denied("loopback_only", "only the box itself may ask this")
            return
        if kiosk is None or not access.kinds:
            raise _denied("not_allowed", "no rule says who may ask this")
        known = self.door.recognise(request, kiosk)
        if isinstance(known, Unknown):
            raise Refused(
                401,
                "not_paired",
                "setup",
                "此屏幕尚未配对，请联系工作人员",
                "This screen is not paired. Please call staff",
                f"{known}: its page shows a code, which is approved by anju-edge page approve or at the console",
            )
        if known.kind in access.kinds:
            return
        if access.kinds == {PageKind.NEIGHBOUR}:
            raise Refused(
                403,
                "not_a_responder",
                "setup",
                "请在邻居的屏幕上按",
                "Please use a neighbour's screen",
                "only a kiosk of role responder may say that somebody goes",
            )
        raise Refused(
            403,
            "not_a_kiosk",
            "setup",
            "请到大厅的签到屏",
            "Please use the screen in the lobby",
            "only a kiosk of role lobby takes check-ins, and a board takes nothing",
        )

    # Pages.

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page itself, which knows nothing yet. A screen loads it at least once a day, at four (kiosk rule K23)."""
        kiosk = request.match_info["kiosk"]
        self._backend.profile(kiosk)
        entered = await self.door.enter(request, kiosk)
        if entered is not None:
            return entered
        response = _static(request, self._pages.index, "no-store", 200 if self._pages.is_built else 503)
        self.door.renew(request, response, kiosk)
        return response

    async def to_page(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPPermanentRedirect(f"/kiosk/{request.match_info['kiosk']}")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        file = self._pages.assets.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return _static(request, file, "public, max-age=31536000, immutable", 200)

    # State.

    async def state(self, request: web.Request) -> web.StreamResponse:
        kiosk = request.match_info["kiosk"]
        return _json(dataclasses.asdict(self._whole(kiosk, self._backend.snapshot(kiosk))))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """SSE: `state` (whole, first and on change), `card_tap`, and `beat` every few seconds."""
        kiosk = request.match_info["kiosk"]
        current = asyncio.current_task()
        known = self.door.recognise(request, kiosk)
        assert current is not None
        assert not isinstance(known, Unknown)
        snapshot = self._backend.snapshot(kiosk)
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"})
        outbox = Outbox()
        stream = _OpenStream(current, kiosk, known.id, outbox)
        self.streams.enter(stream)
        changes = self._backend.changes(kiosk)
        filling = asyncio.create_task(outbox.fill(changes), name=f"kiosk-changes-{kiosk}")
        try:
            await response.prepare(request)
            await self._send(response, frame(StateMessage(self._whole(kiosk, snapshot))))
            while (answer := await self._next_frame(kiosk, outbox, snapshot)) is not None:
                snapshot, data = answer
                if stream.is_out:
                    break
                await self._send(response, data)
            if stream.is_out:
                await self._send(response, frame(UnpairedMessage()))
            else:
                await filling
        except (ConnectionError, TimeoutError):
            self.stats["stream_lost"] += 1
        finally:
            self.streams.leave(stream)
            filling.cancel()
            await asyncio.wait([filling])
        return response

    async def _next_frame(self, kiosk: str, outbox: Outbox, sent: KioskState) -> tuple[KioskState, bytes] | None:
        try:
            async with asyncio.timeout(self._settings.heartbeat_s):
                change = await outbox.next()
        except TimeoutError:
            change = self._backend.snapshot(kiosk)  # also catches what no change was announced for, such as the minute
            if change == sent:
                return sent, frame(BeatMessage())
        if change is None:
            return None
        if isinstance(change, CardTap):
            return sent, frame(CardTapMessage(change))
        return change, frame(StateMessage(self._whole(kiosk, change)))

    async def _send(self, response: web.StreamResponse, data: bytes) -> None:
        async with asyncio.timeout(WRITE_S):
            await response.write(data)

    def _whole(self, kiosk: str, state: KioskState) -> PageState:
        profile = self._backend.profile(kiosk)
        return PageState(self._pages.build, profile, shown_on(profile, state))

    # Actions.

    async def check_in(self, request: web.Request) -> web.StreamResponse:
        tap = CheckInRequest.of(await json_body(request))
        kiosk = request.match_info["kiosk"]
        result = await self._backend.check_in(kiosk, tap.token or None, tap.activity or None, tap.nonce)
        self.stats[f"check_in_{result.outcome}"] += 1
        return _outcome(dataclasses.asdict(result))

    async def undo(self, request: web.Request) -> web.StreamResponse:
        asked = UndoRequest.of(await json_body(request))
        return _outcome(dataclasses.asdict(await self._backend.undo(request.match_info["kiosk"], asked.ref)))

    async def help(self, request: web.Request) -> web.StreamResponse:
        kiosk = request.match_info["kiosk"]
        held_ms = HelpRequest.of(await json_body(request)).held_ms
        now = time.monotonic()
        allowed = self._limiter.allows((f"{request.remote} {kiosk}", "help"), self._settings.actions, now)
        then, last = self._last_help.get(kiosk, (float("-inf"), None))
        if not allowed and last is not None and now - then < HELP_MEMORY_S:
            return _json(dataclasses.asdict(last))  # it is ringing already; a flood makes no further events
        result = await self._backend.help(kiosk, held_ms)
        if result.outcome == "raised":
            self._last_help[kiosk] = (time.monotonic(), result)
            _log.info("help raised at kiosk %s, incident %s, recorded %s", kiosk, result.incident, result.recorded)
        self.stats[f"help_{result.outcome}"] += 1
        return _json(dataclasses.asdict(result))

    async def staff(self, request: web.Request) -> web.StreamResponse:
        asked = StaffRequest.of(await json_body(request))
        result = await self._backend.ask_staff(request.match_info["kiosk"], asked.about)
        self.stats["staff_asked"] += 1
        said = say("wearer", RINGING, P3, result.told)
        return _json(dataclasses.asdict(StaffAnswer(_text(said.headline), _text(said.next))))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        kiosk = request.match_info["kiosk"]
        body = await json_body(request)
        profile = self._backend.profile(kiosk)
        asked = RespondRequest.of(body)
        result = await self._backend.respond(kiosk, asked.incident, asked.actor or profile.actor or kiosk)
        self.stats[f"respond_{result.outcome}"] += 1
        return _outcome(dataclasses.asdict(result))

    async def beat(self, request: web.Request) -> web.StreamResponse:
        self._backend.beat(request.match_info["kiosk"], page_beat(await json_body(request)))
        return _json(dataclasses.asdict(BeatAnswer(self._pages.build)))


def shown_on(profile: KioskProfile, state: KioskState) -> KioskState:
    """`state` as this screen may show it, in the words for its reader: a lobby gets no place, no flat and no list.

    A board is for everybody who walks by, and nobody can press anything on it: it gets nothing of a call for help.
    """
    if profile.role == "board":
        return dataclasses.replace(state, banner=None, incidents=(), incidents_open=0, more_at_hub=0)
    is_lobby = profile.role != "responder"
    return dataclasses.replace(
        state,
        banner=state.banner and _worded(state.banner, is_lobby=is_lobby),
        incidents=() if is_lobby else tuple(_worded(one, is_lobby=False) for one in state.incidents),
    )


def _worded(banner: Banner, *, is_lobby: bool) -> Banner:
    reader: Reader = "lobby" if is_lobby else "goer" if banner.mine else "neighbour"
    if banner.from_here:
        reader = "wearer"
    said = say(reader, banner.state, banner.priority, banner.told, Words(banner.by.zh, banner.by.en))
    worded = dataclasses.replace(banner, headline=_text(said.headline), next=_text(said.next))
    if not is_lobby:
        return worded
    return dataclasses.replace(worded, zone=None, zone_age_s=0, flat="", by=Text("", ""))


def _text(words: Words) -> Text:
    return Text(words.zh, words.en)


def _not_recorded(detail: str = "") -> Refused:
    return Refused(
        503,
        "not_recorded",
        "box",
        "未能记录，请找工作人员",
        "It could not be recorded. Please ask staff",
        detail,
    )


def _outcome(result: dict[str, object]) -> web.Response:
    """A result as it is; one that the box failed to keep also says so by status and in the form of an error."""
    if result["outcome"] == "not_recorded":
        return _json(result | _not_recorded().body, 503)
    return _json(result)


def _json(body: Mapping[str, object], status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json")


def _static(request: web.Request, file: StaticFile, cache: str, status: int) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: cache, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    body = file.body
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        headers[hdrs.CONTENT_ENCODING] = "gzip"
        body = file.packed
    return web.Response(
        body=body, status=status, content_type=file.content_type, charset=_charset(file), headers=headers
    )


def _charset(file: StaticFile) -> str | None:
    return "utf-8" if file.content_type.startswith("text/") else None


def _denied(error: Literal["loopback_only", "not_allowed"], detail: str) -> Refused:
    return Refused(403, error, "setup", "请联系工作人员", "Please call staff", detail)
