"""A clerk's sheets in a browser on a real hub: sent, mended, the next month's, taken back; and a list."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from anju_central.access.caller import HUB, Role
from anju_central.api import job_turns
from anju_central.hub import HubAddresses
from anju_central.registry.audit import record
from anju_central.registry.database import REGISTRY_FILE, Registry, sqlite_url
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.uploads import FOLDER
from anju_central.registry.people.life_events import NewResident, move_in
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import RecordAction
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.console_in_a_browser import DIST, PHONE, WIDE, console, visit
from support.import_rig import work_here
from support.paths import TESTS
from support.sheets.people import people
from support.sheets.taken import csv_of
from support.signed_in import let_in, signed_in

SHEETS = TESTS / "central" / "sheets"
HERE = frozenset({"ningdu"})
LONG_MS = 240_000  # a job of the hub's is a process or three, on a machine that is busy

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1_800),
    needs_chromium,
    pytest.mark.skipif(
        not (DIST / "index.html").is_file(), reason="the page is not built: npm run build in central/web"
    ),
]


async def looks_well(page: Page, name: str) -> None:
    await screenshot(page, name)
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert await axe_violations(page) == []


async def somebody(data: Path, at: HubAddresses, account: str) -> Mapping[str, str]:
    """Logs in staff of ningdu, which is there since the hub runs."""
    page_of = await signed_in(data, account, Role.COMMUNITY_STAFF, HERE)
    await let_in(f"http://{at.http}", page_of)
    return page_of


async def live_there(data: Path, count: int) -> None:
    """Puts people into the registry as a hub does."""
    registry = await Registry.open(sqlite_url(data / REGISTRY_FILE))
    try:
        numbers, now_ms = IdNumbers(RegistrySecrets(data, {})), time.time_ns() // 1_000_000
        for one in people(count):
            new = NewResident(name=one.name, flat=one.address, id_number=one.id_number)
            await move_in(HUB, registry, "ningdu", new, numbers, datetime.now(UTC).date(), now_ms)
        async with registry.write(HUB) as session:  # as if long ago: a hand edit would stay
            await session.execute(update(RecordAction).values(at_ms=0))
            record(session, "test", "ningdu", "ningdu", now_ms)
    finally:
        await registry.close()


async def begin(page: Page, purpose: str) -> None:
    await page.get_by_label(purpose).check()
    await page.get_by_role("button", name="开始").click()


async def send(page: Page, file: Path) -> None:
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_role("button", name="与档案比对")).to_be_visible(timeout=LONG_MS)


async def compare(page: Page) -> None:
    await page.get_by_role("button", name="与档案比对").click()
    await expect(page.locator(".big-numbers")).to_be_visible(timeout=LONG_MS)


async def take_over(page: Page) -> None:
    await page.get_by_role("button", name="采用", exact=True).click()
    await expect(page.locator(".taken")).to_contain_text("已经采用", timeout=LONG_MS)


def number(page: Page, name: str) -> str:
    """The big number of a list."""
    return f".big-numbers button:has-text('{name}') b"


async def test_a_sheet_is_dropped_mended_followed_by_the_next_one_and_taken_back(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    data.mkdir()
    RegistrySecrets(data, {}).make()
    async with console(tmp_path) as at, launch_chromium() as browser:
        clerk = await somebody(data, at, "clerk-1")
        page = await visit(browser, f"http://{at.http}/#/registry/imports", page_of=clerk)
        await begin(page, "办事")
        await expect(page.locator(".drop")).to_contain_text("把表格拖到这里")
        await expect(page.locator(".past")).to_contain_text("还没有导入过")
        await looks_well(page, "sheets-zh-1280-drop")
        wrong = tmp_path / "旧格式.xls"
        wrong.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100)
        await page.locator("input[type=file]").set_input_files(wrong)
        await expect(page.locator(".form-error")).to_contain_text("旧的 .xls 格式", timeout=LONG_MS)
        await page.get_by_role("button", name="换一个文件").click()

        await send(page, SHEETS / "old_numbers.xlsx")
        await expect(page.get_by_label("“公民身份号码”这一列的含义")).to_have_value("id-number")
        await expect(page.get_by_label("哪个社区的表？")).to_have_value("ningdu")
        await looks_well(page, "sheets-zh-1280-columns")
        await compare(page)
        await expect(page.locator(number(page, "新增"))).to_have_text("2")
        await expect(page.locator(number(page, "不采用的行"))).to_have_text("3")
        await expect(page.locator(".list-table")).to_contain_text("末位校验不对")
        await looks_well(page, "sheets-zh-1280-refused")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="下载错误表").click()
        download = await coming.value
        assert download.suggested_filename == "待改-old_numbers.xlsx"
        mended = tmp_path / "改好.xlsx"
        await download.save_as(mended)
        await take_over(page)
        await looks_well(page, "sheets-zh-1280-taken")
        await page.get_by_role("button", name="完成").click()

        book = openpyxl.load_workbook(mended)
        sheet = book.worksheets[0]
        right = {one.name: one for one in people(12)}
        for row in sheet.iter_rows(min_row=2):
            if (one := right.get(str(row[0].value))) is not None:
                row[1].value = one.id_number
        book.save(mended)
        await send(page, mended)
        await expect(page.locator(".columns-table")).to_contain_text("和上次一样")
        await compare(page)
        await expect(page.locator(number(page, "新增"))).not_to_have_text("0")
        await take_over(page)
        await page.get_by_role("button", name="完成").click()


async def test_the_next_months_sheet_is_compared_ticked_taken_over_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_turns, "work", work_here)
    data = tmp_path / "hub"
    data.mkdir()
    RegistrySecrets(data, {}).make()
    async with console(tmp_path) as at, launch_chromium() as browser:
        clerk = await somebody(data, at, "clerk-1")
        await live_there(data, 2)
        page = await visit(browser, f"http://{at.http}/#/registry/imports", page_of=clerk)
        await begin(page, "办事")
        some = people(40, first=1)
        later = tmp_path / "十一月.csv"
        later.write_bytes(csv_of(some, **{f"p{some[0].phone}": {"phone": "12000077777"}}))
        await send(page, later)
        await compare(page)
        await page.get_by_role("button", name="有变化").click()
        await expect(page.locator(".parts ins").first).to_be_visible()
        await expect(page.locator(".list-table")).to_contain_text("12000077777")
        await looks_well(page, "sheets-zh-1280-changed")
        await page.get_by_role("button", name="表里没有").click()
        gone = page.locator("[data-resident]").filter(has_text=people(1)[0].name)
        await expect(page.get_by_text("迁出 0 人")).to_be_visible()
        await gone.locator("input").focus()
        await page.keyboard.press("Space")
        await expect(page.get_by_text("迁出 1 人")).to_be_visible()
        await looks_well(page, "sheets-zh-1280-missing")
        await page.locator("button[lang=en]").first.click()
        await expect(page.locator(".big-numbers")).to_contain_text("Not in the sheet")
        await looks_well(page, "sheets-en-1280-missing")
        await page.locator("button[lang=zh-CN]").first.click()
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await looks_well(page, "sheets-zh-390-missing")
        await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        await take_over(page)
        assert not (data / FOLDER).is_dir() or not list((data / FOLDER).glob("*/sheet")), "the sheet is gone"
        newest = page.locator("[data-run]").first
        await newest.get_by_role("button", name="撤销…").click()
        await expect(newest).to_contain_text("迁出的 1 人恢复为在住")
        await looks_well(page, "sheets-zh-1280-undo")
        await newest.get_by_label("为什么撤销").fill("传错了表")
        await newest.get_by_role("button", name="撤销这次导入").click()
        await expect(newest).to_contain_text("clerk-1 在", timeout=LONG_MS)


async def test_a_list_needs_somebody_else_and_comes_once(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    data.mkdir()
    RegistrySecrets(data, {}).make()
    async with console(tmp_path) as at, launch_chromium() as browser:
        clerk, other = await somebody(data, at, "clerk-1"), await somebody(data, at, "clerk-2")
        page = await visit(browser, f"http://{at.http}/#/registry/exports", page_of=clerk)
        await expect(page.get_by_label("社区")).to_have_value("ningdu")
        await page.get_by_label("用来做什么").select_option("activity")
        await page.get_by_label("姓名", exact=True).check()
        await page.get_by_label("住址", exact=True).check()
        send = page.get_by_role("button", name="提交申请")
        await expect(send).to_be_disabled()
        await page.get_by_label("理由").fill("重阳节活动通知，社工站用，办完删除")
        await looks_well(page, "sheets-zh-1280-export-ask")
        await send.click()
        row = page.locator("[data-export]").first
        await expect(row).to_contain_text("等待批准")
        await expect(row).to_contain_text("不能批准自己的申请")
        await expect(row.get_by_role("button", name="批准", exact=True)).to_have_count(0)
        colleague = await visit(browser, f"http://{at.http}/#/registry/exports", PHONE, other)
        await colleague.get_by_role("button", name="批准", exact=True).click()
        await expect(colleague.locator("[data-export]").first).to_contain_text("已批准")
        await looks_well(colleague, "sheets-zh-390-export-approve")
        await page.reload()
        await expect(row).to_contain_text("已批准，可以取")
        await row.get_by_role("button", name="取名单").click()
        await expect(page.locator(".form-error")).to_contain_text("没有在住的人", timeout=LONG_MS)
        await expect(row).to_contain_text("已批准，可以取")
        await row.get_by_role("button", name="撤回申请").click()
        await row.locator("form").get_by_role("button", name="撤回申请").click()
        await expect(row).to_contain_text("已撤回")
        await looks_well(page, "sheets-zh-1280-exports")
