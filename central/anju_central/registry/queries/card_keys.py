"""That boxes were given the keys of their encrypted journals."""

from __future__ import annotations

from anju_central.access.caller import Caller
from anju_central.registry.audit import record
from anju_central.registry.database import Registry


async def note_keys_given(
    caller: Caller, registry: Registry, box: str, community: str, given: int, refused: int, now_ms: int
) -> None:
    """Records a question for keys and what came of it."""
    async with registry.write(caller) as session:
        record(session, "card.keys", box, community, now_ms, f"{given} given, {refused} refused")
