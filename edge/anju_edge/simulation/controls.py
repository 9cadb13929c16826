"""The demo's page and what it speaks to: the world by SSE, one POST for every button. On 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from anju_edge.simulation.demo import Demo, DemoRefused

HEARTBEAT_S = 10.0
MAX_BODY_BYTES = 2_000
HERE = ("127.0.0.1", "localhost")


def make_controls(demo: Demo, pages: Path) -> web.Application:
    """Returns the page's application. `pages` is the built page's folder (`edge/demo-web/dist`)."""

    @web.middleware
    async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host.partition(":")[0] not in HERE:
            raise web.HTTPMisdirectedRequest(text="open this page as 127.0.0.1")
        return await handler(request)

    async def events(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        seen = -1
        with contextlib.suppress(ConnectionResetError):
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_S):
                        seen = await demo.news(seen)
                body = json.dumps(demo.snapshot(), ensure_ascii=False)
                await response.write(f"event: world\ndata: {body}\n\n".encode())
        return response

    async def do(request: web.Request) -> web.Response:
        try:
            wanted = await request.json()
            await demo.do(str(wanted["action"]), str(wanted.get("box", "")), str(wanted.get("target", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            return web.json_response({"error": 'send {"action", "box", "target"}'}, status=400)
        except DemoRefused as refused:
            return web.json_response({"error": str(refused)}, status=409)
        return web.json_response({})

    async def open_page(request: web.Request) -> web.Response:
        box = demo.boxes.get(request.match_info["box"])
        if box is None:
            raise web.HTTPNotFound
        try:
            where = await box.open_page(request.match_info["page"])
        except DemoRefused as refused:
            return web.Response(text=str(refused), status=503)
        return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})

    async def page(_: web.Request) -> web.StreamResponse:
        index = pages / "index.html"
        if not index.is_file():
            return web.Response(text="The demo's page is not built: run ./dev build", status=503)
        return web.FileResponse(index, headers={"Cache-Control": "no-cache"})

    app = web.Application(middlewares=[only_from_here], client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/", page)
    app.router.add_get("/api/events", events)
    app.router.add_post("/api/do", do)
    app.router.add_get("/{box}/{page:hall|neighbour}", open_page)
    if (pages / "assets").is_dir():
        app.router.add_static("/assets", pages / "assets")
    return app
