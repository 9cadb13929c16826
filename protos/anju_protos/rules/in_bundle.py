"""Where rules stand in a bundle for boxes.

A box of an earlier version refuses a roster whole for a kind that it does not know. So kinds that came later stand
among the settings, as `rule.ID` with kind and values in JSON: such a box does not look at them, and takes the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from anju_protos.rules.errors import RuleError
from anju_protos.v1.control_pb2 import RosterBundle, Rule

KNOWN_BEFORE: Final = frozenset({"sos", "help_bell", "camera", "device_silent"})
PREFIX: Final = "rule."


def rules_for_boxes(rules: Iterable[Rule]) -> tuple[list[Rule], dict[str, str]]:
    """Returns the rules that all boxes know, and the settings that tell of the others."""
    known: list[Rule] = []
    told: dict[str, str] = {}
    for rule in rules:
        if rule.kind in KNOWN_BEFORE:
            known.append(rule)
        else:
            said = {"kind": rule.kind, "values": dict(sorted(rule.values.items()))}
            told[PREFIX + rule.id] = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return known, told


def rules_of(bundle: RosterBundle) -> list[Rule]:
    """Returns all rules of a bundle. Raises RuleError for a setting that is none."""
    rules = list(bundle.rules)
    for key, text in sorted(bundle.settings.items()):
        if not key.startswith(PREFIX):
            continue
        try:
            said = json.loads(text)
            rules.append(Rule(id=key.removeprefix(PREFIX), kind=said["kind"], values=said["values"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RuleError(f"settings.{key}", 'must look like {"kind": "off_wrist", "values": {}}') from error
    return rules
