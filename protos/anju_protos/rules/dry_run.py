"""Plays a rule over past events: how often it would have rung, for each day and device. Pure; the hub's own question.

Of each device the events come in the order in which they happened; one that is older than another before it (it was
late on its way) is left out and counted. Between two events time goes on by the minute, as long as something waits for
it. What no event tells is not played: a sign of life that a receiver gave and no event says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

from anju_protos.rules.actions import Action, Raise, Ring
from anju_protos.rules.cameras import CAMERA_REASONS, CameraTrigger, decide_camera
from anju_protos.rules.hours import Moment
from anju_protos.rules.presses import DevicePress, RulesState, decide_press
from anju_protos.rules.rule_set import RuleSet, read_rule_set
from anju_protos.rules.spells import NONE, Decided, Happening, Message, Seen, Spell, Tick, WatchRule
from anju_protos.v1.control_pb2 import Device, RosterBundle
from anju_protos.v1.event_pb2 import Alarm, Reason, Trigger

STEP_MS: Final = 60_000
UNTRIED: Final = frozenset({"device_silent", "help_bell"})  # of these no event says more than the alarm that there was
_TICK: Final = Tick()


@dataclass(frozen=True, slots=True)
class Past:
    """An event: when it happened (UTC ms), of which device, what it says."""

    at_ms: int
    device: str
    message: Message


@dataclass(slots=True)
class Tried:
    """`raised` and `rang` by (local day, device); `late`: events left out because a later one came before."""

    raised: Counter[tuple[str, str]] = field(default_factory=Counter)
    rang: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class AlarmTrial:
    """Kinds `sos`, `fall` and `camera`, over the alarms and triggers that there were."""

    id: str
    rules: RuleSet
    kind: str
    reason: int = Reason.GENERAL

    def watches(self, device: Device) -> bool:
        return True

    def start(self, now: Moment) -> Spell:
        return NONE

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        message = happening.message if isinstance(happening, Seen) else None
        adopted = bool(device.kind)
        if isinstance(message, Alarm) and self.kind != "camera":
            reasons = frozenset(int(reason) for reason in message.reasons)
            if self.kind == "sos" or Reason.FALL in reasons:
                press = DevicePress(device.key, reasons, adopted)
                return NONE, decide_press(self.rules, RulesState(), press, now.running_ms)[1]
        if isinstance(message, Trigger) and self.kind == "camera":
            begins = message.state != Trigger.INACTIVE and not (message.initial or message.ongoing)
            reason = CAMERA_REASONS.get(message.kind)
            if begins and reason is not None and reason in self.rules.camera_priorities:
                trigger = CameraTrigger(device.key, int(reason), adopted, message.late)
                return NONE, decide_camera(self.rules, RulesState(), trigger, now.running_ms)[1]
        return NONE, ()


def rule_to_try(site: RosterBundle) -> WatchRule:
    """Returns the one rule of a roster that has its devices and zones besides. Raises RuleError, KeyError."""
    (rule,) = site.rules
    rules = read_rule_set(site)
    if rules.watching:
        return rules.watching[0]
    if rule.kind in UNTRIED:
        raise KeyError(rule.kind)
    return AlarmTrial(rule.id, rules, rule.kind)


class DryRun:
    """One rule over the events of one community."""

    def __init__(self, rule: WatchRule, devices: Mapping[str, Device], zone_info: tzinfo, from_ms: int) -> None:
        self.tried = Tried()
        self._rule = rule
        self._devices = devices
        self._zone_info = zone_info
        self._from_ms = from_ms
        self._spells: dict[str, Spell] = {}
        self._last_ms: dict[str, int] = {}

    def play(self, past: Iterable[Past]) -> None:
        """Takes further events in."""
        for event in past:
            device = self._devices.get(event.device, Device(key=event.device))
            if not self._rule.watches(device):
                continue
            last_ms = self._last_ms.get(event.device, self._from_ms)
            if event.at_ms < last_ms:
                self.tried.late += 1
                continue
            self.tried.events += 1
            self._run_to(device, event.at_ms)
            self._decide(device, Seen(event.message), event.at_ms)
            self._last_ms[event.device] = event.at_ms

    def end(self, at_ms: int) -> Tried:
        """Lets time go on to the end, for devices without an event too; returns what came of it."""
        for device in self._devices.values():
            if self._rule.watches(device) and not isinstance(self._rule, AlarmTrial):
                self._run_to(device, at_ms)
        return self.tried

    def _run_to(self, device: Device, to_ms: int) -> None:
        at_ms = self._last_ms.get(device.key, self._from_ms)
        spell = self._spells.get(device.key)
        if spell is None:
            spell = self._spells[device.key] = self._rule.start(self._moment(at_ms))
        while spell.since_ms is not None and at_ms < to_ms and not spell.is_raised:
            at_ms = min(at_ms + STEP_MS, to_ms)
            spell = self._decide(device, _TICK, at_ms)
        if spell.since_ms is not None:
            self._decide(device, _TICK, to_ms)

    def _decide(self, device: Device, happening: Happening, at_ms: int) -> Spell:
        spell, actions = self._rule.decide(self._spells[device.key], device, happening, self._moment(at_ms))
        self._spells[device.key] = spell
        if actions:
            self._count(device.key, actions, at_ms)
        return spell

    def _count(self, device: str, actions: tuple[Action, ...], at_ms: int) -> None:
        day = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone_info).date().isoformat()
        self.tried.raised[day, device] += sum(isinstance(action, Raise) for action in actions)
        self.tried.rang[day, device] += sum(isinstance(action, Ring) for action in actions)

    def _moment(self, at_ms: int) -> Moment:
        local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone_info)
        return Moment(at_ms, local.hour * 60 + local.minute)
