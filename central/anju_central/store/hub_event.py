"""A fact of the hub's own (a step that an operator or a rule took), on its way into the event store."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from anju_protos.v1.event_pb2 import (
    SYNCED,
    Stamp,
)

HUB_BOOT: Final = int.from_bytes(os.urandom(7), "big") + 1  # the hub's own clock runs with real time; one per process


@dataclass(frozen=True, slots=True)
class HubEvent:
    """A fact of the hub's own about a box's community: an operator's step, a silence. It goes to the ALARM log."""

    box: str
    community: str
    data: bytes


def hub_stamp(now_ms: int) -> Stamp:
    """Returns the stamp of a fact of the hub's own: its clock is the reference that boxes are corrected by."""
    return Stamp(boot=HUB_BOOT, elapsed_ms=now_ms, wall_ms=now_ms, quality=SYNCED, error_ms=1)
