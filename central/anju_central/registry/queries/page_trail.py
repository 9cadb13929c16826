"""Who approved or revoked which page of a box: the page is the box's own matter, who did it stands in the audit."""

from __future__ import annotations

from typing import Literal

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.rows import known_box

PageAction = Literal["page.approve", "page.revoke"]


async def record_page(
    caller: Caller, registry: Registry, box: str, action: PageAction, detail: str, now_ms: int
) -> None:
    """Writes the entry. `detail` names the page, not what is written on its label. Raises NotAllowed, UnknownBox."""
    caller.require(Right.MANAGE_BOXES)
    async with registry.write(caller) as session:
        row = await known_box(session, box)
        record(session, action, box, row.community, now_ms, detail)
