"""Which local channels sound how long after an alarm, as data; it climbs until any side acknowledges.

Written in a roster's settings as `"escalation.P1" = "0 siren kiosk lan; 30 lan; 120 lan"`: seconds after the alarm,
then channels. A channel once named stays on; naming it again repeats it there (the LAN endpoint gets the new level).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_protos.v1.event_pb2 import P1, P2

CHANNELS = frozenset({"siren", "kiosk", "lan"})


@dataclass(frozen=True, slots=True)
class Step:
    wait_ms: int
    channels: frozenset[str]


DEFAULT_STEPS: Mapping[int, tuple[Step, ...]] = {
    P1: (Step(0, CHANNELS), Step(30_000, frozenset({"lan"})), Step(120_000, frozenset({"lan"}))),
    P2: (Step(0, CHANNELS), Step(180_000, frozenset({"lan"}))),
}


def parse_steps(text: str) -> tuple[Step, ...]:
    """Returns the steps, in order. Raises ValueError that says what would be right."""
    steps = []
    for part in text.split(";"):
        found = re.fullmatch(r"\s*(\d{1,5})((?:\s+[a-z]+)+)\s*", part)
        channels = frozenset(found[2].split()) if found else frozenset()
        if not found or not channels <= CHANNELS:
            raise ValueError(f'must look like "0 siren kiosk lan; 30 lan"; channels: {", ".join(sorted(CHANNELS))}')
        steps.append(Step(int(found[1]) * 1000, channels))
    steps.sort(key=lambda step: step.wait_ms)
    if steps[0].wait_ms:
        raise ValueError("must begin with 0: an alarm sounds at once")
    return tuple(steps)


def level(steps: tuple[Step, ...], ringing_ms: int) -> int:
    """Returns how many steps have begun after `ringing_ms` of ringing."""
    return sum(step.wait_ms <= ringing_ms for step in steps)


def sounding(steps: tuple[Step, ...], ringing_ms: int) -> frozenset[str]:
    """Returns the channels that are on after `ringing_ms` of ringing."""
    return frozenset().union(*(step.channels for step in steps if step.wait_ms <= ringing_ms))
