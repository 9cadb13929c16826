"""The routes of "Add a box", below /api/registry."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse, Response

from anju_central.access.caller import Caller, NotAllowed
from anju_central.access.claim_maker import ClaimsUnavailable
from anju_central.api.box_desk import BoxDesk
from anju_central.api.box_models import (
    AddBoxRequest,
    AddCommunityRequest,
    CodeView,
    CommunityView,
    RefusalCode,
    RegisteredBoxesView,
    RegisteredBoxView,
    RegistryRefusal,
)
from anju_central.api.callers import maintenance_caller
from anju_central.api.models import Refusal
from anju_central.registry.errors import (
    AlreadyThere,
    BoxIsOut,
    CannotReplace,
    NotAnId,
    RegistryRefused,
    UnknownBox,
    UnknownCommunity,
)
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.scope import OutOfScope

Maintainer = Annotated[Caller, Depends(maintenance_caller)]
BoxName = Annotated[str, Path(max_length=64)]
STATUS: dict[type[RegistryRefused], int] = {
    UnknownBox: 404,
    UnknownCommunity: 404,
    AlreadyThere: 409,
    BoxIsOut: 409,
    CannotReplace: 409,
    NotAnId: 422,
}
INVALID = "What was asked does not fit, or is not allowed now"
LOOKED: dict[int | str, dict[str, object]] = {
    403: {"model": RegistryRefusal | Refusal},
    503: {"model": RegistryRefusal},
}
CHANGED: dict[int | str, dict[str, object]] = LOOKED | {
    404: {"model": RegistryRefusal},
    409: {"model": RegistryRefusal},
    413: {"model": Refusal, "description": "Content Too Large"},  # RFC 9110; Python 3.12's name is an older one
    422: {"model": RegistryRefusal | Refusal, "description": INVALID},
}


def box_routes(desk: BoxDesk) -> APIRouter:
    """Returns the routes. Each asks as the caller that `maintenance_caller` names."""
    routes = APIRouter(prefix="/api/registry")

    @routes.get("/boxes", responses=LOOKED)
    async def registered_boxes(caller: Maintainer) -> RegisteredBoxesView:
        """All boxes that the caller may see, with their state now, and the communities for a new one."""
        return await desk.all(caller)

    @routes.post("/communities", responses=CHANGED)
    async def add_community(caller: Maintainer, request: AddCommunityRequest) -> CommunityView:
        """Adds a community."""
        return await desk.add_community(caller, request)

    @routes.post("/boxes", responses=CHANGED)
    async def add_box(caller: Maintainer, request: AddBoxRequest) -> RegisteredBoxView:
        """Adds a box. A box that it replaces is served until the new one streams."""
        return await desk.add(caller, request)

    @routes.post("/boxes/{box}/code", responses=CHANGED)
    async def make_code(caller: Maintainer, box: BoxName) -> CodeView:
        """Makes a one-time code with which the box is claimed. An earlier one that is open counts no more."""
        return await desk.code(caller, box)

    @routes.post("/boxes/{box}/retire", responses=CHANGED)
    async def retire(caller: Maintainer, box: BoxName) -> RegisteredBoxView:
        """Takes a box out of service in good order, for good."""
        return await desk.retire(caller, box)

    @routes.post("/boxes/{box}/revoke", responses=CHANGED)
    async def revoke(caller: Maintainer, box: BoxName) -> RegisteredBoxView:
        """Makes a box's key dead, for good: it was lost or stolen. Its streams end at once."""
        return await desk.revoke(caller, box)

    return routes


def answer_refusals(app: FastAPI) -> None:
    """Turns what the registry refuses into answers."""

    @app.exception_handler(RegistryRefused)
    async def _on_refused(_request: Request, error: RegistryRefused) -> Response:
        known: tuple[RefusalCode, ...] = get_args(RefusalCode)
        unnamed: RefusalCode = "refused"
        code = next((name for name in known if name == error.code), unnamed)
        return _answer(STATUS.get(type(error), 422), code, error)

    @app.exception_handler(NotAllowed)
    async def _on_not_allowed(_request: Request, error: NotAllowed) -> Response:
        return _answer(403, "not-allowed", error)

    @app.exception_handler(OutOfScope)
    async def _on_out_of_scope(_request: Request, error: OutOfScope) -> Response:
        return _answer(403, "not-allowed", error)

    @app.exception_handler(RegistryUnavailable)
    async def _on_unavailable(_request: Request, error: RegistryUnavailable) -> Response:
        return _answer(503, "unavailable", error)

    @app.exception_handler(ClaimsUnavailable)
    async def _on_no_claims(_request: Request, error: ClaimsUnavailable) -> Response:
        return _answer(503, "no-authority", error)


def _answer(status: int, code: RefusalCode, error: Exception) -> Response:
    return JSONResponse(RegistryRefusal(error=code, message=str(error)).model_dump(mode="json"), status)
