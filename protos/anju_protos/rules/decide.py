"""Alarms that come by themselves, each to its kind: `(rules, state, event, now) -> (state, actions)`.

No rule can swallow an alarm: every event yields exactly one `Raise`. What watches devices over time is a `WatchRule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from anju_protos.rules.actions import Action, Raise, Ring
from anju_protos.rules.cameras import CameraTrigger, decide_camera
from anju_protos.rules.own_matters import (
    BoxFault,
    DeviceSilence,
    JournalSalvaged,
    RolledBack,
    SelfTest,
    decide_own,
)
from anju_protos.rules.presses import (
    DevicePress,
    HelpBell,
    RulesState,
    StaffBell,
    decide_help_bell,
    decide_press,
    decide_staff_bell,
)
from anju_protos.rules.rule_set import RuleSet

__all__ = [
    "Action",
    "BoxFault",
    "CameraTrigger",
    "DevicePress",
    "DeviceSilence",
    "HelpBell",
    "JournalSalvaged",
    "Raise",
    "Ring",
    "RolledBack",
    "RuleEvent",
    "RulesState",
    "SelfTest",
    "StaffBell",
    "WatchRaised",
    "decide",
]


@dataclass(frozen=True, slots=True)
class WatchRaised:
    """A rule that watches devices has decided: `actions` are its ring and its alarm."""

    actions: tuple[Action, ...]


RuleEvent: TypeAlias = (
    DevicePress
    | CameraTrigger
    | HelpBell
    | StaffBell
    | DeviceSilence
    | BoxFault
    | JournalSalvaged
    | RolledBack
    | SelfTest
    | WatchRaised
)


def decide(rules: RuleSet, state: RulesState, event: RuleEvent, now_ms: int) -> tuple[RulesState, tuple[Action, ...]]:
    """Returns the new state and what to do. `now_ms` is running time. Exactly one `Raise` for every event."""
    match event:
        case DevicePress():
            return decide_press(rules, state, event, now_ms)
        case CameraTrigger():
            return decide_camera(rules, state, event, now_ms)
        case HelpBell():
            return state, decide_help_bell(rules)
        case StaffBell():
            return state, decide_staff_bell()
        case WatchRaised():
            return state, event.actions
        case _:
            return state, decide_own(rules, event)
