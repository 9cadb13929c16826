"""The operator console on the real hub: an alarm comes in by gRPC as from a box, people answer it in real browsers."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from playwright.async_api import Browser, Page, Route, expect

from anju_central.access.caller import Caller, Role
from anju_central.access.claim_maker import NewClaim
from anju_central.config import BoxConfig, CentralConfig
from anju_central.hub import HubAddresses, run
from anju_protos.v1.event_pb2 import (
    ALARM,
    CHECK_IN,
    CheckIn,
    Event,
    Lane,
)
from support.boxes_on_the_line import Uplink, sos, stamp
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.hubs import ROSTER
from support.paths import ROOT
from support.signed_in import let_in, signed_in

DIST = ROOT / "central" / "web" / "dist"

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]


@contextlib.asynccontextmanager
async def hub(folder: Path) -> AsyncIterator[HubAddresses]:
    """Runs a hub with one box in its configuration."""
    roster = folder / "ningdu.toml"
    roster.write_text(ROSTER, encoding="utf-8")
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


async def open_console(browser: Browser, address: str, operator: str, folder: Path, role: Role = Role.OPERATOR) -> Page:
    """Opens the console as an operator who is logged in at the hub of `folder`."""
    page_of = await signed_in(folder / "hub", operator, role)
    await let_in(f"http://{address}", page_of)
    name, _, value = page_of["Cookie"].partition("=")
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, timezone_id="Asia/Shanghai", locale="zh-CN", reduced_motion="reduce"
    )
    await context.add_cookies([{"name": name, "value": value, "url": f"http://{address}/"}])
    page = await context.new_page()
    await page.goto(f"http://{address}/")
    await expect(page.locator(".empty")).to_contain_text("现在没有未办结事件")
    return page


async def test_an_alarm_is_answered_by_one_and_closed_with_cause_and_contact(tmp_path: Path) -> None:
    async with hub(tmp_path) as at, launch_chromium() as browser, grpc.aio.insecure_channel(at.grpc) as channel:
        wang = await open_console(browser, at.http, "op-wang", tmp_path)
        li = await open_console(browser, at.http, "op-li", tmp_path)
        uplink = Uplink(channel, ALARM, "live")
        await uplink.hello()
        await uplink.send(sos())
        for page in (wang, li):
            for words in ("P1 危急", "SOS 求助", "3-2-501", "3栋2单元", "柠都社区", "手环 1", "电量 64%", "计时中"):
                await expect(page.locator(".card")).to_contain_text(words)
        await screenshot(wang, "hub-zh-1280-alarm")
        # Li's page is held at the moment before the other answer reaches it: the race, made certain.
        await li.route("**/acknowledge", lambda route: _after_the_other(route, wang))
        await li.keyboard.press("a")
        await li.keyboard.press("a")
        await expect(li.locator(".el-dialog")).to_contain_text("op-wang 早")
        await expect(wang.locator(".state")).to_have_text("已应答，还没有人去")
        await li.keyboard.press("Escape")
        await expect(li.locator(".state")).to_have_text("已应答，还没有人去")
        assert await axe_violations(wang) == []

        await wang.keyboard.press("r")
        await wang.keyboard.press("r")
        await expect(li.locator(".state")).to_have_text("有人正赶去")
        await wang.locator(".button.resolve").click()
        dialog = wang.locator(".el-dialog")
        await dialog.get_by_text("现场已帮助").click()
        await dialog.get_by_text("联系到本人（当面或电话）", exact=True).click()
        await dialog.get_by_role("button", name="确认办结").click()
        for page in (wang, li):
            await expect(page.locator(".card")).to_have_count(0)
        await wang.locator(".top nav a[href='#/boxes']").click()
        await expect(wang.locator("[data-box='box-1']")).to_contain_text("柠都社区")
        assert await axe_violations(wang) == []
        await screenshot(wang, "hub-zh-1280-boxes")


async def test_a_check_in_appears_live(tmp_path: Path) -> None:
    async with hub(tmp_path) as at, launch_chromium() as browser, grpc.aio.insecure_channel(at.grpc) as channel:
        page = await open_console(browser, at.http, "op-1", tmp_path)
        await page.locator(".top nav a[href='#/check-ins']").click()
        await expect(page.locator(".empty")).to_contain_text("今天还没有人签到")
        day = await page.evaluate("new Date().toLocaleDateString('sv')")  # the site's day, as the page's zone has it
        tapped = CheckIn(token_hash=b"t" * 16, resident="r-0001", activity="calligraphy", session_day=day)
        tapped.kiosk, tapped.method = "kiosk:1", CheckIn.CARD
        uplink = Uplink(channel, Lane.ACTIVITY, "activity")
        await uplink.hello()
        await uplink.send(Event(kind=CHECK_IN, stamp=stamp(), payload=tapped.SerializeToString()))
        await expect(page.locator("tbody tr")).to_contain_text("书法班")
        await expect(page.locator(".count")).to_have_text("1 人次")


async def test_the_page_keeps_to_its_content_policy_and_nobody_frames_it(tmp_path: Path) -> None:
    async with hub(tmp_path) as at, launch_chromium() as browser, grpc.aio.insecure_channel(at.grpc) as channel:
        page = await open_console(browser, at.http, "op-wang", tmp_path)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.reload()
        uplink = Uplink(channel, ALARM, "live")
        await uplink.hello()
        await uplink.send(sos())
        await expect(page.locator(".card")).to_contain_text("P1 危急")
        for place in ("boxes", "check-ins", ""):
            await page.goto(f"http://{at.http}/#/{place}")
        await page.locator(".button.resolve").click()
        await expect(page.locator(".el-dialog")).to_be_visible()
        assert [line for line in said if "Content Security Policy" in line] == []
        async with another_site(f"http://{at.http}/") as address:
            other = await (await browser.new_context()).new_page()
            await other.goto(address, wait_until="load")
            assert other.frames[-1].url.startswith("chrome-error:"), other.frames[-1].url


@contextlib.asynccontextmanager
async def another_site(framed: str) -> AsyncIterator[str]:
    """Serves a page of another origin that shows an address in a frame; gives its own address."""
    page = f'<!doctype html><title>another site</title><iframe src="{framed}"></iframe>'.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head + page)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def _after_the_other(route: Route, other: Page) -> None:
    await other.keyboard.press("a")
    await other.keyboard.press("a")
    await expect(other.locator(".state")).to_have_text("已应答，还没有人去")
    await route.continue_()


class _Codes:
    """Makes a code without an authority: the page shows what it is given."""

    async def make(self, caller: Caller, box: str, replaces: str | None) -> NewClaim:
        ends_ms = time.time_ns() // 1_000_000 + 7 * 86_400_000
        return NewClaim(tuple(f"{n:06d}" for n in range(482_913, 482_925)), "ANJU1/482913/hub.example:7421", ends_ms)


async def test_a_box_is_added_its_code_printed_and_the_box_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anju_central.build_hub.AuthorityClaims", lambda *_: _Codes())
    async with hub(tmp_path) as at, launch_chromium() as browser:
        page = await open_console(browser, at.http, "op-1", tmp_path, Role.SUPERVISOR)
        await page.locator(".top nav a[href='#/boxes']").click()
        await page.get_by_role("button", name="添加网关").click()
        await page.locator("#add-community").select_option("+")
        await page.locator("#add-community-id").fill("Third")
        await expect(page.locator(".form-error").first).to_have_text("用 1 到 32 个小写字母、数字或连字符。")
        await page.locator("#add-community-id").fill("third")
        await page.locator("#add-name-zh").fill("第三社区")
        await page.locator("#add-name-en").fill("Third")
        await page.locator("#add-box-id").fill("third-1")
        assert await axe_violations(page) == []
        await page.get_by_role("button", name="生成认领码").click()

        dialog = page.locator(".code-dialog")
        await expect(dialog.locator(".code-groups li")).to_have_count(12, timeout=60_000)
        await expect(dialog.locator(".code-groups li").first).to_have_text("482913")
        await expect(dialog).to_contain_text("第三社区 · third")
        await expect(dialog.locator(".code-life")).to_contain_text("6 天 23:59:")
        assert await dialog.locator("img").evaluate("image => image.complete && image.naturalWidth > 0")
        assert await axe_violations(page) == []
        await page.emulate_media(media="print")
        await expect(page.locator(".sheet-title")).to_be_visible()
        await expect(page.locator(".top")).to_have_css("visibility", "hidden")
        await screenshot(page, "hub-zh-1280-code-sheet")
        await page.emulate_media(media="screen")
        await dialog.get_by_role("button", name="完成").click()

        row = page.locator("[data-registered='third-1']")
        await expect(row).to_contain_text("未认领，没有认领码")
        await row.get_by_role("button", name="吊销…").click()
        await expect(page.locator(".el-dialog")).to_contain_text("它的密钥立即永久作废")
        await page.locator(".el-dialog").get_by_role("button", name="吊销").click()
        await expect(row).to_contain_text("已吊销", timeout=60_000)
        await page.reload()
        await expect(page.locator("[data-registered='third-1']")).to_contain_text("已吊销")
        await expect(page.locator("[data-registered='box-1']")).to_contain_text("已认领，从未连上")
