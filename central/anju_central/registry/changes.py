"""Changes of the registry of people, in a transaction that is open: each value before and after, under one action.

Whoever changes a person, a household, a binding or what else has a history does it by a `ChangeSet`, so that the action
can be undone whole (`undo.py`) and a record's history can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self, cast

from sqlalchemy import Table, delete, inspect, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstanceState

from anju_central.registry.audit import record
from anju_central.registry.community_locks import change_beside_others
from anju_central.registry.name_keys import keys_of
from anju_central.registry.scope import OutOfScope, caller_of, note_told
from anju_central.registry.tables import Base, NameKey, RecordAction, RecordChange, Resident

ADDED: Final = ""  # stands for the field where the whole row came or went
REMOVED: Final = "-"
UNDO: Final = "undo"
FORGOTTEN: Final = "forgotten"  # an action whose values were removed, with the people whom they were of
MANY: Final = 500  # rows of one statement
SPILL_AT: Final = 5_000  # changes that wait in memory


class ChangeSet:
    """One action and what it changes. `finish` before the transaction ends."""

    def __init__(self, session: AsyncSession, action: RecordAction, now_ms: int) -> None:
        self._session = session
        self._action = action
        self._now_ms = now_ms
        self._changes: list[dict[str, object]] = []  # not yet written down
        self._has_changed = False
        self._renamed: dict[str, Resident] = {}
        self._named: list[tuple[str, str, str]] = []  # added by their values: community, resident, name
        self._removed: list[Base] = []
        self._gone: list[str] = []  # residents whose rows go at the next flush

    @classmethod
    async def begin(
        cls,
        session: AsyncSession,
        kind: str,
        community: str,
        now_ms: int,
        *,
        resident: str | None = None,
        reason: str = "",
        undoes: int | None = None,
    ) -> Self:
        """Begins an action of that kind (`moved-in`, `import`), about a resident or about many, and audits it.

        Raises ImportRunning where another transaction imports people of that community.
        """
        await change_beside_others(session, community)
        action = RecordAction(
            community=community,
            kind=kind,
            resident=resident,
            reason=reason[:500],
            at_ms=now_ms,
            account=caller_of(session).account,
            undoes=undoes,
        )
        session.add(action)
        record(session, f"people.{kind}", resident or community, community, now_ms)
        await session.flush()
        return cls(session, action, now_ms)

    @property
    def number(self) -> int:
        """The action's number, by which it is undone."""
        return self._action.record_action

    @property
    def account(self) -> str:
        """Who acts."""
        return self._action.account

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed yet."""
        return not (self._has_changed or self._changes)

    def set(self, row: Base, **values: object) -> bool:
        """Sets columns of a row; returns whether any of them was different."""
        changed = False
        for field, value in values.items():
            before = getattr(row, field)
            if before == value:
                continue
            setattr(row, field, value)
            self._note(row, field, encoded(before), encoded(value))
            changed = True
        if changed and isinstance(row, Resident):
            row.changed_ms = self._now_ms
            if "name" in values or "resident" in values:
                self._renamed[row.resident] = row
        return changed

    async def add(self, *rows: Base) -> None:
        """Adds rows, of any tables and in any order, but that rows of one table refer to earlier ones."""
        await self.flush()
        for of_table in _by_table(rows):
            self._session.add_all(of_table)
            await self._session.flush()
        for row in rows:
            self._note(row, ADDED, "null", "null")
            if isinstance(row, Resident):
                self._renamed[row.resident] = row

    async def add_many(self, model: type[Base], rows: Sequence[Mapping[str, Any]], *also: str) -> list[tuple[Any, ...]]:
        """Adds rows of one table by their values, all of this action's community, many with one statement.

        Returns (primary key, *also) of each, in no order. For imports: an object for each row takes ten times as long.
        """
        if not rows:
            return []
        if any(row["community"] != self._action.community for row in rows):
            raise OutOfScope(f"{model.__tablename__} of another community than the action's")
        await self.flush()
        note_told(self._session, model, self._action.community)
        connection = await self._session.connection()
        table = cast("Table", model.__table__)
        [key] = table.primary_key.columns
        if key.autoincrement is True:
            columns = [key, *(table.c[name] for name in ("resident", *also) if name in table.c)]
            added = (await connection.execute(table.insert().returning(*columns), list(rows))).all()
            found: list[Mapping[Any, Any]] = [row._mapping for row in added]
        else:
            await connection.execute(table.insert(), list(rows))
            found = [*rows]
        for row in found:
            self._note_row(model, row[key.name], row.get("resident"))
        if model is Resident:
            self._named += [(row["community"], row["resident"], row["name"]) for row in rows]
        if len(self._changes) >= SPILL_AT:
            await self.spill()
        return [(row[key.name], *(row[name] for name in also)) for row in found]

    def _note_row(self, model: type[Base], key: object, resident: str | None) -> None:
        self._changes.append(
            {
                "community": self._action.community,
                "record_action": self._action.record_action,
                "resident": resident,
                "row_table": model.__tablename__,
                "row_key": json.dumps([key]),
                "field": ADDED,
                "value_before": "null",
                "value_after": "null",
            }
        )

    def remove(self, row: Base) -> None:
        """Removes a row at the next flush; its values stay in the history, so that it can come again."""
        self._note(row, REMOVED, json.dumps(_values(row), ensure_ascii=False), "null")
        if isinstance(row, Resident):
            self._gone.append(row.resident)
            self._renamed.pop(row.resident, None)
        self._removed.append(row)

    async def flush(self) -> None:
        """Lets the database see what was changed so far."""
        await self._drop_keys(self._gone)
        self._gone = []
        await self._session.flush()
        for of_table in reversed(_by_table(self._removed)):
            await self._delete(of_table)
        self._removed = []

    async def _delete(self, rows: list[Base]) -> None:
        """By statements, which may take rows that refer to each other; those that were removed first go first."""
        model = type(rows[0])
        mapper = cast("Any", model).__mapper__
        for start in range(0, len(rows), MANY):
            part = rows[start : start + MANY]
            keys = [mapper.primary_key_from_instance(row) for row in part]
            chosen = delete(model).where(tuple_(*mapper.primary_key).in_(keys))
            await self._session.execute(chosen, execution_options={"synchronize_session": False})
            for row in part:
                self._session.expunge(row)

    async def finish(self) -> None:
        """Writes down what was changed, and by what the renamed are found."""
        await self.flush()
        connection = await self._session.connection()  # many at once; their rows were checked by the session
        named = [*self._named, *((row.community, row.resident, row.name) for row in self._renamed.values())]
        await self._drop_keys(self._renamed)
        keys = [
            {"community": community, "key": key, "resident": resident}
            for community, resident, name in named
            for key in keys_of(name)
        ]
        if keys:
            await connection.execute(cast("Table", NameKey.__table__).insert(), keys)
        await self.spill()
        self._renamed, self._named = {}, []

    async def spill(self) -> None:
        """Writes down what was changed so far, for the many changes of one action: they wait in memory until then."""
        if self._changes:
            connection = await self._session.connection()
            await connection.execute(cast("Table", RecordChange.__table__).insert(), self._changes)
            self._has_changed = True
            self._changes = []

    async def _drop_keys(self, residents: Iterable[str]) -> None:
        named = list(residents)
        for start in range(0, len(named), MANY):
            chosen = delete(NameKey).where(NameKey.resident.in_(named[start : start + MANY]))
            await self._session.execute(chosen, execution_options={"synchronize_session": False})

    def _note(self, row: Base, field: str, before: str, after: str) -> None:
        self._changes.append(
            {
                "community": cast("Any", row).community,
                "record_action": self._action.record_action,
                "resident": getattr(row, "resident", None),
                "row_table": row.__tablename__,
                "row_key": row_key(row),
                "field": field,
                "value_before": before,
                "value_after": after,
            }
        )


def _by_table(rows: Iterable[Base]) -> list[list[Base]]:
    """Rows by table, those that others refer to first."""
    found: dict[str, list[Base]] = {}
    for row in rows:
        found.setdefault(row.__tablename__, []).append(row)
    order = [table.name for table in Base.metadata.sorted_tables]
    return [found[name] for name in sorted(found, key=order.index)]


def row_key(row: Base) -> str:
    """The primary key of a row, as changes name it."""
    state: InstanceState[Base] = inspect(row)
    return json.dumps([_plain(part) for part in state.mapper.primary_key_from_instance(row)])


def encoded(value: object) -> str:
    """A column's value as JSON."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date) else value


def _values(row: Base) -> dict[str, object]:
    state: InstanceState[Base] = inspect(row)
    return {column.key: _plain(getattr(row, column.key)) for column in state.mapper.column_attrs}


def decoded(model: type[Base], field: str, value: object) -> object:
    """A column's value out of JSON."""
    if value is None:
        return None
    kind = cast("Any", model).__table__.c[field].type.python_type
    if kind is bytes:
        return bytes.fromhex(cast("str", value))
    if kind is date:
        return date.fromisoformat(cast("str", value))
    return kind(value)
