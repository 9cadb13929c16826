"""Imports at the console's API, on both engines, with files written elsewhere: a clerk's months, and faults."""

from __future__ import annotations

import asyncio
import io
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from anju_central.access.caller import HUB, Role
from anju_central.api import job_turns
from anju_central.registry.imports.limits import MAX_FILE_BYTES
from anju_central.registry.imports.uploads import KEPT_MS
from anju_central.registry.imports.worker_process import WorkerEnded
from anju_central.registry.people.life_events import NewResident, move_in
from support.hubs import Hub
from support.import_rig import SHEETS, Clerk, hub_with_key, named, work_here
from support.sheets.people import people
from support.sheets.taken import csv_of

pytestmark = pytest.mark.timeout(600)  # each step begins a process or three
HERE = frozenset({"ningdu"})


@pytest.fixture
async def hub(tmp_path: Path, registry_url: str) -> AsyncIterator[Hub]:
    async with hub_with_key(tmp_path, registry_url) as hub:
        yield hub


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the worker's work in this process: what takes longest of a small sheet is the beginning of a process."""
    monkeypatch.setattr(job_turns, "work", work_here)


@pytest.fixture
async def clerk(hub: Hub) -> AsyncIterator[Clerk]:
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as http:
        yield Clerk(hub, http)


def folder(hub: Hub) -> Path:
    return Path(hub.parts.people.imports.shelf.folder(""))


async def rows(hub: Hub, statement: str) -> list[tuple[Any, ...]]:
    async with hub.parts.people.registry._engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(statement))]


async def test_a_month_is_imported_mended_compared_with_the_next_one_and_taken_back(clerk: Clerk) -> None:
    hub = clerk.hub
    sent = await clerk.send((SHEETS / "old_numbers.xlsx").read_bytes(), "十月.xlsx")
    assert (sent["step"], sent["file_name"]) == ("read", "十月.xlsx")
    [sheet] = [sheet for sheet in sent["sheets"] if sheet["has_people"]]
    assert {"name", "id-number"} <= {column["field"] for column in sheet["columns"]}
    upload = sent["upload"]
    for path in (folder(hub), folder(hub) / upload):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
        for file in path.glob("*"):
            assert file.is_dir() or stat.S_IMODE(os.stat(file).st_mode) == 0o600
    compared = await clerk.compare(upload)
    assert (compared["step"], compared["refusal"]) == ("compared", None)
    lists = compared["compared"]["lists"]
    assert (lists["new"], lists["refused"], lists["missing"]) == (2, 3, 0)
    found = {one["place"]: one for line in await clerk.lines(upload, "refused") for one in line["problems"]}
    assert found["B5"]["what_becomes"] == "refused"
    assert "末位校验不对" in found["B5"]["zh"]
    mend = await clerk.get(f"imports/files/{upload}/mend")
    assert mend.headers["content-disposition"].endswith("%E5%BE%85%E6%94%B9-%E5%8D%81%E6%9C%88.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(mend.content)).worksheets[0].max_row == 4
    assert await rows(hub, "SELECT count(*) FROM resident WHERE state = 'present' AND id_number IS NOT NULL") == [(0,)]
    taken = await clerk.take_over(upload)
    assert (taken["step"], taken["has_file"], taken["taken"][0]["counts"]["new"]) == ("taken", False, 2)
    assert sorted(path.name for path in (folder(hub) / upload).iterdir()) == ["mend.xlsx", "state.json"]
    await clerk.get(f"imports/files/{upload}/mend")
    answer = await clerk.http.delete(f"/api/imports/files/{upload}")
    assert answer.status_code == 204
    assert list(folder(hub).iterdir()) == []

    hub.clock.advance(86_400)
    some = people(5, first=1)
    changed = {f"p{some[0].phone}": {"phone": "12000077777"}}
    later = (await clerk.send(csv_of(some, **changed)))["upload"]
    lists = (await clerk.compare(later))["compared"]["lists"]
    assert (lists["new"], lists["changed"], lists["missing"]) == (4, 1, 1)
    [line] = await clerk.lines(later, "changed")
    parts = {part["part"]: (part["before"], part["after"]) for part in line["parts"]}
    assert parts["phones"][1] == "12000077777"
    assert "*" in (await clerk.lines(later, "new"))[0]["id_number"], "an ID number is masked"
    [gone] = await clerk.lines(later, "missing")
    refused_tick = await clerk.post(f"imports/files/{later}/take-over", 409, moved_out=["r-nobody"])
    assert refused_tick["error"] == "not-missing"
    taken = await clerk.take_over(later, gone["resident"])
    assert taken["taken"][0]["counts"] == {"new": 4, "changed": 1, "moved_out": 1}
    listed = (await clerk.get("imports"))["imports"]
    assert [(one["made_by"], one["undone_at"]) for one in listed] == [("clerk-1", None)] * 2
    undone = await clerk.undo(listed[0]["run"])
    assert undone["undone_by"] == "clerk-1"
    assert await rows(hub, "SELECT count(*) FROM resident WHERE state = 'present' AND id_number IS NOT NULL") == [(2,)]
    again = await clerk.post(f"imports/{listed[0]['run']}/undo", 409)
    assert again["error"] == "import-undone"
    assert (await clerk.post("imports/999999/undo", 404))["error"] == "import-unknown"


@pytest.mark.usefixtures("quick")
async def test_whom_a_page_names_is_in_the_log_before_it_is_shown(clerk: Clerk) -> None:
    desk = clerk.hub.parts.people
    gone = await move_in(HUB, desk.registry, "ningdu", NewResident(name="不在某"), desk.numbers, desk.today(), 1)
    upload = (await clerk.send(csv_of(people(2))))["upload"]
    await clerk.compare(upload)
    before = await rows(clerk.hub, "SELECT count(*) FROM look_up")
    names = [line["name"] for line in await clerk.lines(upload, "missing", limit=200)]
    assert "不在某" in names
    of_person = f"JOIN look_up_person USING (entry) WHERE resident = '{gone.resident}'"
    logged = await rows(clerk.hub, f"SELECT account, kind, reason FROM look_up {of_person}")
    assert (before, logged) == ([(0,)], [("clerk-1", "list", "import missing")])
    found = await clerk.post(f"imports/files/{upload}/lists/missing", text="不在")
    assert (found["total"], len(found["lines"])) == (1, 1)
    assert await clerk.lines(upload, "new", first=1, limit=1) == (await clerk.lines(upload, "new"))[1:]


@pytest.mark.usefixtures("quick")
async def test_a_sheet_is_its_clerks_alone_and_goes_after_a_day(clerk: Clerk) -> None:
    hub = clerk.hub
    upload = (await clerk.send(csv_of(people(2))))["upload"]
    await clerk.compare(upload)
    async with hub.person("clerk-2", Role.COMMUNITY_STAFF, HERE) as http:
        other = Clerk(hub, http)
        assert (await other.get("imports/files"))["uploads"] == []
        for path in ("", "/mend"):
            assert (await other.get(f"imports/files/{upload}{path}", 404))["error"] == "upload-unknown"
        assert (await other.post(f"imports/files/{upload}/lists/new", 404))["error"] == "upload-unknown"
        assert (await other.post(f"imports/files/{upload}/take-over", 404))["error"] == "upload-unknown"
    hub.clock.advance(KEPT_MS / 1000 + 1)
    assert (await clerk.get(f"imports/files/{upload}", 404))["error"] == "upload-unknown"
    assert (await clerk.get("imports/files"))["uploads"] == []
    assert list(folder(hub).iterdir()) == []


@pytest.mark.usefixtures("quick")
async def test_what_cannot_be_read_is_said_in_both_languages(clerk: Clerk) -> None:
    for data, name, code in (
        (b"", "leer.csv", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old.xls", "old-format"),
        (b"PK\x03\x04" + b"x" * 100, "broken.xlsx", "damaged"),
    ):
        sent = await clerk.send(data, name)
        assert (sent["step"], sent["refusal"]["code"]) == ("unreadable", code)
        assert sent["refusal"]["zh"] != sent["refusal"]["en"]
        assert (await clerk.http.delete(f"/api/imports/files/{sent['upload']}")).status_code == 204
    sent = await clerk.send((SHEETS / "gb18030.csv").read_bytes(), "gb18030.csv")
    assert sent["sheets"][0]["has_people"]
    compared = await clerk.compare(sent["upload"], columns=[{"column": 1, "field": "ignored"}])
    assert (compared["step"], compared["refusal"]["code"]) == ("read", "no-name-column")
    assert (await clerk.post(f"imports/files/{sent['upload']}/take-over", 409))["error"] == "not-compared"
    assert (await clerk.post(f"imports/files/{sent['upload']}/compare", 422, as_of="2026-13-01"))["field"] == "as_of"


@pytest.mark.usefixtures("quick")
async def test_the_columns_that_a_clerk_chose_come_back_with_the_next_sheet(clerk: Clerk) -> None:
    heads = "姓名,证,打给,住哪"
    body = "\n".join(f"{one.name},{one.id_number},{one.phone},{one.address}" for one in people(3))
    sent = await clerk.send(f"{heads}\n{body}".encode())
    fields = ("name", "id-number", "phone", "address")
    columns = [{"column": at, "field": field} for at, field in enumerate(fields, start=1)]
    compared = await clerk.compare(sent["upload"], columns=columns)
    assert compared["compared"]["lists"]["new"] == 3
    await clerk.take_over(sent["upload"])
    again = await clerk.send(f"{heads}\n{body}".encode())
    assert {column["basis"] for column in again["sheets"][0]["columns"]} == {"remembered"}


@pytest.mark.usefixtures("quick")
async def test_a_body_beyond_the_limit_is_refused_and_nothing_of_it_is_kept(clerk: Clerk) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MAX_FILE_BYTES // 2**20 + 1):
            yield bytes(2**20)

    url, name = "/api/imports/files", named("big.xlsx")
    said = await clerk.http.post(url, content=b"x", headers=name | {"Content-Length": str(MAX_FILE_BYTES + 1)})
    assert said.status_code == 413
    streamed = await clerk.http.post(url, content=pieces(), headers=name)
    assert (streamed.status_code, streamed.json()["error"]) == (413, "invalid")
    assert "32 MB" in streamed.json()["message"]
    assert list(folder(clerk.hub).iterdir()) == []
    assert (await clerk.get("imports/files"))["uploads"] == []


@pytest.mark.usefixtures("quick")
async def test_what_a_sheet_is_called_stands_in_no_address(clerk: Clerk) -> None:
    name = "王秀英家 5-2-301%.csv"
    assert (await clerk.send(csv_of(people(1)), name))["file_name"] == name
    for given, status in (("a" * 256 + ".csv", 422), ("", 422)):
        answer = await clerk.http.post("/api/imports/files", headers=named(given), content=b"a")
        assert answer.status_code == status
    assert (await clerk.http.post("/api/imports/files", content=b"a")).status_code == 422


async def test_two_clerks_at_once_the_second_is_told(clerk: Clerk) -> None:
    hub = clerk.hub
    first = (await clerk.send(csv_of(people(300))))["upload"]
    await clerk.compare(first)
    async with hub.person("clerk-2", Role.COMMUNITY_STAFF, HERE) as http:
        other = Clerk(hub, http)
        second = (await other.send(csv_of(people(200))))["upload"]
        await other.compare(second)
        await clerk.post(f"imports/files/{first}/take-over")
        shown = await other.post(f"imports/files/{second}/take-over")
        assert shown["step"] == "taking-over"
        assert (await other.get(f"imports/files/{second}"))["progress"]["behind"] == "clerk-1"
        assert (await other.get("imports/files"))["busy_with"] == "clerk-1"
        assert (await other.post(f"imports/files/{second}/compare", 409))["error"] == "upload-busy"
        late = await other.settled(second)
        assert (late["step"], late["refusal"]["code"]) == ("compared", "preview-outdated")
        assert (await clerk.settled(first))["step"] == "taken"
        again = await other.compare(second)
        assert (again["compared"]["same"], again["compared"]["lists"]["missing"]) == (200, 100)


async def test_a_cancelled_job_is_nothing_and_can_be_done_again(clerk: Clerk) -> None:
    upload = (await clerk.send(csv_of(people(300))))["upload"]
    await clerk.compare(upload)
    await clerk.post(f"imports/files/{upload}/take-over")
    shown = await clerk.post(f"imports/files/{upload}/cancel")
    assert (shown["step"], shown["refusal"]["code"]) == ("compared", "cancelled")
    assert await rows(clerk.hub, "SELECT count(*) FROM import_run") == [(0,)]
    assert (await clerk.take_over(upload))["taken"][0]["counts"]["new"] == 300


@pytest.mark.usefixtures("quick")
async def test_a_worker_that_ended_after_its_commit_is_not_said_to_have_done_nothing(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed_late(*asked: Any) -> Any:
        await work_here(*asked)
        raise WorkerEnded(-9)

    upload = (await clerk.send(csv_of(people(3))))["upload"]
    await clerk.compare(upload)
    monkeypatch.setattr(job_turns, "work", killed_late)
    taken = await clerk.take_over(upload)
    assert (taken["step"], taken["refusal"]) == ("taken", None)
    assert taken["taken"][0]["counts"]["new"] == 3


@pytest.mark.usefixtures("quick")
async def test_no_more_sheets_than_a_clerk_needs_lie_about(clerk: Clerk) -> None:
    for _ in range(4):
        await clerk.send(csv_of(people(1)))
    answer = await clerk.http.post("/api/imports/files", headers=named("x.csv"), content=b"a")
    assert (answer.status_code, answer.json()["error"]) == (409, "too-many-uploads")


async def test_after_a_restart_the_state_is_said_and_nothing_is_half(tmp_path: Path) -> None:
    async with hub_with_key(tmp_path) as hub, hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as http:
        clerk = Clerk(hub, http)
        upload = (await clerk.send(csv_of(people(300))))["upload"]
        await clerk.compare(upload)
        await clerk.post(f"imports/files/{upload}/take-over")
        await asyncio.sleep(0)
    (tmp_path / "hub" / "imports" / ("0" * 16)).mkdir()  # of a file that came half
    async with hub_with_key(tmp_path) as hub, hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as http:
        clerk = Clerk(hub, http)
        [shown] = (await clerk.get("imports/files"))["uploads"]
        assert (shown["upload"], shown["step"], shown["refusal"]["code"]) == (upload, "compared", "interrupted")
        assert await rows(hub, "SELECT count(*) FROM import_run") == [(0,)]
        assert [path.name for path in folder(hub).iterdir()] == [upload]
        assert (await clerk.take_over(upload))["step"] == "taken"
