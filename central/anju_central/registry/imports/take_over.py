"""Takes a sheet over, or takes a whole run back: one transaction each, so that a killed import is nothing or all.

What is compared is compared again in that transaction's sight: if somebody changed people since the preview, nothing is
done and the preview is made anew.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.community_locks import lock_for_import
from anju_central.registry.database import BUSY, Registry, RegistryUnavailable
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.fields_by_purpose import Field as SeenField
from anju_central.registry.fields_by_purpose import PurposeRefused, fields_for
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.changed_people import change_people, let_go
from anju_central.registry.imports.comparison import Changed, Comparison, Plan
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.heads import plain_head
from anju_central.registry.imports.known_people import IMPORT, last_action, read_known
from anju_central.registry.imports.new_people import Fresh, Homes, add_people, make_fresh
from anju_central.registry.imports.sheet_person import CheckedSheet
from anju_central.registry.rehearsal import Outrun
from anju_central.registry.rows import known_community
from anju_central.registry.table_sizes import GrowingTables, look_at_sizes
from anju_central.registry.tables import ColumnMemory, ImportRun, RunState
from anju_central.registry.undo import undo

_T = TypeVar("_T")
TRIES: Final = 3  # of an undo that others outrun
SLICE: Final = 100  # people between two tellings of how far it is
Progress = Callable[[int, int], None]  # done, of how many


class PreviewOutdated(RegistryRefused):
    """Somebody changed people since the sheet was compared."""

    code = "preview-outdated"

    def __init__(self) -> None:
        super().__init__("people were changed since this preview: look at it again, then take it over")


class UnknownRun(RegistryRefused):
    """There is no such import, or none that the caller may see."""

    code = "import-unknown"

    def __init__(self, run: int) -> None:
        super().__init__(f"there is no import {run}: look at the list of imports")


class RunUndone(RegistryRefused):
    """The import was taken back before."""

    code = "import-undone"

    def __init__(self, run: int) -> None:
        super().__init__(f"import {run} was undone before")


@dataclass(frozen=True, slots=True)
class SheetFile:
    """The file that a run is of. `heads` by column, `fields` what was chosen for them; hashes are SHA-256.

    `as_of_ms`: when the sheet was made, UTC; a hand edit after that stays.
    """

    file_name: str
    file_hash: bytes
    header_key: bytes
    heads: Mapping[int, str]
    fields: Mapping[int, Field]
    as_of_ms: int
    today: date
    communities: frozenset[str] = frozenset()  # those that it is about, besides those that its rows name


@dataclass(frozen=True, slots=True)
class Planned:
    """What a sheet would do, and how far actions were when it was compared (`known_people.last_action`)."""

    plan: Plan
    last_action: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sheet did. `runs`: the number of its import in each community."""

    runs: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def _require(caller: Caller) -> None:
    """Raises NotAllowed, PurposeRefused: a sheet shows and changes what purpose `case` sees."""
    caller.require(Right.MANAGE_PEOPLE)
    if SeenField.ID_NUMBER not in fields_for(caller):
        raise PurposeRefused(caller.role, caller.purpose)


async def compare(
    caller: Caller, registry: Registry, numbers: IdNumbers, checked: CheckedSheet, sheet: SheetFile
) -> Planned:
    """Returns what the sheet would do. Raises NotAllowed, PurposeRefused, SecretsUnavailable, RegistryUnavailable.

    It names people of the registry: whoever shows it notes that in the log of look-ups.
    """
    _require(caller)
    async with registry.read(caller) as session:
        known = await read_known(session)
    columns: dict[Field, int] = {}
    for column, named in sheet.fields.items():
        columns.setdefault(named, column)
    comparison = Comparison(known.people, known.erased, numbers.marks, columns, sheet.as_of_ms)
    for person in checked.people:
        comparison.add(person)
    plan = comparison.finish(checked.refused_names, sheet.communities)
    return Planned(plan, known.last_action)


async def take_over(
    caller: Caller,
    registry: Registry,
    numbers: IdNumbers,
    planned: Planned,
    sheet: SheetFile,
    ticked: frozenset[str],
    now_ms: int,
    progress: Progress = lambda done, of: None,
) -> Taken:
    """Does what was planned, all of it or nothing. `ticked`: who of the missing is noted as moved out.

    Raises NotAllowed, PurposeRefused, PreviewOutdated, UnknownCommunity, SecretsUnavailable, RegistryUnavailable.
    """
    _require(caller)
    plan = planned.plan
    new: defaultdict[str, list[Fresh]] = defaultdict(list)
    changed: defaultdict[str, list[Changed]] = defaultdict(list)
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for person in plan.new:
        new[person.community].append(make_fresh(person, numbers, sheet.today))
    for one in plan.changed:
        changed[one.known.community].append(one)
    for missing in plan.missing:
        if missing.known.resident in ticked:
            gone[missing.known.community].append(missing.known.resident)
    of = len(plan.new) + len(plan.changed)
    taken, done = Taken(), 0
    try:
        async with registry.write_long(caller) as session:
            communities = sorted({*new, *changed, *gone, *sheet.communities})
            for community in communities:
                await known_community(session, community)
            await lock_for_import(session, communities)
            if await last_action(session) != planned.last_action:
                raise PreviewOutdated
            tables = GrowingTables(session)
            for community in communities:
                changes = await ChangeSet.begin(session, IMPORT, community, now_ms)
                homes = await Homes.of(session, community)
                for some_new in _slices(new[community]):
                    await add_people(changes, some_new, homes, now_ms)
                    await changes.finish()
                    done += len(some_new)
                    progress(done, of)
                    await tables.grown(done)
                for some in _slices(changed[community]):
                    await change_people(session, changes, some, homes, numbers, sheet.today, now_ms)
                    await changes.finish()
                    done += len(some)
                    progress(done, of)
                left = await let_go(session, changes, gone[community], now_ms)
                await changes.finish()
                counts = {"new": len(new[community]), "changed": len(changed[community]), "moved-out": left}
                taken.runs[community] = await _note_run(
                    session, caller, sheet, community, changes.number, counts, now_ms
                )
                for what, count in counts.items():
                    taken.counts[what] = taken.counts.get(what, 0) + count
    except Outrun as error:
        raise PreviewOutdated from error
    return taken


def _slices(rows: list[_T]) -> list[list[_T]]:
    return [rows[start : start + SLICE] for start in range(0, len(rows), SLICE)]


async def _note_run(
    session: AsyncSession,
    caller: Caller,
    sheet: SheetFile,
    community: str,
    action: int,
    counts: Mapping[str, int],
    now_ms: int,
) -> int:
    """Notes the run, and what its columns were: the next sheet with these heads is read alike."""
    columns = json.dumps(
        {plain_head(sheet.heads[column]): field.value for column, field in sheet.fields.items()}, ensure_ascii=False
    )
    run = ImportRun(
        community=community,
        record_action=action,
        state=RunState.APPLIED,
        file_name=sheet.file_name[:255],
        file_hash=sheet.file_hash,
        header_hash=sheet.header_key,
        sheet_as_of_ms=sheet.as_of_ms,
        columns=columns,
        counts=json.dumps(counts),
        made_ms=now_ms,
        made_by=caller.account,
    )
    session.add(run)
    memory = await session.get(ColumnMemory, (community, sheet.header_key))
    if memory is None:
        memory = ColumnMemory(community=community, header_hash=sheet.header_key)
        session.add(memory)
    memory.columns, memory.changed_ms, memory.changed_by = columns, now_ms, caller.account
    await session.flush()
    return run.import_run


async def undo_import(caller: Caller, registry: Registry, run: int, now_ms: int, reason: str = "") -> dict[str, int]:
    """Takes a whole import back, in all communities that it went into; returns how many runs there were by community.

    Raises NotAllowed, PurposeRefused, UnknownRun, RunUndone, RegistryUnavailable, and ChangedSince where somebody
    changed the same since.
    """
    _require(caller)
    for _ in range(TRIES):
        with suppress(Outrun):  # somebody changed others meanwhile
            return await _undo_once(caller, registry, run, now_ms, reason)
    raise RegistryUnavailable(f"{registry.where}: {BUSY}")


async def _undo_once(caller: Caller, registry: Registry, run: int, now_ms: int, reason: str) -> dict[str, int]:
    undone: Counter[str] = Counter()
    async with registry.write_long(caller) as session:
        first = await session.get(ImportRun, run, with_for_update=True)
        if first is None:
            raise UnknownRun(run)
        if first.state is RunState.UNDONE:
            raise RunUndone(run)
        chosen = select(ImportRun).where(
            ImportRun.file_hash == first.file_hash,
            ImportRun.made_ms == first.made_ms,
            ImportRun.made_by == first.made_by,
            ImportRun.state == RunState.APPLIED,
        )
        runs = (await session.scalars(chosen.order_by(ImportRun.import_run.desc()))).all()
        await lock_for_import(session, {one.community for one in runs})
        await look_at_sizes(session)
        for one in runs:
            undoing = await undo(session, one.record_action, now_ms, reason)
            await undoing.finish()
            undone[one.community] += 1
    return dict(undone)
