"""Imports in a process of their own: preview, run, undo; a process that is killed leaves nothing half done."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from anju_central.access.caller import Caller
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.imports import worker_process
from anju_central.registry.imports.job import Job
from anju_central.registry.imports.niceness import NICE
from anju_central.registry.imports.outcome import Json
from anju_central.registry.imports.take_over import undo_import
from anju_central.registry.imports.worker import caller_json, job_json
from anju_central.registry.imports.worker_process import WorkerEnded, work
from support.registry_people import CASE, CLERK, NOW, TODAY, People, people_in
from support.sheets.people import people as some_people
from support.sheets.taken import csv_of

pytestmark = pytest.mark.timeout(600)  # each job begins a process or three: on a machine with other work, minutes


def asked(do: str, url: str, folder: Path, caller: Caller = CASE, **more: object) -> Json:
    job = Job("sheet.csv", community="ningdu", as_of_ms=NOW)
    return {
        "do": do,
        "registry": url,
        "data_dir": str(folder),
        "caller": caller_json(caller),
        "job": job_json(job),
        "today": TODAY.isoformat(),
        "now_ms": NOW,
        "ticked": [],
    } | more


async def residents(people: People) -> int:
    return int((await people.rows("SELECT count(*) FROM resident"))[0][0])


async def test_a_preview_a_run_and_its_end(registry_url: str, registry: Registry, tmp_path: Path) -> None:
    data = csv_of(some_people(130)) + "\n某,123,,,,".encode()
    async with people_in(registry, tmp_path) as people:
        preview = (await work(asked("preview", registry_url, tmp_path), data))["preview"]
        assert (preview["counts"]["new"], preview["counts"]["refused"]) == (130, 1)
        [problem] = preview["problems"]
        assert (problem["place"], problem["code"]) == ("B132", "id-number-form")
        assert await residents(people) == 0
        told: list[tuple[int, int]] = []
        run = asked("apply", registry_url, tmp_path, last_action=preview["last_action"])
        taken = (await work(run, data, lambda done, of: told.append((done, of))))["taken"]
        assert told == [(100, 130), (130, 130)]
        assert await residents(people) == 130
        undoing = asked("undo", registry_url, tmp_path, run=taken["runs"]["ningdu"], reason="wrong sheet")
        assert await work(undoing, b"") == {"undone": {"ningdu": 1}}
        assert await residents(people) == 0


async def test_an_error_sheet_and_an_outdated_preview(registry_url: str, registry: Registry, tmp_path: Path) -> None:
    data = csv_of(some_people(3)) + "\n某,123,,,,".encode()
    async with people_in(registry, tmp_path) as people:
        mend = await work(asked("errors", registry_url, tmp_path), data)
        page = openpyxl.load_workbook(io.BytesIO(base64.b64decode(mend["file"]))).worksheets[0]
        assert page.max_row == 2
        await people.add("后来某", "1栋1单元101")
        late = await work(asked("apply", registry_url, tmp_path, last_action=0), data)
        assert late["refused"]["code"] == "preview-outdated"


async def test_whom_a_preview_names_is_in_the_log_of_look_ups(
    registry_url: str, registry: Registry, tmp_path: Path
) -> None:
    async with people_in(registry, tmp_path) as people:
        gone = await people.add("不在某", "1栋1单元101")
        preview = (await work(asked("preview", registry_url, tmp_path), csv_of(some_people(2))))["preview"]
        assert [person["resident"] for person in preview["missing"]] == [gone]
        assert await people.rows("SELECT account, kind, people FROM look_up") == [("clerk-1", "list", 1)]


async def test_a_killed_import_is_nothing_and_the_next_one_is_whole(
    registry_url: str, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = csv_of(some_people(400))
    children: list[asyncio.subprocess.Process] = []
    begin = asyncio.create_subprocess_exec

    async def remembered(*words: str, **how: object) -> asyncio.subprocess.Process:
        child = await begin(*words, **how)  # type: ignore[arg-type] # as they were given
        children.append(child)
        return child

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remembered)
    async with people_in(registry, tmp_path) as people:
        run = asked("apply", registry_url, tmp_path, last_action=0)
        with pytest.raises(WorkerEnded):
            await work(run, data, lambda done, of: os.kill(children[-1].pid, signal.SIGKILL))
        assert await residents(people) == 0
        assert await people.rows("SELECT count(*) FROM import_run") == [(0,)]
        assert (await work(run, data))["taken"]["counts"]["new"] == 400
        assert await residents(people) == 400


async def test_what_was_through_when_its_process_ended_is_said(
    registry_url: str, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the commit and the answer: the registry knows what the process did not say any more."""
    data = csv_of(some_people(2))
    async with people_in(registry, tmp_path) as people:
        run = asked("apply", registry_url, tmp_path, last_action=0)
        taken = (await work(run, data))["taken"]
        monkeypatch.setattr(worker_process, "WORKER", "anju_central.none")  # ends at once, without an answer
        assert await work(run, data) == {"taken": taken}
        undoing = asked("undo", registry_url, tmp_path, run=taken["runs"]["ningdu"], reason="", now_ms=NOW + 1)
        with pytest.raises(WorkerEnded, match="nothing was changed") as ended:
            await work(undoing, b"")
        assert ended.value.is_known
        await undo_import(CASE, registry, taken["runs"]["ningdu"], NOW + 1)
        assert await work(undoing, b"") == {"undone": {"ningdu": 1}}
        assert await residents(people) == 0
    foreign = tmp_path / "folder.sqlite"
    foreign.mkdir()
    with pytest.raises(WorkerEnded, match="cannot be asked") as unknown:
        await work(run | {"registry": sqlite_url(foreign)}, data)
    assert not unknown.value.is_known
    assert "不清楚" in unknown.value.zh


def test_what_holds_the_lock_is_as_fast_as_the_hub() -> None:
    code = (
        "import os; from anju_central.registry.imports.niceness import be_nice, threads_at_full_speed\n"
        "before = os.getpriority(os.PRIO_PROCESS, 0); threads = threads_at_full_speed(); be_nice()\n"
        "print(threads.submit(os.getpriority, os.PRIO_PROCESS, 0).result() - before)\n"
        "print(os.getpriority(os.PRIO_PROCESS, 0) - before)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["0", str(min(NICE, 19 - os.getpriority(os.PRIO_PROCESS, 0)))]


async def test_a_registry_that_is_away_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite").mkdir()
    url = sqlite_url(tmp_path / "folder.sqlite")
    answer = await work(asked("preview", url, tmp_path), csv_of(some_people(1)))
    assert answer["refused"]["code"] == "unavailable"
    assert "folder.sqlite" in answer["refused"]["en"]


async def test_what_is_refused_is_said(registry_url: str, registry: Registry, tmp_path: Path) -> None:
    async with people_in(registry, tmp_path):
        for caller, data, code in (
            (CLERK, csv_of(some_people(1)), "not-allowed"),
            (CASE, b"", "empty"),
            (CASE, b"a,b\n1,2\n", "no-name-column"),
        ):
            answer = await work(asked("preview", registry_url, tmp_path, caller), data)
            assert answer["refused"]["code"] == code
