"""One open incident as the box holds it: the fold, and what only this run of the box knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from anju_edge.journal.entries import PendingEvent
from anju_edge.journal.recorder import is_urgent
from anju_protos.incidents import incident_key
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, NEW, RINGING, Reason

# Nobody in the stairwell can mend these: they are for the hub's operators.
QUIET_REASONS = frozenset(
    {
        Reason.BOX_CANNOT_RECORD,
        Reason.BOX_SILENT,
        Reason.DEVICE_SILENT,
        Reason.JOURNAL_SALVAGED,
        Reason.BOX_ROLLED_BACK,
    }
)
Source = tuple[str, bool, int]  # where strangers are heard, whether urgent, mark
LONG_AGO_MS = 3_600_000  # the longest that a roster's `rering_after_s` may be: from here on a press rings again
STRANGERS_KNOWN = 1024  # devices remembered by the incident that they share; one that is forgotten may ring again


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
    adopted: bool = False  # known only from the hub
    is_two_at_hub: bool = False  # a press that counts here is an open incident of its own there
    source: Source | None = None  # strangers of it count here
    known_strangers: set[str] = field(default_factory=set)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = incident_key(self.incident.id)

    @property
    def is_quiet(self) -> bool:
        """About the box and its devices, not about a person: nothing sounds for it and no page shows it."""
        return set(self.incident.reasons) <= QUIET_REASONS

    @property
    def is_capped(self) -> bool:
        """Presses of unknown devices that were not rung."""
        return self.incident.unknown_device and self.incident.state == NEW

    @property
    def is_ringing(self) -> bool:
        """A capped press of an unknown device stays NEW and quiet; any other urgent alarm rings until somebody acts."""
        state = self.incident.state
        rings = state == RINGING or (state == NEW and not self.incident.unknown_device)
        return rings and is_urgent(self.incident.priority) and not self.is_quiet

    def meets(self, device: str) -> bool:
        """Notes a device whose press counts here. Returns True for one that is new here."""
        known = self.known_strangers
        if device == self.incident.device or device in known or device in self.incident.strangers:
            return False
        if len(known) < STRANGERS_KNOWN:
            known.add(device)
        return True


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


def answered_at_ms(incident: Incident, boot: int, now_ms: int) -> int | None:
    """Returns when an incident was answered that this run did not see answered, in running time; None = it was not.

    Steps of this boot tell. An operator's has no time of ours, but is no older than what rang in this boot. Else nobody
    knows: then it counts as long ago: a restart of the box is no answer, and one ring too many is the smaller harm.
    """
    if incident.state < ACKED:
        return None
    answers = [step.at for step in incident.steps if step.round == incident.round and step.state >= ACKED]
    if not answers or any(at.boot != boot for at in answers):
        rang = [incident.found, *(step.at for step in incident.steps if step.state == RINGING)]
        return min(now_ms, max((at.elapsed_ms for at in rang if at.boot == boot), default=now_ms - LONG_AGO_MS))
    return min(now_ms, *(at.elapsed_ms for at in answers))


def ringing(incidents: Iterable[LocalIncident]) -> list[LocalIncident]:
    """Returns those of this box that nobody has acknowledged."""
    return [local for local in incidents if local.from_box and local.is_ringing]
