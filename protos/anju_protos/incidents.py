"""The incident fold: what an incident is after its steps, computed alike on box and hub.

An incident's id is the identity of its opening event. Its steps are facts in any order and possibly twice; the fold
is the same for any order: the state is the highest (round, rank), owners stay listed in the order of their
acknowledgement, reasons and repeats only grow, and the highest priority (P1 first) wins.
"""

from __future__ import annotations

from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM_RAISED,
    NEW,
    RESOLVED,
    Actor,
    Alarm,
    Event,
    EventRef,
    IncidentState,
    IncidentStep,
    Priority,
)

OPEN_BELOW = RESOLVED
STRANGERS_MAX = 20  # named on the incident that they share; the events name every one


def open_incident(community: str, box: str, ref: EventRef, event: Event) -> Incident:
    """Returns the NEW incident that an alarm event opens. `ref` is the event's first identity (its origin, if any)."""
    if event.kind != ALARM_RAISED:
        raise ValueError(f"only an alarm opens an incident, this is kind {event.kind}")
    alarm = Alarm.FromString(event.payload)
    incident = Incident(
        id=ref,
        community=community,
        box=box,
        priority=alarm.priority,
        reasons=sorted(set(alarm.reasons)),
        device=event.device,
        resident=alarm.resident,
        state=NEW,
        mark=event.mark,
        found=event.stamp,
        unknown_device=alarm.unknown_device,
        repeats=alarm.repeats,
        counter_went_back=alarm.counter_went_back,
    )
    if alarm.HasField("last_place"):
        incident.last_place.CopyFrom(alarm.last_place)
    if alarm.HasField("battery_pct"):
        incident.battery_pct = alarm.battery_pct
    if alarm.HasField("anchor"):
        incident.anchor.CopyFrom(alarm.anchor)
    return incident


def is_open(incident: Incident) -> bool:
    """True until somebody resolved it. A box's "closed on site" leaves a P1 open at the hub: see `needs_hub_close`."""
    return incident.state < OPEN_BELOW


def needs_hub_close(incident: Incident) -> bool:
    """True for a P1 that was closed on site only: the hub still asks for cause and contact."""
    return incident.state == RESOLVED and incident.closed_on_site and incident.priority == Priority.P1


def rank(step: IncidentStep) -> tuple[int, int]:
    """Returns what the fold compares: (round, state)."""
    return step.round, step.state


def add_step(incident: Incident, step: IncidentStep) -> bool:
    """Folds one step in, in place. Returns False for a step that is already there (same `ref`, or equal)."""
    known = any(step.ref == other.ref if step.HasField("ref") else step == other for other in incident.steps)
    if known:
        return False
    incident.steps.append(step)
    _refold(incident)
    return True


def _order(step: IncidentStep) -> tuple[int, bytes, int]:
    return step.at.wall_ms, step.ref.stream, step.ref.seq


def _refold(incident: Incident) -> None:
    steps = sorted(incident.steps, key=_order)
    top = max(((0, int(NEW)), *(rank(step) for step in steps)))
    incident.round, incident.state = top[0], IncidentState.ValueType(top[1])
    owners: list[Actor] = []
    reasons = set(incident.reasons)
    for step in steps:
        if step.state == ACKED and step.actor not in owners:
            owners.append(step.actor)
        reasons.update(step.reasons)
        incident.repeats = max(incident.repeats, step.repeats)
        incident.copies = max(incident.copies, step.copies)
        if step.priority and (not incident.priority or step.priority < incident.priority):
            incident.priority = step.priority
    del incident.owners[:]
    incident.owners.extend(owners)
    del incident.reasons[:]
    incident.reasons.extend(sorted(reasons))
    closing = [step for step in steps if step.state >= RESOLVED and step.round == incident.round]
    by_hub = [step for step in closing if not step.closed_on_site]
    incident.closed_on_site = bool(closing) and not by_hub
    for step in by_hub or closing:
        incident.cause = step.cause or incident.cause
        incident.contacted = incident.contacted or step.contacted
    _fold_endings(incident, closing)


def _fold_endings(incident: Incident, closing: list[IncidentStep]) -> None:
    """Who was reached was reached, whatever somebody else says; what was done adds up, on site and at the hub."""
    del incident.done[:]
    incident.contact = IncidentStep.CONTACT_UNSPECIFIED
    for step in closing:
        if step.contacted or step.contact == IncidentStep.REACHED:
            incident.contact = IncidentStep.REACHED
        elif step.contact and incident.contact != IncidentStep.REACHED:
            incident.contact = step.contact
        incident.done.extend(code for code in step.done if code not in incident.done)


def presses(incident: Incident) -> int:
    """Returns how often somebody pressed: copies of one press on the air are none."""
    return 1 + max(0, incident.repeats - incident.copies)


def add_stranger(incident: Incident, device: str) -> None:
    """Names a device nobody adopted whose press counts on an incident; of very many the newest stay named."""
    if device == incident.device or device in incident.strangers:
        return
    incident.strangers.append(device)
    if len(incident.strangers) > STRANGERS_MAX:
        del incident.strangers[0]


def drop_counts(incident: Incident) -> None:
    """Drops all steps that only count: the fold has their highest count, their reasons and their priority."""
    kept = [step for step in incident.steps if step.state != NEW]
    del incident.steps[:]
    incident.steps.extend(kept)


def forget_counts(incident: Incident) -> None:
    """Drops the steps that only count presses, but for the highest: what they said is in the incident by now.

    A button that sticks presses once a second. Call it where each fact comes once: a step that was dropped is no longer
    known.
    """
    counts = [step for step in incident.steps if step.state == NEW]
    if len(counts) < 2:
        return
    newest = max(counts, key=lambda step: (step.round, step.repeats, step.ref.stream, step.ref.seq))
    kept = [step for step in incident.steps if step.state != NEW or step is newest]
    del incident.steps[:]
    incident.steps.extend(kept)


# From which states a person or rule may go where. A re-ring (round + 1) is allowed from every open state.
ALLOWED: dict[int, frozenset[int]] = {
    IncidentState.NEW: frozenset({IncidentState.RINGING, IncidentState.ACKED, IncidentState.RESOLVED}),
    IncidentState.RINGING: frozenset({IncidentState.ACKED, IncidentState.RESPONDING, IncidentState.RESOLVED}),
    IncidentState.ACKED: frozenset({IncidentState.RESPONDING, IncidentState.ON_SITE, IncidentState.RESOLVED}),
    IncidentState.RESPONDING: frozenset({IncidentState.ON_SITE, IncidentState.RESOLVED}),
    IncidentState.ON_SITE: frozenset({IncidentState.RESOLVED}),
    IncidentState.RESOLVED: frozenset({IncidentState.REVIEWED}),
    IncidentState.REVIEWED: frozenset(),
}


def may_step(state: int, target: int) -> bool:
    """True when a person may move an incident from `state` to `target`. Merging never asks: what happened, happened.

    A state of a later version allows what the one before it allows: nobody shall be stuck with it.
    """
    known = max((one for one in ALLOWED if one <= state), default=IncidentState.NEW)
    return target in ALLOWED[known]


def incident_key(ref: EventRef) -> str:
    """Returns the id as text, `<stream hex>-<seq>`, for URLs and logs."""
    return f"{ref.stream.hex()}-{ref.seq}"


def parse_incident_key(text: str) -> EventRef:
    """Returns the id for its text. Raises ValueError for anything else."""
    stream, dash, seq = text.partition("-")
    if not dash or len(stream) != 32 or not seq.isdecimal():
        raise ValueError(f"not an incident id: {text!r}")
    return EventRef(stream=bytes.fromhex(stream), seq=int(seq))
