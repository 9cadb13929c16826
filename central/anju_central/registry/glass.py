"""Broken glass within a transaction that is open: whether the caller has, and what was broken without the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.audit import record
from anju_central.registry.people_errors import GlassNotBroken
from anju_central.registry.scope import caller_of
from anju_central.registry.tables import BreakGlass, Community
from anju_central.registry.waiting_look_ups import WaitingGlass, WaitingLookUp


async def require_broken_glass(
    session: AsyncSession,
    waiting: frozenset[str],
    incident: str | None,
    now_ms: int,
    community: str | None = None,
) -> frozenset[str]:
    """Returns the communities in which the caller's emergency look-up for the incident is open.

    `waiting`: where it is, and is not written yet (`LookUpLog.opened_glass`).

    Nobody elsewhere may be looked at: the privacy officer who would be told is another. Raises GlassNotBroken where
    there is none, or none in `community`.
    """
    chosen = select(BreakGlass.community).where(
        BreakGlass.account == caller_of(session).account,
        BreakGlass.incident == incident,
        BreakGlass.closed_ms.is_(None),
        BreakGlass.ends_ms > now_ms,
    )
    opened = frozenset(await session.scalars(chosen)) | waiting if incident is not None else frozenset()
    if not opened or (community is not None and community not in opened):
        raise GlassNotBroken
    return opened


async def add_late_glass(session: AsyncSession, row: WaitingLookUp, glass: WaitingGlass) -> None:
    """Writes down glass that was broken while nothing could be written; privacy officers see it from now on."""
    if await session.get(Community, glass.community) is None:
        return  # it would keep all later look-ups out of the log
    there = select(BreakGlass).where(
        BreakGlass.account == row.account,
        BreakGlass.incident == row.seen.incident,
        BreakGlass.community == glass.community,
        BreakGlass.opened_ms == row.at_ms,
    )
    if (await session.scalars(there)).first() is not None:
        return  # it was written, and the database's answer came too late
    session.add(
        BreakGlass(
            community=glass.community,
            account=row.account,
            incident=row.seen.incident or "",
            reason=row.seen.reason,
            opened_ms=row.at_ms,
            ends_ms=glass.ends_ms,
            closed_ms=glass.closed_ms,
        )
    )
    record(session, "people.break-glass", row.seen.incident or "", glass.community, row.at_ms, "written later")
