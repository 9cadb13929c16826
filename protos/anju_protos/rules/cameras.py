"""What cameras see: kinds `camera` (a trigger that asks for somebody) and `camera_quiet_hours`.

What a camera sees is a guess, and many call buttons are doorbells: a fall asks for a look, a call for an answer.
`camera` does not ask for the time. `camera_quiet_hours` does: with the clock UNSET every hour counts as quiet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from anju_protos.rules.actions import Action, Raise, Ring, raise_and_ring
from anju_protos.rules.hours import Hours, Moment, is_quiet
from anju_protos.rules.presses import PressRules, RulesState, ring_capped
from anju_protos.rules.spells import NONE, Decided, Happening, Seen, Spell, Tick
from anju_protos.v1.control_pb2 import Device
from anju_protos.v1.event_pb2 import P2, P3, P4, Priority, Reason, Trigger

DEFAULT_CAMERA: Final[Mapping[int, Priority.ValueType]] = {Reason.FALL: P2, Reason.CALL_BUTTON: P3}
CAMERA_REASONS: Final[Mapping[str, Reason.ValueType]] = {
    "fall": Reason.FALL,
    "call_button": Reason.CALL_BUTTON,
    "tamper": Reason.TAMPER,
    "alarm_input": Reason.GENERAL,
}
SEEN_KINDS: Final = (  # of the drivers' vocabulary, those that somebody who walks by may cause
    *("motion", "pir", "object", "line_crossing", "intrusion", "region_entrance", "region_exit"),
    *("loitering", "crowd", "fast_move", "audio"),
)
REST_MS: Final = 600_000  # who walks about for half an hour is one alarm


class CameraRules(PressRules, Protocol):
    """The thresholds that are asked for here; `rule_set.RuleSet` has them."""

    @property
    def camera_priorities(self) -> Mapping[int, Priority.ValueType]: ...


@dataclass(frozen=True, slots=True)
class CameraTrigger:
    """A camera says that something began which the `camera` rule names. `reason` is a value of `Reason`.

    `late`: the camera had stored it. Somebody has to look, but a siren would come too late.
    """

    device: str
    reason: int
    adopted: bool
    late: bool = False


def decide_camera(
    rules: CameraRules, state: RulesState, trigger: CameraTrigger, now_ms: int
) -> tuple[RulesState, tuple[Action, ...]]:
    """Returns the new state and what to do; always a `Raise`."""
    priority = rules.camera_priorities.get(trigger.reason, P4)
    if not trigger.adopted:
        priority = max(priority, rules.unknown_priority)
    if trigger.late:
        priority = max(priority, P3)
    raised = Raise(priority, (trigger.reason,), "camera", unknown_device=not trigger.adopted)
    if not trigger.adopted:
        return ring_capped(rules, state, raised, now_ms)
    return state, ((Ring(priority), raised) if priority <= P2 else (raised,))


@dataclass(frozen=True, slots=True)
class CameraQuietHours:
    """A camera sees something begin in quiet hours: it rings, and again once there was nothing for ten minutes.

    Nothing clears it: that nothing moves any more says not that all is well. What a camera had stored (`late`) or saw
    already when the box first looked (`initial`) did not begin now and is not judged.
    """

    id: str
    priority: Priority.ValueType
    cameras: frozenset[str]  # empty: all
    seen: frozenset[str]
    hours: Hours
    reason: int = Reason.QUIET_HOURS

    def watches(self, device: Device) -> bool:
        return device.key in self.cameras if self.cameras else device.kind == "camera"

    def start(self, now: Moment) -> Spell:
        return NONE

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        match happening:
            case Seen(Trigger() as trigger) if self._begins(trigger) and is_quiet(self.hours, now):
                again = Spell(now.running_ms, is_raised=True)
                if spell.is_raised:
                    return again, ()
                return again, raise_and_ring(self.priority, frozenset({self.reason}), "camera_quiet_hours")
            case Tick() if spell.since_ms is not None and now.running_ms - spell.since_ms >= REST_MS:
                return NONE, ()
            case _:
                return spell, ()

    def _begins(self, trigger: Trigger) -> bool:
        is_new = trigger.state != Trigger.INACTIVE and not (trigger.initial or trigger.ongoing or trigger.late)
        return is_new and trigger.kind in self.seen
