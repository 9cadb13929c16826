"""Forgetting in the history: what it holds of people who are gone for good, within a transaction that is open.

A change keeps the values before and after, so a record's history outlives the record: of somebody who was erased at
once, of somebody whose coming was undone (an import, a move) until retention comes by.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import FORGOTTEN, MANY, UNDO
from anju_central.registry.tables import RecordAction, RecordChange, Resident

TWO_RECORDS: Final = ("merge", "split")  # their changes of the one record hold values of the other
_PLAIN: Final = {"synchronize_session": False}


async def forget_history(session: AsyncSession, residents: Collection[str]) -> int:
    """Removes the changes that hold anything of these people, and the reasons that were given about them.

    A merge goes whole, with what undid it: it put values of the one record into the other. Returns how many changes.
    """
    named = [
        value.contains(one) for one in residents for value in (RecordChange.value_before, RecordChange.value_after)
    ]
    about = or_(RecordChange.resident.in_(residents), *named)
    touched = set(await session.scalars(select(RecordChange.record_action).where(about).distinct()))
    whole = await _with_what_undid_them(session, await _of_two_records(session, touched))
    count = await _forget(session, about)
    for part in _parts(sorted(whole)):
        count += await _forget(session, RecordChange.record_action.in_(part))
    blank = update(RecordAction).values(reason="")
    await session.execute(blank.where(RecordAction.resident.in_(residents)), execution_options=_PLAIN)
    for part in _parts(sorted(whole)):
        await session.execute(blank.where(RecordAction.record_action.in_(part)), execution_options=_PLAIN)
    await _mark_empty(session, touched | whole)
    return count


def undone_people(before_ms: int | None = None) -> Select[tuple[str | None]]:
    """Selects whom the history alone knows, since their coming was undone; all before a time (UTC ms), if given."""
    gone = ~exists().where(Resident.resident == RecordChange.resident)
    chosen = (
        select(RecordChange.resident)
        .join(RecordAction, RecordAction.record_action == RecordChange.record_action)
        .where(RecordChange.resident.is_not(None), gone)
        .group_by(RecordChange.resident)
    )
    return chosen if before_ms is None else chosen.having(func.max(RecordAction.at_ms) < before_ms)


async def forget_undone_people(session: AsyncSession, before_ms: int) -> int:
    """Removes what is known of people who are there no more since their coming was undone, all of it before a time
    (UTC ms). It cannot be done again then. Returns how many changes.
    """
    residents = [one for one in await session.scalars(undone_people(before_ms)) if one is not None]
    count = 0
    for part in _parts(residents):
        about = RecordChange.resident.in_(part)
        touched = set(await session.scalars(select(RecordChange.record_action).where(about).distinct()))
        count += await _forget(session, about)
        for actions in _parts(sorted(touched)):
            undone = RecordAction.record_action.in_(actions) & (RecordAction.kind == UNDO)
            final = update(RecordAction).where(undone).values(kind=FORGOTTEN, reason="")
            await session.execute(final, execution_options=_PLAIN)
        await _mark_empty(session, touched)
        about_them = RecordAction.resident.in_(part)
        await session.execute(update(RecordAction).where(about_them).values(reason=""), execution_options=_PLAIN)
    return count


async def _of_two_records(session: AsyncSession, actions: Collection[int]) -> set[int]:
    found: set[int] = set()
    for part in _parts(sorted(actions)):
        chosen = select(RecordAction).where(RecordAction.record_action.in_(part))
        for action in await session.scalars(chosen):
            if action.kind in TWO_RECORDS:
                found.add(action.record_action)
    return found


async def _with_what_undid_them(session: AsyncSession, actions: set[int]) -> set[int]:
    """Returns the actions, those that took them back, those that took that back, and so on."""
    found, newest = set(actions), set(actions)
    while newest:
        chosen = select(RecordAction.record_action).where(RecordAction.undoes.in_(sorted(newest)))
        newest = set(await session.scalars(chosen)) - found
        found |= newest
    return found


async def _mark_empty(session: AsyncSession, actions: Collection[int]) -> None:
    """What has no change any more can be neither undone nor done again, and says so."""
    left = exists().where(RecordChange.record_action == RecordAction.record_action)
    for part in _parts(sorted(actions)):
        empty = (
            update(RecordAction).where(RecordAction.record_action.in_(part), ~left).values(kind=FORGOTTEN, reason="")
        )
        await session.execute(empty, execution_options=_PLAIN)


async def _forget(session: AsyncSession, where: ColumnElement[bool]) -> int:
    done = await session.execute(delete(RecordChange).where(where), execution_options=_PLAIN)
    return cast("Any", done).rowcount or 0  # of a statement that deletes


def _parts(found: Sequence[Any]) -> list[Sequence[Any]]:
    return [found[start : start + MANY] for start in range(0, len(found), MANY)]
