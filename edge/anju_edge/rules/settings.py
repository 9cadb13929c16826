"""Thresholds of the rules, read from a roster's `[[rules]]` and settings; what a roster does not say has a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from anju_protos.ladder.roster import LadderSettingError, read_ladders
from anju_protos.ladder.steps import DEFAULT_LADDERS, Ladder
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


# What a camera sees is a guess, and many call buttons are doorbells: a fall asks for a look, a call for an answer.
DEFAULT_CAMERA: Mapping[int, Priority.ValueType] = {Reason.FALL: P2, Reason.CALL_BUTTON: P3}
CAMERA_REASONS: Mapping[str, Reason.ValueType] = {
    "fall": Reason.FALL,
    "call_button": Reason.CALL_BUTTON,
    "tamper": Reason.TAMPER,
    "alarm_input": Reason.GENERAL,
}
DEVICE_KINDS = frozenset({"band", "receiver", "camera", "reader", "kiosk", "relay"})


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a roster. `priorities` maps a reason to its worth; an alarm takes the gravest of its reasons.

    `camera_priorities`: triggers that become incidents, by reason. `silent_kinds` and `silent_devices`: whose silence
    becomes an incident once it has lasted `silent_after_ms` longer than the device's period.
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
    ladders: Mapping[int, Ladder] = field(default_factory=lambda: dict(DEFAULT_LADDERS))


def read_rules(bundle: RosterBundle) -> RuleSet:
    """Returns the rules of a roster. Raises `RuleError` for an unknown kind, an unknown value or one out of range."""
    priorities = dict(DEFAULT_PRIORITIES)
    unknown, per_min, bell, rering_s = P2, 6, P1, 60
    camera, silence = dict(DEFAULT_CAMERA), _Silence()
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
        elif rule.kind == "camera":
            _read_camera(rule, camera)
        elif rule.kind == "device_silent":
            silence = _read_silence(rule)
        else:
            known = "camera, device_silent, help_bell, sos"
            raise RuleError(f"rules.{rule.id}.kind", f"unknown kind {rule.kind!r}; known: {known}")
    try:
        ladders = read_ladders(bundle.settings)
    except LadderSettingError as error:
        raise RuleError(f"settings.{error.key}", error.reason) from error
    return RuleSet(
        priorities=priorities,
        unknown_priority=unknown,
        unknown_rings_per_min=per_min,
        help_bell_priority=bell,
        rering_after_ms=rering_s * 1000,
        camera_priorities=camera,
        silent_kinds=silence.kinds,
        silent_devices=silence.devices,
        silent_after_ms=silence.after_s * 1000,
        silent_priority=silence.priority,
        ladders=ladders,
    )


@dataclass(frozen=True, slots=True)
class _Silence:
    kinds: frozenset[str] = frozenset({"receiver"})
    devices: frozenset[str] = frozenset()
    after_s: int = 30
    priority: Priority.ValueType = P2


def _read_camera(rule: Rule, priorities: dict[int, Priority.ValueType]) -> None:
    """Changes `priorities` in place; "off" leaves a trigger an event and no more."""
    for key, value in rule.values.items():
        if key not in CAMERA_REASONS:
            raise RuleError(f"rules.{rule.id}.{key}", f"unknown value; known: {', '.join(sorted(CAMERA_REASONS))}")
        if value == "off":
            priorities.pop(CAMERA_REASONS[key], None)
        else:
            priorities[CAMERA_REASONS[key]] = _priority(rule, key, value, also="off")


def _read_silence(rule: Rule) -> _Silence:
    read = _Silence()
    for key, value in rule.values.items():
        if key == "kinds":
            kinds = frozenset(value.split())
            if not kinds <= DEVICE_KINDS:
                known = ", ".join(sorted(DEVICE_KINDS))
                raise RuleError(f"rules.{rule.id}.kinds", f"must be kinds of devices parted by blanks: {known}")
            read = replace(read, kinds=kinds)
        elif key == "devices":
            read = replace(read, devices=frozenset(value.split()))
        elif key == "after_s":
            read = replace(read, after_s=_whole(rule, key, value, 0, 86_400))
        elif key == "priority":
            read = replace(read, priority=_priority(rule, key, value))
        else:
            raise RuleError(f"rules.{rule.id}.{key}", "unknown value; known: after_s, devices, kinds, priority")
    return read


def _reason(key: str) -> int | None:
    """The reason that `priority_fall` or `priority.fall` names."""
    found = re.fullmatch(r"priority[._]([a-z_]+)", key)
    try:
        return int(Reason.Value(found[1].upper())) if found else None
    except ValueError:
        return None


def _priority(rule: Rule, key: str, value: str, also: str = "") -> Priority.ValueType:
    if value not in ("P1", "P2", "P3", "P4"):
        raise RuleError(f"rules.{rule.id}.{key}", f"must be P1, P2, P3 or P4{also and ', or ' + also}")
    return {"P1": P1, "P2": P2, "P3": P3, "P4": P4}[value]


def _whole(rule: Rule, key: str, value: str, low: int, high: int) -> int:
    if not value.isdecimal() or not low <= int(value) <= high:
        raise RuleError(f"rules.{rule.id}.{key}", f"must be a whole number from {low} to {high}")
    return int(value)
