"""/healthz (JSON) and /metrics (Prometheus), and the application of the status listener."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from aiohttp import hdrs, web

from anju_edge.health.health import BoxHealth
from anju_edge.health.metrics import BoxMetrics
from anju_edge.kiosk import security
from anju_edge.kiosk.access import access_to
from anju_edge.kiosk.http_door import GUARD, add_headers
from anju_edge.kiosk.pairing.paired_page import LOOPBACK, address_of

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def health_routes(health: BoxHealth, metrics: BoxMetrics) -> list[web.RouteDef]:
    """GET /healthz (200, or 503 while somebody must act now) and GET /metrics."""

    async def healthz(_: web.Request) -> web.Response:
        snapshot = health.snapshot()
        return web.json_response(snapshot, status=200 if snapshot["ok"] else 503)

    async def prometheus(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    return [web.get("/healthz", healthz), web.get("/metrics", prometheus)]


def status_app(
    routes: Collection[web.RouteDef], hosts: Collection[str] = (), limits: security.ConnectionLimits | None = None
) -> web.Application:
    """The status listener's application. It lists devices and has no log-in, so only a Host of its own is served.

    A page elsewhere whose name is made to point at this box (DNS rebinding) gets 421. `hosts`: names or addresses
    under which it is reached besides loopback's.
    """
    connections, allowed = security.ConnectionGuard(limits), security.allowed_hosts(hosts)

    @web.middleware
    async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
        with connections.serving(request.transport):
            if security.host_of(request.headers.get(hdrs.HOST)) not in allowed:
                detail = "this Host is not in the box's list of its own names; ask by 127.0.0.1 or localhost"
                return web.json_response({"error": "wrong_host", "detail": detail}, status=421)
            if request.match_info.http_exception is None:
                resource = request.match_info.route.resource
                access = access_to(request.method, resource.canonical if resource is not None else "")
                if not access.is_loopback or address_of(request.remote) != LOOPBACK:
                    detail = "only this machine may ask, and only what the table of routes has"
                    return web.json_response({"error": "loopback_only", "detail": detail}, status=403)
            return await handler(request)

    app = web.Application(middlewares=[guard], client_max_size=1024)
    app[GUARD] = connections
    app.on_response_prepare.append(add_headers)
    app.add_routes(routes)
    return app
