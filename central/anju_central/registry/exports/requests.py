"""Lists of persons that are to leave the registry: asked for with a reason, approved by a second person, fetched once.

A request ends seven days after it was made (PRIVACY V12). What became of it stays as a row: who, when, why, how many.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import RIGHTS, Caller, NotAllowed, Purpose, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.exports.columns import chosen_fields
from anju_central.registry.exports.refused import (
    ExportNotApproved,
    ExportOver,
    NotYourExport,
    OwnExport,
    UnknownExport,
)
from anju_central.registry.fields_by_purpose import Field
from anju_central.registry.people_errors import NeedsReason, NoIncident
from anju_central.registry.rows import known_community
from anju_central.registry.tables import ExportRequest

LIVES_MS: Final = 7 * 24 * 3_600_000  # PRIVACY V12
MIN_REASON_CHARS: Final = 4  # whoever approves has to see what for
MOST: Final = 100


class ExportState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    FETCHED = "fetched"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A request for a list. Times are UTC ms; `people` is how many it named when it was fetched."""

    number: int
    community: str
    purpose: Purpose
    reason: str
    fields: tuple[Field, ...]
    state: ExportState
    made_ms: int
    made_by: str
    approved_ms: int | None
    approved_by: str | None
    refused_ms: int | None
    refused_by: str | None
    refusal: str
    ends_ms: int
    fetched_ms: int | None
    people: int | None


async def ask_export(
    caller: Caller, registry: Registry, community: str, fields: Sequence[str], reason: str, now_ms: int
) -> ExportRow:
    """Asks for a list of a community's people, for the caller's purpose.

    Raises NotAllowed, PurposeRefused, NoIncident, FieldsNotSeen, NeedsReason, UnknownCommunity.
    """
    caller.require(Right.MANAGE_PEOPLE)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident  # nobody takes a list away in one
    chosen = chosen_fields(caller, fields)
    if len(reason.strip()) < MIN_REASON_CHARS:
        raise NeedsReason
    async with registry.write(caller) as session:
        await known_community(session, community)
        row = ExportRequest(
            community=community,
            purpose=caller.purpose,
            reason=reason.strip()[:500],
            fields=json.dumps([field.value for field in chosen]),
            made_ms=now_ms,
            made_by=caller.account,
            ends_ms=now_ms + LIVES_MS,
        )
        session.add(row)
        await session.flush()
        record(session, "export.ask", str(row.export_request), community, now_ms)
        return _row(row, now_ms)


async def list_exports(caller: Caller, registry: Registry, now_ms: int, limit: int = 50) -> list[ExportRow]:
    """Returns requests of the caller's communities, the newest first. It names nobody. Raises NotAllowed."""
    _require_either(caller)
    chosen = select(ExportRequest).order_by(ExportRequest.export_request.desc()).limit(min(limit, MOST))
    async with registry.read(caller) as session:
        return [_row(row, now_ms) for row in await session.scalars(chosen)]


async def approve_export(caller: Caller, registry: Registry, number: int, now_ms: int) -> ExportRow:
    """Approves somebody else's request. Raises NotAllowed, UnknownExport, ExportOver, OwnExport."""
    _require_either(caller)
    async with registry.write(caller) as session:
        row = await _known(session, number, now_ms, ExportState.WAITING)
        if row.made_by == caller.account:
            raise OwnExport(number)
        row.approved_ms, row.approved_by = now_ms, caller.account
        record(session, "export.approve", str(number), row.community, now_ms)
        await session.flush()
        return _row(row, now_ms)


async def refuse_export(caller: Caller, registry: Registry, number: int, why: str, now_ms: int) -> ExportRow:
    """Refuses a request, or takes the own one back, as long as it was not fetched.

    Raises NotAllowed, UnknownExport, ExportOver.
    """
    _require_either(caller)
    async with registry.write(caller) as session:
        row = await _known(session, number, now_ms, ExportState.WAITING, ExportState.APPROVED)
        row.refused_ms, row.refused_by, row.refusal = now_ms, caller.account, why.strip()[:500]
        record(session, "export.refuse", str(number), row.community, now_ms)
        await session.flush()
        return _row(row, now_ms)


async def fetchable(caller: Caller, registry: Registry, number: int, now_ms: int) -> ExportRow:
    """Returns the caller's own approved request. Raises NotAllowed, UnknownExport, NotYourExport, ExportOver,
    ExportNotApproved.
    """
    async with registry.read(caller) as session:
        return _row(await known_fetchable(caller, session, number, now_ms), now_ms)


async def known_fetchable(caller: Caller, session: AsyncSession, number: int, now_ms: int) -> ExportRequest:
    """As `fetchable` in a transaction that is open: the row itself, locked."""
    caller.require(Right.MANAGE_PEOPLE)
    row = await _known(session, number, now_ms, ExportState.WAITING, ExportState.APPROVED)
    if row.made_by != caller.account:
        raise NotYourExport(number)
    if row.approved_ms is None:
        raise ExportNotApproved(number)
    return row


async def _known(session: AsyncSession, number: int, now_ms: int, *allowed: ExportState) -> ExportRequest:
    """Returns the row, locked, in one of these states. Raises UnknownExport, ExportOver."""
    row = await session.get(ExportRequest, number, with_for_update=True)
    if row is None:
        raise UnknownExport(number)
    state = _state(row, now_ms)
    if state not in allowed:
        raise ExportOver(number, state.value)
    return row


def _require_either(caller: Caller) -> None:
    """Who manages people, and who looks after privacy. Raises NotAllowed."""
    if not RIGHTS[caller.role] & {Right.MANAGE_PEOPLE, Right.MANAGE_PRIVACY}:
        raise NotAllowed(caller.role, Right.MANAGE_PEOPLE)


def _state(row: ExportRequest, now_ms: int) -> ExportState:
    if row.fetched_ms is not None:
        return ExportState.FETCHED
    if row.refused_ms is not None:
        return ExportState.REFUSED
    if row.ends_ms <= now_ms:
        return ExportState.EXPIRED
    return ExportState.APPROVED if row.approved_ms is not None else ExportState.WAITING


def _row(row: ExportRequest, now_ms: int) -> ExportRow:
    return ExportRow(
        number=row.export_request,
        community=row.community,
        purpose=row.purpose,
        reason=row.reason,
        fields=tuple(Field(name) for name in json.loads(row.fields)),
        state=_state(row, now_ms),
        made_ms=row.made_ms,
        made_by=row.made_by,
        approved_ms=row.approved_ms,
        approved_by=row.approved_by,
        refused_ms=row.refused_ms,
        refused_by=row.refused_by,
        refusal=row.refusal or "",
        ends_ms=row.ends_ms,
        fetched_ms=row.fetched_ms,
        people=row.people,
    )
