"""A hub for the console's browser tests: real HTTP and server-sent events, incidents and boxes made to order.

It keeps the rules of the hub's API that the page depends on: compare-and-set with who was first, a P1 refused without
cause and contact, change numbers as SSE ids, resuming by Last-Event-ID, `reload` when the gap is too old, nothing for
who is not logged in. Faults are switches: `cut()` ends all streams, `refuse_streams` turns new ones away, `mute` holds
keep-alives back, `refusal` is what a log-in is answered, `end_sessions()` logs everybody out.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final  # JSON documents of the API: their shape is what its models say
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel

from anju_central.access.caller import RIGHTS, Role
from anju_central.api.account_desk import PURPOSE_NAMES, RIGHT_NAMES
from anju_central.api.account_models import LogInRefusal, SessionView
from anju_central.api.box_models import RegisteredBoxesView
from anju_central.api.cookies import HEADER, PLAIN_COOKIE
from anju_central.api.models import (
    BoxView,
    CheckInsView,
    CheckInView,
    ClosedView,
    Conflict,
    HelloView,
    IncidentView,
    Refusal,
)
from anju_central.registry.fields_by_purpose import PURPOSES
from anju_protos.incident_texts import say
from anju_protos.v1.event_pb2 import IncidentState, Priority

Json = dict[str, Any]
RANK = {"NEW": 10, "RINGING": 20, "ACKED": 30, "RESPONDING": 40, "ON_SITE": 50, "RESOLVED": 60, "REVIEWED": 70}
KEEP_CHANGES = 500
PASSWORD = "a right and long password"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SITE: Final = ZoneInfo("Asia/Shanghai")
MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "incident": IncidentView,
    "box": BoxView,
    "check_in": CheckInView,
    "hello": HelloView,
}


def checked(model: type[BaseModel], value: Json) -> Json:
    """Returns the value when the hub could have sent it: the page is not tested with what no hub says."""
    model.model_validate(value, strict=True, extra="forbid")
    missing = model.model_fields.keys() - value.keys()
    assert not missing, f"{model.__name__} without {missing}"
    return value


def iso(when: datetime) -> str:
    """Returns the time as the API writes it: UTC with milliseconds and Z."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ago(**delta: float) -> str:
    """Returns the time so long before now, as text."""
    return iso(datetime.now(UTC) - timedelta(**delta))


def make_clocks(**fields: Any) -> Json:
    """Returns the clocks of an incident: nothing has happened yet, and no time is about."""
    names = ("found", "alarmed", "answered", "disposed")
    return {**dict.fromkeys(names), **{f"{name}_about": False for name in names}, "found_error_ms": 0, **fields}


def make_incident(number: int, *, found_s_ago: float = 12, **fields: Any) -> Json:
    """Returns an incident as the API gives it: a new P1 SOS by default."""
    found = ago(seconds=found_s_ago)
    incident: Json = {
        "id": f"{number:032x}-1",
        "community": "ningdu",
        "community_zh": "柠都社区",
        "community_en": "Ningdu community",
        "box": "ningdu-1",
        "priority": "P1",
        "reasons": ["SOS"],
        "device": f"ble:ac233fc0{number:04x}",
        "device_zh": f"手环 {number}",
        "device_en": f"Band {number}",
        "resident": f"r-{number:04d}",
        "resident_label": f"3-2-{500 + number}",
        "place": {"zone": "b3-u2", "zone_zh": "3栋2单元", "zone_en": "Building 3, unit 2", "age_s": 12},
        "state": "NEW",
        "round": 0,
        "owners": [],
        "repeats": 0,
        "presses": 1,
        "mark": "REAL",
        "unknown_device": False,
        "strangers": [],
        "strangers_all": True,
        "counter_went_back": False,
        "battery_pct": 76,
        "closed_on_site": False,
        "needs_close": False,
        "cause": "",
        "contacted": False,
        "contact": "CONTACT_UNSPECIFIED",
        "done": [],
        "clocks": make_clocks(found=found, alarmed=found),
        "steps": [],
        "allowed": [],
        "linked_to": None,
        "rule": "sos",
        "bearers": None,
        "bearer_labels": [],
    }
    incident.update(fields)
    return worded(incident)


def worded(incident: Json) -> Json:
    """Gives an incident the words for its state, as the hub does."""
    state = "ON_SITE" if incident["needs_close"] else incident["state"]
    said = say("operator", IncidentState.Value(state), Priority.Value(incident["priority"]))
    incident.update(state_zh=said.headline.zh, state_en=said.headline.en, next_zh=said.next.zh, next_en=said.next.en)
    return incident


def make_device(key: str, **fields: Any) -> Json:
    """Returns one line of a box's devices: heard two seconds ago by default."""
    device: Json = {
        "device": key,
        "label_zh": "",
        "label_en": "",
        "kind": "band",
        "zone": "b3-u2",
        "adopted": True,
        "heard": True,
        "heard_ago_s": 2,
        "frames": 4210,
        "errors": 0,
        "battery_pct": None,
        "trouble": "",
        "place": None,
        "place_withheld": False,
    }
    device.update(fields)
    return device


def make_box(box: str, **fields: Any) -> Json:
    """Returns a box row: online, synchronised, nothing waiting."""
    sound = {"skipped": 0, "lost": 0, "quarantined": 0}
    row: Json = {
        "box": box,
        "community": box.rpartition("-")[0],
        "name_zh": "柠都社区",
        "name_en": "Ningdu community",
        "contact": "online",
        "last_contact_at": ago(seconds=1),
        "silent_since": None,
        "bearers": 42,
        "backlog": {"alarm": 0, "activity": 0, "telemetry": 0},
        "clock": {"quality": "SYNCED", "error_ms": 40, "skew_ms": 12},
        "recording": True,
        "fault": None,
        "troubles": [],
        "causes": {},
        "card": "off",
        "roster_revision": 7,
        "software": "0.1.0",
        "version": None,
        "rtt_ms": 23,
        "streams": [
            {"stream": "a1" * 16, "lane": "ALARM", "sealed": False, "cursor": 17, **sound},
            {"stream": "b2" * 16, "lane": "TELEMETRY", "sealed": False, "cursor": 182344, **sound},
        ],
        "devices": [make_device("ble:receiver-1", label_zh="接收器 1", label_en="Receiver 1", kind="receiver")],
        "notes": [],
    }
    row.update(fields)
    return row


def make_session(account: str, role: Role = Role.OPERATOR, *, lives_s: float = 43_200, idle_s: float = 1_800) -> Json:
    """Returns a session as the API gives it: one of a whole shift, of every community, by default."""
    session: Json = {
        "account": account,
        "full_name": "",
        "role": role.value,
        "communities": "every",
        "rights": [name for name in RIGHT_NAMES if name in RIGHTS[role]],
        "ends": ago(seconds=-lives_s),
        "idle_ends": ago(seconds=-min(lives_s, idle_s)),
        "second_factor": "not_needed",
        "registry_away": False,
        "purposes": [name for name in PURPOSE_NAMES if name in PURPOSES[role]],
    }
    return checked(SessionView, session)


class FixtureHub:
    """Serves the console's files and the API on a free loopback port. Use with `async with`."""

    def __init__(self, web_root: Path) -> None:
        self.incidents: dict[str, Json] = {}
        self.boxes: dict[str, Json] = {}
        self.check_ins: Json = {"day": f"{datetime.now(SITE):%Y-%m-%d}", "communities": []}
        self.resumed_from: list[str] = []
        self.requests: list[tuple[str, Json]] = []
        self.refuse_streams = False
        self.mute = False
        self._web_root = web_root
        self._changes: list[tuple[int, str, Json]] = []
        self._number = 0
        self.closed: list[Json] = []
        self.closed_asked: list[str] = []
        self.sessions: dict[str, Json] = {}
        self.refusal: tuple[int, Json] | None = None
        self.log_ins: list[Json] = []
        self._streams: set[asyncio.Queue[bytes | None]] = set()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> FixtureHub:
        app = web.Application(middlewares=[self._only_logged_in])
        app.router.add_get("/api/session", self._get_session)
        app.router.add_post("/api/session", self._log_in)
        app.router.add_delete("/api/session", self._log_out)
        app.router.add_get("/api/incidents", self._get_incidents)
        app.router.add_post("/api/incidents/closed", self._post_closed)
        app.router.add_get("/api/boxes", self._get_boxes)
        app.router.add_get("/api/check-ins", self._get_check_ins)
        app.router.add_get("/api/registry/boxes", self._get_register)
        app.router.add_get("/api/stream", self._stream)
        app.router.add_post("/api/incidents/{id}/{verb}", self._post)
        app.router.add_get("/", self._index)
        app.router.add_static("/", self._web_root)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        assert self._runner is not None
        await self._runner.cleanup()

    # ---- what a test does ---------------------------------------------------------------------------------------

    def put(self, incident: Json) -> Json:
        """Adds or replaces an incident and tells all streams."""
        self.incidents[incident["id"]] = checked(IncidentView, incident)
        self._tell("incident", incident)
        return incident

    def put_box(self, box: Json) -> None:
        """Adds or replaces a box and tells all streams."""
        self.boxes[box["box"]] = checked(BoxView, box)
        self._tell("box", box)

    def tell(self, event: str, value: Json) -> None:
        """Sends any event to all streams."""
        self._tell(event, value)

    def answer(self, incident_id: str, actor: str, at: str | None = None) -> None:
        """Another operator acknowledges, without the streams being told yet: the race."""
        self._step(self.incidents[incident_id], "ACKED", actor, at=at)

    def sign_in(self, session: Json) -> str:
        """Begins a session; returns what its cookie carries."""
        token = secrets.token_urlsafe(8)
        self.sessions[token] = session
        return token

    def end_sessions(self) -> None:
        """Logs everybody out, as an end of all sessions does."""
        self.sessions.clear()
        self.cut()

    def cut(self) -> None:
        """Ends all streams, as a restart of the hub does."""
        for queue in self._streams:
            queue.put_nowait(None)

    def forget_changes(self) -> None:
        """Makes every gap too old to resume."""
        self._changes.clear()
        self._number += 1000

    # ---- the API ------------------------------------------------------------------------------------------------

    @web.middleware
    async def _only_logged_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD") and HEADER not in request.headers:
            return _refuse(403, error="origin", message="only a page of this hub may act here")
        is_open = not request.path.startswith("/api/") or (request.method, request.path) == ("POST", "/api/session")
        if not is_open and self._session(request) is None:
            return _refuse(401, error="signed_out", message="log in first")
        return await handler(request)

    def _session(self, request: web.Request) -> Json | None:
        return self.sessions.get(request.cookies.get(PLAIN_COOKIE, ""))

    async def _get_session(self, request: web.Request) -> web.Response:
        session = self._session(request)
        assert session is not None
        return web.json_response(session)

    async def _log_in(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.log_ins.append(asked)
        if self.refusal is None and asked["password"] != PASSWORD:
            return _refuse_log_in(401, {"error": "wrong"})
        if self.refusal is not None:
            return _refuse_log_in(*self.refusal)
        session = make_session(asked["account"])
        response = web.json_response(session)
        response.set_cookie(PLAIN_COOKIE, self.sign_in(session), httponly=True, samesite="Strict")
        return response

    async def _log_out(self, request: web.Request) -> web.Response:
        self.sessions.pop(request.cookies[PLAIN_COOKIE])
        response = web.json_response({"done": True})
        response.del_cookie(PLAIN_COOKIE)
        return response

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(self._web_root / "index.html")

    async def _get_incidents(self, _: web.Request) -> web.Response:
        return web.json_response(list(self.incidents.values()))

    async def _get_boxes(self, _: web.Request) -> web.Response:
        return web.json_response(list(self.boxes.values()))

    async def _get_check_ins(self, _: web.Request) -> web.Response:
        return web.json_response(checked(CheckInsView, self.check_ins))

    async def _get_register(self, _: web.Request) -> web.Response:
        empty = {"now": iso(datetime.now(UTC)), "may_manage": True, "boxes": [], "communities": []}
        return web.json_response(checked(RegisteredBoxesView, empty))

    async def _post_closed(self, request: web.Request) -> web.Response:
        query = (await request.json())["text"]
        self.closed_asked.append(query)
        found = [one for one in self.closed if query in one["resident_label"]]
        return web.json_response(checked(ClosedView, {"incidents": found, "more": None}))

    async def _post(self, request: web.Request) -> web.Response:
        verb, body = request.match_info["verb"], await request.json()
        self.requests.append((verb, body))
        incident = self.incidents.get(request.match_info["id"])
        if incident is None:
            return _refuse(404, error="unknown", message="there is no such incident")
        session = self._session(request)
        assert session is not None
        actor = session["account"]
        if verb == "acknowledge":
            if incident["owners"]:
                owner = incident["owners"][0]
                earlier = datetime.now(UTC) - datetime.fromisoformat(owner["at"])
                who = {key: owner[key] for key in ("role", "id", "place")}
                first = {"actor": who, "at": owner["at"], "seconds_earlier": round(earlier.total_seconds(), 1)}
                body = {"error": "already_acknowledged", "first": first, "incident": incident}
                return web.json_response(checked(Conflict, body), status=409)
            self._step(incident, "ACKED", actor)
        elif body["expected"] != {"round": incident["round"], "state": incident["state"]}:
            body = {"error": "changed", "first": None, "incident": incident}
            return web.json_response(checked(Conflict, body), status=409)
        elif verb == "step":
            self._step(incident, body["state"], actor)
        elif incident["priority"] == "P1" and not (body["cause"] and (body["contacted"] or body["done"])):
            missing = [name for name in ("cause", "contacted", "done") if not body[name]]
            return _refuse(422, error="not_allowed", message=f"needs {' and '.join(missing)}", missing=missing)
        else:
            contact = "REACHED" if body["contacted"] else "NOT_REACHED"
            incident.update(cause=body["cause"], contacted=bool(body["contacted"]), contact=contact, done=body["done"])
            incident.update(closed_on_site=False, needs_close=False)
            self._step(incident, "RESOLVED", actor, cause=body["cause"])
        self._tell("incident", incident)
        return web.json_response(incident)

    def _step(self, incident: Json, state: str, actor: str, *, at: str | None = None, cause: str = "") -> None:
        at = at or iso(datetime.now(UTC))
        who = {"role": "OPERATOR", "id": actor, "place": "console"}
        incident["steps"] = [
            *incident["steps"],
            {
                "state": state,
                "round": 0,
                "actor": who,
                "at": at,
                "at_about": False,
                "cause": cause,
                "note_code": "",
                "channel": "",
            },
        ]
        if RANK[state] > RANK[incident["state"]]:
            incident["state"] = state
            worded(incident)
        clocks = incident["clocks"] = dict(incident["clocks"])
        if state == "ACKED":
            incident["owners"] = [*incident["owners"], {**who, "at": at, "at_about": False}]
            clocks["answered"] = clocks["answered"] or at
        if state in ("ON_SITE", "RESOLVED"):
            clocks["disposed"] = clocks["disposed"] or at

    # ---- the stream ---------------------------------------------------------------------------------------------

    def _tell(self, event: str, value: Json) -> None:
        if event in MODELS:
            checked(MODELS[event], value)
        self._number += 1
        self._changes = [*self._changes, (self._number, event, json.loads(json.dumps(value)))][-KEEP_CHANGES:]
        for queue in self._streams:
            queue.put_nowait(self._frame(self._number, event, value))

    @staticmethod
    def _frame(number: int, event: str, value: Json) -> bytes:
        return f"id: {number}\nevent: {event}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_streams:
            return web.Response(status=503)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._streams.add(queue)
        last = request.headers.get("Last-Event-ID", "")
        self.resumed_from.append(last)
        try:
            hello = {"version": "0.1.0", "now": iso(datetime.now(UTC)), "time_zone": SITE.key}
            await response.write(self._frame(self._number, "hello", hello) if not last else b"")
            if last and (not self._changes or int(last) < self._changes[0][0] - 1):
                await response.write(self._frame(self._number, "reload", {}))
            elif last:
                for number, event, value in self._changes:
                    if number > int(last):
                        await response.write(self._frame(number, event, value))
            while True:
                try:
                    frame = await asyncio.wait_for(queue.get(), timeout=1)
                except TimeoutError:
                    if not self.mute:
                        await response.write(b": still here\n\n")
                    continue
                if frame is None:
                    return response
                await response.write(frame)
        except ConnectionResetError:  # the page closed
            return response
        finally:
            self._streams.discard(queue)


def _refuse_log_in(status: int, fields: Json) -> web.Response:
    body = {"message": "refused", "until": None, "again_s": None, **fields}
    return web.json_response(checked(LogInRefusal, body), status=status)


def _refuse(status: int, **fields: Any) -> web.Response:
    body = {"missing": [], "incident": None, **fields}
    return web.json_response(checked(Refusal, body), status=status)
