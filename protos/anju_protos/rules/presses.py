"""Alarms that people make: kinds `sos`, `fall` and `help_bell`.

`sos` is whatever a device calls an alarm. It takes the gravest of its reasons; one without a reason is taken for the
gravest. An alarm of a device that nobody adopted is a P2 (P4 when it is none of a person's), and is recorded always:
what a cap may withhold is its `Ring`, since anyone in radio range can make such presses by the thousand. `fall` says
what a fall that a band reports is worth. None of them asks for the time: a bad clock changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from anju_protos.rules.actions import Action, Raise, Ring, raise_and_ring
from anju_protos.v1.event_pb2 import P1, P2, P3, P4, Priority, Reason

RATE_WINDOW_MS: Final = 60_000
EMERGENCIES: Final = frozenset({Reason.SOS, Reason.FALL, Reason.PANIC, Reason.SMOKE, Reason.GENERAL})

# What a reason alone is worth. P1 person in danger, P2 person at risk or nobody watching, P3 service, P4 technical.
DEFAULT_PRIORITIES: Final[Mapping[int, Priority.ValueType]] = {
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
REASONS: Final = tuple(sorted(Reason.Name(Reason.ValueType(reason)).lower() for reason in DEFAULT_PRIORITIES))


class PressRules(Protocol):
    """The thresholds that are asked for here; `rule_set.RuleSet` has them."""

    @property
    def priorities(self) -> Mapping[int, Priority.ValueType]: ...

    @property
    def unknown_priority(self) -> Priority.ValueType: ...

    @property
    def unknown_rings_per_min(self) -> int: ...

    @property
    def help_bell_priority(self) -> Priority.ValueType: ...


@dataclass(frozen=True, slots=True)
class RulesState:
    """When unknown devices rang within the last minute, running time in ms, oldest first."""

    unknown_rings_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DevicePress:
    """A device raised an alarm (the first copy of a press). `reasons` are values of `Reason`."""

    device: str
    reasons: frozenset[int]
    adopted: bool


@dataclass(frozen=True, slots=True)
class HelpBell:
    """A kiosk's help button was held long enough."""

    kiosk: str


@dataclass(frozen=True, slots=True)
class StaffBell:
    """A kiosk asks for staff: service, not danger."""

    kiosk: str


def decide_press(
    rules: PressRules, state: RulesState, press: DevicePress, now_ms: int
) -> tuple[RulesState, tuple[Action, ...]]:
    """Returns the new state and what to do; always a `Raise`."""
    reasons = press.reasons or frozenset({int(Reason.GENERAL)})
    if press.adopted:
        priority = min((rules.priorities.get(reason, P4) for reason in reasons), default=P4)
        return state, raise_and_ring(priority, reasons, "sos")
    urgent = bool(reasons & EMERGENCIES)
    raised = Raise(rules.unknown_priority if urgent else P4, tuple(sorted(reasons)), "sos", unknown_device=True)
    return ring_capped(rules, state, raised, now_ms)


def ring_capped(
    rules: PressRules, state: RulesState, raised: Raise, now_ms: int
) -> tuple[RulesState, tuple[Action, ...]]:
    """Returns an unknown device's alarm, and its ring while there were fewer than the cap within the last minute."""
    recent = tuple(at_ms for at_ms in state.unknown_rings_ms if now_ms - at_ms < RATE_WINDOW_MS)
    if raised.priority > P2 or len(recent) >= rules.unknown_rings_per_min:
        return RulesState(recent), (raised,)
    return RulesState((*recent, now_ms)), (Ring(raised.priority), raised)


def decide_help_bell(rules: PressRules) -> tuple[Action, ...]:
    """Returns what a kiosk's help button does."""
    return raise_and_ring(rules.help_bell_priority, frozenset({int(Reason.HELP_BELL)}), "help_bell")


def decide_staff_bell() -> tuple[Action, ...]:
    """Returns what a kiosk's bell for staff does."""
    return raise_and_ring(P3, frozenset({int(Reason.STAFF_ASKED)}), "staff_asked")
