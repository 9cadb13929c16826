"""The rules: `(rules, state, event, now) -> (state, actions)`, without I/O, clock or memory of their own.

Kinds: `sos` (whatever a device calls an alarm), `help_bell` (a kiosk's held button), `camera` (what a camera saw) and
`device_silent`. No rule can swallow an alarm: every press yields a `Raise`. What a cap may withhold is the `Ring` of a
device that nobody adopted, since anyone in radio range can make such presses by the thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from anju_edge.rules.settings import RuleSet
from anju_protos.v1.event_pb2 import P2, P3, P4, Priority, Reason

RATE_WINDOW_MS = 60_000
EMERGENCIES = frozenset({Reason.SOS, Reason.FALL, Reason.PANIC, Reason.SMOKE, Reason.GENERAL})


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


@dataclass(frozen=True, slots=True)
class CameraTrigger:
    """A camera says that something began which the `camera` rule names. `reason` is a value of `Reason`.

    `late`: the camera had stored it. Somebody has to look, but a siren would come too late.
    """

    device: str
    reason: int
    adopted: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class DeviceSilence:
    """A device that the `device_silent` rule names is not heard. For operators and technicians: no siren mends it."""

    device: str
    watches: bool  # people's bands are heard through it, or it is one


@dataclass(frozen=True, slots=True)
class JournalSalvaged:
    """The journal was damaged, what could be read was kept. A technician should look at the disk."""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A new version of the box failed and was taken back. It is for whoever sends out versions."""


@dataclass(frozen=True, slots=True)
class BoxFault:
    """The box cannot record. It is for the hub's operators: a siren in the stairwell would help nobody."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The hourly synthetic alarm: the whole way, without waking anybody."""


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
)


@dataclass(frozen=True, slots=True)
class RulesState:
    """When unknown devices rang within the last minute, running time in ms, oldest first."""

    unknown_rings_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Raise:
    """Record an alarm and open (or join) an incident."""

    priority: Priority.ValueType
    reasons: tuple[int, ...]
    rule: str
    unknown_device: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """Sound the local channels of this priority at once."""

    priority: Priority.ValueType


Action: TypeAlias = Raise | Ring


def decide(rules: RuleSet, state: RulesState, event: RuleEvent, now_ms: int) -> tuple[RulesState, tuple[Action, ...]]:
    """Returns the new state and what to do. `now_ms` is running time. Exactly one `Raise` for every event."""
    match event:
        case DevicePress(adopted=False):
            return _unknown(rules, state, event, now_ms)
        case DevicePress():
            reasons = event.reasons or frozenset({int(Reason.GENERAL)})
            priority = min((rules.priorities.get(reason, P4) for reason in reasons), default=P4)
            return state, _raise(priority, reasons, "sos")
        case CameraTrigger():
            priority = rules.camera_priorities.get(event.reason, P4)
            if not event.adopted:
                priority = max(priority, rules.unknown_priority)
            if event.late:
                priority = max(priority, P3)
            raised = Raise(priority, (event.reason,), "camera", unknown_device=not event.adopted)
            if not event.adopted:
                return _capped(rules, state, raised, now_ms)
            return state, ((Ring(priority), raised) if priority <= P2 else (raised,))
        case DeviceSilence():
            priority = rules.silent_priority if event.watches else P4
            return state, (Raise(priority, (int(Reason.DEVICE_SILENT),), "device_silent"),)
        case HelpBell():
            return state, _raise(rules.help_bell_priority, frozenset({int(Reason.HELP_BELL)}), "help_bell")
        case StaffBell():
            return state, _raise(P3, frozenset({int(Reason.STAFF_ASKED)}), "staff_asked")
        case BoxFault():
            return state, (Raise(P2, (int(Reason.BOX_CANNOT_RECORD),), "box_cannot_record"),)
        case JournalSalvaged():
            return state, (Raise(P4, (int(Reason.JOURNAL_SALVAGED),), "journal_salvaged"),)
        case RolledBack():
            return state, (Raise(P4, (int(Reason.BOX_ROLLED_BACK),), "box_rolled_back"),)
        case SelfTest():
            return state, (Raise(P4, (int(Reason.GENERAL),), "self_test"),)


def _raise(priority: Priority.ValueType, reasons: frozenset[int], rule: str) -> tuple[Action, ...]:
    raised = Raise(priority, tuple(sorted(reasons)), rule)
    return (Ring(priority), raised) if priority <= P2 else (raised,)


def _unknown(
    rules: RuleSet, state: RulesState, event: DevicePress, now_ms: int
) -> tuple[RulesState, tuple[Action, ...]]:
    reasons = event.reasons or frozenset({int(Reason.GENERAL)})
    urgent = bool(reasons & EMERGENCIES)
    raised = Raise(rules.unknown_priority if urgent else P4, tuple(sorted(reasons)), "sos", unknown_device=True)
    return _capped(rules, state, raised, now_ms)


def _capped(rules: RuleSet, state: RulesState, raised: Raise, now_ms: int) -> tuple[RulesState, tuple[Action, ...]]:
    recent = tuple(at_ms for at_ms in state.unknown_rings_ms if now_ms - at_ms < RATE_WINDOW_MS)
    if raised.priority > P2 or len(recent) >= rules.unknown_rings_per_min:
        return RulesState(recent), (raised,)
    return RulesState((*recent, now_ms)), (Ring(raised.priority), raised)
