"""What the box raises about itself: it cannot record, its journal was salvaged. And who closes it again.

Nobody else would: no person at a kiosk and no operator mends the box's disk by pressing a button.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from anju_edge.incidents.local_incident import Opened
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.journal.journal import Journal, SalvageReport
from anju_protos.rules.decide import BoxFault, JournalSalvaged, RuleEvent
from anju_protos.v1.event_pb2 import REAL, TEST, Actor, Mark, Reason

HUB_WAIT_S: Final = 60.0  # how long a self test waits for the hub before its incident is closed all the same


class RaiseAlarm(Protocol):
    """How an alarm without a reading is raised; `intake.BoxIntake.alarm`."""

    def __call__(self, device: str, event: RuleEvent, mark: Mark.ValueType) -> Opened: ...


class OwnIncidents:
    """The box's own. `changed()` is called when the box's state is another than a moment ago."""

    def __init__(
        self,
        box: str,
        journal: Journal,
        incidents: OpenIncidents,
        raise_alarm: RaiseAlarm,
        now_ms: Callable[[], int],
        changed: Callable[[], None],
    ) -> None:
        self._box = box
        self._journal = journal
        self._incidents = incidents
        self._raise_alarm = raise_alarm
        self._now_ms = now_ms
        self._changed = changed
        self._fault = ""  # key of the incident that stands for the present fault

    def follow_journal(self) -> None:
        """Takes what the journal found at its start, and what it will find."""
        self._journal.on_fault = self._faulted
        self._journal.on_salvage = self._salvaged
        if self._journal.fault is not None:
            self._faulted(self._journal.fault)
        if self._journal.salvaged is not None:
            self._salvaged(self._journal.salvaged)

    def tick(self) -> None:
        """Call it about once a second: closes what an earlier run said about itself and what is over now."""
        now_ms = self._now_ms()
        for local in self._incidents.open():
            incident = local.incident
            if incident.device or not local.from_box:
                continue
            if set(incident.reasons) == {Reason.BOX_CANNOT_RECORD}:
                if self._journal.fault is None and local.key != self._fault:
                    self._resolve(local.key, "recording_again")
            elif incident.mark == TEST and now_ms - local.touched_ms > 2 * HUB_WAIT_S * 1000:
                self._resolve(local.key, "self_test")

    def _faulted(self, fault: str | None) -> None:
        """One P2 "box cannot record" while the fault lasts; it is closed when the disk is back."""
        if fault is not None and not self._fault:
            self._fault = self._raise_alarm("", BoxFault(), REAL).key
        elif fault is None and self._fault:
            self._resolve(self._fault, "recording_again")
            self._fault = ""
        self._changed()

    def _salvaged(self, report: SalvageReport) -> None:
        """A P4 that says what was kept, for whoever looks after the disk."""
        opened = self._raise_alarm("", JournalSalvaged(), REAL)
        self._incidents.note(opened.key, report.words())
        self._changed()

    def _resolve(self, key: str, why: str) -> None:
        self._incidents.resolve(key, Actor(role=Actor.BOX, id=self._box), why)
