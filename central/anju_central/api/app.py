"""The hub's HTTP side: the API (OpenAPI at /openapi.json), live changes by SSE, metrics, and the console's files.

Who may call what stands in one table, and whoever is not in it may not (`gate_table.py`). Who acts is who is logged in:
a cookie carries the session; what acts also needs the header `X-Anju`, which no form of another site can send.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.exceptions import HTTPException

from anju_central.api.account_desk import AccountDesk
from anju_central.api.account_models import AccountRefusal, LogInRefusal
from anju_central.api.account_routes import account_routes, answer_log_in_refusals
from anju_central.api.answers import GUARDED, answer, describe, sayable, take_in
from anju_central.api.audit_routes import audit_routes
from anju_central.api.band_routes import band_routes, look_up_routes
from anju_central.api.box_desk import BoxDesk
from anju_central.api.box_models import RegistryRefusal
from anju_central.api.box_routes import box_routes
from anju_central.api.community_routes import community_routes
from anju_central.api.consent_routes import consent_routes
from anju_central.api.console import Console
from anju_central.api.export_routes import export_routes
from anju_central.api.gate import Gate
from anju_central.api.guards import AuthorityFile, Front, KnownHosts, SecurityHeaders, ThisMachine
from anju_central.api.household_routes import group_routes, household_routes
from anju_central.api.import_routes import STREAMED, import_routes
from anju_central.api.incident_routes import answer_command_refusals, incident_routes
from anju_central.api.metrics import HubCollector
from anju_central.api.models import Conflict, HealthView, Refusal
from anju_central.api.named_routes import named_routes
from anju_central.api.page_models import PageRefusal
from anju_central.api.page_routes import page_routes
from anju_central.api.people_desk import PeopleDesk
from anju_central.api.people_models import PeopleRefusal
from anju_central.api.people_refusals import answer_people_refusals
from anju_central.api.people_routes import people_routes
from anju_central.api.place_routes import place_routes, zone_routes
from anju_central.api.press_desk import PressDesk
from anju_central.api.press_routes import press_routes
from anju_central.api.registry_refusals import answer_refusals
from anju_central.api.request_routes import request_routes
from anju_central.api.retention_routes import retention_routes
from anju_central.api.roster_routes import roster_routes
from anju_central.api.staff_routes import staff_routes
from anju_central.api.token_routes import token_routes
from anju_central.api.watch_routes import watch_routes
from anju_central.process.bounded_body import BoundedBody
from anju_central.projections.projector import Projector, lag
from anju_central.store.damage import kept_files, notice
from anju_central.store.event_store import StoreUnavailable
from anju_central.store.sqlite_store import SqliteEventStore

THIS_MACHINE: Final = ThisMachine()
NOBODY_REFUSED: Final[Mapping[str, int]] = MappingProxyType({})
REFUSALS: Final = (Refusal, Conflict, RegistryRefusal, PeopleRefusal, PageRefusal, AccountRefusal, LogInRefusal)
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>安居 Anju</title>
<body>
<h1>安居 Anju</h1><p>控制台页面尚未构建。The console page is not built.</p>
<p><code>./dev demo</code> 会构建并启动。It builds and starts everything.
API: <a href="/openapi.json">/openapi.json</a>,
<a href="/healthz">/healthz</a>, <a href="/metrics">/metrics</a></p></body></html>"""


def make_app(
    console: Console,
    store: SqliteEventStore,
    projector: Projector,
    version: str,
    web_root: Path | None,
    desk: BoxDesk,
    accounts: AccountDesk,
    people: PeopleDesk,
    refusals: Mapping[str, int] = NOBODY_REFUSED,
    front: Front = THIS_MACHINE,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """Returns the ASGI application. `web_root` is the built console, or None; `desk` looks after boxes,
    `accounts` after who logs in, `people` after who lives in the district.

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
    app.add_middleware(
        BoundedBody, refusal=lambda why: answer(413, Refusal(error="invalid", message=why)), streamed=STREAMED
    )
    app.add_middleware(Gate, routes=lambda: app.routes, sessions=accounts.sessions, monotonic_s=monotonic_s)
    app.add_middleware(AuthorityFile, front=front)
    app.add_middleware(KnownHosts, front=front)
    app.add_middleware(SecurityHeaders, front=front)
    registry = CollectorRegistry()
    registry.register(HubCollector(store, projector, console.contacts, console.live_incidents, refusals))

    @app.exception_handler(StoreUnavailable)
    async def _on_unavailable(_request: Request, error: StoreUnavailable) -> Response:
        return answer(503, Refusal(error="unavailable", message=str(error)))

    @app.exception_handler(RequestValidationError)
    async def _on_invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return answer(422, Refusal(error="invalid", message=sayable(f"{where}: {first['msg']}")))

    @app.exception_handler(HTTPException)
    async def _on_http(_request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:  # of the framework's: the body cannot be read at all
            return answer(422, Refusal(error="invalid", message="the body is not JSON that can be read"))
        kind: Literal["unknown", "invalid"] = "unknown" if error.status_code == 404 else "invalid"
        refused = answer(error.status_code, Refusal(error=kind, message=sayable(str(error.detail))))
        refused.headers.update(error.headers or {})
        return refused

    describe(app, REFUSALS)
    answer_command_refusals(app, console)
    answer_refusals(app)
    answer_people_refusals(app)
    answer_log_in_refusals(app)
    take_in(app, account_routes(accounts))
    take_in(app, audit_routes(accounts.link, accounts.now_ms))
    take_in(app, incident_routes(console))
    take_in(app, watch_routes(console, accounts.sessions, version))
    take_in(app, box_routes(desk))
    take_in(app, page_routes(desk.pages))
    take_in(app, people_routes(people))
    take_in(app, band_routes(people))
    take_in(app, look_up_routes(people))
    take_in(app, named_routes(console, people))
    take_in(app, consent_routes(people))
    take_in(app, request_routes(people))
    take_in(app, retention_routes(people))
    take_in(app, import_routes(people.imports))
    take_in(app, export_routes(people.exports))
    take_in(app, press_routes(PressDesk(desk.contacts, desk.labels, desk.now_ms)))
    take_in(app, household_routes(people))
    take_in(app, group_routes(people))
    take_in(app, roster_routes(desk.rosters))
    take_in(app, community_routes(people))
    take_in(app, place_routes(people))
    take_in(app, zone_routes(people))
    take_in(app, token_routes(people))
    take_in(app, staff_routes(people))

    @app.get("/healthz", response_model=HealthView, responses={503: {"model": HealthView}})
    async def healthz() -> Response:
        """200 while the hub stores what comes, 503 when it cannot."""
        behind = {name: lag(store.heads, folded) for name, folded in projector.folded.items()}
        notices = [notice(path) for path in await asyncio.to_thread(kept_files, store.path.parent)]
        notices += console.notices() + front.notices()
        health = HealthView(
            ok=store.fault is None, version=version, store_fault=store.fault, notices=notices, lag=behind
        )
        return answer(200 if health.ok else 503, health)

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
