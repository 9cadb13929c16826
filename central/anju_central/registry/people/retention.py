"""How long what is kept, as data: the clocks, what would go by them now, and what went (PRIVACY V5).

The removing itself is `erasing.run_retention`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.forgetting import undone_people
from anju_central.registry.people.erasing import DAY_MS, DEFAULT_DAYS, FREE, MAX_SHARE
from anju_central.registry.people_errors import BadValue, NeedsEveryCommunity, NotThere
from anju_central.registry.tables import (
    DeletionCertificate,
    LookUp,
    Note,
    NoteKind,
    Resident,
    ResidentState,
    RetentionClock,
    Tombstone,
)

MIN_DAYS: Final = 30  # less is a slip of the hand: what is asked about is asked within a month
MAX_DAYS: Final = 36_500
MOST: Final = 200  # certificates on a page


@dataclass(frozen=True, slots=True)
class ClockRow:
    """How long one kind of thing is kept, how many are there, and how many would go now. Times are UTC ms."""

    what: str
    days: int
    default_days: int
    there: int
    going: int
    changed_ms: int | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """What one run or one erasure removed: counts by table. `stopped` says why a run removed nothing."""

    number: int
    at_ms: int
    account: str
    counts: dict[str, int]
    stopped: str


@dataclass(frozen=True, slots=True)
class RetentionState:
    """The clocks, the guard (a share of what there is, and rows that it does not hold up), and what went."""

    clocks: tuple[ClockRow, ...]
    max_share: float
    free: int
    tombstones: int
    certificates: tuple[CertificateRow, ...]


async def retention_state(caller: Caller, registry: Registry, now_ms: int, limit: int = 50) -> RetentionState:
    """Returns how it stands. Of the whole district; it names nobody. Raises NotAllowed, NeedsEveryCommunity."""
    caller.require(Right.SEE_LOOK_UPS)
    _require_every(caller)
    async with registry.read(caller) as session:
        kept = {row.what: row for row in await session.scalars(select(RetentionClock))}
        clocks = [await _clock(session, what, days, kept.get(what), now_ms) for what, days in DEFAULT_DAYS.items()]
        newest = select(DeletionCertificate).order_by(DeletionCertificate.deletion_certificate.desc())
        certificates = [_certificate(row) for row in await session.scalars(newest.limit(min(limit, MOST)))]
        tombstones = await session.scalar(select(func.count()).select_from(Tombstone)) or 0
    return RetentionState(tuple(clocks), MAX_SHARE, FREE, tombstones, tuple(certificates))


async def set_retention(caller: Caller, registry: Registry, what: str, days: int, now_ms: int) -> None:
    """Sets how many days something is kept. Raises NotAllowed, NeedsEveryCommunity, NotThere, BadValue."""
    caller.require(Right.MANAGE_PRIVACY)
    _require_every(caller)
    if what not in DEFAULT_DAYS:
        raise NotThere("retention clock", what)
    if not MIN_DAYS <= days <= MAX_DAYS:
        raise BadValue("days", f"from {MIN_DAYS} to {MAX_DAYS} days")
    async with registry.write(caller) as session:
        row = await session.get(RetentionClock, what, with_for_update=True)
        before = row.days if row is not None else DEFAULT_DAYS[what]
        if row is None:
            row = RetentionClock(what=what, days=days, changed_ms=now_ms, changed_by=caller.account)
            session.add(row)
        row.days, row.changed_ms, row.changed_by = days, now_ms, caller.account
        record(session, "people.retention-clock", what, None, now_ms, f"{before} -> {days} days")


async def last_run_ms(caller: Caller, registry: Registry) -> int | None:
    """Returns when the hub itself ran retention last, UTC ms; None = never. Raises NotAllowed."""
    caller.require(Right.MANAGE_PRIVACY)
    async with registry.read(caller) as session:
        newest = select(func.max(DeletionCertificate.at_ms)).where(DeletionCertificate.account == caller.account)
        last: int | None = await session.scalar(newest)
        return last


async def _clock(
    session: AsyncSession, what: str, default_days: int, row: RetentionClock | None, now_ms: int
) -> ClockRow:
    days = row.days if row is not None else default_days
    all_of_them, old = _of_what(what, now_ms - days * DAY_MS)
    there = await session.scalar(select(func.count()).select_from(all_of_them.subquery())) or 0
    going = await session.scalar(select(func.count()).select_from(old.subquery())) or 0
    return ClockRow(
        what=what,
        days=days,
        default_days=default_days,
        there=there,
        going=going,
        changed_ms=row.changed_ms if row is not None else None,
        changed_by=row.changed_by if row is not None else "",
    )


def _of_what(what: str, before_ms: int) -> tuple[Select[Any], Select[Any]]:
    """Selects what is of that kind, and what of it is too old."""
    if what == "undone-people":
        return undone_people(), undone_people(before_ms)
    chosen: Select[Any]
    is_old: ColumnElement[bool]
    if what == "look-ups":
        chosen, is_old = select(LookUp.entry), LookUp.at_ms < before_ms
    elif what == "incident-notes":
        chosen, is_old = select(Note.note).where(Note.kind == NoteKind.INCIDENT), Note.made_ms < before_ms
    else:
        left = Resident.state.in_([ResidentState.MOVED_OUT, ResidentState.DIED])
        chosen, is_old = select(Resident.resident).where(left), Resident.left_ms < before_ms
    return chosen, chosen.where(is_old)


def _certificate(row: DeletionCertificate) -> CertificateRow:
    return CertificateRow(
        number=row.deletion_certificate,
        at_ms=row.at_ms,
        account=row.account,
        counts=json.loads(row.counts),
        stopped=row.stopped,
    )


def _require_every(caller: Caller) -> None:
    if caller.communities != "every":
        raise NeedsEveryCommunity
