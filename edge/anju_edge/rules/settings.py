"""Thresholds of the rules, read from a roster's `[[rules]]` and settings; what a roster does not say has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_protos.ladder.roster import LadderSettingError, read_ladders
from anju_protos.ladder.steps import DEFAULT_LADDERS, Ladder
from anju_protos.rules.errors import RuleError
from anju_protos.rules.rule_set import RuleSet as SharedRules
from anju_protos.rules.rule_set import read_values
from anju_protos.v1.control_pb2 import RosterBundle

__all__ = ["RuleError", "RuleSet", "read_rules"]


@dataclass(frozen=True, slots=True)
class RuleSet(SharedRules):
    """All rules of a roster, and the ladders by priority."""

    ladders: Mapping[int, Ladder] = field(default_factory=lambda: dict(DEFAULT_LADDERS))


def read_rules(bundle: RosterBundle) -> RuleSet:
    """Returns the rules of a roster. Raises `RuleError` for an unknown kind, an unknown value or one out of range."""
    try:
        ladders = read_ladders(bundle.settings)
    except LadderSettingError as error:
        raise RuleError(f"settings.{error.key}", error.reason) from error
    return RuleSet(**read_values(bundle), ladders=ladders)
