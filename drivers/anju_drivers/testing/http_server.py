"""The HTTP server of simulators that a driver calls."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web


@contextlib.asynccontextmanager
async def serving_http(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], port: int
) -> AsyncIterator[int]:
    """Listens on 127.0.0.1 while the context lasts; gives the port, a free one for 0. Its connections end with it."""
    handlers = web.Server(answer, handler_cancellation=True)
    server = await asyncio.get_running_loop().create_server(handlers, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in handlers.connections:
            connection.force_close()
