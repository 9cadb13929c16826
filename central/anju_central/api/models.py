"""The hub's HTTP answers and requests. Ids are text, times ISO-8601 UTC with milliseconds.

`*_about` says that a time is only bounded by its neighbours (the box did not know the time) and must be shown so.
Texts in two languages end in `_zh` and `_en`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["NEW", "RINGING", "ACKED", "RESPONDING", "ON_SITE", "RESOLVED", "REVIEWED"]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class ActorView(BaseModel):
    """Who did a step. `id` is a pseudonym; `place` is where it was done, for example console or kiosk:1."""

    role: str
    id: str
    place: str


class OwnerView(ActorView):
    """Who took the incident, and when."""

    at: str | None
    at_about: bool


class PlaceView(BaseModel):
    """Where the device was last heard; `age_s` is how old that was when the alarm was found."""

    zone: str
    zone_zh: str
    zone_en: str
    age_s: int


class StepView(BaseModel):
    """One step of an incident, in order of time."""

    state: str
    round: int
    actor: ActorView
    at: str | None
    at_about: bool
    cause: str
    note_code: str
    channel: str


class ClocksView(BaseModel):
    """Found (the press), alarmed (first ring, or arrival at the hub), answered (first taken), disposed (closed)."""

    found: str | None
    found_about: bool
    found_error_ms: int | None  # bound on the error of `found`, None when nothing bounds it
    alarmed: str | None
    alarmed_about: bool
    answered: str | None
    answered_about: bool
    disposed: str | None
    disposed_about: bool


class IncidentView(BaseModel):
    """An incident as its fold; `allowed` names what an operator may do now (see `views.VERBS`)."""

    id: str
    community: str
    community_zh: str
    community_en: str
    box: str
    priority: str
    reasons: list[str]
    device: str
    device_zh: str
    device_en: str
    resident: str
    resident_label: str
    place: PlaceView | None
    state: str
    round: int
    owners: list[OwnerView]
    repeats: int
    mark: str
    unknown_device: bool
    battery_pct: int | None
    closed_on_site: bool
    needs_close: bool
    cause: str
    contacted: bool
    clocks: ClocksView
    steps: list[StepView]
    allowed: list[str]
    linked_to: str | None
    rule: str
    bearers: int | None
    bearer_labels: list[str]


class StreamView(BaseModel):
    """A stream of a box: how far the hub has it, and what of it is known to be missing."""

    stream: str
    lane: str
    sealed: bool
    cursor: int
    skipped: int
    lost: int
    quarantined: int


class DeviceView(BaseModel):
    """A device as its box last said, or as the hub last heard of it. `heard` is null while the box is silent."""

    device: str
    label_zh: str
    label_en: str
    kind: str
    zone: str
    adopted: bool
    heard: bool | None
    heard_ago_s: int | None
    frames: int
    errors: int
    battery_pct: int | None
    trouble: str
    place: PlaceView | None


class BacklogView(BaseModel):
    """Events that the box holds and the hub has not."""

    alarm: int
    activity: int
    telemetry: int


class ClockView(BaseModel):
    """The box's clock as it last said; skew is its wall clock minus the hub's."""

    quality: str
    error_ms: int | None
    skew_ms: int | None


class BoxView(BaseModel):
    """One box."""

    box: str
    community: str
    name_zh: str
    name_en: str
    contact: Literal["online", "silent", "never"]
    last_contact_at: str | None
    silent_since: str | None
    bearers: int
    backlog: BacklogView
    clock: ClockView
    recording: bool
    fault: str | None
    troubles: list[str]
    roster_revision: int | None
    software: str
    rtt_ms: int | None
    streams: list[StreamView]
    devices: list[DeviceView]
    notes: list[str]


class CheckInView(BaseModel):
    """One check-in."""

    at: str
    at_about: bool
    day: str
    community: str
    resident_label: str
    activity: str
    activity_zh: str
    activity_en: str
    kiosk: str
    annulled: bool
    method: str
    mark: str


class CheckInsOfCommunity(BaseModel):
    """A community's check-ins of one day; `count` leaves out annulled ones, tests and drills."""

    community: str
    name_zh: str
    name_en: str
    count: int
    rows: list[CheckInView]


class CheckInsView(BaseModel):
    """Check-ins of one local calendar day. With `today` each community's own calendar decides."""

    day: str
    communities: list[CheckInsOfCommunity]


class Expected(BaseModel):
    """How the caller last saw the incident."""

    model_config = ConfigDict(extra="forbid")
    round: Annotated[int, Field(ge=0)]
    state: State


class AcknowledgeRequest(BaseModel):
    """`actor` names the operator. Operators have no identities yet: the hub believes what the page says."""

    model_config = ConfigDict(extra="forbid")
    actor: Word
    expected: Expected | None = None


class StepRequest(AcknowledgeRequest):
    """`state` is where the incident goes. ACKED on an incident that somebody has already joins as assist."""

    state: Literal["ACKED", "RESPONDING", "ON_SITE", "REVIEWED"]


class ResolveRequest(AcknowledgeRequest):
    """A P1 needs `cause` and `contacted`."""

    cause: Annotated[str, Field(max_length=64)] = ""
    contacted: bool = False
    note_code: Annotated[str, Field(max_length=64)] = ""


class FirstView(BaseModel):
    """Who was first, and by how much."""

    actor: ActorView
    at: str | None
    seconds_earlier: float


class Conflict(BaseModel):
    """Somebody was first (`already_acknowledged`, with `first`), or the incident is no longer so (`changed`)."""

    error: Literal["already_acknowledged", "changed"]
    first: FirstView | None = None
    incident: IncidentView


class Refusal(BaseModel):
    """Why nothing was done; `missing` names what a P1 still needs."""

    error: str
    message: str
    missing: list[str] = []
    incident: IncidentView | None = None


class HealthView(BaseModel):
    """Whether the hub works: it stores, and its projections follow."""

    ok: bool
    version: str
    store_fault: str | None
    lag: dict[str, dict[Literal["alarm", "activity", "telemetry"], int]]
