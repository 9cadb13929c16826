"""Kiosk pages over HTTP: `KioskBackend` in, JSON and server-sent events out.

Routes under `/kiosk/{kiosk}`: the page, `api/state`, `api/events`, `api/check-in`, `api/undo`, `api/help`,
`api/staff`, `api/respond`, `api/beat`. Every error is JSON and says whose fault it is and what to do next:
`{"error", "fault": "page" | "box" | "setup", "next": {"zh", "en"}, "detail"}`.

Where a screen stands decides what it may show: flat, zone and names of incidents leave the box for responders'
devices only, whatever the backend filled in.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import hmac
import json
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from anju_drivers.errors import NotRecorded
from anju_edge.kiosk import security
from anju_edge.kiosk.answers import (
    BeatAnswer,
    BeatMessage,
    CardTapMessage,
    PageState,
    StaffAnswer,
    StateMessage,
    setup_of,
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
PAIRED_S = 400 * 86_400  # the longest that Chromium 156 keeps a cookie, whatever is asked
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


class _Streams:
    """Open event streams by kiosk. The newest wins: a page that reloads must not wait for its dead predecessor."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[asyncio.Task[object], str] = OrderedDict()

    def enter(self, task: asyncio.Task[object], kiosk: str) -> None:
        of_kiosk = [other for other, name in self._tasks.items() if name == kiosk]
        if len(of_kiosk) >= MAX_STREAMS_PER_KIOSK:
            self._drop(of_kiosk[0])
        elif len(self._tasks) >= MAX_STREAMS:
            self._drop(next(iter(self._tasks)))
        self._tasks[task] = kiosk

    def leave(self, task: asyncio.Task[object]) -> None:
        self._tasks.pop(task, None)

    def close(self) -> None:
        for task in list(self._tasks):
            self._drop(task)

    def _drop(self, task: asyncio.Task[object]) -> None:
        del self._tasks[task]
        task.cancel()


STATS: Final = web.AppKey("kiosk_stats", Counter[str])  # requests by what became of them, for /metrics
_STREAMS: Final = web.AppKey("kiosk_streams", _Streams)


def make_app(
    backend: KioskBackend,
    web_root: Path,
    *,
    settings: KioskServerSettings | None = None,
    extra_routes: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """The box's HTTP application. `extra_routes` (healthz, metrics) stand behind the same Host list and headers."""
    settings = settings or KioskServerSettings()
    server = _KioskServer(backend, load_pages(web_root), settings)
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
    def __init__(self, backend: KioskBackend, pages: Pages, settings: KioskServerSettings) -> None:
        self._backend, self._pages, self._settings = backend, pages, settings
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
        kiosk = request.match_info.get("kiosk")
        if kiosk is None:
            return await handler(request)
        if request.method == hdrs.METH_POST:
            self._check_post(request, host)
        self._check_rate(request, kiosk)
        self._check_paired(request, kiosk)
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

    def _check_paired(self, request: web.Request, kiosk: str) -> None:
        key = self._backend.profile(kiosk).pair_key
        if not key or ("key" in request.query and request.path == f"/kiosk/{kiosk}"):
            return
        if not _same(request.cookies.get(_cookie_name(kiosk), ""), _cookie_value(key)):
            raise Refused(
                401,
                "not_paired",
                "setup",
                "此屏幕尚未配对，请联系工作人员",
                "This screen is not paired. Please call staff",
                "open the page once with ?key= and the kiosk's pairing key",
            )

    # Pages.

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page itself. A paired screen loads it at least once a day, at four in the morning (kiosk rule K23)."""
        kiosk = request.match_info["kiosk"]
        key = self._backend.profile(kiosk).pair_key
        if key and "key" in request.query:
            return self._pair(request, kiosk, key)
        response = _static(request, self._pages.index, "no-store", 200 if self._pages.is_built else 503)
        if key:
            _set_pairing(response, kiosk, key)  # a browser keeps it for 400 days only: each page begins them anew
        return response

    def _pair(self, request: web.Request, kiosk: str, key: str) -> web.StreamResponse:
        if not self._limiter.allows((str(request.remote), "pair"), security.Rate(5, 0.1), time.monotonic()):
            raise Refused(429, "too_many", "page", "请稍等几秒再试", "Please wait a few seconds and try again")
        if not _same(request.query["key"], key):
            raise Refused(
                401, "wrong_key", "setup", "配对码不对，请重新输入", "Wrong pairing key. Please check it and try again"
            )
        response = web.Response(status=303, headers={hdrs.LOCATION: f"/kiosk/{kiosk}"})
        _set_pairing(response, kiosk, key)
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
        assert current is not None
        snapshot = self._backend.snapshot(kiosk)
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"})
        self.streams.enter(current, kiosk)
        changes = self._backend.changes(kiosk)
        outbox = Outbox()
        filling = asyncio.create_task(outbox.fill(changes), name=f"kiosk-changes-{kiosk}")
        try:
            await response.prepare(request)
            await self._send(response, frame(StateMessage(self._whole(kiosk, snapshot))))
            while (answer := await self._next_frame(kiosk, outbox, snapshot)) is not None:
                snapshot, data = answer
                await self._send(response, data)
            await filling
        except (ConnectionError, TimeoutError):
            self.stats["stream_lost"] += 1
        finally:
            self.streams.leave(current)
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
        return PageState(self._pages.build, setup_of(profile), shown_on(profile, state))

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
        if profile.role != "responder":
            raise Refused(
                403,
                "not_a_responder",
                "setup",
                "请在邻居的屏幕上按",
                "Please use a neighbour's screen",
                "only a kiosk of role responder may say that somebody goes",
            )
        asked = RespondRequest.of(body)
        result = await self._backend.respond(kiosk, asked.incident, asked.actor or profile.actor or kiosk)
        self.stats[f"respond_{result.outcome}"] += 1
        return _outcome(dataclasses.asdict(result))

    async def beat(self, request: web.Request) -> web.StreamResponse:
        self._backend.beat(request.match_info["kiosk"], page_beat(await json_body(request)))
        return _json(dataclasses.asdict(BeatAnswer(self._pages.build)))


def shown_on(profile: KioskProfile, state: KioskState) -> KioskState:
    """`state` as this screen may show it, in the words for its reader: a lobby gets no place, no flat and no list."""
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


def _same(given: str, secret: str) -> bool:
    """Compares in a time that tells nothing; what was given may hold bytes that are no UTF-8."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode())


def _set_pairing(response: web.StreamResponse, kiosk: str, key: str) -> None:
    """Sets what proves the pairing; it is worth nothing once the key is another one."""
    response.set_cookie(
        _cookie_name(kiosk),
        _cookie_value(key),
        path=f"/kiosk/{kiosk}",
        httponly=True,
        samesite="Strict",
        max_age=PAIRED_S,
    )


def _cookie_name(kiosk: str) -> str:
    return f"anju-kiosk-{kiosk}"


def _cookie_value(key: str) -> str:
    return hashlib.sha256(f"anju kiosk pairing {key}".encode()).hexdigest()
