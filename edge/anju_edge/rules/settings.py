"""Thresholds of the rules, read from a roster's `[[rules]]` and settings; what a roster does not say has a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_edge.rules.escalation import DEFAULT_STEPS, Step, parse_steps
from anju_protos.v1.control_pb2 import RosterBundle, Rule
from anju_protos.v1.event_pb2 import P1, P2, P3, P4, Priority, Reason


class RuleError(ValueError):
    """A rule's value cannot be used. Names the key (`rules.sos.priority`) and what would be right."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


# What a reason alone is worth. P1 person in danger, P2 person at risk or nobody watching, P3 service, P4 technical.
DEFAULT_PRIORITIES: Mapping[int, Priority.ValueType] = {
    Reason.SOS: P1,
    Reason.FALL: P1,
    Reason.PANIC: P1,
    Reason.SMOKE: P1,
    Reason.GENERAL: P1,  # an alarm without a stated reason is taken for the gravest
    Reason.CALL_BUTTON: P2,
    Reason.WATER: P2,
    Reason.REMOVED: P2,
    Reason.GEOFENCE_OUT: P2,
    Reason.TAMPER: P3,
    Reason.POWER_CUT: P4,
    Reason.LOW_BATTERY: P4,
    Reason.GEOFENCE_IN: P4,
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a roster. `priorities` maps a reason to its worth; an alarm takes the gravest of its reasons."""

    priorities: Mapping[int, Priority.ValueType] = field(default_factory=lambda: dict(DEFAULT_PRIORITIES))
    unknown_priority: Priority.ValueType = P2
    unknown_rings_per_min: int = 6
    help_bell_priority: Priority.ValueType = P1
    rering_after_ms: int = 60_000
    steps: Mapping[int, tuple[Step, ...]] = field(default_factory=lambda: dict(DEFAULT_STEPS))


def read_rules(bundle: RosterBundle) -> RuleSet:
    """Returns the rules of a roster. Raises `RuleError` for an unknown kind, an unknown value or one out of range."""
    priorities = dict(DEFAULT_PRIORITIES)
    unknown, per_min, bell, rering_s = P2, 6, P1, 60
    for rule in bundle.rules:
        if rule.kind == "sos":
            for key, value in rule.values.items():
                if key == "priority":
                    priorities[Reason.SOS] = _priority(rule, key, value)
                elif key == "unknown_priority":
                    unknown = _priority(rule, key, value)
                elif key == "unknown_rings_per_min":
                    per_min = _whole(rule, key, value, 1, 600)
                elif key == "rering_after_s":
                    rering_s = _whole(rule, key, value, 0, 3600)
                elif (reason := _reason(key)) is not None:
                    priorities[reason] = _priority(rule, key, value)
                else:
                    raise RuleError(f"rules.{rule.id}.{key}", "unknown value of a rule of kind sos")
        elif rule.kind == "help_bell":
            for key, value in rule.values.items():
                if key != "priority":
                    raise RuleError(f"rules.{rule.id}.{key}", "unknown value of a rule of kind help_bell")
                bell = _priority(rule, key, value)
        else:
            raise RuleError(f"rules.{rule.id}.kind", f"unknown kind {rule.kind!r}; known: help_bell, sos")
    steps = dict(DEFAULT_STEPS)
    for key, value in bundle.settings.items():
        if not key.startswith("escalation."):
            continue
        name = key.removeprefix("escalation.")
        if name not in ("P1", "P2"):
            raise RuleError(f"settings.{key}", "must be escalation.P1 or escalation.P2")
        try:
            steps[Priority.Value(name)] = parse_steps(value)
        except ValueError as error:
            raise RuleError(f"settings.{key}", str(error)) from error
    return RuleSet(priorities, unknown, per_min, bell, rering_s * 1000, steps)


def _reason(key: str) -> int | None:
    """The reason that `priority_fall` or `priority.fall` names."""
    found = re.fullmatch(r"priority[._]([a-z_]+)", key)
    try:
        return int(Reason.Value(found[1].upper())) if found else None
    except ValueError:
        return None


def _priority(rule: Rule, key: str, value: str) -> Priority.ValueType:
    if value not in ("P1", "P2", "P3", "P4"):
        raise RuleError(f"rules.{rule.id}.{key}", "must be P1, P2, P3 or P4")
    return {"P1": P1, "P2": P2, "P3": P3, "P4": P4}[value]


def _whole(rule: Rule, key: str, value: str, low: int, high: int) -> int:
    if not value.isdecimal() or not low <= int(value) <= high:
        raise RuleError(f"rules.{rule.id}.{key}", f"must be a whole number from {low} to {high}")
    return int(value)
