"""Settings and rules of a roster that boxes know, and which values they take: for whoever edits them away from a box.

A box reads them by `anju_edge/rules/settings.py` and `anju_edge/roster/presence_settings.py`, and refuses a roster
whole for one that it does not take; a test holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anju_protos.ladder.steps import LadderError, Target, parse_ladder

PRIORITIES: Final = ("P1", "P2", "P3", "P4")
DEVICE_KINDS: Final = ("band", "camera", "kiosk", "reader", "receiver", "relay")
REASONS: Final = (  # event.proto, Reason
    "call_button",
    "fall",
    "general",
    "geofence_in",
    "geofence_out",
    "low_battery",
    "panic",
    "power_cut",
    "removed",
    "smoke",
    "sos",
    "tamper",
    "water",
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    lowest: int
    highest: int

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return value.isdecimal() and self.lowest <= int(value) <= self.highest

    def __str__(self) -> str:
        return f"a whole number from {self.lowest} to {self.highest}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return value in self.words

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Words parted by blanks, none too; `words` None: any."""

    words: tuple[str, ...] | None

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return self.words is None or set(value.split()) <= set(self.words)

    def __str__(self) -> str:
        return "device keys parted by blanks" if self.words is None else f"{', '.join(self.words)}, parted by blanks"


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


Allowed = Whole | OneOf | SomeOf | Steps
_PRIORITY: Final = OneOf(PRIORITIES)
_OR_OFF: Final = OneOf((*PRIORITIES, "off"))
SETTINGS: Final[Mapping[str, Allowed]] = {
    "presence.departed_after_s": Whole(10, 86_400),
    "presence.still_here_s": Whole(60, 86_400),
    "presence.hysteresis_db": Whole(0, 40),
    "presence.dwell_s": Whole(0, 300),
    "presence.stale_s": Whole(1, 300),
    "escalation.P1": Steps(),
    "escalation.P2": Steps(),
}
_SOS: Final[Mapping[str, Allowed]] = {
    "priority": _PRIORITY,
    "unknown_priority": _PRIORITY,
    "unknown_rings_per_min": Whole(1, 600),
    "rering_after_s": Whole(0, 3600),
    **{f"priority_{reason}": _PRIORITY for reason in REASONS},
}
RULES: Final[Mapping[str, Mapping[str, Allowed]]] = {
    "sos": _SOS,
    "help_bell": {"priority": _PRIORITY},
    "camera": {"fall": _OR_OFF, "call_button": _OR_OFF, "tamper": _OR_OFF, "alarm_input": _OR_OFF},
    "device_silent": {
        "kinds": SomeOf(DEVICE_KINDS),
        "devices": SomeOf(None),
        "after_s": Whole(0, 86_400),
        "priority": _PRIORITY,
    },
}


def setting_fault(key: str, value: str) -> str:
    """Returns what would be right of a setting, '' where boxes take it."""
    allowed = SETTINGS.get(key)
    if allowed is None:
        return f"no box knows it; known: {', '.join(sorted(SETTINGS))}"
    if isinstance(allowed, Steps):
        return allowed.fault(value)
    return "" if allowed.fits(value) else f"must be {allowed}"


def rule_fault(kind: str, values: Mapping[str, str]) -> str:
    """Returns what would be right of a rule, '' where boxes take it."""
    known = RULES.get(kind)
    if known is None:
        return f"no box knows this kind; known: {', '.join(sorted(RULES))}"
    for key, value in values.items():
        allowed = known.get(key)
        if allowed is None:
            return f"{key}: no box knows it; known: {', '.join(sorted(known))}"
        if not allowed.fits(value):
            return f"{key}: must be {allowed}"
    return ""
