"""A sheet from its bytes to the registry: a look, a preview, the run. For the command line and for the hub's worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy import func, select

from anju_central.access.caller import Caller
from anju_central.registry.database import Registry
from anju_central.registry.errors import UnknownCommunity
from anju_central.registry.fields_by_purpose import fields_for, said
from anju_central.registry.han_text import folded
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.comparison import Plan
from anju_central.registry.imports.fields import REPEATED, Field
from anju_central.registry.imports.problems import REFUSED, Problem
from anju_central.registry.imports.reading import Choice, Remembered, SheetLook
from anju_central.registry.imports.reading_process import look_at, read_rows
from anju_central.registry.imports.sheet_person import CheckedSheet
from anju_central.registry.imports.take_over import Planned, Progress, SheetFile, Taken, compare, take_over
from anju_central.registry.look_up_log import Seen, write
from anju_central.registry.queries.communities import list_communities
from anju_central.registry.tables import ColumnMemory, ImportRun, LookUpKind, RunState

MAX_SHOWN: Final = 500  # people of a list of a preview; the counts are of all


@dataclass(frozen=True, slots=True)
class Job:
    """What a clerk chose. None: the sheet with people, its columns as proposed, the community of each row's own column.

    `as_of_ms`: when the sheet was made (UTC ms); None: when the last one of the same communities was taken over, so
    that later hand edits stay.
    """

    file_name: str
    sheet: str | None = None
    fields: Mapping[int, Field] | None = None
    community: str | None = None
    as_of_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A sheet that was read, checked and compared."""

    look: SheetLook
    choice: Choice
    checked: CheckedSheet
    file: SheetFile
    planned: Planned

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, by rows."""
        return sorted([*self.checked.problems, *self.planned.plan.problems], key=lambda one: (one.row, one.column))

    @property
    def counts(self) -> dict[str, int]:
        """What becomes of how many rows and people."""
        plan = self.planned.plan
        return {
            "new": len(plan.new),
            "changed": len(plan.changed),
            "same": plan.same,
            "kept": len(plan.kept),
            "missing": len(plan.missing),
            "refused": len(self.checked.refused | plan.refused),
            "noted": len({problem.row for problem in self.problems if problem.what_becomes != REFUSED}),
            "passed-over": len(self.checked.passed_over),
        }


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody of a preview. `parts`: what changes, or stays as a person changed it by hand."""

    resident: str
    name: str
    flat: str
    row: int | None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The people of the registry that a preview names, each list at most MAX_SHOWN long."""

    changed: list[ShownPerson] = field(default_factory=list)
    kept: list[ShownPerson] = field(default_factory=list)
    missing: list[ShownPerson] = field(default_factory=list)


async def look(caller: Caller, registry: Registry, data: bytes, file_name: str) -> list[SheetLook]:
    """Returns the sheets of a file, their columns as they were chosen last.

    Raises SheetRefused, RegistryUnavailable.
    """
    return await look_at(data, file_name, await remembered(caller, registry))


async def remembered(caller: Caller, registry: Registry) -> Remembered:
    """Returns what columns were in the caller's communities, by the key of their headers."""
    async with registry.read(caller) as session:
        rows = (await session.scalars(select(ColumnMemory).order_by(ColumnMemory.changed_ms))).all()
        return {row.header_hash: {head: Field(name) for head, name in json.loads(row.columns).items()} for row in rows}


async def prepare(caller: Caller, registry: Registry, numbers: IdNumbers, job: Job, data: bytes, today: date) -> Ready:
    """Reads, checks and compares a sheet; changes nothing.

    Raises SheetRefused, UnknownCommunity, NotAllowed, PurposeRefused, SecretsUnavailable, RegistryUnavailable.
    """
    communities = await _communities(caller, registry)
    if job.community is not None and job.community not in communities.values():
        raise UnknownCommunity(job.community)
    asked = Choice(job.sheet or "", job.fields or {}, today, communities, job.community)
    sheet, choice, checked = await read_rows(data, job.file_name, await remembered(caller, registry), asked)
    within = frozenset([job.community]) if job.community is not None else {one.community for one in checked.people}
    about = SheetFile(
        file_name=job.file_name,
        file_hash=hashlib.sha256(data).digest(),
        header_key=sheet.header_key,
        heads={column.column: column.head for column in sheet.columns},
        fields=choice.fields,
        as_of_ms=job.as_of_ms if job.as_of_ms is not None else await last_import_ms(caller, registry, within),
        today=today,
        communities=frozenset([job.community] if job.community is not None else []),
    )
    return Ready(sheet, choice, checked, about, await compare(caller, registry, numbers, checked, about))


async def run(
    caller: Caller,
    registry: Registry,
    numbers: IdNumbers,
    ready: Ready,
    ticked: frozenset[str],
    now_ms: int,
    progress: Progress = lambda done, of: None,
) -> Taken:
    """Takes over what was prepared. Raises as `take_over` does."""
    return await take_over(caller, registry, numbers, ready.planned, ready.file, ticked, now_ms, progress)


async def show(caller: Caller, registry: Registry, plan: Plan, now_ms: int) -> Shown:
    """Returns the people of the registry that a plan is about, after it was noted that they are looked at.

    Raises PurposeRefused, RegistryUnavailable.
    """
    changed = [
        ShownPerson(one.known.resident, one.known.name, one.known.flat, one.person.row, one.parts)
        for one in plan.changed[:MAX_SHOWN]
    ]
    kept = [
        ShownPerson(one.known.resident, one.known.name, one.known.flat, one.person.row, (one.part,))
        for one in plan.kept[:MAX_SHOWN]
    ]
    missing = [
        ShownPerson(one.known.resident, one.known.name, one.known.flat, one.perhaps_row)
        for one in plan.missing[:MAX_SHOWN]
    ]
    known = [*(one.known for one in plan.changed), *(one.known for one in plan.kept)]
    known += [one.known for one in plan.missing]
    communities = {one.resident: one.community for one in known}
    named = {(one.resident, communities[one.resident]) for one in [*changed, *kept, *missing]}
    if named:
        await write(caller, registry, Seen(LookUpKind.LIST, frozenset(named), said(fields_for(caller))), now_ms)
    return Shown(changed, kept, missing)


def with_fields(job: Job, sheet: SheetLook, otherwise: Mapping[int, Field]) -> Job:
    """Returns a job with the columns that a sheet proposes, but for those that somebody chose otherwise."""
    proposed = {column.column: column.field for column in sheet.columns}
    taken = {field for field in otherwise.values() if field not in REPEATED}
    kept = {column: Field.IGNORED if field in taken else field for column, field in proposed.items()}
    return replace(job, fields=kept | dict(otherwise))


async def _communities(caller: Caller, registry: Registry) -> dict[str, str]:
    """What a cell may say -> community: its names in both languages and its id."""
    found: dict[str, str] = {}
    for row in await list_communities(caller, registry):
        for name in (row.name_zh, row.name_en, row.community):
            found.setdefault(folded(name).replace(" ", "").lower(), row.community)
    return found


async def last_import_ms(caller: Caller, registry: Registry, communities: Collection[str]) -> int:
    """Returns since when (UTC ms) every one of these communities has had no sheet, 0 where one never had any.

    The oldest of their newest imports: a hand edit in one of them is not outdated by another one's sheet.
    """
    chosen = (
        select(ImportRun.community, func.max(ImportRun.made_ms))
        .where(ImportRun.state == RunState.APPLIED, ImportRun.community.in_(sorted(communities)))
        .group_by(ImportRun.community)
    )
    async with registry.read(caller) as session:
        newest = dict((await session.execute(chosen)).tuples().all())
    return min((newest.get(community, 0) for community in communities), default=0)
