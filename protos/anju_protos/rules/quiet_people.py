"""People of whom nothing is heard or seen: kinds `not_heard` and `not_moving`, each with a wait by day and by night.

Which of the two waits counts is a question of the time of day; with the clock UNSET the shorter one does. The waits
themselves are running time. Of a band whose receiver died nobody knows: it is *unknown*, and its wait begins anew with
that, so that a receiver's fault is no person's, and a person who left meanwhile is missed all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from anju_protos.rules.hours import Hours, Moment, wait_ms
from anju_protos.rules.spells import Decided, Happening, Heard, Message, Seen, Spell, Tick, Told
from anju_protos.v1.control_pb2 import Device
from anju_protos.v1.event_pb2 import DeviceState, Position, Presence, Priority, Reason

HERE: Final = frozenset({Presence.ARRIVED, Presence.MOVED, Presence.STILL_HERE})
WALKING_CM_S: Final = 50  # a position's own error looks slower than that


@dataclass(frozen=True, slots=True)
class NotHeard:
    """No sign of life for its wait. A band in range is heard all the time, until presence says otherwise.

    Cleared by any word of the device. What the box says about it (link lost) is no word of it.
    """

    id: str
    priority: Priority.ValueType
    devices: frozenset[str]
    day: Hours
    day_s: int
    night_s: int
    reason: int = Reason.NOT_HEARD

    def watches(self, device: Device) -> bool:
        return device.key in self.devices

    def start(self, now: Moment) -> Spell:
        return Spell(now.running_ms)

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        told = Told("not_heard", self.reason, self.priority)
        now_ms = now.running_ms
        match happening:
            case Seen(Presence() as presence) if presence.change in HERE:
                return told.ends(spell, "heard_again")
            case Seen(Presence() as presence) if presence.change == Presence.DEPARTED:
                spell = told.begins(spell, now_ms - presence.heard_ago_ms)
            case Seen(Presence()):
                spell = told.begins(spell, now_ms)
            case Seen(DeviceState(link_up=False) as state) if state.HasField("link_up"):
                spell = told.begins(spell, now_ms)
            case Seen() | Heard() if spell.since_ms is not None:
                return told.ends(spell, "heard_again", since_ms=now_ms)
        return told.lasts(spell, wait_ms(self.day, self.day_s, self.night_s, now), now_ms)


@dataclass(frozen=True, slots=True)
class NotMoving:
    """No motion for its wait. For models that report motion only; another zone and a walking pace are motion, too.

    It goes on counting while the band is not heard: nobody saw it move.
    """

    id: str
    priority: Priority.ValueType
    devices: frozenset[str]
    day: Hours
    day_s: int
    night_s: int
    reason: int = Reason.NOT_MOVING

    def watches(self, device: Device) -> bool:
        return device.key in self.devices

    def start(self, now: Moment) -> Spell:
        return Spell(now.running_ms)

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        told = Told("not_moving", self.reason, self.priority)
        match happening:
            case Seen(message, age_ms) if moves(message):
                return told.ends(spell, "moving_again", since_ms=now.running_ms - age_ms)
            case Tick() | Seen() | Heard():
                return told.lasts(spell, wait_ms(self.day, self.day_s, self.night_s, now), now.running_ms)


def moves(message: Message) -> bool:
    """Whether a message says that whoever wears the device moves."""
    match message:
        case DeviceState():
            return message.moving or message.motion
        case Position():
            return message.fix_valid and message.speed_cm_s >= WALKING_CM_S
        case Presence():
            return message.change == Presence.MOVED
        case _:
            return False
