"""The route of the whole audit, for who looks after privacy. Each look of somebody is an entry of it, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from anju_central.access.caller import Caller
from anju_central.api.answers import INVALID, Answers, guarded, says
from anju_central.api.audit_models import AuditEntryView, WholeAuditView
from anju_central.api.box_models import RegistryRefusal
from anju_central.api.gate import asking
from anju_central.api.numbers import Before
from anju_central.api.views.incidents import iso
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.audit_trail import AuditRow, note_audit_read, read_audit

LINES: Final = 50
REFUSED: Final[Answers] = INVALID | {503: says(RegistryRefusal)}
Asking = Annotated[Caller, Depends(asking)]
Name = Annotated[str | None, Query(min_length=1, max_length=200)]
Kind = Annotated[str | None, Query(pattern="^[a-z]{1,32}$")]


def audit_routes(link: RegistryLink, now_ms: Callable[[], int]) -> APIRouter:
    """Returns the route. Who may call it: `gate_table.py`."""
    routes = guarded("/api")

    @routes.get("/audit", responses=REFUSED)
    async def audit(
        caller: Asking,
        account: Name = None,
        subject: Name = None,
        kind: Kind = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        before: Before = None,
    ) -> WholeAuditView:
        """Who did what, the newest first: of one `account`, to one `subject`, of one `kind` ("box", "account"), from
        `since` on and before `until`. `before` is the last `more`.
        """
        if before is None:
            asked = {"account": account, "subject": subject, "kind": kind, "since": since, "until": until}
            what = ", ".join(f"{name} {value}" for name, value in asked.items() if value is not None)
            await note_audit_read(caller, link.registry, what or "everything", now_ms())
        rows = await read_audit(
            caller,
            link.registry,
            subject,
            before,
            LINES + 1,
            [f"{kind}."] if kind is not None else (),
            account=account,
            since_ms=None if since is None else int(since.timestamp() * 1000),
            until_ms=None if until is None else int(until.timestamp() * 1000),
        )
        lines = [_line(row) for row in rows[:LINES]]
        return WholeAuditView(lines=lines, more=lines[-1].entry if len(rows) > LINES else None)

    return routes


def _line(row: AuditRow) -> AuditEntryView:
    return AuditEntryView(
        entry=row.entry,
        at=iso(row.at_ms) or "",
        account=row.account,
        role=row.role,
        purpose=row.purpose,
        action=row.action,
        subject=row.subject,
        community=row.community,
        detail=row.detail,
    )
