"""The route of "press it now", below /api/boxes/{box}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded, says
from anju_central.api.box_models import RegistryRefusal
from anju_central.api.gate import asking
from anju_central.api.models import Refusal
from anju_central.api.press_desk import PressChoiceView, PressDesk

Asking = Annotated[Caller, Depends(asking)]
BoxName = Annotated[str, Path(max_length=64)]
LOOKED: dict[int | str, dict[str, object]] = {
    403: says(RegistryRefusal | Refusal),
    404: says(RegistryRefusal),
    422: says(Refusal, "What was asked does not fit, or is not allowed now"),
}


def press_routes(desk: PressDesk) -> APIRouter:
    """Returns the route. Who may call it: `gate_table.py`."""
    routes = guarded("/api/boxes/{box}")

    @routes.get("/pressed", responses=LOOKED)
    async def pressed(caller: Asking, box: BoxName) -> PressChoiceView:
        """Which bands were pressed or heard in the last minute: whoever hands one out has it pressed and chooses."""
        return desk.choice(caller, box)

    return routes
