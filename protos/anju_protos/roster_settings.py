"""Settings of a roster that boxes know, and which values they take: for boxes, and for whoever edits them elsewhere.

Rules are in `rules/kinds.py`. The `escalation.` settings a box reads by `anju_edge/rules/settings.py`; a test holds the
two to each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anju_protos.rules.allowed import Whole

CHANNELS: Final = ("kiosk", "lan", "siren")
_STEP: Final = re.compile(r"\s*(\d{1,5})((?:\s+[a-z]+)+)\s*")


@dataclass(frozen=True, slots=True)
class Steps:
    """Seconds after an alarm, then channels; the first at 0."""

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        seconds = []
        for part in value.split(";"):
            found = _STEP.fullmatch(part)
            if found is None or not set(found[2].split()) <= set(CHANNELS):
                return False
            seconds.append(int(found[1]))
        return min(seconds) == 0

    def __str__(self) -> str:
        return f'steps like "0 siren kiosk lan; 30 lan", the first at 0; channels: {", ".join(CHANNELS)}'


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
    return "" if allowed.fits(value) else f"must be {allowed}"
