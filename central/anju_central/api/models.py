"""The hub's HTTP answers and requests. Ids are text, times ISO-8601 UTC with milliseconds.

`*_about` says that a time is only bounded by its neighbours (the box did not know the time) and must be shown so.
Texts in two languages end in `_zh` and `_en`. The console's types are made from these (`./dev contracts`): a field with
a closed set of values says so, and what a box of a later version may add is `Later`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from anju_central.api.numbers import InBody

Later = Annotated[str, Field(pattern=r"^-?[0-9]+$", max_length=11)]  # number of an enum's value that has no name yet
State = Literal["NEW", "RINGING", "ACKED", "RESPONDING", "ON_SITE", "RESOLVED", "REVIEWED"]
StepState = Literal["INCIDENT_STATE_UNSPECIFIED", State]
Priority = Literal["PRIORITY_UNSPECIFIED", "P1", "P2", "P3", "P4"]
Reason = Literal[
    "REASON_UNSPECIFIED",
    "SOS",
    "FALL",
    "REMOVED",
    "LOW_BATTERY",
    "GEOFENCE_OUT",
    "GEOFENCE_IN",
    "TAMPER",
    "SMOKE",
    "WATER",
    "PANIC",
    "GENERAL",
    "CALL_BUTTON",
    "HELP_BELL",
    "BOX_CANNOT_RECORD",
    "BOX_SILENT",
    "DEVICE_SILENT",
    "STAFF_ASKED",
    "POWER_CUT",
    "JOURNAL_SALVAGED",
    "BOX_ROLLED_BACK",
    "NOT_HEARD",
    "NOT_MOVING",
    "FORBIDDEN_ZONE",
    "OVERDUE",
    "QUIET_HOURS",
]
MarkName = Literal["REAL", "TEST", "DRILL"]
RoleName = Literal["ROLE_UNSPECIFIED", "DEVICE", "BOX", "HUB", "OPERATOR", "RESPONDER", "STAFF"]
MethodName = Literal["METHOD_UNSPECIFIED", "CARD", "BAND", "QR", "ID_CARD", "STAFF"]
LaneName = Literal["LANE_UNSPECIFIED", "ALARM", "ACTIVITY", "TELEMETRY"]
QualityName = Literal["UNSET", "HELD", "SYNCED", "UNKNOWN"]
Verb = Literal["acknowledge", "respond", "on_site", "resolve", "review"]
Missing = Literal["cause", "contacted", "done"]
ContactName = Literal["CONTACT_UNSPECIFIED", "REACHED", "NOT_REACHED"]
Done = Literal["phoned", "visited", "neighbour_looked", "family_informed", "ambulance_called", "police_called", "other"]
LogName = Literal["alarm", "activity", "telemetry"]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class Answer(BaseModel):
    """Something the hub sends, always with all its fields."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class ActorView(Answer):
    """Who did a step. `id` is a pseudonym; `place` is where it was done, for example console or kiosk:1."""

    role: RoleName | Later
    id: str
    place: str


class OwnerView(ActorView):
    """Who took the incident, and when."""

    at: str | None
    at_about: bool


class PlaceView(Answer):
    """Where the device was last heard; `age_s` is how old that was when the alarm was found."""

    zone: str
    zone_zh: str
    zone_en: str
    age_s: int


class StepView(Answer):
    """One step of an incident, in order of time."""

    state: StepState | Later
    round: int
    actor: ActorView
    at: str | None
    at_about: bool
    cause: str
    note_code: str
    channel: str


class ClocksView(Answer):
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


class IncidentView(Answer):
    """An incident as its fold; `allowed` names what an operator may do now (see `views.VERBS`).

    `state_*` and `next_*` say what the state means and what comes next, in the words of the one table
    (`anju_protos.incident_texts`). `presses` counts what somebody pressed; copies on the air are in `repeats` alone.
    `strangers`: keys of further devices nobody adopted whose presses count on it, the newest last; `strangers_all` is
    false where there may be more of them than are named.
    `counter_went_back`: a press had a number that was used before: a new battery, or a recording that was sent again.
    `contact` and `done`: whether the person was reached in the end, and what was done.

    `needs_close`: closed on site only, the hub still wants cause and contact. `linked_to` is the resolved incident that
    this one follows, `rule` the id of the rule that raised it, empty for an unknown one. `bearers` counts those whom
    nobody watches while a box is silent; null for any other incident.
    """

    id: str
    community: str
    community_zh: str
    community_en: str
    box: str
    priority: Priority | Later
    reasons: list[Reason | Later]
    device: str
    device_zh: str
    device_en: str
    resident: str
    resident_label: str
    place: PlaceView | None
    state: State | Later
    state_zh: str
    state_en: str
    next_zh: str
    next_en: str
    round: int
    owners: list[OwnerView]
    repeats: int
    presses: int
    mark: MarkName | Later
    unknown_device: bool
    strangers: list[str]
    strangers_all: bool
    counter_went_back: bool
    battery_pct: int | None
    closed_on_site: bool
    needs_close: bool
    cause: str
    contacted: bool
    contact: ContactName | Later
    done: list[str]
    clocks: ClocksView
    steps: list[StepView]
    allowed: list[Verb]
    linked_to: str | None
    rule: str
    bearers: int | None
    bearer_labels: list[str]


class ClosedView(Answer):
    """A page of closed incidents. `more`: ask again with it as `before`; null when there are no more."""

    incidents: list[IncidentView]
    more: int | None


class ClosedRequest(BaseModel):
    """Which closed incidents: those with all words of `text`, closed before `before`, the `more` of the page before."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=100)] = ""
    before: InBody | None = None


class StreamView(Answer):
    """A stream of a box: how far the hub has it, and what of it is known to be missing."""

    stream: str
    lane: LaneName | Later
    sealed: bool
    cursor: int
    skipped: int
    lost: int
    quarantined: int


class DeviceView(Answer):
    """A device as its box last said, or as the hub last heard of it. `heard` is null while the box is silent.

    `place_withheld`: whoever wears it consents to no positions; `place` is null then, whatever was kept before.
    """

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
    place_withheld: bool


class BacklogView(Answer):
    """Events that the box holds and the hub has not."""

    alarm: int
    activity: int
    telemetry: int


class ClockView(Answer):
    """The box's clock as it last said; skew is its wall clock minus the hub's."""

    quality: QualityName
    error_ms: int | None
    skew_ms: int | None


class VersionView(Answer):
    """Where a box holds two versions: `waiting` is installed, `taken_back` failed; both empty when there is none.

    `update`: how far the version is that the hub wants, or why it is not taken, in the box's words.
    """

    running: str
    on_trial: bool
    waiting: str
    taken_back: str
    update: str


class BoxView(Answer):
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
    causes: dict[str, str]
    roster_revision: int | None
    card: Literal["off", "waits", "on"] | None
    software: str
    version: VersionView | None
    rtt_ms: int | None
    streams: list[StreamView]
    devices: list[DeviceView]
    notes: list[str]


class CheckInView(Answer):
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
    kiosk_zh: str
    kiosk_en: str
    annulled: bool
    method: MethodName | Later
    mark: MarkName | Later


class CheckInsOfCommunity(Answer):
    """A community's check-ins of one day; `count` leaves out annulled ones, tests and drills."""

    community: str
    name_zh: str
    name_en: str
    count: int
    rows: list[CheckInView]


class CheckInsView(Answer):
    """Check-ins of one local calendar day. With `today` each community's own calendar decides."""

    day: str
    communities: list[CheckInsOfCommunity]


class Expected(BaseModel):
    """How the caller last saw the incident."""

    model_config = ConfigDict(extra="forbid")
    round: Annotated[int, Field(ge=0, le=2**32 - 1)]  # a uint32 of incidents
    state: State | Later


class AcknowledgeRequest(BaseModel):
    """Who acts is who is logged in. `actor` is of earlier pages: it counts for nothing."""

    model_config = ConfigDict(extra="forbid")
    actor: Word | None = None
    expected: Expected | None = None


class StepRequest(AcknowledgeRequest):
    """`state` is where the incident goes. ACKED on an incident that somebody has already joins as assist."""

    state: Literal["ACKED", "RESPONDING", "ON_SITE", "REVIEWED"]


class ResolveRequest(AcknowledgeRequest):
    """A P1 needs `cause` and `contacted`: whether the person was reached; null = not said.

    If nobody was, `done` says what was done about it. What people do is a closed set, so that it can be counted; free
    text belongs in notes.
    """

    cause: Annotated[str, Field(max_length=64)] = ""
    contacted: bool | None = None
    done: Annotated[list[Done], Field(max_length=8)] = []
    note_code: Annotated[str, Field(max_length=64)] = ""


class FirstView(Answer):
    """Who was first, and by how much."""

    actor: ActorView
    at: str | None
    seconds_earlier: float


class Conflict(Answer):
    """Somebody was first (`already_acknowledged`, with `first`), or the incident is no longer so (`changed`)."""

    error: Literal["already_acknowledged", "changed"]
    first: FirstView | None = None
    incident: IncidentView


class Refusal(Answer):
    """Why nothing was done; `missing` names what a P1 still needs. `invalid`: the request itself makes no sense.

    `host` and `origin`: see `guards`. `signed_out`: log in; `second_factor`: set one up first; `forbidden`: the role
    has no right to it; `too_many`: wait a moment.
    """

    error: Literal[
        "unknown",
        "not_allowed",
        "unavailable",
        "invalid",
        "host",
        "origin",
        "signed_out",
        "second_factor",
        "forbidden",
        "too_many",
    ]
    message: str
    missing: list[Missing] = []
    incident: IncidentView | None = None


class HealthView(Answer):
    """Whether the hub works: it stores, and its projections follow. `notices` say what a person has to look at."""

    ok: bool
    version: str
    store_fault: str | None
    notices: list[str]
    lag: dict[str, dict[LogName, int]]


class HelloView(Answer):
    """What a page learns when its stream begins. `time_zone` is the district's, an IANA name."""

    version: str
    now: str
    time_zone: str


class BeatView(Answer):
    """Nothing else was to say for a while; the hub is there."""

    now: str


class ReloadView(Answer):
    """Changes are missing: everything is to be loaded again."""


class HelloMessage(Answer):
    event: Literal["hello"]
    data: HelloView


class IncidentMessage(Answer):
    event: Literal["incident"]
    data: IncidentView


class BoxMessage(Answer):
    event: Literal["box"]
    data: BoxView


class CheckInMessage(Answer):
    event: Literal["check_in"]
    data: CheckInView


class ReloadMessage(Answer):
    event: Literal["reload"]
    data: ReloadView


class BeatMessage(Answer):
    event: Literal["beat"]
    data: BeatView


class StreamMessage(RootModel[object]):
    """One event of /api/stream: the name of the event and what its data holds."""

    root: Annotated[
        HelloMessage | IncidentMessage | BoxMessage | CheckInMessage | ReloadMessage | BeatMessage,
        Field(discriminator="event"),
    ]
