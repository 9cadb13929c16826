"""The box's incidents: opened by its alarms, folded from steps of box and hub, found again after a restart.

A step taken here is an event; a step taken at the hub comes with the hub's open incidents and is folded in, never
journaled again. What the box did about it (siren off) is a receipt. An alarm of a device whose incident is still open
joins it; after that one was resolved it opens a new one, linked to the old.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from google.protobuf.message import DecodeError

from anju_base.sql_queries import load_queries
from anju_edge.journal.entries import PendingEvent, SideStatement
from anju_edge.journal.recorder import Recorder, is_urgent
from anju_protos.incidents import add_step, incident_key, is_open, open_incident
from anju_protos.v1 import control_pb2
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM_RAISED,
    INCIDENT_STEP,
    NEW,
    RECEIPT,
    RESOLVED,
    RINGING,
    TEST,
    Actor,
    Alarm,
    Event,
    EventRef,
    IncidentStep,
    Mark,
    Reason,
    Receipt,
    Stamp,
)

_log = logging.getLogger(__name__)

JOIN_MS = 30 * 60_000  # a press this long after the last word on an acknowledged incident is a new emergency
ABSENT_MS = 5_000  # a hub that restarts may list less for a moment
LISTED_MS = 30_000  # from the hub's ack of an alarm to its list
KEEP_MAX = 500  # open incidents held; events are not concerned
PRESSES_MAX = 4096  # presses remembered by their incident; an older one is asked for under its own name
# Nobody in the stairwell can mend these: they are for the hub's operators.
QUIET_REASONS = frozenset({Reason.BOX_CANNOT_RECORD, Reason.BOX_SILENT, Reason.DEVICE_SILENT, Reason.JOURNAL_SALVAGED})
LINK_MAX = 200  # resolved incidents remembered for links
SQL = load_queries("anju_edge.incidents.queries", "open_incident")


@dataclass(slots=True)
class LocalIncident:
    """One incident at the box. Times are running time of this boot, ms.

    `from_box`: an alarm of this box opened it, so its channels ring for it. `seen_at_hub`: the hub has had it, so that
    it counts as closed once the hub no longer lists it.
    """

    incident: Incident
    rang_at_ms: int
    touched_ms: int
    acked_at_ms: int | None = None
    seen_at_hub: bool = False
    absent_since_ms: int | None = None
    from_box: bool = True
    restored: bool = False  # from an earlier run: whether the hub had it, the journal tells

    @property
    def key(self) -> str:
        return incident_key(self.incident.id)

    @property
    def is_quiet(self) -> bool:
        """About the box and its devices, not about a person: nothing sounds for it and no page shows it."""
        return set(self.incident.reasons) <= QUIET_REASONS

    @property
    def is_capped(self) -> bool:
        """A press of an unknown device that was not rung. It is not kept for a restart: there may be thousands."""
        return self.incident.unknown_device and self.incident.state == NEW

    @property
    def is_ringing(self) -> bool:
        """A capped press of an unknown device stays NEW and quiet; any other urgent alarm rings until somebody acts."""
        state = self.incident.state
        rings = state == RINGING or (state == NEW and not self.incident.unknown_device)
        return rings and is_urgent(self.incident.priority) and not self.is_quiet


@dataclass(frozen=True, slots=True)
class AckOutcome:
    """`recorded` is there for a step that was taken; `first_by` and `seconds_earlier` when somebody was faster."""

    outcome: str  # acknowledged, already, closed, unknown
    recorded: PendingEvent | None = None
    first_by: str = ""
    seconds_earlier: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """The incident that an alarm opened or joined, and the alarm's own event."""

    key: str
    recorded: PendingEvent


@dataclass(slots=True)
class _Links:
    """Last resolved incident per device, bounded."""

    refs: dict[str, EventRef] = field(default_factory=dict)

    def note(self, incident: Incident) -> None:
        self.refs.pop(incident.device, None)
        self.refs[incident.device] = incident.id
        while len(self.refs) > LINK_MAX:
            del self.refs[next(iter(self.refs))]


@dataclass(frozen=True, slots=True)
class _Closed:
    """What a late copy of a press needs of an incident that was closed here."""

    ref: EventRef
    round: int
    repeats: int
    mark: Mark.ValueType
    device: str
    at_ms: int


class OpenIncidents:
    """All open incidents of the box. `changed()` is called after each change, in the same tick."""

    def __init__(self, community: str, box: str, recorder: Recorder, changed: Callable[[], None]) -> None:
        self._community, self._box, self._recorder, self._changed = community, box, recorder, changed
        self._open: dict[str, LocalIncident] = {}
        self._presses: OrderedDict[str, str] = OrderedDict()  # identity of a joined press -> key of its incident
        self._closed_here: dict[str, _Closed] = {}
        self._links = _Links()
        self._hub_keys: set[str] | None = None

    # ---- after a restart

    async def restore(self) -> int:
        """Takes the open incidents of an earlier run; unacknowledged ones ring again. Returns how many.

        It may come late, when the disk was away at the start: what this run knows already is newer than the row.
        """
        now_ms = self._recorder.clock.elapsed_ms()
        count = 0
        for (data,) in await self._recorder.journal.query(SQL.list_open_incidents):
            try:
                incident = Incident.FromString(data) if isinstance(data, bytes) else Incident()
            except DecodeError:
                incident = Incident()
            if not incident.id.stream:
                _log.error("a row of an open incident cannot be read; it is left out")
                continue
            key = incident_key(incident.id)
            if key in self._open or key in self._closed_here:
                continue
            acked_ms = now_ms if incident.state >= ACKED else None
            at_hub = self._hub_had(incident.id)
            self._open[key] = LocalIncident(incident, now_ms, now_ms, acked_ms, seen_at_hub=at_hub, restored=True)
            count += 1
        if count:
            self._changed()
        return count

    def _hub_had(self, ref: EventRef) -> bool:
        """True when the hub had confirmed an incident's opening before we started."""
        for info in self._recorder.journal.streams():
            if info.stream == ref.stream:
                return info.acked >= ref.seq
        return True  # its stream is gone, and it only goes when the hub has all of it

    # ---- what the box sees

    def open(self) -> list[LocalIncident]:
        """Returns open incidents, gravest and oldest first."""
        return sorted(self._open.values(), key=lambda local: (local.incident.priority, local.rang_at_ms))

    def get(self, key: str) -> LocalIncident | None:
        """Returns an open incident by its key or by the identity of a press that joined it."""
        return self._open.get(self._presses.get(key, key))

    def joined_by(
        self, device: str, mark: int, *, urgent: bool, quiet: frozenset[int] = frozenset()
    ) -> LocalIncident | None:
        """Returns the device's open incident that a new press joins, if any.

        An urgent one never joins what is not: an SOS is not found on the day the battery ran low. Nor does a person's
        alarm join what is said about the device itself, or the other way round. `quiet` = the reasons of the latter.
        """
        now_ms = self._recorder.clock.elapsed_ms()
        for local in self._open.values():
            same = local.from_box and local.incident.device == device and local.incident.mark == mark
            about = frozenset(local.incident.reasons) if local.is_quiet else frozenset()
            if about != quiet or (urgent and not is_urgent(local.incident.priority)):
                continue
            if same and (local.incident.state < ACKED or now_ms - local.touched_ms < JOIN_MS):
                return local
        return None

    def silences(self) -> list[LocalIncident]:
        """Returns the open incidents of this box about devices that are not heard."""
        silent = {int(Reason.DEVICE_SILENT)}
        return [one for one in self._open.values() if one.from_box and set(one.incident.reasons) == silent]

    def silence_of(self, device: str) -> LocalIncident | None:
        """Returns the open incident about a device that is not heard."""
        return next((one for one in self.silences() if one.incident.device == device), None)

    # ---- alarms

    def alarm(
        self,
        device: str,
        alarm: Alarm,
        mark: Mark.ValueType,
        stamp: Stamp,
        *,
        rering_after_ms: int,
        silent: bool = False,
    ) -> Opened:
        """Records an alarm; it opens an incident or joins the device's open one. `silent` = the rules did not ring."""
        urgent = is_urgent(alarm.priority)
        quiet = frozenset(alarm.reasons) if set(alarm.reasons) <= QUIET_REASONS else frozenset()
        joins = self.joined_by(device, mark, urgent=urgent, quiet=quiet)
        if joins is not None:
            return self._join(joins, device, alarm, mark, stamp, rering_after_ms, silent=silent)
        made: list[Incident] = []

        def row(ref: EventRef) -> SideStatement | None:
            incident = self._new_incident(ref, device, alarm, mark, stamp)
            made.append(incident)
            return None if silent and alarm.unknown_device else _put(incident)

        recorded, _ = self._recorder.record(
            ALARM_RAISED, alarm.SerializeToString(), device=device, mark=mark, stamp=stamp, side=row
        )
        local = LocalIncident(made[0], stamp.elapsed_ms, stamp.elapsed_ms)
        self._open[local.key] = local
        self._trim()
        if urgent and not silent and not quiet:
            self.step(local, IncidentStep(state=RINGING, channel="siren kiosk lan", actor=self._self()), mark)
        self._changed()
        return Opened(local.key, recorded)

    def _new_incident(self, ref: EventRef, device: str, alarm: Alarm, mark: Mark.ValueType, stamp: Stamp) -> Incident:
        event = Event(kind=ALARM_RAISED, stamp=stamp, device=device, payload=alarm.SerializeToString(), mark=mark)
        incident = open_incident(self._community, self._box, ref, event)
        linked = self._links.refs.get(device)
        if linked is not None:
            incident.linked_to.CopyFrom(linked)
        return incident

    def _join(
        self,
        local: LocalIncident,
        device: str,
        alarm: Alarm,
        mark: Mark.ValueType,
        stamp: Stamp,
        rering_after_ms: int,
        *,
        silent: bool,
    ) -> Opened:
        alarm.joins.CopyFrom(local.incident.id)
        recorded, _ = self._recorder.record(
            ALARM_RAISED, alarm.SerializeToString(), device=device, mark=mark, stamp=stamp
        )
        press = EventRef(stream=recorded.stream, seq=recorded.seq)
        self._presses[incident_key(press)] = local.key
        while len(self._presses) > PRESSES_MAX:
            self._presses.popitem(last=False)
        incident = local.incident
        worse = alarm.priority < incident.priority or not set(alarm.reasons) <= set(incident.reasons)
        acked_for_ms = 0 if local.acked_at_ms is None else stamp.elapsed_ms - local.acked_at_ms
        rings_again = (
            not silent
            and is_urgent(min(alarm.priority, incident.priority))
            and incident.state >= ACKED
            and (worse or acked_for_ms >= rering_after_ms)
        )
        if rings_again or (incident.state == NEW and is_urgent(alarm.priority) and not silent):
            step = IncidentStep(round=incident.round + int(rings_again), state=RINGING, channel="siren kiosk lan")
            local.rang_at_ms, local.acked_at_ms = stamp.elapsed_ms, None
        else:
            step = IncidentStep(round=incident.round, state=NEW)
        step.actor.CopyFrom(self._self())
        step.repeat_of_press.CopyFrom(press)
        step.repeats = incident.repeats + 1
        step.reasons.extend(alarm.reasons)
        step.priority = alarm.priority
        self.step(local, step, mark)
        return Opened(local.key, recorded)

    def count(self, key: str, repeats: int) -> None:
        """Adds copies of a press to its incident's count, also when that was closed meanwhile: it stays closed."""
        if repeats <= 0:
            return
        local = self.get(key)
        if local is not None:
            incident = local.incident
            step = IncidentStep(round=incident.round, state=NEW, actor=self._self(), repeats=incident.repeats + repeats)
            self.step(local, step, incident.mark)
            return
        key = self._presses.get(key, key)
        closed = self._closed_here.get(key)
        if closed is None:
            return
        closed = replace(closed, repeats=closed.repeats + repeats)
        self._closed_here[key] = closed
        step = IncidentStep(round=closed.round, state=NEW, actor=self._self(), repeats=closed.repeats)
        step.incident.CopyFrom(closed.ref)
        self._recorder.record(INCIDENT_STEP, step.SerializeToString(), device=closed.device, mark=closed.mark)

    def closed_for_ms(self, key: str) -> int | None:
        """How long ago an incident was closed, None for one that is open or long gone."""
        closed = self._closed_here.get(self._presses.get(key, key))
        return None if closed is None else self._recorder.clock.elapsed_ms() - closed.at_ms

    def note(self, key: str, note_code: str) -> None:
        """Puts a word on an incident's record, without a change of its state."""
        local = self.get(key)
        if local is not None:
            step = IncidentStep(round=local.incident.round, state=NEW, actor=self._self(), note_code=note_code)
            step.repeats = local.incident.repeats
            self.step(local, step, local.incident.mark)

    # ---- steps of people and rules

    def acknowledge(self, key: str, actor: Actor) -> AckOutcome:
        """Somebody on site takes an incident: all local channels stop in this tick."""
        local = self.get(key)
        if local is None:
            return AckOutcome("closed" if self._presses.get(key, key) in self._closed_here else "unknown")
        if local.incident.state >= ACKED:
            owners = local.incident.owners
            now_ms = self._recorder.clock.elapsed_ms()
            earlier_s = 0 if local.acked_at_ms is None else (now_ms - local.acked_at_ms) // 1000
            return AckOutcome("already", first_by=owners[0].id if owners else "", seconds_earlier=earlier_s)
        step = IncidentStep(round=local.incident.round, state=ACKED, actor=actor)
        return AckOutcome("acknowledged", self.step(local, step, local.incident.mark))

    def resolve(self, key: str, actor: Actor, cause: str, *, contacted: bool = False) -> PendingEvent | None:
        """Closes an incident on site. For a P1 the hub still asks for cause and contact."""
        local = self.get(key)
        if local is None:
            return None
        step = IncidentStep(
            round=local.incident.round,
            state=RESOLVED,
            actor=actor,
            cause=cause,
            contacted=contacted,
            closed_on_site=True,
        )
        return self.step(local, step, local.incident.mark)

    def step(self, local: LocalIncident, step: IncidentStep, mark: Mark.ValueType) -> PendingEvent:
        """Records a step of this box and folds it in."""
        step.incident.CopyFrom(local.incident.id)
        stamp = self._recorder.clock.stamp()
        payload = step.SerializeToString()  # before `ref` and `at`, which only the fold needs

        def row(ref: EventRef) -> SideStatement | None:
            step.ref.CopyFrom(ref)
            step.at.CopyFrom(stamp)
            self._fold(local, step)
            if not local.from_box or local.is_capped:
                return None
            return _put(local.incident) if is_open(local.incident) else _drop(local.incident)

        recorded, _ = self._recorder.record(
            INCIDENT_STEP, payload, device=local.incident.device, mark=mark, stamp=stamp, side=row
        )
        local.touched_ms = stamp.elapsed_ms
        self._settle(local)
        self._changed()
        return recorded

    def _fold(self, local: LocalIncident, step: IncidentStep) -> None:
        incident = local.incident
        if step.state == NEW:
            _drop_counts(incident)
        add_step(incident, step)

    def _settle(self, local: LocalIncident) -> None:
        """Follows the fold: notes the acknowledgement's time, drops what is closed."""
        if local.incident.state >= ACKED and local.acked_at_ms is None:
            local.acked_at_ms = self._recorder.clock.elapsed_ms()
        elif local.incident.state < ACKED:
            local.acked_at_ms = None
        if not is_open(local.incident):
            self._close(local)

    def _close(self, local: LocalIncident) -> None:
        self._open.pop(local.key, None)
        incident = local.incident
        now_ms = self._recorder.clock.elapsed_ms()
        closed = _Closed(incident.id, incident.round, incident.repeats, incident.mark, incident.device, now_ms)
        self._closed_here[local.key] = closed
        while len(self._closed_here) > LINK_MAX:
            del self._closed_here[next(iter(self._closed_here))]
        if incident.mark != TEST and not local.is_quiet:
            self._links.note(incident)

    def _trim(self) -> None:
        """Bounds memory. Unadopted devices that were not rung go first, ringing ones last; all is on record anyway."""
        while len(self._open) > KEEP_MAX:
            spare = min(self._open.values(), key=lambda one: (one.is_ringing, not one.is_capped, one.touched_ms))
            del self._open[spare.key]
            if spare.from_box and not spare.is_capped:
                self._recorder.later(_drop(spare.incident))

    # ---- the hub's side

    def merge(self, listed: control_pb2.OpenIncidents) -> None:
        """Folds in the hub's open incidents of this community; what the hub acknowledged stops ringing here."""
        now_ms = self._recorder.clock.elapsed_ms()
        keys = set()
        for theirs in listed.incidents:
            key = incident_key(theirs.id)
            if (counted_on := self._presses.get(key)) in self._open:
                key = counted_on
            keys.add(key)
            local = self._open.get(key)
            if local is None:
                if key not in self._closed_here and is_open(theirs):
                    self._adopt(key, theirs, now_ms)
                continue
            local.seen_at_hub, local.absent_since_ms = True, None
            if not local.from_box:
                local.incident.CopyFrom(theirs)
                self._settle(local)
                continue
            before = local.incident.state
            _take_over(local.incident, theirs)
            if (theirs.round, theirs.state) > (local.incident.round, local.incident.state):
                actor = theirs.owners[-1] if theirs.owners else Actor(role=Actor.HUB)
                add_step(local.incident, IncidentStep(round=theirs.round, state=theirs.state, actor=actor))
            if local.incident.state != before:
                self._receipt(local, "silenced" if local.incident.state >= ACKED > before else "followed")
        self._hub_keys = keys
        for key, local in list(self._open.items()):
            if key not in keys and not local.from_box:
                self._close(local)
        self.tick()
        self._changed()

    def _adopt(self, key: str, theirs: Incident, now_ms: int) -> None:
        """Takes an incident that only the hub has.

        One of our own alarms is ours to ring: a press that counted here on an incident which the hub had resolved is
        an incident of its own there, and a box on a new disk knows only from the hub what was left open.
        """
        incident = Incident()
        incident.CopyFrom(theirs)
        _drop_counts(incident)
        acked_ms = now_ms if incident.state >= ACKED else None
        ours = incident.box == self._box
        self._open[key] = LocalIncident(incident, now_ms, now_ms, acked_ms, seen_at_hub=True, from_box=ours)
        self._trim()

    def hub_restored(self) -> None:
        """The hub was restored from a backup: what it does not list it may not know, so that is no closing."""
        self._hub_keys = None
        for local in self._open.values():
            local.seen_at_hub, local.absent_since_ms, local.restored = False, None, False

    def _receipt(self, local: LocalIncident, state: str) -> None:
        """Records what the box did about a step of the hub, and keeps the fold over a restart."""
        receipt = Receipt(of=local.key, state=state)
        row = _put(local.incident) if is_open(local.incident) else _drop(local.incident)
        self._recorder.record(RECEIPT, receipt.SerializeToString(), mark=local.incident.mark, side=lambda _: row)
        self._settle(local)

    def tick(self) -> None:
        """Call it about once a second: an incident that the hub no longer lists was closed there."""
        if self._hub_keys is None:
            return
        now_ms = self._recorder.clock.elapsed_ms()
        closed = False
        for key, local in list(self._open.items()):
            if key in self._hub_keys or not local.from_box:
                continue
            if local.restored and not local.seen_at_hub and self._hub_had(local.incident.id):
                # A disk image that is older than the hub's word, or an alarm the hub takes just now and lists soon.
                local.seen_at_hub, local.absent_since_ms = True, now_ms + LISTED_MS
            if not local.seen_at_hub:
                continue
            if local.absent_since_ms is None:
                local.absent_since_ms = now_ms
            elif now_ms - local.absent_since_ms >= ABSENT_MS:
                add_step(
                    local.incident,
                    IncidentStep(round=local.incident.round, state=RESOLVED, actor=Actor(role=Actor.HUB)),
                )
                self._receipt(local, "closed")
                closed = True
        if closed:
            self._changed()

    def _self(self) -> Actor:
        return Actor(role=Actor.BOX, id=self._box)


def ringing(incidents: Iterable[LocalIncident]) -> list[LocalIncident]:
    """Returns those of this box that nobody has acknowledged."""
    return [local for local in incidents if local.from_box and local.is_ringing]


def _drop_counts(incident: Incident) -> None:
    """Steps that only count need not be carried along: the fold keeps the highest count, the reasons, the priority."""
    kept = [step for step in incident.steps if step.state != NEW]
    del incident.steps[:]
    incident.steps.extend(kept)


def _take_over(incident: Incident, theirs: Incident) -> None:
    """Folds the hub's view in. A stuck button makes thousands of counts; their sum is enough."""
    for step in theirs.steps:
        if step.state != NEW:
            add_step(incident, step)
    incident.repeats = max(incident.repeats, theirs.repeats)


def _put(incident: Incident) -> SideStatement:
    return SQL.put_open_incident, (incident.id.stream, incident.id.seq, incident.SerializeToString())


def _drop(incident: Incident) -> SideStatement:
    return SQL.delete_open_incident, (incident.id.stream, incident.id.seq)
