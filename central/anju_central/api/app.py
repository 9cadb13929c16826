"""The hub's HTTP side: the API (OpenAPI at /openapi.json), live changes by SSE, metrics, and the console's files.

Operators have no identities yet: `actor` in a request's body is believed, which is one reason why the hub listens on
this machine only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from fastapi import FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from anju_central.api.console import Console
from anju_central.api.guards import LocalOnly
from anju_central.api.metrics import HubCollector
from anju_central.api.models import (
    AcknowledgeRequest,
    BoxView,
    CheckInsView,
    Conflict,
    Expected,
    HealthView,
    IncidentView,
    Refusal,
    ResolveRequest,
    StepRequest,
)
from anju_central.api.views.incidents import iso
from anju_central.incidents.commands import (
    AlreadyAcknowledged,
    CommandRefused,
    IncidentChanged,
    IncidentUnknown,
    StepNotAllowed,
)
from anju_central.projections.projector import Projector, lag
from anju_central.store.event_store import StoreUnavailable
from anju_central.store.sqlite_store import SqliteEventStore
from anju_protos.incidents import parse_incident_key
from anju_protos.v1.event_pb2 import EventRef, IncidentState, Mark

MAX_LISTED = 2_000
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>安居 Anju</title>
<body style="font:16px/1.6 sans-serif;max-width:40em;margin:4em auto;padding:0 1em">
<h1>安居 Anju</h1><p>控制台页面尚未构建。The console page is not built.</p>
<p><code>./dev demo</code> 会构建并启动。It builds and starts everything.
API: <a href="/docs">/docs</a>, <a href="/healthz">/healthz</a>, <a href="/metrics">/metrics</a></p></body></html>"""

ANSWERS: dict[int | str, dict[str, object]] = {
    404: {"model": Refusal},
    409: {"model": Conflict},
    422: {"model": Refusal},
    503: {"model": Refusal},
}


BEAT_S = 4.0  # a page calls its data old at 10 s


def make_app(
    console: Console, store: SqliteEventStore, projector: Projector, version: str, web_root: Path | None
) -> FastAPI:
    """Returns the ASGI application. `web_root` is the built console, or None."""
    app = FastAPI(title="Anju hub", version=version, description=__doc__ or "")
    app.add_middleware(LocalOnly)
    registry = CollectorRegistry()
    registry.register(HubCollector(store, projector, console.contacts, console.book))

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
            return _answer(
                422, Refusal(error="not_allowed", message=message, missing=list(error.missing), incident=view)
            )
        raise error

    @app.exception_handler(CommandRefused)
    async def _on_refused(_request: Request, error: CommandRefused) -> Response:
        return refused(error)

    @app.exception_handler(StoreUnavailable)
    async def _on_unavailable(_request: Request, error: StoreUnavailable) -> Response:
        return _answer(503, Refusal(error="unavailable", message=str(error)))

    @app.get("/api/boxes")
    async def boxes() -> list[BoxView]:
        """All boxes that the hub knows."""
        return await console.boxes()

    @app.get("/api/incidents")
    async def incidents(
        state: Literal["open", "all"] = "open",
        mark: Literal["all", "real", "test", "drill"] = "all",
        limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 200,
    ) -> list[IncidentView]:
        """Incidents, the newest first; `mark` keeps tests and drills apart from real ones."""
        marked = None if mark == "all" else Mark.Value(mark.upper())
        return await console.incidents(only_open=state == "open", mark=marked, limit=limit)

    @app.get("/api/incidents/{key}", responses={404: {"model": Refusal}})
    async def incident(key: str) -> IncidentView:
        """One incident with its steps."""
        _ref(key)
        found = await console.incident(key)
        if found is None:
            raise HTTPException(404, {"error": "unknown", "message": "there is no such incident"})
        return found

    @app.post("/api/incidents/{key}/acknowledge", responses=ANSWERS)
    async def acknowledge(key: str, request: AcknowledgeRequest) -> IncidentView:
        """Takes an incident. Of several at the same moment one is first; the others get 409 and learn who it was."""
        record = await console.commands.acknowledge(_ref(key), request.actor, _expected(request.expected))
        return console.views.incident(record)

    @app.post("/api/incidents/{key}/step", responses=ANSWERS)
    async def step(key: str, request: StepRequest) -> IncidentView:
        """Moves an incident on: somebody is on the way, or on site, or it was reviewed."""
        state = IncidentState.Value(request.state)
        record = await console.commands.step(_ref(key), request.actor, state, _expected(request.expected))
        return console.views.incident(record)

    @app.post("/api/incidents/{key}/resolve", responses=ANSWERS)
    async def resolve(key: str, request: ResolveRequest) -> IncidentView:
        """Closes an incident. A P1 without cause or contact is refused with 422."""
        record = await console.commands.resolve(
            _ref(key),
            request.actor,
            request.cause,
            request.contacted,
            request.note_code,
            _expected(request.expected),
        )
        return console.views.incident(record)

    @app.get("/api/check-ins")
    async def check_ins(day: date | Literal["today"] = "today") -> CheckInsView:
        """Check-ins of one local day, by community."""
        return await console.check_ins(None if day == "today" else day)

    @app.get("/api/stream", response_class=EventSourceResponse)
    async def stream(
        last_event_id: Annotated[int | None, Header(ge=0)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Changes as they come: `incident`, `box`, `check_in`; `hello` first, `reload` when some are gone.

        `beat` comes when nothing else did for a while: a page then knows that the hub is there.
        """
        changes = console.changes
        at = changes.last if last_event_id is None else last_event_id
        hello = {"version": version, "now": iso(console.now_ms()), "time_zone": console.time_zone}
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
                async with asyncio.timeout(BEAT_S):
                    await changes.wait(at)
            except TimeoutError:
                yield ServerSentEvent(event="beat", data={"now": iso(console.now_ms())})

    @app.get("/healthz", responses={503: {"model": HealthView}})
    async def healthz() -> Response:
        """200 while the hub stores what comes, 503 when it cannot."""
        behind = {name: lag(store.heads, folded) for name, folded in projector.folded.items()}
        health = HealthView(ok=store.fault is None, version=version, store_fault=store.fault, lag=behind)
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


def _ref(key: str) -> EventRef:
    try:
        return parse_incident_key(key)
    except ValueError as error:
        raise HTTPException(404, {"error": "unknown", "message": str(error)}) from error


def _expected(expected: Expected | None) -> tuple[int, int] | None:
    return (expected.round, IncidentState.Value(expected.state)) if expected is not None else None
