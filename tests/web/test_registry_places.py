"""Households and responder groups at the console of the real hub, in a real browser: seen, put right, undone."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from anju_central.access.caller import HUB, Role
from anju_central.config import BoxConfig, CentralConfig
from anju_central.hub import HubAddresses, run
from anju_central.registry.audit import record
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.people.group_editing import make_group
from anju_central.registry.people.life_events import NewResident, move_in, note_death
from anju_central.registry.queries.communities import add_community
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import CommunityRule, Resident
from anju_edge.sync.box_identity import BoxIdentity
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.paths import ROOT
from support.people_at_consoles import carry
from support.roster_rig import roster_box
from support.signed_in import signed_in

DIST = ROOT / "central" / "web" / "dist"
WIDE, PHONE = (1280, 800), (390, 844)
HERE = frozenset({"ningdu"})
SCROLL_WIDTH = "document.documentElement.scrollWidth"
TOO_WIDE = """[...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".scroll"))
    .map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 30)}`)"""
NAMES = ("王秀英", "李强", "赵桂兰", "周建国", "吴淑珍", "郑国华", "冯玉梅", "陈大山")

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]


async def settle(data_dir: Path) -> None:
    """A community of 27 households: a sound group, one whose leader has died, and three in none."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True, mode=0o700)
    secrets = RegistrySecrets(data_dir, {})
    secrets.make()
    numbers, now_ms = IdNumbers(secrets), time.time_ns() // 1_000_000
    today = datetime.now(UTC).date()
    registry = await Registry.open(sqlite_url(data_dir / REGISTRY_FILE))
    try:
        await add_community(HUB, registry, "ningdu", "柠都社区", "Ningdu", now_ms)
        residents = []
        for at in range(27):
            flat = f"{1 + at // 12}栋{1 + at // 6 % 2}单元{1 + at % 6 // 2}0{1 + at % 2}"
            name = NAMES[at % len(NAMES)] if at < len(NAMES) else f"{NAMES[at % len(NAMES)][0]}{'一二三四五六'[at % 6]}"
            new = NewResident(name=name, flat=flat, phones=("13800000001",), is_head=at % 3 != 0)
            done = await move_in(HUB, registry, "ningdu", new, numbers, today, now_ms)
            residents.append(done.resident)
        async with registry.read(HUB) as session:
            rows = dict((await session.execute(select(Resident.resident, Resident.household))).tuples().all())
        homes = [rows[resident] or "" for resident in residents]
        await make_group(HUB, registry, "ningdu", "1栋互助组", "Building 1", homes[:12], residents[1], now_ms)
        await make_group(HUB, registry, "ningdu", "2栋互助组", "Building 2", homes[12:24], residents[13], now_ms)
        await note_death(HUB, registry, residents[13], None, now_ms)
    finally:
        await registry.close()


@contextlib.asynccontextmanager
async def hub(folder: Path, *boxes: BoxConfig) -> AsyncIterator[HubAddresses]:
    config = CentralConfig(folder, grpc_address="127.0.0.1:0", http_address="127.0.0.1:0", boxes=boxes, web_root=DIST)
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


async def is_sound(page: Page, width: int) -> None:
    """Nothing that axe finds, and no wider than the screen."""
    assert await axe_violations(page) == []
    wide = await page.evaluate(TOO_WIDE) if await page.evaluate(SCROLL_WIDTH) > width else []
    assert wide == []


async def test_a_clerk_puts_the_groups_right(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    await settle(folder)
    clerk = await signed_in(folder, "clerk-1", Role.COMMUNITY_STAFF, HERE)
    async with hub(folder) as at, launch_chromium() as browser:
        base = f"http://{at.http}"
        context = await browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN", reduced_motion="reduce"
        )
        await carry(context, base, clerk)
        page = await context.new_page()
        await page.goto(f"{base}/#/registry/groups")
        await page.get_by_text("日常照护", exact=True).click()
        await page.get_by_role("button", name="开始").click()

        # What is there: a sound group, and one whose leader has died.
        cards = page.locator("[data-group]")
        await expect(cards).to_have_count(2)
        await expect(page.locator(".places-head")).to_contain_text("3 户没有互助组")
        await expect(cards.nth(0)).to_contain_text("12 户（应为 10–20 户）")
        await expect(cards.nth(0).locator(".alert")).to_have_count(0)
        await expect(cards.nth(1)).to_contain_text("组长已去世，请另选一位。")
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-groups")

        # Another leader, by keyboard alone; and undone.
        await cards.nth(1).locator(".title").focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        await expect(dialog.locator("[data-home]")).to_have_count(11)
        await dialog.locator("#group-leader").select_option(index=2)
        await expect(dialog.locator(".alert")).to_have_count(0)
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-group")
        await dialog.get_by_role("button", name="加住户").click()
        await expect(dialog.locator(".picker-list input")).to_have_count(3)
        await dialog.locator(".picker-list input").nth(0).check()
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-group-add")
        await dialog.get_by_role("button", name="加进 1 户").click()
        await expect(dialog.locator("[data-home]")).to_have_count(12)
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(page.locator(".places-head")).to_contain_text("2 户没有互助组")
        await page.get_by_role("button", name="撤销").click()
        await expect(page.locator(".places-head")).to_contain_text("3 户没有互助组")
        await expect(page.locator(".strip.done")).to_have_text("已撤销。")

        # A new one of those that are in none.
        await page.get_by_role("button", name="新编一组").click()
        await dialog.get_by_label("组名", exact=True).fill("3栋互助组")
        for index in range(3):
            await dialog.locator(".picker-list input").nth(index).check()
        await is_sound(page, WIDE[0])
        await dialog.get_by_role("button", name="编这一组").click()
        await expect(cards).to_have_count(3)
        await expect(page.locator(".places-head")).to_contain_text("每一户都有互助组")
        await expect(cards.nth(2)).to_contain_text("不到 10 户")
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await is_sound(page, PHONE[0])
        await screenshot(page, "registry-zh-390-groups")

        # Households: by flat, what should be put right, one head.
        await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        await page.goto(f"{base}/#/registry/households")
        rows = page.locator("[data-household]")
        await expect(rows).to_have_count(26)
        await page.locator("#homes-only").select_option("no-head")
        await expect(page.locator(".places-head")).to_contain_text("9 户，全社区 26 户")
        await page.locator("#homes-search").fill("2栋")
        await page.keyboard.press("Enter")
        await expect(rows.first).to_contain_text("2栋")
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-households")
        count = await rows.count()
        await rows.first.locator(".title").click()
        await expect(dialog).to_contain_text("还没有选户主。")
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-household")
        await dialog.get_by_role("radio").check()
        await expect(dialog).to_have_count(0)  # it is no household without a head any more
        await expect(rows).to_have_count(count - 1)
        await page.get_by_role("button", name="撤销").click()
        await expect(rows).to_have_count(count)

        # Where they live: the house as one looks at it, and a site.
        await page.goto(f"{base}/#/registry/places")
        await expect(page.locator("[data-building]")).to_have_count(3)
        await page.locator("[data-building='2']").click()
        await expect(page.locator("[data-unit]")).to_have_count(2)
        await expect(page.locator("[data-flat='2栋1单元101']")).to_contain_text("1 人")
        await expect(page.locator("[data-flat='2栋1单元102']")).to_contain_text("空")  # who lived there has died
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-places")
        await page.get_by_label("类别").select_option("site")
        await page.locator(".add-place").get_by_label("名称").fill("东门")
        await page.get_by_role("button", name="添加", exact=True).click()
        await page.get_by_role("button", name="东门", exact=True).click()
        await dialog.get_by_label("地图位置（纬度, 经度）").fill("30.508, 105.57")
        await is_sound(page, WIDE[0])
        await dialog.get_by_role("button", name="保存位置").click()
        await expect(page.locator(".strip.done")).to_contain_text("东门 的位置已保存。")
        await page.locator(".zones").get_by_label("名称", exact=True).fill("东门口")
        await page.locator(".zones").get_by_label("编号").fill("east-gate")
        await page.get_by_role("button", name="添加区域").click()
        await expect(page.locator("[data-zone='east-gate']")).to_contain_text("东门口")
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await is_sound(page, PHONE[0])
        await screenshot(page, "registry-zh-390-places")
        await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

        # A code that is drawn is shown once; a card that was given is blocked, and that is undone.
        await page.goto(f"{base}/#/registry/tokens")
        await page.get_by_label("找人").fill("王秀英")
        await page.keyboard.press("Enter")
        await page.locator(".found-people button").first.click()
        await page.get_by_role("button", name="发卡", exact=True).click()
        await dialog.get_by_text("二维码", exact=True).click()
        await is_sound(page, WIDE[0])
        await dialog.get_by_role("button", name="发给本人").click()
        await expect(dialog.locator("[data-code]")).to_have_text(re.compile(r"^qr:[a-z2-9]{20}$"))
        drawn = await dialog.locator("[data-code]").inner_text()
        await is_sound(page, WIDE[0])
        await dialog.get_by_role("button", name="完成").click()
        await page.get_by_role("button", name="发卡", exact=True).click()
        await dialog.get_by_label("卡号（读卡器读出的）").fill("67003b51c6")
        await dialog.get_by_role("button", name="发给本人").click()
        rows = page.locator("[data-token]")
        await expect(rows).to_have_count(2)
        assert drawn not in await page.content()
        assert "67003b51c6" not in (await page.content()).lower()
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-tokens")
        await rows.first.get_by_role("button", name="停用").click()
        await expect(rows).to_have_count(1)
        await page.get_by_role("button", name="撤销").click()
        await expect(rows).to_have_count(2)

        # Who works here and who helps.
        await page.goto(f"{base}/#/registry/staff")
        await page.get_by_role("button", name="添加志愿者").click()
        await dialog.get_by_label("找人").fill("王秀英")
        await page.keyboard.press("Enter")
        await dialog.locator(".found-people button").first.click()
        await is_sound(page, WIDE[0])
        await dialog.get_by_role("button", name="保存").click()
        await expect(page.locator("[data-helpers='volunteer'] .helper")).to_contain_text("13800000001")
        await page.get_by_role("button", name="添加单位").click()
        await dialog.get_by_label("姓名或名称").fill("柠都诊所")
        await dialog.get_by_role("button", name="保存").click()
        await expect(page.locator("[data-helpers='organisation'] .helper")).to_have_count(1)
        await page.get_by_role("button", name="添加工作人员").click()
        await dialog.get_by_label("姓名或名称").fill("周建国")
        await dialog.get_by_label("所属单位").select_option(index=1)
        await dialog.get_by_role("button", name="保存").click()
        await expect(page.locator("[data-helpers='staff'] .helper")).to_contain_text("柠都诊所")
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-staff")
        await page.get_by_role("button", name="撤销").click()
        await expect(page.locator("[data-helpers='staff'] .helper")).to_have_count(0)

        # Communities with their counts; what their boxes go by is read here and set by a technician.
        await page.goto(f"{base}/#/registry/communities")
        await expect(page.locator("[data-community='ningdu']")).to_contain_text("26")
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-communities")
        await page.locator("[data-community='ningdu'] .title").click()
        await expect(dialog.locator(".rule-row").first).to_be_visible()
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-community")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await page.goto(f"{base}/#/registry/households")
        await page.get_by_role("button", name="EN", exact=True).or_(page.locator("button[lang=en]")).first.click()
        await expect(page.locator(".places-head")).to_contain_text("households")
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await is_sound(page, PHONE[0])
        await screenshot(page, "registry-en-390-households")


async def test_the_boxes_page_says_which_roster_a_box_has_and_which_row_it_refuses(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    await settle(folder)
    registry = await Registry.open(sqlite_url(folder / REGISTRY_FILE))
    technician = await signed_in(folder, "tech-1", Role.TECHNICIAN, HERE)
    try:
        await begin_roster(HUB, registry, "ningdu", time.time_ns() // 1_000_000)
        async with hub(folder, BoxConfig("box-1", "ningdu", None)) as at, launch_chromium() as browser:
            base = f"http://{at.http}"
            context = await browser.new_context(
                viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN", reduced_motion="reduce"
            )
            await carry(context, base, technician)
            page = await context.new_page()
            await page.goto(f"{base}/#/boxes")
            line = page.locator("[data-box='box-1'] [data-roster]")
            await expect(line).to_have_attribute("data-roster", "unheard")
            identity = BoxIdentity("box-1", "ningdu", "test 1.0")
            port = int(at.grpc.rpartition(":")[2])
            async with roster_box(tmp_path / "box", port, identity=identity) as box:
                await expect(line).to_have_attribute("data-roster", "current")
                await expect(line).to_contain_text("已是最新")
                had = box.revision
                async with registry.write(
                    HUB
                ) as session:  # what only an older version of the hub would let somebody set
                    session.add(
                        CommunityRule(
                            community="ningdu", rule="odd", kind="no-such-kind", parameters="{}", changed_ms=1
                        )
                    )
                    record(session, "rule.add", "odd", "ningdu", 1)
                await expect(line).to_have_attribute("data-roster", "refused", timeout=60_000)
                await expect(line).to_contain_text(f"网关用第 {had} 版，不接受中心第 {had + 1} 版")
                await is_sound(page, WIDE[0])
                await screenshot(page, "registry-zh-1280-roster")
                await line.get_by_role("button").click()
                dialog = page.get_by_role("dialog")
                await expect(dialog.locator("[data-row='rules.odd.kind']")).to_contain_text("规则 · odd · kind")
                await expect(dialog).to_contain_text(f"网关继续用第 {had} 版")
                await is_sound(page, WIDE[0])
                await screenshot(page, "registry-zh-1280-refused")
    finally:
        await registry.close()


async def test_a_technician_sees_who_rings_when_while_typing(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    await settle(folder)
    technician = await signed_in(folder, "tech-1", Role.TECHNICIAN, HERE)
    async with hub(folder) as at, launch_chromium() as browser:
        base = f"http://{at.http}"
        context = await browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN", reduced_motion="reduce"
        )
        await carry(context, base, technician)
        page = await context.new_page()
        await page.goto(f"{base}/#/registry/communities")
        await page.locator("[data-community='ningdu'] .title").click()
        dialog = page.get_by_role("dialog")
        ladder = dialog.locator("[data-ladder='escalation.P1']")
        typed = dialog.get_by_label("一级告警怎样逐步响")

        # What boxes have by themselves, and who cannot be reached by it.
        await expect(ladder.locator("h4")).to_contain_text("没有设，按网关自带的")
        await expect(ladder.locator(".ladder-line li")).to_have_count(5)
        await expect(ladder.locator(".ladder-line li").nth(1)).to_contain_text(
            "邻居互助组23 部电话网关，要装有短信模块"
        )
        await expect(ladder.locator(".form-error")).to_contain_text(
            ["没有“第二值班员”的电话", "2栋互助组 没有“组长”的电话", "没有“网格员”的电话", "没有“值班主管”的电话"]
        )
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-ladder")

        # What is wrong is said with its word, beside the field; a ladder that reaches people is saved.
        await typed.fill("0 siren; 20 grup")
        await expect(ladder.locator(".form-error")).to_contain_text(["第 2 步的“grup”网关不认识"])
        await expect(typed).to_have_attribute("aria-invalid", "true")
        await expect(typed).to_have_attribute("aria-describedby", "wrong-escalation.P1")
        await expect(ladder.locator(".ladder-line")).to_have_count(0)
        await typed.fill("0 siren kiosk; 30 lan")
        await expect(ladder.locator(".form-error")).to_contain_text(["没有一步叫到人"])
        await typed.press("Enter")
        await expect(dialog.get_by_role("alert")).to_be_visible()  # the hub does not save it either
        await typed.fill("0 siren kiosk; 20 group until going")
        await expect(ladder.locator(".form-error")).to_have_count(0)
        await expect(ladder.locator(".ladder-line li").nth(1)).to_contain_text("第 20 秒")
        await expect(typed).not_to_have_attribute("aria-invalid", "true")
        await ladder.locator("summary").press("Enter")
        await expect(ladder.locator("tbody tr").nth(2)).to_have_text(
            "第 20 秒邻居互助组23 部电话网关，要装有短信模块有人去之前"
        )
        await is_sound(page, WIDE[0])
        await screenshot(page, "registry-zh-1280-ladder-table")
        await typed.press("Enter")
        await expect(page.locator(".strip.done")).to_contain_text("escalation.P1")

        # The same on a phone, in English.
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await page.locator("button[lang=en]").first.click()
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await page.locator("[data-community='ningdu'] .title").click()
        await expect(ladder.locator(".ladder-line li").nth(1)).to_contain_text("20 s")
        await expect(ladder.locator(".ladder-line li").nth(1)).to_contain_text("23 phones")
        await is_sound(page, PHONE[0])
        await screenshot(page, "registry-en-390-ladder")
