"""The history of a record, and taking back what was done."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ADDED, REMOVED
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import IsAnImport
from anju_central.registry.person_rows import ids_of
from anju_central.registry.tables import ImportRun, LookUpKind, RecordAction, RecordChange, RunState
from anju_central.registry.undo import undo

HIDDEN = frozenset({"id_number", "id_number_hash", "token_hash"})  # that they changed is shown, not what to


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A value before and after, as it is stored; None, None for what is hidden."""

    table: str
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What was done to a record, when (UTC ms) and by whom. `undone_ms`: it was taken back."""

    action: int
    kind: str
    at_ms: int
    account: str
    reason: str
    undone_ms: int | None
    changes: tuple[ChangedField, ...]


async def undo_action(caller: Caller, registry: Registry, action: int, now_ms: int, reason: str = "") -> int:
    """Takes an action back whole; returns the number of this action, which can be undone, too.

    An import is taken back by its own number (`undo_import`). Raises NotAllowed, UnknownAction, AlreadyUndone,
    ChangedSince, HistoryRemoved, CameBack, IsAnImport.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        run = await session.scalar(
            select(ImportRun.import_run).where(ImportRun.record_action == action, ImportRun.state == RunState.APPLIED)
        )
        if run is not None:
            raise IsAnImport(action, run)
        undoing = await undo(session, action, now_ms, reason)
        await undoing.finish()
        return undoing.number


async def history(
    caller: Caller, registry: Registry, log: LookUpLog, resident: str, limit: int = 200
) -> list[HistoryEntry]:
    """Returns what was done to a record and to those merged into it, the newest first.

    Raises NotAllowed, PurposeRefused, UnknownResident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    if Field.HISTORY not in fields_for(caller):
        raise PurposeRefused(caller.role, caller.purpose)
    async with registry.read(caller) as session:
        ids, community = await ids_of(session, resident)
        chosen = (
            select(RecordChange, RecordAction)
            .join(RecordAction, RecordAction.record_action == RecordChange.record_action)
            .where(RecordChange.resident.in_(ids))
            .order_by(RecordChange.record_change.desc())
            .limit(limit)
        )
        entries: dict[int, tuple[RecordAction, list[ChangedField]]] = {}
        for change, action in await session.execute(chosen):
            entries.setdefault(action.record_action, (action, []))[1].append(_shown(change))
    people = frozenset((one, community) for one in ids)
    await log.note(caller, registry, Seen(LookUpKind.RECORD, people, Field.HISTORY.value))
    return [
        HistoryEntry(number, action.kind, action.at_ms, action.account, action.reason, action.undone_ms, tuple(changes))
        for number, (action, changes) in entries.items()
    ]


def _shown(change: RecordChange) -> ChangedField:
    hidden = change.field in HIDDEN or change.field in (ADDED, REMOVED)
    before, after = (None, None) if hidden else (json.loads(change.value_before), json.loads(change.value_after))
    return ChangedField(change.row_table, change.field, before, after)
