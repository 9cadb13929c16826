"""How the box's HTTP listeners are opened: few connections, slow requests closed, junk counted, our headers."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from aiohttp import hdrs, web

from anju_drivers.links.http_log import HttpLog
from anju_edge.kiosk import security

_log = logging.getLogger(__name__)

GUARD: Final = web.AppKey("connection_guard", security.ConnectionGuard)
LINGER_S = 1.0  # for the rest of a body that nobody wants


def make_runner(app: web.Application, name: str) -> web.AppRunner:
    """A runner for `listen`, not yet set up. `app` has its `GUARD` and holds `serving` around each request."""
    return web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=1.0,
        keepalive_timeout=app[GUARD].limits.idle_s,
        lingering_time=LINGER_S,
        logger=HttpLog(name, _log),
    )


async def listen(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    """Serves a runner that is set up, with its application's connection guard; port 0 takes a free one.

    Close the returned server before `runner.cleanup()`. Raises OSError if the address cannot be bound.
    """
    server = runner.server
    if server is None:
        raise RuntimeError("runner.setup() comes first")
    factory = runner.app[GUARD].wrap(server)
    return await asyncio.get_running_loop().create_server(factory, host, port, backlog=64)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """To be appended to an application's `on_response_prepare`."""
    for name, value in security.HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
