"""/healthz (JSON) and /metrics (Prometheus) on the status listener."""

from __future__ import annotations

from aiohttp import web

from anju_edge.health.health import BoxHealth
from anju_edge.health.metrics import BoxMetrics


def health_routes(health: BoxHealth, metrics: BoxMetrics) -> list[web.RouteDef]:
    """GET /healthz (200, or 503 while something essential fails) and GET /metrics."""

    async def healthz(_: web.Request) -> web.Response:
        snapshot = health.snapshot()
        return web.json_response(snapshot, status=200 if snapshot["ok"] else 503)

    async def prometheus(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    return [web.get("/healthz", healthz), web.get("/metrics", prometheus)]
