"""What passes to the box of an item with `steps`: a stream's pieces with the time at which each came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from anju_drivers.cameras.triggers import TriggerFilter, TriggerTiming
from anju_drivers.driver import TriggerReading
from anju_drivers.testing.vectors import item_bytes


def step_edges(
    item: Mapping[str, object], timing: TriggerTiming, read: Callable[[bytes], Iterable[TriggerReading]]
) -> list[dict[str, object]]:
    """One object for each edge; `at` is when it came, in seconds. `read` decodes one step's bytes.

    Raises `ValueError` on an item without steps, or on a step without bytes or time.
    """
    steps = item.get("steps")
    if not isinstance(steps, list):
        raise ValueError("steps are needed")
    edges = TriggerFilter(timing)
    found = []
    for step in steps:
        at_s = step.get("at") if isinstance(step, Mapping) else None
        if not isinstance(step, Mapping) or not isinstance(at_s, int | float):
            raise ValueError("each step needs at")
        for reading in read(item_bytes(step)):
            found += [(at_s, edge) for edge in edges.take(reading, at_s)]
    return [
        {
            "at": at_s,
            "kind": edge.kind,
            "state": edge.state.value,
            "channel": edge.channel,
            "region": edge.region or None,
            "rule": edge.rule or None,
            "targets": list(edge.targets),
        }
        for at_s, edge in found
    ]
