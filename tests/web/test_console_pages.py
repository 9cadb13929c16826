"""Screens of a box at the console: real hub, real box, an operator's browser, a neighbour's browser in the LAN."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Page, expect

from anju_central.access.caller import Role
from anju_edge.gateway import Running
from anju_edge.kiosk.pairing.desk import Key, Waits
from anju_edge.kiosk.pairing.paired_page import PageKind
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.paths import ROOT
from support.people_at_consoles import carry
from support.running_box import box_config, running_box, until
from support.signed_in import signed_in
from support.whole import RESPONDER, at_hub, grpc_port, hub_config, running_hub

DIST = ROOT / "central" / "web" / "dist"
HOME = "192.168.1.31"

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]


class Screen:
    """A neighbour's page in the LAN, as the box's desk sees it."""

    def __init__(self, box: Running) -> None:
        self.desk = box.pairing.desk
        self.ticket = self.key = self.code = ""

    def ask(self) -> bool:
        shown = self.desk.ask(RESPONDER, PageKind.NEIGHBOUR, HOME, self.ticket, self.key)
        if isinstance(shown, Key):
            self.key = shown.cookie
            return True
        assert isinstance(shown, Waits)
        self.ticket, self.code = shown.ticket, shown.code
        return False


class Console(NamedTuple):
    """Where the console is, and the headers of the technician who looks at it."""

    base: str
    page_of: Mapping[str, str]


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[tuple[Console, Running]]:
    config = box_config(folder)
    central = replace(hub_config(folder / "hub", config.box.roster), web_root=DIST)
    page_of = await signed_in(central.data_dir, "tech-1", Role.TECHNICIAN)
    async with running_hub(central) as operator:
        edge = at_hub(config, grpc_port(central))
        async with running_box(replace(edge, sync=replace(edge.sync, status_period_s=0.2))) as box:
            await operator.online()
            yield Console(operator.base, page_of), box


async def open_boxes(browser: Browser, console: Console, width: int, height: int, language: str) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
    )
    await carry(context, console.base, console.page_of)
    page = await context.new_page()
    await page.add_init_script(f"localStorage.setItem('anju.locale', '{language}')")
    await page.goto(f"{console.base}/#/boxes")
    return page


async def looks_well(page: Page, name: str) -> None:
    await screenshot(page, name)
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert await axe_violations(page) == []


async def test_a_screen_is_approved_and_taken_back_at_the_console(tmp_path: Path) -> None:
    async with site(tmp_path) as (console, box), launch_chromium() as browser:
        page = await open_boxes(browser, console, 1280, 800, "zh-CN")
        await page.get_by_role("button", name="配对屏幕").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("没有屏幕在等待")
        screen = Screen(box)
        screen.ask()
        await expect(dialog).to_contain_text(HOME)
        await expect(dialog).not_to_contain_text(screen.code)
        await looks_well(page, "console-pages-waiting-1280")
        approve = dialog.get_by_role("button", name="确认配对")
        await expect(approve).to_be_disabled()
        await dialog.get_by_label("屏幕上的 8 位数字").fill(f"{screen.code[:4]} {screen.code[4:]}")
        await approve.click()
        await expect(dialog.get_by_role("alert")).to_contain_text("这个屏幕是邻居屏")
        await dialog.get_by_label("用途").select_option("neighbour")
        await dialog.get_by_label("放在哪里").fill("3栋大厅")
        taking = asyncio.create_task(until(screen.ask, 30))
        await approve.click()
        await taking
        await expect(dialog.locator(".page-done")).to_contain_text("已配对")
        [paired] = box.pairing.book.pages
        row = dialog.locator(f"[data-page='{paired.id}']")
        await expect(row).to_contain_text("3栋大厅")
        await looks_well(page, "console-pages-paired-1280")
        await row.get_by_role("button", name="取消配对…").click()
        await expect(row).to_contain_text("也不能求助")
        await row.get_by_role("button", name="取消配对", exact=True).click()
        await expect(dialog.locator(".page-done")).to_contain_text("配对已取消")
        assert box.pairing.book.pages == []
        await expect(row).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_on_a_phone_it_fits_in_both_languages(tmp_path: Path, language: str) -> None:
    async with site(tmp_path) as (console, box), launch_chromium() as browser:
        screen = Screen(box)
        screen.ask()
        taking = asyncio.create_task(until(screen.ask))
        await box.pairing.desk.approve(screen.code)
        await taking
        page = await open_boxes(browser, console, 390, 844, language)
        await page.locator(".pages-button").click()
        await expect(page.get_by_role("dialog")).to_contain_text(HOME)
        await looks_well(page, f"console-pages-390-{language}")
