"""The routes of a box's pages, below /api/boxes/{box}/pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse, Response

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded, says
from anju_central.api.box_models import RegistryRefusal
from anju_central.api.gate import asking
from anju_central.api.models import Refusal
from anju_central.api.page_desk import PageDesk, PageRefused
from anju_central.api.page_models import ApprovePageRequest, PageDoneView, PageRefusal, PagesView

Asking = Annotated[Caller, Depends(asking)]
BoxName = Annotated[str, Path(max_length=64)]
PageId = Annotated[str, Path(max_length=64)]
STATUS = {"box-away": 503, "no-answer": 503, "busy": 503, "malformed_code": 422, "label": 422, "unknown_page": 404}
LOOKED: dict[int | str, dict[str, object]] = {
    403: says(RegistryRefusal | Refusal),
    404: says(RegistryRefusal),
    422: says(Refusal, "What was asked does not fit, or is not allowed now"),
    503: says(RegistryRefusal),
}
CHANGED: dict[int | str, dict[str, object]] = LOOKED | {
    404: says(RegistryRefusal | PageRefusal),
    409: says(PageRefusal),
    413: says(Refusal, "Content Too Large"),  # RFC 9110; Python 3.12's name is an older one
    422: says(PageRefusal | Refusal, "What was asked does not fit, or is not allowed now"),
    503: says(RegistryRefusal | PageRefusal),
}


def page_routes(desk: PageDesk) -> APIRouter:
    """Returns the routes. Who may call which: `gate_table.py`."""
    routes = guarded("/api/boxes/{box}/pages")

    @routes.get("", responses=LOOKED)
    async def pages(caller: Asking, box: BoxName) -> PagesView:
        """The pages of a box: those that show a code, and those that are paired."""
        return await desk.pages(caller, box)

    @routes.post("", response_model=PageDoneView, responses=CHANGED)
    async def approve(caller: Asking, box: BoxName, request: ApprovePageRequest) -> PageDoneView | Response:
        """Pairs the page that shows this code. A second time it is the same page."""
        try:
            return await desk.approve(caller, box, request)
        except PageRefused as refused:
            return _answer(refused)

    @routes.post("/{page}/revoke", response_model=PageDoneView, responses=CHANGED)
    async def revoke(caller: Asking, box: BoxName, page: PageId) -> PageDoneView | Response:
        """Puts a page out at once. It shows a code again."""
        try:
            return await desk.revoke(caller, box, page)
        except PageRefused as refused:
            return _answer(refused)

    return routes


def _answer(refused: PageRefused) -> Response:
    body = PageRefusal(error=refused.code, message=str(refused), kind=refused.kind)
    return JSONResponse(body.model_dump(mode="json"), STATUS.get(refused.code, 409))
