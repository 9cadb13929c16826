"""The hub's HTTP side: the API (OpenAPI at /openapi.json), live changes by SSE, metrics, and the console's files.

Operators have no identities yet: `actor` in a request's body is believed, which is one reason why the hub listens on
this machine only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.exceptions import HTTPException

from anju_central.api.box_desk import BoxDesk
from anju_central.api.box_routes import answer_refusals, box_routes
from anju_central.api.console import Console
from anju_central.api.guards import AuthorityFile, Front, KnownHosts, SecurityHeaders, ThisMachine
from anju_central.api.metrics import HubCollector
from anju_central.api.models import (
    AcknowledgeRequest,
    BeatView,
    BoxView,
    CheckInsView,
    ClosedView,
    Conflict,
    Expected,
    HealthView,
    HelloView,
    IncidentView,
    Missing,
    Refusal,
    ResolveRequest,
    StepRequest,
    StreamMessage,
)
from anju_central.api.views.incidents import iso
from anju_central.incidents.commands import (
    AlreadyAcknowledged,
    Closing,
    CommandRefused,
    IncidentChanged,
    IncidentUnknown,
    StepNotAllowed,
)
from anju_central.process.bounded_body import BoundedBody
from anju_central.projections.projector import Projector, lag
from anju_central.store.damage import kept_files, notice
from anju_central.store.event_store import StoreUnavailable
from anju_central.store.sqlite_store import SqliteEventStore
from anju_protos.incidents import parse_incident_key
from anju_protos.v1.event_pb2 import EventRef, IncidentState, Mark

THIS_MACHINE = ThisMachine()
NOBODY_REFUSED: Mapping[str, int] = MappingProxyType({})
MAX_LISTED = 2_000
MAX_MESSAGE_CHARS = 300
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>安居 Anju</title>
<body>
<h1>安居 Anju</h1><p>控制台页面尚未构建。The console page is not built.</p>
<p><code>./dev demo</code> 会构建并启动。It builds and starts everything.
API: <a href="/openapi.json">/openapi.json</a>,
<a href="/healthz">/healthz</a>, <a href="/metrics">/metrics</a></p></body></html>"""

Answers = dict[int | str, dict[str, object]]
GUARDED: Answers = {403: {"model": Refusal}, 421: {"model": Refusal}}
WHY_INVALID = "What was asked does not fit, or is not allowed now"  # http's own phrase is another in Python 3.13
INVALID: Answers = {422: {"model": Refusal, "description": WHY_INVALID}}
UNKNOWN: Answers = INVALID | {404: {"model": Refusal}}
REFUSED: dict[str, object] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}}
STREAMED: Answers = {  # refusals are JSON, not events
    200: {"model": StreamMessage},
    403: REFUSED,
    421: REFUSED,
    422: REFUSED | {"description": WHY_INVALID},
}
COMMANDED: Answers = UNKNOWN | {
    409: {"model": Conflict},
    413: {"model": Refusal, "description": "Content Too Large"},  # RFC 9110; Python 3.12's name is an older one
    503: {"model": Refusal},
}

HEARTBEAT_S = 4.0  # a page calls its data old at 10 s


def make_app(
    console: Console,
    store: SqliteEventStore,
    projector: Projector,
    version: str,
    web_root: Path | None,
    desk: BoxDesk,
    refusals: Mapping[str, int] = NOBODY_REFUSED,
    front: Front = THIS_MACHINE,
) -> FastAPI:
    """Returns the ASGI application. `web_root` is the built console, or None; `desk` looks after boxes.

    `refusals` of boxes, by reason; `front`: under which names the console is asked for, and its certificate.
    """
    app = FastAPI(
        title="Anju hub",
        version=version,
        description=__doc__ or "",
        responses=GUARDED,
        docs_url=None,  # those pages run scripts from elsewhere, in the console's origin
        redoc_url=None,
    )
    app.add_middleware(BoundedBody, refusal=lambda why: _answer(413, Refusal(error="invalid", message=why)))
    app.add_middleware(AuthorityFile, front=front)
    app.add_middleware(KnownHosts, front=front)
    app.add_middleware(SecurityHeaders, front=front)
    registry = CollectorRegistry()
    registry.register(HubCollector(store, projector, console.contacts, console.live_incidents, refusals))

    def refused(error: CommandRefused) -> Response:
        if isinstance(error, IncidentUnknown):
            return _answer(404, Refusal(error="unknown", message="there is no such incident"))
        if isinstance(error, AlreadyAcknowledged):
            first = console.views.first(error.first, error.record, console.now_ms())
            view = console.views.incident(error.record)
            return _answer(409, Conflict(error="already_acknowledged", first=first, incident=view))
        if isinstance(error, IncidentChanged):
            return _answer(409, Conflict(error="changed", incident=console.views.incident(error.record)))
        if isinstance(error, StepNotAllowed):
            view = console.views.incident(error.record)
            message = f"needs {' and '.join(error.missing)}" if error.missing else f"not from {view.state}"
            missing = [name for name in get_args(Missing) if name in error.missing]
            return _answer(422, Refusal(error="not_allowed", message=message, missing=missing, incident=view))
        raise error

    @app.exception_handler(CommandRefused)
    async def _on_refused(_request: Request, error: CommandRefused) -> Response:
        return refused(error)

    @app.exception_handler(StoreUnavailable)
    async def _on_unavailable(_request: Request, error: StoreUnavailable) -> Response:
        return _answer(503, Refusal(error="unavailable", message=str(error)))

    @app.exception_handler(RequestValidationError)
    async def _on_invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return _answer(422, Refusal(error="invalid", message=_sayable(f"{where}: {first['msg']}")))

    @app.exception_handler(HTTPException)
    async def _on_http(_request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:  # of the framework's: the body cannot be read at all
            return _answer(422, Refusal(error="invalid", message="the body is not JSON that can be read"))
        kind: Literal["unknown", "invalid"] = "unknown" if error.status_code == 404 else "invalid"
        answer = _answer(error.status_code, Refusal(error=kind, message=_sayable(str(error.detail))))
        answer.headers.update(error.headers or {})
        return answer

    answer_refusals(app)
    app.include_router(box_routes(desk))

    @app.get("/api/boxes")
    async def boxes() -> list[BoxView]:
        """All boxes that the hub knows."""
        return await console.boxes()

    @app.get("/api/incidents", responses=INVALID)
    async def incidents(
        state: Literal["open", "all"] = "open",
        mark: Literal["all", "real", "test", "drill"] = "all",
        limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 200,
    ) -> list[IncidentView]:
        """Incidents, the newest first; `mark` keeps tests and drills apart from real ones."""
        marked = None if mark == "all" else Mark.Value(mark.upper())
        return await console.incidents(only_open=state == "open", mark=marked, limit=limit)

    @app.get("/api/incidents/closed", responses=INVALID)
    async def closed(
        q: Annotated[str, Query(max_length=100)] = "",
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> ClosedView:
        """Incidents closed within the last 30 days, newest first; `q` = all these words, `before` = the last `more`."""
        return await console.closed(q, before)

    @app.get("/api/incidents/{key}", responses=UNKNOWN)
    async def incident(key: str) -> IncidentView:
        """One incident with its steps."""
        _ref(key)
        found = await console.incident(key)
        if found is None:
            raise IncidentUnknown
        return found

    @app.post("/api/incidents/{key}/acknowledge", responses=COMMANDED)
    async def acknowledge(key: str, request: AcknowledgeRequest) -> IncidentView:
        """Takes an incident. Of several at the same moment one is first; the others get 409 and learn who it was."""
        record = await console.commands.acknowledge(_ref(key), request.actor, _expected(request.expected))
        return console.views.incident(record)

    @app.post("/api/incidents/{key}/step", responses=COMMANDED)
    async def step(key: str, request: StepRequest) -> IncidentView:
        """Moves an incident on: somebody is on the way, or on site, or it was reviewed."""
        state = IncidentState.Value(request.state)
        record = await console.commands.step(_ref(key), request.actor, state, _expected(request.expected))
        return console.views.incident(record)

    @app.post("/api/incidents/{key}/resolve", responses=COMMANDED)
    async def resolve(key: str, request: ResolveRequest) -> IncidentView:
        """Closes an incident. A P1 without cause, or without a word on the contact, is refused with 422."""
        record = await console.commands.resolve(
            _ref(key),
            request.actor,
            Closing(request.cause, request.contacted, tuple(request.done), request.note_code),
            _expected(request.expected),
        )
        return console.views.incident(record)

    @app.get("/api/check-ins", responses=INVALID)
    async def check_ins(day: date | Literal["today"] = "today") -> CheckInsView:
        """Check-ins of one local day, by community."""
        return await console.check_ins(None if day == "today" else day)

    @app.get("/api/stream", response_class=EventSourceResponse, responses=STREAMED)
    async def stream(
        last_event_id: Annotated[int | None, Header(ge=0)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Changes as they come: `incident`, `box`, `check_in`; `hello` first, `reload` when some are gone.

        `beat` comes when nothing else did for a while: a page then knows that the hub is there.
        """
        changes = console.changes
        at = changes.last if last_event_id is None else last_event_id
        hello = HelloView(version=version, now=iso(console.now_ms()) or "", time_zone=console.time_zone)
        yield ServerSentEvent(event="hello", data=hello, id=str(at), retry=1_000)
        while not changes.closed:
            news = changes.after(at)
            if news is None:
                at = changes.last
                yield ServerSentEvent(event="reload", data={}, id=str(at))
                continue
            for change in news:
                at = change.number
                yield ServerSentEvent(event=change.event, raw_data=change.data, id=str(at))
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await changes.wait(at)
            except TimeoutError:
                yield ServerSentEvent(event="beat", data=BeatView(now=iso(console.now_ms()) or ""))

    @app.get("/healthz", response_model=HealthView, responses={503: {"model": HealthView}})
    async def healthz() -> Response:
        """200 while the hub stores what comes, 503 when it cannot."""
        behind = {name: lag(store.heads, folded) for name, folded in projector.folded.items()}
        notices = [notice(path) for path in await asyncio.to_thread(kept_files, store.path.parent)]
        notices += console.notices() + front.notices()
        health = HealthView(
            ok=store.fault is None, version=version, store_fault=store.fault, notices=notices, lag=behind
        )
        return _answer(200 if health.ok else 503, health)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    if web_root is not None and (web_root / "index.html").is_file():
        app.mount("/", StaticFiles(directory=web_root, html=True))
    else:

        @app.get("/", include_in_schema=False)
        async def not_built() -> Response:
            return HTMLResponse(NOT_BUILT)

    return app


def _answer(status: int, body: Refusal | Conflict | HealthView) -> Response:
    return JSONResponse(body.model_dump(mode="json"), status)


def _sayable(text: str) -> str:
    """What a client sent may stand in a message: cut, and as UTF-8 can have it."""
    return text[:MAX_MESSAGE_CHARS].encode("utf-8", "backslashreplace").decode()


def _ref(key: str) -> EventRef:
    try:
        return parse_incident_key(key)
    except ValueError as error:
        raise IncidentUnknown from error


def _expected(expected: Expected | None) -> tuple[int, int] | None:
    if expected is None:
        return None
    names = IncidentState.keys()
    return expected.round, IncidentState.Value(expected.state) if expected.state in names else int(expected.state)
