"""The route of rosters at boxes: which revision each has, and what it refuses. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from anju_central.access.caller import Caller, Right
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.models import Answer
from anju_central.api.people_desk import shown
from anju_central.live.roster_states import RosterStates

Asking = Annotated[Caller, Depends(asking)]


class RefusedRowView(Answer):
    """What a box does not use: `row` as table.key.field, never a person; the roster before stays in use."""

    revision: int
    row: str
    reason: str
    since_at: str


class RosterStateView(Answer):
    """A box's roster. `hub_revision` null: a file on the box says it; `box_revision` null: not said since the start."""

    box: str
    community: str
    hub_revision: int | None
    box_revision: int | None
    behind: int
    behind_since_at: str | None
    refused: list[RefusedRowView]


class RosterStatesView(Answer):
    """The rosters at all boxes of the caller."""

    rosters: list[RosterStateView]


def roster_routes(states: RosterStates) -> APIRouter:
    """Returns the route."""
    routes = guarded("/api/rosters")

    @routes.get("")
    async def rosters(caller: Asking) -> RosterStatesView:
        """Which roster each box has, how far behind it is and since when, and which rows it refuses."""
        caller.require(Right.SEE_BOXES)
        mine = [state for state in states.all() if caller.may_see(state.community)]
        return RosterStatesView(rosters=[shown(RosterStateView, state) for state in mine])

    return routes
