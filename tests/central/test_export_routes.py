"""Lists of persons at the console's API, on both engines: a reason, a second person, one fetch, all in the log."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from anju_central.access.caller import HUB, Role
from anju_central.api import job_turns
from anju_central.registry.exports.requests import LIVES_MS
from anju_central.registry.people.life_events import NewResident, move_in
from anju_central.registry.people.look_ups import verify_look_ups
from anju_central.registry.tables import BirthExactness
from support.hubs import Hub
from support.import_rig import Clerk, hub_with_key, work_here
from support.sheets.people import people

pytestmark = pytest.mark.timeout(600)
HERE = frozenset({"ningdu"})
ASKED: dict[str, Any] = {
    "community": "ningdu",
    "purpose": "case",
    "reason": "=重阳节走访，社工站，月底删除",
    "fields": ["name", "birth", "id-number", "flat", "phones"],
}


@pytest.fixture
async def hub(tmp_path: Path, registry_url: str) -> AsyncIterator[Hub]:
    async with hub_with_key(tmp_path, registry_url) as hub:
        yield hub


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the worker's work in this process."""
    monkeypatch.setattr(job_turns, "work", work_here)


@pytest.fixture
async def clerk(hub: Hub) -> AsyncIterator[Clerk]:
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as http:
        yield Clerk(hub, http)


async def add_two(hub: Hub) -> list[str]:
    """Two people of ningdu, the first with all that a list can hold; returns their ids."""
    desk, [one] = hub.parts.people, people(1)
    phones = (one.phone, "+8613800000000")
    whole = NewResident(name=one.name, flat="10栋1单元101", id_number=one.id_number, phones=phones)
    about = NewResident(name="=某", flat="2栋1单元101", born_on=date(1940, 1, 1), birth_exactness=BirthExactness.ABOUT)
    made = []
    for new in (whole, about):
        acted = await move_in(HUB, desk.registry, "ningdu", new, desk.numbers, desk.today(), hub.clock.ms)
        assert acted.resident is not None
        made.append(acted.resident)
    return made


async def test_a_list_is_asked_for_approved_by_another_and_fetched_once(clerk: Clerk) -> None:
    hub = clerk.hub
    ids = await add_two(hub)
    for wrong, status, error in (
        ({"reason": "  ? "}, 422, "needs-reason"),
        ({"purpose": "device-maintenance", "fields": ["name"]}, 422, "export-fields"),
        ({"community": "other"}, 404, "community-unknown"),
        ({"purpose": "emergency"}, 422, "invalid"),
        ({"fields": ["notes"]}, 422, "invalid"),
        ({"fields": []}, 422, "invalid"),
    ):
        assert (await clerk.post("exports", status, **(ASKED | wrong)))["error"] == error, wrong
    asked = await clerk.post("exports", **ASKED)
    number = asked["number"]
    assert (asked["state"], asked["own"], asked["made_by"]) == ("waiting", True, "clerk-1")
    assert (await clerk.post(f"exports/{number}/approve", 403))["error"] == "export-own"
    assert (await clerk.post(f"exports/{number}/file", 409))["error"] == "export-not-approved"
    async with hub.person("clerk-3", Role.COMMUNITY_STAFF, frozenset({"other"})) as http:
        stranger = Clerk(hub, http)
        assert (await stranger.get("exports"))["exports"] == []
        assert (await stranger.post(f"exports/{number}/approve", 404))["error"] == "export-unknown"
    async with hub.person("privacy-1", Role.PRIVACY_OFFICER) as http:
        officer = Clerk(hub, http)
        shown = await officer.get("exports")
        assert (shown["exports"][0]["own"], shown["choices"]) == (False, [])
        assert (await officer.post(f"exports/{number}/approve"))["approved_by"] == "privacy-1"
        assert (await officer.post(f"exports/{number}/approve", 409))["error"] == "export-over"
    async with hub.person("clerk-2", Role.COMMUNITY_STAFF, HERE) as http:
        assert (await Clerk(hub, http).post(f"exports/{number}/file", 403))["error"] == "export-not-yours"
    file = await clerk.post(f"exports/{number}/file")
    assert "UTF-8''%E4%BA%BA" in file.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    page = book["人员名单"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A3", "A2:E4")
    mark = str(page["A1"].value)
    for part in ("clerk-1", "privacy-1", "重阳节走访", "办事"):
        assert part in mark
    assert [cell.value for cell in page[2]] == ["姓名", "出生日期", "身份证号（部分隐藏）", "住址", "联系电话"]
    assert page["A3"].value == "'=某", "no text becomes a formula"
    assert [cell.value for cell in page[3]][1:4] == ["1940", None, "2栋1单元101"]
    assert page["B4"].is_date
    assert str(page["C4"].value).count("*") == 11
    [row] = (await clerk.get("exports"))["exports"]
    assert (row["state"], row["people"]) == ("fetched", 2)
    assert (await clerk.post(f"exports/{number}/file", 409))["error"] == "export-over"
    assert list((hub.parts.people.imports._place.data_dir / "exports").iterdir()) == []
    looks = (await hub.http.get(f"/api/people/{ids[1]}/look-ups")).json()["look_ups"]
    assert [(look["account"], look["kind"], look["people"]) for look in looks] == [("clerk-1", "export", 2)]
    assert f"export {number}" in looks[0]["reason"]
    assert (await verify_look_ups(HUB, hub.parts.people.registry)).fault is None


async def test_a_request_ends_by_itself_by_a_refusal_and_by_its_own_clerk(clerk: Clerk) -> None:
    hub = clerk.hub
    await add_two(hub)
    numbers = [(await clerk.post("exports", **ASKED))["number"] for _ in range(3)]
    async with hub.person("clerk-2", Role.COMMUNITY_STAFF, HERE) as http:
        other = Clerk(hub, http)
        refused = await other.post(f"exports/{numbers[0]}/refuse", reason="太多栏目")
        assert (refused["state"], refused["refused_by"], refused["refusal"]) == ("refused", "clerk-2", "太多栏目")
        await other.post(f"exports/{numbers[1]}/approve")
        await other.post(f"exports/{numbers[2]}/approve")
    assert (await clerk.post(f"exports/{numbers[1]}/refuse"))["refused_by"] == "clerk-1"
    for number in numbers[:2]:
        assert (await clerk.post(f"exports/{number}/file", 409))["error"] == "export-over"
    hub.clock.advance(LIVES_MS / 1000 + 1)
    assert {row["state"] for row in (await clerk.get("exports"))["exports"]} == {"refused", "expired"}
    assert (await clerk.post(f"exports/{numbers[2]}/file", 409))["error"] == "export-over"


async def test_what_was_not_written_is_not_used_up(clerk: Clerk) -> None:
    number = (await clerk.post("exports", **ASKED | {"community": "ningdu", "fields": ["name"]}))["number"]
    async with clerk.hub.person("clerk-2", Role.COMMUNITY_STAFF, HERE) as http:
        await Clerk(clerk.hub, http).post(f"exports/{number}/approve")
    async with clerk.hub.parts.people.registry._writing.begin() as connection:
        await connection.exec_driver_sql("UPDATE resident SET state = 'moved-out', left_ms = 1")
    assert (await clerk.post(f"exports/{number}/file", 422))["error"] == "export-nobody"
    assert (await clerk.get("exports"))["exports"][0]["state"] == "approved"
