"""The box's pages: kiosk (for its own screen on loopback too) and status. Each address is tried until it is served."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from anju_edge.config import Address, EdgeConfig, parse_address
from anju_edge.health.health import BoxHealth
from anju_edge.health.metrics import BoxMetrics
from anju_edge.health.routes import health_routes, status_app
from anju_edge.kiosk.http_door import listen, make_runner
from anju_edge.kiosk.listener import Listener
from anju_edge.kiosk.pairing.pairing import Pairing
from anju_edge.kiosk.server import KioskServerSettings, make_app
from anju_edge.kiosk.service import KioskService
from anju_edge.supervision.background import Background

LOOPBACK_HOST: Final = "127.0.0.1"
FIRST_TRY_S: Final = 1.0  # what the start waits at most for its listeners' first attempt


@contextlib.asynccontextmanager
async def serve_pages(
    config: EdgeConfig,
    kiosk_service: KioskService,
    pairing: Pairing,
    health: BoxHealth,
    metrics: BoxMetrics,
    background: Background,
) -> AsyncIterator[Sequence[Listener]]:
    """Serves the kiosk pages and the status pages while the block runs."""
    routes = health_routes(health, metrics)
    apps: list[tuple[web.Application, dict[str, Address]]] = []
    if config.http.kiosk_listen:
        wanted = parse_address(config.http.kiosk_listen)
        settings = KioskServerSettings(hosts=(wanted.host,))
        pages = make_app(
            kiosk_service,
            web_root(config),
            pairing.desk,
            pairing.own_screen,
            settings=settings,
            extra_routes=routes if wanted.is_loopback else (),
        )
        places = {"kiosk": wanted}
        if not wanted.is_loopback:
            places["own-screen"] = Address(LOOPBACK_HOST, wanted.port)
        apps.append((pages, places))
    if config.http.status_listen:
        wanted = parse_address(config.http.status_listen)
        apps.append((status_app(routes, (wanted.host,)), {"status": wanted}))
    async with contextlib.AsyncExitStack() as stack:
        listeners = []
        for app, places in apps:
            runner = make_runner(app, f"{next(iter(places))} pages")
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            for name, wanted in places.items():
                listener = Listener(name, wanted, functools.partial(listen, runner))
                listeners.append(listener)
                work = background.keep(f"{name} listener", listener.run)
                stack.push_async_callback(_end, asyncio.create_task(work, name=f"{name} listener"))
        with contextlib.suppress(TimeoutError):  # a name that nobody resolves takes its time, and may have it
            async with asyncio.timeout(FIRST_TRY_S):
                for listener in listeners:
                    await listener.tried.wait()
        yield listeners


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def web_root(config: EdgeConfig) -> Path:
    """Where the built kiosk page is: as configured, else in the package, else in a checkout."""
    if config.http.web_root:
        return Path(config.http.web_root)
    package = Path(__file__).parent.parent
    installed = package / "web"
    return installed if installed.is_dir() else package.parent / "web" / "dist"
