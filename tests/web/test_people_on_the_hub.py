"""People at the console of the real hub: from a one-time link to the console, and accounts of others."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import grpc
import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from anju_central.access.caller import Role
from anju_central.config import BoxConfig, CentralConfig
from anju_central.hub import HubAddresses, run
from anju_protos.v1.event_pb2 import ALARM
from support.boxes_on_the_line import Uplink, sos
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.hubs import ROSTER
from support.paths import ROOT
from support.people_at_consoles import carry, invited
from support.signed_in import signed_in

DIST = ROOT / "central" / "web" / "dist"
WIDE, PHONE = (1280, 800), (390, 844)
LONG = "correct horse battery staple"

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


async def set_password(page: Page, password: str = LONG) -> None:
    """Types a new password twice and sends it."""
    await page.locator("#new-password").fill(password)
    await page.locator("#new-password-again").fill(password)
    await page.get_by_role("button", name="设置密码并登录").click()


async def test_from_a_link_by_password_and_second_factor_into_the_console(tmp_path: Path) -> None:
    link = await invited(tmp_path / "hub", "head-2", Role.SUPERVISOR, "周某")
    async with hub(tmp_path) as at, launch_chromium() as browser:
        base = f"http://{at.http}"
        page = await visit(browser, f"{base}/#/link/{link}")
        await expect(page.locator("main")).to_contain_text("周某，您好！")
        assert link not in page.url, "the token is out of the address"
        assert link not in await page.evaluate("JSON.stringify(history.state) + document.title")
        hint = page.locator(".strength")
        await expect(hint).to_contain_text("至少 12 个字符")
        for typed, said in {
            "short": "还差 7 个字符",
            "aaaaaaaaaaaaaa": "重复太多",
            "my head-2 is this": "请不要把账号写在密码里",
            "twelve chars": "可以用",
            LONG: "很好",
        }.items():
            await page.locator("#new-password").fill(typed)
            await expect(hint).to_contain_text(said)
        await page.locator("#new-password-again").fill("another")
        await expect(page.locator(".form-error")).to_have_text("两次输入的不一样。")
        await expect(page.get_by_role("button", name="设置密码并登录")).to_be_disabled()
        assert await axe_violations(page) == []
        await screenshot(page, "people-zh-1280-link")
        await set_password(page)

        await expect(page.locator("h1")).to_have_text("两步验证")
        await expect(page.locator(".code-image")).to_be_visible()  # the password was just typed: it is not asked again
        assert await page.locator(".code-image").evaluate("image => image.complete && image.naturalWidth > 0")
        await expect(page.locator(".top nav")).to_have_count(0)
        secret = "".join(await page.locator(".secret span").all_inner_texts())
        assert await axe_violations(page) == []
        await screenshot(page, "people-zh-1280-factor")
        await page.locator("#factor-code").fill("000000")
        await page.keyboard.press("Enter")
        await expect(page.locator(".form-error")).to_contain_text("验证码不对")
        await page.locator("#factor-code").fill(pyotp.TOTP(secret).now())
        await page.keyboard.press("Enter")

        codes = page.locator(".recovery-codes li")
        await expect(codes).to_have_count(10)
        recovery = await codes.first.inner_text()
        await expect(page.get_by_role("button", name="完成")).to_be_disabled()
        assert await axe_violations(page) == []
        await screenshot(page, "people-zh-1280-recovery")
        await page.emulate_media(media="print")
        await expect(page.locator(".top")).to_have_css("visibility", "hidden")
        await expect(codes.first).to_have_css("visibility", "visible")
        await page.emulate_media(media="screen")
        await page.get_by_text("我已经保存好恢复码").click()
        await page.get_by_role("button", name="完成").click()
        await expect(page.locator(".who")).to_contain_text("head-2 · 主管")
        await expect(page.locator(".top nav a")).to_have_count(7)
        await expect(page.locator("h1")).to_have_text("未办结事件")

        # The link does once; the recovery code stands in for a phone, once.
        again = await visit(browser, f"{base}/#/link/{link}")
        await expect(again.locator(".form-error")).to_contain_text("这个链接已失效")
        assert await axe_violations(again) == []
        for expected in ("h1", ".gate-card .form-error"):
            lost = await visit(browser, f"{base}/#/accounts")
            await lost.locator("#account").fill("Head-2")
            await lost.locator("#password").fill(LONG)
            await lost.keyboard.press("Enter")
            await expect(lost.locator(".form-note")).to_have_text("密码对了，还要验证码。")
            await lost.keyboard.type(recovery.upper())
            await lost.keyboard.press("Enter")
            said = "账号" if expected == "h1" else "账号、密码或验证码不对"
            await expect(lost.locator(expected)).to_contain_text(said)


async def test_accounts_are_added_given_a_link_changed_and_taken_back(tmp_path: Path) -> None:
    head = await signed_in(tmp_path / "hub", "head-1", Role.SUPERVISOR)
    async with hub(tmp_path) as at, launch_chromium() as browser, grpc.aio.insecure_channel(at.grpc) as channel:
        base = f"http://{at.http}"
        page = await visit(browser, f"{base}/#/accounts", page_of=head)
        await expect(page.locator("[data-account]")).to_have_count(1)
        await page.locator("[data-account='head-1'] .title").click()
        dialog = page.locator(".el-dialog")
        await expect(dialog).to_contain_text("这是您自己的账号")
        await expect(dialog.locator(".row-buttons")).to_have_count(0)
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)

        await page.get_by_role("button", name="添加账号…").click()
        await page.locator("#add-name").fill("Wang")
        await expect(dialog.locator(".form-error")).to_contain_text("小写字母")
        await page.locator("#add-name").fill("op-7")
        await page.locator("#add-full-name").fill("吴某")
        await dialog.get_by_text("看到并处置告警，看签到和网关。", exact=True).click()
        await expect(dialog.get_by_role("checkbox", name="柠都社区")).to_be_checked()  # there is no other
        await expect(dialog).to_have_css("opacity", "1")
        assert await axe_violations(page) == []
        await screenshot(page, "people-zh-1280-add")
        await dialog.get_by_role("button", name="添加并生成链接").click()
        shown_link = dialog.locator(".link-address")
        await expect(shown_link).to_contain_text("/#/link/")
        assert await dialog.locator("img").evaluate("image => image.complete && image.naturalWidth > 0")
        address = await shown_link.inner_text()
        await expect(dialog).to_have_css("opacity", "1")
        assert await axe_violations(page) == []
        await screenshot(page, "people-zh-1280-link-made")
        await dialog.get_by_role("button", name="完成").click()
        await expect(dialog).to_have_count(0)
        row = page.locator("[data-account='op-7']")
        await expect(row).to_contain_text("等本人设置密码")

        # Its owner comes in by the link; what he does to an alarm carries his account.
        phone = await visit(browser, address, PHONE)
        await set_password(phone)
        await expect(phone.locator(".who")).to_contain_text("op-7 · 值班员")
        await screenshot(phone, "people-zh-390-console")
        uplink = Uplink(channel, ALARM, "live")
        await uplink.hello()
        await uplink.send(sos())
        await phone.locator(".button.acknowledge").click()
        await expect(phone.locator(".card .owners")).to_have_text("值班员 op-7")

        # A change of role ends the session: that screen is loud. It is taken back by one press.
        await page.locator("#account-search").fill("吴")
        await expect(page.locator("[data-account]")).to_have_count(1)
        await row.locator(".title").click()
        await dialog.get_by_role("button", name="更改权限…").click()
        await dialog.get_by_text("添加和维护网关，看不到告警和签到。", exact=True).click()
        await expect(dialog).to_contain_text("op-7 现在的登录会全部结束")
        assert await axe_violations(page) == []
        await screenshot(page, "people-zh-1280-role")
        await dialog.get_by_role("button", name="更改权限", exact=True).click()
        await expect(dialog.locator(".audit")).to_contain_text("值班员 · 柠都社区 → 技术员 · 柠都社区")
        await expect(phone.locator(".deserted-title")).to_be_visible(timeout=60_000)
        assert "3-2-501" not in await phone.content()
        await screenshot(phone, "people-zh-390-deserted")
        await page.keyboard.press("Escape")
        await expect(row).to_contain_text("技术员")
        await page.get_by_role("button", name="撤销").click()
        await expect(row).to_contain_text("值班员")

        for deed, state, back in (("停用", "已停用", "可以登录"),):
            await row.locator(".title").click()
            await dialog.get_by_role("button", name=f"{deed}…").click()
            await dialog.get_by_role("button", name=deed, exact=True).click()
            await expect(dialog.locator(".deed")).to_have_count(0)
            await page.keyboard.press("Escape")
            await expect(row).to_contain_text(state)
            await phone.locator("#account").fill("op-7")
            await phone.locator("#password").fill(LONG)
            await phone.keyboard.press("Enter")
            await expect(phone.locator(".gate-card .form-error")).to_contain_text("这个账号已停用")
            await page.get_by_role("button", name="撤销").click()
            await expect(row).to_contain_text(back)

        await row.locator(".title").click()
        await dialog.get_by_role("button", name="重置密码…").click()
        await expect(dialog).to_contain_text("旧密码不能恢复")
        await dialog.get_by_role("button", name="重置密码", exact=True).click()
        await expect(shown_link).to_contain_text("/#/link/")
        assert await shown_link.inner_text() != address
        await dialog.get_by_role("button", name="完成").click()
        await expect(dialog.locator(".audit li").first).to_contain_text(re.compile("重置，生成链接 · head-1"))
        await screenshot(page, "people-zh-1280-account")
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert await axe_violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        assert await axe_violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        await screenshot(page, "people-zh-390-accounts")


@pytest.mark.parametrize("size", [WIDE, PHONE])
async def test_an_auditor_reads_the_whole_audit_and_his_look_is_in_it(tmp_path: Path, size: tuple[int, int]) -> None:
    await invited(tmp_path / "hub", "op-7")
    auditor = await signed_in(tmp_path / "hub", "aud-1", Role.AUDITOR)
    async with hub(tmp_path) as at, launch_chromium() as browser:
        page = await visit(browser, f"http://{at.http}/#/audit", size, auditor)
        rows = page.locator("[data-entry]")
        await expect(rows.first).to_contain_text("查看操作记录")
        await expect(rows.filter(has_text="接管网关")).to_contain_text("box-1")
        await page.get_by_label("类别").select_option("account")
        await page.get_by_label("对象").fill("op-7")
        await page.get_by_role("button", name="查找").click()
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("命令行")
        await expect(rows).to_contain_text("添加账号")
        assert await axe_violations(page) == []
        await page.get_by_label("谁").fill("nobody")
        await page.get_by_role("button", name="查找").click()
        await expect(page.locator(".empty")).to_have_text("没有记录。")
        await page.get_by_role("button", name="清除条件").click()
        await expect(rows.first).to_contain_text("aud-1 · ")
        await page.get_by_role("button", name="EN", exact=True).or_(page.locator("button[lang=en]")).first.click()
        await expect(rows.first).to_contain_text("Looked into the audit")
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), (
            "it is no wider than the page"
        )


async def test_the_own_password_is_changed_and_a_link_does_not_take_a_watch_away(tmp_path: Path) -> None:
    mine, other = await invited(tmp_path / "hub", "op-1"), await invited(tmp_path / "hub", "op-2")
    async with hub(tmp_path) as at, launch_chromium() as browser, grpc.aio.insecure_channel(at.grpc) as channel:
        base = f"http://{at.http}"
        page = await visit(browser, f"{base}/#/link/{mine}")
        await set_password(page)
        await expect(page.locator(".who")).to_contain_text("op-1")
        await page.locator(".who").click()
        await page.get_by_role("button", name="更改密码").first.click()
        await page.locator("#old-password").fill("not the password")
        for name in ("#new-password", "#new-password-again"):
            await page.locator(name).fill("another long password")
        await page.locator(".access-form [type=submit]").click()
        await expect(page.locator(".form-error")).to_have_text("现在的密码不对。")
        await page.locator("#old-password").fill(LONG)
        await page.locator(".access-form [type=submit]").click()
        await expect(page.locator(".toasts")).to_contain_text("密码已更改")

        # Somebody else's link opened at a screen on watch: its alarms go on, and the watch stays whose it was.
        await page.evaluate(f"location.hash = '#/link/{other}'")
        await expect(page.locator(".screen.over")).to_contain_text("账号 op-2")
        assert other not in page.url
        uplink = Uplink(channel, ALARM, "live")
        await uplink.hello()
        await uplink.send(sos())
        await expect(page).to_have_title("(1) 安居 · 值班台")
        await set_password(page)
        await expect(page.locator(".form-note")).to_contain_text("这个浏览器现在是 op-1 在登录")
        assert await axe_violations(page) == []
        await page.get_by_role("button", name="继续用 op-1").click()
        await expect(page.locator(".screen.over")).to_have_count(0)
        await page.locator(".top nav a").first.click()
        await page.locator(".button.acknowledge").click()
        await expect(page.locator(".card .owners")).to_have_text("值班员 op-1")
