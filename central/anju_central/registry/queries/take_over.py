"""Boxes that stand in the hub's configuration file, from before there was a registry: each is taken over once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from anju_central.access.caller import Caller
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.tables import Box, BoxState, Community

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileBox:
    """A row of the file. `roster_file` is that of its community, None where it names none."""

    box: str
    community: str
    roster_file: str | None = None


async def take_over_boxes(caller: Caller, registry: Registry, rows: Sequence[FileBox], now_ms: int) -> list[str]:
    """Adds the boxes and communities of a file that the registry does not know; returns these boxes.

    They count as claimed, without a certificate: over TLS they need a code like any other. Rows of boxes that the
    registry knows change nothing.
    """
    if not rows:
        return []
    taken: list[str] = []
    async with registry.write(caller) as session:
        known = {row.box: row.community for row in await session.scalars(select(Box))}
        communities = {row.community: row for row in await session.scalars(select(Community))}
        fresh = [row for row in rows if row.box not in known]
        for row in fresh:
            if row.community not in communities:
                names = {"name_zh": row.community, "name_en": row.community}
                community = Community(community=row.community, made_ms=now_ms, roster_file=row.roster_file, **names)
                communities[row.community] = community
                session.add(community)
                record(session, "community.take-over", row.community, row.community, now_ms)
            elif communities[row.community].roster_file is None and row.roster_file is not None:
                communities[row.community].roster_file = row.roster_file
        await session.flush()  # before their boxes; once, a district has thousands
        for row in fresh:
            session.add(
                Box(
                    box=row.box,
                    community=row.community,
                    state=BoxState.CLAIMED,
                    claimed_ms=now_ms,
                    made_ms=now_ms,
                    made_by=caller.account,
                )
            )
            record(session, "box.take-over", row.box, row.community, now_ms)
            taken.append(row.box)
    if taken:
        log.info("taken over from the configuration into the registry: %s", ", ".join(taken))
    _note_ignored(rows, known)
    return taken


def _note_ignored(rows: Sequence[FileBox], known: dict[str, str]) -> None:
    ignored = [row for row in rows if row.box in known]
    if ignored:
        log.warning(
            "[[boxes]] of the configuration: %d of them are in the registry, which alone counts, so these rows are "
            "ignored; remove them from the file. Boxes are added, retired and revoked at the console, Boxes",
            len(ignored),
        )
    for row in ignored:
        if row.community != known[row.box]:
            log.warning("box %s: the file says %s, the registry %s; that holds", row.box, row.community, known[row.box])
