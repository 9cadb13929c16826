"""The routes of buildings, units, flats, sites and zones. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.numbers import InPath
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_routes import ASKED, CHANGED, PurposeParam
from anju_central.api.place_models import (
    BuildingsView,
    FlatsView,
    LocateRequest,
    PlaceActedView,
    PlaceNameRequest,
    PlaceRequest,
    PutPlaceRequest,
    ZoneActedView,
    ZoneNameRequest,
    ZoneRequest,
    ZonesView,
    ZoneView,
)
from anju_central.registry.queries.places import (
    add_place,
    end_place,
    list_buildings,
    list_flats,
    locate_place,
    name_place,
    put_place,
)
from anju_central.registry.queries.zones import add_zone, end_zone, list_zones, name_zone
from anju_central.registry.tables import PlaceKind

Asking = Annotated[Caller, Depends(asking)]
CommunityParam = Annotated[str, Query(max_length=64)]
PlaceNumber = InPath
ZoneId = Annotated[str, Path(max_length=64)]


def place_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes of places."""
    routes = guarded("/api/places")

    @routes.get("", responses=ASKED)
    async def buildings(caller: Asking, purpose: PurposeParam, community: CommunityParam) -> BuildingsView:
        """A community's buildings with counts, and its sites."""
        return shown(BuildingsView, await list_buildings(for_purpose(caller, purpose), desk.registry, community))

    @routes.get("/flats", responses=ASKED)
    async def flats(
        caller: Asking,
        purpose: PurposeParam,
        community: CommunityParam,
        building: Annotated[str, Query(max_length=200)],
        unit: Annotated[str | None, Query(max_length=200)] = None,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> FlatsView:
        """A building's units and flats, as people walk; of one unit where it is named."""
        asker = for_purpose(caller, purpose)
        found = await list_flats(asker, desk.registry, community, building, unit, offset=offset, limit=limit)
        return shown(FlatsView, found)

    @routes.post("", responses=CHANGED)
    async def adds(caller: Asking, asked: PlaceRequest) -> PlaceActedView:
        """Adds a place."""
        kind = PlaceKind(asked.kind)
        done = await add_place(caller, desk.registry, asked.community, kind, asked.name, asked.parent, desk.now_ms())
        return shown(PlaceActedView, done)

    @routes.post("/{place}/name", responses=CHANGED)
    async def names(caller: Asking, place: PlaceNumber, asked: PlaceNameRequest) -> PlaceActedView:
        """Gives a place another name, and all that is in it with it."""
        return shown(PlaceActedView, await name_place(caller, desk.registry, place, asked.name, desk.now_ms()))

    @routes.post("/{place}/put", responses=CHANGED)
    async def puts(caller: Asking, place: PlaceNumber, asked: PutPlaceRequest) -> PlaceActedView:
        """Says in which building or unit a place is."""
        return shown(PlaceActedView, await put_place(caller, desk.registry, place, asked.parent, desk.now_ms()))

    @routes.post("/{place}/locate", responses=CHANGED)
    async def locates(caller: Asking, place: PlaceNumber, asked: LocateRequest) -> PlaceActedView:
        """Says where a place is."""
        done = await locate_place(caller, desk.registry, place, asked.latitude_e6, asked.longitude_e6, desk.now_ms())
        return shown(PlaceActedView, done)

    @routes.post("/{place}/end", responses=CHANGED)
    async def ends(caller: Asking, place: PlaceNumber) -> PlaceActedView:
        """A place is no more."""
        return shown(PlaceActedView, await end_place(caller, desk.registry, place, desk.now_ms()))

    return routes


def zone_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes of zones."""
    routes = guarded("/api/zones")

    @routes.get("", responses=ASKED)
    async def zones(caller: Asking, purpose: PurposeParam, community: CommunityParam) -> ZonesView:
        """A community's zones."""
        rows = await list_zones(for_purpose(caller, purpose), desk.registry, community)
        return ZonesView(zones=[shown(ZoneView, row) for row in rows])

    @routes.post("", responses=CHANGED)
    async def adds(caller: Asking, asked: ZoneRequest) -> ZoneActedView:
        """Adds a zone."""
        done = await add_zone(
            caller, desk.registry, asked.community, asked.zone, asked.label_zh, asked.label_en, desk.now_ms()
        )
        return shown(ZoneActedView, done)

    @routes.post("/{community}/{zone}/name", responses=CHANGED)
    async def names(caller: Asking, community: ZoneId, zone: ZoneId, asked: ZoneNameRequest) -> ZoneActedView:
        """Calls a zone something else."""
        done = await name_zone(caller, desk.registry, community, zone, asked.label_zh, asked.label_en, desk.now_ms())
        return shown(ZoneActedView, done)

    @routes.post("/{community}/{zone}/end", responses=CHANGED)
    async def ends(caller: Asking, community: ZoneId, zone: ZoneId) -> ZoneActedView:
        """A zone is no longer used."""
        return shown(ZoneActedView, await end_zone(caller, desk.registry, community, zone, desk.now_ms()))

    return routes
