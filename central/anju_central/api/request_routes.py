"""The routes of what people ask about their own data (PRIVACY V13). Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.people_desk import PeopleDesk, shown
from anju_central.api.people_routes import ASKED, CHANGED, ResidentId
from anju_central.api.request_models import (
    CloseRequestRequest,
    OpenRequestRequest,
    RequestDoneView,
    SubjectRequestsView,
    SubjectRequestView,
)
from anju_central.registry.people.requests import close_request, list_requests, open_request
from anju_central.registry.tables import RequestKind

Asking = Annotated[Caller, Depends(asking)]
RequestNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


def request_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api")

    @routes.get("/requests", responses=ASKED)
    async def requests(caller: Asking, closed: bool = False) -> SubjectRequestsView:
        """The open requests, the most urgent first, or those that are closed."""
        today = desk.today()
        rows = await list_requests(caller, desk.registry, desk.log, closed=closed, today=today)
        return SubjectRequestsView(today=today, requests=[shown(SubjectRequestView, row) for row in rows])

    @routes.post("/people/{resident}/requests", responses=CHANGED)
    async def opens(caller: Asking, resident: ResidentId, asked: OpenRequestRequest) -> RequestDoneView:
        """Takes a request; its 15 working days begin on the day on which it came in."""
        day = asked.received_on or desk.today()
        row = await open_request(caller, desk.registry, resident, RequestKind(asked.kind), day, desk.now_ms())
        return RequestDoneView(number=row.number)

    @routes.post("/requests/{number}/close", responses=CHANGED)
    async def closes(caller: Asking, number: RequestNumber, asked: CloseRequestRequest) -> RequestDoneView:
        """Closes a request with what was answered."""
        await close_request(caller, desk.registry, number, asked.answer, desk.now_ms(), refused=asked.refused)
        return RequestDoneView(number=number)

    return routes
