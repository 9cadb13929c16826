"""The routes of staff, volunteers and organisations. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.models import Answer
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_requests import Asked, ShortText
from anju_central.api.people_routes import ASKED, CHANGED, PurposeParam
from anju_central.registry.people.staff import (
    OrganisationEntry,
    StaffEntry,
    VolunteerEntry,
    end_organisation,
    end_staff,
    end_volunteer,
    list_helpers,
    put_organisation,
    put_staff,
    put_volunteer,
)

Asking = Annotated[Caller, Depends(asking)]
Id = Annotated[str, Field(min_length=1, max_length=64)]


class StaffView(Answer):
    """Somebody who works for a community; `account` '' = they do not log in."""

    staff: str
    community: str
    name: str
    post: str
    phone: str
    account: str
    organisation: str | None
    organisation_name: str


class VolunteerView(Answer):
    """Somebody who helps; `has_left`: a resident who lives here no more."""

    volunteer: str
    community: str
    resident: str | None
    name: str
    phones: list[str]
    organisation: str | None
    organisation_name: str
    has_left: bool


class OrganisationView(Answer):
    """A body, and how many of the community's staff and volunteers belong to it."""

    organisation: str
    community: str
    name: str
    kind: str
    phone: str
    members: int


class HelpersView(Answer):
    """All who work for a community or help in it, by name."""

    staff: list[StaffView]
    volunteers: list[VolunteerView]
    organisations: list[OrganisationView]


class HelperActedView(Answer):
    """What was done; `action` undoes it."""

    action: int
    row: str


class StaffRequest(Asked):
    """Who works for a community; `staff` null: somebody new."""

    community: Id
    staff: Id | None = None
    name: ShortText
    post: ShortText = ""
    phone: ShortText = ""
    account: ShortText = ""
    organisation: Id | None = None


class VolunteerRequest(Asked):
    """Who helps: a resident, or a name and a number; `volunteer` null: somebody new."""

    community: Id
    volunteer: Id | None = None
    resident: Id | None = None
    name: ShortText = ""
    phone: ShortText = ""
    organisation: Id | None = None


class OrganisationRequest(Asked):
    """A body; `organisation` null: a new one."""

    community: Id
    organisation: Id | None = None
    name: ShortText
    kind: ShortText = ""
    phone: ShortText = ""


class EndHelperRequest(Asked):
    """Whose row counts no more."""

    community: Id
    row: Id


def staff_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api")

    @routes.get("/staff", responses=ASKED)
    async def helpers(
        caller: Asking, purpose: PurposeParam, community: Annotated[str, Query(max_length=64)]
    ) -> HelpersView:
        """Who works for a community or helps in it."""
        found = await list_helpers(for_purpose(caller, purpose), desk.registry, desk.log, community)
        return shown(HelpersView, found)

    @routes.post("/staff", responses=CHANGED)
    async def staff(caller: Asking, asked: StaffRequest) -> HelperActedView:
        """Adds somebody who works for a community, or changes what is known of them."""
        entry = StaffEntry(asked.name, asked.post, asked.phone, asked.account, asked.organisation)
        done = await put_staff(caller, desk.registry, asked.community, asked.staff, entry, desk.now_ms())
        return shown(HelperActedView, done)

    @routes.post("/staff/end", responses=CHANGED)
    async def staff_ends(caller: Asking, asked: EndHelperRequest) -> HelperActedView:
        """Somebody works here no more."""
        return shown(HelperActedView, await end_staff(caller, desk.registry, asked.community, asked.row, desk.now_ms()))

    @routes.post("/volunteers", responses=CHANGED)
    async def volunteer(caller: Asking, asked: VolunteerRequest) -> HelperActedView:
        """Adds somebody who helps, or changes what is known of them."""
        entry = VolunteerEntry(asked.resident, asked.name, asked.phone, asked.organisation)
        done = await put_volunteer(caller, desk.registry, asked.community, asked.volunteer, entry, desk.now_ms())
        return shown(HelperActedView, done)

    @routes.post("/volunteers/end", responses=CHANGED)
    async def volunteer_ends(caller: Asking, asked: EndHelperRequest) -> HelperActedView:
        """Somebody helps no more."""
        return shown(
            HelperActedView, await end_volunteer(caller, desk.registry, asked.community, asked.row, desk.now_ms())
        )

    @routes.post("/organisations", responses=CHANGED)
    async def organisation(caller: Asking, asked: OrganisationRequest) -> HelperActedView:
        """Adds a body, or changes what is known of it."""
        entry = OrganisationEntry(asked.name, asked.kind, asked.phone)
        done = await put_organisation(caller, desk.registry, asked.community, asked.organisation, entry, desk.now_ms())
        return shown(HelperActedView, done)

    @routes.post("/organisations/end", responses=CHANGED)
    async def organisation_ends(caller: Asking, asked: EndHelperRequest) -> HelperActedView:
        """A body is no more."""
        return shown(
            HelperActedView, await end_organisation(caller, desk.registry, asked.community, asked.row, desk.now_ms())
        )

    return routes
