"""The hub's open incidents, folded into the box's: what the hub acknowledged stops ringing here, what it closed closes.

A hub of this version sends what changed (`take`), after the box said what it holds (`follow`); a frame that does not
follow the one before is a gap, and the box asks for the whole again. An older hub sends its whole list at each change
(`fold_list`). Both come in slices: however much is open, the loop is never held for long. No I/O of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Final

from anju_edge.incidents.held_incidents import HeldIncidents
from anju_edge.incidents.local_incident import LocalIncident, answered_at_ms
from anju_edge.incidents.rows import drop, put
from anju_edge.journal.recorder import Recorder
from anju_protos.incidents import add_step, add_stranger, drop_counts, incident_key, is_open
from anju_protos.v1.control_pb2 import FollowIncidents, Incident, IncidentChanges, OpenIncidents
from anju_protos.v1.event_pb2 import ACKED, NEW, RECEIPT, RESOLVED, Actor, EventRef, IncidentStep, Receipt

ABSENT_MS: Final = 5_000  # a hub that restarts may list less for a moment
LISTED_MS: Final = 30_000  # from the hub's ack of an alarm to its list
ADOPTED_MAX: Final = 200  # of those that only the hub knows: DESIGN 7, as many as a hub of this version tells of
HELD_TOLD: Final = 1_000  # of our own, the gravest, in a `FollowIncidents` of at most 25 kB
SLICE: Final = 50  # incidents of a list folded before whatever waits has its turn, about 5 ms on a Pi

Rank = tuple[int, bool, int]


def rank(incident: Incident) -> Rank:
    """Returns what decides who is shown when not all can be: the gravest, people's before strangers', the newest."""
    return incident.priority or 9, incident.unknown_device, -incident.found.wall_ms


class HubMerge:
    """See the module. `changed()` is called after each slice that changed something."""

    def __init__(self, box: str, held: HeldIncidents, recorder: Recorder, changed: Callable[[], None]) -> None:
        self._box = box
        self._held = held
        self._recorder = recorder
        self._changed = changed
        self._named: set[str] | None = None  # open at the hub, as it last said; None = it has not spoken
        self._judged: frozenset[str] | None = None  # what not being named means something for; None = for all
        self._naming: set[str] | None = None  # of a whole that is still coming
        self._version = 0  # of the last frame; 0 = a whole is to come
        self._adopted: dict[str, Rank] = {}
        self.open_at_hub = 0
        self.needs_whole = False

    # ---- a hub of this version

    def follow(self) -> FollowIncidents:
        """Returns the question for the whole. What the hub does not name of what it lists counts as closed there."""
        own = [local for local in self._held if local.from_box]
        told = heapq.nsmallest(HELD_TOLD, own, key=lambda local: (not local.is_ringing, rank(local.incident)))
        self._judged = frozenset(local.key for local in told)
        self._naming = None
        self._version = 0
        self.needs_whole = False
        return FollowIncidents(held=[local.incident.id for local in told])

    def take(self, changes: IncidentChanges) -> None:
        """Folds a frame in. After a gap nothing is taken, and `needs_whole` is set until `follow` is called."""
        if changes.base == 0:
            self._naming = set()
        elif self._version == 0:
            return  # was under way when the whole was asked for
        elif changes.base != self._version:
            self.needs_whole = True
            self._version = 0
            return
        self._version = changes.version
        self.open_at_hub = changes.open
        now_ms = self._recorder.clock.elapsed_ms()
        for theirs in (*changes.closed, *changes.upserts):  # a press may count here on what is closed there
            key = self._fold(theirs, now_ms)
            for named in (self._named, self._naming):
                if named is not None:
                    named.add(key)  # also a closed one: should it ring again meanwhile, it is not absent
        for ref in changes.unlisted:
            local = self._held.get(incident_key(ref))
            if local is not None and not local.from_box:
                self._forget(local)
        if changes.whole_ends and self._naming is not None:
            self._named, self._naming = self._naming, None
            for local in self._held:
                if not local.from_box and local.key not in self._named:
                    self._forget(local)
            self.tick()
        self._changed()

    # ---- an older hub

    def fold_list(self, listed: OpenIncidents) -> Iterator[None]:
        """Folds a whole list in; yields between slices. What it does not have was closed at the hub.

        Of those that only the hub knows, the gravest are taken in: it is ranked once.
        """
        now_ms = self._recorder.clock.elapsed_ms()
        keys: set[str] = set()
        others: list[tuple[Rank, int]] = []
        count = folded = 0
        for at, theirs in enumerate(listed.incidents):
            key = self._counted_on(theirs)
            keys.add(key)
            count += is_open(theirs)
            if key in self._held:
                self._fold(theirs, now_ms)
                folded += 1
            elif is_open(theirs) and not self._held.was_closed(key):
                others.append((rank(theirs), at))
            if at % SLICE == SLICE - 1:
                if folded:
                    self._changed()
                    folded = 0
                yield
        for count_in, (_, at) in enumerate(heapq.nsmallest(ADOPTED_MAX, others)):
            self._fold(listed.incidents[at], now_ms)
            if count_in % SLICE == SLICE - 1:
                yield
        self._named = keys
        self._judged = None
        self.open_at_hub = count
        for local in self._held:
            if not local.from_box and local.key not in keys:
                self._forget(local)
        self.tick()
        self._changed()

    # ---- one incident

    def _counted_on(self, theirs: Incident) -> str:
        """Returns the key of the incident here: a press that the hub made an incident of may count on one of ours."""
        key = incident_key(theirs.id)
        counted_on = self._held.key_of(key)
        return counted_on if counted_on in self._held else key

    def _fold(self, theirs: Incident, now_ms: int) -> str:
        key = self._counted_on(theirs)
        local = self._held.get(key)
        if local is None:
            if is_open(theirs) and not self._held.was_closed(key):
                self._adopt(key, theirs, now_ms)
            return key
        local.seen_at_hub = True
        local.absent_since_ms = None
        local.is_two_at_hub |= key != incident_key(theirs.id) and is_open(theirs)
        if not local.from_box:
            local.incident.CopyFrom(theirs)
            self._held.settle(local, now_ms)
            return key
        before = local.incident.state
        _take_over(local.incident, theirs)
        if (theirs.round, theirs.state) > (local.incident.round, local.incident.state):
            actor = theirs.owners[-1] if theirs.owners else Actor(role=Actor.HUB)
            add_step(local.incident, IncidentStep(round=theirs.round, state=theirs.state, actor=actor))
        if local.incident.state != before:
            self._receipt(local, "silenced" if local.incident.state >= ACKED > before else "followed", now_ms)
        return key

    def _adopt(self, key: str, theirs: Incident, now_ms: int) -> None:
        """Takes an incident that only the hub has; when there are many, for the least grave of them.

        One of our own alarms is ours to ring: a press that counted here on an incident which the hub had resolved is
        an incident of its own there, and a box on a new disk knows only from the hub what was left open.
        """
        for gone in [adopted for adopted in self._adopted if adopted not in self._held]:
            del self._adopted[gone]
        if len(self._adopted) >= ADOPTED_MAX:
            worst = max(self._adopted, key=self._adopted.__getitem__)
            if rank(theirs) >= self._adopted[worst]:
                return
            self._forget(self._held.get(worst))
        incident = Incident()
        incident.CopyFrom(theirs)
        drop_counts(incident)
        acked_ms = answered_at_ms(incident, self._recorder.clock.boot, now_ms)
        ours = incident.box == self._box
        self._adopted[key] = rank(incident)
        self._held.add(LocalIncident(incident, now_ms, now_ms, acked_ms, seen_at_hub=True, from_box=ours, adopted=True))

    def _forget(self, local: LocalIncident | None) -> None:
        """Holds one that only the hub knows no longer; it is open there all the same, or was closed."""
        if local is not None:
            self._held.evict(local)
            self._adopted.pop(local.key, None)

    def _receipt(self, local: LocalIncident, state: str, now_ms: int, *, is_concluded: bool = False) -> None:
        """Records what the box did about a step of the hub, and keeps the fold over a restart."""
        receipt = Receipt(of=local.key, state=state)
        row = put(local.incident) if is_open(local.incident) else drop(local.incident)
        self._recorder.record(RECEIPT, receipt.SerializeToString(), mark=local.incident.mark, side=lambda _: row)
        self._held.settle(local, now_ms, is_concluded=is_concluded)
        if local.is_two_at_hub and local.key not in self._held:
            self.needs_whole = True  # the other one is open there, and was not taken in: it was this one here

    def more_open(self) -> int:
        """Returns how many the hub said to have open besides those that it tells of: it tells of the gravest 200.

        Closed on site counts as open there, so up to that bound its count is no more than what it told.
        """
        if self.open_at_hub <= ADOPTED_MAX:
            return 0
        told = sum(local.seen_at_hub for local in self._held)
        return self.open_at_hub - min(max(told, ADOPTED_MAX), self.open_at_hub)

    # ---- what the hub does not name

    def restored(self) -> None:
        """The hub was restored from a backup: what it does not list it may not know, so that is no closing."""
        self._named = None
        self.needs_whole = True
        for local in self._held:
            local.seen_at_hub = False
            local.absent_since_ms = None
            local.restored = False

    def tick(self) -> None:
        """Call it about once a second: an incident that the hub no longer lists was closed there."""
        if self._named is None:
            return
        now_ms = self._recorder.clock.elapsed_ms()
        closed = False
        for local in self._held:
            key = local.key
            if not local.from_box or key in self._named or (self._judged is not None and key not in self._judged):
                continue
            if local.restored and not local.seen_at_hub and self.had(local.incident.id):
                # A disk image that is older than the hub's word, or an alarm the hub takes just now and lists soon.
                local.seen_at_hub = True
                local.absent_since_ms = now_ms + LISTED_MS
            if not local.seen_at_hub:
                continue
            if local.absent_since_ms is None:
                local.absent_since_ms = now_ms
            elif now_ms - local.absent_since_ms >= ABSENT_MS:
                step = IncidentStep(round=local.incident.round, state=RESOLVED, actor=Actor(role=Actor.HUB))
                add_step(local.incident, step)
                self._receipt(local, "closed", now_ms, is_concluded=True)
                closed = True
        if closed:
            self._changed()

    def had(self, ref: EventRef) -> bool:
        """True when the hub has confirmed an incident's opening."""
        for info in self._recorder.journal.streams():
            if info.stream == ref.stream:
                return info.acked >= ref.seq
        return True  # its stream is gone, and it only goes when the hub has all of it


def _take_over(incident: Incident, theirs: Incident) -> None:
    """Folds the hub's view in. A stuck button makes thousands of counts; their sum is enough."""
    for step in theirs.steps:
        if step.state != NEW:
            add_step(incident, step)
    incident.repeats = max(incident.repeats, theirs.repeats)
    incident.copies = max(incident.copies, theirs.copies)
    for device in theirs.strangers:
        add_stranger(incident, device)
