"""The routes of households and responder groups. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.household_models import (
    FlatRequest,
    GroupActedView,
    GroupDetailView,
    GroupNameRequest,
    GroupRequest,
    GroupsView,
    HeadRequest,
    HomeActedView,
    HouseholdsRequest,
    HouseholdsView,
    JoinRequest,
    LeaderRequest,
    PutInRequest,
    SeparateRequest,
    TakeOutRequest,
)
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_routes import ASKED, CHANGED, PurposeParam
from anju_central.registry.people.group_editing import (
    choose_leader,
    end_group,
    make_group,
    name_group,
    put_into_group,
    take_out_of_group,
)
from anju_central.registry.people.groups import group_detail, list_groups
from anju_central.registry.people.households import (
    HomeFilter,
    choose_head,
    join_household,
    list_households,
    move_household,
    separate_household,
)

Asking = Annotated[Caller, Depends(asking)]
CommunityParam = Annotated[str, Query(max_length=64)]
RowId = Annotated[str, Path(max_length=64)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=200)]


def household_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes of households."""
    routes = guarded("/api/households")

    @routes.post("/search", responses=CHANGED)
    async def households(caller: Asking, asked: HouseholdsRequest) -> HouseholdsView:
        """A page of a community's households by flat; what is typed to find one stands in no address."""
        page = await list_households(
            for_purpose(caller, asked.purpose),
            desk.registry,
            desk.log,
            asked.community,
            only=HomeFilter(asked.only),
            text=asked.text,
            offset=asked.offset,
            limit=asked.limit,
        )
        return shown(HouseholdsView, page)

    @routes.post("/separate", responses=CHANGED)
    async def separates(caller: Asking, asked: SeparateRequest) -> HomeActedView:
        """People become a household of their own."""
        done = await separate_household(caller, desk.registry, asked.residents, desk.now_ms(), flat=asked.flat)
        return shown(HomeActedView, done)

    @routes.post("/{household}/join", responses=CHANGED)
    async def joins(caller: Asking, household: RowId, asked: JoinRequest) -> HomeActedView:
        """People move together with a household."""
        return shown(
            HomeActedView, await join_household(caller, desk.registry, household, asked.residents, desk.now_ms())
        )

    @routes.post("/{household}/head", responses=CHANGED)
    async def heads(caller: Asking, household: RowId, asked: HeadRequest) -> HomeActedView:
        """Who is the head of a household."""
        return shown(HomeActedView, await choose_head(caller, desk.registry, household, asked.resident, desk.now_ms()))

    @routes.post("/{household}/move", responses=CHANGED)
    async def moves(caller: Asking, household: RowId, asked: FlatRequest) -> HomeActedView:
        """A household moves whole to another flat."""
        return shown(HomeActedView, await move_household(caller, desk.registry, household, asked.flat, desk.now_ms()))

    return routes


def group_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes of responder groups."""
    routes = guarded("/api/groups")

    @routes.get("", responses=ASKED)
    async def groups(
        caller: Asking,
        purpose: PurposeParam,
        community: CommunityParam,
        with_warning: bool = False,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> GroupsView:
        """A page of a community's groups; `with_warning` those that should be looked at."""
        asker = for_purpose(caller, purpose)
        page = await list_groups(
            asker, desk.registry, desk.log, community, offset=offset, limit=limit, with_warning=with_warning
        )
        return shown(GroupsView, page)

    @routes.post("", responses=CHANGED)
    async def makes(caller: Asking, asked: GroupRequest) -> GroupActedView:
        """Makes a group."""
        done = await make_group(
            caller,
            desk.registry,
            asked.community,
            asked.label_zh,
            asked.label_en,
            asked.households,
            asked.leader,
            desk.now_ms(),
        )
        return shown(GroupActedView, done)

    @routes.get("/{group}", responses=ASKED)
    async def one_group(caller: Asking, purpose: PurposeParam, group: RowId) -> GroupDetailView:
        """A group with its households."""
        found = await group_detail(for_purpose(caller, purpose), desk.registry, desk.log, group)
        return shown(GroupDetailView, found)

    _changes(routes, desk)
    return routes


def _changes(routes: APIRouter, desk: PeopleDesk) -> None:
    @routes.post("/{group}/name", responses=CHANGED)
    async def names(caller: Asking, group: RowId, asked: GroupNameRequest) -> GroupActedView:
        """Gives a group another name."""
        done = await name_group(caller, desk.registry, group, asked.label_zh, asked.label_en, desk.now_ms())
        return shown(GroupActedView, done)

    @routes.post("/{group}/end", responses=CHANGED)
    async def ends(caller: Asking, group: RowId) -> GroupActedView:
        """A group is no more; its households are in none."""
        return shown(GroupActedView, await end_group(caller, desk.registry, group, desk.now_ms()))

    @routes.post("/{group}/put-in", responses=CHANGED)
    async def puts_in(caller: Asking, group: RowId, asked: PutInRequest) -> GroupActedView:
        """Puts households into a group; one that is in another is refused unless they may go over."""
        done = await put_into_group(
            caller, desk.registry, group, asked.households, desk.now_ms(), may_go_over=asked.may_go_over
        )
        return shown(GroupActedView, done)

    @routes.post("/{group}/take-out", responses=CHANGED)
    async def takes_out(caller: Asking, group: RowId, asked: TakeOutRequest) -> GroupActedView:
        """Takes households out of a group."""
        done = await take_out_of_group(caller, desk.registry, group, asked.households, desk.now_ms())
        return shown(GroupActedView, done)

    @routes.post("/{group}/leader", responses=CHANGED)
    async def leads(caller: Asking, group: RowId, asked: LeaderRequest) -> GroupActedView:
        """Who leads a group."""
        return shown(GroupActedView, await choose_leader(caller, desk.registry, group, asked.leader, desk.now_ms()))
