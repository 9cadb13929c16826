"""Undoing an action of the registry of people, in a transaction that is open: all of it, or a refusal that says why."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from anju_central.registry.changes import ADDED, FORGOTTEN, MANY, REMOVED, UNDO, ChangeSet, decoded, encoded
from anju_central.registry.doubles import double_of
from anju_central.registry.people_errors import AlreadyUndone, CameBack, ChangedSince, HistoryRemoved, UnknownAction
from anju_central.registry.scope import caller_of
from anju_central.registry.tables import (
    Base,
    ImportRun,
    RecordAction,
    RecordChange,
    Resident,
    ResidentState,
    RunState,
)

MODELS: Final[dict[str, type[Base]]] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}

SLICE: Final = 5_000  # changes that are taken back at a time: an import of a district has 50,000

COMES_BACK: Final = ("state", REMOVED)  # of a resident: what an undo changes when somebody lives here again

MERGED: Final = encoded(ResidentState.MERGED)  # taking two records apart makes two of one, as it is meant to


class Change(NamedTuple):
    """A row of `record_change`, without the session's knowledge of it."""

    record_change: int
    record_action: int
    row_table: str
    row_key: str
    field: str
    value_before: str
    value_after: str


async def known_action(session: AsyncSession, number: int) -> RecordAction:
    """Returns the row, locked. Raises UnknownAction."""
    row = await session.get(RecordAction, number, with_for_update=True)
    if row is None:
        raise UnknownAction(number)
    return row


async def undo(session: AsyncSession, number: int, now_ms: int, reason: str = "") -> ChangeSet:
    """Takes back everything that an action changed, as an action of its own, which can be undone, too.

    The caller finishes what is returned. Raises UnknownAction, AlreadyUndone, ChangedSince.
    """
    action = await known_action(session, number)
    if action.undone_ms is not None:
        raise AlreadyUndone(number)
    if action.kind == FORGOTTEN:
        raise HistoryRemoved(number)
    await _check_untouched(session, action)
    undoing = await ChangeSet.begin(
        session, UNDO, action.community, now_ms, resident=action.resident, reason=reason, undoes=number
    )
    back: set[str] = set()  # keys of residents who come back
    try:
        async for changes in _newest_first(session, number):
            back |= {change.row_key for change in changes if _brings_back(change)}
            await _fetch(session, changes)
            await _take_all_back(session, undoing, changes)
            await undoing.spill()
    except IntegrityError as error:  # a row that came later refers to one that would go
        raise ChangedSince(number, "something that was added later belongs to it") from error
    finally:
        session.info.pop("fetched", None)
    await _check_nobody_is_two(session, number, back)
    action.undone_ms, action.undone_by = now_ms, undoing.account
    await _note_run(session, number, now_ms, undoing.account)
    if action.undoes is not None:  # what had been undone counts again
        target = await known_action(session, action.undoes)
        target.undone_ms, target.undone_by = None, None
        await _note_run(session, action.undoes, None, None)
    return undoing


async def _note_run(session: AsyncSession, number: int, undone_ms: int | None, undone_by: str | None) -> None:
    """An import that is taken back, or comes again, says so."""
    for run in await session.scalars(select(ImportRun).where(ImportRun.record_action == number)):
        run.state = RunState.APPLIED if undone_ms is None else RunState.UNDONE
        run.undone_ms, run.undone_by = undone_ms, undone_by


async def _newest_first(session: AsyncSession, number: int) -> AsyncIterator[list[Change]]:
    """The changes of an action, as they depend on each other, some thousands at a time."""
    columns = [getattr(RecordChange, name) for name in Change._fields]
    chosen = select(*columns).where(RecordChange.record_action == number).order_by(columns[0].desc()).limit(SLICE)
    found = [Change(*row) for row in await session.execute(chosen)]
    while found:
        yield found
        older = chosen.where(columns[0] < found[-1].record_change)
        found = [Change(*row) for row in await session.execute(older)]


def _brings_back(change: Change) -> bool:
    return change.row_table == "resident" and change.field in COMES_BACK and change.value_after != MERGED


async def _check_nobody_is_two(session: AsyncSession, number: int, back_keys: set[str]) -> None:
    """Nobody comes back who is there by another record meanwhile. Raises CameBack."""
    wanted = [json.loads(key)[0] for key in sorted(back_keys)]
    for start in range(0, len(wanted), MANY):
        chosen = select(Resident).where(Resident.resident.in_(wanted[start : start + MANY]))
        back = [row for row in await session.scalars(chosen) if row.state is ResidentState.PRESENT]
        double = await double_of(session, back)
        if double is not None:
            may_see = caller_of(session).may_see(double.community)
            raise CameBack(number, double.resident if may_see else "", double.community)


async def _check_untouched(session: AsyncSession, action: RecordAction) -> None:
    """No later action that still counts changed the same values, or a row that would go."""
    mine, later, by = aliased(RecordChange), aliased(RecordChange), aliased(RecordAction)
    chosen = (
        select(later.row_table, later.field, by.kind)
        .join(mine, (mine.row_table == later.row_table) & (mine.row_key == later.row_key))
        .join(by, by.record_action == later.record_action)
        .where(
            mine.record_action == action.record_action,
            later.record_action > action.record_action,
            (later.field == mine.field) | (mine.field == ADDED) | (later.field == REMOVED),
            by.undone_ms.is_(None),
            by.undoes.is_(None),
        )
        .limit(1)
    )
    found = (await session.execute(chosen)).first()
    if found is not None:
        table, field, kind = found
        raise ChangedSince(action.record_action, f"{table} {field or 'row'} was changed since by {kind!r}")


async def _fetch(session: AsyncSession, changes: Sequence[Change]) -> list[Base]:
    """Loads all rows at once; `session.get` finds them then."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for change in changes:
        keys[change.row_table].add(change.row_key)
    kept: list[Base] = []
    for table, named in keys.items():
        model = MODELS[table]
        primary = tuple_(*cast("Any", model).__mapper__.primary_key)
        wanted = [tuple(_key(model, key)) for key in named]
        for start in range(0, len(wanted), MANY):
            kept += await session.scalars(select(model).where(primary.in_(wanted[start : start + MANY])))
    session.info["fetched"] = kept  # the session holds its rows weakly
    return kept


def _key(model: type[Base], key: str) -> list[object]:
    columns = cast("Any", model).__mapper__.primary_key
    return [decoded(model, column.key, part) for column, part in zip(columns, json.loads(key), strict=True)]


async def _take_all_back(session: AsyncSession, undoing: ChangeSet, changes: Sequence[Change]) -> None:
    """Newest first, as they depend on each other; rows that go, and values that change, each in one go."""
    with session.no_autoflush:
        removes = False
        for change in changes:
            if removes != (change.field == ADDED):
                await undoing.flush()
                removes = not removes
            await _take_back(session, undoing, change)
        await undoing.flush()


async def _take_back(session: AsyncSession, undoing: ChangeSet, change: Change) -> None:
    model = MODELS[change.row_table]
    key = _key(model, change.row_key)
    if change.field == REMOVED:
        values = {name: decoded(model, name, value) for name, value in json.loads(change.value_before).items()}
        await undoing.add(model(**values))
        return
    row = await session.get(model, tuple(key))
    if row is None:
        raise ChangedSince(change.record_action, f"a row of {change.row_table} is gone")
    if change.field == ADDED:
        undoing.remove(row)
        return
    if encoded(getattr(row, change.field)) != change.value_after:
        raise ChangedSince(change.record_action, f"{change.row_table} {change.field} has another value by now")
    undoing.set(row, **{change.field: decoded(model, change.field, json.loads(change.value_before))})
