"""People who check in at a box, each with a card of a number, and what the hub says of them."""

from __future__ import annotations

import secrets
from collections import Counter
from pathlib import Path

from anju_edge.clock import SimulatedClock
from anju_edge.gateway import Running
from anju_protos.v1.event_pb2 import CHECK_IN, CheckIn
from support.processes import token
from support.running_box import until
from support.whole import LIMIT_S, Operator, facts_at


def known_time() -> SimulatedClock:
    """A clock that is synced from the first moment, of a boot of its own."""
    return SimulatedClock(boot=secrets.randbits(62), synced=True)


async def tap(box: Running, people: range) -> None:
    """These people check in, each once."""
    for number in people:
        result = await box.kiosk_service.check_in("kiosk-1", token(number), "a-0", number.to_bytes(16, "big"))
        assert result.outcome == "recorded", result


async def sent(box: Running) -> None:
    await box.journal.flush()
    await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)


def people_at(hub_data: Path) -> Counter[str]:
    events = [row.event for row in facts_at(hub_data)]
    return Counter(CheckIn.FromString(event.payload).resident for event in events if event.kind == CHECK_IN)


def everyone(people: range) -> Counter[str]:
    return Counter(f"r-{number:04d}" for number in people)


async def listed(operator: Operator, people: range) -> bool:
    return Counter(row["resident_label"].split()[0] for row in await operator.check_ins()) == Counter(
        f"1-1-{number:03d}" for number in people
    )
