"""The operator console in a real browser against a hub made to order (`hub_fixture`)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from anju_central.api.cookies import PLAIN_COOKIE
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.hub_fixture import FixtureHub, Json, ago, make_box, make_clocks, make_device, make_incident, make_session
from support.paths import ROOT

DIST = ROOT / "central" / "web" / "dist"
WIDE, PHONE = (1280, 800), (390, 844)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]

# Notes each tone that is really handed to the sound card, by its frequency.
HEAR = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) {
  window.tones.push(Math.round(this.frequency.value));
  return start.call(this, when);
};
"""
P1_TONES, P2_TONES = {660, 990}, {587, 440}


@dataclass
class Desk:
    """One hub and one browser; `open` gives an operator's page."""

    hub: FixtureHub
    browser: Browser
    contexts: list[BrowserContext]
    foreign: list[str]
    errors: list[str]

    async def open(
        self, path: str = "", *, size: tuple[int, int] = WIDE, english: bool = False, operator: str = "op-1"
    ) -> Page:
        """Opens the console as an operator and waits until it has loaded."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            timezone_id="Asia/Shanghai",
            locale="zh-CN",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        page = await context.new_page()
        await page.add_init_script(HEAR)
        await page.add_init_script(f"localStorage.setItem('anju.locale', '{'en' if english else 'zh-CN'}');")
        token = self.hub.sign_in(make_session(operator))
        await context.add_cookies([{"name": PLAIN_COOKIE, "value": token, "url": self.hub.url}])
        page.on("request", self._on_request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self.hub.url + path)
        await expect(page.locator(".top nav")).to_be_visible()
        await expect(page.get_by_text("正在读取…").or_(page.get_by_text("Loading…"))).to_have_count(0)
        return page

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.hub.url, "data:")):
            self.foreign.append(request.url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests here; each page has a context of its own."""
    async with launch_chromium() as browser:
        yield browser


@contextlib.asynccontextmanager
async def desk(chromium: Browser) -> AsyncIterator[Desk]:
    """A hub and its operators; at the end nothing may have failed in a page nor been fetched from elsewhere."""
    async with FixtureHub(DIST) as hub:
        it = Desk(hub, chromium, [], [], [])
        yield it
        for context in it.contexts:
            await context.close()
        assert it.foreign == []
        assert it.errors == []


def card(page: Page, incident_id: str) -> str:
    """Returns the selector of an incident's card."""
    return f"[data-incident='{incident_id}']"


def fill(hub: FixtureHub) -> None:
    """A busy night: every kind of incident, box and check-in at once."""
    hub.put(make_incident(1, reasons=["SOS", "LOW_BATTERY"], battery_pct=11, repeats=60, presses=4, state="RINGING"))
    hub.put(make_incident(2, reasons=["FALL"], found_s_ago=400, resident_label="1-1-302"))
    hub.answer(f"{2:032x}-1", "op-07", ago(seconds=310))
    hub.put(make_incident(3, priority="P2", unknown_device=True, resident="", resident_label="", found_s_ago=150))
    silent: Json = {"resident": "", "resident_label": "", "place": None, "battery_pct": None}
    hub.put(
        make_incident(
            4, priority="P2", reasons=["BOX_SILENT"], found_s_ago=4000, device="box:binjiang-1", bearers=18, **silent
        )
    )
    hub.put(make_incident(5, mark="TEST", resident_label="9-9-999"))
    hub.put(make_incident(6, mark="DRILL", resident_label="2-1-101"))
    clocks = make_clocks(
        found=ago(hours=3),
        found_about=True,
        alarmed=ago(minutes=40),
        answered=ago(minutes=38),
        disposed=ago(minutes=20),
    )
    closed: Json = {"state": "RESOLVED", "closed_on_site": True, "needs_close": True}
    hub.put(make_incident(7, clocks=clocks, resident_label="5-1-602", **closed))
    hub.put(make_incident(8, priority="P3", reasons=["STAFF_ASKED"], resident="", resident_label=""))
    devices = [
        make_device("ble:receiver-1", label_zh="接收器 1", label_en="Receiver 1", kind="receiver"),
        make_device("ble:receiver-3", label_zh="接收器 3", label_en="Receiver 3", kind="receiver", heard=False),
        make_device("ble:ac233fc001aa", label_zh="手环 1", label_en="Band 1", battery_pct=76),
        make_device("ble:c0ffee000001", adopted=False, battery_pct=40),
    ]
    backlog = {"alarm": 0, "activity": 2, "telemetry": 18233}
    notes = ["fork: a new ALARM stream since 2026-11-24 04:50Z", "12 events skipped"]
    hub.put_box(make_box("ningdu-1", devices=devices, backlog=backlog, notes=notes))
    clock = {"quality": "HELD", "error_ms": 5000, "skew_ms": -95000}
    hub.put_box(
        make_box(
            "binjiang-1",
            name_zh="滨江社区",
            name_en="Binjiang",
            contact="silent",
            silent_since=ago(hours=1),
            clock=clock,
        )
    )
    clock = {"quality": "UNSET", "error_ms": None, "skew_ms": int(-56 * 365.25 * 86_400_000)}
    hub.put_box(
        make_box("jiefang-1", name_zh="解放社区", name_en="Jiefang", recording=False, fault="EDGE-JNL-001", clock=clock)
    )
    nothing: Json = {"devices": [], "streams": [], "rtt_ms": None, "software": "", "roster_revision": None}
    hub.put_box(make_box("xinhua-1", name_zh="新华社区", name_en="Xinhua", contact="never", recording=False, **nothing))
    rows = [
        {"at": ago(minutes=n), "resident_label": label, "activity_zh": "书法班", "activity_en": "Calligraphy"}
        | {"activity": "calligraphy", "community": "ningdu", "at_about": False}
        | {
            "kiosk": "kiosk:hall",
            "kiosk_zh": "签到屏",
            "kiosk_en": "Kiosk",
            "annulled": annulled,
            "method": "CARD",
            "mark": "REAL",
            "day": hub.check_ins["day"],
        }
        for n, label, annulled in [(2, "3-2-501", False), (9, "1-1-302", True)]
    ]
    named = {"name_zh": "柠都社区", "name_en": "Ningdu community"}
    hub.check_ins["communities"] = [{"community": "ningdu", "count": 1, "rows": rows, **named}]


async def test_unknown_devices_that_share_an_incident_are_listed(chromium: Browser) -> None:
    keys = [f"ble:c0ffee{number:06x}" for number in range(3)]
    unknown: Json = {"priority": "P2", "unknown_device": True, "resident": "", "resident_label": "", "device": keys[0]}
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        it.hub.put(make_incident(2, strangers=keys[1:], **unknown))
        it.hub.put(make_incident(3, strangers=[f"ble:{n:x}" for n in range(20)], strangers_all=False, **unknown))
        page = await it.open()
        drawer = page.locator(".drawer")
        for number, heading, shown in ((2, "未登记设备 3 个", keys), (3, "列出首个和最近 20 个", ["ble:13"])):
            await page.locator(card(page, f"{number:032x}-1")).locator(".title").click()
            for words in (heading, *shown):
                await expect(drawer).to_contain_text(words)
        assert await axe_violations(page) == []
        await page.locator(card(page, f"{1:032x}-1")).locator(".title").click()
        await expect(drawer).to_contain_text("手环 1")
        await expect(drawer).not_to_contain_text("ble:")


async def test_the_most_urgent_is_first_and_everything_is_said_in_words(chromium: Browser) -> None:
    async with desk(chromium) as it:
        fill(it.hub)
        page = await it.open()
        titles = await page.locator(".card .title").all_inner_texts()
        assert titles == ["3-2-501", "5-1-602", "1-1-302", "整个社区", "住户未知", "住户未知", "2-1-101", "9-9-999"]
        first = page.locator(".card").first
        for words in (
            "P1 危急",
            "SOS 求助",
            "电量低 11%",
            "还没有人应答",
            "住址",
            "最后位置",
            "3栋2单元",
            "秒前",
            "柠都社区",
            "按了 4 次",
            "在目标内",
        ):
            await expect(first).to_contain_text(words)
        await expect(page.locator(".card").nth(1)).to_contain_text("现场已办结：还要填原因和是否联系到本人")
        await expect(page.locator(".card").nth(1)).to_contain_text("约 ")
        await expect(page.locator(".card").nth(2)).to_contain_text("超过目标")
        await expect(page.locator(".card").nth(3)).to_contain_text("18 位佩戴者无人看护")
        await expect(page.locator(".card").nth(4)).to_contain_text("未登记设备")
        await expect(page.locator(".card").nth(6)).to_contain_text("演练")
        await expect(page.locator(".card").nth(7)).to_contain_text("测试")
        # Eight cards, but tests and drills are in no figure.
        await expect(page.locator(".counts")).to_contain_text("未办结 6 件，等待应答 4 件；危急 3，风险 2")


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280x800", "phone"])
async def test_no_view_has_an_axe_violation_or_scrolls_sideways(
    chromium: Browser, english: bool, size: tuple[int, int]
) -> None:
    async with desk(chromium) as it:
        fill(it.hub)
        page = await it.open(english=english, size=size)
        shot = f"console-{'en' if english else 'zh'}-{size[0]}"
        await expect(page.locator(".card")).to_have_count(8)
        assert await axe_violations(page) == []
        await screenshot(page, f"{shot}-incidents")
        await page.locator(".card .title").nth(2).click()
        await expect(page.locator(".drawer")).to_be_visible()
        assert await axe_violations(page) == []
        await screenshot(page, f"{shot}-drawer")
        await page.locator(".drawer .button.resolve").click()
        await expect(page.locator(".el-dialog")).to_have_css("opacity", "1")
        await page.locator(".el-dialog [type=submit]").click()
        await expect(page.locator(".form-error")).to_have_count(2)
        assert await axe_violations(page) == []
        await screenshot(page, f"{shot}-resolve")
        await page.keyboard.press("Escape")
        await expect(page.locator(".el-dialog")).to_have_count(0)
        await page.keyboard.press("Escape")
        for view in ("boxes", "check-ins"):
            await page.locator(f".top nav a[href='#/{view}']").click()
            await expect(page.locator(".box-head").first).to_be_visible()
            assert await axe_violations(page) == []
            await screenshot(page, f"{shot}-{view}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]


async def test_an_incident_is_answered_and_closed_by_keys_alone(chromium: Browser) -> None:
    async with desk(chromium) as it:
        urgent = it.hub.put(make_incident(1))
        it.hub.put(make_incident(2, priority="P3", reasons=["STAFF_ASKED"]))
        page = await it.open()
        await page.keyboard.press("a")  # selects, answers nothing unseen
        await expect(page.locator(".toasts")).to_contain_text("请看过再按一次")
        assert it.hub.requests == []
        await page.keyboard.press("a")
        here = page.locator(card(page, urgent["id"]))
        await expect(here.locator(".state")).to_have_text("已应答，还没有人去")
        await expect(here).to_contain_text("值班员 op-1")
        assert it.hub.requests[0] == ("acknowledge", {"expected": {"round": 0, "state": "NEW"}})
        await page.keyboard.press("r")  # arms
        await expect(here.locator(".respond")).to_contain_text("再按一次确认")
        await page.keyboard.press("r")
        await expect(here.locator(".state")).to_have_text("有人正赶去")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowUp")
        await expect(here.locator(".title")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".drawer")).to_contain_text("有人正赶去")
        await page.keyboard.press("Escape")
        await expect(page.locator(".drawer")).to_have_count(0)
        await expect(here.locator(".title")).to_be_focused()
        await page.keyboard.press("/")
        await expect(page.locator("#search")).to_be_focused()
        await page.keyboard.type("b nothing has both")
        await expect(page.locator(".empty")).to_contain_text("没有符合")
        await page.keyboard.press("Escape")
        await expect(page.locator(".card")).to_have_count(2)


async def test_who_presses_second_learns_who_was_first_and_joins(chromium: Browser) -> None:
    async with desk(chromium) as it:
        incident = it.hub.put(make_incident(1))
        page = await it.open(operator="op-2")
        await expect(page.locator(".card")).to_have_count(1)
        it.hub.answer(incident["id"], "op-1", ago(seconds=0.4))  # the stream has not said so yet
        await page.locator(".button.acknowledge").click()
        dialog = page.locator(".el-dialog")
        await expect(dialog).to_contain_text(re.compile(r"值班员 op-1 早 \d+\.\d 秒"))
        await expect(dialog).to_have_css("opacity", "1")
        assert await axe_violations(page) == []
        await screenshot(page, "console-zh-1280-conflict")
        await dialog.get_by_role("button", name="加入协助").click()
        await expect(page.locator(".owners")).to_contain_text("op-2")
        assert [verb for verb, _ in it.hub.requests] == ["acknowledge", "step"]


async def test_a_p1_is_not_closed_without_cause_and_contact(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open()
        await page.locator(".button.resolve").click()
        dialog = page.locator(".el-dialog")
        await dialog.get_by_text("误按", exact=True).click()
        await dialog.get_by_role("button", name="确认办结").click()
        await expect(dialog.locator(".form-error")).to_have_text("危急事件：请说明是否联系到本人。")
        assert it.hub.requests == []
        await dialog.get_by_text("联系到本人（当面或电话）", exact=True).click()
        await dialog.get_by_role("button", name="确认办结").click()
        await expect(page.locator(".card")).to_have_count(0)
        await expect(page.locator(".empty")).to_contain_text("现在没有未办结事件")
        verb, body = it.hub.requests[0]
        assert (verb, body["cause"], body["contacted"]) == ("resolve", "pressed_by_mistake", True)


async def test_a_p1_is_closed_truthfully_when_nobody_was_found(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open()
        await page.locator(".button.resolve").click()
        dialog = page.locator(".el-dialog")
        await dialog.get_by_text("没有找到人", exact=True).click()
        await dialog.get_by_text("没有联系到本人", exact=True).click()
        await dialog.get_by_role("button", name="确认办结").click()
        await expect(dialog.locator(".form-error")).to_have_text("没有联系到本人：请至少选一项做了什么。")
        await dialog.get_by_text("上门查看", exact=True).click()
        await screenshot(page, "console-zh-1280-nobody-found")
        await dialog.get_by_role("button", name="确认办结").click()
        await expect(page.locator(".card")).to_have_count(0)
        verb, body = it.hub.requests[0]
        assert (verb, body["contacted"], body["done"]) == ("resolve", False, ["visited"])


async def test_letters_answer_alarms_also_from_the_search_box_and_act_on_what_is_selected(chromium: Browser) -> None:
    async with desk(chromium) as it:
        first = it.hub.put(make_incident(1, found_s_ago=90))
        second = it.hub.put(make_incident(2))
        page = await it.open()
        await page.locator(card(page, second["id"])).locator(".title").click()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        await page.keyboard.type("501")  # hides the selected one
        await expect(page.locator(".card")).to_have_count(1)
        await page.keyboard.press("a")
        await expect(page.locator("#search")).not_to_have_value("501a")
        await expect(page.locator(card(page, second["id"])).locator(".state")).to_have_text("已应答，还没有人去")
        await page.keyboard.press("r")
        await page.keyboard.press("r")
        await expect(page.locator(card(page, second["id"])).locator(".state")).to_have_text("有人正赶去")
        await expect(page.locator(card(page, first["id"])).locator(".state")).to_have_text("还没有人应答")
        await expect(page).to_have_title("(1) 安居 · 值班台")


async def test_closed_incidents_are_searched_at_the_hub(chromium: Browser) -> None:
    async with desk(chromium) as it:
        done: Json = {"state": "RESOLVED", "cause": "nobody_found", "contact": "NOT_REACHED", "done": ["visited"]}
        it.hub.closed = [make_incident(n, resident_label=f"1-1-10{n}", **done) for n in (1, 2)]
        page = await it.open("/#/closed")
        await expect(page.locator("tbody tr")).to_have_count(2)
        await expect(page.locator("tbody tr").first).to_contain_text("没有找到人；没有联系到本人；上门查看")
        assert await axe_violations(page) == []
        await screenshot(page, "console-zh-1280-closed")
        await page.locator("#closed-search").fill("1-1-102")
        await page.keyboard.press("Enter")
        await expect(page.locator("tbody tr")).to_have_count(1)
        assert it.hub.closed_asked == ["", "1-1-102"]


async def test_a_new_alarm_is_spoken_and_rings_by_its_priority_until_answered(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        await expect(page.locator(".strip.warn")).to_contain_text("声音没有开启")
        await page.get_by_role("button", name="开启声音").click()
        await expect(page.locator(".strip.warn")).to_have_count(0)
        it.hub.put(make_incident(9, mark="TEST"))
        p2 = it.hub.put(make_incident(1, priority="P2", reasons=["GEOFENCE_OUT"]))
        await page.wait_for_function("tones.length > 0")
        assert set(await page.evaluate("tones")) == P2_TONES
        p1 = it.hub.put(make_incident(2))
        await expect(page.locator("[aria-live=assertive]")).to_contain_text(
            "新告警：P1 危急 SOS 求助，3-2-502，3栋2单元"
        )
        await page.wait_for_function("tones.includes(990)")
        await page.get_by_role("button", name="静音 60 秒").click()
        await expect(page.locator(".button.muted")).to_contain_text("秒后恢复")
        await page.evaluate("tones.length = 0")
        it.hub.put(make_incident(3))  # something new ends the mute
        await page.wait_for_function("tones.length > 0")
        assert set(await page.evaluate("tones")) <= P1_TONES
        await expect(page.locator(".button.muted")).to_have_count(0)
        await page.keyboard.press("a")
        await page.keyboard.press("a")
        await expect(page.locator(card(page, p1["id"])).locator(".state")).to_have_text("已应答，还没有人去")
        for incident in (p2, it.hub.incidents[f"{3:032x}-1"]):  # answered elsewhere
            it.hub.answer(incident["id"], "op-7")
            it.hub.put(incident)
        await expect(page.get_by_role("button", name="试听")).to_be_visible()


async def test_after_a_cut_it_resumes_where_it_was(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open()
        await expect(page.locator(".card")).to_have_count(1)
        it.hub.refuse_streams = True
        it.hub.cut()
        it.hub.put(make_incident(2, resident_label="missed"))
        it.hub.refuse_streams = False
        await expect(page.locator(".card .title").nth(1)).to_have_text("missed")
        assert it.hub.resumed_from[0] == ""
        assert it.hub.resumed_from[-1] == "1"


async def test_a_gap_too_old_loads_everything_again(chromium: Browser) -> None:
    async with desk(chromium) as it:
        gone = it.hub.put(make_incident(1))
        page = await it.open()
        await expect(page.locator(".card")).to_have_count(1)
        it.hub.refuse_streams = True
        it.hub.cut()
        del it.hub.incidents[gone["id"]]
        it.hub.incidents["x"] = make_incident(2, id="x", resident_label="other")
        it.hub.forget_changes()
        it.hub.refuse_streams = False
        await expect(page.locator(".card .title")).to_have_text(["other"])


async def test_old_data_says_so_in_words_and_recovers(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        await expect(page.locator(".as-of")).to_contain_text("数据截至")
        await page.clock.install()
        await page.reload()
        await expect(page.locator(".as-of")).to_contain_text("数据截至")
        it.hub.refuse_streams = True
        it.hub.cut()
        await page.clock.fast_forward(11_000)
        await expect(page.locator(".strip.error")).to_contain_text("没有中心的消息，正在重连")
        await expect(page.locator(".as-of.stale")).to_be_visible()
        await expect(page).to_have_title("⚠ 没有数据 · 安居 · 值班台")  # seen also behind other tabs, and heard
        await page.get_by_role("button", name="开启声音").click()
        await page.clock.run_for(1_500)
        await page.wait_for_function("tones.includes(330)")
        assert await axe_violations(page) == []
        it.hub.refuse_streams = False
        await expect(page.locator(".strip.error")).to_have_count(0)


async def test_the_first_press_on_the_page_counts_however_long_it_is_held(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open()
        strip = page.get_by_text("声音没有开启")
        await expect(strip).to_be_visible()  # it goes with the first gesture, and everything below it moves up
        button = page.locator(".button.acknowledge")
        before = await button.bounding_box()
        assert before is not None
        await page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
        await page.mouse.down()
        await page.evaluate("new Promise(done => setTimeout(done, 150))")  # as long as a person holds a button
        assert await button.bounding_box() == before, "the page moved under the press"
        await page.mouse.up()
        await expect(strip).to_have_count(0)
        await expect(page.locator(".state")).to_have_text("已应答，还没有人去")
        assert [verb for verb, _ in it.hub.requests] == ["acknowledge"]


async def test_an_answer_that_cannot_be_sent_is_not_shown_as_done(chromium: Browser) -> None:
    async with desk(chromium) as it:
        incident = it.hub.put(make_incident(1))
        page = await it.open()
        await page.route("**/acknowledge", lambda route: route.abort())
        await page.locator(".button.acknowledge").click()
        await expect(page.locator(".toasts")).to_contain_text("没有提交成功：连不上中心")
        await expect(page.locator(card(page, incident["id"])).locator(".state")).to_have_text("还没有人应答")


async def test_a_note_covers_no_dialog(chromium: Browser) -> None:
    async with desk(chromium) as it:
        it.hub.put(make_incident(1))
        page = await it.open()
        await page.route("**/acknowledge", lambda route: route.abort())
        await page.route("**/resolve", lambda route: route.abort())
        await page.locator(".button.acknowledge").click()
        await expect(page.locator(".toasts li")).to_have_count(1)
        await page.locator(".button.resolve").click()
        dialog = page.locator(".el-dialog")
        await expect(dialog).to_have_css("opacity", "1")
        await expect(page.locator(".toasts li")).to_be_visible()
        for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 844}):
            await page.set_viewport_size(size)  # type: ignore[arg-type]  # it is a ViewportSize
            note, edge = await page.locator(".toasts").bounding_box(), await dialog.bounding_box()
            assert note is not None
            assert edge is not None
            assert note["y"] + note["height"] <= edge["y"], "above the dialog, not on it"


async def test_boxes_say_what_is_wrong_and_what_to_do(chromium: Browser) -> None:
    async with desk(chromium) as it:
        fill(it.hub)
        page = await it.open("/#/boxes")
        box = page.locator("[data-box='ningdu-1']")
        for words in (
            "在线",
            "活动 2",
            "读数 18,233",
            "已校准",
            "与中心一致",
            "听到 2，长时间没有信号 1，听到但未登记 1",
            "76 %",
        ):
            await expect(box).to_contain_text(words)
        await expect(box.locator("tr", has_text="ble:c0ffee000001")).to_contain_text("听到，但未登记")
        await expect(box).to_contain_text("磁盘从备份恢复过：2026/11/24 12:50 起告警重新编号")
        await expect(box).to_contain_text("跳过 12 条")
        silent = page.locator("[data-box='binjiang-1']")
        for words in ("失联自", "比中心慢 95 秒", "走时未校准", "误差不超过 5 秒"):
            await expect(silent).to_contain_text(words)
        await expect(page.locator("[data-box='jiefang-1']")).to_contain_text("无法记录")
        await expect(page.locator("[data-box='jiefang-1']")).to_contain_text("比中心慢 56 年")
        await expect(page.locator("[data-box='xinhua-1']")).to_contain_text("请检查它的电源、网络和中心地址")
        causes = {"EDGE-DRV-003:gate": "gate: wrong password", "EDGE-JNL-001": "disk full: database or disk is full"}
        it.hub.put_box(make_box("ningdu-1", troubles=[*causes, "EDGE-CLK-001"], causes=causes))
        trouble = box.locator(".box-trouble", has_text="EDGE-DRV-003:gate")
        await expect(trouble).to_contain_text("设备不让登录或拒绝服务")
        await expect(trouble).to_contain_text("原因：gate: wrong password")
        await expect(box.locator(".box-trouble", has_text="EDGE-CLK-001")).not_to_contain_text("原因")
        broken = make_box("ningdu-1", recording=False, fault="EDGE-JNL-001", troubles=["EDGE-JNL-001"], causes=causes)
        it.hub.put_box(broken)
        await expect(box.locator(".alert")).to_contain_text("原因：disk full: database or disk is full")
        version = {"running": "2.0", "on_trial": False, "waiting": "3.0", "taken_back": "2.1", "update": "3.1: 40 %"}
        it.hub.put_box(make_box("ningdu-1", version=version))
        said = ["3.0 已装好，没有未办结事件时启用", "2.1 没有通过检验，已退回", "更新：3.1: 40 %"]
        await expect(box.locator(".box-version")).to_have_text(said)
        it.hub.put_box(make_box("binjiang-1", name_zh="滨江社区"))
        await expect(silent.locator(".contact")).to_have_text("在线")


async def test_check_ins_of_today_come_live_and_annulled_ones_are_struck_through(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open("/#/check-ins")
        await expect(page.locator(".empty")).to_contain_text("今天还没有人签到")
        fill(it.hub)
        await page.reload()
        await expect(page.locator("s")).to_have_text("1-1-302")
        await expect(page.locator("tr.annulled")).to_contain_text("已撤销")
        await expect(page.locator(".count")).to_have_text("1 人次")
        row = it.hub.check_ins["communities"][0]["rows"][0] | {
            "at": ago(),
            "resident_label": "8-1-101",
        }
        it.hub.tell("check_in", row)
        await expect(page.locator("tbody tr").first).to_contain_text("8-1-101")
        await expect(page.locator(".count")).to_have_text("2 人次")


async def test_one_switch_changes_every_word_and_is_remembered(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        await page.get_by_role("button", name="English").click()
        await expect(page.locator("h1")).to_have_text("Open incidents")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator(".empty")).to_contain_text("No open incidents now")
        await expect(page).to_have_title("Anju · operator console")
        await page.get_by_role("button", name="中文").click()
        await expect(page.locator("h1")).to_have_text("未办结事件")


async def test_a_flood_keeps_every_p1_on_screen(chromium: Browser) -> None:
    async with desk(chromium) as it:
        page = await it.open()
        for n in range(500):
            it.hub.put(make_incident(n, priority="P1" if n % 100 == 99 else "P3"))
        await expect(page.locator(".card.P1")).to_have_count(5)
        await expect(page.locator(".more")).to_contain_text("还有 470 件")
        await page.keyboard.press("a")
        await expect(page.locator(".card.selected")).to_have_count(1)
        await page.locator(".more").click()
        await expect(page.locator(".card")).to_have_count(500)
