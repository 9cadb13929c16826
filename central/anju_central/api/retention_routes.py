"""The routes of retention (PRIVACY V5), and of the chain of the log of look-ups. Who may: `gate_table.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.people_desk import PeopleDesk, shown
from anju_central.api.people_routes import ASKED, CHANGED
from anju_central.api.retention_models import (
    CertificateView,
    ChainView,
    ClockName,
    ClockRequest,
    RetentionClockView,
    RetentionDoneView,
    RetentionRunRequest,
    RetentionView,
)
from anju_central.process.clock_quality import is_synchronised
from anju_central.registry.people.erasing import run_retention
from anju_central.registry.people.look_ups import verify_look_ups
from anju_central.registry.people.retention import retention_state, set_retention

Asking = Annotated[Caller, Depends(asking)]


def retention_routes(desk: PeopleDesk, clock_is_good: Callable[[], bool] = is_synchronised) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api")

    async def now(caller: Caller) -> RetentionView:
        state = await retention_state(caller, desk.registry, desk.now_ms())
        return RetentionView(
            clocks=[shown(RetentionClockView, clock) for clock in state.clocks],
            max_share=state.max_share,
            free=state.free,
            tombstones=state.tombstones,
            clock_is_good=clock_is_good(),
            certificates=[shown(CertificateView, row) for row in state.certificates],
        )

    @routes.get("/retention", responses=ASKED)
    async def retention(caller: Asking) -> RetentionView:
        """How long what is kept, what would go now, and what went."""
        return await now(caller)

    @routes.post("/retention/clocks/{what}", responses=CHANGED)
    async def sets(caller: Asking, what: ClockName, asked: ClockRequest) -> RetentionView:
        """Sets how many days something is kept; nothing goes before the next run."""
        await set_retention(caller, desk.registry, what, asked.days, desk.now_ms())
        return await now(caller)

    @routes.post("/retention/run", responses=CHANGED)
    async def runs(caller: Asking, asked: RetentionRunRequest) -> RetentionDoneView:
        """Removes what is older than its clock, or says why not: the night does the same by itself."""
        removed = await run_retention(
            caller, desk.registry, desk.now_ms(), clock_is_good=clock_is_good(), confirmed=asked.confirmed
        )
        return RetentionDoneView(counts=removed.counts, stopped=removed.stopped)

    @routes.get("/look-ups/chain", responses=ASKED)
    async def chain(caller: Asking) -> ChainView:
        """Walks the whole log of look-ups: nothing in it was changed, left out, put in or cut off."""
        found = await verify_look_ups(caller, desk.registry)
        return ChainView.model_validate(
            {
                "first": found.first,
                "last": found.last,
                "newest_hash": found.newest_hash.hex(),
                "fault_entry": found.fault.entry if found.fault is not None else None,
                "fault": found.fault.what if found.fault is not None else None,
            }
        )

    return routes
