"""What operators and the hub's own rules do to incidents: each a step in the event store, or a refusal that says why.

Commands run one after another and look at the incident only when everything that is committed has been folded, so that
of two operators who press at the same moment exactly one is first. The steps are facts of the hub's own stream; a
rebuild gives the same incidents.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from anju_central.access.caller import Caller, Right
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.incidents import incident_of
from anju_central.projections.projection import IncidentRecord, ref_key
from anju_central.projections.projection_reads import ProjectionReads
from anju_central.projections.projector import Projector
from anju_central.store.event_store import EventStore, StoreUnavailable
from anju_central.store.hub_event import HubEvent, hub_stamp
from anju_protos import incidents
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM_RAISED,
    BOX_SILENT,
    INCIDENT_STEP,
    P1,
    P2,
    RESOLVED,
    Actor,
    Alarm,
    Event,
    EventRef,
    IncidentState,
    IncidentStep,
)

FOLD_WITHIN_S: Final = 5.0
SILENT_RULE: Final = "box_silent"
BACK_CAUSE: Final = "box_back"
HUB_ACTOR: Final = Actor(role=Actor.HUB, id="hub", place="hub")

Expected = tuple[int, int]  # (round, state)


@dataclass(frozen=True, slots=True)
class Closing:
    """What an operator says of the end. `contacted`: True = reached, False = not reached, None = nothing said."""

    cause: str = ""
    contacted: bool | None = None
    done: tuple[str, ...] = ()
    note_code: str = ""

    def missing_for_p1(self) -> tuple[str, ...]:
        """Returns what a P1 still needs: nobody has to claim a contact that was not made, but something was done."""
        missing = [] if self.cause else ["cause"]
        if self.contacted is None:
            missing.append("contacted")
        elif not self.contacted and not self.done:
            missing.append("done")
        return tuple(missing)

    def step(self, actor: str) -> IncidentStep:
        """Returns the step that records it."""
        contact = IncidentStep.CONTACT_UNSPECIFIED
        if self.contacted is not None:
            contact = IncidentStep.REACHED if self.contacted else IncidentStep.NOT_REACHED
        return IncidentStep(
            state=RESOLVED,
            actor=operator(actor),
            cause=self.cause,
            contacted=bool(self.contacted),
            contact=contact,
            done=self.done,
            note_code=self.note_code,
        )


class CommandRefused(Exception):
    """Base: nothing was changed."""


class IncidentUnknown(CommandRefused):
    """There is no incident of that id."""


@dataclass(eq=False)
class AlreadyAcknowledged(CommandRefused):
    """Somebody was first: `first` is the step that did it."""

    first: IncidentStep
    record: IncidentRecord


@dataclass(eq=False)
class IncidentChanged(CommandRefused):
    """The incident is no longer as the caller saw it."""

    record: IncidentRecord


@dataclass(eq=False)
class StepNotAllowed(CommandRefused):
    """From this state one cannot go there, or what the target needs is missing: `missing` names it."""

    record: IncidentRecord
    missing: tuple[str, ...] = ()


def operator(actor: str) -> Actor:
    """Returns the acting operator: `actor` is the account that is logged in, never a person's name."""
    return Actor(role=Actor.OPERATOR, id=actor, place="console")


class IncidentCommands:
    """See the module. Every method raises CommandRefused, NotAllowed or StoreUnavailable.

    Those of a caller return the incident afterwards.
    """

    def __init__(
        self,
        store: EventStore,
        projector: Projector,
        live_incidents: LiveIncidents,
        reads: ProjectionReads,
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._projector = projector
        self._live_incidents = live_incidents
        self._reads = reads
        self._now_ms = now_ms
        self._turn = asyncio.Lock()

    async def acknowledge(self, caller: Caller, incident: EventRef, expected: Expected | None) -> IncidentRecord:
        """The caller takes the incident. A second acknowledgement of one actor is the first one again.

        `expected` only tells a stale page from a lost race: that the alarm began to ring meanwhile is no reason to
        refuse. Raises AlreadyAcknowledged, IncidentChanged, IncidentUnknown.
        """
        async with self._turn:
            record = await self._current(caller, incident)
            found = record.incident
            if found.state >= ACKED:
                first = first_acknowledgement(record)
                if first is None:
                    raise IncidentChanged(record)
                if first.actor == operator(caller.account) and found.state == ACKED:
                    return record
                raise AlreadyAcknowledged(first, record)
            if expected is not None and expected[0] > found.round:
                raise IncidentChanged(record)
            return await self._append(record, IncidentStep(state=ACKED, actor=operator(caller.account)))

    async def step(self, caller: Caller, incident: EventRef, state: int, expected: Expected | None) -> IncidentRecord:
        """Moves the incident on; ACKED joins those who have it already.

        Raises StepNotAllowed, IncidentChanged, IncidentUnknown.
        """
        async with self._turn:
            record = await self._current(caller, incident)
            if state == ACKED and ACKED <= record.incident.state < RESOLVED:  # one more hand is welcome at any time
                if operator(caller.account) in record.incident.owners:
                    return record
                return await self._append(record, IncidentStep(state=ACKED, actor=operator(caller.account)))
            self._compare(record, expected)
            unsaid = incidents.needs_hub_close(record.incident)  # nobody has told the hub what it was
            if state >= RESOLVED and (state != IncidentState.REVIEWED or unsaid):
                raise StepNotAllowed(record, ("cause", "contacted"))
            if not incidents.may_step(record.incident.state, state):
                raise StepNotAllowed(record)
            target = IncidentState.ValueType(state)
            return await self._append(record, IncidentStep(state=target, actor=operator(caller.account)))

    async def resolve(
        self,
        caller: Caller,
        incident: EventRef,
        closing: Closing,
        expected: Expected | None,
    ) -> IncidentRecord:
        """Closes the incident. A P1 needs a cause, and whether the person was reached; if not, what was done.

        Raises StepNotAllowed, IncidentChanged, IncidentUnknown.
        """
        async with self._turn:
            record = await self._current(caller, incident)
            self._compare(record, expected)
            found = record.incident
            if not incidents.may_step(found.state, RESOLVED) and not incidents.needs_hub_close(found):
                raise StepNotAllowed(record)
            if found.priority == P1:
                missing = closing.missing_for_p1()
                if missing:
                    raise StepNotAllowed(record, missing)
            return await self._append(record, closing.step(caller.account))

    async def box_silent(self, box: str, community: str, since_ms: int) -> None:
        """Opens the P2 "community silent since" unless it is open. The silence began at `since_ms` (UTC)."""
        async with self._turn:
            await self._settled()
            if self._live_incidents.of_box(box, community, SILENT_RULE) is not None:
                return
            stamp = hub_stamp(self._now_ms())
            stamp.device_time_ms = since_ms
            alarm = Alarm(reasons=[BOX_SILENT], priority=P2, rule=SILENT_RULE)
            event = Event(
                kind=ALARM_RAISED, stamp=stamp, device=f"box:{box}", payload=alarm.SerializeToString()
            ).SerializeToString()
            await self._store.append(HubEvent(box, community, event))
            await self._settled()

    async def box_back(self, box: str, community: str) -> None:
        """Closes the box's silence, if one is open."""
        async with self._turn:
            await self._settled()
            record = self._live_incidents.of_box(box, community, SILENT_RULE)
            if record is not None:
                await self._append(record, IncidentStep(state=RESOLVED, actor=HUB_ACTOR, cause=BACK_CAUSE))

    async def _settled(self) -> None:
        """Waits until the live incidents are those of everything that is committed."""
        try:
            async with asyncio.timeout(FOLD_WITHIN_S):
                await self._projector.caught_up("incidents", "alarm", self._store.heads.alarm)
        except TimeoutError as error:
            raise StoreUnavailable("incidents are being folded anew; try again in a moment") from error

    async def _current(self, caller: Caller, incident: EventRef) -> IncidentRecord:
        """Returns the incident that the caller acts on; one of another community is not told from none."""
        caller.require(Right.HANDLE_INCIDENTS)
        await self._settled()
        key = ref_key(incident)
        record = self._live_incidents.get(key)
        if record is None:  # closed long ago: forgotten in memory, not in the projection
            record = await asyncio.to_thread(self._reads.ask, "incidents", lambda db: incident_of(db, key))
        if record is None or not caller.may_see(record.incident.community):
            raise IncidentUnknown
        return record

    def _compare(self, record: IncidentRecord, expected: Expected | None) -> None:
        if expected is not None and expected != (record.incident.round, record.incident.state):
            raise IncidentChanged(record)

    async def _append(self, record: IncidentRecord, step: IncidentStep) -> IncidentRecord:
        incident = record.incident
        step.incident.CopyFrom(incident.id)
        step.round = incident.round
        event = Event(
            kind=INCIDENT_STEP, stamp=hub_stamp(self._now_ms()), mark=incident.mark, payload=step.SerializeToString()
        )
        await self._store.append(HubEvent(incident.box, incident.community, event.SerializeToString()))
        await self._settled()
        return self._live_incidents.get(ref_key(incident.id)) or record


def first_acknowledgement(record: IncidentRecord) -> IncidentStep | None:
    """Returns the step by which somebody first took the incident in its present round."""
    incident = record.incident
    taken = [step for step in incident.steps if step.state >= ACKED and step.round == incident.round]
    return min(taken, key=lambda step: (step.state != ACKED, step.at.wall_ms), default=None)
