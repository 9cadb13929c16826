"""Who an open incident is about, by name: asked for one incident at a time, and noted in the log of look-ups.

Lists and the stream of changes carry masked names and flats alone. Who may ask: `gate_table.py`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.console import Console
from anju_central.api.gate import asking
from anju_central.api.models import Answer
from anju_central.api.people_desk import IncidentNotOpen, PeopleDesk, shown
from anju_central.api.people_models import PersonLineView
from anju_central.api.people_routes import ASKED
from anju_central.projections.projection import ref_key
from anju_central.registry.people.record import people_of_incident
from anju_protos.incidents import parse_incident_key

Asking = Annotated[Caller, Depends(asking)]


class NamedView(Answer):
    """Whoever wore the device when the alarm was raised, by full name; null where the registry knows nobody."""

    person: PersonLineView | None


def named_routes(console: Console, desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api/incidents")

    @routes.get("/{key}/named", responses=ASKED)
    async def named(caller: Asking, key: Annotated[str, Path(max_length=64)]) -> NamedView:
        """Who an open incident is about, by name."""
        about = desk.about(caller, key)
        record = console.live_incidents.get(ref_key(parse_incident_key(key)))
        if about is None or record is None:
            raise IncidentNotOpen
        wearer = console.views.wearer(record)
        found = await people_of_incident(caller, desk.registry, desk.log, [wearer] if wearer else [], about.incident)
        line = found.get(wearer)
        return NamedView(person=shown(PersonLineView, line) if line is not None else None)

    return routes
