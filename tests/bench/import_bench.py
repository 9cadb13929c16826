"""B22: a district's sheet of 10,339 people compared, taken over and taken back, by the processes that a hub begins."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.faults import REGISTRY_FILE
from anju_central.registry.imports.job import Job
from anju_central.registry.imports.worker import caller_json, job_json
from anju_central.registry.imports.worker_process import work
from bench.place import fresh
from bench.report import Row
from support.postgres import programs, running_postgres
from support.registry_people import CASE, NOW, TODAY, people_in
from support.sheets.cells import Cell, SheetOf, Value
from support.sheets.people import people
from support.sheets.taken import HEADS
from support.sheets.written import workbook

PEOPLE = int(os.environ.get("ANJU_BENCH_SHEET", "10339"))
FEW = 100  # what a worker takes without a large sheet
LOOK_EVERY_S = 0.02
BAR_S = {"sqlite": 20.0, "postgresql": 30.0}
BAR_MB = 200.0
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL without fsync"}


@dataclass(frozen=True, slots=True)
class Step:
    """What one process did. `peak_mb`: its memory and that of what it began, at the most."""

    answer: Any  # JSON
    seconds: float
    peak_mb: float


def _sheet(count: int) -> bytes:
    lines: list[list[Cell | Value]] = [
        [one.name, one.id_number, one.phone, one.address, "某某", f"1200009{at:04}"]
        for at, one in enumerate(people(count))
    ]
    return workbook([SheetOf("老人名册", [[*HEADS.split(",")], *lines])])


def _children(pid: int) -> Iterator[int]:
    try:
        own = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in map(int, own):
        yield child
        yield from _children(child)


def _memory_mb(pid: int) -> float:
    """Resident memory of all that a process began."""
    kb = 0
    for child in _children(pid):
        try:
            status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
        except OSError:
            continue
        kb += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return kb / 1024


async def _step(asked: dict[str, Any], data: bytes) -> Step:
    began_s = time.monotonic()
    job = asyncio.create_task(work(asked, data))
    peak_mb = 0.0
    while not job.done():
        peak_mb = max(peak_mb, await asyncio.to_thread(_memory_mb, os.getpid()))
        await asyncio.wait([job], timeout=LOOK_EVERY_S)
    answer = job.result()
    assert "refused" not in answer, answer
    return Step(answer, time.monotonic() - began_s, peak_mb)


async def _month(url: str, folder: Path, count: int) -> list[Step]:
    """A sheet of that many people: preview, take over, take back."""
    registry = await Registry.open(url)
    data = await asyncio.to_thread(_sheet, count)

    def asked(do: str, **more: object) -> dict[str, Any]:
        return {
            "do": do,
            "registry": url,
            "data_dir": str(folder),
            "caller": caller_json(CASE),
            "job": job_json(Job("sheet.xlsx", community="ningdu", as_of_ms=NOW)),
            "today": TODAY.isoformat(),
            "now_ms": NOW,
            "ticked": [],
        } | more

    try:
        async with people_in(registry, folder):
            preview = await _step(asked("preview"), data)
            counts = preview.answer["preview"]["counts"]
            assert counts["new"] == count, counts
            taken = await _step(asked("apply", last_action=preview.answer["preview"]["last_action"]), data)
            run = taken.answer["taken"]["runs"]["ningdu"]
            undone = await _step(asked("undo", run=run, reason="wrong sheet"), b"")
            return [preview, taken, undone]
    finally:
        await registry.close()


@asynccontextmanager
async def _databases() -> AsyncIterator[dict[str, list[str]]]:
    """Two empty registries of each kind there is here."""
    urls = {"sqlite": [sqlite_url(fresh(f"b22-{name}") / REGISTRY_FILE) for name in ("few", "all")]}
    bin_folder = programs()
    with _server(bin_folder) as server:
        if server is not None:
            urls["postgresql"] = [await server.new_database(), await server.new_database()]
        yield urls


@contextmanager
def _server(bin_folder: Path | None) -> Iterator[Any]:  # Any: a server or None
    if bin_folder is None:
        yield None
        return
    with running_postgres(bin_folder) as server:
        yield server


def b22() -> list[Row]:
    """Preview, import and undo of a whole district, on SQLite and, where it is installed, on PostgreSQL."""
    return asyncio.run(_measured())


async def _measured() -> list[Row]:
    rows = []
    async with _databases() as urls:
        for kind, (few_url, all_url) in urls.items():
            few = await _month(few_url, fresh(f"b22-{kind}-few-keys"), FEW)
            preview, taken, undone = await _month(all_url, fresh(f"b22-{kind}-keys"), PEOPLE)
            growth_mb = max(step.peak_mb for step in (preview, taken, undone)) - max(step.peak_mb for step in few)
            steps = {"preview": preview, "import": taken, "undo": undone}
            figures = ", ".join(f"{name} {step.seconds:.1f} s" for name, step in steps.items())
            rows.append(
                Row(
                    "B22",
                    f"a sheet of {PEOPLE:,} people, {NAMES[kind]}",
                    f"{figures}; +{growth_mb:.0f} MB",
                    f"import <= {BAR_S[kind]:.0f} s, < {BAR_MB:.0f} MB more than {FEW} people take",
                    taken.seconds <= BAR_S[kind] and growth_mb < BAR_MB,
                    raw={"seconds": taken.seconds, "growth_mb": growth_mb},
                )
            )
    return rows
