"""The board in a real browser: what everybody may read, nothing to press, and nothing of anybody."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from anju_edge.kiosk.backend import Banner, KioskProfile, NoticeLine, Text
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.kiosk_backend import CALLIGRAPHY, CHOIR, LUNCH, TAI_CHI
from support.kiosk_page import DIST, LOOK, open_kiosk

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in edge/web"),
]
BOARD = KioskProfile(role="board")
LONG = NoticeLine(
    "n2",
    "流感疫苗周三上午在二楼活动室接种，请带身份证，空腹不必，接种后坐三十分钟再走",
    "Flu jabs on Wednesday morning",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with launch_chromium() as browser:
        yield browser


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1080, 1920), (800, 480)])
async def test_it_shows_the_day_and_the_notices_and_nothing_to_press(
    chromium: Browser, width: int, height: int
) -> None:
    async with open_kiosk(
        chromium, kiosk="board-1", profile=BOARD, width=width, height=height, first=".board"
    ) as kiosk:
        page = kiosk.page
        kiosk.box.change(
            activities=(CALLIGRAPHY, CHOIR, LUNCH, TAI_CHI), notices=(*kiosk.box.state.notices, LONG), offline=True
        )
        await expect(page.locator(".sessions li")).to_have_count(4)
        await expect(page.locator(".posted article")).to_have_count(2)
        await expect(page.locator(".strip.offline")).to_contain_text("网络中断，内容可能不是最新的")
        await screenshot(page, f"board-{width}x{height}")
        look = await page.evaluate(LOOK)
        assert look["overflow"] <= 0
        assert look["animations"] == 0
        assert look["buttons"] == []
        assert all(text["contrast"] >= 7 for text in look["texts"])
        whole = "e => e.getBoundingClientRect().bottom <= innerHeight + 1"
        for item in await page.locator(".sessions li, .posted article").all():
            assert await item.evaluate(whole), await item.inner_text()
        assert await axe_violations(page) == []
        assert kiosk.errors == []


async def test_what_does_not_fit_comes_in_turn_and_what_is_over_is_gone(chromium: Browser) -> None:
    many = tuple(dataclasses.replace(LUNCH, id=f"a{n}", title_zh=f"活动{n}") for n in range(1, 8))
    over = dataclasses.replace(TAI_CHI, id="over", starts="07:00", ends="08:00", open_now=False)
    async with open_kiosk(chromium, kiosk="board-1", profile=BOARD, width=1920, height=1080, first=".board") as kiosk:
        kiosk.box.change(activities=(over, *many))
        titles = kiosk.page.locator(".sessions li h2")
        seen: set[str] = set()
        for _ in range(3):
            await expect(titles.first).to_be_visible()
            seen |= set(await titles.all_inner_texts())
            await kiosk.page.clock.fast_forward(12_000)
        assert seen == {f"活动{n}" for n in range(1, 8)}
        kiosk.box.change(activities=(over,), notices=())
        await expect(kiosk.page.locator(".nothing")).to_contain_text("今天的活动都结束了")


async def test_a_call_for_help_is_nobodys_business_here(chromium: Browser) -> None:
    call = Banner("s1", "sos", acked=False, help_coming=False, zone=Text("3栋2单元", "Building 3"), flat="3-2-501")
    async with open_kiosk(chromium, kiosk="board-1", profile=BOARD, first=".board") as kiosk:
        kiosk.box.show(call)
        kiosk.box.change(local_time="09:03")
        await expect(kiosk.page.locator(".clock")).to_have_text("09:03")
        assert await kiosk.page.locator(".band, .help, footer").count() == 0
        content = await kiosk.page.content()
        assert "3-2-501" not in content
        assert "3栋" not in content
