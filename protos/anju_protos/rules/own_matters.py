"""What is about the box and its devices, and no person: kinds `device_silent` and, without parameters, the box's own.

`device_silent`: a receiver, camera or band that is not heard. Of a receiver it says that nobody hears its bands: these
are *unknown* from then on, not departed, and are not blamed for it. `box_cannot_record`: the disk is away, alarms go
on. No siren mends any of these, so none rings. All of them go by running time: a bad clock changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from anju_protos.rules.actions import Action, Raise
from anju_protos.v1.event_pb2 import P2, P4, Priority, Reason


class SilenceRules(Protocol):
    """The threshold that is asked for here; `rule_set.RuleSet` has it."""

    @property
    def silent_priority(self) -> Priority.ValueType: ...


@dataclass(frozen=True, slots=True)
class DeviceSilence:
    """A device that the `device_silent` rule names is not heard. For operators and technicians: no siren mends it."""

    device: str
    watches: bool  # people's bands are heard through it, or it is one


@dataclass(frozen=True, slots=True)
class JournalSalvaged:
    """The journal was damaged, what could be read was kept. A technician should look at the disk."""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A new version of the box failed and was taken back. It is for whoever sends out versions."""


@dataclass(frozen=True, slots=True)
class BoxFault:
    """The box cannot record. It is for the hub's operators: a siren in the stairwell would help nobody."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The hourly synthetic alarm: the whole way, without waking anybody."""


OwnMatter: TypeAlias = DeviceSilence | JournalSalvaged | RolledBack | BoxFault | SelfTest


def decide_own(rules: SilenceRules, matter: OwnMatter) -> tuple[Action, ...]:
    """Returns the alarm; none of them rings."""
    match matter:
        case DeviceSilence():
            priority = rules.silent_priority if matter.watches else P4
            return (Raise(priority, (int(Reason.DEVICE_SILENT),), "device_silent"),)
        case BoxFault():
            return (Raise(P2, (int(Reason.BOX_CANNOT_RECORD),), "box_cannot_record"),)
        case JournalSalvaged():
            return (Raise(P4, (int(Reason.JOURNAL_SALVAGED),), "journal_salvaged"),)
        case RolledBack():
            return (Raise(P4, (int(Reason.BOX_ROLLED_BACK),), "box_rolled_back"),)
        case SelfTest():
            return (Raise(P4, (int(Reason.GENERAL),), "self_test"),)
