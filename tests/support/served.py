"""A hub's API on a real port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anju_central.api.app import make_app
from anju_central.process.http_listener import listen, web_server
from support.hubs import Hub


@asynccontextmanager
async def served(hub: Hub, web_root: Path | None = None) -> AsyncIterator[str]:
    """Serves a hub's API on a free port; gives the base address."""
    parts = hub.parts
    app = make_app(
        parts.console, parts.store, parts.projector, "test", web_root, parts.desk, parts.accounts, parts.people
    )
    listener = listen("127.0.0.1:0")
    web = web_server(app)
    serving = asyncio.create_task(web.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        parts.console.changes.close()
        web.should_exit = True
        await serving
