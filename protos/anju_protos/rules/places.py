"""Where people are: kinds `zone_exit` (out of where they belong) and `forbidden_zone` (where they must not be).

A place is a set of zones or of receivers, judged by presence, or a circle or polygon, judged by positions. With its
accuracy a position is a circle: outside it is only when all of that is outside; inside, when its middle is. A fix that
is not valid or older than five minutes says nothing. Unknown (the receiver died) says nothing either: nobody left.
Both go by running time: a bad clock changes nothing, but a position's age is then taken for 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from anju_protos.rules.fences import UNSTATED_ACCURACY_M, Fence, Point
from anju_protos.rules.hours import Moment
from anju_protos.rules.quiet_people import HERE
from anju_protos.rules.spells import NONE, Decided, Happening, Seen, Spell, Told
from anju_protos.v1.control_pb2 import Device
from anju_protos.v1.event_pb2 import Alarm, Position, Presence, Priority, Reason

STALE_MS: Final = 300_000


@dataclass(frozen=True, slots=True)
class Place:
    """Zones, receivers or a fence; the others are empty."""

    zones: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset()
    fence: Fence | None = None

    def holds(self, seen: Seen) -> bool | None:
        """Whether somebody is in it by what was seen, None where that does not say so."""
        match seen.message:
            case Presence() as presence if presence.change in HERE and self.fence is None:
                return presence.zone in self.zones or presence.receiver in self.receivers
            case Position() as position if self.fence is not None and seen.age_ms <= STALE_MS:
                return self._fenced(position, self.fence)
            case Alarm() as alarm if self.fence is not None and alarm.HasField("position"):
                return self._fenced(alarm.position, self.fence)
            case _:
                return None

    @staticmethod
    def _fenced(position: Position, fence: Fence) -> bool | None:
        if not position.fix_valid or not (position.latitude_e7 or position.longitude_e7):
            return None
        beyond_m = fence.beyond_m(Point(position.latitude_e7 / 1e7, position.longitude_e7 / 1e7))
        if beyond_m <= 0:
            return True
        return False if beyond_m > (position.accuracy_m or UNSTATED_ACCURACY_M) else None


@dataclass(frozen=True, slots=True)
class ZoneExit:
    """Out of its place for `after_ms`, or departed from where receivers hear. Cleared when it is back in."""

    id: str
    priority: Priority.ValueType
    devices: frozenset[str]
    place: Place
    after_ms: int
    reason: int = Reason.GEOFENCE_OUT

    def watches(self, device: Device) -> bool:
        return device.key in self.devices and not device.place_withheld

    def start(self, now: Moment) -> Spell:
        return NONE

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        told = Told("zone_exit", self.reason, self.priority)
        if isinstance(happening, Seen):
            is_in = self.place.holds(happening)
            if is_in:
                return told.ends(spell, "back_in_zone")
            if is_in is False or self._has_left(happening):
                spell = told.begins(spell, now.running_ms)
        return told.lasts(spell, self.after_ms, now.running_ms)

    def _has_left(self, seen: Seen) -> bool:
        message = seen.message
        is_departure = isinstance(message, Presence) and message.change == Presence.DEPARTED
        return is_departure and self.place.fence is None


@dataclass(frozen=True, slots=True)
class ForbiddenZone:
    """In its place for `after_ms`. Cleared when it is seen elsewhere; departed from there is not elsewhere."""

    id: str
    priority: Priority.ValueType
    devices: frozenset[str]
    place: Place
    after_ms: int
    reason: int = Reason.FORBIDDEN_ZONE

    def watches(self, device: Device) -> bool:
        return device.key in self.devices and not device.place_withheld

    def start(self, now: Moment) -> Spell:
        return NONE

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        told = Told("forbidden_zone", self.reason, self.priority)
        if isinstance(happening, Seen):
            is_in = self.place.holds(happening)
            if is_in is False:
                return told.ends(spell, "left_zone")
            if is_in:
                spell = told.begins(spell, now.running_ms)
        return told.lasts(spell, self.after_ms, now.running_ms)
