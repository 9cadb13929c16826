"""Erasing a person, and what retention removes: with a certificate that counts and names nobody, and a guard."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.forgetting import forget_history, forget_undone_people
from anju_central.registry.people_errors import NeedsEveryCommunity, NeedsReason, NotInThatState
from anju_central.registry.person_rows import ids_of, known_resident
from anju_central.registry.tables import (
    Base,
    Binding,
    Consent,
    Contact,
    DeletionCertificate,
    LookUp,
    LookUpCut,
    LookUpPerson,
    NameKey,
    Note,
    NoteKind,
    Resident,
    ResidentPhone,
    ResidentState,
    ResponderGroup,
    RetentionClock,
    Token,
    Tombstone,
    Volunteer,
)

DAY_MS: Final = 86_400_000
MAX_SHARE: Final = 0.02  # of what there is, in one run (PRIVACY V5): a clock that jumped must not empty the registry
FREE: Final = 50  # rows that the share does not hold up: of few, two in a hundred are none
DEFAULT_DAYS: Final[dict[str, int]] = {  # PRIVACY V5; a row of `retention_clock` counts before it
    "look-ups": 3 * 365,
    "incident-notes": 3 * 365,
    "left-people": 3 * 365,
    "undone-people": 30,  # whose coming was undone: until then it can be done again
}
OWN: Final[tuple[type[Base], ...]] = (NameKey, ResidentPhone, Contact, Note, Consent, Token, Binding, Volunteer)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, by what it was; `stopped` says why a run removed nothing."""

    counts: dict[str, int]
    stopped: str


async def erase(caller: Caller, registry: Registry, resident: str, why: str, now_ms: int) -> Removed:
    """Removes a person's record with all that hangs on it, under all its ids; a tombstone for each stays.

    Events stay and name an id that leads nowhere. Raises NotAllowed, UnknownResident, NeedsReason, and NotInThatState
    for somebody who lives here: they move out first, so that the bands come back.
    """
    caller.require(Right.MANAGE_PRIVACY)
    if not why.strip():
        raise NeedsReason
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        if row.state is ResidentState.PRESENT:
            raise NotInThatState("resident", row.state, "be erased: let them move out first")
        counts = await _erase(session, caller, row, why.strip(), now_ms)
        _certify(session, caller, counts, "", now_ms)
        record(session, "people.erase", row.resident, row.community, now_ms)
        return Removed(dict(counts), "")


async def _erase(session: AsyncSession, caller: Caller, row: Resident, why: str, now_ms: int) -> Counter[str]:
    ids, community = await ids_of(session, row.resident)
    counts: Counter[str] = Counter()
    for one in sorted(ids):
        session.add(
            Tombstone(
                resident=one,
                community=community,
                erased_ms=now_ms,
                erased_by=caller.account,
                why=why[:40],
                id_number_hash=row.id_number_hash,
            )
        )
    for group in await session.scalars(select(ResponderGroup).where(ResponderGroup.leader.in_(ids))):
        group.leader = None
    for later in await session.scalars(select(Resident).where(Resident.came_from.in_(ids))):
        later.came_from = None
    await session.flush()
    for model in OWN:
        column = cast("Any", model).resident
        where = or_(column.in_(ids), Contact.other.in_(ids)) if model is Contact else column.in_(ids)
        counts[model.__tablename__] += await _delete(session, model, where)
    counts["record_change"] += await forget_history(session, ids)
    merged = Resident.resident.in_(ids) & Resident.merged_into.is_not(None)
    counts["resident"] += await _delete(session, Resident, merged)
    counts["resident"] += await _delete(session, Resident, Resident.resident == row.resident)
    session.expunge(row)
    return counts


async def _delete(session: AsyncSession, model: type[Base], where: Any) -> int:  # Any: SQLAlchemy's conditions
    done = await session.execute(delete(model).where(where), execution_options={"synchronize_session": False})
    return cast("Any", done).rowcount or 0


async def run_retention(
    caller: Caller, registry: Registry, now_ms: int, *, clock_is_good: bool, confirmed: bool = False
) -> Removed:
    """Removes what is older than its clock says. A run that would remove too much removes nothing, and says so.

    `confirmed`: a person has looked at it, and it may be much. For the whole district, since the log of look-ups is
    one chain. Raises NotAllowed, NeedsEveryCommunity.
    """
    caller.require(Right.MANAGE_PRIVACY)
    if caller.communities != "every":
        raise NeedsEveryCommunity
    async with registry.write(caller) as session:
        counts: Counter[str] = Counter()
        stopped = await _why_not(session, now_ms, clock_is_good=clock_is_good, confirmed=confirmed)
        if not stopped:
            before = await _bounds(session, now_ms)
            notes = (Note.kind == NoteKind.INCIDENT) & (Note.made_ms < before["incident-notes"])
            counts["note"] += await _delete(session, Note, notes)
            for row in (await session.scalars(_left_before(before["left-people"]))).all():
                counts += await _erase(session, caller, row, "retention", now_ms)
            counts["record_change"] += await forget_undone_people(session, before["undone-people"])
            counts["look_up"] += await _cut_look_ups(session, caller, before["look-ups"], now_ms)
        _certify(session, caller, counts, stopped, now_ms)
        record(session, "people.retention", "registry", None, now_ms, stopped)
        return Removed({what: count for what, count in counts.items() if count}, stopped)


async def _bounds(session: AsyncSession, now_ms: int) -> dict[str, int]:
    """Before which time (UTC ms) each kind of thing goes."""
    kept = {row.what: row.days for row in await session.scalars(select(RetentionClock))}
    return {what: now_ms - kept.get(what, days) * DAY_MS for what, days in DEFAULT_DAYS.items()}


def _left_before(at_ms: int) -> Any:  # Any: a select of residents
    return select(Resident).where(
        Resident.state.in_([ResidentState.MOVED_OUT, ResidentState.DIED]), Resident.left_ms < at_ms
    )


async def _why_not(session: AsyncSession, now_ms: int, *, clock_is_good: bool, confirmed: bool) -> str:
    """Why nothing may be removed now, '' when it may."""
    if not clock_is_good:
        return "the clock is not known to be right: set it, then run retention again"
    if confirmed:
        return ""
    before = await _bounds(session, now_ms)
    old = LookUp.at_ms < before["look-ups"]
    shares = {
        "people who left": (select(func.count()).select_from(_left_before(before["left-people"]).subquery()), Resident),
        "look-ups": (select(func.count()).select_from(LookUp).where(old), LookUp),
    }
    for what, (going, model) in shares.items():
        count = await session.scalar(going) or 0
        there = await session.scalar(select(func.count()).select_from(model)) or 0
        if count > FREE and count > there * MAX_SHARE:
            return f"{count} of {there} {what} would go at once: check the clock and the days, then confirm"
    return ""


async def _cut_look_ups(session: AsyncSession, caller: Caller, before_ms: int, now_ms: int) -> int:
    """Cuts the old end of the log off; the rest begins with the hash of what went last."""
    first_kept = await session.scalar(select(func.min(LookUp.entry)).where(LookUp.at_ms >= before_ms))
    chosen = select(LookUp).order_by(LookUp.entry.desc()).limit(1)
    if first_kept is not None:
        chosen = chosen.where(LookUp.entry < first_kept)
    last = (await session.scalars(chosen)).first()
    if last is None:
        return 0
    session.add(LookUpCut(entry=last.entry, entry_hash=last.entry_hash, at_ms=now_ms, account=caller.account))
    await session.flush()
    session.expunge(last)
    await _delete(session, LookUpPerson, LookUpPerson.entry <= last.entry)
    return await _delete(session, LookUp, LookUp.entry <= last.entry)


def _certify(session: AsyncSession, caller: Caller, counts: Counter[str], stopped: str, now_ms: int) -> None:
    kept = {what: count for what, count in counts.items() if count}
    session.add(
        DeletionCertificate(
            at_ms=now_ms, account=caller.account, counts=json.dumps(kept, sort_keys=True), stopped=stopped
        )
    )
