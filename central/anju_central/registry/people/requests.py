"""What people ask about their own data (PRIVACY V13): to see, correct or delete it, within 15 working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import fields_for
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import NeedsReason, NotInThatState, NotThere
from anju_central.registry.person_rows import PersonLine, ids_of, lines_of
from anju_central.registry.tables import LookUpKind, RequestKind, RequestState, Resident, SubjectRequest
from anju_central.registry.working_days import Year, YearUnknown, due_on, is_working, known_years

WORKING_DAYS: Final = 15  # PRIVACY V13
MOST: Final = 500  # on a page


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request. `due_on` None: provisional, the working days of that year are not published yet.

    `name` and `flat` are '' where nobody was looked at or the record is erased. `days_left`: working days up to
    `due_on` with that day, None where it is not known or the request is closed; `is_late`: they are over, it is open.
    """

    number: int
    community: str
    resident: str
    kind: RequestKind
    state: RequestState
    received_on: date
    due_on: date | None
    answer: str
    name: str = ""
    flat: str = ""
    days_left: int | None = None
    is_late: bool = False


async def open_request(
    caller: Caller, registry: Registry, resident: str, kind: RequestKind, received_on: date, now_ms: int
) -> RequestRow:
    """Takes a request; its date is computed as far as working days are known.

    Raises NotAllowed, PurposeRefused, UnknownResident.
    """
    caller.require(Right.SEE_PEOPLE)
    fields_for(caller)
    async with registry.write(caller) as session:
        _, community = await ids_of(session, resident)
        row = SubjectRequest(
            community=community,
            resident=resident,
            kind=kind,
            state=RequestState.OPEN,
            received_on=received_on,
            due_on=await _due(session, received_on),
            answer="",
            made_ms=now_ms,
            made_by=caller.account,
        )
        session.add(row)
        record(session, f"people.request-{kind}", resident, community, now_ms)
        await session.flush()
        return _of(row)


async def _due(session: AsyncSession, received_on: date) -> date | None:
    try:
        return due_on(received_on, WORKING_DAYS, await known_years(session, received_on.year, received_on.year + 1))
    except YearUnknown:
        return None


async def close_request(
    caller: Caller, registry: Registry, number: int, answer: str, now_ms: int, *, refused: bool = False
) -> None:
    """Closes a request, with what was answered. Raises NotAllowed, NotThere, NotInThatState, NeedsReason."""
    caller.require(Right.MANAGE_PRIVACY)
    if not answer.strip():
        raise NeedsReason
    async with registry.write(caller) as session:
        row = await session.get(SubjectRequest, number, with_for_update=True)
        if row is None:
            raise NotThere("request", str(number))
        if row.state is not RequestState.OPEN:
            raise NotInThatState("request", row.state, "be closed")
        row.state = RequestState.REFUSED if refused else RequestState.DONE
        row.answer, row.closed_ms, row.closed_by = answer.strip(), now_ms, caller.account
        record(session, f"people.request-{row.state}", row.resident, row.community, now_ms)


async def date_requests(caller: Caller, registry: Registry, now_ms: int) -> int:
    """Dates the open requests that had none, where the working days are known by now. Returns how many."""
    caller.require(Right.MANAGE_PRIVACY)
    async with registry.write(caller) as session:
        chosen = select(SubjectRequest).where(
            SubjectRequest.state == RequestState.OPEN, SubjectRequest.due_on.is_(None)
        )
        dated = 0
        for row in (await session.scalars(chosen)).all():
            due = await _due(session, row.received_on)
            if due is not None:
                row.due_on = due
                dated += 1
                record(session, "people.request-dated", row.resident, row.community, now_ms)
        return dated


async def list_requests(
    caller: Caller, registry: Registry, log: LookUpLog, *, closed: bool = False, today: date | None = None
) -> list[RequestRow]:
    """Returns the open requests, the most urgent first, or those that are closed, the newest first.

    With `today` they say how many working days are left. Raises NotAllowed, PurposeRefused, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    is_open = SubjectRequest.state == RequestState.OPEN
    chosen = select(SubjectRequest).where(~is_open if closed else is_open).limit(MOST)
    if closed:
        chosen = chosen.order_by(SubjectRequest.closed_ms.desc(), SubjectRequest.subject_request.desc())
    else:
        chosen = chosen.order_by(SubjectRequest.due_on.is_(None), SubjectRequest.due_on, SubjectRequest.subject_request)
    async with registry.read(caller) as session:
        rows = [_of(row) for row in await session.scalars(chosen)]
        who = select(Resident).where(Resident.resident.in_({row.resident for row in rows}))
        lines = {line.resident: line for line in await lines_of(session, (await session.scalars(who)).all(), fields)}
        years = await known_years(session, today.year, today.year + 1) if today is not None else {}
    people = frozenset((row.resident, row.community) for row in rows)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, "flat,name,requests"))
    return [_dated(_named(row, lines.get(row.resident)), today, years) for row in rows]


def _named(row: RequestRow, line: PersonLine | None) -> RequestRow:
    return row if line is None else replace(row, name=line.name, flat=line.flat)


def _dated(row: RequestRow, today: date | None, years: Mapping[int, Year]) -> RequestRow:
    if today is None or row.due_on is None or row.state is not RequestState.OPEN:
        return row
    if row.due_on < today:
        return replace(row, days_left=0, is_late=True)
    days = (today + timedelta(days=n) for n in range((row.due_on - today).days + 1))
    try:
        return replace(row, days_left=sum(is_working(day, years) for day in days))
    except YearUnknown:
        return row


def _of(row: SubjectRequest) -> RequestRow:
    return RequestRow(
        number=row.subject_request,
        community=row.community,
        resident=row.resident,
        kind=row.kind,
        state=row.state,
        received_on=row.received_on,
        due_on=row.due_on,
        answer=row.answer,
    )
