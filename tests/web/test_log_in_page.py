"""Who is at the console: the log-in page, the life of a session and its end, against a hub made to order."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from anju_central.access.caller import Role
from anju_central.api.cookies import PLAIN_COOKIE
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.hub_fixture import PASSWORD, FixtureHub, Json, ago, make_incident, make_session
from support.paths import ROOT

DIST = ROOT / "central" / "web" / "dist"
WIDE, PHONE = (1280, 800), (390, 844)
NOBODY_TONES, P1_TONES = {784, 622, 523}, {660, 990}

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]
HEAR = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) {
  window.tones.push(Math.round(this.frequency.value));
  return start.call(this, when);
};
"""


@dataclass
class Desk:
    """One hub and one browser."""

    hub: FixtureHub
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def open(
        self, path: str = "/", *, size: tuple[int, int] = WIDE, english: bool = False, session: Json | None = None
    ) -> Page:
        """Opens the page, as somebody who is logged in where a session is given."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            timezone_id="Asia/Shanghai",
            locale="zh-CN",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        if session is not None:
            token = self.hub.sign_in(session)
            await context.add_cookies([{"name": PLAIN_COOKIE, "value": token, "url": self.hub.url}])
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.add_init_script(HEAR)
        if english:
            await page.add_init_script("localStorage.setItem('anju.locale', 'en')")
        await page.goto(self.hub.url + path)
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests here; each page has a context of its own."""
    async with launch_chromium() as browser:
        yield browser


@contextlib.asynccontextmanager
async def desk(chromium: Browser) -> AsyncIterator[Desk]:
    """A hub and a browser; at the end nothing may have failed in a page."""
    async with FixtureHub(DIST) as hub:
        it = Desk(hub, chromium)
        yield it
        for context in it.contexts:
            await context.close()
        assert it.errors == []


async def log_in(page: Page, account: str = "op-1", password: str = PASSWORD) -> None:
    """Types and sends, as a person does."""
    await page.locator("#account").fill(account)
    await page.locator("#password").fill(password)
    await page.keyboard.press("Enter")


async def test_before_the_log_in_there_is_nothing_of_the_console(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open("/#/boxes")
        await expect(page.locator("h1")).to_have_text("登录")
        await page.locator("#account").click()  # a click opens the sound card; there is nothing to hear
        await expect(page).to_have_title("安居 · 值班台")
        await expect(page.locator(".top nav, .badge, .deserted, .card")).to_have_count(0)
        assert it.hub.resumed_from == []
        await log_in(page)
        await expect(page.locator("h1")).to_have_text("社区网关")  # the page that was wanted
        await expect(page.locator(".who")).to_contain_text("op-1")
        await expect(page).to_have_title("(1) 安居 · 值班台")
        assert await page.evaluate("Object.values(localStorage).join(' ')") != ""
        kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage])")
        assert "op-1" not in kept, "the browser keeps nobody's name"
        assert PASSWORD not in kept


async def test_it_is_done_by_keys_alone(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        await expect(page.locator("#account")).to_be_focused()
        await page.keyboard.type("op-1")
        await page.keyboard.press("Tab")
        await page.keyboard.type("a wrong password")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="显示")).to_be_focused()
        await page.keyboard.press("Space")
        await expect(page.locator("#password")).to_have_attribute("type", "text")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("[role=alert]")).to_have_text("账号或密码不对，请再试一次。")
        await expect(page.locator("#password")).to_be_focused()
        await page.keyboard.type(PASSWORD)  # what was wrong is selected and goes
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("未办结事件")


async def test_each_refusal_has_one_sentence_and_none_says_which_was_wrong(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        said = page.locator(".gate-card .form-error")
        for account in ("op-1", "nobody"):
            await log_in(page, account, "a wrong password")
            await expect(said).to_have_text("账号或密码不对，请再试一次。")
        it.hub.refusal = (401, {"error": "disabled"})
        await log_in(page)
        await expect(said).to_contain_text("这个账号已停用")
        it.hub.refusal = (401, {"error": "locked", "until": ago(seconds=-90)})
        await log_in(page)
        await expect(said).to_contain_text("输错太多次")
        await expect(page.locator("[role=timer]")).to_contain_text("还要等 1:")
        it.hub.refusal = (429, {"error": "too_many", "again_s": 2})
        await log_in(page)
        await expect(said).to_contain_text("从这里试得太多了")
        await expect(said).to_have_text("现在可以再试了。")
        it.hub.refusal = (401, {"error": "code_needed"})
        await log_in(page)
        await expect(page.locator(".form-note")).to_have_text("密码对了，还要验证码。")
        await expect(page.locator("#code")).to_be_focused()
        it.hub.refusal = (401, {"error": "wrong"})
        await page.keyboard.type("123 456")
        await page.keyboard.press("Enter")
        await expect(said).to_contain_text("账号、密码或验证码不对")
        assert it.hub.log_ins[-1]["code"] == "123 456"
        await page.route("**/api/session", lambda route: route.abort())
        await page.keyboard.type("123456")
        await page.keyboard.press("Enter")
        await expect(said).to_contain_text("连不上中心，没有登录成功")
        await screenshot(page, "login-zh-1280-away")


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280x800", "phone"])
async def test_no_page_before_the_console_has_an_axe_violation_or_scrolls_sideways(
    chromium: Browser, english: bool, size: tuple[int, int]
) -> None:
    async with desk(chromium) as it:
        shot = f"login-{'en' if english else 'zh'}-{size[0]}"

        async def check(page: Page, name: str) -> None:
            assert await axe_violations(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
            await screenshot(page, f"{shot}-{name}")

        page = await it.open(size=size, english=english)
        it.hub.refusal = (401, {"error": "locked", "until": ago(seconds=-90)})
        await log_in(page)
        await expect(page.locator(".gate-card .form-error")).to_be_visible()
        await check(page, "locked")
        it.hub.refusal = (401, {"error": "code_needed"})
        await log_in(page)
        await expect(page.locator("#code")).to_be_visible()
        await check(page, "code")
        page = await it.open("/#/link", size=size, english=english)
        await expect(page.locator(".form-error")).to_be_visible()
        await check(page, "link-without-token")
        page = await it.open(size=size, english=english, session=make_session("op-1", lives_s=100))
        await expect(page.locator("[data-strip=session]")).to_be_visible()
        await check(page, "ends-soon")
        await page.locator("[data-strip=session] button").click()
        await expect(page.locator(".el-dialog")).to_have_css("opacity", "1")
        await check(page, "renew")
        await page.keyboard.press("Escape")
        await expect(page.locator(".el-dialog")).to_have_count(0)
        await page.locator(".who").click()
        await page.locator(".me .row-buttons button").first.click()
        await page.locator("#new-password").fill("too short")
        await check(page, "me")
        it.hub.end_sessions()
        await expect(page.locator(".deserted")).to_be_visible()
        await check(page, "deserted")


async def test_a_session_that_ends_is_loud_until_somebody_logs_in_where_it_was(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1, mark="TEST", resident_label="9-9-999"))
        page = await it.open("/#/check-ins", session=make_session("op-1"))
        await expect(page.locator(".empty")).to_contain_text("今天还没有人签到")
        await page.locator("h1").click()  # the sound is on
        await page.evaluate("tones.length = 0")
        it.hub.end_sessions()
        await expect(page.locator(".deserted-title")).to_have_text("此屏幕无人登录")
        await expect(page).to_have_title("⚠ 无人登录 · 安居 · 值班台")
        await page.wait_for_function("tones.length >= 3")
        assert set(await page.evaluate("tones")) == NOBODY_TONES
        assert "9-9-999" not in await page.content(), "it shows nothing of before"
        await page.get_by_role("button", name="静音 60 秒").click()
        await expect(page.locator(".deserted-tools")).to_contain_text("秒后恢复")
        await log_in(page)
        await expect(page.locator("h1")).to_have_text("今日签到")
        await expect(page.locator(".deserted")).to_have_count(0)


async def test_what_rang_when_the_session_ended_rings_on_and_nobody_has_to_press_anything(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open(session=make_session("op-1"))
        await page.locator("h1").click()
        it.hub.put(make_incident(1))
        await page.wait_for_function("tones.includes(990)")
        it.hub.end_sessions()
        await expect(page.locator(".deserted")).to_contain_text("登录结束时还有告警没有人应答")
        await page.evaluate("tones.length = 0")
        await page.wait_for_function("tones.length > 5")
        assert set(await page.evaluate("tones")) <= P1_TONES
        assert "3-2-501" not in await page.content()
        # A browser that starts anew at such a screen says so, too.
        await page.reload()
        await expect(page.locator(".deserted")).to_be_visible()
        await expect(page.locator(".deserted-tools")).to_contain_text("声音没有开启")
        await page.get_by_role("button", name="此屏幕不再值班").click()
        await expect(page.locator(".deserted")).to_have_count(0)
        await page.reload()
        await expect(page.locator("h1")).to_have_text("登录")
        await expect(page.locator(".deserted")).to_have_count(0)


async def test_logging_out_asks_once_and_is_quiet_on_every_page_of_the_browser(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open(session=make_session("op-1"))
        other = await page.context.new_page()
        await other.goto(it.hub.url)
        await expect(other.locator(".card")).to_have_count(1)
        await page.get_by_role("button", name="退出登录").click()
        dialog = page.locator(".el-dialog")
        await expect(dialog).to_contain_text("还有 1 件告警等待应答！")
        await expect(dialog).to_have_css("opacity", "1")
        assert await axe_violations(page) == []
        await dialog.get_by_role("button", name="退出登录").click()
        for one in (page, other):
            await expect(one.locator("h1")).to_have_text("登录")
            await expect(one.locator(".form-note")).to_have_text("已退出登录。")
            await expect(one.locator(".deserted, .card")).to_have_count(0)
        await log_in(other)
        for one in (page, other):
            await expect(one.locator(".card")).to_have_count(1)


async def test_before_a_session_ends_the_same_person_logs_in_again_and_alarms_go_on(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open(session=make_session("op-1", lives_s=500))
        strip = page.locator("[data-strip=session]")
        await expect(strip).to_contain_text("之后这块屏幕不再显示告警")
        await strip.get_by_role("button", name="重新登录").click()
        dialog = page.locator(".el-dialog")
        await expect(dialog).to_contain_text("账号 op-1")
        it.hub.put(make_incident(2))
        await expect(page.locator(".card")).to_have_count(2)
        await dialog.locator("#password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(dialog).to_have_count(0)
        await expect(strip).to_have_count(0)
        it.hub.put(make_incident(3))
        await expect(page.locator(".card")).to_have_count(3)


async def test_the_last_two_minutes_are_heard(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open(session=make_session("op-1", lives_s=110))
        await page.locator("h1").click()
        await page.wait_for_function("tones.length >= 3")
        assert set(await page.evaluate("tones")) == NOBODY_TONES


async def test_who_does_nothing_for_long_is_warned_and_stays_by_one_press(chromium: Browser) -> None:
    async with desk(chromium) as it:
        session = make_session("privacy-1", Role.PRIVACY_OFFICER, idle_s=100)
        page = await it.open(session=session)
        strip = page.locator("[data-strip=session]")
        await expect(strip).to_contain_text("很久没有操作")
        session["idle_ends"] = ago(seconds=-1_800)
        await strip.get_by_role("button", name="继续").click()
        await expect(strip).to_have_count(0)
        it.hub.sessions.clear()
        await page.evaluate("dispatchEvent(new StorageEvent('storage', { key: 'anju.session' }))")
        await expect(page.locator(".form-note")).to_have_text("这次登录已经结束，请重新登录。")
        await expect(page.locator(".deserted")).to_have_count(0)  # no alarms were watched here


def asked_by(page: Page) -> list[str]:
    """Returns the addresses that a page asks for from now on, as they come."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


async def test_a_role_sees_its_own_pages_and_asks_for_nothing_else(chromium: Browser) -> None:
    async with desk(chromium) as it:
        wanted = {
            Role.OPERATOR: ["告警事件", "已办结", "社区网关", "今日签到", "人员"],
            Role.TECHNICIAN: ["社区网关", "人员"],
            Role.PROGRAMME_OFFICER: ["今日签到"],
            Role.PRIVACY_OFFICER: ["人员", "账号", "操作记录"],
            Role.AUDITOR: ["社区网关", "人员", "账号", "操作记录"],
        }
        for role, views in wanted.items():
            page = await it.open("/#/me", session=make_session("somebody", role))
            asked = asked_by(page)
            await page.reload()
            await expect(page.locator("h1")).to_have_text("我的账号")
            assert [text.split()[0] for text in await page.locator(".top nav a").all_inner_texts()] == views
            await page.goto(f"{it.hub.url}/#/closed")
            await expect(page.locator(".top nav [aria-current]")).to_have_text(
                "已办结" if "已办结" in views else views[0]
            )
            api = {urlsplit(url).path for url in asked}
            assert ("/api/incidents" in api) == ("告警事件" in views)
            assert ("/api/check-ins" in api) == ("今日签到" in views)
            assert ("/api/stream" in api) == (role is not Role.PRIVACY_OFFICER)


async def test_a_hub_that_is_away_is_said_and_found_again(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        await page.route("**/api/session", lambda route: route.abort())
        await page.reload()
        await expect(page.locator(".form-error")).to_contain_text("连不上中心，正在重试")
        await page.unroute("**/api/session")
        await expect(page.locator("#account")).to_be_visible()
        await expect(page.locator(".form-error")).to_have_count(0)
