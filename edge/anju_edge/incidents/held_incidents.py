"""What the box holds of incidents in memory: the open ones, which press counts on which, and what was closed lately.

No I/O and no clock: `now_ms` is running time. Everything is found without looking through all, and everything is
bounded: a flood may make neither memory nor a press's way longer.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from anju_edge.incidents.closed_keys import ClosedKeys
from anju_edge.incidents.local_incident import LocalIncident, Source
from anju_edge.journal.recorder import is_urgent
from anju_protos.incidents import incident_key, is_open
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, TEST, Alarm, EventRef, Mark

JOIN_MS = 30 * 60_000  # a press this long after the last word on an acknowledged incident is a new emergency
OWN_MAX = (
    4096  # open incidents of this box held: several of each band of the largest community; events are not concerned
)
EVICT = 256  # at a time, so that being full costs a press nothing
PRESSES_MAX = 4096  # presses remembered by their incident; an older one is asked for under its own name
CLOSED_MAX = 200  # closed incidents remembered, for links and late copies


@dataclass(frozen=True, slots=True)
class ClosedIncident:
    """What a late copy of a press needs of an incident that is no longer held."""

    ref: EventRef
    round: int
    repeats: int
    mark: Mark.ValueType
    device: str
    at_ms: int
    copies: int = 0


def source_of(device: str, priority: int, mark: int, receiver: str) -> Source:
    """Returns what presses of devices nobody adopted have in common: the receiver, else the driver's family."""
    return receiver or device.partition(":")[0], is_urgent(priority), mark


class HeldIncidents:
    """See the module."""

    def __init__(self) -> None:
        self._open: dict[str, LocalIncident] = {}
        self._of_device: dict[str, dict[str, LocalIncident]] = {}  # of this box only
        self._of_source: dict[Source, LocalIncident] = {}  # the newest that strangers of one source share
        self._presses: OrderedDict[str, str] = OrderedDict()  # identity of a joined press -> key of its incident
        self._closed: OrderedDict[str, ClosedIncident] = OrderedDict()
        self._evicted: OrderedDict[str, ClosedIncident] = OrderedDict()  # open, but no longer held
        self._links: OrderedDict[str, EventRef] = OrderedDict()  # device -> its last resolved incident
        self._own = 0
        self.said_closed = ClosedKeys()

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: str) -> bool:
        return key in self._open

    def __iter__(self) -> Iterator[LocalIncident]:
        return iter(list(self._open.values()))

    # ---- looking up

    def key_of(self, key: str) -> str:
        """Returns the key of the incident that a press (by its identity) counts on, else `key` itself."""
        return self._presses.get(key, key)

    def get(self, key: str) -> LocalIncident | None:
        """Returns an open incident by its key or by the identity of a press that joined it."""
        return self._open.get(key) or self._open.get(self.key_of(key))

    def closed(self, key: str) -> ClosedIncident | None:
        """Returns what is known of an incident that was closed lately."""
        return self._closed.get(self.key_of(key))

    def was_closed(self, key: str) -> bool:
        """Whether the incident of this very key was closed lately, or in an earlier run by somebody's word."""
        return key in self._closed or key in self.said_closed

    def of_device(self, device: str) -> list[LocalIncident]:
        """Returns the open incidents of this box about a device, in the order of their opening."""
        return list(self._of_device.get(device, {}).values())

    def link_of(self, device: str) -> EventRef | None:
        """Returns the device's last resolved incident."""
        return self._links.get(device)

    def joined_by(
        self, device: str, mark: int, now_ms: int, *, urgent: bool, quiet: frozenset[int], unknown: bool
    ) -> LocalIncident | None:
        """Returns the device's own open incident that its new press joins; see `OpenIncidents.joined_by`.

        What strangers share is nobody's own: a device that was adopted meanwhile gets an incident of its own.
        """
        for local in self.of_device(device):
            incident = local.incident
            about = frozenset(incident.reasons) if local.is_quiet else frozenset()
            if incident.mark != mark or about != quiet or (urgent and not is_urgent(incident.priority)):
                continue
            if incident.unknown_device and not unknown:
                continue
            if _may_be_joined(local, now_ms):
                return local
        return None

    def shared_by(self, device: str, alarm: Alarm, mark: int, now_ms: int) -> LocalIncident | None:
        """Returns the open incident that strangers of an alarm's source share, if there is one."""
        local = self._of_source.get(source_of(device, alarm.priority, mark, alarm.last_place.receiver))
        return local if local is not None and _may_be_joined(local, now_ms) else None

    # ---- changing

    def add(self, local: LocalIncident) -> list[LocalIncident]:
        """Holds one more. Returns those that had to go for it: the longest untouched of this box, ringing ones last."""
        key, incident = local.key, local.incident
        self._open[key] = local
        if not local.from_box:
            return []
        self._own += 1
        self._of_device.setdefault(incident.device, {})[key] = local
        if incident.unknown_device:
            receiver = incident.last_place.receiver
            local.source = source_of(incident.device, incident.priority, incident.mark, receiver)
            if local.adopted:  # there may be many from an older version
                self._of_source.setdefault(local.source, local)
            else:
                self._of_source[local.source] = local
        before = self._evicted.pop(key, None)
        if before is not None:  # the hub's copy may be older than what was counted here
            incident.repeats = max(incident.repeats, before.repeats)
            incident.copies = max(incident.copies, before.copies)
        return self._make_room() if self._own > OWN_MAX else []

    def _make_room(self) -> list[LocalIncident]:
        own = [local for local in self._open.values() if local.from_box]
        gone = heapq.nsmallest(EVICT, own, key=lambda one: (one.is_ringing, not one.is_capped, one.touched_ms))
        for local in gone:
            self.evict(local)
        return gone

    def evict(self, local: LocalIncident) -> None:
        """Holds one no longer that is still open; what was counted here is remembered."""
        self.remove(local)
        if local.from_box:
            _keep(self._evicted, local, local.touched_ms, OWN_MAX)

    def remove(self, local: LocalIncident) -> None:
        """Holds one no longer, for whatever reason."""
        key, incident = local.key, local.incident
        if self._open.pop(key, None) is None or not local.from_box:
            return
        self._own -= 1
        of_device = self._of_device.get(incident.device, {})
        of_device.pop(key, None)
        if not of_device:
            self._of_device.pop(incident.device, None)
        if local.source is not None and self._of_source.get(local.source) is local:
            del self._of_source[local.source]

    def note_press(self, press: EventRef, local: LocalIncident) -> None:
        """Remembers on which incident a press counts."""
        self._presses[incident_key(press)] = local.key
        while len(self._presses) > PRESSES_MAX:
            self._presses.popitem(last=False)

    def settle(self, local: LocalIncident, now_ms: int, *, is_concluded: bool = False) -> None:
        """Follows the fold: notes the acknowledgement's time, drops what is closed.

        `is_concluded`: nobody said that it was closed, the hub does not name it any more.
        """
        if local.incident.state >= ACKED and local.acked_at_ms is None:
            local.acked_at_ms = now_ms
        elif local.incident.state < ACKED:
            local.acked_at_ms = None
        if not is_open(local.incident):
            self.close(local, now_ms, is_concluded=is_concluded)

    def close(self, local: LocalIncident, now_ms: int, *, is_concluded: bool = False) -> None:
        """Somebody closed it, or that is concluded."""
        self.remove(local)
        _keep(self._closed, local, now_ms, CLOSED_MAX)
        incident = local.incident
        if local.from_box and incident.mark != TEST and not is_concluded:
            self.said_closed.add(incident.id)
        if incident.mark != TEST and not local.is_quiet:
            self._links.pop(incident.device, None)
            self._links[incident.device] = incident.id
            while len(self._links) > CLOSED_MAX:
                self._links.popitem(last=False)

    def count_late(self, key: str, repeats: int) -> ClosedIncident | None:
        """Adds copies to an incident that is no longer held. Returns it with its new count, None when it is unknown."""
        key = self.key_of(key)
        for kept in (self._closed, self._evicted):
            found = kept.get(key)
            if found is not None:
                kept[key] = found = replace(found, repeats=found.repeats + repeats, copies=found.copies + repeats)
                return found
        return None


def _may_be_joined(local: LocalIncident, now_ms: int) -> bool:
    return local.incident.state < ACKED or now_ms - local.touched_ms < JOIN_MS


def _keep(kept: OrderedDict[str, ClosedIncident], local: LocalIncident, at_ms: int, most: int) -> None:
    incident: Incident = local.incident
    kept[local.key] = ClosedIncident(
        incident.id, incident.round, incident.repeats, incident.mark, incident.device, at_ms, incident.copies
    )
    while len(kept) > most:
        kept.popitem(last=False)
