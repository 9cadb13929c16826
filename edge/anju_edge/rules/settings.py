"""Thresholds of the rules, read from a roster's `[[rules]]` and settings; what a roster does not say has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_edge.rules.escalation import DEFAULT_STEPS, Step, parse_steps
from anju_protos.rules.errors import RuleError
from anju_protos.rules.rule_set import RuleSet as SharedRules
from anju_protos.rules.rule_set import read_values
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import Priority

__all__ = ["RuleError", "RuleSet", "read_rules"]


@dataclass(frozen=True, slots=True)
class RuleSet(SharedRules):
    """All rules of a roster, and how long after an alarm which channels sound, by priority."""

    steps: Mapping[int, tuple[Step, ...]] = field(default_factory=lambda: dict(DEFAULT_STEPS))


def read_rules(bundle: RosterBundle) -> RuleSet:
    """Returns the rules of a roster. Raises `RuleError` for an unknown kind, an unknown value or one out of range."""
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
    return RuleSet(**read_values(bundle), steps=steps)
