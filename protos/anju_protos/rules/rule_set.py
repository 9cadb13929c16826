"""All rules of a roster, read and in range; what a roster does not say has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anju_protos.rules.allowed import priority_of
from anju_protos.rules.cameras import CAMERA_REASONS, DEFAULT_CAMERA
from anju_protos.rules.errors import RuleError
from anju_protos.rules.in_bundle import rules_of
from anju_protos.rules.kinds import KINDS
from anju_protos.rules.presses import DEFAULT_PRIORITIES
from anju_protos.rules.site import Site, expanded, fault, site_of, spelled
from anju_protos.rules.spells import WatchRule
from anju_protos.v1.control_pb2 import RosterBundle, Rule
from anju_protos.v1.event_pb2 import P1, P2, Priority, Reason


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`priorities` maps a reason to its worth; an alarm takes the gravest of its reasons.

    `camera_priorities`: triggers that become incidents, by reason. `silent_kinds` and `silent_devices`: whose silence
    becomes an incident once it has lasted `silent_after_ms` longer than the device's period. `watching`: the rules
    that watch devices.
    """

    priorities: Mapping[int, Priority.ValueType] = field(default_factory=lambda: dict(DEFAULT_PRIORITIES))
    unknown_priority: Priority.ValueType = P2
    unknown_rings_per_min: int = 6
    help_bell_priority: Priority.ValueType = P1
    rering_after_ms: int = 60_000
    camera_priorities: Mapping[int, Priority.ValueType] = field(default_factory=lambda: dict(DEFAULT_CAMERA))
    silent_kinds: frozenset[str] = frozenset({"receiver"})
    silent_devices: frozenset[str] = frozenset()
    silent_after_ms: int = 30_000
    silent_priority: Priority.ValueType = P2
    watching: tuple[WatchRule, ...] = ()


def check_rule(rule: Rule, site: Site) -> None:
    """Raises `RuleError` for a rule that does not fit; it names the field."""
    found = fault(rule.kind, rule.values, site)
    if found is not None:
        raise RuleError(f"rules.{rule.id}.{found.key or 'kind'}", found.reason)


def read_values(bundle: RosterBundle) -> dict[str, Any]:  # Any: one value for each field of RuleSet, of its type
    """Returns what the rules of a roster say, as arguments of `RuleSet`. Raises `RuleError`."""
    site = site_of(bundle.devices, bundle.zones)
    priorities = dict(DEFAULT_PRIORITIES)
    camera = dict(DEFAULT_CAMERA)
    read: dict[str, Any] = {"priorities": priorities, "camera_priorities": camera}
    watching: dict[str, WatchRule] = {}
    for rule in rules_of(bundle):
        check_rule(rule, site)
        values = {spelled(key): value for key, value in rule.values.items()}
        if rule.kind == "sos":
            read.update(_read_sos(values, priorities))
        elif rule.kind == "fall":
            priorities[Reason.FALL] = priority_of(values.get("priority", "P1"))
        elif rule.kind == "help_bell":
            read["help_bell_priority"] = priority_of(values.get("priority", "P1"))
        elif rule.kind == "camera":
            _read_camera(values, camera)
        elif rule.kind == "device_silent":
            read.update(_read_silence(values))
        elif (make := KINDS[rule.kind].read) is not None:
            if rule.id in watching:
                raise RuleError(f"rules.{rule.id}.id", "two rules are called so")
            watching[rule.id] = make(rule.id, expanded(values, site))
    read["watching"] = tuple(watching[rule_id] for rule_id in sorted(watching))
    return read


def read_rule_set(bundle: RosterBundle) -> RuleSet:
    """Returns the rules of a roster. Raises `RuleError` for an unknown kind, an unknown value or one out of range."""
    return RuleSet(**read_values(bundle))


def _read_sos(values: Mapping[str, str], priorities: dict[int, Priority.ValueType]) -> dict[str, object]:
    read: dict[str, object] = {}
    for key, value in values.items():
        if key == "priority":
            priorities[Reason.SOS] = priority_of(value)
        elif key == "unknown_priority":
            read["unknown_priority"] = priority_of(value)
        elif key == "unknown_rings_per_min":
            read["unknown_rings_per_min"] = int(value)
        elif key == "rering_after_s":
            read["rering_after_ms"] = int(value) * 1000
        else:
            priorities[Reason.Value(key.removeprefix("priority_").upper())] = priority_of(value)
    return read


def _read_camera(values: Mapping[str, str], priorities: dict[int, Priority.ValueType]) -> None:
    """Changes `priorities` in place; "off" leaves a trigger an event and no more."""
    for key, value in values.items():
        if value == "off":
            priorities.pop(CAMERA_REASONS[key], None)
        else:
            priorities[CAMERA_REASONS[key]] = priority_of(value)


def _read_silence(values: Mapping[str, str]) -> dict[str, object]:
    return {
        "silent_kinds": frozenset(values.get("kinds", "receiver").split()),
        "silent_devices": frozenset(values.get("devices", "").split()),
        "silent_after_ms": int(values.get("after_s", "30")) * 1000,
        "silent_priority": priority_of(values.get("priority", "P2")),
    }
