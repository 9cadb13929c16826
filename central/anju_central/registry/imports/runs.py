"""Imports that were taken over, as a list: a sheet that went into several communities is one, and is undone whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from anju_central.access.caller import Caller, Right
from anju_central.registry.database import Registry
from anju_central.registry.imports.take_over import RunUndone, UnknownRun
from anju_central.registry.tables import ImportRun, RunState

MOST: Final = 100  # on a page
Key = tuple[bytes, int, str]  # of what belongs together: file, time, account


@dataclass(slots=True)
class ImportLine:
    """An import. `run` is the newest of its numbers, one for each community of the caller's; times are UTC ms."""

    run: int
    file_name: str
    made_ms: int
    made_by: str
    sheet_as_of_ms: int
    undone_ms: int | None
    undone_by: str | None
    runs: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


async def list_imports(
    caller: Caller, registry: Registry, before: int | None = None, limit: int = 20
) -> list[ImportLine]:
    """Returns imports into the caller's communities, the newest first: those before run `before`.

    It names nobody. Raises NotAllowed, RegistryUnavailable.
    """
    caller.require(Right.MANAGE_PEOPLE)
    found: dict[Key, ImportLine] = {}
    async with registry.read(caller) as session:
        while True:
            chosen = select(ImportRun).order_by(ImportRun.import_run.desc()).limit(MOST)
            if before is not None:
                chosen = chosen.where(ImportRun.import_run < before)
            rows = (await session.scalars(chosen)).all()
            for row in rows:
                key = (row.file_hash, row.made_ms, row.made_by)
                if key not in found and len(found) == limit:
                    return list(found.values())
                _add(found, key, row)
                before = row.import_run
            if len(rows) < MOST:
                return list(found.values())


def _add(found: dict[Key, ImportLine], key: Key, row: ImportRun) -> None:
    line = found.setdefault(
        key,
        ImportLine(
            run=row.import_run,
            file_name=row.file_name,
            made_ms=row.made_ms,
            made_by=row.made_by,
            sheet_as_of_ms=row.sheet_as_of_ms,
            undone_ms=row.undone_ms,
            undone_by=row.undone_by,
        ),
    )
    line.runs[row.community] = row.import_run
    for what, count in json.loads(row.counts).items():
        line.counts[what] = line.counts.get(what, 0) + count


async def runs_of(caller: Caller, registry: Registry, file_hash: bytes, made_ms: int) -> Sequence[ImportRun]:
    """Returns what the caller took over of a file at that time, if anything. Raises RegistryUnavailable."""
    chosen = select(ImportRun).where(
        ImportRun.file_hash == file_hash,
        ImportRun.made_ms == made_ms,
        ImportRun.made_by == caller.account,
        ImportRun.state == RunState.APPLIED,
    )
    async with registry.read(caller) as session:
        return (await session.scalars(chosen.order_by(ImportRun.import_run))).all()


async def check_undoable(caller: Caller, registry: Registry, run: int) -> None:
    """Raises NotAllowed, UnknownRun, RunUndone, RegistryUnavailable."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.read(caller) as session:
        row = await session.get(ImportRun, run)
        if row is None:
            raise UnknownRun(run)
        if row.state is RunState.UNDONE:
            raise RunUndone(run)
