"""Reading the log of look-ups: who looked at me, who looked at all, and whether nothing in it was changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right, Role
from anju_central.registry.database import Registry
from anju_central.registry.look_up_chain import BEGINNING, ChainFault, LookUpEntry, first_fault
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import NeedsEveryCommunity
from anju_central.registry.person_rows import ids_of
from anju_central.registry.tables import LookUp, LookUpCut, LookUpHead, LookUpKind, LookUpPerson

MANY: Final = 1_000  # entries read at once
MOST: Final = 500  # on a page


@dataclass(frozen=True, slots=True)
class LookUpRow:
    """A look-up; `people` is how many it showed. Time in UTC ms."""

    entry: int
    at_ms: int
    account: str
    role: Role
    purpose: Purpose
    kind: LookUpKind
    fields: str
    incident: str | None
    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk over the log found: entries from `first` to `last`, the newest hash, and the first fault."""

    first: int
    last: int
    newest_hash: bytes
    fault: ChainFault | None


async def who_looked_at(
    caller: Caller, registry: Registry, log: LookUpLog, resident: str, before: int | None = None, limit: int = 100
) -> list[LookUpRow]:
    """Returns who looked at somebody, under all ids that the record ever had, the newest first.

    Entries before entry `before`. Reading it is a look-up, too. Raises NotAllowed, UnknownResident, NotLogged.
    """
    caller.require(Right.SEE_LOOK_UPS)
    async with registry.read(caller) as session:
        ids, community = await ids_of(session, resident)
        chosen = (
            select(LookUp)
            .join(LookUpPerson, LookUpPerson.entry == LookUp.entry)
            .where(LookUpPerson.resident.in_(ids))
            .distinct()
        )
        rows = await _page(session, chosen, before, limit)
    people = frozenset({(resident, community)})
    await log.note(caller, registry, Seen(LookUpKind.LOG, people, "look-ups"))
    return rows


async def list_look_ups(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    account: str | None = None,
    incident: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[LookUpRow]:
    """Returns look-ups, the newest first: all, or those of an account or an incident. Reading it is a look-up, too.

    Raises NotAllowed, NotLogged.
    """
    caller.require(Right.SEE_LOOK_UPS)
    chosen = select(LookUp)
    if account is not None:
        chosen = chosen.where(LookUp.account == account)
    if incident is not None:
        chosen = chosen.where(LookUp.incident == incident)
    async with registry.read(caller) as session:
        rows = await _page(session, chosen, before, limit)
    await log.note(caller, registry, Seen(LookUpKind.LOG, frozenset(), "look-ups"))
    return rows


async def _page(
    session: AsyncSession, chosen: Select[tuple[LookUp]], before: int | None, limit: int
) -> list[LookUpRow]:
    if before is not None:
        chosen = chosen.where(LookUp.entry < before)
    chosen = chosen.order_by(LookUp.entry.desc()).limit(min(limit, MOST))
    return [
        LookUpRow(
            entry=row.entry,
            at_ms=row.at_ms,
            account=row.account,
            role=row.role,
            purpose=row.purpose,
            kind=row.kind,
            fields=row.fields,
            incident=row.incident,
            reason=row.reason,
            people=row.people,
        )
        for row in await session.scalars(chosen)
    ]


async def verify_look_ups(caller: Caller, registry: Registry) -> Verified:
    """Walks the whole log: nothing changed, left out, put in or cut off. Only who sees every community can.

    It shows nobody. Raises NotAllowed.
    """
    caller.require(Right.SEE_LOOK_UPS)
    if caller.communities != "every":
        raise NeedsEveryCommunity
    async with registry.read(caller) as session:
        head = await session.get_one(LookUpHead, 1)
        cut = (await session.scalars(select(LookUpCut).order_by(LookUpCut.entry.desc()).limit(1))).first()
        number, before = (cut.entry, cut.entry_hash) if cut is not None else (0, BEGINNING)
        first = number + 1
        fault = None
        while number < head.entry and fault is None:
            entries = await _entries(session, number, head.entry)
            if not entries:
                break
            last, newest = entries[-1][0].entry, entries[-1][2]
            fault = first_fault(entries, (number, before), (last, newest))
            number, before = last, newest
        fault = fault or first_fault([], (number, before), (head.entry, head.entry_hash))
        newest_entry = await session.scalar(select(func.max(LookUp.entry))) or 0
        now = await session.get_one(LookUpHead, 1, populate_existing=True)  # it has gone on meanwhile
        if fault is None and newest_entry > now.entry:
            fault = ChainFault(now.entry + 1, "end")
        return Verified(first, head.entry, before, fault)


async def _entries(session: AsyncSession, after: int, until: int) -> Sequence[tuple[LookUpEntry, int, bytes]]:
    rows = (
        await session.scalars(
            select(LookUp).where(LookUp.entry > after, LookUp.entry <= until).order_by(LookUp.entry).limit(MANY)
        )
    ).all()
    people: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    if rows:
        named = select(LookUpPerson).where(LookUpPerson.entry > after, LookUpPerson.entry <= rows[-1].entry)
        for person in await session.scalars(named):
            people[person.entry].add((person.resident, person.community))
    return [
        (
            LookUpEntry(
                entry=row.entry,
                at_ms=row.at_ms,
                account=row.account,
                role=row.role.value,
                purpose=row.purpose.value,
                kind=row.kind.value,
                community=row.community,
                fields=row.fields,
                incident=row.incident,
                reason=row.reason,
                people=frozenset(people[row.entry]),
            ),
            row.people,
            row.entry_hash,
        )
        for row in rows
    ]
