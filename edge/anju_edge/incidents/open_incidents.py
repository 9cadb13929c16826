"""The box's incidents: opened by its alarms, folded from steps of box and hub, found again after a restart.

A step taken here is an event; a step taken at the hub comes down and is folded in (`hub_merge.py`), never journaled
again. What the box did about it (siren off) is a receipt. An alarm of a device whose incident is still open joins it;
after that one was resolved it opens a new one, linked to the old. Devices that nobody adopted share one incident for
each receiver: anyone in radio range can make such presses by the thousand, and each of them counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from google.protobuf.message import DecodeError

from anju_edge.incidents.closed_keys import KV_KEY
from anju_edge.incidents.held_incidents import HeldIncidents
from anju_edge.incidents.hub_merge import HubMerge
from anju_edge.incidents.local_incident import (
    QUIET_REASONS,
    AckOutcome,
    LocalIncident,
    Opened,
    answered_at_ms,
    ringing,
)
from anju_edge.incidents.rows import LIST_OPEN, drop, put
from anju_edge.journal.entries import PendingEvent, PersonalChange
from anju_edge.journal.recorder import Recorder, is_urgent
from anju_edge.journal.sql import KV
from anju_protos.incidents import add_step, add_stranger, drop_counts, incident_key, is_open, open_incident
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.control_pb2 import OpenIncidents as HubList
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM,
    ALARM_RAISED,
    INCIDENT_STEP,
    NEW,
    REAL,
    RESOLVED,
    RINGING,
    Actor,
    Alarm,
    Event,
    EventRef,
    IncidentStep,
    Kind,
    Mark,
    Reason,
    Stamp,
)

__all__ = ["QUIET_REASONS", "AckOutcome", "LocalIncident", "OpenIncidents", "Opened", "ringing"]

_log = logging.getLogger(__name__)


class OpenIncidents:
    """All open incidents of the box. `changed()` is called after each change, in the same tick.

    `channels` are those that this box has, as a ringing step names them: "siren kiosk lan" at the most.
    """

    def __init__(
        self, community: str, box: str, recorder: Recorder, changed: Callable[[], None], channels: str = ""
    ) -> None:
        self._community = community
        self._box = box
        self._recorder = recorder
        self._changed = changed
        self._channels = channels
        self._held = HeldIncidents()
        self.hub = HubMerge(box, self._held, recorder, changed)

    # ---- after a restart

    async def restore(self) -> int:
        """Takes the open incidents of an earlier run; unacknowledged ones ring again. Returns how many.

        It may come late, when the disk was away at the start: what this run knows already is newer than the row.
        """
        now_ms = self._recorder.clock.elapsed_ms()
        count = 0
        for (data,) in await self._recorder.journal.query_personal(LIST_OPEN):
            try:
                incident = Incident.FromString(data) if isinstance(data, bytes) else Incident()
            except DecodeError:
                incident = Incident()
            if not incident.id.stream:
                _log.error("a row of an open incident cannot be read; it is left out")
                continue
            key = incident_key(incident.id)
            if key in self._held or self._held.was_closed(key):
                continue
            acked_ms = answered_at_ms(incident, self._recorder.clock.boot, now_ms)
            at_hub = self.hub.had(incident.id)
            local = LocalIncident(incident, now_ms, now_ms, acked_ms, seen_at_hub=at_hub, restored=True)
            self._hold(local)
            count += 1
        for (kept,) in await self._recorder.journal.query(KV.get, (KV_KEY,)):
            if isinstance(kept, bytes):
                self._held.said_closed.load(kept)
        if count:
            self.hub.needs_whole = True
            self._changed()
        return count

    # ---- what the box sees

    def open(self) -> list[LocalIncident]:
        """Returns open incidents, gravest and oldest first."""
        return sorted(self._held, key=lambda local: (local.incident.priority, local.rang_at_ms))

    def get(self, key: str) -> LocalIncident | None:
        """Returns an open incident by its key or by the identity of a press that joined it."""
        return self._held.get(key)

    def joined_by(
        self,
        device: str,
        mark: int,
        *,
        urgent: bool,
        quiet: frozenset[int] = frozenset(),
        unknown: bool = False,
    ) -> LocalIncident | None:
        """Returns the device's open incident that a new press joins, if any.

        An urgent one never joins what is not: an SOS is not found on the day the battery ran low. Nor does a person's
        alarm join what is said about the device itself, or the other way round. `quiet` = the reasons of the latter,
        `unknown`: nobody adopted the device.
        """
        now_ms = self._recorder.clock.elapsed_ms()
        return self._held.joined_by(device, mark, now_ms, urgent=urgent, quiet=quiet, unknown=unknown)

    def is_emergency(self, device: str) -> bool:
        """Whether somebody may be on the way to a device: an urgent incident of it is open that is real."""
        return any(
            is_urgent(one.incident.priority) and one.incident.mark == REAL and not one.is_quiet
            for one in self._held.of_device(device)
        )

    def silences(self) -> list[LocalIncident]:
        """Returns the open incidents of this box about devices that are not heard."""
        silent = {int(Reason.DEVICE_SILENT)}
        return [local for local in self._held if local.from_box and set(local.incident.reasons) == silent]

    def of_device(self, device: str) -> list[LocalIncident]:
        """Returns the open incidents of this box about a device, in the order of their opening."""
        return self._held.of_device(device)

    def restored(self) -> list[LocalIncident]:
        """Returns the open incidents that an earlier run of this box left behind."""
        return [local for local in self._held if local.restored and local.from_box]

    def silence_of(self, device: str) -> LocalIncident | None:
        """Returns the open incident about a device that is not heard."""
        silent = {int(Reason.DEVICE_SILENT)}
        return next((one for one in self._held.of_device(device) if set(one.incident.reasons) == silent), None)

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
        joins = self.joined_by(device, mark, urgent=urgent, quiet=quiet, unknown=alarm.unknown_device)
        if joins is None and alarm.unknown_device:
            joins = self._held.shared_by(device, alarm, mark, stamp.elapsed_ms)
        if joins is not None:
            return self._join(joins, device, alarm, mark, stamp, rering_after_ms, silent=silent)
        incident = self._new_incident(self._recorder.next_ref(ALARM), device, alarm, mark, stamp)
        recorded = self._record(ALARM_RAISED, alarm.SerializeToString(), device, mark, stamp, put(incident))
        local = LocalIncident(incident, stamp.elapsed_ms, stamp.elapsed_ms)
        self._hold(local)
        if urgent and not silent and not quiet:
            self.step(local, IncidentStep(state=RINGING, channel=self._channels, actor=self._self()), mark)
        else:
            self._changed()
        return Opened(local.key, recorded)

    def _new_incident(self, ref: EventRef, device: str, alarm: Alarm, mark: Mark.ValueType, stamp: Stamp) -> Incident:
        event = Event(kind=ALARM_RAISED, stamp=stamp, device=device, payload=alarm.SerializeToString(), mark=mark)
        incident = open_incident(self._community, self._box, ref, event)
        linked = self._held.link_of(device)
        if linked is not None:
            incident.linked_to.CopyFrom(linked)
        return incident

    def _hold(self, local: LocalIncident) -> None:
        for gone in self._held.add(local):
            self._recorder.later(drop(gone.incident))

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
        incident = local.incident
        alarm.joins.CopyFrom(incident.id)
        press = self._recorder.next_ref(ALARM)
        recorded = self._record(ALARM_RAISED, alarm.SerializeToString(), device, mark, stamp, None)
        self._held.note_press(press, local)
        is_new_device = local.meets(device)
        if is_new_device:
            add_stranger(incident, device)
        worse = alarm.priority < incident.priority or not set(alarm.reasons) <= set(incident.reasons)
        acked_for_ms = 0 if local.acked_at_ms is None else stamp.elapsed_ms - local.acked_at_ms
        rings_again = (
            not silent
            and is_urgent(min(alarm.priority, incident.priority))
            and incident.state >= ACKED
            and (worse or is_new_device or acked_for_ms >= rering_after_ms)
        )
        if rings_again or (incident.state == NEW and is_urgent(alarm.priority) and not silent):
            step = IncidentStep(round=incident.round + int(rings_again), state=RINGING, channel=self._channels)
            local.rang_at_ms = stamp.elapsed_ms
            local.acked_at_ms = None
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
            step.copies = incident.copies + repeats
            self.step(local, step, incident.mark)
            return
        late = self._held.count_late(key, repeats)
        if late is None:
            _log.warning("%d copies of a press count on incident %s, which is no longer known here", repeats, key)
            return
        step = IncidentStep(round=late.round, state=NEW, actor=self._self(), repeats=late.repeats)
        step.copies = late.copies
        step.incident.CopyFrom(late.ref)
        self._recorder.record(INCIDENT_STEP, step.SerializeToString(), device=late.device, mark=late.mark)

    def closed_for_ms(self, key: str) -> int | None:
        """How long ago an incident was closed, None for one that is open or long gone."""
        closed = self._held.closed(key)
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
            return AckOutcome("closed" if self._held.closed(key) is not None else "unknown")
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
        incident = local.incident
        step.incident.CopyFrom(incident.id)
        stamp = self._recorder.clock.stamp()
        payload = step.SerializeToString()
        step.ref.CopyFrom(self._recorder.next_ref(ALARM))  # it and `at` are for the fold: an event says both itself
        step.at.CopyFrom(stamp)
        if step.state == NEW:
            drop_counts(incident)
        add_step(incident, step)
        row = None
        if local.from_box:
            row = put(incident) if is_open(incident) else drop(incident)
        recorded = self._record(INCIDENT_STEP, payload, incident.device, mark, stamp, row)
        local.touched_ms = stamp.elapsed_ms
        self._held.settle(local, stamp.elapsed_ms)
        self._changed()
        return recorded

    def _record(
        self,
        kind: Kind.ValueType,
        payload: bytes,
        device: str,
        mark: Mark.ValueType,
        stamp: Stamp,
        row: PersonalChange | None,
    ) -> PendingEvent:
        side = None if row is None else lambda _: row
        recorded, _ = self._recorder.record(kind, payload, device=device, mark=mark, stamp=stamp, side=side)
        return recorded

    # ---- the hub's side; see `hub_merge.py`

    def merge(self, listed: HubList) -> None:
        """Folds in the hub's whole list at once; the control channel does it in slices."""
        for _ in self.hub.fold_list(listed):
            pass

    def tick(self) -> None:
        """Call it about once a second: an incident that the hub no longer lists was closed there."""
        self.hub.tick()
        statement = self._held.said_closed.unsaved()
        if statement is not None:
            self._recorder.later(statement)

    def _self(self) -> Actor:
        return Actor(role=Actor.BOX, id=self._box)
