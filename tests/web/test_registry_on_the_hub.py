"""The registry at the console of the real hub: a clerk's morning, and a privacy officer's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from playwright.async_api import Page, Route, expect

from anju_central.access.caller import Role
from anju_protos.v1.event_pb2 import ALARM
from support.boxes_on_the_line import Uplink, sos
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.signed_in import signed_in
from web.test_people_on_the_hub import DIST, PHONE, WIDE, hub, visit

GIVEN = {"kind": "location", "wording_version": "2026-1", "language": "zh", "channel": "paper"}

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]


async def posted(http: httpx.AsyncClient, path: str, **body: object) -> dict[str, Any]:
    answer = await http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def begin(page: Page, purpose: str) -> None:
    """Says what for, as the page asks before it shows anybody."""
    await expect(page.locator(".ask-purpose")).to_be_visible()
    await page.locator(".ask-purpose .choice").filter(has_text=purpose).click()
    await page.get_by_role("button", name="开始", exact=True).click()
    await expect(page.locator("[data-strip=task]")).to_contain_text(purpose)


async def looks_good(page: Page, name: str) -> None:
    """No barrier that axe finds, nothing wider than the page, and a picture for whoever wants to see it."""
    if await page.locator(".el-dialog").count():
        await expect(page.locator(".el-dialog")).to_have_css("opacity", "1")
    assert await axe_violations(page) == []
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), "no wider than the page"
    await screenshot(page, f"registry-{name}")


async def people_of_ningdu(http: httpx.AsyncClient) -> tuple[str, str]:
    """Two residents, of whom the first wears band 17; band 18 is in the cupboard. Returns their ids."""
    who = {"community": "ningdu", "flat": "3栋1单元502", "born_on": "1944-03-02", "sex": "female"}
    shan = (await posted(http, "/api/people", name="单雪梅", phones=["13800138000"], **who))["resident"]
    zhang = (await posted(http, "/api/people", community="ningdu", name="张三", flat="5-2-301"))["resident"]
    contact = {"relation": "儿子", "name": "单大明", "phone": "13900139000"}
    await posted(http, f"/api/people/{shan}/contacts", contacts=[contact])
    await posted(http, f"/api/people/{shan}/notes", kind="danger", text="家里有氧气瓶")
    await posted(http, f"/api/people/{shan}/consents", **GIVEN)
    for number in ("17", "18"):
        await posted(http, "/api/devices", community="ningdu", key=f"ble:{number}", kind="band", number=number)
    devices = (await http.get("/api/devices?purpose=care&community=ningdu")).json()["devices"]
    ids = {device["number"]: device["device"] for device in devices}
    await posted(http, f"/api/devices/{ids['17']}/hand-out", resident=shan)
    return shan, zhang


async def test_a_clerks_morning(tmp_path: Path) -> None:
    clerk = await signed_in(tmp_path / "hub", "clerk-1", Role.COMMUNITY_STAFF)
    async with (
        hub(tmp_path) as at,
        launch_chromium() as browser,
        httpx.AsyncClient(base_url=f"http://{at.http}", headers=clerk, timeout=60) as http,
    ):
        await people_of_ningdu(http)
        page = await visit(browser, f"http://{at.http}/#/registry", WIDE, clerk)
        await looks_good(page, "1-purpose")
        await begin(page, "日常照护")
        await expect(page.locator("[data-resident]")).to_have_count(2)
        await expect(page.locator("#people-search")).to_be_focused()
        await looks_good(page, "2-list")

        await page.locator(".people-filter").get_by_label("手环").select_option("without")
        await expect(page.locator("[data-resident]")).to_have_count(1)
        await expect(page.locator("[data-resident]")).to_contain_text("张三")
        await page.locator(".people-filter").get_by_label("手环").select_option("")
        await page.get_by_label("排序").select_option("oldest")
        await expect(page.locator("[data-resident]").first).to_contain_text("单雪梅")
        await page.keyboard.press("Escape")  # out of the field, then / to the search
        await page.keyboard.press("/")
        await expect(page.locator("#people-search")).to_be_focused()

        # Found by initials, opened, and nothing of the keyboard left out.
        await page.keyboard.type("sxm")
        await page.keyboard.press("Enter")
        record = page.locator(".record")
        await expect(record.locator("h2")).to_have_text("单雪梅")
        await expect(record).to_contain_text("3栋1单元502")
        await expect(record).to_contain_text("家里有氧气瓶")
        await expect(record.locator(".contacts")).to_contain_text("单大明")
        await expect(record.locator(".phones").first).to_contain_text("138 0013 8000")
        await looks_good(page, "3-record")

        # Moved within: what will follow is said before; taken back whole.
        dialog = page.locator(".el-dialog")
        strip = page.locator("[data-strip=deed]")
        await page.get_by_role("button", name="在社区内搬家…").click()
        await expect(dialog).to_contain_text("手环不变，仍是本人的")
        await dialog.get_by_label("新的住址").fill("7栋1单元101")
        await looks_good(page, "4-move")
        await dialog.get_by_role("button", name="搬到这里").click()
        await expect(strip).to_contain_text("单雪梅已搬家")
        await expect(record.locator(".record-flat")).to_have_text("7栋1单元101")
        await looks_good(page, "5-moved")
        await strip.get_by_role("button", name="撤销").click()
        await expect(strip).to_contain_text("已撤销")
        await expect(record.locator(".record-flat")).to_have_text("3栋1单元502")

        # The band is lost: no longer hers, and its press is still heard.
        await record.get_by_role("button", name="丢了…").click()
        await expect(dialog).to_contain_text("有人按这个手环，仍会报警")
        await dialog.get_by_role("button", name="记为丢失").click()
        await expect(strip).to_contain_text("17 号手环已记为丢失")
        await expect(record.locator(".bands")).to_contain_text("没有手环")

        # A consent is taken back: the positions end, the SOS does not.
        consent = record.locator("[data-consent=location]")
        await expect(consent).to_contain_text("同意")
        await consent.get_by_role("button", name="收回…").click()
        await expect(dialog).to_contain_text("不再保存没有告警时的位置")
        await expect(dialog).to_contain_text("手环照样能求助")
        await looks_good(page, "6-withdraw")
        await dialog.get_by_role("button", name="收回", exact=True).click()
        await expect(strip).to_contain_text("已收回")
        await expect(consent).to_contain_text("收回")


async def test_bands_go_from_hand_to_hand_and_the_task_ends(tmp_path: Path) -> None:
    clerk = await signed_in(tmp_path / "hub", "clerk-1", Role.COMMUNITY_STAFF)
    async with (
        hub(tmp_path) as at,
        launch_chromium() as browser,
        httpx.AsyncClient(base_url=f"http://{at.http}", headers=clerk, timeout=60) as http,
    ):
        shan, zhang = await people_of_ningdu(http)
        page = await visit(browser, f"http://{at.http}/#/registry/people/{shan}", WIDE, clerk)
        await begin(page, "日常照护")
        record, dialog = page.locator(".record"), page.locator(".el-dialog")

        # Another band: two were pressed at once, so both are shown and none is chosen for her.
        await page.route("**/api/boxes/*/pressed", two_pressed)
        await page.get_by_role("button", name="发手环…").click()
        await dialog.get_by_role("button", name="请现在按一下手环").click()
        await expect(dialog).to_contain_text("有 2 个手环差不多同时按下")
        await expect(dialog.get_by_role("button", name="发给本人")).to_be_disabled()
        await looks_good(page, "7-press")
        await expect(dialog.locator(".not-registered")).to_contain_text("ble:99")
        await dialog.locator("button.choice").filter(has_text="18 号手环").click()
        await dialog.get_by_role("button", name="发给本人").click()
        await expect(record.locator(".bands")).to_contain_text("18 号手环")

        # A band that somebody has is asked about.
        await page.goto(f"http://{at.http}/#/registry/devices")
        row = page.locator("[data-device='ble:18']")
        await expect(row).to_contain_text("单雪梅")
        await looks_good(page, "8-devices")
        await row.get_by_role("button", name="发手环…").click()
        await dialog.get_by_label("发给谁？").fill("张三")
        await dialog.get_by_role("button", name="查找").click()
        await dialog.locator("button.choice").filter(has_text="张三").click()
        await dialog.get_by_role("button", name="发给本人").click()
        await expect(dialog).to_contain_text("这个手环现在在单雪梅那里")
        await dialog.get_by_role("button", name="改发给这一位").click()
        await expect(row).to_contain_text("张三")

        # History tells all of it; Esc leads back, and the task is ended by hand.
        await page.goto(f"http://{at.http}/#/registry/people/{zhang}")
        await page.get_by_role("button", name="办过的事").click()
        await expect(page.locator("[data-action='band-handed-out']")).to_have_count(1)
        await looks_good(page, "9-history")
        await page.keyboard.press("Escape")
        await expect(page.locator("#people-search")).to_be_visible()
        await page.get_by_role("button", name="这件事办完了").click()
        await expect(page.locator(".ask-purpose")).to_be_visible()
        await expect(page.locator("[data-strip]")).to_have_count(0)
        assert "单雪梅" not in await page.content()
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await begin(page, "日常照护")
        await page.locator("[data-resident] .title").first.click()
        await expect(record).to_be_visible()
        await looks_good(page, "10-phone")


async def two_pressed(route: Route) -> None:
    """What a box would say of two bands that were pressed at about the same time."""
    heard = [
        {
            "device": key,
            "label_zh": "",
            "label_en": "",
            "adopted": True,
            "pressed_ago_s": 2,
            "heard_ago_s": 1,
            "is_bound": False,
        }
        for key in ("ble:18", "ble:99")
    ]
    said = {"box": "box-1", "is_connected": True, "only": "", "proposals": heard, "left_out": 0}
    await route.fulfill(status=200, content_type="application/json", body=json.dumps(said))


async def test_a_privacy_officers_morning(tmp_path: Path) -> None:
    clerk = await signed_in(tmp_path / "hub", "clerk-1", Role.COMMUNITY_STAFF)
    officer = await signed_in(tmp_path / "hub", "privacy-1", Role.PRIVACY_OFFICER)
    async with (
        hub(tmp_path) as at,
        launch_chromium() as browser,
        httpx.AsyncClient(base_url=f"http://{at.http}", headers=clerk, timeout=60) as http,
    ):
        shan = (await posted(http, "/api/people", community="ningdu", name="单雪梅", flat="3-1-502"))["resident"]
        long_ago = (datetime.now(UTC) - timedelta(days=60)).date().isoformat()
        await posted(http, f"/api/people/{shan}/requests", kind="access", received_on=long_ago)
        await http.get(f"/api/people/{shan}?purpose=care")

        page = await visit(browser, f"http://{at.http}/#/registry/requests", WIDE, officer)
        await begin(page, "办事")
        request = page.locator("[data-request]")
        await expect(request).to_contain_text("已经过期")
        await expect(request).to_contain_text("单雪梅")
        await looks_good(page, "11-requests")
        await request.get_by_role("button", name="答复…").click()
        await page.locator(".el-dialog textarea").fill("已当面给本人看过")
        await page.get_by_role("button", name="记下答复").click()
        await expect(page.locator(".empty")).to_contain_text("没有等待答复的申请")

        await page.goto(f"http://{at.http}/#/registry/people/{shan}")
        await page.get_by_role("button", name="谁看过这份资料").click()
        sheet = page.locator(".paper-sheet")
        await expect(sheet.locator("tbody tr").filter(has_text="clerk-1").first).to_contain_text("日常照护")
        await looks_good(page, "12-who-looked")

        # Who has moved out is erased for good, with a reason and a tick.
        await posted(http, f"/api/people/{shan}/leave", why="moved-out")
        await page.reload()
        await begin(page, "办事")
        await page.get_by_role("button", name="永久删除…").click()
        dialog = page.locator(".el-dialog")
        await dialog.get_by_label("为什么删除？").fill("本人申请")
        await expect(dialog.get_by_role("button", name="永久删除", exact=True)).to_be_disabled()
        await dialog.get_by_text("我已核对，删除后不能恢复").click()
        await looks_good(page, "12b-erase")
        await dialog.get_by_role("button", name="永久删除", exact=True).click()
        await expect(page.locator("[data-strip=deed]")).to_contain_text("已永久删除单雪梅的资料")
        await expect(page.locator("#people-search")).to_be_visible()

        await page.goto(f"http://{at.http}/#/registry/look-ups")
        await page.get_by_role("button", name="检查记录是否完整").click()
        await expect(page.locator(".chain-whole")).to_contain_text("完整")
        await looks_good(page, "13-look-ups")

        await page.goto(f"http://{at.http}/#/registry/retention")
        await expect(page.locator("[data-clock]")).to_have_count(4)
        left = page.locator("[data-clock=left-people]")
        await left.get_by_label("保存天数").fill("400")
        await left.get_by_role("button", name="改天数").click()
        await expect(page.locator(".form-note")).to_contain_text("天数已改")
        await page.get_by_role("button", name="现在清理").click()
        await expect(page.locator("[data-certificate]")).to_have_count(2)  # of the erasure and of this run
        await looks_good(page, "14-retention")
        await page.locator("button[lang=en]").click()
        await expect(left.locator("h2")).to_have_text("People who moved out or died")
        await looks_good(page, "15-en")


async def test_an_operator_breaks_the_glass_and_the_privacy_officer_takes_note(tmp_path: Path) -> None:
    clerk = await signed_in(tmp_path / "hub", "clerk-1", Role.COMMUNITY_STAFF)
    operator = await signed_in(tmp_path / "hub", "op-1", Role.OPERATOR)
    officer = await signed_in(tmp_path / "hub", "privacy-1", Role.PRIVACY_OFFICER)
    async with (
        hub(tmp_path) as at,
        launch_chromium() as browser,
        httpx.AsyncClient(base_url=f"http://{at.http}", headers=clerk, timeout=60) as http,
        grpc.aio.insecure_channel(at.grpc) as channel,
    ):
        for name, flat in (("单雪梅", "3-1-502"), ("单大明", "3-1-503")):
            await posted(http, "/api/people", community="ningdu", name=name, flat=flat)
        uplink = Uplink(channel, ALARM, "live")
        await uplink.hello()
        await uplink.send(sos())
        page = await visit(browser, f"http://{at.http}/#/registry", WIDE, operator)
        await expect(page.locator(".tabs")).to_have_count(1)  # communities, beside people
        await expect(page.locator(".ask-purpose option")).to_have_count(2)
        await page.get_by_label("哪一件告警？").select_option(index=1)
        await looks_good(page, "16-emergency")
        await page.get_by_role("button", name="开始", exact=True).click()
        await expect(page.locator("[data-strip=task]")).to_contain_text("紧急救助")
        await page.goto(f"http://{at.http}/#/registry/people")
        await page.locator("#people-search").fill("单")
        await page.keyboard.press("Enter")
        await page.get_by_label("理由（至少四个字）").fill("手环在邻居身上")
        await looks_good(page, "17-glass")
        await page.get_by_role("button", name="写好理由，继续查找").click()
        await expect(page.locator("[data-resident]")).to_have_count(2)
        await expect(page.locator("[data-strip=glass]")).to_contain_text("手环在邻居身上")
        await looks_good(page, "18-broken")

        other = await visit(browser, f"http://{at.http}/#/registry/look-ups", WIDE, officer)
        look = other.locator("[data-glass]")
        await expect(look).to_contain_text("手环在邻居身上")
        await look.get_by_role("button", name="已了解").click()
        await expect(look).to_contain_text("已看过")
        await looks_good(other, "19-taken-note")
