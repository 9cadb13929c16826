"""What a rule decides is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from anju_protos.v1.event_pb2 import P2, Priority


@dataclass(frozen=True, slots=True)
class Raise:
    """Record an alarm and open (or join) an incident."""

    priority: Priority.ValueType
    reasons: tuple[int, ...]
    rule: str
    unknown_device: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """Sound the local channels of this priority at once."""

    priority: Priority.ValueType


@dataclass(frozen=True, slots=True)
class Clear:
    """What `rule` raised for `reason` is over, because of `why` (a cause code).

    It says so on the incident, and may close it; never a P1: whether a person is well again, a person says.
    """

    rule: str
    reason: int
    why: str


Action: TypeAlias = Raise | Ring | Clear


def raise_and_ring(priority: Priority.ValueType, reasons: frozenset[int], rule: str) -> tuple[Action, ...]:
    """Returns the alarm, and before it, for a P1 or P2, the ring: what sounds waits for no record."""
    raised = Raise(priority, tuple(sorted(reasons)), rule)
    return (Ring(priority), raised) if priority <= P2 else (raised,)
