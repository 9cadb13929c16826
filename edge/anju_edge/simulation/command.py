"""The command `anju-edge demo`."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from pathlib import Path

import uvloop
from aiohttp import web
from rich.console import Console
from rich.table import Table

from anju_edge.simulation.controls import make_controls
from anju_edge.simulation.demo import Demo, free_base
from anju_edge.simulation.demo_hub import make_hub
from anju_edge.simulation.files import Ports


def pages() -> Path:
    """Where the demo's built page is: in the package, else in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "web"
    return installed if installed.is_dir() else package.parents[1] / "demo-web" / "dist"


def run_demo(folder: Path | None, port: int, *, quiet: bool) -> None:
    """Runs the demo until Ctrl-C. `folder` None = a temporary one that goes at the end; `port` is tried first."""
    kept = folder is not None
    place = folder or Path(tempfile.mkdtemp(prefix="anju-demo-"))
    try:
        uvloop.run(_demo(place.absolute(), Ports(free_base(port)), quiet=quiet))
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)


async def _demo(folder: Path, ports: Ports, *, quiet: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with Console().status("正在准备居民档案 · making the people"):
        making = asyncio.create_task(make_hub(folder))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({making, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not making.done():
            making.cancel()
            await asyncio.wait({making})
            return
    demo = Demo(folder, ports, making.result(), quiet=quiet)
    runner = web.AppRunner(make_controls(demo, pages()), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    running = asyncio.create_task(demo.run(), name="demo")
    try:
        await web.TCPSite(runner, "127.0.0.1", ports.page).start()
        started = asyncio.create_task(demo.started.wait())
        stopping = asyncio.create_task(stop.wait())
        with Console().status("正在启动一个中心、三个网关 · starting a hub and three boxes"):
            await asyncio.wait({running, started, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if demo.started.is_set():
            _print_addresses(demo, ports, folder)
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        stopping.cancel()
    finally:
        running.cancel()
        await asyncio.wait({running})
        await runner.cleanup()
    if not running.cancelled():
        running.result()


def _print_addresses(demo: Demo, ports: Ports, folder: Path) -> None:
    table = Table(title="安居演示 · Anju demo", title_justify="left", show_header=False)
    table.add_row("按钮页面 · the page with the buttons", f"http://127.0.0.1:{ports.page}/")
    table.add_row("值班台 · operator's console", f"http://127.0.0.1:{ports.hub_http}/")
    for box in demo.boxes.values():
        place = f"http://127.0.0.1:{ports.page}/{box.community.box}/hall"
        table.add_row(f"{box.community.name_zh} · kiosk", place)
    table.add_row("数据和日志 · data and logs", str(folder))
    Console(soft_wrap=True).print(table)
    Console().print("从这里打开的屏幕自动配对 · screens opened from here pair themselves")
    Console().print("Ctrl-C 结束 · ends it")
