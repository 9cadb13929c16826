"""Settings of a roster that boxes know, and which values they take: for boxes, and for whoever edits them elsewhere.

Rules are in `rules/kinds.py`. The `escalation.` settings a box reads by `anju_edge/rules/settings.py`; a test holds the
two to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anju_protos.ladder.steps import LadderError, Target, parse_ladder
from anju_protos.rules.allowed import Whole


@dataclass(frozen=True, slots=True)
class Steps:
    """A ladder (`anju_protos/ladder`): seconds after an alarm, then targets; the first at 0."""

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return not self.fault(value)

    def fault(self, value: str) -> str:
        """Returns which step is wrong and how, '' where a box takes it."""
        try:
            parse_ladder(value)
        except LadderError as error:
            return str(error)
        return ""

    def __str__(self) -> str:
        return f'steps like "0 siren kiosk lan; 30 group", the first at 0; targets: {", ".join(Target)}'


Allowed = Whole | Steps
SETTINGS: Final[Mapping[str, Allowed]] = {
    "presence.departed_after_s": Whole(10, 86_400),
    "presence.still_here_s": Whole(60, 86_400),
    "presence.hysteresis_db": Whole(0, 40),
    "presence.dwell_s": Whole(0, 300),
    "presence.stale_s": Whole(1, 300),
    "escalation.P1": Steps(),
    "escalation.P2": Steps(),
}


def setting_fault(key: str, value: str) -> str:
    """Returns what would be right of a setting, '' where boxes take it."""
    allowed = SETTINGS.get(key)
    if allowed is None:
        return f"no box knows it; known: {', '.join(sorted(SETTINGS))}"
    if isinstance(allowed, Steps):
        return allowed.fault(value)
    return "" if allowed.fits(value) else f"must be {allowed}"
