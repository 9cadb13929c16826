"""From records to what a screen shows: labels from the roster, times corrected by the box's anchors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from anju_central.api.models import (
    ActorView,
    CheckInView,
    ClocksView,
    FirstView,
    IncidentView,
    OwnerView,
    PlaceView,
    StepView,
    Verb,
)
from anju_central.live.box_times import BoxTimes
from anju_central.live.open_incidents import needs_people
from anju_central.projections.projection import CheckInRecord, IncidentRecord
from anju_central.registry.labels import CommunityLabels, Labels
from anju_protos import incidents
from anju_protos.incident_texts import say
from anju_protos.stamps import UNBOUNDED_MS, TrueTime
from anju_protos.v1.event_pb2 import (
    ACKED,
    BOX_SILENT,
    NEW,
    ON_SITE,
    RESOLVED,
    RESPONDING,
    REVIEWED,
    RINGING,
    Actor,
    CheckIn,
    IncidentState,
    IncidentStep,
    LastPlace,
    Mark,
    Priority,
    Reason,
)

VERBS: Final[dict[int, Verb]] = {
    ACKED: "acknowledge",
    RESPONDING: "respond",
    ON_SITE: "on_site",
    RESOLVED: "resolve",
    REVIEWED: "review",
}


DAY_SLACK_MS: Final = 60_000  # a tap at midnight stays on the day that its box said


def iso(at_ms: int | None) -> str | None:
    """Returns UTC milliseconds as ISO-8601 with a Z, None for None and for what no calendar holds."""
    if at_ms is None:
        return None
    try:
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local_day(at_ms: int, zone: tzinfo) -> str:
    """The calendar day of a moment, empty for what no calendar holds."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _name(kind: object, value: int) -> str:
    """The name of an enum's value; a value from a newer version shows its number."""
    try:
        return str(kind.Name(value))  # type: ignore[attr-defined]  # protobuf's enum wrappers share no public base
    except ValueError:
        return str(value)


def actor_view(actor: Actor) -> ActorView:
    """Returns an actor as shown."""
    return ActorView(role=_name(Actor.Role, actor.role), id=actor.id, place=actor.place)


def place_view(place: LastPlace, labels: CommunityLabels) -> PlaceView:
    """Returns a last place as shown."""
    named = labels.zone(place.zone)
    return PlaceView(zone=place.zone, zone_zh=named.zh, zone_en=named.en, age_s=place.age_ms // 1000)


class Views:
    """Builds what is shown, from labels and corrected times."""

    def __init__(self, labels: Labels, times: BoxTimes) -> None:
        self._labels, self._times = labels, times

    def incident(self, record: IncidentRecord) -> IncidentView:
        """Returns an incident as shown."""
        found = record.incident
        labels = self._labels.of(found.community)
        device, resident = labels.device(found.device), self.wearer(record)
        steps = sorted(((self._step_time(record, step), step) for step in found.steps), key=lambda pair: pair[0].ms)
        silent = BOX_SILENT in found.reasons
        unclosed = incidents.needs_hub_close(found)  # closed on site: for an operator it is not over
        said = say("operator", ON_SITE if unclosed else found.state, found.priority)
        bearers = sorted(set(labels.bearers.values())) if silent else []
        box_named = labels.name if found.device.startswith("box:") or not found.device else device
        return IncidentView(
            id=incidents.incident_key(found.id),
            community=found.community,
            community_zh=labels.name.zh,
            community_en=labels.name.en,
            box=found.box,
            priority=_name(Priority, found.priority),
            reasons=[_name(Reason, reason) for reason in found.reasons],
            device=found.device,
            device_zh=box_named.zh,
            device_en=box_named.en,
            resident=resident,
            resident_label=labels.resident(resident),
            place=place_view(found.last_place, labels) if found.HasField("last_place") else None,
            state=_name(IncidentState, found.state),
            state_zh=said.headline.zh,
            state_en=said.headline.en,
            next_zh=said.next.zh,
            next_en=said.next.en,
            round=found.round,
            owners=_owners(found.owners, steps),
            repeats=found.repeats,
            presses=incidents.presses(found),
            mark=_name(Mark, found.mark),
            unknown_device=found.unknown_device,
            strangers=list(found.strangers),
            strangers_all=len(found.strangers) < incidents.STRANGERS_MAX,
            counter_went_back=found.counter_went_back,
            battery_pct=found.battery_pct if found.HasField("battery_pct") else None,
            closed_on_site=found.closed_on_site,
            needs_close=unclosed,
            cause=found.cause,
            contacted=found.contacted,
            contact=_name(IncidentStep.Contact, found.contact),
            done=list(found.done),
            clocks=self._clocks(record, steps),
            steps=[_step_view(step, at) for at, step in steps],
            allowed=_allowed(record),
            linked_to=incidents.incident_key(found.linked_to) if found.HasField("linked_to") else None,
            rule=record.rule,
            bearers=len(bearers) if silent else None,
            bearer_labels=[labels.resident(bearer) or bearer for bearer in bearers],
        )

    def wearer(self, record: IncidentRecord) -> str:
        """Returns the id of whoever wore the device when its alarm was raised, '' for nobody."""
        found = record.incident
        at = self._times.correct(found.box, found.found, record.received_ms)
        return self._labels.of(found.community).wearer(found.device, at.ms, at.error_ms, found.resident)

    def matches(self, record: IncidentRecord, words: Sequence[str]) -> bool:
        """True when all `words`, in lower case, stand in what a card says: labels, codes, who answered."""
        found = record.incident
        labels = self._labels.of(found.community)
        device, zone = labels.device(found.device), labels.zone(found.last_place.zone)
        resident = self.wearer(record)
        shown = [
            labels.name.zh,
            labels.name.en,
            labels.resident(resident),
            device.zh,
            device.en,
            zone.zh,
            zone.en,
            found.device,
            *found.strangers,
            found.cause,
            _name(Priority, found.priority),
            *(_name(Reason, reason) for reason in found.reasons),
            *(owner.id for owner in found.owners),
        ]
        text = " ".join(shown).lower()
        return all(word in text for word in words)

    def first(self, step: IncidentStep, record: IncidentRecord, now_ms: int) -> FirstView:
        """Returns who was first, and how many seconds before `now_ms`."""
        at = self._step_time(record, step)
        earlier_s = max(now_ms - at.ms, 0) / 1000
        return FirstView(actor=actor_view(step.actor), at=iso(at.ms), seconds_earlier=round(earlier_s, 1))

    def day_of(self, record: CheckInRecord) -> str:
        """Returns a check-in's local calendar day: as the box said, unless its boot's clock says another for sure.

        What staff enter may be of another day than the moment of entering it.
        """
        at = self._times.correct(record.box, record.at, record.received_ms)
        is_measured = self._times.anchor(record.box, record.at.boot) is not None
        zone = self._labels.of(record.community).time_zone
        slack_ms = at.error_ms + DAY_SLACK_MS
        days = [_local_day(at.ms + move_ms, zone) for move_ms in (0, -slack_ms, slack_ms)]
        if record.day and (not is_measured or record.method == CheckIn.STAFF or record.day in days or not days[0]):
            return record.day
        return days[0]

    def check_in(self, record: CheckInRecord) -> CheckInView:
        """Returns a check-in as shown; without a label it was a card that the roster does not know."""
        labels = self._labels.of(record.community)
        at = self._times.correct(record.box, record.at, record.received_ms)
        activity = labels.activity(record.activity)
        kiosk = labels.device(record.kiosk)
        return CheckInView(
            at=iso(at.ms) or "",
            at_about=at.about,
            day=self.day_of(record),
            community=record.community,
            resident_label=labels.resident(record.resident),
            activity=record.activity,
            activity_zh=activity.zh,
            activity_en=activity.en,
            kiosk=record.kiosk,
            kiosk_zh=kiosk.zh,
            kiosk_en=kiosk.en,
            annulled=record.annulled,
            method=_name(CheckIn.Method, record.method),
            mark=_name(Mark, record.mark),
        )

    def _step_time(self, record: IncidentRecord, step: IncidentStep) -> TrueTime:
        return self._times.correct(record.incident.box, step.at, record.changed_ms)

    def _clocks(self, record: IncidentRecord, steps: list[tuple[TrueTime, IncidentStep]]) -> ClocksView:
        found = record.incident
        stamp = found.found
        if BOX_SILENT in found.reasons and stamp.HasField("device_time_ms"):
            pressed = TrueTime(stamp.device_time_ms, 0, about=False)  # since when nobody heard the box
        else:
            pressed = self._times.correct(found.box, stamp, record.received_ms)
        arrived = TrueTime(record.received_ms, 0, about=False)
        rang = [at for at, step in steps if step.state == RINGING]
        alarmed = min([*rang, arrived], key=lambda at: at.ms)
        answered = next((at for at, step in steps if step.state == ACKED), None)
        disposed = next((at for at, step in steps if step.state == RESOLVED), None) if found.state >= RESOLVED else None
        return ClocksView(
            found=iso(pressed.ms),
            found_about=pressed.about,
            found_error_ms=pressed.error_ms if pressed.error_ms < UNBOUNDED_MS else None,
            alarmed=iso(alarmed.ms),
            alarmed_about=alarmed.about,
            answered=iso(answered.ms) if answered else None,
            answered_about=answered is not None and answered.about,
            disposed=iso(disposed.ms) if disposed else None,
            disposed_about=disposed is not None and disposed.about,
        )


def _step_view(step: IncidentStep, at: TrueTime) -> StepView:
    return StepView(
        state=_name(IncidentState, step.state),
        round=step.round,
        actor=actor_view(step.actor),
        at=iso(at.ms),
        at_about=at.about,
        cause=step.cause,
        note_code=step.note_code,
        channel=step.channel,
    )


def _owners(owners: Iterable[Actor], steps: list[tuple[TrueTime, IncidentStep]]) -> list[OwnerView]:
    shown: list[OwnerView] = []
    for owner in owners:
        at = next((at for at, step in steps if step.state == ACKED and step.actor == owner), None)
        known = actor_view(owner)
        shown.append(
            OwnerView(
                role=known.role,
                id=known.id,
                place=known.place,
                at=iso(at.ms) if at else None,
                at_about=at is not None and at.about,
            )
        )
    return shown


def _allowed(record: IncidentRecord) -> list[Verb]:
    found = record.incident
    allowed = [verb for state, verb in VERBS.items() if incidents.may_step(found.state, state)]
    if found.state == RINGING:
        allowed.remove("respond")  # taken first, by name, and then on the way
    if found.state == NEW and "acknowledge" not in allowed:
        allowed.append("acknowledge")
    if needs_people(found) and "resolve" not in allowed:
        allowed = [verb for verb in allowed if verb != "review"]
        allowed.append("resolve")
    return allowed
