"""The page before it is paired, in a real browser: its code, why it shows one, and that nothing else is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.typedefs import Handler
from playwright.async_api import Browser, BrowserContext, Page, expect

from anju_edge.kiosk.backend import Banner, KioskProfile
from anju_edge.kiosk.http_door import listen
from anju_edge.kiosk.server import KioskServerSettings, make_app
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.kiosk_backend import MemoryBox
from support.paired import DeskRig
from support.paths import ROOT

DIST = ROOT / "edge" / "web" / "dist"
SIZES = ((1280, 800), (390, 844))
HOME, OTHER = "192.168.1.31", "192.168.1.77"
SECRETS = ("3-2-501", "柠都社区", "书法班")

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in edge/web"),
]


@dataclass
class Site:
    rig: DeskRig
    box: MemoryBox
    base: str
    browser: Browser
    address: str = HOME  # from which the browser comes; None of a test's own is in a LAN

    @asynccontextmanager
    async def page(self, size: tuple[int, int] = SIZES[0]) -> AsyncIterator[Page]:
        context = await self.browser.new_context(viewport={"width": size[0], "height": size[1]})
        try:
            yield await self.opened(context)
        finally:
            await context.close()

    async def opened(self, context: BrowserContext, page: str = "duty-1") -> Page:
        made = await context.new_page()
        await made.goto(f"{self.base}/kiosk/{page}")
        return made

    async def approve(self, page: Page) -> str:
        code = await page.locator(".code").inner_text()
        return (await self.rig.desk.approve(code)).page.id


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with launch_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def site(chromium: Browser, tmp_path: Path) -> AsyncIterator[Site]:
    box = MemoryBox(profiles={"lobby-1": KioskProfile(), "duty-1": KioskProfile(role="responder", actor="m-01")})
    box.show(Banner("s1", "sos", acked=False, help_coming=False, flat="3-2-501"))
    rig = DeskRig(tmp_path)
    rig.desk._patience_s = 5.0
    here = Site(rig, box, "", chromium)

    @web.middleware
    async def from_elsewhere(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request.clone(remote=here.address))

    app = make_app(box, DIST, rig.desk, rig.own_screen, settings=KioskServerSettings(heartbeat_s=1.0))
    app.middlewares.insert(0, from_elsewhere)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    server = await listen(runner, "127.0.0.1", 0)
    here.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield here
    finally:
        server.close()
        await runner.cleanup()


async def shows(page: Page, what: str) -> None:
    await expect(page.locator(f"[data-pairing={what}]")).to_be_visible()


async def check_look(page: Page, name: str) -> None:
    """Asserts that it fits, that it can be read from a step away, and that nothing of the community is there."""
    await screenshot(page, name)
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    sizes = await page.locator("main span").evaluate_all("all => all.map(e => getComputedStyle(e).fontSize)")
    assert min(float(size.removesuffix("px")) for size in sizes) >= 28
    for part in await page.locator("main span").all():
        await expect(part).to_be_visible()
    code = page.locator(".code")
    if await code.count():
        await expect(code).to_be_in_viewport(ratio=1)  # on a phone nobody scrolls for it
    content = await page.content()
    assert not any(secret in content for secret in SECRETS)
    assert await axe_violations(page) == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_code_is_shown_large_in_both_languages_and_gone_when_it_is_approved(
    site: Site, size: tuple[int, int]
) -> None:
    async with site.page(size) as page:
        await shows(page, "waiting")
        assert len((await page.locator(".code").inner_text()).split()) == 2
        assert await page.locator(".code").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 64
        for text in (
            "请把这 8 位数字报给值班台",
            "Tell the operator or staff these 8 digits",
            "现在不能用它求助",
            "邻居屏",
        ):
            await expect(page.locator("main")).to_contain_text(text)
        await check_look(page, f"pairing-code-{size[0]}")
        await site.approve(page)
        await expect(page.locator(".page")).to_be_visible()
        await expect(page.locator(".calls")).to_contain_text("3-2-501")
        assert await page.locator(".pairing").count() == 0
        await screenshot(page, f"pairing-done-{size[0]}")
        await page.reload()
        await expect(page.locator(".calls")).to_contain_text("3-2-501")


@pytest.mark.parametrize("size", SIZES)
async def test_a_revoked_page_is_out_at_once_and_says_why(site: Site, size: tuple[int, int]) -> None:
    async with site.page(size) as page:
        page_id = await site.approve(page)
        await expect(page.locator(".calls")).to_contain_text("3-2-501")
        async with asyncio.timeout(10):
            await site.rig.desk.revoke(page_id)
            await shows(page, "waiting")
        await expect(page.locator(".why")).to_contain_text("它的配对已被取消")
        await check_look(page, f"pairing-revoked-{size[0]}")


@pytest.mark.parametrize("size", SIZES)
async def test_a_page_with_another_address_says_both_and_keeps_its_name(site: Site, size: tuple[int, int]) -> None:
    async with site.page(size) as page:
        page_id = await site.approve(page)
        await expect(page.locator(".page")).to_be_visible()
        site.address = OTHER
        await page.reload()
        await shows(page, "waiting")
        await expect(page.locator(".why")).to_contain_text(f"{HOME} → {OTHER}")
        await check_look(page, f"pairing-moved-{size[0]}")
        assert await site.approve(page) == page_id
        await expect(page.locator(".page")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
async def test_the_boxs_own_screen_shows_a_command_and_no_code(site: Site, size: tuple[int, int]) -> None:
    site.address = "127.0.0.1"
    async with site.page(size) as page:
        await shows(page, "own_screen")
        await expect(page.locator(".command")).to_have_text("anju-edge page open duty-1")
        assert await page.locator(".code").count() == 0
        await check_look(page, f"pairing-own-screen-{size[0]}")
        await page.goto(f"{site.base}/kiosk/duty-1{site.rig.address('duty-1')}")
        await expect(page.locator(".page")).to_be_visible()
        assert page.url == f"{site.base}/kiosk/duty-1", "what opened it does not stay in the address"


async def test_a_code_of_a_box_that_is_away_is_not_shown(site: Site) -> None:
    async with site.page() as page:
        await shows(page, "waiting")
        await page.route("**/api/pair", lambda route: route.abort())
        await shows(page, "unreachable")
        assert await page.locator(".code").count() == 0
        await check_look(page, "pairing-unreachable")
        await page.unroute("**/api/pair")
        await shows(page, "waiting")
