"""What the box looks at once a second, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from anju_edge.supervision.background import Background

TICK_S: Final = 1.0


async def tick_forever(steps: Mapping[str, Callable[[], object]], background: Background) -> None:
    """Takes `steps` in their order, again and again. Each fails alone, under its name among `background.faults`."""
    while True:
        await asyncio.sleep(TICK_S)
        for name, step in steps.items():
            background.attempt(name, step)
