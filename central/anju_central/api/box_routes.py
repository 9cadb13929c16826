"""The routes of "Add a box", below /api/registry."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded, says
from anju_central.api.box_desk import BoxDesk
from anju_central.api.box_models import (
    AddBoxRequest,
    AddCommunityRequest,
    CodeView,
    CommunityView,
    RegisteredBoxesView,
    RegisteredBoxView,
    RegistryRefusal,
)
from anju_central.api.gate import asking
from anju_central.api.models import Refusal

Asking = Annotated[Caller, Depends(asking)]
BoxName = Annotated[str, Path(max_length=64)]
INVALID = "What was asked does not fit, or is not allowed now"
LOOKED: dict[int | str, dict[str, object]] = {
    403: says(RegistryRefusal | Refusal),
    503: says(RegistryRefusal),
}
CHANGED: dict[int | str, dict[str, object]] = LOOKED | {
    404: says(RegistryRefusal),
    409: says(RegistryRefusal),
    413: says(Refusal, "Content Too Large"),  # RFC 9110; Python 3.12's name is an older one
    422: says(RegistryRefusal | Refusal, INVALID),
}


def box_routes(desk: BoxDesk) -> APIRouter:
    """Returns the routes. Who may call which: `gate_table.py`."""
    routes = guarded("/api/registry")

    @routes.get("/boxes", responses=LOOKED)
    async def registered_boxes(caller: Asking) -> RegisteredBoxesView:
        """All boxes that the caller may see, with their state now, and the communities for a new one."""
        return await desk.all(caller)

    @routes.post("/communities", responses=CHANGED)
    async def add_community(caller: Asking, request: AddCommunityRequest) -> CommunityView:
        """Adds a community."""
        return await desk.add_community(caller, request)

    @routes.post("/boxes", responses=CHANGED)
    async def add_box(caller: Asking, request: AddBoxRequest) -> RegisteredBoxView:
        """Adds a box. A box that it replaces is served until the new one streams."""
        return await desk.add(caller, request)

    @routes.post("/boxes/{box}/code", responses=CHANGED)
    async def make_code(caller: Asking, box: BoxName) -> CodeView:
        """Makes a one-time code with which the box is claimed. An earlier one that is open counts no more."""
        return await desk.code(caller, box)

    @routes.post("/boxes/{box}/retire", responses=CHANGED)
    async def retire(caller: Asking, box: BoxName) -> RegisteredBoxView:
        """Takes a box out of service in good order, for good."""
        return await desk.retire(caller, box)

    @routes.post("/boxes/{box}/revoke", responses=CHANGED)
    async def revoke(caller: Asking, box: BoxName) -> RegisteredBoxView:
        """Makes a box's key dead, for good: it was lost or stolen. Its streams end at once."""
        return await desk.revoke(caller, box)

    return routes
