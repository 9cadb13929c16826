"""Breaking the glass: looking somebody up in an emergency beyond its incident, with a reason, as others are told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.look_up_log import WRITE_WITHIN_S, LookUpLog, Seen, storable
from anju_central.registry.people_errors import NeedsReason, NoIncident
from anju_central.registry.rows import known_community
from anju_central.registry.tables import BreakGlass, LookUpKind
from anju_central.registry.waiting_look_ups import WaitingGlass, WaitingLookUp

LASTS_MS: Final = 4 * 3_600_000  # it ends with the incident, at the latest after this
MIN_REASON_CHARS: Final = 4


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """An emergency look-up. Times are UTC ms; `seen_ms` is when a privacy officer took note of it."""

    number: int
    community: str
    account: str
    incident: str
    reason: str
    opened_ms: int
    ends_ms: int
    closed_ms: int | None
    seen_ms: int | None


async def break_glass(
    caller: Caller, registry: Registry, log: LookUpLog, community: str, incident: str, reason: str, now_ms: int
) -> BrokenGlass:
    """Opens an emergency look-up for an incident; privacy officers are told. While it is open, a banner says so.

    A registry that cannot be written holds no emergency up: it waits with the look-ups then. Raises NotAllowed,
    NoIncident, NeedsReason, UnknownCommunity, and RegistryUnavailable where it cannot be read either.
    """
    caller.require(Right.BREAK_GLASS)
    if caller.purpose is not Purpose.EMERGENCY or not incident:
        raise NoIncident
    if len(reason.strip()) < MIN_REASON_CHARS:
        raise NeedsReason
    async with registry.read(caller) as session:
        await known_community(session, community)
    seen = Seen(LookUpKind.BREAK_GLASS, frozenset(), "", incident, storable(reason.strip())[:500])
    glass = WaitingGlass(community, now_ms + LASTS_MS)
    if log.fault is not None:
        return _waiting(log.keep_glass(caller, seen, glass, now_ms, log.fault), glass)
    try:
        async with asyncio.timeout(WRITE_WITHIN_S):
            opened = await _open(caller, registry, seen, glass, now_ms)
    except (RegistryUnavailable, IntegrityError, TimeoutError) as error:
        why = str(error) or f"the database did not answer within {WRITE_WITHIN_S:g} s"
        return _waiting(log.keep_glass(caller, seen, glass, now_ms, why), glass)
    await log.note(caller, registry, seen)
    return opened


async def _open(caller: Caller, registry: Registry, seen: Seen, glass: WaitingGlass, now_ms: int) -> BrokenGlass:
    async with registry.write(caller, is_urgent=True) as session:
        row = BreakGlass(
            community=glass.community,
            account=caller.account,
            incident=seen.incident,
            reason=seen.reason,
            opened_ms=now_ms,
            ends_ms=glass.ends_ms,
        )
        session.add(row)
        record(session, "people.break-glass", row.incident, row.community, now_ms)
        await session.flush()
        return _of(row)


async def close_glass(caller: Caller, registry: Registry, log: LookUpLog, incident: str, now_ms: int) -> int:
    """Closes the emergency look-ups of an incident, which is over. Returns how many."""
    closed = log.close_glass(incident, now_ms)
    async with registry.write(caller) as session:
        chosen = select(BreakGlass).where(BreakGlass.incident == incident, BreakGlass.closed_ms.is_(None))
        rows = (await session.scalars(chosen)).all()
        for row in rows:
            row.closed_ms = now_ms
            record(session, "people.close-glass", incident, row.community, now_ms)
        return closed + len(rows)


async def open_glass_incidents(caller: Caller, registry: Registry, log: LookUpLog, now_ms: int) -> list[str]:
    """Returns the incidents for which an emergency look-up is open."""
    waiting = {row.seen.incident for row, _ in log.waiting_glass(now_ms) if row.seen.incident is not None}
    async with registry.read(caller) as session:
        chosen = select(BreakGlass.incident).where(BreakGlass.closed_ms.is_(None)).distinct()
        return sorted(waiting | set(await session.scalars(chosen)))


async def own_broken_glass(caller: Caller, registry: Registry, log: LookUpLog, now_ms: int) -> list[BrokenGlass]:
    """Returns the emergency look-ups of the caller that are open: the banner."""
    waiting = [_waiting(row, glass) for row, glass in log.waiting_glass(now_ms) if row.account == caller.account]
    async with registry.read(caller) as session:
        chosen = select(BreakGlass).where(
            BreakGlass.account == caller.account, BreakGlass.closed_ms.is_(None), BreakGlass.ends_ms > now_ms
        )
        return [*(_of(row) for row in await session.scalars(chosen)), *waiting]


async def list_broken_glass(
    caller: Caller, registry: Registry, *, unseen: bool = False, limit: int = 100
) -> list[BrokenGlass]:
    """Returns emergency look-ups, the newest first; `unseen`: those of which nobody took note. Raises NotAllowed."""
    caller.require(Right.SEE_LOOK_UPS)
    chosen = select(BreakGlass).order_by(BreakGlass.break_glass.desc()).limit(limit)
    if unseen:
        chosen = chosen.where(BreakGlass.seen_ms.is_(None))
    async with registry.read(caller) as session:
        return [_of(row) for row in await session.scalars(chosen)]


async def take_note(caller: Caller, registry: Registry, number: int, now_ms: int) -> None:
    """A privacy officer has seen an emergency look-up. A second time changes nothing. Raises NotAllowed."""
    caller.require(Right.MANAGE_PRIVACY)
    async with registry.write(caller) as session:
        row = await session.get(BreakGlass, number, with_for_update=True)
        if row is not None and row.seen_ms is None:
            row.seen_ms, row.seen_by = now_ms, caller.account
            record(session, "people.seen-glass", row.incident, row.community, now_ms)


def _waiting(row: WaitingLookUp, glass: WaitingGlass) -> BrokenGlass:
    """As it is shown until it is written: its number is below zero, and nobody can have taken note of it."""
    return BrokenGlass(
        number=-row.at_ms,
        community=glass.community,
        account=row.account,
        incident=row.seen.incident or "",
        reason=row.seen.reason,
        opened_ms=row.at_ms,
        ends_ms=glass.ends_ms,
        closed_ms=glass.closed_ms,
        seen_ms=None,
    )


def _of(row: BreakGlass) -> BrokenGlass:
    return BrokenGlass(
        number=row.break_glass,
        community=row.community,
        account=row.account,
        incident=row.incident,
        reason=row.reason,
        opened_ms=row.opened_ms,
        ends_ms=row.ends_ms,
        closed_ms=row.closed_ms,
        seen_ms=row.seen_ms,
    )
