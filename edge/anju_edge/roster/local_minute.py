"""The time of day at the site."""

from __future__ import annotations

from datetime import UTC, datetime

from anju_edge.roster.roster import Roster


def local_minute(roster: Roster, true_ms: int | None) -> int | None:
    """Returns a moment (UTC ms) as minutes since local midnight, None while nobody can say."""
    if true_ms is None:
        return None
    local = datetime.fromtimestamp(true_ms / 1000, UTC).astimezone(roster.zone_info)
    return local.hour * 60 + local.minute
