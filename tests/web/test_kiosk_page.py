"""The kiosk page in a real browser, served by the real server, with a small real box behind it.

What is measured follows docs/kiosk_rules.md: millimetres on a 10.1 inch screen of 1280 x 800, contrast ratios, text
sizes, what is left in the document after somebody has gone.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from anju_edge.kiosk.backend import Banner, KioskProfile, Text
from anju_protos.v1.event_pb2 import ACKED, RESPONDING
from support.browser import launch_chromium, needs_chromium, screenshot
from support.kiosk_backend import CALLIGRAPHY, CHOIR, LUNCH, TAI_CHI
from support.kiosk_page import DIAGONAL_IN, DIST, HEIGHT, LOOK, MM, WIDTH, check_look, open_kiosk

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in edge/web"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with launch_chromium("--autoplay-policy=no-user-gesture-required") as browser:
        yield browser


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_screen_can_be_read_and_hit(chromium: Browser, language: str) -> None:
    profile = KioskProfile(diagonal_in=DIAGONAL_IN, language="zh" if language == "zh" else "en")
    async with open_kiosk(chromium, profile=profile) as kiosk:
        box, page = kiosk.box, kiosk.page
        await check_look(kiosk, f"home-{language}")
        await box.tap_card("card-1")
        await kiosk.shows("result")
        headline = page.locator("main h1")
        assert await headline.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 64
        await check_look(kiosk, f"recorded-{language}")
        await kiosk.press("撤销" if language == "zh" else "undo")
        await kiosk.shows("undone")
        await check_look(kiosk, f"undone-{language}")
        await box.tap_card("card-2")
        await box.tap_card("card-2")
        await expect(headline).to_contain_text("09:02")
        await check_look(kiosk, f"duplicate-{language}")
        await box.tap_card("nobody")
        await kiosk.shows("problem")
        await check_look(kiosk, f"unknown-card-{language}")
        await kiosk.press("请工作人员来" if language == "zh" else "Ask staff")
        await kiosk.shows("staff_called")
        assert box.staff == [("lobby-1", "unknown_card")]
        await check_look(kiosk, f"staff-called-{language}")
        box.disk_ok = False
        await box.tap_card("card-3")
        await kiosk.shows("problem")
        await check_look(kiosk, f"not-recorded-{language}")
        box.disk_ok = True
        sessions = (CALLIGRAPHY, dataclasses.replace(CHOIR, open_now=True), dataclasses.replace(LUNCH, open_now=True))
        box.change(offline=True, activities=(*sessions, TAI_CHI))
        await box.tap_card("card-3")
        await kiosk.shows("choose")
        await check_look(kiosk, f"choose-offline-{language}")
        await kiosk.press("返回首页" if language == "zh" else "Back to start")
        await kiosk.shows("home")
        await check_look(kiosk, f"home-offline-{language}")
        box.change(offline=False, time_known=False, activities=(TAI_CHI,))
        await expect(page.locator(".clock.unset")).to_be_visible()
        await check_look(kiosk, f"home-closed-{language}")
        box.show(Banner("s1", "sos", False, False), Banner("s2", "fall", False, False))
        nearby = page.locator(".band.nearby")
        told = (
            "还没有人收到，请让出通道" if language == "zh" else "Nobody has received it yet. Please keep the way clear"
        )
        await expect(nearby).to_contain_text(told)
        await expect(nearby).to_contain_text("另有 1 件" if language == "zh" else "1 more")
        await check_look(kiosk, f"nearby-{language}")
        assert kiosk.errors == []


async def test_a_tap_is_recorded_shown_and_undone(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        await kiosk.page.evaluate(
            """() => { window.tones = []; const start = OscillatorNode.prototype.start;
                 OscillatorNode.prototype.start = function (...all) {
                   window.tones.push(this.frequency.value); return start.apply(this, all); }; }"""
        )
        await kiosk.box.tap_card("card-1")
        await expect(kiosk.page.locator("main h1")).to_have_text("已签到")
        for word in ("王*秀", "书法班"):
            await expect(kiosk.page.locator("main")).to_contain_text(word)
        await expect(kiosk.page.locator(".announcement")).to_contain_text("已签到, 王*秀")
        rise = await kiosk.page.evaluate("() => window.tones.splice(0)")
        assert [500 <= hertz <= 1_000 for hertz in rise] == [True, True]
        assert rise[0] < rise[1]
        await kiosk.press("撤销")
        await expect(kiosk.page.locator("main h1")).to_have_text("已撤销")
        assert len(kiosk.box.annulled) == 1
        fall = await kiosk.page.evaluate("() => window.tones.splice(0)")
        assert fall[0] > fall[1]
        await kiosk.page.clock.fast_forward(6_500)
        await kiosk.shows("home")


async def test_a_result_leaves_nothing_behind(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page = kiosk.page
        await kiosk.box.tap_card("card-1")
        await kiosk.shows("result")
        await page.clock.fast_forward(8_300)
        await kiosk.shows("home")
        assert "王" not in await page.content()
        await expect(page.get_by_role("button", name="撤销")).to_be_visible()  # ten seconds, without the name
        await page.clock.fast_forward(2_000)
        await expect(page.get_by_role("button", name="撤销")).to_have_count(0)
        assert await page.evaluate("() => [history.length, localStorage.length, sessionStorage.length]") == [2, 0, 0]
        await kiosk.box.tap_card("card-1")
        await kiosk.shows("result")
        await kiosk.box.tap_card("card-2")  # the next person does not wait
        await expect(page.locator("main")).to_contain_text("李*国")
        assert "王" not in await page.content()


async def test_idle_warns_extends_and_clears(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page, box = kiosk.page, kiosk.box
        box.change(activities=(CALLIGRAPHY, dataclasses.replace(CHOIR, open_now=True)))
        await box.tap_card("card-1")
        await kiosk.shows("choose")
        for _ in range(10):
            await page.clock.fast_forward(45_000)
            await expect(page.locator(".idle")).to_be_visible()
            await page.get_by_role("button", name="我还在").click()
            await expect(page.locator(".idle")).to_have_count(0)
        await kiosk.press("English")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.clock.fast_forward(41_000)
        await check_look(kiosk, "idle-warning")
        await page.clock.fast_forward(20_000)
        await kiosk.shows("home")
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        assert await page.locator(".choose").count() == 0


async def test_help_is_held_called_and_answered(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page, box = kiosk.page, kiosk.box
        await kiosk.hold_help()
        await expect(page.locator(".help.held")).to_be_visible()
        await page.mouse.up()
        await expect(page.locator(".help.held")).to_have_count(0)
        assert box.helps == []
        await kiosk.hold_help()
        await expect(page.locator(".band.own")).to_be_visible()
        await expect(page.locator(".band.own")).to_contain_text("正在求助")
        await page.mouse.up()
        assert [kiosk_name for kiosk_name, _ in box.helps] == ["lobby-1"]
        assert 1_500 <= box.helps[0][1] < 2_500
        await check_look(kiosk, "help-called")
        assert box.state.banner is not None
        own = page.locator(".band.own")
        seen = dataclasses.replace(box.state.banner, acked=True, state=ACKED)
        box.show(seen)
        await expect(own).to_contain_text("有人看到了您的求助")
        await expect(own).to_contain_text("还没有人出发，请留在这里")
        await check_look(kiosk, "help-seen")
        box.show(dataclasses.replace(seen, help_coming=True, state=RESPONDING))
        await expect(own).to_contain_text("有人正赶来")
        await expect(own).to_contain_text("Someone is on the way")
        await check_look(kiosk, "help-coming")
        await page.reload()
        await expect(own).to_contain_text("有人正赶来")
        box.show()
        await expect(page.locator(".band")).to_have_count(0)


@pytest.mark.parametrize("by", ["hand", "keyboard"])
async def test_somebody_elses_tap_does_not_let_go_of_the_help_button(chromium: Browser, by: str) -> None:
    async with open_kiosk(chromium) as kiosk:
        page = kiosk.page
        if by == "hand":
            await kiosk.hold_help()
        else:
            await page.locator(".help").focus()
            await page.keyboard.down("Enter")
        await expect(page.locator(".help.held")).to_be_visible()
        await kiosk.box.tap_card("card-1")
        await kiosk.shows("result")
        await expect(page.locator(".band.own")).to_be_visible()
        assert len(kiosk.box.helps) == 1


async def test_everything_works_by_keyboard(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page, box = kiosk.page, kiosk.box
        await box.tap_card("nobody")
        await kiosk.shows("problem")
        await expect(page.locator("main h1")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await kiosk.shows("staff_called")
        assert box.staff == [("lobby-1", "unknown_card")]
        await page.clock.fast_forward(700)
        await page.locator(".help").focus()
        await page.keyboard.down("Enter")
        await expect(page.locator(".band.own")).to_be_visible()
        await page.keyboard.up("Enter")
        assert len(box.helps) == 1
        await page.clock.fast_forward(700)
        await page.locator(".language").focus()
        await page.keyboard.press("Space")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator("main h1")).to_have_text("Your request is noted")


async def test_trembling_hands_press_once_and_may_slip(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page = kiosk.page
        button = page.locator(".language")
        box = await button.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] - 10, box["y"] + 10
        await page.mouse.dblclick(x, y)
        await expect(page.locator("html")).to_have_attribute("lang", "en")  # not switched back by the second click
        await page.clock.fast_forward(700)
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x, box["y"] - 9 * MM)  # slipped 9 mm off
        await page.mouse.up()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await page.clock.fast_forward(700)
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x, box["y"] - 12 * MM)  # a change of mind
        await page.mouse.up()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


async def test_no_network_is_calm_and_a_lost_box_comes_back(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page, box = kiosk.page, kiosk.box
        box.change(offline=True, unsent=1234)
        strip = page.locator(".strip")
        await expect(strip).to_have_text("网络中断，签到照常Offline, check-in works")
        assert "1234" not in await page.content()
        await box.tap_card("card-1")
        await expect(page.locator("main h1")).to_have_text("已签到")
        box.change(offline=False)
        await expect(strip).to_have_count(0)
        await kiosk.stop_box()
        await page.clock.fast_forward(9_500)
        await expect(strip).to_contain_text("正在恢复")
        await check_look(kiosk, "box-lost")
        await kiosk.hold_help()
        await expect(page.locator(".band.own.failed")).to_contain_text("请大声呼喊")
        await page.mouse.up()


SOS = Banner(
    "s1",
    "sos",
    False,
    False,
    zone=Text("3栋2单元", "Building 3, unit 2"),
    zone_age_s=70,
    flat="3-2-501",
    age_s=70,
)


@pytest.mark.parametrize(("width", "height", "diagonal_in"), [(WIDTH, HEIGHT, DIAGONAL_IN), (390, 844, 6.1)])
async def test_a_neighbours_screen_shows_every_call_and_who_goes(
    chromium: Browser, width: int, height: int, diagonal_in: float
) -> None:
    profile = KioskProfile(role="responder", diagonal_in=diagonal_in, actor="m-01")
    async with open_kiosk(chromium, kiosk="duty-1", profile=profile, width=width, height=height) as kiosk:
        page, box = kiosk.page, kiosk.box
        seen = dataclasses.replace(
            SOS, incident="s2", kind="fall", acked=True, state=ACKED, by=Text("值班员", "The operator"), zone=None
        )
        bell = dataclasses.replace(SOS, incident="s3", kind="help_bell", flat="", age_s=28 * 60)
        box.show(SOS, seen, bell)
        calls = page.locator(".call")
        await expect(calls).to_have_count(3)
        await expect(page.locator(".calls-count")).to_have_text("3 件求助")
        for words in ("紧急求助", "最后位置", "3栋2单元", "1 分钟前", "住址", "3-2-501", "还没有人去"):
            await expect(calls.nth(0)).to_contain_text(words)
        await expect(page.locator(".more-calls")).to_have_count(0)
        box.change(more_at_hub=37)
        await expect(page.locator(".more-calls")).to_have_text("中心还有 37 件未列在这里")
        await expect(calls.nth(1)).to_contain_text("值班员已看到，还没有人去")
        await expect(calls.nth(1).get_by_role("button")).to_have_text("我去")  # nobody was stood down
        async with asyncio.timeout(10):  # the page has said what stands on its screen
            while not (box.beats and set(box.beats[-1].incidents) == {"s1", "s2", "s3"}):
                await page.clock.run_for(200)
        lines = await page.evaluate(
            """() => [...document.querySelectorAll('.call h2, .call dd, .call .state, .call .next')]
                 .map((e) => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight))"""
        )
        assert max(lines) < 2.5, "a column of two characters cannot be read"
        await check_look(kiosk, f"neighbour-{width}")
        await calls.nth(1).get_by_role("button").scroll_into_view_if_needed()
        await page.clock.fast_forward(700)
        await calls.nth(1).get_by_role("button").click()
        await expect(calls.nth(1)).to_contain_text("您正赶去")
        await expect(calls.nth(1).get_by_role("button")).to_have_count(0)
        assert box.going == [("s2", "m-01")]
        await check_look(kiosk, f"neighbour-goes-{width}")


@pytest.mark.parametrize(("width", "height", "diagonal_in"), [(WIDTH, HEIGHT, DIAGONAL_IN), (390, 844, 6.1)])
async def test_a_neighbours_screen_without_a_call_says_only_what_it_knows(
    chromium: Browser, width: int, height: int, diagonal_in: float
) -> None:
    profile = KioskProfile(role="responder", diagonal_in=diagonal_in, actor="m-01")
    async with open_kiosk(chromium, kiosk="duty-1", profile=profile, width=width, height=height) as kiosk:
        page = kiosk.page
        await expect(page.locator("h1")).to_contain_text("现在没有求助")
        await expect(page.locator(".page")).not_to_contain_text("刷卡")  # it has no reader
        await expect(page.locator(".strip")).to_have_count(0)
        lines = await page.evaluate(
            """() => [...document.querySelectorAll('footer .button')]
                 .map((e) => {
                   const words = document.createRange();
                   words.selectNodeContents(e);
                   return words.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
                 })"""
        )
        assert max(lines) < 1.8, "a button of two characters stands on one line"
        await check_look(kiosk, f"neighbour-quiet-{width}")
        await kiosk.stop_box()
        await page.clock.run_for(10_000)
        await expect(page.locator("h1")).to_contain_text("不知道有没有求助")
        await expect(page.locator(".strip")).to_contain_text("新的求助现在看不到")
        await expect(page.locator(".page")).not_to_contain_text("现在没有求助")


async def test_a_neighbours_screen_that_cannot_sound_says_so_until_it_is_touched() -> None:
    profile = KioskProfile(role="responder", diagonal_in=DIAGONAL_IN, actor="m-01")
    async with (
        launch_chromium("--autoplay-policy=document-user-activation-required") as browser,
        open_kiosk(browser, kiosk="duty-1", profile=profile, until_sound=True) as kiosk,
    ):
        await expect(kiosk.page.locator(".strip")).to_contain_text("声音没有开启")
        await check_look(kiosk, "neighbour-silent")
        await kiosk.page.mouse.click(600, 400)
        await expect(kiosk.page.locator(".strip")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "height", "diagonal_in"), [(1280, 800, 10.1), (1920, 1080, 21.5), (1080, 1920, 21.5)]
)
async def test_larger_text_loses_nothing(chromium: Browser, width: int, height: int, diagonal_in: float) -> None:
    profile = KioskProfile(diagonal_in=diagonal_in, language="en")
    async with open_kiosk(chromium, profile=profile, width=width, height=height) as kiosk:
        page = kiosk.page
        for scale in (125, 150):
            await kiosk.press("Larger text")
            assert await page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)") == (
                28 * scale / 100
            )
            await kiosk.box.tap_card("nobody")
            await kiosk.shows("problem")
            for name in ("Ask staff", "Back to start", "Help", "中文"):
                await expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
            await screenshot(page, f"kiosk-scale-{scale}-{width}x{height}")
            look = await page.evaluate(LOOK)
            assert look["overflow"] <= 0
            assert all(text["px"] >= 28 * scale / 100 - 0.1 for text in look["texts"])


async def test_a_broken_page_calls_staff_and_leaves_the_help_button(chromium: Browser) -> None:
    async with open_kiosk(chromium) as kiosk:
        page = kiosk.page
        await page.evaluate("() => void Promise.reject(new Error('broken on purpose'))")
        await expect(page.locator("#broken")).to_have_text("请找工作人员Please call staff")
        await kiosk.hold_help()
        await page.clock.fast_forward(200)
        await expect(page.locator(".help.held")).to_be_visible()
        async with asyncio.timeout(10):
            while not kiosk.box.helps:
                await page.clock.run_for(200)
        await page.mouse.up()
        async with page.expect_navigation():  # starts afresh by itself
            await page.clock.fast_forward(10_500)
        await expect(page.locator("#broken")).to_have_count(0)


async def test_the_page_is_light_locked_and_stays_at_home(chromium: Browser) -> None:
    async with open_kiosk(chromium, own_clock=False) as kiosk:
        page = kiosk.page
        bytes_sent, origins = await page.evaluate(
            """() => { const all = [...performance.getEntriesByType('navigation'),
                                  ...performance.getEntriesByType('resource').filter((e) => !e.name.includes('/api/'))];
                 return [all.reduce((sum, e) => sum + e.transferSize, 0), all.map((e) => new URL(e.name).origin)]; }"""
        )
        assert 10_000 < bytes_sent <= 60_000
        assert set(origins) == {kiosk.url.removesuffix("/kiosk/lobby-1")}
        for name in ("contextmenu", "selectstart"):
            assert await page.evaluate(
                "(name) => !document.body.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }))", name
            )
        assert kiosk.errors == []
        assert kiosk.box.beats[0].screen == "home"
