"""A console with its pages on a real hub, and a browser that looks at it as somebody who is logged in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page

from anju_central.config import BoxConfig, CentralConfig
from anju_central.hub import HubAddresses, run
from support.hubs import ROSTER
from support.paths import ROOT
from support.people_at_consoles import carry

DIST: Final = ROOT / "central" / "web" / "dist"
WIDE, PHONE = (1280, 800), (390, 844)


@contextlib.asynccontextmanager
async def console(folder: Path) -> AsyncIterator[HubAddresses]:
    """Runs a hub in `folder`/hub, of one box in ningdu."""
    roster = folder / "ningdu.toml"
    await asyncio.to_thread(roster.write_text, ROSTER, encoding="utf-8")
    config = CentralConfig(
        folder / "hub",
        grpc_address="127.0.0.1:0",
        http_address="127.0.0.1:0",
        boxes=(BoxConfig("box-1", "ningdu", roster),),
        web_root=DIST,
    )
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    running = asyncio.create_task(run(config, stop, ready.set_result))
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        await running
    try:
        yield await ready
    finally:
        stop.set()
        await running


async def visit(
    browser: Browser, url: str, size: tuple[int, int] = WIDE, page_of: Mapping[str, str] | None = None
) -> Page:
    """Opens a page in a browser profile of its own."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        timezone_id="Asia/Shanghai",
        locale="zh-CN",
        reduced_motion="reduce",
    )
    if page_of is not None:
        await carry(context, url, page_of)
    page = await context.new_page()
    await page.goto(url)
    return page
